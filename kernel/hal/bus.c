/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bus data and bus addresses: CMOS, and PCI bus 0 with what is plugged in there. Bus addresses are
 * physical addresses.
 */
#include <string.h>

#include "hal/halp.h"
#include "ke/interrupt.h"

/* The slot of a PCI_SLOT_NUMBER as configuration addresses have it. */
static UCHAR HalpSlot(ULONG SlotNumber)
{
    return (UCHAR)((SlotNumber & 0x1F) << 3 | (SlotNumber >> 5 & 7));
}

static ULONG HalpTransferPci(
    ULONG BusNumber, ULONG SlotNumber, UCHAR *Buffer, ULONG Offset, ULONG Length, BOOLEAN Write)
{
    const UCHAR Slot = HalpSlot(SlotNumber);
    if (BusNumber != 0 || Offset >= HALP_PCI_BYTES)
        return 0; /* no such bus, or nothing there */
    if (Length > HALP_PCI_BYTES - Offset)
        Length = HALP_PCI_BYTES - Offset;
    if (!HalpPciPresent(Slot)) {
        /* No device: the vendor is PCI_INVALID_VENDORID, and that is all that is returned. */
        ULONG Vendor = Length < 2 ? Length : 2;
        if (Write || Offset != 0)
            return 0;
        memset(Buffer, 0xFF, Vendor);
        return Vendor;
    }
    if (Write) {
        HalpWritePci(Slot, Offset, Buffer, Length);
        return Length;
    }
    for (ULONG Index = 0; Index < Length; Index++)
        Buffer[Index] = HalpReadPciByte(Slot, Offset + Index);
    return Length;
}

static ULONG HalpTransferCmos(
    ULONG BusNumber, ULONG Address, UCHAR *Buffer, ULONG Length, BOOLEAN Write)
{
    ULONG Done = 0;
    if (BusNumber > 1)
        return 0;
    for (; Done < Length && Address + Done < HALP_CMOS_BANK; Done++) {
        const UCHAR Register = (UCHAR)(BusNumber * HALP_CMOS_BANK + Address + Done);
        if (Write)
            HalpWriteCmos(Register, Buffer[Done]);
        else
            Buffer[Done] = HalpReadCmos(Register);
    }
    return Done;
}

/*
 * HalGetBusDataByOffset - read a bus's configuration data.
 *
 * Cmos: SlotNumber + Offset is the first register; bus 1 is the upper bank. PCIConfiguration:
 * SlotNumber is a PCI_SLOT_NUMBER.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: bytes read; 0: no such bus or bus type. A PCI slot without a device: 2, and the vendor
 * reads 0xFFFF.
 * Source:  DOC ntddk/HalGetBusDataByOffset; INF that CMOS takes its address from SlotNumber alone
 *          or with Offset.
 */
ULONG NTAPI HalGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
    void *Buffer, ULONG Offset, ULONG Length)
{
    if (BusDataType == Cmos)
        return HalpTransferCmos(BusNumber, SlotNumber + Offset, Buffer, Length, FALSE);
    if (BusDataType == PCIConfiguration)
        return HalpTransferPci(BusNumber, SlotNumber, Buffer, Offset, Length, FALSE);
    return 0;
}

/* HalGetBusData - the same from offset 0. Source: DOC ntddk (obsolete). */
ULONG NTAPI HalGetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length)
{
    return HalGetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

/*
 * HalSetBusDataByOffset - the reverse; bits that are read-only stay. Returns bytes written, 0: no
 * device. Source: DOC ntddk.
 */
ULONG NTAPI HalSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
    void *Buffer, ULONG Offset, ULONG Length)
{
    if (BusDataType == Cmos)
        return HalpTransferCmos(BusNumber, SlotNumber + Offset, Buffer, Length, TRUE);
    if (BusDataType == PCIConfiguration)
        return HalpTransferPci(BusNumber, SlotNumber, Buffer, Offset, Length, TRUE);
    return 0;
}

/* HalSetBusData - the same from offset 0. Source: DOC ntddk (obsolete). */
ULONG NTAPI HalSetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length)
{
    return HalSetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

/*
 * HalGetInterruptVector - how an interrupt of a bus reaches the processor, for IoConnectInterrupt.
 *
 * BusInterruptLevel: the line, 0 to 23. BusInterruptVector: not looked at; on the buses there are
 * it is the line again.
 * Irql, Affinity: out; processor 0 serves interrupts.
 * IRQL:    PASSIVE_LEVEL. Returns: the vector; 0: there is no such bus or line.
 * Source:  DOC ntddk/HalGetInterruptVector, obsolete; OBS tests/kernel/io/IoConnectInterrupt.c
 */
ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
    ULONG BusInterruptLevel, ULONG BusInterruptVector, KIRQL *Irql, KAFFINITY *Affinity)
{
    (void)BusInterruptVector;
    if ((InterfaceType != Internal && InterfaceType != Isa && InterfaceType != PCIBus) ||
        BusNumber != 0 || BusInterruptLevel >= KI_INTERRUPT_LINES)
        return 0;
    *Irql = KiIrqlOfLine(BusInterruptLevel);
    *Affinity = 1;
    return KiVectorOfLine(BusInterruptLevel);
}

/*
 * HalTranslateBusAddress - a bus address as the processor sees it; ports stay ports on x86 and x64.
 *
 * AddressSpace: 0 memory, 1 ports; in and out.
 * IRQL:    any. Returns FALSE for a bus there is none of or a port beyond 65535.
 * Source:  DOC ntddk/HalTranslateBusAddress.
 */
BOOLEAN NTAPI HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
    PHYSICAL_ADDRESS BusAddress, ULONG *AddressSpace, PHYSICAL_ADDRESS *TranslatedAddress)
{
    if ((InterfaceType != Internal && InterfaceType != Isa && InterfaceType != PCIBus) ||
        BusNumber != 0 || *AddressSpace > 1 ||
        (*AddressSpace == 1 && (ULONG64)BusAddress.QuadPart > 0xFFFF))
        return FALSE;
    *TranslatedAddress = BusAddress;
    return TRUE;
}
