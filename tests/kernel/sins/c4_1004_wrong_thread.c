/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has another thread release a fast mutex.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1004 lock owner thread
 */
#include "sin.h"

struct SIN_CALL {
    FAST_MUTEX Mutex;
    BOOLEAN Sinful;
};

static VOID NTAPI SinThread(PVOID Context)
{
    struct SIN_CALL *Call = Context;
    KIRQL Irql;

    SinTell("thread", PsGetCurrentThread());
    KeRaiseIrql(APC_LEVEL, &Irql);
    if (Call->Sinful)
        ExReleaseFastMutex(&Call->Mutex);
    KeLowerIrql(Irql);
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
    SinTell("lock", &Call.Mutex);
    SinTell("owner", PsGetCurrentThread());
    ExAcquireFastMutex(&Call.Mutex);
    if (!NT_SUCCESS(PsCreateSystemThread(
            &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, SinThread, &Call))) {
        ExReleaseFastMutex(&Call.Mutex);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode, &Thread, NULL);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    if (!Sinful)
        ExReleaseFastMutex(&Call.Mutex);
    ZwClose(Handle);
    return STATUS_SUCCESS;
}
