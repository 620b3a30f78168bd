/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Critical and guarded regions, and small questions about the current thread and processor. */
#include "ke/kep.h"

/* KeEnterCriticalRegion - hold off normal kernel APCs. IRQL: up to APC_LEVEL. Source: DOC ntddk. */
void NTAPI KeEnterCriticalRegion(void)
{
    KiHostThread->KernelApcDisable--;
}

/* KeLeaveCriticalRegion - the reverse; APCs that were held off run now. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk. */
void NTAPI KeLeaveCriticalRegion(void)
{
    if (++KiHostThread->KernelApcDisable == 0)
        KiCheckApcs();
}

/* KeEnterGuardedRegion - hold off all APCs. IRQL: up to APC_LEVEL. Source: DOC wdm. */
void NTAPI KeEnterGuardedRegion(void)
{
    KiHostThread->SpecialApcDisable--;
}

/* KeLeaveGuardedRegion - the reverse; APCs that were held off run now. IRQL: up to APC_LEVEL.
 * Source: DOC wdm. */
void NTAPI KeLeaveGuardedRegion(void)
{
    if (++KiHostThread->SpecialApcDisable == 0)
        KiCheckApcs();
}

/* KeAreApcsDisabled - TRUE in a critical or guarded region, at any IRQL. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC wdm. */
BOOLEAN NTAPI KeAreApcsDisabled(void)
{
    return KiHostThread->KernelApcDisable != 0 || KiHostThread->SpecialApcDisable != 0;
}

/* KeAreAllApcsDisabled - TRUE in a guarded region or above PASSIVE_LEVEL. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC wdm. */
BOOLEAN NTAPI KeAreAllApcsDisabled(void)
{
    return KiHostThread->SpecialApcDisable != 0 || KiGetIrql() >= APC_LEVEL;
}

/* KeGetCurrentThread - the thread object. IRQL: any. Source: DOC wdm. */
KTHREAD *NTAPI KeGetCurrentThread(void)
{
    return KiHostThread;
}

/* KeGetCurrentProcessorNumber - the virtual processor the thread is bound to. Source: DOC wdm. */
ULONG NTAPI KeGetCurrentProcessorNumber(void)
{
#if defined(__x86_64__)
    return KeGetPcr()->Public.Prcb.Number;
#else
    return KeGetPcr()->Public.Number;
#endif
}

/* KeQueryPriorityThread - the thread's priority. IRQL: PASSIVE_LEVEL. Source: DOC wdm. */
KPRIORITY NTAPI KeQueryPriorityThread(KTHREAD *Thread)
{
    return Thread->Priority;
}

/*
 * KeSetPriorityThread - set the priority and return the old one. Kept and reported; Linux schedules
 * the host thread.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm.
 */
KPRIORITY NTAPI KeSetPriorityThread(KTHREAD *Thread, KPRIORITY Priority)
{
    return __atomic_exchange_n(&Thread->Priority, Priority, __ATOMIC_RELAXED);
}
