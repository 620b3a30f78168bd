/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Two threads free a block, if one of them waits for long enough where it calls the power
 * framework.
 *
 * verify: power_delay,pool_tracking
 * expect: BUGCHECK 0xC4 0x13 0 * *
 * detail: delays: --seed [0-9]+ makes the same threads wait again
 */
#include "taken.h"

typedef struct SIN_DEVICE {
    ULONG Version, ComponentCount;
    PVOID Callbacks[6];
    PVOID Context;
    PO_FX_COMPONENT_V1 Component;
} SIN_DEVICE;

NTKERNELAPI NTSTATUS NTAPI PoFxRegisterDevice(PDEVICE_OBJECT Pdo, PVOID Device, POHANDLE *Handle);
NTKERNELAPI VOID NTAPI PoFxSetDeviceIdleTimeout(POHANDLE Handle, ULONGLONG IdleTimeout);
NTKERNELAPI VOID NTAPI PoFxUnregisterDevice(POHANDLE Handle);

static POHANDLE SinHandle;

static VOID SinMeanwhile(VOID)
{
    PoFxSetDeviceIdleTimeout(SinHandle, 0);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PO_FX_COMPONENT_IDLE_STATE State = {0, 0, 0};
    SIN_DEVICE Device = {PO_FX_VERSION_V1, 1, {NULL}, NULL, {{0}, 1, 0, &State}};
    PDEVICE_OBJECT Pdo = NULL;
    NTSTATUS Status = IoReportDetectedDevice(DeviceObject->DriverObject, InterfaceTypeUndefined,
        (ULONG)-1, (ULONG)-1, NULL, NULL, FALSE, &Pdo);

    UNREFERENCED_PARAMETER(Irp);
    if (NT_SUCCESS(Status))
        Status = PoFxRegisterDevice(Pdo, &Device, &SinHandle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SinTakeBlocks(Sinful);
    PoFxUnregisterDevice(SinHandle);
    return Status;
}
