/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * System threads of devices and drivers, which stay as long as such a thread runs. Unlike those of
 * PsCreateSystemThread they end by returning from their routine: there is code of ours behind it.
 */
#include "io/iop.h"

typedef struct IOP_THREAD {
    void *IoObject; /* DEVICE_OBJECT or DRIVER_OBJECT; referenced */
    PKSTART_ROUTINE Routine;
    void *Context;
} IOP_THREAD;

static void NTAPI IopRunThread(void *Context)
{
    const IOP_THREAD Thread = *(const IOP_THREAD *)Context;
    ExiFree(Context);
    Thread.Routine(Thread.Context);
    ObfDereferenceObject(Thread.IoObject);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

/*
 * IoCreateSystemThread - run a routine on a thread of its own; the driver is not unloaded before it
 * has returned, which ends the thread.
 *
 * IoObject: a device or driver object of the driver's, referenced until then. The others: as
 *           PsCreateSystemThread, which tells what else is returned, too.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE: ProcessHandle is none; INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoCreateSystemThread; OBS tests/kernel/io/IoCreateSystemThread.c
 */
NTSTATUS NTAPI IoCreateSystemThread(void *IoObject, HANDLE *ThreadHandle, ULONG DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, HANDLE ProcessHandle, CLIENT_ID *ClientId,
    PKSTART_ROUTINE StartRoutine, void *StartContext)
{
    IOP_THREAD *Thread = ExiAllocate(NonPagedPoolNx, sizeof(*Thread), IOP_TAG_IO, EX_CALLER);
    if (Thread == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *Thread = (IOP_THREAD){IoObject, StartRoutine, StartContext};
    ObiReference(IoObject);
    NTSTATUS Status = PsCreateSystemThread(ThreadHandle, DesiredAccess, ObjectAttributes,
        ProcessHandle, ClientId, IopRunThread, Thread);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(IoObject);
        ExiFree(Thread);
    }
    return Status;
}
