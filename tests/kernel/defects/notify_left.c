/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * notify_left.c - a driver that unloads with notify routines set, and with a process object it
 * looked up.
 *
 * Device \\\\.\NotifyLeft. Control code 0x800 (0x222000): sets a routine for processes. 0x801
 * (0x222004): for threads. 0x802 (0x222008): for images. None is taken back. 0x803 (0x22200c):
 * looks up the parent of the process that called, and keeps the reference. 0x804 (0x222010): tries
 * to set an extended routine, which an image without /INTEGRITYCHECK may not.
 *
 * Must be reported at unload, each, with the routine. (Windows: the routine is called where the
 * driver was; bugcheck 0xCE.)
 */
#define DEFECT_NAME L"NotifyLeft"
#include "defect.h"

NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process);
HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process);
NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx(PVOID NotifyRoutine, BOOLEAN Remove);

static VOID NTAPI ProcessRoutine(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create)
{
    UNREFERENCED_PARAMETER(ParentId);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Create);
}

static VOID NTAPI ThreadRoutine(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create)
{
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(ThreadId);
    UNREFERENCED_PARAMETER(Create);
}

static VOID NTAPI ImageRoutine(PUNICODE_STRING Name, HANDLE ProcessId, PIMAGE_INFO Info)
{
    UNREFERENCED_PARAMETER(Name);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PEPROCESS Process;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        Status = PsSetCreateProcessNotifyRoutine(ProcessRoutine, FALSE);
        break;
    case DEFECT_IOCTL(0x801):
        Status = PsSetCreateThreadNotifyRoutine(ThreadRoutine);
        break;
    case DEFECT_IOCTL(0x802):
        Status = PsSetLoadImageNotifyRoutine(ImageRoutine);
        break;
    case DEFECT_IOCTL(0x803):
        Status = PsLookupProcessByProcessId(
            PsGetProcessInheritedFromUniqueProcessId(PsGetCurrentProcess()), &Process);
        break;
    case DEFECT_IOCTL(0x804):
        Status = PsSetCreateProcessNotifyRoutineEx(ProcessRoutine, FALSE);
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    return DefectComplete(Irp, Status, 0);
}
