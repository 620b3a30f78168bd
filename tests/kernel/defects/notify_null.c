/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * notify_null.c - a process notify routine that signals an event nobody has set yet.
 *
 * Device \\.\NotifyNull. Any control code sets the routine: the first process that comes or goes
 * then makes it signal the event at address zero.
 *
 * Must be reported: a bugcheck, with the line of the routine; what was reported of other processes
 * does not matter.
 */
#define DEFECT_NAME L"NotifyNull"
#include "defect.h"

static PKEVENT Event; /* a request that would set it never comes */

static VOID NTAPI ProcessRoutine(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create)
{
    UNREFERENCED_PARAMETER(ParentId);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Create);
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return DefectComplete(Irp, PsSetCreateProcessNotifyRoutine(ProcessRoutine, FALSE), 0);
}
