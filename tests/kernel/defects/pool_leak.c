/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pool_leak.c - a driver that forgets what it allocated.
 *
 * Device \\.\PoolLeak. Control code 0x800 (0x222000): allocates 100 bytes of non-paged pool with
 * tag 'Leak' and drops the pointer. Control code 0x801 (0x222004): the same with 5000 bytes of
 * paged pool.
 *
 * Must be reported at unload, for each call: a pool leak with its tag, size and pool, the driver
 * and the allocating line. (Windows: bugcheck 0xC4, 0x62, under Driver Verifier's pool tracking.)
 */
#define DEFECT_NAME L"PoolLeak"
#include "defect.h"

#define POOL_LEAK_TAG 'kaeL'

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        if (ExAllocatePoolWithTag(NonPagedPool, 100, POOL_LEAK_TAG) == NULL)
            return DefectComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    case DEFECT_IOCTL(0x801):
        if (ExAllocatePoolWithTag(PagedPool, 5000, POOL_LEAK_TAG) == NULL)
            return DefectComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    default:
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
