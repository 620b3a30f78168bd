/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalGetBusDataByOffset and HalGetBusData - CMOS the two ways there are must agree; a PCI slot
 * without a device says so. Interrupts could move the clock's registers between two reads, so the
 * memory sizes are compared.
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

/* Memory addresses of the PCI bus are those of the processor on a PC. */
TEST(HalTranslateBusAddress, MemoryOfTheBusIsPhysicalMemory)
{
    PHYSICAL_ADDRESS Bus, Translated;
    ULONG Space = 0;

    Bus.QuadPart = 0xFEC00000;
    Translated.QuadPart = 0;
    CHECK(HalTranslateBusAddress(PCIBus, 0, Bus, &Space, &Translated));
    CHECK_EQ(Space, 0);
    CHECK_EQ(Translated.QuadPart, 0xFEC00000);
    Bus.QuadPart = 0xA0000;
    CHECK(HalTranslateBusAddress(Internal, 0, Bus, &Space, &Translated));
    CHECK_EQ(Space, 0);
    CHECK_EQ(Translated.QuadPart, 0xA0000);
}

/* What is in and what is out may be the same variable. */
TEST(HalTranslateBusAddress, InPlace)
{
    PHYSICAL_ADDRESS Address;
    ULONG Space = 1;

    Address.QuadPart = 0x3F8;
    CHECK(HalTranslateBusAddress(Isa, 0, Address, &Space, &Address));
    CHECK_EQ(Address.QuadPart, 0x3F8);
}

TEST(HalTranslateBusAddress, NoSuchBus)
{
    PHYSICAL_ADDRESS Bus, Translated;
    ULONG Space = 0;

    Bus.QuadPart = 0xFEC00000;
    Translated.QuadPart = 0x1234;
    CHECK(!HalTranslateBusAddress(MicroChannel, 0, Bus, &Space, &Translated));
    CHECK(!HalTranslateBusAddress(TurboChannel, 9, Bus, &Space, &Translated));
    CHECK_EQ(Space, 0);
}

TEST(HalGetBusDataByOffset, PartOfAHeader)
{
    UCHAR Class[3] = {0xEE, 0xEE, 0xEE};
    USHORT Vendor = 0, Device = 0;

    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, Class, 10, 2), 2);
    CHECK_EQ(Class[0], PCI_SUBCLASS_BR_HOST);
    CHECK_EQ(Class[1], PCI_CLASS_BRIDGE_DEV);
    CHECK_EQ(Class[2], 0xEE);
    CHECK_EQ(
        HalGetBusDataByOffset(PCIConfiguration, 0, 0, &Vendor, 0, sizeof(Vendor)), sizeof(Vendor));
    CHECK_EQ(
        HalGetBusDataByOffset(PCIConfiguration, 0, 0, &Device, 2, sizeof(Device)), sizeof(Device));
    CHECK(Vendor != PCI_INVALID_VENDORID && Vendor != 0);
    CHECK(Device != 0xFFFF);
}

TEST(HalGetBusDataByOffset, ReturnsNothingForNoBus)
{
    ULONG Value = 0x5A5A5A5A;

    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 255, 0, &Value, 0, sizeof(Value)), 0);
    CHECK_EQ(HalGetBusDataByOffset(Pos, 0, 0, &Value, 0, sizeof(Value)), 0);
    CHECK_EQ(HalGetBusDataByOffset((BUS_DATA_TYPE)99, 0, 0, &Value, 0, sizeof(Value)), 0);
    CHECK_EQ(HalGetBusDataByOffset(Cmos, 99, 0x10, &Value, 0, sizeof(Value)), 0);
    CHECK_EQ(Value, 0x5A5A5A5A);
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, &Value, 0, 0), 0);
}

TEST(HalGetBusData, NoSuchTypeOfData)
{
    ULONG Value = 0x5A5A5A5A;

    CHECK_EQ(HalGetBusData(Pos, 0, 0, &Value, sizeof(Value)), 0);
    CHECK_EQ(HalGetBusData((BUS_DATA_TYPE)99, 0, 0, &Value, sizeof(Value)), 0);
    CHECK_EQ(Value, 0x5A5A5A5A);
}

TEST(HalGetBusDataByOffset, AtDispatchLevel)
{
    ULONG Id = 0;
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, &Id, 0, sizeof(Id)), sizeof(Id));
    KeLowerIrql(Old);
    CHECK((USHORT)Id != PCI_INVALID_VENDORID);
}

TEST(IoTranslateBusAddress, IsTheHals)
{
    BOOLEAN(NTAPI * Translate)(INTERFACE_TYPE, ULONG, PHYSICAL_ADDRESS, PULONG, PPHYSICAL_ADDRESS) =
        (PVOID)KtestExport(L"IoTranslateBusAddress");
    PHYSICAL_ADDRESS Bus, Translated;
    ULONG Space = 1;

    if (Translate == NULL) {
        skip("not exported here");
        return;
    }
    Bus.QuadPart = 0x70;
    Translated.QuadPart = 0;
    CHECK(Translate(Isa, 0, Bus, &Space, &Translated));
    CHECK_EQ(Space, 1);
    CHECK_EQ(Translated.QuadPart, 0x70);
    CHECK(!Translate(MicroChannel, 0, Bus, &Space, &Translated));
}
