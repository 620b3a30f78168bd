/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * stops.c - a driver that stops the machine itself.
 *
 * Device \\.\Stops. Control codes: 0x800 (0x222000) calls KeBugCheck; 0x801 (0x222004) calls
 * KeBugCheckEx with four parameters; 0x802 (0x222008) does so at HIGH_LEVEL, holding a spin lock;
 * 0x803 (0x22200c) in a DPC routine. 0x804 (0x222010) waits for four objects with no memory for
 * their wait blocks. 0x806 (0x222018) has a value of a user's stored directly, whatever its type.
 *
 * Must be reported: the code and the parameters as they were given, for the last two
 * MAXIMUM_WAIT_OBJECTS_EXCEEDED and, from Windows 8 on, KERNEL_SECURITY_CHECK_FAILURE, naming
 * stops.sys. The client must be told.
 */
#define DEFECT_NAME L"Stops"
#include "defect.h"

#define STOPS_CODE 0xDEADD00D

static VOID NTAPI StopsDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Context);
    KeBugCheckEx(STOPS_CODE, 5, 6, (ULONG_PTR)Argument1, (ULONG_PTR)Argument2);
}

static VOID StopsInDpc(VOID)
{
    static KDPC Dpc;

    KeInitializeDpc(&Dpc, StopsDpc, NULL);
    KeInsertQueueDpc(&Dpc, (PVOID)7, (PVOID)8);
    KeFlushQueuedDpcs();
}

static VOID StopsWait(VOID)
{
    static KEVENT Events[THREAD_WAIT_OBJECTS + 1];
    PVOID Objects[THREAD_WAIT_OBJECTS + 1];
    ULONG Index;

    for (Index = 0; Index < THREAD_WAIT_OBJECTS + 1; Index++) {
        KeInitializeEvent(&Events[Index], NotificationEvent, TRUE);
        Objects[Index] = &Events[Index];
    }
    KeWaitForMultipleObjects(
        THREAD_WAIT_OBJECTS + 1, Objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
}

static NTSTATUS StopsQuery(VOID)
{
    ULONG Value = 0;
    RTL_QUERY_REGISTRY_TABLE Table[2] = {
        {.Flags = RTL_QUERY_REGISTRY_DIRECT, .Name = L"Value", .EntryContext = &Value}};

    return RtlQueryRegistryValues(
        RTL_REGISTRY_ABSOLUTE, L"\\Registry\\User\\.Default", Table, NULL, NULL);
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    static KSPIN_LOCK Lock;
    KIRQL Old;

    UNREFERENCED_PARAMETER(DeviceObject);
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        KeBugCheck(STOPS_CODE);
        break;
    case DEFECT_IOCTL(0x801):
        KeBugCheckEx(STOPS_CODE, 1, 2, 3, 4);
        break;
    case DEFECT_IOCTL(0x802):
        KeInitializeSpinLock(&Lock);
        KeAcquireSpinLock(&Lock, &Old);
        KeRaiseIrql(HIGH_LEVEL, &Old);
        KeBugCheckEx(STOPS_CODE, 1, 2, 3, 4);
        break;
    case DEFECT_IOCTL(0x803):
        StopsInDpc();
        break;
    case DEFECT_IOCTL(0x804):
        StopsWait();
        break;
    case DEFECT_IOCTL(0x805):
        KeBugCheckEx(STOPS_CODE, (ULONG_PTR)KeGetCurrentThread(), (ULONG_PTR)Irp, 0, 0);
        break;
    case DEFECT_IOCTL(0x806):
        return DefectComplete(Irp, StopsQuery(), 0);
    default:
        break;
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
