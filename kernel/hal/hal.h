/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * hal for the other components: I/O ports and the devices at them, bus data, bus addresses. Port
 * accesses come from the fault handler, on a signal stack: nothing on that path allocates, waits or
 * takes a lock a driver's thread could hold.
 */
#pragma once

#include "dotsys/port.h"
#include "mm/mm.h"

/* File with the contents of the CMOS, owned by the machine's caller; -1: in memory. Set before
 * HalInitialize. */
extern int HalCmosFile;

NTSTATUS HalInitialize(void);
/* Unplugs and unloads what HaliLoadPlugin loaded. The machine is closed: nobody is in the
 * kernel. */
void HalTerminate(void);

/* Plugs a device in. Statuses of dotsys_port_attach. */
NTSTATUS HaliAttachPort(const dotsys_port_device *Device);
/* The same for one in memory, dotsys_memory_attach. */
NTSTATUS HaliAttachMemory(const dotsys_memory_device *Device);
/* The same for a PCI function, dotsys_pci_attach. */
NTSTATUS HaliAttachPci(const dotsys_pci_function *Function);

/*
 * Loads a library with devices and has it plug them in by Api. Not in the kernel. On failure Error,
 * of ErrorBytes, says why. Statuses of dotsys_port_load.
 */
NTSTATUS HaliLoadPlugin(const dotsys_plugin_api *Api, const char *Path, const char *Arguments,
    char *Error, SIZE_T ErrorBytes);

/*
 * A device's own access to memory. STATUS_INVALID_ADDRESS: a page of it is none, or nobody has it;
 * those before may have been copied. Any host thread, in a signal handler too.
 */
NTSTATUS HaliTransferMemory(ULONG64 Address, void *Buffer, SIZE_T Bytes, BOOLEAN Write);

/* One access of 1, 2 or 4 bytes; what nobody answers reads as all ones. IRQL: any. */
ULONG HaliReadPort(USHORT Port, UCHAR SizeBytes);
void HaliWritePort(USHORT Port, UCHAR SizeBytes, ULONG Value);

/* ---- Exports --------------------------------------------------------------------------------- */

ULONG NTAPI HalGetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length);
ULONG NTAPI HalGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
    void *Buffer, ULONG Offset, ULONG Length);
ULONG NTAPI HalSetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length);
ULONG NTAPI HalSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
    void *Buffer, ULONG Offset, ULONG Length);
ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
    ULONG BusInterruptLevel, ULONG BusInterruptVector, KIRQL *Irql, KAFFINITY *Affinity);
BOOLEAN NTAPI HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
    PHYSICAL_ADDRESS BusAddress, ULONG *AddressSpace, PHYSICAL_ADDRESS *TranslatedAddress);

UCHAR NTAPI READ_PORT_UCHAR(UCHAR *Port);
USHORT NTAPI READ_PORT_USHORT(USHORT *Port);
ULONG NTAPI READ_PORT_ULONG(ULONG *Port);
void NTAPI READ_PORT_BUFFER_UCHAR(UCHAR *Port, UCHAR *Buffer, ULONG Count);
void NTAPI READ_PORT_BUFFER_USHORT(USHORT *Port, USHORT *Buffer, ULONG Count);
void NTAPI READ_PORT_BUFFER_ULONG(ULONG *Port, ULONG *Buffer, ULONG Count);
void NTAPI WRITE_PORT_UCHAR(UCHAR *Port, UCHAR Value);
void NTAPI WRITE_PORT_USHORT(USHORT *Port, USHORT Value);
void NTAPI WRITE_PORT_ULONG(ULONG *Port, ULONG Value);
void NTAPI WRITE_PORT_BUFFER_UCHAR(UCHAR *Port, UCHAR *Buffer, ULONG Count);
void NTAPI WRITE_PORT_BUFFER_USHORT(USHORT *Port, USHORT *Buffer, ULONG Count);
void NTAPI WRITE_PORT_BUFFER_ULONG(ULONG *Port, ULONG *Buffer, ULONG Count);

UCHAR NTAPI READ_REGISTER_UCHAR(volatile UCHAR *Register);
USHORT NTAPI READ_REGISTER_USHORT(volatile USHORT *Register);
ULONG NTAPI READ_REGISTER_ULONG(volatile ULONG *Register);
void NTAPI READ_REGISTER_BUFFER_UCHAR(volatile UCHAR *Register, UCHAR *Buffer, ULONG Count);
void NTAPI READ_REGISTER_BUFFER_USHORT(volatile USHORT *Register, USHORT *Buffer, ULONG Count);
void NTAPI READ_REGISTER_BUFFER_ULONG(volatile ULONG *Register, ULONG *Buffer, ULONG Count);
void NTAPI WRITE_REGISTER_UCHAR(volatile UCHAR *Register, UCHAR Value);
void NTAPI WRITE_REGISTER_USHORT(volatile USHORT *Register, USHORT Value);
void NTAPI WRITE_REGISTER_ULONG(volatile ULONG *Register, ULONG Value);
void NTAPI WRITE_REGISTER_BUFFER_UCHAR(volatile UCHAR *Register, UCHAR *Buffer, ULONG Count);
void NTAPI WRITE_REGISTER_BUFFER_USHORT(volatile USHORT *Register, USHORT *Buffer, ULONG Count);
void NTAPI WRITE_REGISTER_BUFFER_ULONG(volatile ULONG *Register, ULONG *Buffer, ULONG Count);
