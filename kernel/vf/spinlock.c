/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Spin locks: the IRQL they are taken and given back at (0x32, 0x40, 0x41, 0x42), what they hold
 * (0x1002) and, with deadlock detection, their order.
 */
#include "vf/deadlock.h"
#include "vf/irql.h"

#include "ex/spinlock.h"
#include "ke/queuedlock.h"

/* Memory that was never made a spin lock. */
static void VfpCheckMade(const KSPIN_LOCK *Lock, ULONG_PTR Site)
{
    KSPIN_LOCK Value = __atomic_load_n(Lock, __ATOMIC_RELAXED);
    if (VfIsOn(VF_DEADLOCK) && Value > 1)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1002, (ULONG_PTR)Lock, 0, 0, Site,
            "spin lock %p is acquired and was never initialized: it holds %#llx",
            (const void *)Lock, (unsigned long long)Value);
}

static void VfpWantRaised(KSPIN_LOCK *Lock, enum VFP_LOCK Kind, ULONG_PTR Site, const char *Routine)
{
    VfpCheckIrql(
        0x42, KiGetIrql() <= DISPATCH_LEVEL, Lock, Site, Routine, "at DISPATCH_LEVEL or below");
    VfpCheckMade(Lock, Site);
    VfpLockWanted(Lock, Kind, Site);
    VfpTrimFor(DISPATCH_LEVEL);
}

static void VfpWantAtDpc(KSPIN_LOCK *Lock, enum VFP_LOCK Kind, ULONG_PTR Site, const char *Routine)
{
    VfpCheckIrql(
        0x40, KiGetIrql() >= DISPATCH_LEVEL, Lock, Site, Routine, "at DISPATCH_LEVEL or above");
    VfpCheckMade(Lock, Site);
    VfpLockWanted(Lock, Kind, Site);
    VfpTrimFor(DISPATCH_LEVEL);
}

static void VfpGiveLowering(
    KSPIN_LOCK *Lock, enum VFP_LOCK Kind, KIRQL NewIrql, ULONG_PTR Site, const char *Routine)
{
    /* Above DISPATCH_LEVEL: one that was taken at SYNCH_LEVEL. */
    VfpCheckIrql(0x32, KiGetIrql() >= DISPATCH_LEVEL, Lock, Site, Routine,
        "at DISPATCH_LEVEL, by who holds the lock");
    VfpLockReleased(Lock, Kind, NewIrql, Site);
}

static void VfpGiveAtDpc(KSPIN_LOCK *Lock, enum VFP_LOCK Kind, ULONG_PTR Site, const char *Routine)
{
    VfpCheckIrql(
        0x41, KiGetIrql() >= DISPATCH_LEVEL, Lock, Site, Routine, "at DISPATCH_LEVEL or above");
    VfpLockReleased(Lock, Kind, KiGetIrql(), Site);
}

static void NTAPI VfKeInitializeSpinLock(KSPIN_LOCK *Lock)
{
    VfpLockInitialized(Lock, VF_CALLER);
    KeInitializeSpinLock(Lock);
}

/* Text: what drivers' sources call it. */
#define VFP_RAISING(Convention, Acquire, AcquireText, Release, ReleaseText)                        \
    static KIRQL Convention Vf##Acquire(KSPIN_LOCK *Lock)                                          \
    {                                                                                              \
        VfpWantRaised(Lock, VFP_SPIN_LOCK, VF_CALLER, AcquireText);                                \
        KIRQL Old = Acquire(Lock);                                                                 \
        VfpLockTaken(Lock, VFP_SPIN_LOCK);                                                         \
        return Old;                                                                                \
    }                                                                                              \
    static void Convention Vf##Release(KSPIN_LOCK *Lock, KIRQL NewIrql)                            \
    {                                                                                              \
        VfpGiveLowering(Lock, VFP_SPIN_LOCK, NewIrql, VF_CALLER, ReleaseText);                     \
        Release(Lock, NewIrql);                                                                    \
    }

#define VFP_AT_DPC_LEVEL(Convention, Acquire, Release)                                             \
    static void Convention Vf##Acquire(KSPIN_LOCK *Lock)                                           \
    {                                                                                              \
        VfpWantAtDpc(Lock, VFP_SPIN_LOCK, VF_CALLER, "KeAcquireSpinLockAtDpcLevel");               \
        Acquire(Lock);                                                                             \
        VfpLockTaken(Lock, VFP_SPIN_LOCK);                                                         \
    }                                                                                              \
    static void Convention Vf##Release(KSPIN_LOCK *Lock)                                           \
    {                                                                                              \
        VfpGiveAtDpc(Lock, VFP_SPIN_LOCK, VF_CALLER, "KeReleaseSpinLockFromDpcLevel");             \
        Release(Lock);                                                                             \
    }

VFP_RAISING(
    NTAPI, KeAcquireSpinLockRaiseToDpc, "KeAcquireSpinLock", KeReleaseSpinLock, "KeReleaseSpinLock")
VFP_RAISING(FASTCALL, KeAcquireSpinLockForDpc, "KeAcquireSpinLockForDpc", KeReleaseSpinLockForDpc,
    "KeReleaseSpinLockForDpc")
VFP_AT_DPC_LEVEL(NTAPI, KeAcquireSpinLockAtDpcLevel, KeReleaseSpinLockFromDpcLevel)
#if defined(__i386__)
VFP_RAISING(
    FASTCALL, KfAcquireSpinLock, "KeAcquireSpinLock", KfReleaseSpinLock, "KeReleaseSpinLock")
VFP_AT_DPC_LEVEL(FASTCALL, KefAcquireSpinLockAtDpcLevel, KefReleaseSpinLockFromDpcLevel)
#endif

static BOOLEAN FASTCALL VfKeTryToAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock)
{
    VfpCheckIrql(0x40, KiGetIrql() >= DISPATCH_LEVEL, Lock, VF_CALLER,
        "KeTryToAcquireSpinLockAtDpcLevel", "at DISPATCH_LEVEL or above");
    BOOLEAN Taken = KeTryToAcquireSpinLockAtDpcLevel(Lock);
    if (Taken)
        VfpLockTaken(Lock, VFP_SPIN_LOCK);
    return Taken;
}

static KIRQL FASTCALL VfKeAcquireSpinLockRaiseToSynch(KSPIN_LOCK *Lock)
{
    VfpCheckMade(Lock, VF_CALLER);
    VfpLockWanted(Lock, VFP_SPIN_LOCK, VF_CALLER);
    VfpTrimFor(DISPATCH_LEVEL);
    KIRQL Old = KeAcquireSpinLockRaiseToSynch(Lock);
    VfpLockTaken(Lock, VFP_SPIN_LOCK);
    return Old;
}

/* ---- in-stack queued ones -------------------------------------------------------------------- */

static KSPIN_LOCK *VfpLockOf(const KLOCK_QUEUE_HANDLE *Handle)
{
    return (KSPIN_LOCK *)(ULONG_PTR)Handle->LockQueue.Lock;
}

#define VFP_QUEUED_GIVE(Release)                                                            \
    static void FASTCALL Vf##Release(KLOCK_QUEUE_HANDLE *Handle)                            \
    {                                                                                       \
        VfpGiveLowering(                                                                    \
            VfpLockOf(Handle), VFP_QUEUED_SPIN_LOCK, Handle->OldIrql, VF_CALLER, #Release); \
        Release(Handle);                                                                    \
    }
#define VFP_QUEUED(Want, Acquire)                                                                  \
    static void FASTCALL Vf##Acquire(KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle)                 \
    {                                                                                              \
        Want(Lock, VFP_QUEUED_SPIN_LOCK, VF_CALLER, #Acquire);                                     \
        Acquire(Lock, Handle);                                                                     \
        VfpLockTaken(Lock, VFP_QUEUED_SPIN_LOCK);                                                  \
    }

VFP_QUEUED(VfpWantRaised, KeAcquireInStackQueuedSpinLock)
VFP_QUEUED_GIVE(KeReleaseInStackQueuedSpinLock)
VFP_QUEUED(VfpWantRaised, KeAcquireInStackQueuedSpinLockForDpc)
VFP_QUEUED_GIVE(KeReleaseInStackQueuedSpinLockForDpc)
VFP_QUEUED(VfpWantAtDpc, KeAcquireInStackQueuedSpinLockAtDpcLevel)

static void FASTCALL VfKeAcquireInStackQueuedSpinLockRaiseToSynch(
    KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle)
{
    VfpCheckMade(Lock, VF_CALLER);
    VfpLockWanted(Lock, VFP_QUEUED_SPIN_LOCK, VF_CALLER);
    VfpTrimFor(DISPATCH_LEVEL);
    KeAcquireInStackQueuedSpinLockRaiseToSynch(Lock, Handle);
    VfpLockTaken(Lock, VFP_QUEUED_SPIN_LOCK);
}

static void FASTCALL VfKeReleaseInStackQueuedSpinLockFromDpcLevel(KLOCK_QUEUE_HANDLE *Handle)
{
    VfpGiveAtDpc(VfpLockOf(Handle), VFP_QUEUED_SPIN_LOCK, VF_CALLER,
        "KeReleaseInStackQueuedSpinLockFromDpcLevel");
    KeReleaseInStackQueuedSpinLockFromDpcLevel(Handle);
}

/* ---- reader-writer ones: the IRQL only; Driver Verifier looks at no order of theirs ---------- */

#define VFP_READER_WRITER(Kind)                                                                 \
    static KIRQL NTAPI VfExAcquireSpinLock##Kind(EX_SPIN_LOCK *Lock)                            \
    {                                                                                           \
        VfpCheckIrql(0x42, KiGetIrql() <= DISPATCH_LEVEL, (const void *)(ULONG_PTR)Lock,        \
            VF_CALLER, "ExAcquireSpinLock" #Kind, "at DISPATCH_LEVEL or below");                \
        return ExAcquireSpinLock##Kind(Lock);                                                   \
    }                                                                                           \
    static void NTAPI VfExReleaseSpinLock##Kind(EX_SPIN_LOCK *Lock, KIRQL OldIrql)              \
    {                                                                                           \
        VfpCheckIrql(0x32, KiGetIrql() == DISPATCH_LEVEL, (const void *)(ULONG_PTR)Lock,        \
            VF_CALLER, "ExReleaseSpinLock" #Kind,                                               \
            "at DISPATCH_LEVEL only, by who holds the lock");                                   \
        ExReleaseSpinLock##Kind(Lock, OldIrql);                                                 \
    }                                                                                           \
    static void NTAPI VfExAcquireSpinLock##Kind##AtDpcLevel(EX_SPIN_LOCK *Lock)                 \
    {                                                                                           \
        VfpCheckIrql(0x40, KiGetIrql() >= DISPATCH_LEVEL, (const void *)(ULONG_PTR)Lock,        \
            VF_CALLER, "ExAcquireSpinLock" #Kind "AtDpcLevel", "at DISPATCH_LEVEL or above");   \
        ExAcquireSpinLock##Kind##AtDpcLevel(Lock);                                              \
    }                                                                                           \
    static void NTAPI VfExReleaseSpinLock##Kind##FromDpcLevel(EX_SPIN_LOCK *Lock)               \
    {                                                                                           \
        VfpCheckIrql(0x41, KiGetIrql() >= DISPATCH_LEVEL, (const void *)(ULONG_PTR)Lock,        \
            VF_CALLER, "ExReleaseSpinLock" #Kind "FromDpcLevel", "at DISPATCH_LEVEL or above"); \
        ExReleaseSpinLock##Kind##FromDpcLevel(Lock);                                            \
    }

VFP_READER_WRITER(Exclusive)
VFP_READER_WRITER(Shared)

const LDR_REPLACEMENT VfpSpinLockTable[] = {
    VF_REPLACE(KeInitializeSpinLock, VF_DEADLOCK | VF_DDI_MORE),
    VF_REPLACE_CHECKING_IRQL(KeAcquireSpinLockRaiseToDpc, 0),
    VF_REPLACE_CHECKING_IRQL(KeReleaseSpinLock, 0),
    VF_REPLACE_CHECKING_IRQL(KeAcquireSpinLockAtDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(KeReleaseSpinLockFromDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(KeTryToAcquireSpinLockAtDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(KeAcquireSpinLockForDpc, 0),
    VF_REPLACE_CHECKING_IRQL(KeReleaseSpinLockForDpc, 0),
    VF_REPLACE(KeAcquireSpinLockRaiseToSynch, 0),
#if defined(__i386__)
    VF_REPLACE_CHECKING_IRQL(KfAcquireSpinLock, 0),
    VF_REPLACE_CHECKING_IRQL(KfReleaseSpinLock, 0),
    VF_REPLACE_CHECKING_IRQL(KefAcquireSpinLockAtDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(KefReleaseSpinLockFromDpcLevel, 0),
#endif
    VF_REPLACE_CHECKING_IRQL(KeAcquireInStackQueuedSpinLock, 0),
    VF_REPLACE_CHECKING_IRQL(KeReleaseInStackQueuedSpinLock, 0),
    VF_REPLACE(KeAcquireInStackQueuedSpinLockRaiseToSynch, 0),
    VF_REPLACE_CHECKING_IRQL(KeAcquireInStackQueuedSpinLockAtDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(KeReleaseInStackQueuedSpinLockFromDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(KeAcquireInStackQueuedSpinLockForDpc, 0),
    VF_REPLACE_CHECKING_IRQL(KeReleaseInStackQueuedSpinLockForDpc, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireSpinLockExclusive, 0),
    VF_REPLACE_CHECKING_IRQL(ExReleaseSpinLockExclusive, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireSpinLockExclusiveAtDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(ExReleaseSpinLockExclusiveFromDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireSpinLockShared, 0),
    VF_REPLACE_CHECKING_IRQL(ExReleaseSpinLockShared, 0),
    VF_REPLACE_CHECKING_IRQL(ExAcquireSpinLockSharedAtDpcLevel, 0),
    VF_REPLACE_CHECKING_IRQL(ExReleaseSpinLockSharedFromDpcLevel, 0),
    VF_REPLACE_END,
};
