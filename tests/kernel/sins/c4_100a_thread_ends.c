/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Ends a thread that holds a mutex.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x100A thread lock *
 */
#include "sin.h"

struct SIN_CALL {
    FAST_MUTEX Mutex;
    BOOLEAN Sinful;
};

static VOID NTAPI SinThread(PVOID Context)
{
    struct SIN_CALL *Call = Context;

    SinTell("thread", PsGetCurrentThread());
    SinTell("lock", &Call->Mutex);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&Call->Mutex);
    if (!Call->Sinful)
        ExReleaseFastMutexUnsafe(&Call->Mutex);
    KeLeaveCriticalRegion();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    struct SIN_CALL Call = {.Sinful = Sinful};
    HANDLE Handle;
    PVOID Thread;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeFastMutex(&Call.Mutex);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(PsCreateSystemThread(
            &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, SinThread, &Call)))
        return STATUS_INSUFFICIENT_RESOURCES;
    ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode, &Thread, NULL);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    ZwClose(Handle);
    return STATUS_SUCCESS;
}
