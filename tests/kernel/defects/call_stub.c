/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * call_stub.c - a driver that uses an export few machines have any use for.
 *
 * Device \\.\CallStub. Control code 0x800 (0x222000): calls ZwOpenKeyTransactedEx, which every
 * Windows since 7 exports.
 *
 * Windows: returns the status of a transaction that is none. Where the export is a stub, loading
 * must succeed all the same, and the call must be reported: the function's name, call_stub.sys and
 * the calling line. Loading on a machine set to an older Windows must fail with error 127, naming
 * the import.
 */
#define DEFECT_NAME L"CallStub"
#include "defect.h"

/* Documented in wdm.h, declared here because the driver is built for older versions otherwise. */
NTSYSAPI NTSTATUS NTAPI ZwOpenKeyTransactedEx(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
    POBJECT_ATTRIBUTES ObjectAttributes, ULONG OpenOptions, HANDLE TransactionHandle);

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Registry\\Machine");
        OBJECT_ATTRIBUTES Attributes;
        HANDLE Key;
        NTSTATUS Status;

        InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE, NULL, NULL);
        Status = ZwOpenKeyTransactedEx(&Key, KEY_READ, &Attributes, 0, NULL);
        DbgPrint("CallStub: status 0x%08lx\n", (ULONG)Status);
        return DefectComplete(Irp, Status, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
