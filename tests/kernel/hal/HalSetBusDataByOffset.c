/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalSetBusDataByOffset and HalSetBusData - identities in a PCI device's configuration space are
 * read-only; nothing is written where there is no device or no bus.
 */
#include <ntddk.h>

#include "ktest.h"

NTSYSAPI ULONG NTAPI HalGetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer, ULONG Length);
NTSYSAPI ULONG NTAPI HalSetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer, ULONG Length);

TEST(HalSetBusDataByOffset, TheVendorStays)
{
    ULONG Before = 0, Other = 0x12345678, After = 0;

    CHECK_EQ(HalGetBusData(PCIConfiguration, 0, 0, &Before, sizeof(Before)), sizeof(Before));
    CHECK((USHORT)Before != PCI_INVALID_VENDORID);
    CHECK_EQ(
        HalSetBusDataByOffset(PCIConfiguration, 0, 0, &Other, 0, sizeof(Other)), sizeof(Other));
    CHECK_EQ(
        HalGetBusDataByOffset(PCIConfiguration, 0, 0, &After, 0, sizeof(After)), sizeof(After));
    CHECK_EQ(After, Before);
}

TEST(HalSetBusData, NothingWhereThereIsNoBus)
{
    ULONG Value = 0;

    CHECK_EQ(HalSetBusData(PCIConfiguration, 255, 0, &Value, sizeof(Value)), 0);
    CHECK_EQ(HalGetBusData(PCIConfiguration, 255, 0, &Value, sizeof(Value)), 0);
}

/* The length is cut at the end of the space every device has. */
TEST(HalGetBusDataByOffset, TheWholeOfAPciHeader)
{
    PCI_COMMON_CONFIG Config;
    ULONG Id = 0;

    RtlZeroMemory(&Config, sizeof(Config));
    CHECK_EQ(
        HalGetBusDataByOffset(PCIConfiguration, 0, 0, &Config, 0, sizeof(Config)), sizeof(Config));
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, &Id, 8, sizeof(Id)), sizeof(Id));
    CHECK_EQ(Id >> 24, Config.BaseClass);
    CHECK_EQ(Config.BaseClass, PCI_CLASS_BRIDGE_DEV);
    CHECK_EQ(Config.SubClass, PCI_SUBCLASS_BR_HOST);
}

/* A scratch byte of the CMOS behind what firmware defines, put back afterwards. */
TEST(HalSetBusDataByOffset, CmosAgreesWithThePorts)
{
    UCHAR Before = 0, Other, After = 0;

    CHECK_EQ(HalGetBusDataByOffset(Cmos, 0, 0x7E, &Before, 0, 1), 1);
    Other = (UCHAR)~Before;
    CHECK_EQ(HalSetBusDataByOffset(Cmos, 0, 0x7E, &Other, 0, 1), 1);
    WRITE_PORT_UCHAR((PUCHAR)0x70, 0x7E);
    CHECK_EQ(READ_PORT_UCHAR((PUCHAR)0x71), Other);
    WRITE_PORT_UCHAR((PUCHAR)0x71, Before);
    CHECK_EQ(HalGetBusDataByOffset(Cmos, 0, 0x7E, &After, 0, 1), 1);
    CHECK_EQ(After, Before);
}

TEST(HalSetBusDataByOffset, NothingWhereThereIsNothing)
{
    PCI_SLOT_NUMBER Slot = {{{0}}};
    ULONG Value = 0;

    Slot.u.bits.DeviceNumber = 31;
    Slot.u.bits.FunctionNumber = 7;
    CHECK_EQ(HalSetBusDataByOffset(PCIConfiguration, 255, 0, &Value, 4, sizeof(Value)), 0);
    CHECK_EQ(
        HalSetBusDataByOffset(PCIConfiguration, 0, Slot.u.AsULONG, &Value, 4, sizeof(Value)), 0);
    CHECK_EQ(HalSetBusDataByOffset(Pos, 0, 0, &Value, 0, sizeof(Value)), 0);
    CHECK_EQ(HalSetBusDataByOffset((BUS_DATA_TYPE)99, 0, 0, &Value, 0, sizeof(Value)), 0);
    CHECK_EQ(HalSetBusDataByOffset(Cmos, 99, 0x7E, &Value, 0, 1), 0);
}

TEST(HalSetBusData, NoSuchTypeOfData)
{
    ULONG Value = 0;

    CHECK_EQ(HalSetBusData(Pos, 0, 0, &Value, sizeof(Value)), 0);
    CHECK_EQ(HalSetBusData((BUS_DATA_TYPE)99, 0, 0, &Value, sizeof(Value)), 0);
}

/* From the first register on: two scratch bytes, put back. */
TEST(HalSetBusData, WritesSeveralRegisters)
{
    UCHAR Before[2] = {0}, Other[2], After[2] = {0};

    CHECK_EQ(HalGetBusData(Cmos, 0, 0x7D, Before, 2), 2);
    Other[0] = (UCHAR)~Before[0];
    Other[1] = (UCHAR)~Before[1];
    CHECK_EQ(HalSetBusData(Cmos, 0, 0x7D, Other, 2), 2);
    CHECK_EQ(HalGetBusData(Cmos, 0, 0x7D, After, 2), 2);
    CHECK_EQ(After[0], Other[0]);
    CHECK_EQ(After[1], Other[1]);
    CHECK_EQ(HalSetBusData(Cmos, 0, 0x7D, Before, 2), 2);
}
