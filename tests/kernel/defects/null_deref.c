/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * null_deref.c - a driver that reads through a NULL pointer, one call below its dispatch routine.
 *
 * Device \\.\NullDeref. Control code 0x800 (0x222000): dereferences NULL.
 *
 * Must be reported: on Windows a bugcheck (0x3B SYSTEM_SERVICE_EXCEPTION on x64 with 0xC0000005 as
 * its first parameter, or 0x7E/0x8E), naming null_deref.sys. On dotsys the same, with function
 * NullDerefCount and the source line marked below. The machine stops; its client does not.
 */
#define DEFECT_NAME L"NullDeref"
#include "defect.h"

typedef struct NULL_DEREF_CONTEXT {
    ULONG Unused[4];
    ULONG Count;
} NULL_DEREF_CONTEXT;

/* A function of its own, so that the report has two frames of this driver to name. */
static __attribute__((noinline)) ULONG NullDerefCount(volatile const NULL_DEREF_CONTEXT *Context)
{
    return Context->Count; /* the faulting line: reads address 0x10 */
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        volatile const NULL_DEREF_CONTEXT *volatile Context = NULL;

        DbgPrint("NullDeref: %lu\n", NullDerefCount(Context));
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
