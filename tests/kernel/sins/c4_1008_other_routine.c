/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Tries to acquire a spin lock as a queued one while another thread holds it as a plain one.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1008 lock * 0
 */
#include "sin.h"

struct SIN_CALL {
    KSPIN_LOCK Lock;
    KEVENT Held;
    BOOLEAN Sinful;
    volatile BOOLEAN Wants;
};

static VOID NTAPI SinThread(PVOID Context)
{
    struct SIN_CALL *Call = Context;
    KLOCK_QUEUE_HANDLE Queue;
    KIRQL Irql;

    KeWaitForSingleObject(&Call->Held, Executive, KernelMode, FALSE, NULL);
    if (Call->Sinful) {
        KeAcquireInStackQueuedSpinLock(&Call->Lock, &Queue);
        Call->Wants = TRUE;
        KeReleaseInStackQueuedSpinLock(&Queue);
    } else {
        KeAcquireSpinLock(&Call->Lock, &Irql);
        KeReleaseSpinLock(&Call->Lock, Irql);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    struct SIN_CALL Call = {.Sinful = Sinful};
    HANDLE Handle;
    PVOID Thread;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&Call.Lock);
    KeInitializeEvent(&Call.Held, NotificationEvent, FALSE);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(PsCreateSystemThread(
            &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, SinThread, &Call)))
        return STATUS_INSUFFICIENT_RESOURCES;
    ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode, &Thread, NULL);
    SinTell("lock", &Call.Lock);
    KeAcquireSpinLock(&Call.Lock, &Irql);
    KeSetEvent(&Call.Held, IO_NO_INCREMENT, FALSE);
    while (Sinful && !Call.Wants)
        YieldProcessor();
    KeReleaseSpinLock(&Call.Lock, Irql);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    ZwClose(Handle);
    return STATUS_SUCCESS;
}
