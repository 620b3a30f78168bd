/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bus data and bus addresses. CMOS is there; PCI has one bus with a host bridge in slot 0, whose configuration space is fixed,
 * and nothing else. Bus addresses are physical addresses.
 */
#include <string.h>

#include "hal/halp.h"

#define HALP_PCI_BYTES 256u

/* A 440FX host bridge: vendor and device, class 06/00, revision 2; no base addresses. */
static const UCHAR HalpHostBridge[] = {0x86, 0x80, 0x37, 0x12, 0x06, 0x00, 0x80, 0x02, 0x02, 0x00, 0x00, 0x06};

static ULONG HalpReadPci(ULONG BusNumber, ULONG SlotNumber, UCHAR *Buffer, ULONG Offset, ULONG Length)
{
    if (BusNumber != 0)
        return 0; /* no such bus */
    if (Offset >= HALP_PCI_BYTES)
        return 0;
    if (Length > HALP_PCI_BYTES - Offset)
        Length = HALP_PCI_BYTES - Offset;
    if (SlotNumber != 0) {
        /* No device: the vendor is PCI_INVALID_VENDORID, and that is all that is returned. */
        ULONG Vendor = Length < 2 ? Length : 2;
        memset(Buffer, 0xFF, Vendor);
        return Offset == 0 ? Vendor : 0;
    }
    for (ULONG Index = 0; Index < Length; Index++)
        Buffer[Index] = Offset + Index < sizeof(HalpHostBridge) ? HalpHostBridge[Offset + Index] : 0;
    return Length;
}

static ULONG HalpTransferCmos(ULONG BusNumber, ULONG Address, UCHAR *Buffer, ULONG Length, BOOLEAN Write)
{
    ULONG Done = 0;
    if (BusNumber != 0)
        return 0; /* 1 would be an extended CMOS */
    for (; Done < Length && Address + Done < HALP_CMOS_BYTES; Done++) {
        if (Write)
            HalpWriteCmos((UCHAR)(Address + Done), Buffer[Done]);
        else
            Buffer[Done] = HalpReadCmos((UCHAR)(Address + Done));
    }
    return Done;
}

/*
 * HalGetBusDataByOffset - read a bus's configuration data.
 *
 * Cmos: bus 0, SlotNumber + Offset is the first register. PCIConfiguration: SlotNumber is a PCI_SLOT_NUMBER.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: bytes read; 0: no such bus or bus type. A PCI slot without a device: 2, and the vendor reads 0xFFFF.
 * Source:  DOC ntddk/HalGetBusDataByOffset; INF that CMOS takes its address from SlotNumber alone or with Offset.
 */
ULONG NTAPI HalGetBusDataByOffset(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Offset, ULONG Length)
{
    if (BusDataType == Cmos)
        return HalpTransferCmos(BusNumber, SlotNumber + Offset, Buffer, Length, FALSE);
    if (BusDataType == PCIConfiguration)
        return HalpReadPci(BusNumber, SlotNumber, Buffer, Offset, Length);
    return 0;
}

/* HalGetBusData - the same from offset 0. Source: DOC ntddk (obsolete). */
ULONG NTAPI HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length)
{
    return HalGetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

/* HalSetBusDataByOffset - the reverse; the host bridge's space is read-only. Returns bytes written. Source: DOC ntddk. */
ULONG NTAPI HalSetBusDataByOffset(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Offset, ULONG Length)
{
    return BusDataType == Cmos ? HalpTransferCmos(BusNumber, SlotNumber + Offset, Buffer, Length, TRUE) : 0;
}

/* HalSetBusData - the same from offset 0. Source: DOC ntddk (obsolete). */
ULONG NTAPI HalSetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, void *Buffer, ULONG Length)
{
    return HalSetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

/*
 * HalTranslateBusAddress - a bus address as the processor sees it; ports stay ports on x86 and x64.
 *
 * AddressSpace: 0 memory, 1 ports; in and out.
 * IRQL:    any. Returns FALSE for a bus there is none of or a port beyond 65535.
 * Source:  DOC ntddk/HalTranslateBusAddress.
 */
BOOLEAN NTAPI HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber, PHYSICAL_ADDRESS BusAddress,
    ULONG *AddressSpace, PHYSICAL_ADDRESS *TranslatedAddress)
{
    if ((InterfaceType != Internal && InterfaceType != Isa && InterfaceType != PCIBus) || BusNumber != 0 || *AddressSpace > 1 ||
        (*AddressSpace == 1 && (ULONG64)BusAddress.QuadPart > 0xFFFF))
        return FALSE;
    *TranslatedAddress = BusAddress;
    return TRUE;
}
