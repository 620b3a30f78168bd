/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateController, IoDeleteController, IoAllocateController and IoFreeController - one device
 * has a controller at a time, in the order they asked.
 */
#include <ntddk.h>

#include "ktest.h"

typedef struct TURN {
    IO_ALLOCATION_ACTION Action;
    ULONG Calls;
    ULONG Order;
    PDEVICE_OBJECT Device;
    PVOID MapRegisterBase;
    KIRQL Irql;
} TURN;

static ULONG Turns;

static IO_ALLOCATION_ACTION NTAPI Control(
    PDEVICE_OBJECT Device, PIRP Irp, PVOID MapRegisterBase, PVOID Context)
{
    TURN *Turn = Context;

    (VOID)Irp;
    Turn->Calls++;
    Turn->Order = ++Turns;
    Turn->Device = Device;
    Turn->MapRegisterBase = MapRegisterBase;
    Turn->Irql = KeGetCurrentIrql();
    return Turn->Action;
}

static PDEVICE_OBJECT Device(VOID)
{
    PDEVICE_OBJECT New = NULL;

    CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &New),
        STATUS_SUCCESS);
    return New;
}

TEST(IoCreateController, ExtensionIsZeroed)
{
    PCONTROLLER_OBJECT Controller = IoCreateController(100);
    ULONG Index, Sum = 0;

    if (!CHECK(Controller != NULL))
        return;
    CHECK_EQ(Controller->Type, 2);
    for (Index = 0; Index < 100; Index++)
        Sum += ((PUCHAR)Controller->ControllerExtension)[Index];
    CHECK_EQ(Sum, 0);
    RtlFillMemory(Controller->ControllerExtension, 100, 0xEE);
    IoDeleteController(Controller);
}

TEST(IoAllocateController, AFreeOneIsGivenAtOnce)
{
    PCONTROLLER_OBJECT Controller = IoCreateController(0);
    PDEVICE_OBJECT First = Device();
    TURN Turn = {.Action = DeallocateObject};
    KIRQL Old;

    if (!CHECK(Controller != NULL && First != NULL))
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    IoAllocateController(Controller, First, Control, &Turn);
    CHECK_EQ(Turn.Calls, 1);
    CHECK_EQ(Turn.Irql, DISPATCH_LEVEL);
    CHECK_PTR(Turn.Device, First);
    IoAllocateController(Controller, First, Control, &Turn);
    CHECK_EQ(Turn.Calls, 2);
    KeLowerIrql(Old);
    IoDeleteDevice(First);
    IoDeleteController(Controller);
}

TEST(IoFreeController, TheNextInLineHasIt)
{
    PCONTROLLER_OBJECT Controller = IoCreateController(0);
    PDEVICE_OBJECT First = Device(), Second = Device(), Third = Device();
    TURN One = {.Action = KeepObject}, Two = {.Action = DeallocateObject},
         Three = {.Action = KeepObject};
    KIRQL Old;

    if (!CHECK(Controller != NULL && First != NULL && Second != NULL && Third != NULL))
        return;
    Turns = 0;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    IoAllocateController(Controller, First, Control, &One);
    IoAllocateController(Controller, Second, Control, &Two);
    IoAllocateController(Controller, Third, Control, &Three);
    CHECK_EQ(Turns, 1);
    CHECK_EQ(One.Order, 1);
    IoFreeController(Controller);
    CHECK_EQ(Turns, 3);
    CHECK_EQ(Two.Order, 2);
    CHECK_EQ(Three.Order, 3);
    CHECK_PTR(Three.Device, Third);
    IoFreeController(Controller);
    CHECK_EQ(Turns, 3);
    IoAllocateController(Controller, First, Control, &One);
    CHECK_EQ(One.Calls, 2);
    IoFreeController(Controller);
    KeLowerIrql(Old);
    IoDeleteDevice(First);
    IoDeleteDevice(Second);
    IoDeleteDevice(Third);
    IoDeleteController(Controller);
}
