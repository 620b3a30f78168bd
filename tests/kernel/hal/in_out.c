/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The instructions themselves: in and out with the port in the instruction and in dx, in three
 * widths; ins and outs, with rep, forwards and backwards. PCI configuration ports answer in every
 * width.
 */
#include <ntddk.h>

#include "ktest.h"

NTSYSAPI ULONG NTAPI HalGetBusData(
    BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer, ULONG Length);

#define ADDRESS 0xCF8
#define DATA 0xCFC
#define HOST_BRIDGE 0x80000000u

static VOID Out32(USHORT Port, ULONG Value)
{
    __asm__ volatile("outl %0, %1" : : "a"(Value), "d"(Port));
}

static ULONG Vendor(VOID)
{
    ULONG Id = 0;

    HalGetBusData(PCIConfiguration, 0, 0, &Id, sizeof(Id));
    Out32(ADDRESS, HOST_BRIDGE);
    return Id;
}

TEST(In, EachWidthChangesItsPartOfTheRegister)
{
    ULONG Id = Vendor();
    ULONG_PTR Value = ~(ULONG_PTR)0;

    __asm__ volatile("inb %w1, %b0" : "+a"(Value) : "d"((USHORT)(DATA + 1)));
    CHECK_EQ(Value, (~(ULONG_PTR)0xFF) | (Id >> 8 & 0xFF));
    Value = ~(ULONG_PTR)0;
    __asm__ volatile("inw %w1, %w0" : "+a"(Value) : "d"((USHORT)(DATA + 2)));
    CHECK_EQ(Value, (~(ULONG_PTR)0xFFFF) | Id >> 16);
    Value = ~(ULONG_PTR)0;
    __asm__ volatile("inl %w1, %k0" : "+a"(Value) : "d"((USHORT)DATA));
    CHECK_EQ(Value, Id); /* and clears the upper half */
}

/* 0x70 and 0x71 fit in the instruction. */
TEST(In, PortInTheInstruction)
{
    UCHAR Value = 0, Expected = 0;

    HalGetBusData(Cmos, 0, 0x16, &Expected, 1);
    __asm__ volatile("outb %1, $0x70\n\tinb $0x71, %0" : "=a"(Value) : "0"((UCHAR)0x16));
    CHECK_EQ(Value, Expected);
}

TEST(Ins, RepeatedForwards)
{
    ULONG Id = Vendor(), Value[4] = {0};
    PVOID To = Value;
    ULONG_PTR Count = 3;

    __asm__ volatile("cld\n\trep insl" : "+D"(To), "+c"(Count) : "d"((USHORT)DATA) : "memory");
    CHECK_EQ(Value[0], Id);
    CHECK_EQ(Value[2], Id);
    CHECK_EQ(Value[3], 0);
    CHECK_EQ(Count, 0);
    CHECK_PTR(To, Value + 3);
}

TEST(Ins, RepeatedBackwards)
{
    ULONG Id = Vendor();
    USHORT Value[4] = {0};
    PVOID To = Value + 2;
    ULONG_PTR Count = 2;

    __asm__ volatile("std\n\trep insw\n\tcld"
                     : "+D"(To), "+c"(Count)
                     : "d"((USHORT)DATA)
                     : "memory");
    CHECK_EQ(Value[0], 0);
    CHECK_EQ(Value[1], Id & 0xFFFF);
    CHECK_EQ(Value[2], Id & 0xFFFF);
    CHECK_EQ(Value[3], 0);
    CHECK_PTR(To, Value);
}

TEST(Ins, OnceAndNotAtAll)
{
    ULONG Id = Vendor();
    UCHAR Value[2] = {0};
    PVOID To = Value;
    ULONG_PTR Count = 0;

    __asm__ volatile("cld\n\tinsb" : "+D"(To) : "d"((USHORT)DATA) : "memory");
    CHECK_EQ(Value[0], Id & 0xFF);
    CHECK_PTR(To, Value + 1);
    __asm__ volatile("rep insb" : "+D"(To), "+c"(Count) : "d"((USHORT)DATA) : "memory");
    CHECK_EQ(Value[1], 0);
    CHECK_PTR(To, Value + 1);
}

TEST(Outs, RepeatedForwardsAndBackwards)
{
    ULONG Address[2] = {HOST_BRIDGE | 8, HOST_BRIDGE}, Value = 0;
    ULONG Id = Vendor();
    PVOID From = Address;
    ULONG_PTR Count = 2;

    __asm__ volatile("cld\n\trep outsl"
                     : "+S"(From), "+c"(Count)
                     : "d"((USHORT)ADDRESS)
                     : "memory");
    CHECK_EQ(Count, 0);
    CHECK_PTR(From, Address + 2);
    __asm__ volatile("inl %w1, %0" : "=a"(Value) : "d"((USHORT)ADDRESS));
    CHECK_EQ(Value, HOST_BRIDGE);
    __asm__ volatile("inl %w1, %0" : "=a"(Value) : "d"((USHORT)DATA));
    CHECK_EQ(Value, Id);

    From = Address + 1;
    Count = 2;
    __asm__ volatile("std\n\trep outsl\n\tcld"
                     : "+S"(From), "+c"(Count)
                     : "d"((USHORT)ADDRESS)
                     : "memory");
    CHECK_PTR(From, Address - 1);
    __asm__ volatile("inl %w1, %0" : "=a"(Value) : "d"((USHORT)ADDRESS));
    CHECK_EQ(Value, HOST_BRIDGE | 8);
}

TEST(Outs, BytesAndWords)
{
    UCHAR Select[2] = {0x16, 0x15}, Value = 0, Expected = 0;
    USHORT Progress[2] = {0, 0};
    PVOID From = Select;
    ULONG_PTR Count = 2;

    __asm__ volatile("cld\n\trep outsb" : "+S"(From), "+c"(Count) : "d"((USHORT)0x70) : "memory");
    __asm__ volatile("inb $0x71, %0" : "=a"(Value));
    HalGetBusData(Cmos, 0, 0x15, &Expected, 1);
    CHECK_EQ(Value, Expected);
    From = Progress;
    __asm__ volatile("cld\n\toutsw" : "+S"(From) : "d"((USHORT)0x80) : "memory");
    CHECK_PTR(From, Progress + 1);
}
