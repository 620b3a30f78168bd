/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalGetBusDataByOffset and HalGetBusData - CMOS the two ways there are must agree; a PCI slot without a device says
 * so. Interrupts could move the clock's registers between two reads, so the memory sizes are compared.
 */
#include <ntddk.h>

#include "ktest.h"

/* Not in newer headers. */
NTSYSAPI ULONG NTAPI HalGetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer, ULONG Length);

#define CMOS_INDEX ((PUCHAR)0x70)
#define CMOS_VALUE ((PUCHAR)0x71)

static UCHAR ReadByPorts(UCHAR Register)
{
    WRITE_PORT_UCHAR(CMOS_INDEX, Register);
    return READ_PORT_UCHAR(CMOS_VALUE);
}

TEST(HalGetBusDataByOffset, CmosAgreesWithThePorts)
{
    UCHAR Register;

    for (Register = 0x15; Register <= 0x18; Register++) {
        UCHAR Byte = 0;

        CHECK_EQ(HalGetBusDataByOffset(Cmos, 0, Register, &Byte, 0, 1), 1);
        CHECK_EQ(Byte, ReadByPorts(Register));
    }
}

TEST(HalGetBusData, ReadsSeveralRegisters)
{
    UCHAR Sizes[4] = {0};
    ULONG Index;

    CHECK_EQ(HalGetBusData(Cmos, 0, 0x15, Sizes, sizeof(Sizes)), sizeof(Sizes));
    for (Index = 0; Index < sizeof(Sizes); Index++)
        CHECK_EQ(Sizes[Index], ReadByPorts((UCHAR)(0x15 + Index)));
    CHECK_EQ(Sizes[0] | Sizes[1] << 8, 640);
}

TEST(HalGetBusData, EmptyPciSlotHasNoVendor)
{
    PCI_COMMON_CONFIG Config;
    PCI_SLOT_NUMBER Slot = {{{0}}};

    Slot.u.bits.DeviceNumber = 31;
    Slot.u.bits.FunctionNumber = 7;
    CHECK_EQ(HalGetBusData(PCIConfiguration, 0, Slot.u.AsULONG, &Config, sizeof(Config)), 2);
    CHECK_EQ(Config.VendorID, PCI_INVALID_VENDORID);
}

TEST(HalTranslateBusAddress, PortsStayPorts)
{
    PHYSICAL_ADDRESS Bus, Translated;
    ULONG Space = 1;

    Bus.QuadPart = 0x378;
    Translated.QuadPart = 0;
    CHECK(HalTranslateBusAddress(Isa, 0, Bus, &Space, &Translated));
    CHECK_EQ(Space, 1);
    CHECK_EQ(Translated.QuadPart, 0x378);
}
