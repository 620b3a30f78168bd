/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Ports, PCI and CMOS without a machine: the port routines drivers for x86 import; configuration
 * mechanism 1 and base address registers; the clock set and read in all its modes; CMOS files
 * whole, damaged and read-only.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "hal/halp.h"
#include "kd/kd.h"

static int OldFile = -1;
static unsigned Lines;
static KI_PCR Boot;

static void CountLine(
    void *Context, ULONG64 Time, ULONG Thread, const char *Source, const char *Text)
{
    (void)Context, (void)Time, (void)Thread, (void)Source, (void)Text;
    Lines++;
}

static void Start(int CmosFile)
{
    Lines = 0;
    HalCmosFile = CmosFile;
    assert_int_equal(HalInitialize(), STATUS_SUCCESS);
}

static int SetUp(void **State)
{
    (void)State;
    KeBindBootPcr(&Boot);
    KdInitialize(CountLine, NULL);
    Start(-1);
    return 0;
}

static UCHAR *Port(ULONG Number)
{
    return (UCHAR *)(ULONG_PTR)Number;
}

static UCHAR Cmos8(UCHAR Register)
{
    WRITE_PORT_UCHAR(Port(0x70), Register);
    return READ_PORT_UCHAR(Port(0x71));
}

static void PutCmos8(UCHAR Register, UCHAR Value)
{
    WRITE_PORT_UCHAR(Port(0x70), Register);
    WRITE_PORT_UCHAR(Port(0x71), Value);
}

/* ---- ports ----------------------------------------------------------------------------------- */

static ULONG Seen[8], SeenCount;

static uint32_t Count(void *Context, uint16_t Offset, unsigned Bytes)
{
    (void)Context;
    return ++SeenCount + Offset * 256u + Bytes * 65536u;
}

static void Note(void *Context, uint16_t Offset, unsigned Bytes, uint32_t Value)
{
    (void)Context;
    Seen[SeenCount++ % 8] = Value + Offset * 0x1000000u + Bytes * 0x10000000u;
}

static void AttachCounter(void)
{
    const dotsys_port_device Device = {
        .size = sizeof(Device), .base = 0x300, .count = 4, .read = Count, .write = Note};
    SeenCount = 0;
    assert_int_equal(HaliAttachPort(&Device), STATUS_SUCCESS);
    assert_int_equal(HaliAttachPort(&Device), STATUS_CONFLICTING_ADDRESSES);
}

static void RoutinesOfAllWidths(void **State)
{
    UCHAR Bytes[3] = {1, 2, 3};
    USHORT Words[3] = {1, 2, 3};
    ULONG Longs[3] = {1, 2, 3};
    (void)State;
    AttachCounter();
    assert_int_equal(READ_PORT_UCHAR(Port(0x302)), 1);
    assert_int_equal(READ_PORT_USHORT((USHORT *)(void *)Port(0x302)), 0x202);
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0x300)), 0x40003);
    READ_PORT_BUFFER_UCHAR(Port(0x300), Bytes, 2);
    READ_PORT_BUFFER_USHORT((USHORT *)(void *)Port(0x300), Words, 2);
    READ_PORT_BUFFER_ULONG((ULONG *)(void *)Port(0x300), Longs, 2);
    assert_int_equal(Bytes[0] << 8 | Bytes[1], 0x405);
    assert_int_equal(Words[0] << 16 | Words[1], 6 << 16 | 7);
    assert_int_equal(Longs[1], 0x40009);
    assert_int_equal(Bytes[2] + Words[2] + Longs[2], 9);
    SeenCount = 0;
    WRITE_PORT_UCHAR(Port(0x301), 0xAB);
    WRITE_PORT_USHORT((USHORT *)(void *)Port(0x302), 0xABCD);
    WRITE_PORT_ULONG((ULONG *)(void *)Port(0x300), 0xABCDEF);
    WRITE_PORT_BUFFER_UCHAR(Port(0x300), Bytes, 1);
    WRITE_PORT_BUFFER_USHORT((USHORT *)(void *)Port(0x300), Words, 1);
    WRITE_PORT_BUFFER_ULONG((ULONG *)(void *)Port(0x300), Longs, 1);
    assert_int_equal(SeenCount, 6);
    assert_int_equal(Seen[0], 0x110000AB);
    assert_int_equal(Seen[1], 0x2200ABCD);
    assert_int_equal(Seen[2], 0x40ABCDEF);
    assert_int_equal(Seen[3], 0x10000004);
    assert_int_equal(Seen[4], 0x20000006);
    assert_int_equal(Seen[5], 0x40040008);
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0x400)), 0xFFFFFFFF); /* nobody there */
}

static void RegistersInMemory(void **State)
{
    ULONG Memory[2] = {0}, Copy[2] = {5, 6};
    (void)State;
    WRITE_REGISTER_ULONG(Memory, 0x12345678);
    assert_int_equal(READ_REGISTER_ULONG(Memory), 0x12345678);
    assert_int_equal(READ_REGISTER_USHORT((USHORT *)(void *)Memory), 0x5678);
    assert_int_equal(READ_REGISTER_UCHAR((UCHAR *)(void *)Memory + 3), 0x12);
    WRITE_REGISTER_BUFFER_ULONG(Memory, Copy, 2);
    assert_memory_equal(Memory, Copy, sizeof(Copy));
}

/* ---- PCI ------------------------------------------------------------------------------------- */

static unsigned Written;

static void NoteWritten(void *Context, uint16_t Offset, unsigned Bytes)
{
    (void)Context;
    Written = Offset << 8 | Bytes;
}

static void ConfigurationBothWays(void **State)
{
    dotsys_pci_function Function = {.size = sizeof(Function),
        .device = 3,
        .function = 1,
        .config = {0x34, 0x12, 0x78, 0x56, [0x10] = 0x01},
        .writable = {[0x11] = 0xFF, [0x12] = 0xFF, [0x13] = 0xFF},
        .written = NoteWritten};
    ULONG Value = 0, Ones = 0xFFFFFFFF;
    const ULONG Slot = 3 | 1 << 5; /* PCI_SLOT_NUMBER */
    (void)State;
    assert_int_equal(HaliAttachPci(&Function), STATUS_SUCCESS);
    assert_int_equal(HaliAttachPci(&Function), STATUS_CONFLICTING_ADDRESSES);
    Function.device = 32;
    assert_int_equal(HaliAttachPci(&Function), STATUS_INVALID_PARAMETER);
    assert_int_equal(HalGetBusData(PCIConfiguration, 0, Slot, &Value, 4), 4);
    assert_int_equal(Value, 0x56781234);
    assert_int_equal(HalSetBusDataByOffset(PCIConfiguration, 0, Slot, &Ones, 0x10, 4), 4);
    assert_int_equal(Written, 0x1004);
    /* The size of a base address register, through the ports. */
    WRITE_PORT_ULONG((ULONG *)(void *)Port(0xCF8), 0x80001910);
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0xCFC)), 0xFFFFFF01);
    WRITE_PORT_USHORT((USHORT *)(void *)Port(0xCFC), 0xC000);
    assert_int_equal(Written, 0x1002);
    assert_int_equal(READ_PORT_USHORT((USHORT *)(void *)Port(0xCFC)), 0xC001);
    assert_int_equal(READ_PORT_UCHAR(Port(0xCFF)), 0xFF);
    /* Nothing in another slot, on another bus or with the address switched off. */
    WRITE_PORT_ULONG((ULONG *)(void *)Port(0xCF8), 0x80002000);
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0xCFC)), 0xFFFFFFFF);
    WRITE_PORT_ULONG((ULONG *)(void *)Port(0xCF8), 0x80010000);
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0xCFC)), 0xFFFFFFFF);
    WRITE_PORT_ULONG((ULONG *)(void *)Port(0xCF8), 0);
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0xCFC)), 0xFFFFFFFF);
    WRITE_PORT_UCHAR(Port(0xCF8), 0x55); /* only whole */
    assert_int_equal(READ_PORT_ULONG((ULONG *)(void *)Port(0xCF8)), 0);
    assert_int_equal(HalGetBusData(PCIConfiguration, 0, 31, &Value, 4), 2);
    assert_int_equal(Value & 0xFFFF, 0xFFFF);
    assert_int_equal(HalSetBusData(PCIConfiguration, 0, 31, &Value, 4), 0);
    assert_int_equal(HalGetBusData(PCIConfiguration, 1, 0, &Value, 4), 0);
}

/* ---- the clock ------------------------------------------------------------------------------- */

/* 31 December 1999, 23:59:58, in the mode of register B. */
static void SetEndOfYear(UCHAR Mode, const UCHAR *Fields)
{
    static const UCHAR Register[] = {0, 2, 4, 7, 8, 9, 0x32};
    PutCmos8(0x0B, Mode | 0x80);
    for (unsigned Index = 0; Index < sizeof(Register); Index++)
        PutCmos8(Register[Index], Fields[Index]);
    assert_int_equal(Cmos8(4), Fields[2]); /* stopped: it reads as written */
    PutCmos8(0x0B, Mode);
}

static void TheClockCanBeSetInEveryMode(void **State)
{
    (void)State;
    SetEndOfYear(0x02, (const UCHAR[]){0x10, 0x59, 0x23, 0x31, 0x12, 0x99, 0x19});
    assert_int_equal(Cmos8(4), 0x23);
    assert_int_equal(Cmos8(9), 0x99);
    assert_int_equal(Cmos8(6), 6); /* a Friday */
    PutCmos8(0x0B, 0x06); /* binary */
    assert_int_equal(Cmos8(4), 23);
    assert_int_equal(Cmos8(2), 59);
    PutCmos8(0x0B, 0x00); /* 12 hours */
    assert_int_equal(Cmos8(4), 0x91);
    SetEndOfYear(0x04, (const UCHAR[]){10, 0, 0x80 | 12, 29, 2, 0, 20});
    assert_int_equal(Cmos8(4), 0x80 | 12); /* noon */
    assert_int_equal(Cmos8(7), 29);        /* 2000 was a leap year */
    PutCmos8(0x0B, 0x02);
    assert_int_equal(Cmos8(4), 0x12);
    PutCmos8(4, 0x00); /* midnight, without stopping it */
    assert_int_equal(Cmos8(4), 0x00);
    PutCmos8(0x0B, 0x00);
    assert_int_equal(Cmos8(4), 0x12); /* 12 AM */
    PutCmos8(0x0B, 0x82);
    PutCmos8(8, 0x77); /* no month */
    PutCmos8(0x0B, 0x02);
    assert_int_equal(Cmos8(8), 0x02); /* it went on as it was */
}

static void StatusRegisters(void **State)
{
    (void)State;
    PutCmos8(0x0D, 0);
    assert_int_equal(Cmos8(0x0D), 0x80);
    PutCmos8(0x0A, 0xA6);
    assert_int_equal(Cmos8(0x0A) & 0x7F, 0x26); /* UIP cannot be written */
    Cmos8(0x0C);
    /* An alarm each second, enabled: setting the clock on by a second would not do, so it is waited
     * for. */
    PutCmos8(1, 0xFF);
    PutCmos8(3, 0xC0);
    PutCmos8(5, 0xFF);
    PutCmos8(0x0B, 0x22);
    UCHAR Flags = 0;
    while (!(Flags & 0x10))
        Flags |= Cmos8(0x0C);
    assert_int_equal(Flags & 0xB0, 0xB0);
    PutCmos8(0x0B, 0x02);
}

/* ---- the CMOS's file ------------------------------------------------------------------------- */

static int MakeFile(const void *Data, size_t Size)
{
    if (OldFile >= 0)
        close(OldFile);
    OldFile = memfd_create("cmos", 0);
    assert_int_equal(write(OldFile, Data, Size), Size);
    return OldFile;
}

static void ANewFileIsFilled(void **State)
{
    UCHAR Held[300];
    (void)State;
    int File = MakeFile("", 0);
    Start(File);
    assert_int_equal(Lines, 0);
    assert_int_equal(pread(File, Held, sizeof(Held), 0), 256);
    assert_int_equal(Held[0x15] | Held[0x16] << 8, 640);
    assert_int_equal(Held[0x17] | Held[0x18] << 8, Held[0x30] | Held[0x31] << 8);
    assert_int_equal(Cmos8(0x0E), 0);
}

static void ChangesSurvive(void **State)
{
    (void)State;
    int File = MakeFile("", 0);
    Start(File);
    PutCmos8(0x40, 0x5A);
    WRITE_PORT_USHORT((USHORT *)(void *)Port(0x72), 0xA501); /* the upper bank, index and value in
                                                                one */
    Start(File);
    assert_int_equal(Lines, 0);
    assert_int_equal(Cmos8(0x40), 0x5A);
    UCHAR Value = 0;
    assert_int_equal(HalGetBusData(Cmos, 1, 1, &Value, 1), 1);
    assert_int_equal(Value, 0xA5);
    assert_int_equal(HalGetBusData(Cmos, 2, 1, &Value, 1), 0);
}

static void DamageIsRepairedAndSaid(void **State)
{
    UCHAR Held[256];
    (void)State;
    int File = MakeFile("", 0);
    Start(File);
    PutCmos8(0x40, 0x5A);
    PutCmos8(0x20, 0x11); /* part of the sum, which nobody adjusts */
    Start(File);
    assert_int_equal(Lines, 1);
    assert_int_equal(Cmos8(0x0E), 0x40);
    assert_int_equal(Cmos8(0x20), 0);
    assert_int_equal(Cmos8(0x40), 0x5A);
    Start(File);
    assert_int_equal(Lines, 0); /* it is right now */
    assert_int_equal(Cmos8(0x0E), 0);
    assert_int_equal(ftruncate(File, 100), 0); /* the sum is still whole */
    Start(File);
    assert_int_equal(Cmos8(0x0E), 0x80);
    assert_int_equal(pread(File, Held, 256, 0), 256);
    assert_int_equal(ftruncate(File, 10), 0);
    Start(File);
    assert_int_equal(Cmos8(0x0E), 0xC0);
    assert_int_equal(Cmos8(0x15), 0x80);
    assert_int_equal(ftruncate(File, 128), 0);
    Start(File);
    assert_int_equal(Lines, 0);
    assert_int_equal(pread(File, Held, 256, 0), 128); /* one of 128 stays so */
}

static void AFileThatCannotBeWritten(void **State)
{
    char Path[64];
    UCHAR Nothing[256] = {0};
    (void)State;
    int File = MakeFile(Nothing, sizeof(Nothing));
    snprintf(Path, sizeof(Path), "/proc/self/fd/%d", File);
    int ReadOnly = open(Path, O_RDONLY);
    assert_true(ReadOnly >= 0);
    Start(ReadOnly);
    assert_int_equal(Lines, 1); /* a sum of zeros is right */
    PutCmos8(0x40, 1);
    assert_int_equal(Cmos8(0x40), 1);
    close(ReadOnly);
    Start(-1);
    assert_int_equal(Cmos8(0x40), 0);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test_setup(RoutinesOfAllWidths, SetUp),
        cmocka_unit_test_setup(RegistersInMemory, SetUp),
        cmocka_unit_test_setup(ConfigurationBothWays, SetUp),
        cmocka_unit_test_setup(TheClockCanBeSetInEveryMode, SetUp),
        cmocka_unit_test_setup(StatusRegisters, SetUp),
        cmocka_unit_test_setup(ANewFileIsFilled, SetUp),
        cmocka_unit_test_setup(ChangesSurvive, SetUp),
        cmocka_unit_test_setup(DamageIsRepairedAndSaid, SetUp),
        cmocka_unit_test_setup(AFileThatCannotBeWritten, SetUp),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
