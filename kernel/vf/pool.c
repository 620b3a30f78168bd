/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pool of verified drivers: what their calls of the pool routines must keep to, special pool for
 * what they get, and a record of each block until it is freed. What is checked sits behind the
 * exports and not in replacements of them: drivers reach the pools by pointers in their lookaside
 * lists as well, and others free what they allocated.
 *
 * A block of ordinary pool has a few bytes behind it that are compared when it is freed; freed ones
 * are filled and kept back for a while, and must still be as they were when they go back to the
 * pool.
 */
#include <string.h>

#include "ke/ke.h"
#include "ke/timer.h"
#include "vf/deadlock.h"
#include "vf/live.h"
#include "vf/lowres.h"
#include "vf/poison.h"
#include "vf/pool.h"
#include "vf/request.h"

#define VFP_TAIL 16u /* bytes behind a block of ordinary pool */
#define VFP_KEPT 256u
/* larger ones are neither filled nor kept back: that would take too long */
#define VFP_LARGEST_FILLED (64u * 1024u)

static const EX_POOL_WATCH VfpWatch;

static KSPIN_LOCK VfpLock;
static struct {
    UCHAR *Block;
    SIZE_T Bytes;
} VfpKept[VFP_KEPT]; /* a ring, the oldest at VfpOldest when it is full */
static ULONG VfpOldest;

/* ---- Before an allocation -------------------------------------------------------------------- */

static BOOLEAN NTAPI VfpCheckAllocation(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    if (!VfIsVerifiedCode(Site))
        return FALSE;
    VfpCheckPoolType(PoolType, Tag, Site);
    const KIRQL Irql = KiGetIrql(), Limit = PoolType & PagedPool ? APC_LEVEL : DISPATCH_LEVEL;
    const char *Pool = PoolType & PagedPool ? "paged" : "non-paged";
    if (VfIsOn(VF_POOL_TRACKING) && Irql > Limit)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, PoolType & PagedPool ? 0x01 : 0x02, Irql,
            PoolType, Bytes, Site, "%llu bytes of %s pool were asked for at IRQL %u",
            (unsigned long long)Bytes, Pool, Irql);
    if (VfIsOn(VF_SPECIAL_POOL) && Irql > Limit)
        VfStop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, Irql, PoolType, Bytes, 0x30, Site,
            "%llu bytes of %s pool were asked for at IRQL %u", (unsigned long long)Bytes, Pool,
            Irql);
    if (VfIsOn(VF_POOL_TRACKING) && Bytes == 0)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x00, Irql, PoolType, Bytes, Site,
            "no bytes of %s pool were asked for", Pool);
    return TRUE;
}

/* ---- Allocating ------------------------------------------------------------------------------ */

static void *VfpAllocateOrdinary(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    if (Bytes > MM_RAM_BYTES)
        return NULL;
    UCHAR *Block = ExiAllocate(Type, Bytes + VFP_TAIL, Tag, Site);
    if (Block == NULL)
        return NULL;
    ExiWatchBlock(Block, Bytes);
    VfpPoison(Block, Bytes <= VFP_LARGEST_FILLED ? Bytes : 0);
    VfpPoison(Block + Bytes, VFP_TAIL);
    return Block;
}

static void *NTAPI VfpAllocate(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG Flags, ULONG_PTR Site)
{
    void *Block = NULL;
    if (VfpShouldFail(Tag, Site))
        return NULL;
    /* Pageable memory has to have its pages for itself. */
    const BOOLEAN Alone = VfIsOn(VF_SPECIAL_POOL) || (VfIsOn(VF_FORCE_IRQL) && (Type & PagedPool));
    if (Alone && Bytes <= PAGE_SIZE && !MmShouldFail()) {
        const BOOLEAN Chosen = (Flags & (EX_SPECIAL_POOL_UNDERRUN | EX_SPECIAL_POOL_OVERRUN)) != 0;
        Block = VfpAllocateSpecial(Type, Bytes, Tag, Site,
            Chosen ? (Flags & EX_SPECIAL_POOL_UNDERRUN) != 0 : VfIsOn(VF_SPECIAL_POOL_START));
    }
    if (Block == NULL)
        Block = VfpAllocateOrdinary(Type, Bytes, Tag, Site);
    if (Block != NULL && VfIsOn(VF_POOL_TRACKING))
        VfpRemember(VFP_BLOCK, Block, NULL, Site);
    return Block;
}

/* ---- Before a block is freed ----------------------------------------------------------------- */

static BOOLEAN VfpIsKept(const void *Block)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Index = 0; Index < VFP_KEPT && !Found; Index++)
        Found = VfpKept[Index].Block == Block;
    KiReleaseLock(&VfpLock, Old);
    return Found;
}

BOOLEAN VfpBlameRecord(enum VFP_RECORD_KIND Kind, const void *Key, const char *Title)
{
    VFP_RECORD Record;
    const BOOLEAN Found = VfpRecall(Kind, Key, &Record);
    if (Found)
        KeBlameStack(Title, Record.Stack.Frame, Record.Stack.Count);
    return Found;
}

/* A block that was freed before, or an address that never was one. */
static void VfpCheckIsBlock(void *Block, ULONG_PTR Site)
{
    EX_POOL_BLOCK Known;
    if (ExQueryPoolBlock(Block, &Known))
        return;
    const MM_PAGE *Page = MmIsRam(Block) ? MmPageOf(Block) : NULL;
    const BOOLEAN Special = Page != NULL &&
        (Page->Kind == MM_PAGE_SPECIAL || Page->Kind == MM_PAGE_SPECIAL_GUARD);
    VFP_RECORD Record;
    if (VfIsOn(VF_POOL_TRACKING) &&
        (VfpIsKept(Block) || (Special && VfpRecall(VFP_FREED_BLOCK, Block, &Record)))) {
        VfpBlameRecord(VFP_FREED_BLOCK, Block, "where the block was freed first");
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x13, 0, (ULONG_PTR)Block,
            Special ? 0 : *(const ULONG *)Block, Site, "the block at %p was freed twice", Block);
    }
    if (Special)
        VfpCheckSpecial(Block, Site);
    if (VfIsOn(VF_POOL_TRACKING))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10, (ULONG_PTR)Block, 0, 0, Site,
            "%p was freed, and is no pool block", Block);
}

static void VfpCheckFreeIrql(const EX_POOL_BLOCK *Block, ULONG_PTR Site)
{
    const KIRQL Irql = KiGetIrql();
    const BOOLEAN Paged = (Block->Type & PagedPool) != 0;
    if (Irql <= (Paged ? APC_LEVEL : DISPATCH_LEVEL))
        return;
    if (VfIsOn(VF_POOL_TRACKING))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Paged ? 0x11 : 0x12, Irql,
            (ULONG_PTR)Block->Type, (ULONG_PTR)Block->Address, Site,
            "a block of %s pool was freed at IRQL %u", Paged ? "paged" : "non-paged", Irql);
    if (VfIsOn(VF_SPECIAL_POOL))
        VfStop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, Irql, (ULONG_PTR)Block->Type,
            (ULONG_PTR)Block->Address, 0x31, Site, "a block of %s pool was freed at IRQL %u",
            Paged ? "paged" : "non-paged", Irql);
}

static void NTAPI VfpCheckFree(void *Block, ULONG_PTR Site)
{
    EX_POOL_BLOCK Known;
    if (!VfIsVerifiedCode(Site))
        return;
    VfpCheckFreedBlock(Block, Site);
    VfpCheckIsBlock(Block, Site);
    if (!ExQueryPoolBlock(Block, &Known))
        return;
    VfpCheckFreeIrql(&Known, Site);
    VfpLocksFreed(Block, Known.Bytes, Site);
    if (!VfIsOn(VF_POOL_TRACKING | VF_MISC))
        return;
    const KTIMER *Timer = KeTimersSet != 0 ? KeFindTimer((ULONG_PTR)Block, Known.Bytes) : NULL;
    if (Timer != NULL)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x15, (ULONG_PTR)Timer, (ULONG_PTR)Known.Type,
            (ULONG_PTR)Block, Site,
            "a block was freed with a timer in it, at %p, that is still set", (const void *)Timer);
    VfpCheckLive(Block, Known.Bytes, (ULONG)Known.Type, Site);
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static void VfpCheckTail(const UCHAR *Block, SIZE_T Bytes)
{
    const UCHAR *Changed = VfpFindChange(Block + Bytes, Block + Bytes + VFP_TAIL);
    if (Changed == NULL)
        return;
    VfpBlameRecord(VFP_BLOCK, Block, "where the block was allocated");
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x51, (ULONG_PTR)Block, (ULONG_PTR)Changed, Bytes, 0,
        "a block of %llu bytes was freed, and %llu bytes behind its start something was written",
        (unsigned long long)Bytes, (unsigned long long)(Changed - Block));
}

/* A block that was kept back goes to the pool, if nobody has written to it. */
static void VfpLetGo(UCHAR *Block, SIZE_T Bytes)
{
    const UCHAR *Changed = VfpFindChange(Block, Block + Bytes);
    if (Changed != NULL) {
        VfpBlameRecord(VFP_FREED_BLOCK, Block, "where the block was freed");
        VfStop(DRIVER_CAUGHT_MODIFYING_FREED_POOL, (ULONG_PTR)Changed, 1, 0, 0, 0,
            "a block of %llu bytes was freed, and %llu bytes behind its start something was "
            "written afterwards",
            (unsigned long long)Bytes, (unsigned long long)(Changed - Block));
    }
    VfpForget(VFP_FREED_BLOCK, Block, 0);
    ExiReleaseBlock(Block);
}

static void VfpKeepBack(UCHAR *Block, SIZE_T Bytes)
{
    VfpPoison(Block, Bytes);
    ExiRetireBlock(Block);
    KIRQL Old = KiAcquireLock(&VfpLock);
    UCHAR *Before = VfpKept[VfpOldest].Block;
    const SIZE_T BytesBefore = VfpKept[VfpOldest].Bytes;
    VfpKept[VfpOldest].Block = Block;
    VfpKept[VfpOldest].Bytes = Bytes;
    VfpOldest = (VfpOldest + 1) % VFP_KEPT;
    KiReleaseLock(&VfpLock, Old);
    if (Before != NULL)
        VfpLetGo(Before, BytesBefore);
}

/* Where the call of a driver's that frees comes from, if it is one. */
static void VfpNoteFreed(const void *Block)
{
    VfpForget(VFP_BLOCK, Block, 0);
    VfpForget(VFP_FREED_BLOCK, Block, 0);
    VfpRemember(VFP_FREED_BLOCK, Block, NULL, 0);
}

static void NTAPI VfpFree(void *Block)
{
    const BOOLEAN Special = MmPageOf(Block)->Kind == MM_PAGE_SPECIAL,
                  Tracked = VfIsOn(VF_POOL_TRACKING);
    EX_POOL_BLOCK Known;
    if (!ExQueryPoolBlock(Block, &Known)) { /* of a caller that is not verified */
        VfpCheckSpecial(Block, 0);
        return;
    }
    if (!Special)
        VfpCheckTail(Block, Known.Bytes);
    if (Tracked || Special)
        VfpNoteFreed(Block);
    if (Special)
        VfpFreeSpecial(Block, 0);
    else if (Tracked && Known.Bytes <= VFP_LARGEST_FILLED)
        VfpKeepBack(Block, Known.Bytes);
    else
        ExiReleaseBlock(Block);
}

void VfpReleaseKept(void)
{
    for (ULONG Index = 0; Index < VFP_KEPT; Index++) {
        KIRQL Old = KiAcquireLock(&VfpLock);
        UCHAR *Block = VfpKept[Index].Block;
        VfpKept[Index].Block = NULL;
        KiReleaseLock(&VfpLock, Old);
        if (Block != NULL)
            VfpLetGo(Block, VfpKept[Index].Bytes);
    }
}

/* ---- Start ----------------------------------------------------------------------------------- */

static const EX_POOL_WATCH VfpWatch = {
    .CheckAllocation = VfpCheckAllocation,
    .Allocate = VfpAllocate,
    .CheckFree = VfpCheckFree,
    .Free = VfpFree,
};

void VfpPreparePool(void)
{
    VfpLock = 0;
    VfpOldest = 0;
    memset(VfpKept, 0, sizeof(VfpKept));
    VfpPrepareRecords();
    VfpPrepareSpecial();
    VfpPrepareLive();
    VfpWatchData(VfIsOn(VF_SECURITY));
    IoLeakWatch = KeVerifierFlags != 0 ? &VfpLeakWatch : NULL;
    ObHandleWatch = VfIsOn(VF_MISC) ? &VfpHandleWatch : NULL;
    PsProcessEnded = VfIsOn(VF_POOL_TRACKING) ? VfpCheckLockedPages : NULL;
    ExPoolWatch = VfIsOn(VF_SPECIAL_POOL | VF_POOL_TRACKING | VF_LOW_RESOURCES | VF_SYSTEMATIC |
                      VF_SECURITY | VF_MISC | VF_FORCE_IRQL | VF_DEADLOCK | VF_IO |
                      VF_CODE_INTEGRITY)
        ? &VfpWatch
        : NULL;
}

/*
 * Exports whose limits of the IRQL are checked behind them: a thunk of ours in front of them would
 * say less.
 */
#define VFP_POOL_FLAGS (VF_SPECIAL_POOL | VF_POOL_TRACKING)
#define VFP_CHECKS_ITSELF(Export)                                            \
    {                                                                        \
        (const void *)(Export), (const void *)(Export), VFP_POOL_FLAGS, TRUE \
    }

const LDR_REPLACEMENT VfpPoolTable[] = {
    VFP_CHECKS_ITSELF(ExAllocatePool),
    VFP_CHECKS_ITSELF(ExAllocatePoolWithTag),
    VFP_CHECKS_ITSELF(ExAllocatePoolWithTagPriority),
    VFP_CHECKS_ITSELF(ExAllocatePoolWithQuota),
    VFP_CHECKS_ITSELF(ExAllocatePoolWithQuotaTag),
    VFP_CHECKS_ITSELF(ExAllocatePool2),
    VFP_CHECKS_ITSELF(ExAllocatePool3),
    VFP_CHECKS_ITSELF(ExFreePool),
    VFP_CHECKS_ITSELF(ExFreePoolWithTag),
    VFP_CHECKS_ITSELF(ExFreePool2),
    VF_REPLACE_END,
};
