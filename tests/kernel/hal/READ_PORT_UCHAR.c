/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * READ_PORT_UCHAR, READ_PORT_USHORT, READ_PORT_ULONG, READ_PORT_BUFFER_UCHAR,
 * READ_PORT_BUFFER_USHORT, READ_PORT_BUFFER_ULONG, WRITE_PORT_UCHAR, WRITE_PORT_USHORT,
 * WRITE_PORT_ULONG, WRITE_PORT_BUFFER_UCHAR, WRITE_PORT_BUFFER_USHORT and WRITE_PORT_BUFFER_ULONG -
 * functions of hal.dll for x86; for x64 the headers make instructions of the names. PCI
 * configuration mechanism 1 answers all widths; what it says is compared with itself and with
 * HalGetBusData. Whatever else uses it between two accesses would spoil that: on a machine with
 * MMCONFIG nothing does.
 */
#include <ntddk.h>

#include "ktest.h"

NTSYSAPI ULONG NTAPI HalGetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer, ULONG Length);

#define ADDRESS ((PULONG)(ULONG_PTR)0xCF8)
#define DATA 0xCFC
#define HOST_BRIDGE 0x80000000u

typedef UCHAR (NTAPI *READ_UCHAR)(PUCHAR Port);
typedef USHORT (NTAPI *READ_USHORT)(PUSHORT Port);
typedef ULONG (NTAPI *READ_ULONG)(PULONG Port);
typedef VOID (NTAPI *WRITE_UCHAR)(PUCHAR Port, UCHAR Value);
typedef VOID (NTAPI *WRITE_ULONG)(PULONG Port, ULONG Value);
typedef VOID (NTAPI *WRITE_USHORT)(PUSHORT Port, USHORT Value);
typedef VOID (NTAPI *BUFFER_UCHAR)(PUCHAR Port, PUCHAR Buffer, ULONG Count);
typedef VOID (NTAPI *BUFFER_USHORT)(PUSHORT Port, PUSHORT Buffer, ULONG Count);
typedef VOID (NTAPI *BUFFER_ULONG)(PULONG Port, PULONG Buffer, ULONG Count);

static ULONG Vendor(VOID)
{
    ULONG Id = 0;

    CHECK_EQ(HalGetBusData(PCIConfiguration, 0, 0, &Id, sizeof(Id)), sizeof(Id));
    return Id;
}

TEST(READ_PORT_ULONG, HostBridgeAgreesWithBusData)
{
    READ_ULONG Read = READ_PORT_ULONG;
    WRITE_ULONG Write = WRITE_PORT_ULONG;

    Write(ADDRESS, HOST_BRIDGE);
    CHECK_EQ(Read(ADDRESS), HOST_BRIDGE);
    CHECK_EQ(Read((PULONG)(ULONG_PTR)DATA), Vendor());
}

TEST(READ_PORT_USHORT, HalvesOfARegister)
{
    READ_USHORT Read = READ_PORT_USHORT;
    WRITE_ULONG Write = WRITE_PORT_ULONG;
    ULONG Id = Vendor();

    Write(ADDRESS, HOST_BRIDGE);
    CHECK_EQ(Read((PUSHORT)(ULONG_PTR)DATA), Id & 0xFFFF);
    CHECK_EQ(Read((PUSHORT)(ULONG_PTR)(DATA + 2)), Id >> 16);
}

TEST(READ_PORT_UCHAR, BytesOfARegister)
{
    READ_UCHAR Read = READ_PORT_UCHAR;
    WRITE_ULONG Write = WRITE_PORT_ULONG;
    ULONG Id = Vendor(), Index;

    Write(ADDRESS, HOST_BRIDGE);
    for (Index = 0; Index < 4; Index++)
        CHECK_EQ(Read((PUCHAR)(ULONG_PTR)(DATA + Index)), Id >> Index * 8 & 0xFF);
}

TEST(READ_PORT_BUFFER_ULONG, ReadsTheSamePortAgain)
{
    BUFFER_ULONG Read = READ_PORT_BUFFER_ULONG;
    BUFFER_ULONG Write = WRITE_PORT_BUFFER_ULONG;
    ULONG Addresses[2] = {HOST_BRIDGE | 8, HOST_BRIDGE}, Value[3] = {0}, Id = Vendor();

    Write(ADDRESS, Addresses, 2); /* the last one stays */
    Read((PULONG)(ULONG_PTR)DATA, Value, 2);
    CHECK_EQ(Value[0], Id);
    CHECK_EQ(Value[1], Id);
    CHECK_EQ(Value[2], 0);
    Read((PULONG)(ULONG_PTR)DATA, Value, 0);
}

TEST(READ_PORT_BUFFER_USHORT, ReadsTheSamePortAgain)
{
    BUFFER_USHORT Read = READ_PORT_BUFFER_USHORT;
    WRITE_ULONG Write = WRITE_PORT_ULONG;
    USHORT Value[3] = {0};
    ULONG Id = Vendor();

    Write(ADDRESS, HOST_BRIDGE);
    Read((PUSHORT)(ULONG_PTR)(DATA + 2), Value, 2);
    CHECK_EQ(Value[0], Id >> 16);
    CHECK_EQ(Value[1], Id >> 16);
    CHECK_EQ(Value[2], 0);
}

/* Selecting a CMOS register several times over, then reading it: the memory size's low byte does
 * not change. */
TEST(READ_PORT_BUFFER_UCHAR, CmosThroughBuffers)
{
    BUFFER_UCHAR Read = READ_PORT_BUFFER_UCHAR;
    BUFFER_UCHAR Write = WRITE_PORT_BUFFER_UCHAR;
    UCHAR Select[3] = {0x16, 0x18, 0x15}, Value[4] = {0}, Expected = 0;

    Write((PUCHAR)(ULONG_PTR)0x70, Select, 3);
    Read((PUCHAR)(ULONG_PTR)0x71, Value, 3);
    CHECK_EQ(HalGetBusData(Cmos, 0, 0x15, &Expected, 1), 1);
    CHECK_EQ(Value[0], Expected);
    CHECK_EQ(Value[2], Expected);
    CHECK_EQ(Value[3], 0);
}

TEST(WRITE_PORT_UCHAR, SelectsACmosRegister)
{
    READ_UCHAR Read = READ_PORT_UCHAR;
    WRITE_UCHAR Write = WRITE_PORT_UCHAR;
    UCHAR Expected = 0;

    Write((PUCHAR)(ULONG_PTR)0x70, 0x16);
    CHECK_EQ(HalGetBusData(Cmos, 0, 0x16, &Expected, 1), 1);
    CHECK_EQ(Read((PUCHAR)(ULONG_PTR)0x71), Expected);
}

/* 0x80 is where firmware shows its progress: it may be written with anything. */
TEST(WRITE_PORT_USHORT, TakesAnything)
{
    WRITE_USHORT Write = WRITE_PORT_USHORT;
    BUFFER_USHORT WriteBuffer = WRITE_PORT_BUFFER_USHORT;
    USHORT Values[2] = {0, 0};

    Write((PUSHORT)(ULONG_PTR)0x80, 0);
    WriteBuffer((PUSHORT)(ULONG_PTR)0x80, Values, 2);
}
