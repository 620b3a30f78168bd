/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Driver object extensions: memory of a driver as a whole, found again by an address that
 * identifies whoever asked for it (a driver, or a library working for it). It lives as long as the
 * driver object. IopDatabaseLock guards the list.
 */
#include "io/iop.h"

typedef struct IOP_CLIENT_EXTENSION {
    struct IOP_CLIENT_EXTENSION *Next;
    void *Identification;
    __attribute__((aligned(MEMORY_ALLOCATION_ALIGNMENT))) UCHAR Body[];
} IOP_CLIENT_EXTENSION;

static IOP_CLIENT_EXTENSION *IopFindExtensionLocked(
    const DRIVER_OBJECT *Driver, const void *Identification)
{
    IOP_CLIENT_EXTENSION *Extension = Driver->DriverExtension->ClientDriverExtension;
    while (Extension != NULL && Extension->Identification != Identification)
        Extension = Extension->Next;
    return Extension;
}

/*
 * IoAllocateDriverObjectExtension - zeroed non-paged memory that lives as long as the driver
 * object.
 *
 * ClientIdentificationAddress: any address, once a driver; IoGetDriverObjectExtension finds the
 * memory by it.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_COLLISION: there is one with that address; INSUFFICIENT_RESOURCES:
 *          *DriverObjectExtension is NULL.
 * Owner:   the system: freed with the driver object.
 * Source:  DOC wdm/IoAllocateDriverObjectExtension;
 *          tests/kernel/io/IoAllocateDriverObjectExtension.c
 */
NTSTATUS NTAPI IoAllocateDriverObjectExtension(DRIVER_OBJECT *DriverObject,
    void *ClientIdentificationAddress, ULONG Bytes, void **DriverObjectExtension)
{
    *DriverObjectExtension = NULL;
    if (Bytes > 0xFFFFFFFFu - sizeof(IOP_CLIENT_EXTENSION))
        return STATUS_INSUFFICIENT_RESOURCES;
    IOP_CLIENT_EXTENSION *New = ExiAllocateZero(
        NonPagedPoolNx, sizeof(IOP_CLIENT_EXTENSION) + Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Identification = ClientIdentificationAddress;

    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    BOOLEAN Collision = IopFindExtensionLocked(DriverObject, ClientIdentificationAddress) != NULL;
    if (!Collision) {
        New->Next = DriverObject->DriverExtension->ClientDriverExtension;
        DriverObject->DriverExtension->ClientDriverExtension = New;
    }
    KiReleaseLock(&IopDatabaseLock, Old);
    if (Collision) {
        ExiFree(New);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    *DriverObjectExtension = New->Body;
    return STATUS_SUCCESS;
}

/*
 * IoGetDriverObjectExtension - what IoAllocateDriverObjectExtension gave for that address.
 * IRQL: up to DISPATCH_LEVEL. Returns NULL: nothing. Source: DOC wdm;
 * tests/kernel/io/IoAllocateDriverObjectExtension.c
 */
void *NTAPI IoGetDriverObjectExtension(
    DRIVER_OBJECT *DriverObject, void *ClientIdentificationAddress)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    IOP_CLIENT_EXTENSION *Extension = IopFindExtensionLocked(
        DriverObject, ClientIdentificationAddress);
    KiReleaseLock(&IopDatabaseLock, Old);
    return Extension != NULL ? Extension->Body : NULL;
}

void IopFreeDriverExtensions(DRIVER_OBJECT *Driver)
{
    IOP_CLIENT_EXTENSION *Extension = Driver->DriverExtension->ClientDriverExtension;
    Driver->DriverExtension->ClientDriverExtension = NULL;
    while (Extension != NULL) {
        IOP_CLIENT_EXTENSION *Next = Extension->Next;
        ExiFree(Extension);
        Extension = Next;
    }
}
