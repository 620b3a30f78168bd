/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The bugcheck codes that are many in one. Those about requests and DMA are in bugrequests.c.
 * Source: DOC debugger, Bug Checks 0xC1, 0xC2, 0xC4, 0xC7, 0xE4, 0x9F and 0xFE; numbers of
 * dotsys's own INF.
 */
#include "kd/bugrows.h"

/* What 0xC4 says of an allocation, of a free, of a lock or another object, and of an MDL. */
#define ALLOCATION                                                                   \
    {                                                                                \
        NONE, P(IRQL, "the IRQL"), P(POOL, "the kind of pool"), P(BYTES, "the size") \
    }
#define FREEING                                                                       \
    {                                                                                 \
        NONE, P(IRQL, "the IRQL"), P(POOL, "the kind of pool"), P(PLAIN, "the block") \
    }
#define OBJECT                                                  \
    {                                                           \
        NONE, P(IRQL, "the IRQL"), P(PLAIN, "the object"), NONE \
    }
#define LEVELS                                                             \
    {                                                                      \
        NONE, P(IRQL, "the IRQL"), P(IRQL, "the IRQL that was asked for"), \
            P(PLAIN, "1: in a DPC routine")                                \
    }
#define MDL_LEVEL                                                           \
    {                                                                       \
        NONE, P(IRQL, "the IRQL"), P(PLAIN, "the MDL"), P(MODE, "the mode") \
    }
#define MDL_STATE                                              \
    {                                                          \
        NONE, P(PLAIN, "the MDL"), P(PLAIN, "its flags"), NONE \
    }
#define MAPPING_LEVEL                                                                           \
    {                                                                                           \
        NONE, P(IRQL, "the IRQL"), P(PLAIN, "the address it is mapped at"), P(PLAIN, "the MDL") \
    }
#define MDL_FLAGS                                                                          \
    {                                                                                      \
        NONE, P(PLAIN, "the MDL"), P(PLAIN, "its flags"), P(PLAIN, "those that are wrong") \
    }
#define ROUTINE                                                                           \
    {                                                                                     \
        NONE, P(CODE, "the routine"), P(SIGNED, "after it returned"), P(SIGNED, "before") \
    }
#define REGIONS                                                                         \
    {                                                                                   \
        NONE, P(IRQL, "the IRQL"), P(SIGNED, "critical regions, as a negative number"), \
            P(PLAIN, "the lock")                                                        \
    }
#define IN_BLOCK                                                   \
    {                                                              \
        NONE, P(PLAIN, "the object"), P(POOL, "the kind of pool"), \
            P(PLAIN, "the block that was freed")                   \
    }
/* The same of an object that was not ended before. */
#define LIVE_IN_BLOCK                                                                           \
    {                                                                                           \
        NONE, P(PLAIN, "the object"), P(PLAIN, "where the block begins"), P(BYTES, "the block") \
    }
#define LOCK                                   \
    {                                          \
        NONE, P(PLAIN, "the lock"), NONE, NONE \
    }
#define OUTSIDE                                                                                   \
    {                                                                                             \
        NONE, P(PLAIN, "the block"), P(PLAIN, "its size, or the place that was written to"), NONE \
    }

/* Rules of additional DDI compliance. */
#define RULE_LOCK                                                                   \
    {                                                                               \
        NONE, P(PLAIN, "address of what the rule says"), P(PLAIN, "the lock"), NONE \
    }
#define RULE_ROUTINE                                                                  \
    {                                                                                 \
        NONE, P(PLAIN, "address of what the rule says"), P(CODE, "the routine"), NONE \
    }

#define C2 BAD_POOL_CALLER
#define C4 DRIVER_VERIFIER_DETECTED_VIOLATION
#define C1 SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION

#define FREED_TWICE \
    "Two routines believe the block is theirs: set the pointer to NULL where it is freed."
#define NOT_A_BLOCK \
    "Free what the allocating routine returned, not a pointer into it, and nothing but pool."
#define HIERARCHY "Take locks in the same order everywhere."

static const KDP_SUBCODE KdpSubcodes[] = {
    {IRQL_NOT_LESS_OR_EQUAL, 3, 0, "",
        {P(IRQL, "the IRQL that was asked for"), P(IRQL, "the IRQL"), NONE, NONE},
        "KeLowerIrql was asked to raise the IRQL: what it is given must be what KeRaiseIrql "
        "returned."},

    {C2, 0, 0x00, "an allocation of no bytes",
        {NONE, NONE, P(POOL, "the kind of pool"), P(TAG, "the tag")}, ""},
    {C2, 0, 0x01, "the header of the block is damaged",
        {NONE, P(PLAIN, "the header"), P(PLAIN, "what it begins with"), NONE}, ""},
    {C2, 0, 0x02, "the header of the block is damaged",
        {NONE, P(PLAIN, "the header"), P(PLAIN, "what it begins with"), NONE}, ""},
    {C2, 0, 0x04, "the header of the block is damaged",
        {NONE, P(PLAIN, "the header"), P(PLAIN, "what it begins with"), NONE}, ""},
    {C2, 0, 0x06, "the block had been freed",
        {NONE, NONE, P(PLAIN, "the header"), P(PLAIN, "what it begins with")}, FREED_TWICE},
    {C2, 0, 0x07, "the block had been freed",
        {NONE, NONE, P(TAG, "its tag"), P(PLAIN, "the block")}, FREED_TWICE},
    {C2, 0, 0x08, "an allocation at an IRQL that is too high for it", ALLOCATION, LOWER_FIRST},
    {C2, 0, 0x09, "a free at an IRQL that is too high for it", FREEING, LOWER_FIRST},
    {C2, 0, 0x0A, "a free with another tag than that of the allocation",
        {NONE, P(PLAIN, "the block"), P(TAG, "its tag"), P(TAG, "the tag that was given")},
        "It may be somebody else's block."},
    {C2, 0, 0x40, "a free of an address of user memory",
        {NONE, P(PLAIN, "the address"), P(PLAIN, "where system addresses begin"), NONE},
        NOT_A_BLOCK},
    {C2, 0, 0x41, "a free of what is no non-paged block",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C2, 0, 0x42, "a free of an address that never was in a pool",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C2, 0, 0x43, "a free of an address that never was in a pool",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C2, 0, 0x44, "a free of what is no non-paged block",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C2, 0, 0x46, "a free of what is not the start of a block",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C2, 0, 0x47, "a free of what is no non-paged block",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C2, 0, 0x48, "a free of what is no paged block", {NONE, P(PLAIN, "the address"), NONE, NONE},
        NOT_A_BLOCK},
    {C2, 0, 0x50, "a free of what is no paged block", {NONE, P(PLAIN, "the address"), NONE, NONE},
        NOT_A_BLOCK},
    {C2, 0, 0x60, "a free of what is no contiguous memory",
        {NONE, P(PLAIN, "the address"), NONE, NONE},
        "MmFreeContiguousMemory takes what MmAllocateContiguousMemory returned."},
    {C2, 0, 0x99, "a free of an address that is none", {NONE, P(PLAIN, "the address"), NONE, NONE},
        NOT_A_BLOCK},
    {C2, 0, 0x9A, "a must-succeed allocation",
        {NONE, P(POOL, "the kind of pool"), P(BYTES, "the size"), P(TAG, "the tag")}, ""},
    {C2, 0, 0x9B, "an allocation with the tag 0",
        {NONE, P(POOL, "the kind of pool"), P(BYTES, "the size"), P(CODE, "the caller")}, ""},
    {C2, 0, 0x9D, "an allocation with a tag that has no letter",
        {NONE, P(TAG, "the tag"), P(POOL, "the kind of pool"), P(CODE, "the caller")}, ""},

    {C1, 3, 0x20, "a free of what is no block of special pool",
        {P(PLAIN, "the address"), P(BYTES, "the size"), P(PLAIN, "0"), NONE}, NOT_A_BLOCK},
    {C1, 3, 0x21, "a wrong address while it was freed", {P(PLAIN, "the address"), NONE, NONE, NONE},
        NOT_A_BLOCK},
    {C1, 3, 0x22, "a wrong address while it was freed", {P(PLAIN, "the address"), NONE, NONE, NONE},
        NOT_A_BLOCK},
    {C1, 3, 0x23, "bytes near the block were written to",
        {P(PLAIN, "the block"), P(PLAIN, "what was written"),
            P(PLAIN, "the size, the pool's header"), NONE},
        ""},
    {C1, 3, 0x24, "bytes behind the block were written to",
        {P(PLAIN, "the block"), P(PLAIN, "where, or what was written"), P(PLAIN, "the size"), NONE},
        ""},
    {C1, 3, 0x30, "an allocation at an IRQL that is too high for it",
        {P(IRQL, "the IRQL"), P(POOL, "the kind of pool"), P(BYTES, "the size"), NONE},
        LOWER_FIRST},
    {C1, 3, 0x31, "a free at an IRQL that is too high for it",
        {P(IRQL, "the IRQL"), P(POOL, "the kind of pool"), P(PLAIN, "the block"), NONE},
        LOWER_FIRST},
    {C1, 3, 0x32, "one bit beside the block has changed", {P(PLAIN, "the block"), NONE, NONE, NONE},
        ""},

    {C4, 0, 0x00, "an allocation of no bytes", ALLOCATION, ""},
    {C4, 0, 0x01, "paged pool was allocated above APC_LEVEL", ALLOCATION, LOWER_FIRST},
    {C4, 0, 0x02, "non-paged pool was allocated above DISPATCH_LEVEL", ALLOCATION, LOWER_FIRST},
    {C4, 0, 0x10, "a free of an address that was never allocated",
        {NONE, P(PLAIN, "the address"), NONE, NONE}, NOT_A_BLOCK},
    {C4, 0, 0x11, "paged pool was freed above APC_LEVEL", FREEING, LOWER_FIRST},
    {C4, 0, 0x12, "non-paged pool was freed above DISPATCH_LEVEL", FREEING, LOWER_FIRST},
    {C4, 0, 0x13, "the block had been freed",
        {NONE, NONE, P(PLAIN, "the header"), P(PLAIN, "its contents")}, FREED_TWICE},
    {C4, 0, 0x14, "the block had been freed",
        {NONE, NONE, P(PLAIN, "the header"), P(PLAIN, "its contents")}, FREED_TWICE},
    {C4, 0, 0x15, "a block was freed with a timer in it that is set", IN_BLOCK,
        "KeCancelTimer comes before ExFreePool."},
    {C4, 0, 0x16, "a free of a bad address", {NONE, NONE, P(PLAIN, "the address"), NONE},
        NOT_A_BLOCK},
    {C4, 0, 0x17, "a block was freed with a resource in it that is in use", IN_BLOCK,
        "ExDeleteResourceLite comes before ExFreePool."},
    {C4, 0, 0x30, "KeRaiseIrql was asked for an IRQL that is lower, or none", LEVELS, ""},
    {C4, 0, 0x31,
        "KeLowerIrql was asked for an IRQL that is higher, or below DISPATCH_LEVEL in a DPC "
        "routine",
        LEVELS, ""},
    {C4, 0, 0x32, "a spin lock was released at another IRQL than DISPATCH_LEVEL", OBJECT,
        "It was released twice, or by the wrong routine."},
    {C4, 0, 0x33, "a fast mutex was acquired above APC_LEVEL", OBJECT, LOWER_FIRST},
    {C4, 0, 0x34, "a fast mutex was released at another IRQL than APC_LEVEL", OBJECT, ""},
    {C4, 0, 0x35, "a spin lock was released at another IRQL than DISPATCH_LEVEL", OBJECT, ""},
    {C4, 0, 0x36, "a queued spin lock was released at another IRQL than DISPATCH_LEVEL", OBJECT,
        ""},
    {C4, 0, 0x37, "a resource was acquired where APCs may come", REGIONS,
        "KeEnterCriticalRegion comes before ExAcquireResource…Lite."},
    {C4, 0, 0x38, "a resource was released where APCs may come", REGIONS,
        "KeLeaveCriticalRegion comes after ExReleaseResourceLite."},
    {C4, 0, 0x39, "a fast mutex was acquired where APCs may come", REGIONS, ""},
    {C4, 0, 0x3A, "a fast mutex was released where APCs may come", REGIONS, ""},
    {C4, 0, 0x3B, "a wait at DISPATCH_LEVEL or above",
        {NONE, P(IRQL, "the IRQL"), P(PLAIN, "the object"), P(PLAIN, "the timeout")},
        "At DISPATCH_LEVEL a wait must have a timeout of 0; use a work item to wait."},
    {C4, 0, 0x3C, "ObReferenceObjectByHandle with a bad handle",
        {NONE, P(PLAIN, "the handle"), P(PLAIN, "the type"), NONE}, ""},
    {C4, 0, 0x3D, "a resource that is not aligned", {NONE, NONE, NONE, P(PLAIN, "the resource")},
        ""},
    {C4, 0, 0x3E, "KeLeaveCriticalRegion without KeEnterCriticalRegion", ALL_NONE, ""},
    {C4, 0, 0x3F, "an object was referenced or dereferenced whose count is 0",
        {NONE, P(PLAIN, "the object"), P(SIGNED, "the new count"), NONE},
        "ObDereferenceObject was called once more often than references were taken."},
    {C4, 0, 0x40, "KeAcquireSpinLockAtDpcLevel below DISPATCH_LEVEL", OBJECT, ""},
    {C4, 0, 0x41, "KeReleaseSpinLockFromDpcLevel below DISPATCH_LEVEL", OBJECT, ""},
    {C4, 0, 0x42, "a spin lock was acquired above DISPATCH_LEVEL", OBJECT, LOWER_FIRST},
    {C4, 0, 0x51, "memory behind the block was written to", OUTSIDE, ""},
    {C4, 0, 0x52, "memory behind the block was written to", OUTSIDE, ""},
    {C4, 0, 0x53, "memory behind the block was written to", OUTSIDE, ""},
    {C4, 0, 0x54, "memory behind the block was written to", OUTSIDE, ""},
    {C4, 0, 0x59, "memory behind the block was written to", OUTSIDE, ""},
    {C4, 0, 0x60, "the driver was unloaded with pool that is not freed",
        {NONE, P(BYTES, "paged pool"), P(BYTES, "non-paged pool"), P(PLAIN, "blocks")}, ""},
    {C4, 0, 0x61, "a thread of the driver allocates while the driver is unloaded", ALL_NONE, ""},
    {C4, 0, 0x62, "the driver was unloaded with pool that is not freed",
        {NONE, P(PLAIN, "address of its name"), NONE, P(PLAIN, "blocks")},
        "Each block is a finding of its own, with the line that allocated it."},
    {C4, 0, 0x70, "MmProbeAndLockPages above DISPATCH_LEVEL", MDL_LEVEL, LOWER_FIRST},
    {C4, 0, 0x73, "MmMapIoSpace above DISPATCH_LEVEL",
        {NONE, P(IRQL, "the IRQL"), P(PLAIN, "the physical address"), P(BYTES, "the length")},
        LOWER_FIRST},
    {C4, 0, 0x74, "MmMapLockedPages above DISPATCH_LEVEL", MDL_LEVEL, LOWER_FIRST},
    {C4, 0, 0x75, "MmMapLockedPages for user memory above APC_LEVEL", MDL_LEVEL, LOWER_FIRST},
    {C4, 0, 0x76, "MmMapLockedPagesSpecifyCache above DISPATCH_LEVEL", MDL_LEVEL, LOWER_FIRST},
    {C4, 0, 0x77, "MmMapLockedPagesSpecifyCache for user memory above APC_LEVEL", MDL_LEVEL,
        LOWER_FIRST},
    {C4, 0, 0x78, "MmUnlockPages above DISPATCH_LEVEL",
        {NONE, P(IRQL, "the IRQL"), P(PLAIN, "the MDL"), NONE}, LOWER_FIRST},
    {C4, 0, 0x79, "MmUnmapLockedPages above DISPATCH_LEVEL", MAPPING_LEVEL, LOWER_FIRST},
    {C4, 0, 0x7A, "MmUnmapLockedPages of user memory above APC_LEVEL", MAPPING_LEVEL, LOWER_FIRST},
    {C4, 0, 0x7B, "MmUnmapIoSpace above DISPATCH_LEVEL",
        {NONE, P(IRQL, "the IRQL"), P(PLAIN, "the address"), P(BYTES, "the length")}, LOWER_FIRST},
    {C4, 0, 0x7C, "MmUnlockPages of an MDL that is not locked", MDL_STATE, ""},
    {C4, 0, 0x7D, "MmUnlockPages of an MDL of non-paged pool", MDL_STATE, ""},
    {C4, 0, 0x7E, "pages for an MDL were allocated or freed above DISPATCH_LEVEL",
        {NONE, P(IRQL, "the IRQL"), P(IRQL, "the highest it may be"), NONE}, LOWER_FIRST},
    {C4, 0, 0x7F, "MmBuildMdlForNonPagedPool of an MDL of paged pool",
        {NONE, P(IRQL, "the IRQL"), P(PLAIN, "the MDL"), P(PLAIN, "its flags")},
        "MmProbeAndLockPages locks pageable memory."},
    {C4, 0, 0x80, "KeSetEvent above DISPATCH_LEVEL", OBJECT, LOWER_FIRST},
    {C4, 0, 0x81, "MmMapLockedPages, in place of which drivers use MmMapLockedPagesSpecifyCache",
        MDL_STATE, ""},
    {C4, 0, 0x82, "MmMapLockedPagesSpecifyCache that would stop the machine when it fails",
        MDL_STATE, "Pass FALSE for BugCheckOnFailure, and handle NULL."},
    {C4, 0, 0xB0, "MmProbeAndLockPages of an MDL that is locked, or of non-paged pool", MDL_FLAGS,
        ""},
    {C4, 0, 0xB2, "an MDL was mapped that is mapped", MDL_FLAGS, ""},
    {C4, 0, 0xB3, "an MDL was mapped that is not locked",
        {NONE, P(PLAIN, "the MDL"), P(PLAIN, "its flags"),
            P(PLAIN, "those of which one is missing")},
        "MmProbeAndLockPages comes first."},
    {C4, 0, 0xB4, "MmUnlockPages of a part of another MDL", MDL_FLAGS,
        "The whole MDL has the pages locked."},
    {C4, 0, 0xB6, "MmUnmapLockedPages of an MDL that is not mapped", MDL_STATE, ""},
    {C4, 0, 0xB8, "IoFreeMdl of an MDL that is mapped", MDL_STATE,
        "MmUnmapLockedPages comes first."},
    {C4, 0, 0xC0, "IoCallDriver where interrupts are off",
        {NONE, P(IRP, "the IRP"), NONE, NONE}, ""},
    {C4, 0, 0xC1, "a dispatch routine returned where interrupts are off",
        {NONE, P(CODE, "the routine"), NONE, NONE}, ""},
    {C4, 0, 0xC5, "a dispatch routine changed how far APCs are kept away", ROUTINE,
        "KeEnterCriticalRegion without KeLeaveCriticalRegion, or the reverse."},
    {C4, 0, 0xCA, "a lookaside list was initialised twice", LOCK, ""},
    {C4, 0, 0xCB, "a lookaside list was deleted that is none", LOCK, ""},
    {C4, 0, 0xCC, "a block was freed with a lookaside list in it", LIVE_IN_BLOCK,
        "Delete the list first."},
    {C4, 0, 0xCD, "a lookaside list of blocks that are too small",
        {NONE, P(PLAIN, "the list"), P(BYTES, "the size"), P(BYTES, "the least")}, ""},
    {C4, 0, 0xD0, "a resource was initialised twice", LOCK, ""},
    {C4, 0, 0xD1, "a resource was deleted that is none", LOCK, ""},
    {C4, 0, 0xD2, "memory went with a resource in it", LIVE_IN_BLOCK,
        "ExDeleteResourceLite comes before ExFreePool."},
    {C4, 0, 0xDA, "the driver was unloaded and its WMI callback is registered",
        {NONE, P(PLAIN, "the driver's base"), P(CODE, "the callback"), NONE},
        "IoWMIRegistrationControl with WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK comes "
        "first."},
    {C4, 0, 0xDB, "a device was deleted that is registered with WMI",
        {NONE, P(PLAIN, "the device object"), NONE, NONE}, ""},
    {C4, 0, 0xDC, "EtwUnregister was given no provider's handle",
        {NONE, P(PLAIN, "the handle"), NONE, NONE}, ""},
    {C4, 0, 0xDD, "the driver was unloaded without EtwUnregister",
        {NONE, P(CODE, "who registered"), P(PLAIN, "the driver's base"),
            P(PLAIN, "the registration")},
        ""},
    {C4, 0, 0xDF, "a synchronisation object in memory of a session",
        {NONE, P(PLAIN, "the object"), NONE, NONE}, ""},
    {C4, 0, 0xE0, "a system routine was given an address of user memory",
        {NONE, P(PLAIN, "the address"), P(BYTES, "the size"), NONE}, ""},
    {C4, 0, 0xE1, "a synchronisation object in pageable memory",
        {NONE, P(PLAIN, "the object"), NONE, NONE}, "It belongs into non-paged pool."},
    {C4, 0, 0xE2, "an IRP of the kernel with a buffer in user memory",
        {NONE, P(IRP, "the IRP"), P(PLAIN, "the buffer"), NONE}, ""},
    {C4, 0, 0xE3, "a Zw routine was given an address of user memory",
        {NONE, P(CODE, "the caller"), P(PLAIN, "the address"), NONE},
        "A Zw routine trusts what it is given: copy it to the kernel's memory first."},
    {C4, 0, 0xE4, "a Zw routine was given a string that is malformed",
        {NONE, P(CODE, "the caller"), P(PLAIN, "the address"), NONE}, ""},
    {C4, 0, 0xE5, "a call at the wrong IRQL", {NONE, P(IRQL, "the IRQL"), NONE, NONE}, LOWER_FIRST},
    {C4, 0, 0xE6, "a Zw routine was called where special APCs may not come",
        {NONE, P(CODE, "the caller"), P(IRQL, "the IRQL"), P(PLAIN, "how APCs are kept away")},
        LOWER_FIRST},
    {C4, 0, 0xF0, "memory was copied to a place it overlaps",
        {NONE, P(PLAIN, "to"), P(PLAIN, "from"), P(BYTES, "the length")}, "RtlMoveMemory may."},
    {C4, 0, 0xF5, "no handle, NULL, was referenced",
        {NONE, P(PLAIN, "the handle"), P(PLAIN, "the type"), NONE}, ""},
    {C4, 0, 0xF6, "a handle of user mode was referenced as one of the kernel",
        {NONE, P(PLAIN, "the handle"), P(PLAIN, "the process"), P(CODE, "the caller")},
        "Pass Irp->RequestorMode for AccessMode."},
    {C4, 0, 0xF7, "a handle of the kernel was referenced as one of user mode",
        {NONE, P(PLAIN, "the handle"), P(PLAIN, "the type"), P(MODE, "the mode")},
        "Pass KernelMode for handles the driver has made."},
    {C4, 0, 0xFA, "a completion routine returned at another IRQL",
        {NONE, P(CODE, "the routine"), P(IRQL, "the IRQL before"), P(IRQL, "the IRQL after")},
        LOWER_FIRST},
    {C4, 0, 0xFB, "a completion routine changed how far APCs are kept away", ROUTINE, ""},
    {C4, 0, 0x105, "an IRP was freed with ExFreePool", IRP_ONLY, "IoFreeIrp frees IRPs."},
    {C4, 0, 0x10A, "pool was charged to the idle process", ALL_NONE, ""},
    {C4, 0, 0x10B, "pool was charged in a DPC routine", ALL_NONE, ""},
    {C4, 0, 0x110,
        "an interrupt service routine did not restore the state of the floating-point unit",
        ALL_NONE, ""},
    {C4, 0, 0x115, "shutting down takes too long", ALL_NONE, ""},
    {C4, 0, 0x11A, "KeEnterCriticalRegion above APC_LEVEL",
        {NONE, P(IRQL, "the IRQL"), NONE, NONE}, LOWER_FIRST},
    {C4, 0, 0x11B, "KeLeaveCriticalRegion above APC_LEVEL",
        {NONE, P(IRQL, "the IRQL"), NONE, NONE}, LOWER_FIRST},
    {C4, 0, 0x120, "a wait above DISPATCH_LEVEL",
        {NONE, P(PLAIN, "address of the IRQL"), P(PLAIN, "the object"),
            P(PLAIN, "address of the timeout")},
        LOWER_FIRST},
    {C4, 0, 0x121, "a wait at DISPATCH_LEVEL without a timeout",
        {NONE, P(PLAIN, "address of the IRQL"), P(PLAIN, "the object"),
            P(PLAIN, "address of the timeout")},
        LOWER_FIRST},
    {C4, 0, 0x122, "a wait at DISPATCH_LEVEL with a timeout that is not 0",
        {NONE, P(PLAIN, "address of the IRQL"), P(PLAIN, "the object"),
            P(PLAIN, "address of the timeout")},
        LOWER_FIRST},
    {C4, 0, 0x123, "a wait in UserMode for an object on the stack",
        {NONE, P(PLAIN, "the object"), NONE, NONE},
        "Wait in KernelMode: in UserMode the stack may be paged out."},
    {C4, 0, 0x135, "an IRP was cancelled and not completed in time",
        {NONE, P(IRP, "the IRP"), P(PLAIN, "milliseconds it had"), NONE},
        "A cancel routine must complete the IRP soon."},
    {C4, 0, 0x1000, "a deadlock: a thread waits for a lock it has itself", LOCK, ""},
    {C4, 0, 0x1001, "a deadlock is possible: locks are taken in different orders", LOCK, HIERARCHY},
    {C4, 0, 0x1002, "a lock is used that was not initialised", LOCK, ""},
    {C4, 0, 0x1003, "locks are released in another order than they were taken in",
        {NONE, P(PLAIN, "the lock"), P(PLAIN, "the lock that comes first"), NONE}, ""},
    {C4, 0, 0x1004, "a lock was released by another thread than took it",
        {NONE, P(PLAIN, "the lock"), P(PLAIN, "the thread that took it"), P(PLAIN, "this thread")},
        ""},
    {C4, 0, 0x1005, "a lock was initialised twice", LOCK, ""},
    {C4, 0, 0x1006, "a lock was released that was not initialised", LOCK, ""},
    {C4, 0, 0x1007, "a lock was released that was not taken", LOCK, ""},
    {C4, 0, 0x1008, "a lock was acquired by a routine for locks of another kind", LOCK, ""},
    {C4, 0, 0x1009, "a lock was released by a routine that does not go with the one that took it",
        LOCK, ""},
    {C4, 0, 0x100A, "a thread ended that has a lock",
        {NONE, P(PLAIN, "the thread"), P(PLAIN, "the lock"), NONE}, ""},
    {C4, 0, 0x100B, "a lock was deleted or freed that somebody has",
        {NONE, P(PLAIN, "the lock"), P(PLAIN, "the thread"), NONE}, ""},
    {C4, 0, 0x1010, "the buffer of a write changed while the request was on its way",
        {NONE, P(PLAIN, "the device object it was sent to"), P(IRP, "the IRP"),
            P(PLAIN, "the buffer")},
        "Change a copy, and give the request an MDL of it."},
    {C4, 0, 0x1011, "the buffer of a read changed before the request was passed down",
        {NONE, P(PLAIN, "the device object it was sent to"), P(IRP, "the IRP"),
            P(PLAIN, "the buffer")},
        ""},
    {C4, 0, 0x2000, "executable pool was allocated",
        {NONE, P(CODE, "the caller"), P(POOL, "the kind of pool"), P(TAG, "the tag")},
        "Use NonPagedPoolNx."},
    {C4, 0, 0x2001, "memory was made executable and writable",
        {NONE, P(CODE, "the caller"), P(PLAIN, "the protection"), NONE}, ""},
    {C4, 0, 0x2002, "pages were mapped executable and writable",
        {NONE, P(CODE, "the caller"), P(PLAIN, "the priority given"), NONE},
        "Pass MdlMappingNoExecute."},
    {C4, 0, 0x2003, "a section of the image is both writable and executable",
        {NONE, P(PLAIN, "address of the file's name"), P(PLAIN, "the section's header"),
            P(PLAIN, "address of the section's name")},
        ""},
    {C4, 0, 0x2004, "a section of the image is not aligned to pages",
        {NONE, P(PLAIN, "address of the file's name"), P(PLAIN, "the section's header"),
            P(PLAIN, "address of the section's name")},
        ""},
    {C4, 0, 0x2005, "the import table lies in an executable section",
        {NONE, P(PLAIN, "address of the file's name"), P(PLAIN, "the import address table"),
            P(PLAIN, "address of the section's name")},
        ""},

    {C4, 0, 0x40003, "a dispatch routine returned in a critical region", RULE_ROUTINE,
        "KeEnterCriticalRegion without KeLeaveCriticalRegion, or the reverse."},
    {C4, 0, 0x40006, "a queued spin lock was acquired by its owner", RULE_LOCK, ""},
    {C4, 0, 0x40007, "a queued spin lock was released by who does not hold it, or was kept",
        RULE_LOCK, ""},
    {C4, 0, 0x40009, "a spin lock was acquired by its owner, or was kept", RULE_LOCK, ""},
    {C4, 0, 0x4000B, "a spin lock was released by who does not hold it", RULE_LOCK, ""},
    {C4, 0, 0x4000E, "guarded regions are not entered and left in pairs", RULE_ROUTINE, ""},

    {TIMER_OR_DPC_INVALID, 0, 0, "a timer", ALL_NONE, ""},
    {TIMER_OR_DPC_INVALID, 0, 1, "a DPC", ALL_NONE, ""},
    {TIMER_OR_DPC_INVALID, 0, 2, "a DPC routine in memory that has none", ALL_NONE, ""},
    {TIMER_OR_DPC_INVALID, 0, 4, "a DPC routine changed how far APCs are kept away",
        {NONE, P(CODE, "the routine"), P(SIGNED, "before"), P(SIGNED, "after")}, ""},
    {TIMER_OR_DPC_INVALID, 0, 5, "a DPC routine changed how far APCs are kept away",
        {NONE, P(CODE, "the routine"), P(SIGNED, "before"), P(SIGNED, "after")}, ""},
    {WORKER_INVALID, 0, 0, "it was freed", ALL_NONE, ""},
    {WORKER_INVALID, 0, 1, "it was queued again", ALL_NONE, ""},
    {WORKER_INVALID, 0, 2, "it was freed", ALL_NONE, ""},

    {DRIVER_POWER_STATE_FAILURE, 0, 1, "a device was freed with a power request that is out",
        ALL_NONE, ""},
    {DRIVER_POWER_STATE_FAILURE, 0, 2,
        "a device has completed a power request and not called PoStartNextPowerIrp",
        {NONE, P(PLAIN, "the device object"), P(PLAIN, "the driver object"), P(IRP, "the IRP")},
        ""},
    {DRIVER_POWER_STATE_FAILURE, 0, 3, "a device keeps a power request for too long",
        {NONE, P(PLAIN, "the lowest device"), P(PLAIN, "what is known of the time"),
            P(IRP, "the IRP")},
        ""},
    {DRIVER_POWER_STATE_FAILURE, 0, 4, "a change of power waits for plug and play for too long",
        {NONE, P(PLAIN, "the timeout in seconds"), P(PLAIN, "the thread"), NONE}, ""},
    {BUGCODE_USB_DRIVER, 0, 1, "an internal error", ALL_NONE, ""},
    {BUGCODE_USB_DRIVER, 0, 2, "a client passed a URB that is in use",
        {NONE, P(IRP, "the IRP"), P(PLAIN, "its URB"), NONE}, ""},
    {BUGCODE_USB_DRIVER, 0, 3, "the hardware of the controller failed", ALL_NONE, ""},
    {BUGCODE_USB_DRIVER, 0, 4, "an IRP is completed that is completed already",
        {NONE, P(IRP, "the IRP"), P(PLAIN, "its URB"), NONE}, ""},
};

/* The rules of DDI compliance checking, which have a number each. */
static const KDP_SUBCODE KdpDdiRule = {C4, 0, 0,
    "a routine was called at an IRQL, or in a state, it may not be called in",
    {NONE, P(PLAIN, "address of what the rule says"),
        P(CODE, "the caller, or what it is about"), P(IRQL, "the IRQL")},
    LOWER_FIRST};
#define DDI_FIRST 0x20002u
#define DDI_LAST  0x20024u

static const KDP_SUBCODE *KdpFindIn(
    const KDP_SUBCODE *Rows, SIZE_T Count, ULONG Code, const ULONG64 Parameter[4])
{
    for (SIZE_T Index = 0; Index < Count; Index++) {
        const KDP_SUBCODE *Sub = &Rows[Index];
        if (Sub->Code == Code && Sub->Value == Parameter[Sub->By])
            return Sub;
    }
    return NULL;
}

const KDP_SUBCODE *KdpFindSubcode(ULONG Code, const ULONG64 Parameter[4])
{
    const KDP_SUBCODE *Sub =
        KdpFindIn(KdpSubcodes, RTL_NUMBER_OF(KdpSubcodes), Code, Parameter);
    if (Sub == NULL)
        Sub = KdpFindIn(KdpRequestSubcodes, KdpRequestSubcodeCount, Code, Parameter);
    if (Sub == NULL && Code == C4 && Parameter[0] >= DDI_FIRST && Parameter[0] <= DDI_LAST)
        Sub = &KdpDdiRule;
    return Sub;
}
