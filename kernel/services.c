/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The system call gates, except those of the services in which clients spend their time
 * (io/request.c). */
#include "gate.h"

void (*SysNoMachine)(void);

NTSTATUS SysAttach(void)
{
    if (__builtin_expect(KeAttached(), 1))
        return STATUS_SUCCESS;
    if (SysServed != NULL)
        return SYS_SERVED;
    if (PsiClientProcess == NULL && SysNoMachine != NULL)
        SysNoMachine();
    if (SysServed != NULL)
        return SYS_SERVED;
    if (KeAttached())
        return STATUS_SUCCESS; /* opening a machine attached the thread */
    if (PsiClientProcess == NULL)
        return SysRefused;
    return PsAttachHostThread(PsiClientProcess);
}

void SysCheckFailed(ULONG_PTR Service)
{
    if (KiGetIrql() != PASSIVE_LEVEL)
        KeBugCheckEx(IRQL_GT_ZERO_AT_SYSTEM_SERVICE, Service, KiGetIrql(), 0, 0);
    KeBugCheckEx(
        APC_INDEX_MISMATCH, Service, 0, (ULONG_PTR)(LONG_PTR)KiHostThread->KernelApcDisable, 0);
}

SYSTEM_SERVICES(SYS_GATE)
