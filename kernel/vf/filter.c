/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices nobody expects in a stack of plug and play: with enhanced_io a filter above the physical
 * device and one on top of the others, if one of the drivers is verified. They pass every request
 * on as it is, so that a driver which takes the device next to it for one it knows, or counts stack
 * locations, is found out. With the request that removes the device they go.
 *
 * The driver object they belong to is made with the first of them and stays until the machine
 * closes.
 */
#include "po/po.h"
#include "rtl/rtl.h"
#include "vf/chance.h"
#include "vf/request.h"

#define VFP_FILTER_NAME u"\\Driver\\VERIFIER_FILTER" /* Windows has it as well */

typedef struct VFP_FILTER {
    DEVICE_OBJECT *Lower;
} VFP_FILTER;

static DRIVER_OBJECT *VfpFilterDriver;

static NTSTATUS NTAPI VfpPassDown(DEVICE_OBJECT *Device, IRP *Irp)
{
    const VFP_FILTER *Filter = Device->DeviceExtension;
    IoSkipCurrentIrpStackLocation(Irp);
    return IofCallDriver(Filter->Lower, Irp);
}

static NTSTATUS NTAPI VfpPassPower(DEVICE_OBJECT *Device, IRP *Irp)
{
    PoStartNextPowerIrp(Irp);
    return VfpPassDown(Device, Irp);
}

static NTSTATUS NTAPI VfpPassPnp(DEVICE_OBJECT *Device, IRP *Irp)
{
    const VFP_FILTER *Filter = Device->DeviceExtension;
    const BOOLEAN Leaves = IoGetCurrentIrpStackLocation(Irp)->MinorFunction == IRP_MN_REMOVE_DEVICE;
    const NTSTATUS Status = VfpPassDown(Device, Irp);
    if (Leaves) {
        IoDetachDevice(Filter->Lower);
        IoDeleteDevice(Device);
    }
    return Status;
}

static NTSTATUS NTAPI VfpFilterEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    (void)RegistryPath;
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Driver->MajorFunction[Major] = VfpPassDown;
    Driver->MajorFunction[IRP_MJ_POWER] = VfpPassPower;
    Driver->MajorFunction[IRP_MJ_PNP] = VfpPassPnp;
    VfpFilterDriver = Driver;
    return STATUS_SUCCESS;
}

void VfpPrepareFilters(void)
{
    VfpFilterDriver = NULL; /* of an earlier machine */
}

static BOOLEAN VfpAnyVerified(DRIVER_OBJECT *const *Drivers, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++) {
        if (VfIsVerifiedCode((ULONG_PTR)Drivers[Index]->DriverStart))
            return TRUE;
    }
    return FALSE;
}

void VfpAddFilter(DEVICE_OBJECT *Pdo, DRIVER_OBJECT *const *Drivers, ULONG Count)
{
    UNICODE_STRING Name;
    DEVICE_OBJECT *Device;
    if (!VfIsOn(VF_ENHANCED_IO) || !VfpAnyVerified(Drivers, Count))
        return;
    RtlInitUnicodeString(&Name, VFP_FILTER_NAME);
    if (VfpFilterDriver == NULL && !NT_SUCCESS(IoCreateDriver(&Name, VfpFilterEntry)))
        return;
    if (!NT_SUCCESS(IoCreateDevice(
            VfpFilterDriver, sizeof(VFP_FILTER), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device)))
        return;
    VFP_FILTER *Filter = Device->DeviceExtension;
    Filter->Lower = IoAttachDeviceToDeviceStack(Device, Pdo);
    if (Filter->Lower == NULL) {
        IoDeleteDevice(Device);
        return;
    }
    Device->DeviceType = Filter->Lower->DeviceType;
    Device->Characteristics = Filter->Lower->Characteristics;
    Device->Flags |=
        Filter->Lower->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE | DO_POWER_INRUSH);
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
}

void VfpShuffle(DEVICE_RELATIONS *Relations)
{
    if (!VfIsOn(VF_ENHANCED_IO))
        return;
    for (ULONG Left = Relations->Count; Left > 1; Left--) {
        const ULONG Chosen = VfpRandom(Left);
        DEVICE_OBJECT *Last = Relations->Objects[Left - 1];
        Relations->Objects[Left - 1] = Relations->Objects[Chosen];
        Relations->Objects[Chosen] = Last;
    }
}
