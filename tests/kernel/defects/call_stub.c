/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * call_stub.c - a driver that uses an export few machines have any use for.
 *
 * Device \\.\CallStub. Control code 0x800 (0x222000): calls KeQueryHardwareCounterConfiguration,
 * which every Windows since 7 exports.
 *
 * Windows: returns the configuration's status. Where the export is a stub, loading must succeed all
 * the same, and the call must be reported: the function's name, call_stub.sys and the calling line.
 * Loading on a machine set to an older Windows must fail with error 127, naming the import.
 */
#define DEFECT_NAME L"CallStub"
#include "defect.h"

/* Documented in ntddk.h, declared here because the driver is built for older versions otherwise. */
NTSYSAPI NTSTATUS NTAPI KeQueryHardwareCounterConfiguration(PVOID CounterArray, ULONG MaximumCount,
                                                            PULONG Count);

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        ULONG64 Counters[32];
        ULONG Count = 0;
        NTSTATUS Status = KeQueryHardwareCounterConfiguration(Counters, 1, &Count);

        DbgPrint("CallStub: status 0x%08lx, %lu counters\n", (ULONG)Status, Count);
        return DefectComplete(Irp, Status, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
