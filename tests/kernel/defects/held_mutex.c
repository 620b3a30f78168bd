/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * held_mutex.c - a driver whose thread ends while it holds a mutex.
 *
 * Device \\.\HeldMutex. Control code 0x800 (0x222000): starts a system thread that takes a mutex
 * and returns; waits for the thread.
 *
 * Must be reported: bugcheck 0x4000008A THREAD_TERMINATE_HELD_MUTEX with the thread and the mutex
 * as parameters, naming held_mutex.sys. The client must be told, not left waiting.
 */
#define DEFECT_NAME L"HeldMutex"
#include "defect.h"

static KMUTEX HeldMutexMutex;

static VOID NTAPI HeldMutexThread(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&HeldMutexMutex, Executive, KernelMode, FALSE, NULL);
    /* KeReleaseMutex(&HeldMutexMutex, FALSE) is missing */
}

static NTSTATUS HeldMutexRun(VOID)
{
    HANDLE Handle;
    PVOID Thread;
    NTSTATUS Status;

    KeInitializeMutex(&HeldMutexMutex, 0);
    Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, HeldMutexThread,
                                  NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL);
    ZwClose(Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800))
        return DefectComplete(Irp, HeldMutexRun(), 0);
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
