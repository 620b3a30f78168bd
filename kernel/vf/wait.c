/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Waits and signals: the IRQL of a wait (0x3B; from Windows 8 on 0x120 to 0x122, which tell the cases apart) and of KeSetEvent
 * (0x80). Mutexes are waited for as any object, so their order is noted here; and who holds one when its thread ends.
 */
#include "ke/misc.h"
#include "vf/deadlock.h"
#include "vf/irql.h"

#include "ps/ps.h"

/* Returns normally when a wait may be made at this IRQL. */
static void VfpCheckWait(const void *Object, const LARGE_INTEGER *Timeout, ULONG_PTR Site, const char *Routine)
{
    KIRQL Irql = KiGetIrql();
    if (Irql < DISPATCH_LEVEL || (Irql == DISPATCH_LEVEL && Timeout != NULL && Timeout->QuadPart == 0))
        return;
    if (LdrTargetVersion < WINVER_WIN8)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x3B, Irql, (ULONG_PTR)Object, (ULONG_PTR)Timeout, Site,
            "%s was called at IRQL %u, where a thread cannot wait", Routine, Irql);
    ULONG Code = Irql > DISPATCH_LEVEL ? 0x120 : Timeout == NULL ? 0x121 : 0x122;
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, (ULONG_PTR)&Irql, (ULONG_PTR)Object, (ULONG_PTR)Timeout, Site,
        "%s was called at IRQL %u%s, where a thread cannot wait", Routine, Irql,
        Code == 0x120   ? ""
        : Code == 0x121 ? " without a timeout"
                        : " with a timeout that is not zero");
}

/* A mutex, and not a mutant of user mode's, which is no lock of drivers'. */
static BOOLEAN VfpIsMutex(const void *Object)
{
    return (((const DISPATCHER_HEADER *)Object)->Type & 0x7F) == MutantObject && ((const KMUTEX *)Object)->ApcDisable != 0;
}

static NTSTATUS NTAPI VfKeWaitForSingleObject(
    void *Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    BOOLEAN Mutex = VfIsOn(VF_DEADLOCK) && VfpIsMutex(Object);
    VfpCheckWait(Object, Timeout, VF_CALLER, "KeWaitForSingleObject");
    if (Mutex && Timeout == NULL)
        VfpLockWanted(Object, VFP_MUTEX, VF_CALLER);
    NTSTATUS Status = KeWaitForSingleObject(Object, Reason, Mode, Alertable, Timeout);
    if (Mutex && (Status == STATUS_SUCCESS || Status == STATUS_ABANDONED))
        VfpLockTaken(Object, VFP_MUTEX);
    return Status;
}

static NTSTATUS NTAPI VfKeWaitForMutexObject(
    void *Mutex, KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    VfpCheckWait(Mutex, Timeout, VF_CALLER, "KeWaitForMutexObject");
    if (VfIsOn(VF_DEADLOCK) && Timeout == NULL)
        VfpLockWanted(Mutex, VFP_MUTEX, VF_CALLER);
    NTSTATUS Status = KeWaitForMutexObject(Mutex, Reason, Mode, Alertable, Timeout);
    if (VfIsOn(VF_DEADLOCK) && (Status == STATUS_SUCCESS || Status == STATUS_ABANDONED))
        VfpLockTaken(Mutex, VFP_MUTEX);
    return Status;
}

static NTSTATUS NTAPI VfKeWaitForMultipleObjects(ULONG Count, void *Object[], WAIT_TYPE WaitType, KWAIT_REASON Reason,
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout, KWAIT_BLOCK *WaitBlockArray)
{
    VfpCheckWait(Count != 0 ? Object[0] : NULL, Timeout, VF_CALLER, "KeWaitForMultipleObjects");
    NTSTATUS Status = KeWaitForMultipleObjects(Count, Object, WaitType, Reason, Mode, Alertable, Timeout, WaitBlockArray);
    if (!VfIsOn(VF_DEADLOCK) || Status < 0 || Status == STATUS_TIMEOUT || Status == STATUS_USER_APC || Status == STATUS_ALERTED)
        return Status;
    for (ULONG Index = 0; Index < Count; Index++) {
        if ((WaitType == WaitAll || Index == ((ULONG)Status & 0x3F)) && VfpIsMutex(Object[Index]))
            VfpLockTaken(Object[Index], VFP_MUTEX);
    }
    return Status;
}

static void NTAPI VfKeInitializeMutex(KMUTEX *Mutex, ULONG Level)
{
    VfpLockInitialized(Mutex, VF_CALLER);
    KeInitializeMutex(Mutex, Level);
}

static LONG NTAPI VfKeReleaseMutex(KMUTEX *Mutex, BOOLEAN Wait)
{
    VfpLockReleased(Mutex, VFP_MUTEX, KiGetIrql(), VF_CALLER);
    return KeReleaseMutex(Mutex, Wait);
}

static LONG NTAPI VfKeSetEvent(KEVENT *Event, LONG Increment, BOOLEAN Wait)
{
    VfpCheckIrql(0x80, KiGetIrql() <= DISPATCH_LEVEL, Event, VF_CALLER, "KeSetEvent", "at DISPATCH_LEVEL or below");
    return KeSetEvent(Event, Increment, Wait);
}

static NTSTATUS NTAPI VfPsTerminateSystemThread(NTSTATUS ExitStatus)
{
    if (KiCurrentThread()->SystemThread)
        VfpThreadEnds(VF_CALLER);
    return PsTerminateSystemThread(ExitStatus);
}

const LDR_REPLACEMENT VfpWaitTable[] = {
    VF_REPLACE_CHECKING_IRQL(KeWaitForSingleObject, 0),
    VF_REPLACE_CHECKING_IRQL(KeWaitForMutexObject, 0),
    VF_REPLACE_CHECKING_IRQL(KeWaitForMultipleObjects, 0),
    VF_REPLACE(KeInitializeMutex, VF_DEADLOCK),
    VF_REPLACE(KeReleaseMutex, VF_DEADLOCK),
    VF_REPLACE_CHECKING_IRQL(KeSetEvent, 0),
    VF_REPLACE(PsTerminateSystemThread, VF_DEADLOCK),
    VF_REPLACE_END,
};
