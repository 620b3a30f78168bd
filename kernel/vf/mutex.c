/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fast and guarded mutexes and resources: the IRQL and the state of APCs they are used at (0x33,
 * 0x34, 0x37 to 0x3A), whether they were initialized (0x1002), and with deadlock detection the
 * order of mutexes. Driver Verifier looks at no order of resources.
 */
#include "vf/deadlock.h"
#include "vf/irql.h"

#include "ex/mutex.h"
#include "ex/resource.h"

static BOOLEAN VfpApcsAreOff(void)
{
    const KTHREAD *Thread = KiCurrentThread();
    return KiGetIrql() >= APC_LEVEL || Thread->KernelApcDisable != 0 ||
        Thread->SpecialApcDisable != 0;
}

/* ExInitializeFastMutex is a macro: what it makes is a synchronization event inside. */
static void VfpCheckFastMutex(const FAST_MUTEX *Mutex, ULONG_PTR Site)
{
    if (VfIsOn(VF_DEADLOCK) && Mutex->Event.Header.Type != SynchronizationEvent)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1002, (ULONG_PTR)Mutex, 0, 0, Site,
            "fast mutex %p is acquired and was never initialized", (const void *)Mutex);
}

static void VfpWantFastMutex(FAST_MUTEX *Mutex, ULONG_PTR Site)
{
    VfpCheckIrql(
        0x33, KiGetIrql() <= APC_LEVEL, Mutex, Site, "ExAcquireFastMutex", "at APC_LEVEL or below");
    VfpCheckFastMutex(Mutex, Site);
    VfpLockWanted(Mutex, VFP_FAST_MUTEX, Site);
}

static void VfpGiveFastMutex(FAST_MUTEX *Mutex, ULONG_PTR Site)
{
    VfpCheckIrql(0x34, KiGetIrql() == APC_LEVEL, Mutex, Site, "ExReleaseFastMutex",
        "at APC_LEVEL only, by who holds the mutex");
    VfpLockReleased(Mutex, VFP_FAST_MUTEX, (KIRQL)Mutex->OldIrql, Site);
}

static void NTAPI VfExAcquireFastMutex(FAST_MUTEX *Mutex)
{
    VfpWantFastMutex(Mutex, VF_CALLER);
    ExAcquireFastMutex(Mutex);
    VfpLockTaken(Mutex, VFP_FAST_MUTEX);
}

static void NTAPI VfExReleaseFastMutex(FAST_MUTEX *Mutex)
{
    VfpGiveFastMutex(Mutex, VF_CALLER);
    ExReleaseFastMutex(Mutex);
}

static BOOLEAN NTAPI VfExTryToAcquireFastMutex(FAST_MUTEX *Mutex)
{
    VfpCheckIrql(0x33, KiGetIrql() <= APC_LEVEL, Mutex, VF_CALLER, "ExTryToAcquireFastMutex",
        "at APC_LEVEL or below");
    BOOLEAN Taken = ExTryToAcquireFastMutex(Mutex);
    if (Taken)
        VfpLockTaken(Mutex, VFP_FAST_MUTEX);
    return Taken;
}

#if defined(__i386__)
static void FASTCALL VfExiAcquireFastMutex(FAST_MUTEX *Mutex)
{
    VfpWantFastMutex(Mutex, VF_CALLER);
    ExAcquireFastMutex(Mutex);
    VfpLockTaken(Mutex, VFP_FAST_MUTEX);
}

static void FASTCALL VfExiReleaseFastMutex(FAST_MUTEX *Mutex)
{
    VfpGiveFastMutex(Mutex, VF_CALLER);
    ExReleaseFastMutex(Mutex);
}

static BOOLEAN FASTCALL VfExiTryToAcquireFastMutex(FAST_MUTEX *Mutex)
{
    return VfExTryToAcquireFastMutex(Mutex);
}
#endif

static void VfpCheckUnsafe(ULONG Code, FAST_MUTEX *Mutex, ULONG_PTR Site, const char *Routine)
{
    if (!VfpApcsAreOff())
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, KiGetIrql(),
            (ULONG_PTR)KiCurrentThread()->KernelApcDisable, (ULONG_PTR)Mutex, Site,
            "%s was called with kernel APCs enabled: raise to APC_LEVEL or enter a critical region "
            "first",
            Routine);
}

static void FASTCALL VfExAcquireFastMutexUnsafe(FAST_MUTEX *Mutex)
{
    VfpCheckUnsafe(0x39, Mutex, VF_CALLER, "ExAcquireFastMutexUnsafe");
    VfpCheckFastMutex(Mutex, VF_CALLER);
    VfpLockWanted(Mutex, VFP_UNSAFE_FAST_MUTEX, VF_CALLER);
    ExAcquireFastMutexUnsafe(Mutex);
    VfpLockTaken(Mutex, VFP_UNSAFE_FAST_MUTEX);
}

static void FASTCALL VfExReleaseFastMutexUnsafe(FAST_MUTEX *Mutex)
{
    VfpCheckUnsafe(0x3A, Mutex, VF_CALLER, "ExReleaseFastMutexUnsafe");
    VfpLockReleased(Mutex, VFP_UNSAFE_FAST_MUTEX, KiGetIrql(), VF_CALLER);
    ExReleaseFastMutexUnsafe(Mutex);
}

static void FASTCALL VfKeInitializeGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    VfpLockInitialized(Mutex, VF_CALLER);
    KeInitializeGuardedMutex(Mutex);
}

static void FASTCALL VfKeAcquireGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    VfpLockWanted(Mutex, VFP_FAST_MUTEX, VF_CALLER);
    KeAcquireGuardedMutex(Mutex);
    VfpLockTaken(Mutex, VFP_FAST_MUTEX);
}

static void FASTCALL VfKeReleaseGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    VfpLockReleased(Mutex, VFP_FAST_MUTEX, KiGetIrql(), VF_CALLER);
    KeReleaseGuardedMutex(Mutex);
}

static BOOLEAN FASTCALL VfKeTryToAcquireGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    BOOLEAN Taken = KeTryToAcquireGuardedMutex(Mutex);
    if (Taken)
        VfpLockTaken(Mutex, VFP_FAST_MUTEX);
    return Taken;
}

/* ---- resources ------------------------------------------------------------------------------- */

static void VfpCheckResource(ULONG Code, ERESOURCE *Resource, ULONG_PTR Site, const char *Routine)
{
    if (KiGetIrql() > APC_LEVEL || !VfpApcsAreOff())
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, KiGetIrql(),
            (ULONG_PTR)KiCurrentThread()->KernelApcDisable, (ULONG_PTR)Resource, Site,
            "%s was called at IRQL %u with kernel APCs %s: it wants them disabled, at APC_LEVEL or "
            "below",
            Routine, KiGetIrql(), VfpApcsAreOff() ? "disabled" : "enabled");
}

#define VFP_ACQUIRE_RESOURCE(Routine)                                            \
    static BOOLEAN NTAPI Vf##Routine(ERESOURCE *Resource, BOOLEAN Wait)          \
    {                                                                            \
        VfpCheckResource(0x37, Resource, VF_CALLER, #Routine);                   \
        return Routine(Resource, Wait);                                          \
    }

VFP_ACQUIRE_RESOURCE(ExAcquireResourceExclusiveLite)
VFP_ACQUIRE_RESOURCE(ExAcquireResourceSharedLite)
VFP_ACQUIRE_RESOURCE(ExAcquireSharedStarveExclusive)
VFP_ACQUIRE_RESOURCE(ExAcquireSharedWaitForExclusive)

static void FASTCALL VfExReleaseResourceLite(ERESOURCE *Resource)
{
    VfpCheckResource(0x38, Resource, VF_CALLER, "ExReleaseResourceLite");
    ExReleaseResourceLite(Resource);
}

const LDR_REPLACEMENT VfpMutexTable[] = {
    VF_REPLACE_CHECKING_IRQL(ExAcquireFastMutex, 0),
    VF_REPLACE_CHECKING_IRQL(ExReleaseFastMutex, 0),
    VF_REPLACE_CHECKING_IRQL(ExTryToAcquireFastMutex, 0),
#if defined(__i386__)
    VF_REPLACE_CHECKING_IRQL(ExiAcquireFastMutex, 0),
    VF_REPLACE_CHECKING_IRQL(ExiReleaseFastMutex, 0),
    VF_REPLACE_CHECKING_IRQL(ExiTryToAcquireFastMutex, 0),
#endif
    VF_REPLACE(ExAcquireFastMutexUnsafe, 0),
    VF_REPLACE(ExReleaseFastMutexUnsafe, 0),
    VF_REPLACE(KeInitializeGuardedMutex, VF_DEADLOCK),
    VF_REPLACE(KeAcquireGuardedMutex, VF_DEADLOCK),
    VF_REPLACE(KeReleaseGuardedMutex, VF_DEADLOCK),
    VF_REPLACE(KeTryToAcquireGuardedMutex, VF_DEADLOCK),
    VF_REPLACE_CHECKING_IRQL(ExAcquireResourceExclusiveLite, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireResourceSharedLite, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireSharedStarveExclusive, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireSharedWaitForExclusive, 0),
    VF_REPLACE_CHECKING_IRQL(ExReleaseResourceLite, 0),
    VF_REPLACE_END,
};
