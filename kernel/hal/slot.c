/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Resources of devices in slots: what a PCI function's base addresses and interrupt line say,
 * claimed for its driver. Firmware has given them; none is moved. How much a base address decodes
 * is which of its bits can be written.
 */
#include "hal/slot.h"

#include "ex/ex.h"
#include "hal/halp.h"
#include "nt/hal.h"

#define HALP_TAG_SLOT 0x746C5348u /* 'HSlt' */
#define HALP_BASES 0x10u          /* offset of the first base address */
#define HALP_COMMAND 4u
#define HALP_LINE 0x3Cu
#define HALP_MOST_RESOURCES (PCI_TYPE0_ADDRESSES + 1)

static ULONG HalpReadSlot(ULONG SlotNumber, ULONG Offset, ULONG Bytes)
{
    ULONG Value = 0;
    HalGetBusDataByOffset(PCIConfiguration, 0, SlotNumber, &Value, Offset, Bytes);
    return Value;
}

/* The bits of a base address that can be written. It decodes nothing meanwhile. */
static ULONG HalpProbeBase(ULONG SlotNumber, ULONG Offset)
{
    ULONG Before = HalpReadSlot(SlotNumber, Offset, 4), Ones = ~0u;
    USHORT Command = (USHORT)HalpReadSlot(SlotNumber, HALP_COMMAND, 2);
    USHORT Off = (USHORT)(Command & ~(PCI_ENABLE_IO_SPACE | PCI_ENABLE_MEMORY_SPACE));
    HalSetBusDataByOffset(PCIConfiguration, 0, SlotNumber, &Off, HALP_COMMAND, 2);
    HalSetBusDataByOffset(PCIConfiguration, 0, SlotNumber, &Ones, Offset, 4);
    const ULONG Mask = HalpReadSlot(SlotNumber, Offset, 4);
    HalSetBusDataByOffset(PCIConfiguration, 0, SlotNumber, &Before, Offset, 4);
    HalSetBusDataByOffset(PCIConfiguration, 0, SlotNumber, &Command, HALP_COMMAND, 2);
    return Mask;
}

/* One base address; FALSE: it is not used. *Wide: it takes the next one, too. */
static BOOLEAN HalpDescribeBase(
    ULONG SlotNumber, ULONG Offset, CM_PARTIAL_RESOURCE_DESCRIPTOR *Resource, BOOLEAN *Wide)
{
    const ULONG Base = HalpReadSlot(SlotNumber, Offset, 4);
    const ULONG Mask = HalpProbeBase(SlotNumber, Offset);
    const BOOLEAN Ports = (Base & PCI_ADDRESS_IO_SPACE) != 0;
    const ULONG Address = Ports ? PCI_ADDRESS_IO_ADDRESS_MASK : PCI_ADDRESS_MEMORY_ADDRESS_MASK;
    *Wide = !Ports && (Base & PCI_ADDRESS_MEMORY_TYPE_MASK) == PCI_TYPE_64BIT;
    if ((Mask & Address) == 0 || (Base & Address) == 0)
        return FALSE;
    *Resource = (CM_PARTIAL_RESOURCE_DESCRIPTOR){
        .Type = Ports ? CmResourceTypePort : CmResourceTypeMemory,
        .ShareDisposition = CmResourceShareDeviceExclusive,
        .Flags = Ports ? CM_RESOURCE_PORT_IO : CM_RESOURCE_MEMORY_READ_WRITE};
    Resource->u.Generic.Start.QuadPart = Base & Address;
    if (*Wide)
        Resource->u.Generic.Start.QuadPart |= (LONGLONG)HalpReadSlot(SlotNumber, Offset + 4, 4)
            << 32;
    Resource->u.Generic.Length = ~(Mask & Address) + 1;
    if (Ports && Resource->u.Generic.Length > 0x10000)
        Resource->u.Generic.Length &= 0xFFFF; /* a device that decodes 16 bits of an address only */
    return TRUE;
}

static ULONG HalpDescribeSlot(ULONG SlotNumber, CM_PARTIAL_RESOURCE_DESCRIPTOR *Resources)
{
    ULONG Count = 0;
    for (ULONG Index = 0; Index < PCI_TYPE0_ADDRESSES; Index++) {
        BOOLEAN Wide;
        Count += HalpDescribeBase(SlotNumber, HALP_BASES + Index * 4, &Resources[Count], &Wide);
        Index += Wide;
    }
    const ULONG Line = HalpReadSlot(SlotNumber, HALP_LINE, 2);
    if (Line >> 8 != 0 && (Line & 0xFF) != 0 && (Line & 0xFF) < 0xFF) {
        Resources[Count] = (CM_PARTIAL_RESOURCE_DESCRIPTOR){.Type = CmResourceTypeInterrupt,
            .ShareDisposition = CmResourceShareShared,
            .Flags = CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE};
        Resources[Count].u.Interrupt.Level = (USHORT)(Line & 0xFF);
        Resources[Count].u.Interrupt.Vector = Line & 0xFF;
        Resources[Count].u.Interrupt.Affinity = ~(KAFFINITY)0;
        Count++;
    }
    return Count;
}

/*
 * HalAssignSlotResources - claim what the device in a slot of a bus has, for a driver.
 *
 * RegistryPath, DriverClassName: the latter names the key in ResourceMap; NULL: OtherDrivers.
 * AllocatedResources: out.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; NO_SUCH_DEVICE: nothing in that slot; NOT_SUPPORTED: no such bus;
 *          INSUFFICIENT_RESOURCES; CONFLICTING_ADDRESSES: somebody else has claimed a part.
 *          *AllocatedResources untouched then.
 * Owner:   driver; ExFreePool.
 * Source:  DOC ntddk/HalAssignSlotResources (obsolete); OBS
 *          tests/kernel/hal/HalAssignSlotResources.c; INF the statuses
 */
NTSTATUS NTAPI HalAssignSlotResources(UNICODE_STRING *RegistryPath, UNICODE_STRING *DriverClassName,
    DRIVER_OBJECT *DriverObject, DEVICE_OBJECT *DeviceObject, INTERFACE_TYPE BusType,
    ULONG BusNumber, ULONG SlotNumber, CM_RESOURCE_LIST **AllocatedResources)
{
    const SIZE_T Most = sizeof(CM_RESOURCE_LIST) +
        HALP_MOST_RESOURCES * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    BOOLEAN Conflict = FALSE;
    (void)RegistryPath;
    if (BusType != PCIBus || BusNumber != 0)
        return STATUS_NOT_SUPPORTED;
    if (HalpReadSlot(SlotNumber, 0, 2) == PCI_INVALID_VENDORID)
        return STATUS_NO_SUCH_DEVICE;
    CM_RESOURCE_LIST *List = ExiAllocateZero(PagedPool, Most, HALP_TAG_SLOT, EX_CALLER);
    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    List->Count = 1;
    List->List[0].InterfaceType = BusType;
    List->List[0].BusNumber = BusNumber;
    CM_PARTIAL_RESOURCE_LIST *Partial = &List->List[0].PartialResourceList;
    Partial->Version = Partial->Revision = 1;
    Partial->Count = HalpDescribeSlot(SlotNumber, Partial->PartialDescriptors);
    if (Partial->Count == 0) {
        *AllocatedResources = List; /* nothing to claim */
        return STATUS_SUCCESS;
    }
    const ULONG Bytes = (ULONG)((UCHAR *)&Partial->PartialDescriptors[Partial->Count] -
        (UCHAR *)List);
    NTSTATUS Status = IoReportResourceUsage(DriverClassName, DriverObject,
        DeviceObject == NULL ? List : NULL, DeviceObject == NULL ? Bytes : 0, DeviceObject,
        DeviceObject != NULL ? List : NULL, DeviceObject != NULL ? Bytes : 0, FALSE, &Conflict);
    if (NT_SUCCESS(Status) && Conflict)
        Status = STATUS_CONFLICTING_ADDRESSES;
    if (!NT_SUCCESS(Status)) {
        ExiFree(List);
        return Status;
    }
    *AllocatedResources = List;
    return STATUS_SUCCESS;
}
