/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * CMOS memory: two banks of 128 bytes at ports 0x70 and 0x72 (which register) and 0x71 and 0x73
 * (its value), laid out as a PC's firmware leaves it: clock, equipment, memory sizes, a checksum
 * over 0x10-0x2D in 0x2E. Its file, if it has one, is written through byte by byte. As firmware
 * does, starting restores what cannot be right and says so in register 0x0E. Registers chosen are
 * one a bank for the whole machine. Accesses run in the fault handler.
 */
#include <string.h>

#include "hal/halp.h"
#include "kd/kd.h"

#define CMOS_DIAGNOSTIC 0x0Eu
#define CMOS_LOST_POWER 0x80u
#define CMOS_BAD_CHECKSUM 0x40u
#define CMOS_SUM_FIRST 0x10u
#define CMOS_SUM_LAST 0x2Du
#define CMOS_SUM 0x2Eu /* high byte first */
#define CMOS_BASE_KIB 640u
#define CMOS_SOURCE "hal"

int HalCmosFile = -1;
UCHAR HalpCmos[HALP_CMOS_BYTES];
static int HalpCmosFile; /* -1: changes are not kept */
static ULONG HalpCmosFileBytes;
static UCHAR HalpCmosIndex[2];

/* ---- registers ------------------------------------------------------------------------------- */

UCHAR HalpReadCmos(UCHAR Register)
{
    return HalpIsClock(Register) ? HalpReadClock(Register)
                                 : __atomic_load_n(&HalpCmos[Register], __ATOMIC_RELAXED);
}

void HalpWriteCmos(UCHAR Register, UCHAR Value)
{
    if (HalpIsClock(Register)) {
        HalpWriteClock(Register, Value);
        return;
    }
    __atomic_store_n(&HalpCmos[Register], Value, __ATOMIC_RELAXED);
    if (HalpCmosFile >= 0 && Register < HalpCmosFileBytes)
        host_disk_write(HalpCmosFile, &Value, 1, Register);
}

static UCHAR HalpCmosInByte(ULONG Offset)
{
    const UCHAR Index = HalpCmosIndex[Offset / 2];
    return Offset % 2 == 0 ? Index : HalpReadCmos((UCHAR)(Index + Offset / 2 * HALP_CMOS_BANK));
}

static void HalpCmosOutByte(ULONG Offset, UCHAR Value)
{
    if (Offset % 2 == 0)
        HalpCmosIndex[Offset / 2] = Value & 0x7F; /* bit 7 masks NMIs, of which there are none */
    else
        HalpWriteCmos((UCHAR)(HalpCmosIndex[Offset / 2] + Offset / 2 * HALP_CMOS_BANK), Value);
}

/* A wider access is one of each byte, lowest first: as the bus splits it. */
static uint32_t HalpCmosIn(void *Context, uint16_t Offset, unsigned Bytes)
{
    uint32_t Value = 0;
    (void)Context;
    for (unsigned Index = 0; Index < Bytes; Index++)
        Value |= (uint32_t)HalpCmosInByte(Offset + Index) << Index * 8;
    return Value;
}

static void HalpCmosOut(void *Context, uint16_t Offset, unsigned Bytes, uint32_t Value)
{
    (void)Context;
    for (unsigned Index = 0; Index < Bytes; Index++)
        HalpCmosOutByte(Offset + Index, (UCHAR)(Value >> Index * 8));
}

/* ---- what firmware does ---------------------------------------------------------------------- */

static ULONG HalpSumCmos(const UCHAR *Registers)
{
    ULONG Sum = 0;
    for (ULONG Register = CMOS_SUM_FIRST; Register <= CMOS_SUM_LAST; Register++)
        Sum += Registers[Register];
    return Sum & 0xFFFF;
}

static void HalpStoreWord(UCHAR Register, ULONG64 Value)
{
    if (Value > 0xFFFF)
        Value = 0xFFFF;
    HalpCmos[Register] = (UCHAR)Value;
    HalpCmos[Register + 1] = (UCHAR)(Value >> 8);
}

static void HalpDefaultCmos(void)
{
    memset(HalpCmos, 0, sizeof(HalpCmos));
    HalpCmos[0x12] = 0xF0; /* one hard disk, of a type given at 0x19 */
    HalpCmos[0x19] = 0x2F;
    HalpCmos[0x14] = 0x06; /* equipment: FPU, pointing device */
}

/* Memory is what the machine has, whatever was written down. */
static void HalpCountMemory(void)
{
    HalpStoreWord(0x15, CMOS_BASE_KIB);
    HalpStoreWord(0x17, MM_RAM_BYTES / 1024 - 1024);
    HalpStoreWord(0x30, MM_RAM_BYTES / 1024 - 1024);
    HalpStoreWord(0x34, (MM_RAM_BYTES - ((ULONG64)16 << 20)) >> 16);
}

/* Takes over what the file holds; returns the bits of the diagnostic register. */
static UCHAR HalpTakeContents(const UCHAR *Held, ULONG64 HeldBytes)
{
    UCHAR Diagnostic = 0, Standard[CMOS_SUM + 2 - CMOS_SUM_FIRST];
    if (HeldBytes != HALP_CMOS_BANK && HeldBytes != HALP_CMOS_BYTES) {
        KdLog(CMOS_SOURCE,
            "the CMOS's file has %llu bytes instead of 128 or 256: what is missing is made up",
            (unsigned long long)HeldBytes);
        Diagnostic |= CMOS_LOST_POWER;
    }
    memcpy(Standard, HalpCmos + CMOS_SUM_FIRST, sizeof(Standard));
    memcpy(HalpCmos, Held, HeldBytes < HALP_CMOS_BYTES ? (SIZE_T)HeldBytes : HALP_CMOS_BYTES);
    if (HalpSumCmos(HalpCmos) != ((ULONG)HalpCmos[CMOS_SUM] << 8 | HalpCmos[CMOS_SUM + 1])) {
        KdLog(CMOS_SOURCE,
            "the CMOS's checksum is wrong: registers 0x10 to 0x2D are what they were when it was "
            "new");
        memcpy(HalpCmos + CMOS_SUM_FIRST, Standard, sizeof(Standard));
        Diagnostic |= CMOS_BAD_CHECKSUM;
    }
    return Diagnostic;
}

static UCHAR HalpLoadCmos(void)
{
    UCHAR Held[HALP_CMOS_BYTES] = {0};
    uint64_t Bytes;
    uint32_t Unit;
    HalpCmosFile = HalCmosFile;
    HalpCmosFileBytes = HALP_CMOS_BYTES;
    if (HalpCmosFile < 0)
        return 0;
    if (host_disk_size(HalpCmosFile, &Bytes, &Unit) != 0 ||
        host_disk_read(
            HalpCmosFile, Held, Bytes < sizeof(Held) ? (size_t)Bytes : sizeof(Held), 0) != 0) {
        KdLog(CMOS_SOURCE, "the CMOS's file cannot be read: it is in memory only");
        HalpCmosFile = -1;
        return 0;
    }
    if (Bytes == HALP_CMOS_BANK)
        HalpCmosFileBytes = HALP_CMOS_BANK;
    return Bytes != 0 ? HalpTakeContents(Held, Bytes) : 0;
}

static void HalpSaveCmos(void)
{
    if (HalpCmosFile < 0)
        return;
    if (host_disk_write(HalpCmosFile, HalpCmos, HalpCmosFileBytes, 0) == 0 &&
        host_disk_resize(HalpCmosFile, HalpCmosFileBytes) == 0)
        return;
    KdLog(CMOS_SOURCE, "the CMOS's file cannot be written: changes are forgotten");
    HalpCmosFile = -1;
}

NTSTATUS HalpInitializeCmos(void)
{
    static const dotsys_port_device Device = {.size = sizeof(Device),
        .name = "cmos", .base = 0x70, .count = 4, .read = HalpCmosIn, .write = HalpCmosOut};
    HalpDefaultCmos();
    HalpStoreWord(CMOS_SUM, 0);
    const UCHAR Diagnostic = HalpLoadCmos();
    HalpInitializeClock();
    HalpCountMemory();
    HalpCmos[CMOS_DIAGNOSTIC] = Diagnostic;
    const ULONG Sum = HalpSumCmos(HalpCmos);
    HalpCmos[CMOS_SUM] = (UCHAR)(Sum >> 8);
    HalpCmos[CMOS_SUM + 1] = (UCHAR)Sum;
    HalpSaveCmos();
    HalpCmosIndex[0] = HALP_STATUS_D;
    HalpCmosIndex[1] = 0;
    return HaliAttachPort(&Device);
}
