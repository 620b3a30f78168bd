/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * call_stub.c - a driver that uses an export few machines have any use for.
 *
 * Device \\.\CallStub. Control code 0x800 (0x222000): calls CcCoherencyFlushAndPurgeCache, which
 * every Windows since 7 exports.
 *
 * Windows: returns the status of a file that is not cached. Where the export is a stub, loading
 * must succeed all the same, and the call must be reported: the function's name, call_stub.sys and
 * the calling line. Loading on a machine set to an older Windows must fail with error 127, naming
 * the import.
 */
#define DEFECT_NAME L"CallStub"
#include "defect.h"

/* Documented in ntifs.h, declared here because the driver is built for older versions otherwise. */
NTSYSAPI VOID NTAPI CcCoherencyFlushAndPurgeCache(PVOID SectionPointers, PLARGE_INTEGER FileOffset,
    ULONG Length, PIO_STATUS_BLOCK IoStatus, ULONG Flags);

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        IO_STATUS_BLOCK IoStatus = {{STATUS_SUCCESS}, 0};
        PVOID Nothing[3] = {NULL, NULL, NULL}; /* SECTION_OBJECT_POINTERS */

        CcCoherencyFlushAndPurgeCache(Nothing, NULL, 0, &IoStatus, 0);
        DbgPrint("CallStub: status 0x%08lx\n", (ULONG)IoStatus.Status);
        return DefectComplete(Irp, IoStatus.Status, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
