/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * timer_left.c - a driver that unloads with timers set and callbacks registered.
 *
 * Device \\.\TimerLeft. Control code 0x800 (0x222000): sets a timer with a DPC that comes in an
 * hour. 0x801 (0x222004): sets one that comes every minute. 0x802 (0x222008): registers a routine
 * with \Callback\PowerState. 0x803 (0x22200c): registers a bugcheck callback. None is taken back.
 *
 * Must be reported at unload, each, with the routine. (Windows: the routine is called where the
 * driver was; bugcheck 0xCE.)
 */
#define DEFECT_NAME L"TimerLeft"
#include "defect.h"

static KTIMER Timer, Periodic;
static KDPC Dpc;
static KBUGCHECK_CALLBACK_RECORD Record;

static VOID NTAPI DpcRoutine(PKDPC This, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(This);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
}

static VOID NTAPI PowerRoutine(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
}

static VOID NTAPI BugCheckRoutine(PVOID Buffer, ULONG Length)
{
    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(Length);
}

static NTSTATUS RegisterPower(VOID)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Callback\\PowerState");
    OBJECT_ATTRIBUTES Attributes;
    PCALLBACK_OBJECT Callback;
    NTSTATUS Status;

    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = ExCreateCallback(&Callback, &Attributes, FALSE, FALSE);
    if (!NT_SUCCESS(Status))
        return Status;
    if (ExRegisterCallback(Callback, PowerRoutine, NULL) == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    ObDereferenceObject(Callback);
    return Status;
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    static UCHAR Component[] = "TimerLeft";
    LARGE_INTEGER Due;

    UNREFERENCED_PARAMETER(DeviceObject);
    Due.QuadPart = -36000000000LL;
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        KeInitializeTimer(&Timer);
        KeInitializeDpc(&Dpc, DpcRoutine, NULL);
        KeSetTimer(&Timer, Due, &Dpc);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    case DEFECT_IOCTL(0x801):
        KeInitializeTimerEx(&Periodic, SynchronizationTimer);
        KeSetTimerEx(&Periodic, Due, 60000, NULL);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    case DEFECT_IOCTL(0x802):
        return DefectComplete(Irp, RegisterPower(), 0);
    case DEFECT_IOCTL(0x803):
        Record.State = BufferEmpty;
        KeRegisterBugCheckCallback(&Record, BugCheckRoutine, NULL, 0, Component);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    default:
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
