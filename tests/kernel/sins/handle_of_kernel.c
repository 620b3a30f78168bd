/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * References a handle of the kernel for a program, in the System process.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xF7 handle 0 1
 */
#include "sin.h"

static KEVENT Done;
static KPROCESSOR_MODE Mode;

static VOID NTAPI Reference(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Event;
    PVOID Object;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (NT_SUCCESS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE))) {
        SinTell("handle", Event);
        if (NT_SUCCESS(
                ObReferenceObjectByHandle(Event, EVENT_ALL_ACCESS, NULL, Mode, &Object, NULL)))
            ObDereferenceObject(Object);
        ZwClose(Event);
    }
    KeSetEvent(&Done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIO_WORKITEM WorkItem = IoAllocateWorkItem(DeviceObject);

    UNREFERENCED_PARAMETER(Irp);
    if (WorkItem == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Mode = Sinful ? UserMode : KernelMode;
    IoQueueWorkItem(WorkItem, Reference, DelayedWorkQueue, NULL);
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    IoFreeWorkItem(WorkItem);
    return STATUS_SUCCESS;
}
