/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bugchecks in words: what each one means, what its parameters are, what most likely led there and
 * what to do. Of codes that are many in one, a row of bugsubcodes.c is added, which one of the
 * parameters picks. Values that stand for something are told, too.
 * Source: DOC debugger, Bug Check Code Reference; what dotsys alone does with a code is INF.
 */
#include <stdio.h>
#include <string.h>

#include "io/leak.h"
#include "kd/bugrows.h"
#include "rtl/status.h"

static const KDP_BUGCHECK KdpBugchecks[] = {
    {IRQL_NOT_LESS_OR_EQUAL, "pageable or invalid memory was touched at a raised IRQL",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_IRQL, "the IRQL"},
            {KDP_ACCESS, "the access"}, {KDP_CODE, "the instruction"}},
        "A pointer is wrong, or pageable memory is used at DISPATCH_LEVEL or above: use non-paged "
        "pool there, or lower the IRQL."},
    {DRIVER_IRQL_NOT_LESS_OR_EQUAL, "a driver touched pageable or invalid memory at a raised IRQL",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_IRQL, "the IRQL"},
            {KDP_ACCESS, "the access"}, {KDP_CODE, "the instruction"}},
        "A pointer is wrong, or pageable memory is used at DISPATCH_LEVEL or above. A spin lock "
        "that is held raises the IRQL."},
    {PAGE_FAULT_IN_NONPAGED_AREA, "system memory was touched that is not there",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_FAULT_ACCESS, "the access"},
            {KDP_CODE, "the instruction"}, NONE},
        "The pointer leads to memory that was freed or never was: look at where it comes from. Not "
        "even __try protects from it."},
    {KMODE_EXCEPTION_NOT_HANDLED, "an exception nobody handled",
        {{KDP_STATUS, "the exception"}, {KDP_CODE, "where it was raised"},
            {KDP_PLAIN, "its first parameter"}, {KDP_PLAIN, "its second parameter"}},
        "At a raised IRQL exceptions are not looked for handlers: what raised it must not happen "
        "there."},
    {SYSTEM_SERVICE_EXCEPTION, "an exception in a system call that nobody handled",
        {{KDP_STATUS, "the exception"}, {KDP_CODE, "where it was raised"},
            {KDP_PLAIN, "address of the registers, a CONTEXT"}, NONE},
        "The instruction below did it while it handled a request; see what its operands held. For "
        "an access violation near "
        "address 0 look for a pointer that is NULL."},
    {SYSTEM_THREAD_EXCEPTION_NOT_HANDLED,
        "an exception in a system thread (or DriverEntry, or DriverUnload) that nobody handled",
        {{KDP_STATUS, "the exception"}, {KDP_CODE, "where it was raised"},
            {KDP_PLAIN, "address of its EXCEPTION_RECORD"},
            {KDP_PLAIN, "address of the registers, a CONTEXT"}},
        "The instruction below did it; see what its operands held. For an access violation near "
        "address 0 look for a pointer "
        "that is NULL."},
    {KERNEL_MODE_EXCEPTION_NOT_HANDLED, "an exception in kernel mode that nobody handled",
        {{KDP_STATUS, "the exception"}, {KDP_CODE, "where it was raised"},
            {KDP_PLAIN, "address of the registers"}, NONE},
        "The instruction below did it while it handled a request; see what its operands held. For "
        "an access violation near "
        "address 0 look for a pointer that is NULL."},
    {APC_INDEX_MISMATCH,
        "a critical region was entered and not left before the system call returned",
        {{KDP_CODE, "the routine that returned"},
            {KDP_PLAIN, "how far it was attached to other processes"},
            {KDP_SIGNED,
                "critical and guarded regions that are still entered, as a negative number"},
            NONE},
        "Each KeEnterCriticalRegion, fast mutex or resource needs its counterpart on every way out "
        "of the routine."},
    {REFERENCE_BY_POINTER, "an object's reference count is wrong",
        {{KDP_PLAIN, "the object's type"}, {KDP_PLAIN, "the object"},
            {KDP_PLAIN, "a number for the reason"}, {KDP_SIGNED, "the reference count"}},
        "ObDereferenceObject was called once more often than references were taken, or after the "
        "last one was gone."},
    {NO_MORE_IRP_STACK_LOCATIONS, "an IRP was passed down further than it has stack locations",
        {{KDP_IRP, "the IRP"}, NONE, NONE, NONE},
        "The device below was attached to after StackSize was taken, or the IRP was allocated with "
        "too few: the StackSize of "
        "the device it is sent to is the least."},
    {MULTIPLE_IRP_COMPLETE_REQUESTS, "an IRP was completed that had been completed before",
        {{KDP_IRP, "the IRP"}, NONE, NONE, NONE},
        "Two routines believe the IRP is theirs: often one completes it and returns "
        "STATUS_PENDING, or a cancel routine and the "
        "ordinary way both complete it. After IoCompleteRequest, or IoCallDriver, it is somebody "
        "else's."},
    {CANCEL_STATE_IN_COMPLETED_IRP, "a completed IRP still had a cancel routine",
        {{KDP_IRP, "the IRP"}, {KDP_CODE, "its cancel routine"}, NONE, NONE},
        "IoSetCancelRoutine(Irp, NULL) comes before IoCompleteRequest; when it returns NULL, the "
        "cancel routine completes the IRP."},
    {IRQL_GT_ZERO_AT_SYSTEM_SERVICE, "a system call returned at a raised IRQL",
        {{KDP_CODE, "the routine that returned"}, {KDP_IRQL, "the IRQL"},
            {KDP_PLAIN, "regions that keep APCs away"}, NONE},
        "A spin lock was not released, or KeRaiseIrql has no KeLowerIrql on the way the request "
        "took."},
    {UNEXPECTED_KERNEL_MODE_TRAP, "a trap the kernel cannot handle",
        {{KDP_TRAP, "the trap"}, {KDP_PLAIN, "the stack pointer, for a double fault"}, NONE, NONE},
        "A double fault is a stack that is used up: look for recursion or large local variables in "
        "the frames below."},
    {ATTEMPTED_WRITE_TO_READONLY_MEMORY, "read-only memory was written to",
        {{KDP_ADDRESS, "the address"}, {KDP_PLAIN, "the contents of its page table entry"},
            {KDP_PLAIN, "address of the exception"}, NONE},
        "Code and constants of an image are read-only: a cast took a const away, or a pointer is "
        "wrong."},
    {ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY, "data was executed",
        {{KDP_ADDRESS, "the address"}, {KDP_PLAIN, "the contents of its page table entry"},
            {KDP_PLAIN, "address of the exception"}, NONE},
        "A function pointer is wrong, or the stack was overwritten; code in pool needs pool that "
        "is executable."},
    {BAD_POOL_CALLER, "a pool routine was called wrongly",
        {{KDP_PLAIN, "what is wrong"}, NONE, NONE, NONE},
        "The caller is the first driver on the stack; who allocated the block is told below if it "
        "is still known."},
    {BAD_POOL_HEADER, "the header of a pool block is damaged",
        {{KDP_PLAIN, "what is wrong"}, {KDP_PLAIN, "the block"}, NONE, NONE},
        "A block was written to beyond its end, or after it was freed: run it again with --verify "
        "(special pool)."},
    {MEMORY_MANAGEMENT, "memory management found something wrong",
        {{KDP_PLAIN, "what is wrong"}, NONE, NONE, NONE}, ""},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, "a driver broke a rule the verifier checks",
        {{KDP_PLAIN, "which rule"}, NONE, NONE, NONE}, ""},
    {DRIVER_VERIFIER_IOMANAGER_VIOLATION,
        "a driver broke a rule about requests the verifier checks",
        {{KDP_PLAIN, "which rule"}, NONE, NONE, NONE}, ""},
    {DRIVER_VERIFIER_DMA_VIOLATION, "a driver broke a rule about DMA the verifier checks",
        {{KDP_PLAIN, "which rule"}, NONE, NONE, NONE}, ""},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
        "a driver wrote where it must not, beside a block of special pool",
        {{KDP_PLAIN, "an address in the block"}, NONE, NONE, {KDP_PLAIN, "what is wrong"}},
        "The block's owner is told below: it, or a neighbour, wrote outside of it."},
    {DRIVER_CAUGHT_MODIFYING_FREED_POOL, "a driver touched pool that was freed",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_ACCESS, "the access"},
            {KDP_MODE, "the mode"}, NONE},
        "A pointer was kept after ExFreePool: set it to NULL there, or count references."},
    {PAGE_FAULT_IN_FREED_SPECIAL_POOL, "freed special pool was touched",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_ACCESS, "the access"},
            {KDP_CODE, "the instruction"}, NONE},
        "A pointer was kept after ExFreePool: set it to NULL there, or count references."},
    {DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL, "a driver touched special pool that was freed",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_ACCESS, "the access"},
            {KDP_CODE, "the instruction"}, NONE},
        "A pointer was kept after ExFreePool: set it to NULL there, or count references."},
    {PAGE_FAULT_BEYOND_END_OF_ALLOCATION, "memory behind a block of special pool was touched",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_ACCESS, "the access"},
            {KDP_CODE, "the instruction"}, NONE},
        "An index or a length is larger than the block: compare it with the block's size."},
    {DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
        "a driver touched memory behind a block of special pool",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_ACCESS, "the access"},
            {KDP_CODE, "the instruction"}, NONE},
        "An index or a length is larger than the block: compare it with the block's size."},
    {DRIVER_PORTION_MUST_BE_NONPAGED, "a driver's pageable memory was touched at a raised IRQL",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_IRQL, "the IRQL"},
            {KDP_ACCESS, "the access"}, {KDP_CODE, "the instruction"}},
        "Code and data in a PAGE section may be used below DISPATCH_LEVEL only."},
    {DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS,
        "a driver was called that had been unloaded",
        {{KDP_ADDRESS, "the address that was touched"}, {KDP_ACCESS, "the access"},
            {KDP_CODE, "the instruction"}, NONE},
        "A timer, DPC, work item, thread or callback was left behind: end them, and wait for them, "
        "before DriverUnload returns."},
    {DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS,
        "a driver or the system left pages of a process locked that ended",
        {{KDP_PLAIN, "the tracking of the pages"}, NONE, {KDP_PLAIN, "the MDL, if it is known"},
            {KDP_PLAIN, "pages that are locked"}},
        "Each MmProbeAndLockPages needs its MmUnlockPages, when the request is cancelled, too."},
    {PROCESS_HAS_LOCKED_PAGES, "a process ended with pages that are locked",
        {NONE, {KDP_PLAIN, "the process"}, {KDP_PLAIN, "pages that are locked"}, NONE},
        "Each MmProbeAndLockPages needs its MmUnlockPages, when the request is cancelled, too."},
    {IRQL_NOT_GREATER_OR_EQUAL, "KeRaiseIrql was asked to lower the IRQL",
        {{KDP_IRQL, "the IRQL"}, {KDP_IRQL, "the IRQL that was asked for"}, NONE, NONE},
        "KeLowerIrql lowers it; look at what raised it before."},
    {MAXIMUM_WAIT_OBJECTS_EXCEEDED, "a wait on too many objects", {NONE, NONE, NONE, NONE},
        "More than THREAD_WAIT_OBJECTS need an array of wait blocks, more than "
        "MAXIMUM_WAIT_OBJECTS are not possible."},
    {ATTEMPTED_SWITCH_FROM_DPC, "a DPC routine waited",
        {{KDP_PLAIN, "the thread"}, NONE, {KDP_PLAIN, "the end of its stack"}, NONE},
        "A DPC routine must not block: give what waits to a work item, and wait there."},
    {IRQL_UNEXPECTED_VALUE, "a routine returned at another IRQL than it was called at",
        {{KDP_IRQLS, "the IRQLs"}, {KDP_CODE, "the routine"}, {KDP_PLAIN, "its argument"}, NONE},
        "The routine raised the IRQL, or took a spin lock, and did not undo it on the way it "
        "took."},
    {TIMER_OR_DPC_INVALID, "a timer that is set was freed or initialised: KeCancelTimer first",
        {{KDP_PLAIN, "what it is"}, {KDP_PLAIN, "the timer or DPC"},
            {KDP_PLAIN, "the memory it is in, from"}, {KDP_PLAIN, "to"}},
        "KeCancelTimer, and KeFlushQueuedDpcs for the DPC, come before ExFreePool and before "
        "DriverUnload returns."},
    {WORKER_INVALID, "a work item that is queued was freed or queued again",
        {{KDP_PLAIN, "which of them"}, {KDP_PLAIN, "the work item"},
            {KDP_PLAIN, "the memory it is in, from"}, {KDP_PLAIN, "to"}},
        "A work item is the system's until its routine is called."},
    {RESOURCE_NOT_OWNED, "a resource was released by a thread that does not have it",
        {{KDP_PLAIN, "the resource"}, {KDP_PLAIN, "the thread"},
            {KDP_PLAIN, "the table of its owners"}, {KDP_PLAIN, "a number for the reason"}},
        "Each ExReleaseResourceLite needs an acquiring call of the same thread before it."},
    {MUST_SUCCEED_POOL_EMPTY, "a must-succeed allocation failed",
        {{KDP_PLAIN, "bytes that were wanted"}, {KDP_PLAIN, "pages in use"},
            {KDP_PLAIN, "pages of that size"}, {KDP_PLAIN, "pages that are there"}},
        "No driver may count on memory: ask for ordinary pool, and handle NULL."},
    {THREAD_TERMINATE_HELD_MUTEX, "a thread ended that still held a mutex",
        {{KDP_PLAIN, "the thread"}, {KDP_PLAIN, "the mutex"}, NONE, NONE},
        "KeReleaseMutex comes before the thread's routine returns or calls "
        "PsTerminateSystemThread."},
    {INVALID_PROCESS_ATTACH_ATTEMPT, "KeAttachProcess by a thread that is attached already",
        {{KDP_PLAIN, "the process it wanted"}, {KDP_PLAIN, "the process it is attached to"}, NONE,
            NONE},
        "KeStackAttachProcess can be nested."},
    {TARGET_MDL_TOO_SMALL, "IoBuildPartialMdl with a target MDL that is too small",
        {{KDP_PLAIN, "the MDL"}, {KDP_PLAIN, "pages it needs"}, NONE, NONE},
        "Allocate it for the range's virtual address and length."},
    {NO_MORE_SYSTEM_PTES, "no addresses are left to map memory at",
        {{KDP_PLAIN, "the kind of mapping"}, {KDP_PLAIN, "pages that were wanted"}, NONE, NONE},
        "Mappings are not undone: MmUnmapLockedPages, MmUnmapIoSpace. MmGetSystemAddressForMdlSafe "
        "fails instead."},
    {SYSTEM_PTE_MISUSE, "an address range for mappings was used wrongly",
        {{KDP_PLAIN, "what is wrong"}, {KDP_PLAIN, "the address"},
            {KDP_TAG, "the tag that was given"}, {KDP_PLAIN, "its tag or length"}},
        "A range of MmAllocateMappingAddress is used with the tag and the length it was allocated "
        "with."},
    {INVALID_CANCEL_OF_FILE_OPEN, "IoCancelFileOpen on a file that has handles",
        {{KDP_PLAIN, "the file object"}, {KDP_PLAIN, "the device object"}, NONE, NONE},
        "It is for an open that is about to fail."},
    {INVALID_WORK_QUEUE_ITEM, "a queue has an entry that is none",
        {{KDP_PLAIN, "the entry"}, {KDP_PLAIN, "the next one"}, {KDP_PLAIN, "the queue"},
            {KDP_CODE, "the routine"}},
        "A work item was freed or initialised while it was queued."},
    {SPIN_LOCK_ALREADY_OWNED, "a spin lock was acquired twice by its owner",
        {{KDP_PLAIN, "the spin lock"}, NONE, NONE, NONE},
        "Spin locks are not recursive: one routine called another that takes the same lock."},
    {SPIN_LOCK_NOT_OWNED, "a spin lock was released that nobody has",
        {{KDP_PLAIN, "the spin lock"}, NONE, NONE, NONE}, ""},
    {DRIVER_POWER_STATE_FAILURE, "a power request is not done",
        {{KDP_PLAIN, "what is wrong"}, {KDP_PLAIN, "the device object"}, NONE, NONE},
        "A driver keeps a power IRP: look at who has it."},
    {THREAD_STUCK_IN_DEVICE_DRIVER, "a driver does not return, or keeps a request of the system's",
        {{KDP_PLAIN, "the thread's number; 0: none is in a driver"},
            {KDP_PLAIN, "milliseconds it had"}, {KDP_PLAIN, "milliseconds it may have"},
            {KDP_IRP, "the IRP that is kept"}},
        "A routine waits for what does not come, or an IRP it was given is completed nowhere."},
    {BUGCODE_USB_DRIVER, "a USB driver reports an error",
        {{KDP_PLAIN, "what is wrong"}, NONE, NONE, NONE}, ""},
    {DRIVER_OVERRAN_STACK_BUFFER, "a driver wrote beyond a buffer on the stack",
        {{KDP_PLAIN, "the security cookie that was found"},
            {KDP_PLAIN, "the one that was expected"}, {KDP_PLAIN, "its complement"}, NONE},
        "A local array is written to beyond its end in the first driver's frame."},
    {KERNEL_SECURITY_CHECK_FAILURE, "a check against damaged structures failed",
        {{KDP_FAST_FAIL, "what is damaged"}, {KDP_PLAIN, "address of the trap frame"},
            {KDP_PLAIN, "address of the EXCEPTION_RECORD"}, NONE},
        "A list entry was removed twice, freed while it was linked, or overwritten."},
    {DPC_WATCHDOG_VIOLATION, "DPC routines took too long",
        {{KDP_PLAIN, "0: one, 1: many together"}, {KDP_PLAIN, "ticks it took"},
            {KDP_PLAIN, "ticks it may take"}, NONE},
        "What takes long belongs in a work item or a thread."},
    {CRITICAL_PROCESS_DIED, "a process ended the system cannot do without",
        {{KDP_PLAIN, "the process"}, NONE, NONE, NONE}, ""},
    {MANUALLY_INITIATED_CRASH, "somebody asked for it", {NONE, NONE, NONE, NONE}, ""},
    {DRIVER_RETURNED_HOLDING_CANCEL_LOCK, "a driver returned with the cancel spin lock held",
        {{KDP_IRP, "the IRP"}, {KDP_CODE, "the routine"}, NONE, NONE},
        "A cancel routine calls IoReleaseCancelSpinLock with Irp->CancelIrql first."},
    {BUGCHECK_RETURN_TO_FIRMWARE, "a driver had the firmware halt or restart the machine",
        {{KDP_PLAIN, "the action, FIRMWARE_REENTRY"}, {KDP_CODE, "the caller"}, NONE, NONE}, ""},
    {BUGCHECK_UNIMPLEMENTED_EXPORT, "a driver called an export dotsys does not implement",
        {{KDP_CODE, "the caller"}, {KDP_PLAIN, "the driver's base"},
            {KDP_PLAIN, "address of the name"}, NONE},
        "'dotsys imports FILE.sys' lists what a driver needs; --strict refuses such a driver when "
        "it is loaded."},
};

/* ---- Values ---------------------------------------------------------------------------------- */

static const char *KdpIrqlName(ULONG64 Irql)
{
    return Irql == PASSIVE_LEVEL ? "PASSIVE_LEVEL"
        : Irql == APC_LEVEL      ? "APC_LEVEL"
        : Irql == DISPATCH_LEVEL ? "DISPATCH_LEVEL"
        : Irql < 32              ? "an interrupt's level, or higher"
                                 : "no IRQL";
}

static const char *KdpTrapName(ULONG64 Trap)
{
    static const char *const Names[] = {"division by zero", "debug trap", "non-maskable interrupt",
        "breakpoint", "overflow", "bounds check", "invalid opcode", "no coprocessor",
        "double fault", "coprocessor overrun", "invalid task segment", "segment not present",
        "stack fault", "general protection", "page fault"};
    return Trap < RTL_NUMBER_OF(Names) ? Names[Trap] : "";
}

/* The first parameter of __fastfail, those drivers meet. */
static const char *KdpFastFailName(ULONG64 Code)
{
    switch (Code) {
    case 0: return "a buffer on the stack overran";
    case 1: return "a call by a table that is none";
    case 2: return "the stack cookie differs";
    case 3: return "a LIST_ENTRY is damaged";
    case 4: return "the stack is not where it should be";
    case 5: return "an argument is invalid";
    case 6: return "the stack cookie was not initialised";
    case 7: return "a fatal exit of the program";
    case 8: return "an array was indexed beyond its end";
    case 10: return "a call by a pointer that leads nowhere allowed";
    case 14: return "a reference count is invalid";
    default: return "";
    }
}

static void KdpDescribeValue(UCHAR Kind, ULONG64 Value, char *Text, SIZE_T Size)
{
    const char *Name = "";
    switch (Kind) {
    case KDP_IRQL: Name = KdpIrqlName(Value); break;
    case KDP_ACCESS: Name = Value == 0 ? "read" : Value == 1 ? "write"
                                              : Value == 8   ? "execution"
                                                             : "";
        break;
    case KDP_FAULT_ACCESS: Name = Value == 0 ? "read" : Value == 2 || Value == 1 ? "write"
                                                    : Value & 0x10               ? "execution"
                                                                                 : "";
        break;
    case KDP_MODE: Name = Value == 0 ? "kernel" : Value == 1 ? "user"
                                                             : "";
        break;
    case KDP_TRAP: Name = KdpTrapName(Value); break;
    case KDP_FAST_FAIL: Name = KdpFastFailName(Value); break;
    case KDP_STATUS:
        Name = RtlpStatusName((NTSTATUS)(ULONG)Value);
        break;
    case KDP_ADDRESS:
        Name = Value < 0x10000 ? "near NULL" : "";
        break;
    case KDP_POOL:
        Name = (Value & 1) ? "paged" : Value & 512 ? "non-paged, no execute"
                                                   : "non-paged";
        break;
    case KDP_SIGNED: {
        const LONG Signed = (LONG)(ULONG)Value;
        snprintf(Text, Size, "%d", Signed);
        return;
    }
    case KDP_BYTES:
        snprintf(Text, Size, "%llu bytes", (unsigned long long)Value);
        return;
    case KDP_TAG:
        snprintf(Text, Size, "'%s'", IopTagText((ULONG)Value, (char[5]){0}));
        return;
    case KDP_IRQLS:
        snprintf(Text, Size, "it was %u and should have been %u", (unsigned)(Value >> 16 & 0xFF),
            (unsigned)(Value >> 8 & 0xFF));
        return;
    default:
        break;
    }
    snprintf(Text, Size, "%s", Name != NULL ? Name : "");
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* Takes from a row what it says of the parameters. */
static void KdpTakeParameters(
    const KDP_PARAMETER Row[4], const ULONG64 Parameter[4], KD_BUGCHECK_WORDS *Words)
{
    for (ULONG Index = 0; Index < 4; Index++) {
        if (Row[Index].Kind == KDP_NOTHING)
            continue;
        Words->Parameter[Index] = Row[Index].Text;
        KdpDescribeValue(
            Row[Index].Kind, Parameter[Index], Words->Value[Index], sizeof(Words->Value[Index]));
    }
}

static void KdpTakeSubcode(ULONG Code, const ULONG64 Parameter[4], KD_BUGCHECK_WORDS *Words)
{
    const KDP_SUBCODE *Sub = KdpFindSubcode(Code, Parameter);
    if (Sub == NULL)
        return;
    if (Sub->Meaning[0] == 0) { /* the code has other parameters then */
        for (ULONG Index = 0; Index < 4; Index++) {
            Words->Parameter[Index] = "";
            Words->Value[Index][0] = 0;
        }
    }
    KdpTakeParameters(Sub->Parameter, Parameter, Words);
    if (Sub->Meaning[0] != 0) {
        snprintf(Words->Value[Sub->By], sizeof(Words->Value[Sub->By]), "%s", Sub->Meaning);
        if (Words->Parameter[Sub->By][0] == 0)
            Words->Parameter[Sub->By] = "what is wrong";
    }
    if (Sub->Cause[0] != 0)
        Words->Cause = Sub->Cause;
}

static const KDP_BUGCHECK *KdpFindBugcheck(ULONG Code)
{
    for (SIZE_T Index = 0; Index < RTL_NUMBER_OF(KdpBugchecks); Index++) {
        if (KdpBugchecks[Index].Code == Code)
            return &KdpBugchecks[Index];
    }
    return NULL;
}

UCHAR KdpParameterKind(ULONG Code, const ULONG64 Parameter[4], ULONG Index)
{
    const KDP_BUGCHECK *Row = KdpFindBugcheck(Code);
    const KDP_SUBCODE *Sub = KdpFindSubcode(Code, Parameter);
    if (Sub != NULL && (Sub->Meaning[0] == 0 || Sub->Parameter[Index].Kind != KDP_NOTHING))
        return Sub->Parameter[Index].Kind;
    return Row != NULL ? Row->Parameter[Index].Kind : KDP_NOTHING;
}

void KdDescribeBugcheck(ULONG Code, const ULONG64 Parameter[4], KD_BUGCHECK_WORDS *Words)
{
    *Words = (KD_BUGCHECK_WORDS){
        .Name = KdpBugcheckName(Code), .Meaning = "", .Parameter = {"", "", "", ""}, .Cause = ""};
    const KDP_BUGCHECK *Row = KdpFindBugcheck(Code);
    if (Row != NULL) {
        Words->Meaning = Row->Meaning;
        Words->Cause = Row->Cause;
        KdpTakeParameters(Row->Parameter, Parameter, Words);
    }
    KdpTakeSubcode(Code, Parameter, Words);
}
