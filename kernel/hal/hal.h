/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * hal for the other components: I/O ports and the devices at them, bus data, bus addresses. Port accesses come from the fault
 * handler, on a signal stack: nothing on that path allocates, waits or takes a lock a driver's thread could hold.
 */
#pragma once

#include "dotsys/port.h"
#include "mm/mm.h"

NTSTATUS HalInitialize(void);

/* Plugs a device in. Statuses of dotsys_port_attach. */
NTSTATUS HaliAttachPort(const dotsys_port_device *Device);

/* One access of 1, 2 or 4 bytes; what nobody answers reads as all ones. IRQL: any. */
ULONG HaliReadPort(USHORT Port, UCHAR SizeBytes);
void HaliWritePort(USHORT Port, UCHAR SizeBytes, ULONG Value);

/* ---- Exports ---------------------------------------------------------------------------------------------------------- */

ULONG NTAPI HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length);
ULONG NTAPI HalGetBusDataByOffset(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Offset, ULONG Length);
ULONG NTAPI HalSetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length);
ULONG NTAPI HalSetBusDataByOffset(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Offset, ULONG Length);
BOOLEAN NTAPI HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber, PHYSICAL_ADDRESS BusAddress,
    ULONG *AddressSpace, PHYSICAL_ADDRESS *TranslatedAddress);
