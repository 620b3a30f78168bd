/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Controller objects: what several devices share and one has at a time. Devices that wait lie in
 * the controller's queue, in their wait blocks; one request of a device at a time.
 */
#include "io/controller.h"
#include "ke/devicequeue.h"

#define IOP_TAG_CONTROLLER 0x6F436F49u /* 'IoCo' */

/* Calls routines as long as they give the controller back. IRQL: DISPATCH_LEVEL. */
static void IopRunController(CONTROLLER_OBJECT *Controller, WAIT_CONTEXT_BLOCK *Wcb)
{
    for (;;) {
        IO_ALLOCATION_ACTION Action = Wcb->DeviceRoutine(
            Wcb->DeviceObject, Wcb->CurrentIrp, NULL, Wcb->DeviceContext);
        if (Action != DeallocateObject)
            return;
        KDEVICE_QUEUE_ENTRY *Next = KeRemoveDeviceQueue(&Controller->DeviceWaitQueue);
        if (Next == NULL)
            return;
        Wcb = CONTAINING_RECORD(Next, WAIT_CONTEXT_BLOCK, WaitQueueEntry);
    }
}

/*
 * IoCreateController - make a controller object. Size: bytes of its extension, zero-filled.
 * IRQL: PASSIVE_LEVEL. Returns: NULL: no memory. Owner: driver; IoDeleteController.
 * Source: DOC ntddk/IoCreateController; OBS tests/kernel/io/IoCreateController.c
 */
CONTROLLER_OBJECT *NTAPI IoCreateController(ULONG Size)
{
    const SIZE_T Head = (sizeof(CONTROLLER_OBJECT) + 15) & ~(SIZE_T)15;
    CONTROLLER_OBJECT *Controller = ExiAllocateZero(
        NonPagedPoolNx, Head + Size, IOP_TAG_CONTROLLER, EX_CALLER);
    if (Controller == NULL)
        return NULL;
    Controller->Type = IO_TYPE_CONTROLLER;
    Controller->Size = (CSHORT)(Head + Size);
    Controller->ControllerExtension = (UCHAR *)Controller + Head;
    KeInitializeDeviceQueue(&Controller->DeviceWaitQueue);
    return Controller;
}

/* IoDeleteController - the reverse. IRQL: PASSIVE_LEVEL. Source: DOC ntddk/IoDeleteController;
 * OBS. */
void NTAPI IoDeleteController(CONTROLLER_OBJECT *ControllerObject)
{
    ExiFree(ControllerObject);
}

/*
 * IoAllocateController - have ExecutionRoutine called when the controller is the device's.
 *
 * ExecutionRoutine: at DISPATCH_LEVEL, with the device's current IRP; KeepObject: until
 * IoFreeController; DeallocateObject: done.
 * IRQL:    DISPATCH_LEVEL.
 * Source:  DOC ntddk/IoAllocateController; OBS tests/kernel/io/IoCreateController.c
 */
void NTAPI IoAllocateController(CONTROLLER_OBJECT *ControllerObject, DEVICE_OBJECT *DeviceObject,
    PDRIVER_CONTROL ExecutionRoutine, void *Context)
{
    WAIT_CONTEXT_BLOCK *Wcb = &DeviceObject->Queue.Wcb;
    Wcb->DeviceRoutine = ExecutionRoutine;
    Wcb->DeviceContext = Context;
    Wcb->DeviceObject = DeviceObject;
    Wcb->CurrentIrp = DeviceObject->CurrentIrp;
    if (!KeInsertDeviceQueue(&ControllerObject->DeviceWaitQueue, &Wcb->WaitQueueEntry))
        IopRunController(ControllerObject, Wcb);
}

/* IoFreeController - give it back; the next device has it. IRQL: DISPATCH_LEVEL. Source: DOC
 * ntddk/IoFreeController; OBS. */
void NTAPI IoFreeController(CONTROLLER_OBJECT *ControllerObject)
{
    KDEVICE_QUEUE_ENTRY *Next = KeRemoveDeviceQueue(&ControllerObject->DeviceWaitQueue);
    if (Next != NULL)
        IopRunController(
            ControllerObject, CONTAINING_RECORD(Next, WAIT_CONTEXT_BLOCK, WaitQueueEntry));
}
