/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pofx_wrong.c - a driver that uses the power framework wrongly, with a device it has detected.
 *
 * Device \\.\PofxWrong. Control codes: 0x222000 registers the device twice; 0x222004 is through
 * with a component it has not activated; 0x222008 completes an idle condition nobody asked for,
 * 0x22200c the powering off, 0x222010 the powering on; 0x222014 wants to wait and not to wait;
 * 0x222018 waits at DISPATCH_LEVEL; 0x22201c activates a component there is not.
 *
 * Must be reported: INTERNAL_POWER_ERROR, and what it was by the first parameter, naming
 * pofx_wrong.sys.
 */
#define DEFECT_NAME L"PofxWrong"
#include "defect.h"

typedef struct WRONG_DEVICE {
    ULONG Version, ComponentCount;
    PVOID Callbacks[6];
    PVOID Context;
    PO_FX_COMPONENT_V1 Component;
} WRONG_DEVICE;

#define BLOCKING 1
#define ASYNC    2

static PVOID Find(const WCHAR *Name)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return MmGetSystemRoutineAddress(&String);
}

static POHANDLE Register(PDRIVER_OBJECT DriverObject, ULONG Times)
{
    NTSTATUS(NTAPI * Routine)(PDEVICE_OBJECT, PVOID, POHANDLE *) = Find(L"PoFxRegisterDevice");
    PO_FX_COMPONENT_IDLE_STATE State = {0, 0, 0};
    WRONG_DEVICE Device = {PO_FX_VERSION_V1, 1, {NULL}, NULL, {{0}, 1, 0, &State}};
    PDEVICE_OBJECT Pdo = NULL;
    POHANDLE Handle = NULL;

    if (!NT_SUCCESS(IoReportDetectedDevice(
            DriverObject, InterfaceTypeUndefined, (ULONG)-1, (ULONG)-1, NULL, NULL, FALSE, &Pdo)))
        return NULL;
    for (ULONG Time = 0; Time < Times; Time++)
        Routine(Pdo, &Device, &Handle);
    return Handle;
}

static VOID UseWrongly(PDRIVER_OBJECT DriverObject, ULONG Code)
{
    VOID(NTAPI * Activate)(POHANDLE, ULONG, ULONG) = Find(L"PoFxActivateComponent");
    VOID(NTAPI * Idle)(POHANDLE, ULONG, ULONG) = Find(L"PoFxIdleComponent");
    VOID(NTAPI * CompleteIdle)(POHANDLE, ULONG) = Find(L"PoFxCompleteIdleCondition");
    VOID(NTAPI * CompleteOff)(POHANDLE) = Find(L"PoFxCompleteDevicePowerNotRequired");
    VOID(NTAPI * ReportOn)(POHANDLE) = Find(L"PoFxReportDevicePoweredOn");
    POHANDLE Handle = Register(DriverObject, Code == 0x222000 ? 2 : 1);
    KIRQL Irql;

    switch (Code) {
    case 0x222004: Idle(Handle, 0, 0); break;
    case 0x222008: CompleteIdle(Handle, 0); break;
    case 0x22200c: CompleteOff(Handle); break;
    case 0x222010: ReportOn(Handle); break;
    case 0x222014: Activate(Handle, 0, BLOCKING | ASYNC); break;
    case 0x222018:
        KeRaiseIrql(DISPATCH_LEVEL, &Irql);
        Activate(Handle, 0, BLOCKING);
        KeLowerIrql(Irql);
        break;
    case 0x22201c: Activate(Handle, 1, 0); break;
    }
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UseWrongly(DeviceObject->DriverObject,
        IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode);
    return DefectComplete(Irp, STATUS_UNSUCCESSFUL, 0);
}
