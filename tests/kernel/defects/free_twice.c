/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * free_twice.c - a driver that frees a pool block twice.
 *
 * Device \\.\FreeTwice. Control code 0x800 (0x222000): allocates 64 bytes, frees them, frees them
 * again.
 *
 * Must be reported: bugcheck 0xC2 BAD_POOL_CALLER, first parameter 0x07 (block already freed) or
 * 0x46, naming free_twice.sys, the second free, and where the block was allocated and first freed.
 */
#define DEFECT_NAME L"FreeTwice"
#include "defect.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        PVOID volatile Block = ExAllocatePoolWithTag(NonPagedPool, 64, DEFECT_TAG);

        if (Block == NULL)
            return DefectComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
        ExFreePoolWithTag(Block, DEFECT_TAG);
        ExFreePoolWithTag(Block, DEFECT_TAG);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
