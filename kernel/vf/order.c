/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See order.h. */
#include "vf/order.h"

#include <string.h>

#include "ke/ke.h"

#define VFP_BOTH (VFP_BEFORE | VFP_AFTER)
#define VFP_QUEUED_LOCK 100u /* what the queue handle, the first argument, is for */
#define VFP_MOST_EXPORTS 8192u

static const struct {
    const char *Name;
    UCHAR What, Argument;
} VfpOrderTable[] = {
    {"KeAcquireSpinLock", VFP_AFTER, 0},
    {"KeAcquireSpinLockRaiseToDpc", VFP_AFTER, 0},
    {"KeAcquireSpinLockRaiseToSynch", VFP_AFTER, 0},
    {"KeAcquireSpinLockAtDpcLevel", VFP_AFTER, 0},
    {"KefAcquireSpinLockAtDpcLevel", VFP_AFTER, 0},
    {"KfAcquireSpinLock", VFP_AFTER, 0},
    {"KeAcquireSpinLockForDpc", VFP_AFTER, 0},
    {"KeTryToAcquireSpinLockAtDpcLevel", VFP_AFTER | VFP_IF_TRUE, 0},
    {"KeAcquireInStackQueuedSpinLock", VFP_AFTER, 0},
    {"KeAcquireInStackQueuedSpinLockAtDpcLevel", VFP_AFTER, 0},
    {"KeAcquireInStackQueuedSpinLockForDpc", VFP_AFTER, 0},
    {"KeAcquireInStackQueuedSpinLockRaiseToSynch", VFP_AFTER, 0},
    {"KeReleaseSpinLock", VFP_BEFORE, 0},
    {"KfReleaseSpinLock", VFP_BEFORE, 0},
    {"KeReleaseSpinLockFromDpcLevel", VFP_BEFORE, 0},
    {"KefReleaseSpinLockFromDpcLevel", VFP_BEFORE, 0},
    {"KeReleaseSpinLockForDpc", VFP_BEFORE, 0},
    {"KeReleaseInStackQueuedSpinLock", VFP_BEFORE, VFP_QUEUED_LOCK},
    {"KeReleaseInStackQueuedSpinLockFromDpcLevel", VFP_BEFORE, VFP_QUEUED_LOCK},
    {"KeReleaseInStackQueuedSpinLockForDpc", VFP_BEFORE, VFP_QUEUED_LOCK},
    {"ExAcquireSpinLockExclusive", VFP_AFTER, 0},
    {"ExAcquireSpinLockExclusiveAtDpcLevel", VFP_AFTER, 0},
    {"ExAcquireSpinLockShared", VFP_AFTER, 0},
    {"ExAcquireSpinLockSharedAtDpcLevel", VFP_AFTER, 0},
    {"ExTryConvertSharedSpinLockExclusive", VFP_AFTER, 0},
    {"ExReleaseSpinLockExclusive", VFP_BEFORE, 0},
    {"ExReleaseSpinLockExclusiveFromDpcLevel", VFP_BEFORE, 0},
    {"ExReleaseSpinLockShared", VFP_BEFORE, 0},
    {"ExReleaseSpinLockSharedFromDpcLevel", VFP_BEFORE, 0},
    {"ExAcquireFastMutex", VFP_AFTER, 0},
    {"ExAcquireFastMutexUnsafe", VFP_AFTER, 0},
    {"ExTryToAcquireFastMutex", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExReleaseFastMutex", VFP_BEFORE, 0},
    {"ExReleaseFastMutexUnsafe", VFP_BEFORE, 0},
    {"KeAcquireGuardedMutex", VFP_AFTER, 0},
    {"KeAcquireGuardedMutexUnsafe", VFP_AFTER, 0},
    {"KeTryToAcquireGuardedMutex", VFP_AFTER | VFP_IF_TRUE, 0},
    {"KeReleaseGuardedMutex", VFP_BEFORE, 0},
    {"KeReleaseGuardedMutexUnsafe", VFP_BEFORE, 0},
    {"ExAcquireResourceExclusiveLite", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExAcquireResourceSharedLite", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExAcquireSharedStarveExclusive", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExAcquireSharedWaitForExclusive", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExTryToAcquireResourceExclusiveLite", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExEnterCriticalRegionAndAcquireResourceExclusive", VFP_AFTER, 0},
    {"ExEnterCriticalRegionAndAcquireResourceShared", VFP_AFTER, 0},
    {"ExReleaseResourceLite", VFP_BEFORE, 0},
    {"ExReleaseResourceForThreadLite", VFP_BEFORE, 0},
    {"ExReleaseResourceAndLeaveCriticalRegion", VFP_BEFORE, 0},
    {"ExConvertExclusiveToSharedLite", VFP_BEFORE, 0},
    {"ExfAcquirePushLockExclusive", VFP_AFTER, 0},
    {"ExfAcquirePushLockShared", VFP_AFTER, 0},
    {"ExfReleasePushLock", VFP_BEFORE, 0},
    {"ExfReleasePushLockExclusive", VFP_BEFORE, 0},
    {"ExfReleasePushLockShared", VFP_BEFORE, 0},
    {"ExAcquirePushLockExclusiveEx", VFP_AFTER, 0},
    {"ExAcquirePushLockSharedEx", VFP_AFTER, 0},
    {"ExReleasePushLockExclusiveEx", VFP_BEFORE, 0},
    {"ExReleasePushLockSharedEx", VFP_BEFORE, 0},
    {"ExReleasePushLockEx", VFP_BEFORE, 0},
    {"ExAcquireRundownProtection", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExAcquireRundownProtectionEx", VFP_AFTER | VFP_IF_TRUE, 0},
    {"ExReleaseRundownProtection", VFP_BEFORE, 0},
    {"ExReleaseRundownProtectionEx", VFP_BEFORE, 0},
    {"ExWaitForRundownProtectionRelease", VFP_AFTER, 0},
    {"ExReInitializeRundownProtection", VFP_BEFORE, 0},
    {"IoAcquireRemoveLockEx", VFP_AFTER, 0},
    {"IoReleaseRemoveLockEx", VFP_BEFORE, 0},
    {"IoReleaseRemoveLockAndWaitEx", VFP_BOTH, 0},
    {"KeAcquireInterruptSpinLock", VFP_AFTER, 0},
    {"KeReleaseInterruptSpinLock", VFP_BEFORE, 0},
    {"KeSynchronizeExecution", VFP_BOTH, 0},
    {"IoDisconnectInterrupt", VFP_AFTER, 0},
    {"KeReadStateEvent", VFP_AFTER | VFP_IF_TRUE, 0},
    {"KeReadStateSemaphore", VFP_AFTER | VFP_IF_TRUE, 0},
    {"KeReadStateTimer", VFP_AFTER | VFP_IF_TRUE, 0},
    {"KeRemoveQueueDpc", VFP_AFTER, 0},
    {"KeCancelTimer", VFP_AFTER, 0},
    {"KeInsertQueue", VFP_BEFORE, 0},
    {"KeInsertHeadQueue", VFP_BEFORE, 0},
    {"KeRemoveQueue", VFP_AFTER, 0},
    {"KeRundownQueue", VFP_AFTER, 0},
    {"KeInsertDeviceQueue", VFP_BOTH, 0},
    {"KeInsertByKeyDeviceQueue", VFP_BOTH, 0},
    {"KeRemoveDeviceQueue", VFP_BOTH, 0},
    {"KeRemoveByKeyDeviceQueue", VFP_BOTH, 0},
    {"KeRemoveEntryDeviceQueue", VFP_BOTH, 0},
    {"IoStartPacket", VFP_BOTH, 0},
    {"IoStartNextPacket", VFP_BOTH, 0},
    {"IoStartNextPacketByKey", VFP_BOTH, 0},
    {"ExInterlockedInsertHeadList", VFP_BOTH, 2},
    {"ExInterlockedInsertTailList", VFP_BOTH, 2},
    {"ExfInterlockedInsertHeadList", VFP_BOTH, 2},
    {"ExfInterlockedInsertTailList", VFP_BOTH, 2},
    {"ExInterlockedRemoveHeadList", VFP_BOTH, 1},
    {"ExfInterlockedRemoveHeadList", VFP_BOTH, 1},
    {"ExInterlockedPushEntryList", VFP_BOTH, 2},
    {"ExInterlockedPopEntryList", VFP_BOTH, 1},
    {"ExInterlockedAddUlong", VFP_BOTH, 2},
    {"ExInterlockedAddLargeInteger", VFP_BOTH, 2},
    {"ExpInterlockedPushEntrySList", VFP_BOTH, 0},
    {"ExpInterlockedPopEntrySList", VFP_BOTH, 0},
    {"ExpInterlockedFlushSList", VFP_BOTH, 0},
    {"ExInterlockedPushEntrySList", VFP_BOTH, 0},
    {"ExInterlockedPopEntrySList", VFP_BOTH, 0},
    {"ExInterlockedFlushSList", VFP_BOTH, 0},
    {"InterlockedPushEntrySList", VFP_BOTH, 0},
    {"InterlockedPopEntrySList", VFP_BOTH, 0},
    {"InterlockedIncrement", VFP_BOTH, 0},
    {"InterlockedDecrement", VFP_BOTH, 0},
    {"InterlockedExchange", VFP_BOTH, 0},
    {"InterlockedExchangeAdd", VFP_BOTH, 0},
    {"InterlockedCompareExchange", VFP_BOTH, 0},
    {"ExInterlockedCompareExchange64", VFP_BOTH, 0},
    {"ExfInterlockedCompareExchange64", VFP_BOTH, 0},
    {"PsSetCreateProcessNotifyRoutine", VFP_BOTH, 0},
    {"PsSetCreateProcessNotifyRoutineEx", VFP_BOTH, 0},
    {"PsSetCreateProcessNotifyRoutineEx2", VFP_BOTH, 1},
    {"PsSetCreateThreadNotifyRoutine", VFP_BOTH, 0},
    {"PsRemoveCreateThreadNotifyRoutine", VFP_BOTH, 0},
    {"PsSetLoadImageNotifyRoutine", VFP_BOTH, 0},
    {"PsRemoveLoadImageNotifyRoutine", VFP_BOTH, 0},
    {"RtlRunOnceExecuteOnce", VFP_BOTH, 0},
    {"RtlRunOnceBeginInitialize", VFP_AFTER, 0},
    {"RtlRunOnceComplete", VFP_BEFORE, 0},
};

static UCHAR VfpOrderNumber[VFP_MOST_EXPORTS]; /* by the export's place in the table: 1 and up; 0:
                                                  none */

void VfpFindOrders(void)
{
    ULONG Count;
    const LDR_EXPORT *Exports = LdrKernelExports(&Count);
    _Static_assert(RTL_NUMBER_OF(VfpOrderTable) < 256, "a UCHAR numbers them");
    memset(VfpOrderNumber, 0, sizeof(VfpOrderNumber));
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(VfpOrderTable); Index++) {
        const LDR_EXPORT *Export = LdrFindKernelExport(VfpOrderTable[Index].Name);
        if (Export != NULL && (ULONG_PTR)(Export - Exports) < VFP_MOST_EXPORTS)
            VfpOrderNumber[Export - Exports] = (UCHAR)(Index + 1);
    }
}

static ULONG VfpOrderNumberOf(const LDR_EXPORT *Export)
{
    ULONG Count;
    const ULONG_PTR Place = (ULONG_PTR)(Export - LdrKernelExports(&Count));
    return Place < VFP_MOST_EXPORTS ? VfpOrderNumber[Place] : 0;
}

BOOLEAN VfpOrders(const LDR_EXPORT *Export)
{
    return VfpOrderNumberOf(Export) != 0;
}

static ULONG_PTR VfpArgument(const LDR_EXPORT *Export, const CONTEXT *Context, ULONG Number)
{
#if defined(__x86_64__)
    const ULONG_PTR Register[4] = {Context->Rcx, Context->Rdx, Context->R8, Context->R9};
    (void)Export;
    return Register[Number & 3];
#else
    const ULONG_PTR Register[2] = {Context->Ecx, Context->Edx},
                    *Stack = (const ULONG_PTR *)Context->Esp + 1;
    if (Export->Convention == LDR_FASTCALL)
        return Number < 2 ? Register[Number] : Stack[Number - 2];
    return Stack[Number];
#endif
}

UCHAR VfpOrderOf(const LDR_EXPORT *Export, const CONTEXT *Context, ULONG_PTR *Object)
{
    const ULONG Number = VfpOrderNumberOf(Export);
    if (Number == 0)
        return 0;
    const UCHAR Argument = VfpOrderTable[Number - 1].Argument;
    if (Argument == VFP_QUEUED_LOCK)
        *Object = (ULONG_PTR)((const KLOCK_QUEUE_HANDLE *)VfpArgument(Export, Context, 0))
                      ->LockQueue.Lock;
    else
        *Object = VfpArgument(Export, Context, Argument);
    return VfpOrderTable[Number - 1].What;
}
