/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Waits and signals: the IRQL of a wait (0x3B; from Windows 8 on 0x120 to 0x122, which tell the
 * cases apart) and of KeSetEvent (0x80); objects in a program's memory (0xE0), or on a stack that a
 * program may have paged out (0x123). Mutexes are waited for as any object, so their order is noted
 * here; and who holds one when its thread ends.
 */
#include "ke/misc.h"
#include "vf/ddi.h"
#include "vf/deadlock.h"
#include "vf/irql.h"
#include "vf/sent.h"

#include "ps/ps.h"

/* Returns normally when a wait may be made at this IRQL. */
static void VfpCheckWait(
    const void *Object, const LARGE_INTEGER *Timeout, ULONG_PTR Site, const char *Routine)
{
    const KTHREAD *Thread = KiCurrentThread();
    KIRQL Irql = Thread->WaitNext ? Thread->WaitIrql : KiGetIrql();
    if (VfpSentCount != 0)
        VfpLetGoOn();
    if (Irql < DISPATCH_LEVEL ||
        (Irql == DISPATCH_LEVEL && Timeout != NULL && Timeout->QuadPart == 0))
        return;
    if (LdrTargetVersion < WINVER_WIN8)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x3B, Irql, (ULONG_PTR)Object,
            (ULONG_PTR)Timeout, Site, "%s was called at IRQL %u, where a thread cannot wait",
            Routine, Irql);
    ULONG Code = Irql > DISPATCH_LEVEL ? 0x120 : Timeout == NULL ? 0x121 : 0x122;
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, (ULONG_PTR)&Irql, (ULONG_PTR)Object,
        (ULONG_PTR)Timeout, Site, "%s was called at IRQL %u%s, where a thread cannot wait", Routine,
        Irql,
        Code == 0x120       ? ""
            : Code == 0x121 ? " without a timeout"
                            : " with a timeout that is not zero");
}

/* What a program could do while the driver waits: have the stack written to the paging file, or end
 * the wait. */
static void VfpCheckWaited(
    const void *Object, KPROCESSOR_MODE Mode, ULONG_PTR Site, const char *Routine)
{
    const KTHREAD *Thread = KiCurrentThread();
    VfpCheckKernelObject(Object, sizeof(DISPATCHER_HEADER), Site, Routine);
    if (VfIsOn(VF_MISC) && Mode == UserMode && (ULONG_PTR)Object >= (ULONG_PTR)Thread->StackLimit &&
        (ULONG_PTR)Object < (ULONG_PTR)Thread->StackBase)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x123, (ULONG_PTR)Object, 0, 0, Site,
            "%s waits in UserMode for an object on its stack, at %p", Routine, Object);
}

/* A mutex, and not a mutant of user mode's, which is no lock of drivers'. */
static BOOLEAN VfpIsMutex(const void *Object)
{
    return (((const DISPATCHER_HEADER *)Object)->Type & 0x7F) == MutantObject &&
        ((const KMUTEX *)Object)->ApcDisable != 0;
}

static NTSTATUS NTAPI VfKeWaitForSingleObject(void *Object, KWAIT_REASON Reason,
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    VfpCheckWait(Object, Timeout, VF_CALLER, "KeWaitForSingleObject");
    VfpCheckWaited(Object, Mode, VF_CALLER, "KeWaitForSingleObject");
    BOOLEAN Mutex = VfIsOn(VF_DEADLOCK) && VfpIsMutex(Object);
    if (Mutex && Timeout == NULL)
        VfpLockWanted(Object, VFP_MUTEX, VF_CALLER);
    NTSTATUS Status = KeWaitForSingleObject(Object, Reason, Mode, Alertable, Timeout);
    if (Mutex && (Status == STATUS_SUCCESS || Status == STATUS_ABANDONED))
        VfpLockTaken(Object, VFP_MUTEX);
    return Status;
}

static NTSTATUS NTAPI VfKeWaitForMutexObject(void *Mutex, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    VfpCheckWait(Mutex, Timeout, VF_CALLER, "KeWaitForMutexObject");
    VfpCheckWaited(Mutex, Mode, VF_CALLER, "KeWaitForMutexObject");
    if (VfIsOn(VF_DEADLOCK) && Timeout == NULL)
        VfpLockWanted(Mutex, VFP_MUTEX, VF_CALLER);
    NTSTATUS Status = KeWaitForMutexObject(Mutex, Reason, Mode, Alertable, Timeout);
    if (VfIsOn(VF_DEADLOCK) && (Status == STATUS_SUCCESS || Status == STATUS_ABANDONED))
        VfpLockTaken(Mutex, VFP_MUTEX);
    return Status;
}

static NTSTATUS NTAPI VfKeWaitForMultipleObjects(ULONG Count, void *Object[], WAIT_TYPE WaitType,
    KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout,
    KWAIT_BLOCK *WaitBlockArray)
{
    VfpCheckWait(Count != 0 ? Object[0] : NULL, Timeout, VF_CALLER, "KeWaitForMultipleObjects");
    for (ULONG Index = 0; Index < Count; Index++)
        VfpCheckWaited(Object[Index], Mode, VF_CALLER, "KeWaitForMultipleObjects");
    NTSTATUS Status = KeWaitForMultipleObjects(
        Count, Object, WaitType, Reason, Mode, Alertable, Timeout, WaitBlockArray);
    if (!VfIsOn(VF_DEADLOCK) || Status < 0 || Status == STATUS_TIMEOUT ||
        Status == STATUS_USER_APC || Status == STATUS_ALERTED)
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
    VfpCheckIrql(0x80, KiGetIrql() <= DISPATCH_LEVEL, Event, VF_CALLER, "KeSetEvent",
        "at DISPATCH_LEVEL or below");
    if (Wait && VfIsOn(VF_DDI) && KiGetIrql() > APC_LEVEL)
        VfpStopRule(0x20016, "IrqlKeSetEvent", Event, VF_CALLER,
            "KeSetEvent was called at IRQL %u to wait next, which a thread cannot there",
            KiGetIrql());
    VfpCheckKernelObject(Event, sizeof(*Event), VF_CALLER, "KeSetEvent");
    return KeSetEvent(Event, Increment, Wait);
}

static void NTAPI VfKeInitializeEvent(KEVENT *Event, EVENT_TYPE Type, BOOLEAN State)
{
    VfpCheckKernelObject(Event, sizeof(*Event), VF_CALLER, "KeInitializeEvent");
    KeInitializeEvent(Event, Type, State);
}

static void NTAPI VfKeClearEvent(KEVENT *Event)
{
    VfpCheckKernelObject(Event, sizeof(*Event), VF_CALLER, "KeClearEvent");
    KeClearEvent(Event);
}

static LONG NTAPI VfKeResetEvent(KEVENT *Event)
{
    VfpCheckKernelObject(Event, sizeof(*Event), VF_CALLER, "KeResetEvent");
    return KeResetEvent(Event);
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
    VF_REPLACE(KeInitializeEvent, VF_SECURITY),
    VF_REPLACE(KeClearEvent, VF_SECURITY),
    VF_REPLACE(KeResetEvent, VF_SECURITY),
    VF_REPLACE(PsTerminateSystemThread, VF_DEADLOCK),
    VF_REPLACE_END,
};
