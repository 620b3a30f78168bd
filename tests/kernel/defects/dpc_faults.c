/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * dpc_faults.c - DPC routines and other routines that must not do what they do.
 *
 * Device \\.\DpcFaults. Control code 0x800 (0x222000): a DPC routine that waits: bugcheck
 * ATTEMPTED_SWITCH_FROM_DPC (0xB8). 0x801 (0x222004): a DPC routine that returns at another IRQL:
 * IRQL_UNEXPECTED_VALUE (0xC8). 0x802 (0x222008): a DPC routine that writes to address 0:
 * DRIVER_IRQL_NOT_LESS_OR_EQUAL (0xD1). 0x803 (0x22200c): frees memory with a timer in it that is
 * set: TIMER_OR_DPC_INVALID (0xC7). 0x804 (0x222010): releases a resource it does not have:
 * RESOURCE_NOT_OWNED (0xE3). Each stops the machine; a bugcheck callback says so before.
 */
#define DEFECT_NAME L"DpcFaults"
#include "defect.h"

static KDPC Dpc;
static KEVENT Event;
static ERESOURCE Resource;
static KBUGCHECK_CALLBACK_RECORD Record;

static VOID NTAPI BugCheckRoutine(PVOID Buffer, ULONG Length)
{
    DbgPrint("bugcheck callback: %u bytes at IRQL %u\n", Length, (ULONG)KeGetCurrentIrql());
    UNREFERENCED_PARAMETER(Buffer);
}

static VOID NTAPI Waits(PKDPC This, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(This);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
}

static VOID NTAPI Lowers(PKDPC This, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(This);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeLowerIrql(PASSIVE_LEVEL);
}

static VOID NTAPI Writes(PKDPC This, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    volatile ULONG *Nowhere = Context;

    UNREFERENCED_PARAMETER(This);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    *Nowhere = 1;
}

static VOID Queue(PKDEFERRED_ROUTINE Routine)
{
    KeInitializeDpc(&Dpc, Routine, NULL);
    KeInsertQueueDpc(&Dpc, NULL, NULL);
    KeFlushQueuedDpcs();
}

static VOID FreeTimer(VOID)
{
    PKTIMER Timer = ExAllocatePoolWithTag(NonPagedPool, sizeof(KTIMER), DEFECT_TAG);
    LARGE_INTEGER Due;

    if (Timer == NULL)
        return;
    Due.QuadPart = -36000000000LL;
    KeInitializeTimer(Timer);
    KeSetTimer(Timer, Due, NULL);
    ExFreePoolWithTag(Timer, DEFECT_TAG);
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    static UCHAR Component[] = "DpcFaults";

    UNREFERENCED_PARAMETER(DeviceObject);
    Record.State = BufferEmpty;
    KeRegisterBugCheckCallback(&Record, BugCheckRoutine, Component, sizeof(Component), Component);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        Queue(Waits);
        break;
    case DEFECT_IOCTL(0x801):
        Queue(Lowers);
        break;
    case DEFECT_IOCTL(0x802):
        Queue(Writes);
        break;
    case DEFECT_IOCTL(0x803):
        FreeTimer();
        break;
    case DEFECT_IOCTL(0x804):
        ExInitializeResourceLite(&Resource);
        ExReleaseResourceLite(&Resource);
        break;
    default:
        break;
    }
    KeDeregisterBugCheckCallback(&Record);
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
