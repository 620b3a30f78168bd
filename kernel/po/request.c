/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Power requests: what a driver asks for goes to the top of the device's stack in an IRP of ours,
 * and its callback is told how it ended. Since Windows Vista nothing holds power requests of a
 * device back for one another, and so it is here.
 */
#include "po/pop.h"

/*
 * PoCallDriver - pass a power IRP to the next driver, as IoCallDriver does.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/PoCallDriver; tests/kernel/pnp/PoRequestPowerIrp.c
 */
NTSTATUS NTAPI PoCallDriver(DEVICE_OBJECT *DeviceObject, IRP *Irp)
{
    return IofCallDriver(DeviceObject, Irp);
}

/*
 * PoStartNextPowerIrp - the driver can take the next power IRP: since Windows Vista it can anyway.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/PoStartNextPowerIrp;
 * tests/kernel/pnp/PoRequestPowerIrp.c
 */
void NTAPI PoStartNextPowerIrp(IRP *Irp)
{
    (void)Irp;
}

typedef struct POP_REQUEST {
    WORK_QUEUE_ITEM Work; /* where it is sent from a system thread */
    DEVICE_OBJECT *Device; /* what the driver asked for; referenced */
    DEVICE_OBJECT *Top;    /* referenced */
    IRP *Irp;
    UCHAR Minor;
    POWER_STATE State;
    PREQUEST_POWER_COMPLETE Completion; /* may be NULL */
    void *Context;
} POP_REQUEST;

static NTSTATUS NTAPI PopCompleted(DEVICE_OBJECT *Nobody, IRP *Irp, void *Context)
{
    POP_REQUEST *Request = Context;
    (void)Nobody;
    if (Request->Completion != NULL)
        Request->Completion(
            Request->Device, Request->Minor, Request->State, Request->Context, &Irp->IoStatus);
    ObfDereferenceObject(Request->Top);
    ObfDereferenceObject(Request->Device);
    ExiFree(Request);
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static void NTAPI PopSendLater(void *Parameter)
{
    const POP_REQUEST *Request = Parameter;
    IofCallDriver(Request->Top, Request->Irp);
}

static void PopFill(const POP_REQUEST *Request)
{
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Request->Irp);
    Stack->MajorFunction = IRP_MJ_POWER;
    Stack->MinorFunction = Request->Minor;
    if (Request->Minor == IRP_MN_WAIT_WAKE) {
        Stack->Parameters.WaitWake.PowerState = Request->State.SystemState;
    } else {
        Stack->Parameters.Power.Type = DevicePowerState;
        Stack->Parameters.Power.State = Request->State;
        Stack->Parameters.Power.ShutdownType = PowerActionNone;
    }
}

/* In place of a device's state, that of the system. */
static void PopFillSystem(const POP_REQUEST *Request, const PO_SYSTEM_CHANGE *Change)
{
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Request->Irp);
    SYSTEM_POWER_STATE_CONTEXT *Context = &Stack->Parameters.Power.SystemPowerStateContext;
    Stack->Parameters.Power.Type = SystemPowerState;
    Stack->Parameters.Power.ShutdownType = Change->Action;
    Context->TargetSystemState = Context->EffectiveSystemState = (ULONG)Change->To & 0xF;
    Context->CurrentSystemState = (ULONG)Change->From & 0xF;
}

static POP_REQUEST *PopNewRequest(DEVICE_OBJECT *Device, UCHAR Minor, POWER_STATE State)
{
    POP_REQUEST *Request = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Request), POP_TAG, EX_KERNEL_SITE);
    if (Request == NULL)
        return NULL;
    Request->Top = IoGetAttachedDeviceReference(Device);
    Request->Irp = IoAllocateIrp(Request->Top->StackSize, FALSE);
    if (Request->Irp == NULL) {
        ObfDereferenceObject(Request->Top);
        ExiFree(Request);
        return NULL;
    }
    ObfReferenceObject(Device);
    Request->Device = Device;
    Request->Minor = Minor;
    Request->State = State;
    Request->Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    PopFill(Request);
    IoSetCompletionRoutine(Request->Irp, PopCompleted, Request, TRUE, TRUE, TRUE);
    return Request;
}

/*
 * PoRequestPowerIrp - have a device's stack put into a device power state, asked whether it can be,
 * or wait for its wake signal.
 *
 * DeviceObject: any of the stack. MinorFunction: IRP_MN_SET_POWER, IRP_MN_QUERY_POWER,
 *               IRP_MN_WAIT_WAKE. PowerState: a device state, for WAIT_WAKE the lowest system state
 *               to wake from. CompletionFunction: optional; called when all drivers are done, up to
 *               DISPATCH_LEVEL. Irp: for WAIT_WAKE receives the IRP, to cancel; optional.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: PENDING: it is on its way, or done; INVALID_PARAMETER_2: another minor function;
 *          INSUFFICIENT_RESOURCES: nothing was sent.
 * Source:  DOC wdm/PoRequestPowerIrp; tests/kernel/pnp/PoRequestPowerIrp.c
 */
NTSTATUS NTAPI PoRequestPowerIrp(DEVICE_OBJECT *DeviceObject, UCHAR MinorFunction,
    POWER_STATE PowerState, PREQUEST_POWER_COMPLETE CompletionFunction, void *Context, IRP **Irp)
{
    if (MinorFunction != IRP_MN_SET_POWER && MinorFunction != IRP_MN_QUERY_POWER &&
        MinorFunction != IRP_MN_WAIT_WAKE)
        return STATUS_INVALID_PARAMETER_2;
    POP_REQUEST *Request = PopNewRequest(DeviceObject, MinorFunction, PowerState);
    if (Request == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Request->Completion = CompletionFunction;
    Request->Context = Context;
    if (Irp != NULL && MinorFunction == IRP_MN_WAIT_WAKE)
        *Irp = Request->Irp;
    /* Drivers whose power code may be paged out are called where it could be brought in. */
    if (KiGetIrql() != PASSIVE_LEVEL && (Request->Top->Flags & DO_POWER_PAGABLE)) {
        ExInitializeWorkItem(&Request->Work, PopSendLater, Request);
        ExQueueWorkItem(&Request->Work, CriticalWorkQueue);
    } else {
        IofCallDriver(Request->Top, Request->Irp);
    }
    return STATUS_PENDING;
}

typedef struct POP_WAIT {
    KEVENT Done;
    NTSTATUS Status;
} POP_WAIT;

static void NTAPI PopEndWait(
    DEVICE_OBJECT *Device, UCHAR Minor, POWER_STATE State, void *Context, IO_STATUS_BLOCK *IoStatus)
{
    POP_WAIT *Wait = Context;
    (void)Device;
    (void)Minor;
    (void)State;
    Wait->Status = IoStatus->Status;
    KeSetEvent(&Wait->Done, IO_NO_INCREMENT, FALSE);
}

ULONG PoRequestLimitMs = 8000; /* less than who waits for the machine to close has patience for */

/* Whoever has the IRP has not completed it. Bugcheck 0x9F as DOC; the third parameter, which
 * debuggers read, is left out. */
static void PopStopForKept(const POP_REQUEST *Request)
{
    IRP *Irp = Request->Irp;
    const DEVICE_OBJECT *Holder = Irp->CurrentLocation <= Irp->StackCount
        ? IoGetCurrentIrpStackLocation(Irp)->DeviceObject
        : Request->Top;
    KeBlame((ULONG_PTR)Holder->DriverObject->MajorFunction[IRP_MJ_POWER]);
    KeBugCheckEx(DRIVER_POWER_STATE_FAILURE, 3, (ULONG_PTR)Request->Device, 0, (ULONG_PTR)Irp);
}

NTSTATUS PoiSendSystemPower(
    DEVICE_OBJECT *Device, UCHAR Minor, const PO_SYSTEM_CHANGE *Change, KIRQL Irql)
{
    POP_WAIT Wait;
    POP_REQUEST *Request = PopNewRequest(Device, Minor, (POWER_STATE){.SystemState = Change->To});
    if (Request == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&Wait.Done, NotificationEvent, FALSE);
    Request->Completion = PopEndWait;
    Request->Context = &Wait;
    PopFillSystem(Request, Change);
    KIRQL Old = KfRaiseIrql(Irql);
    IofCallDriver(Request->Top, Request->Irp);
    KfLowerIrql(Old);
    LARGE_INTEGER Limit = {.QuadPart = -(LONGLONG)PoRequestLimitMs * 10000};
    if (KeWaitForSingleObject(&Wait.Done, Executive, KernelMode, FALSE, &Limit) == STATUS_TIMEOUT)
        PopStopForKept(Request);
    return Wait.Status;
}

#define POP_SYSTEM_STATE 0x0Fu
#define POP_DEVICE_STATE 0xF0u

DEVICE_POWER_STATE PopDeviceState(const DEVICE_OBJECT *Device)
{
    return (
        DEVICE_POWER_STATE)((Device->DeviceObjectExtension->PowerFlags & POP_DEVICE_STATE) >> 4);
}

/*
 * PoSetPowerState - note which state a device is in.
 *
 * IRQL:    up to DISPATCH_LEVEL. Returns the state noted before, PowerDeviceUnspecified the first
 *          time.
 * Source:  DOC wdm/PoSetPowerState; tests/kernel/pnp/PoSetPowerState.c
 */
POWER_STATE NTAPI PoSetPowerState(
    DEVICE_OBJECT *DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State)
{
    ULONG *Flags = &DeviceObject->DeviceObjectExtension->PowerFlags,
          Old = __atomic_load_n(Flags, __ATOMIC_ACQUIRE), New;
    POWER_STATE Before = {.SystemState = PowerSystemUnspecified};
    do {
        if (Type == SystemPowerState)
            New = (Old & ~POP_SYSTEM_STATE) | ((ULONG)State.SystemState & 0xF);
        else
            New = (Old & ~POP_DEVICE_STATE) | (((ULONG)State.DeviceState & 0xF) << 4);
    } while (
        !__atomic_compare_exchange_n(Flags, &Old, New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    if (Type == SystemPowerState)
        Before.SystemState = (SYSTEM_POWER_STATE)(Old & POP_SYSTEM_STATE);
    else
        Before.DeviceState = (DEVICE_POWER_STATE)((Old & POP_DEVICE_STATE) >> 4);
    return Before;
}
