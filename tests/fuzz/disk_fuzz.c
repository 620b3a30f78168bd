/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes partition tables: whatever the sectors hold, looking ends, and the partitions that are
 * taken lie on the disk, apart from each other, numbered as they come.
 *
 * An input is four bytes of how many sectors the disk has, the first sector's 512 bytes, and then
 * tables: four bytes of the sector one lies at, and its 66 bytes from the first slot on.
 */
#include <stdlib.h>
#include <string.h>

#include "disk/diskp.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

#define TABLE_TAIL (DISKP_TABLE_BYTES - DISKP_SLOTS_AT)

const size_t fuzz_most = 4 + DISKP_TABLE_BYTES + 40 * (4 + TABLE_TAIL);

static BOOLEAN read_table(void *context, UCHAR *table, ULONG64 sector)
{
    struct input disk = *(const struct input *)context;

    disk.at = 4 + DISKP_TABLE_BYTES;
    memset(table, 0, DISKP_TABLE_BYTES);
    if (sector == 0) {
        memcpy(table, disk.data + 4, DISKP_TABLE_BYTES);
        return TRUE;
    }
    while (disk.at + 4 + TABLE_TAIL <= disk.size) {
        if (take(&disk, 4) == sector) {
            memcpy(table + DISKP_SLOTS_AT, disk.data + disk.at, TABLE_TAIL);
            return TRUE;
        }
        disk.at += TABLE_TAIL;
    }
    return sector % 2 == 0; /* zeroes, or what cannot be read */
}

static void check(const DISKP_LAYOUT *layout, ULONG64 sectors)
{
    ULONG count = 0;

    if (layout->SlotCount > DISKP_SLOTS || layout->SlotCount % 4 != 0 ||
        layout->ProblemCount > DISKP_PROBLEMS)
        abort();
    for (ULONG i = 0; i < layout->SlotCount; i++) {
        const DISKP_PARTITION *one = &layout->Slot[i];
        if (one->Number == 0)
            continue;
        if (one->Number != ++count || one->SectorCount == 0 || one->FirstSector >= sectors ||
            one->SectorCount > sectors - one->FirstSector)
            abort();
        for (ULONG j = 0; j < i; j++) {
            const DISKP_PARTITION *other = &layout->Slot[j];
            if (other->Number != 0 && one->FirstSector < other->FirstSector + other->SectorCount &&
                other->FirstSector < one->FirstSector + one->SectorCount)
                abort();
        }
    }
    if (count != layout->PartitionCount)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static DISKP_LAYOUT layout;
    struct input disk = {data, size, 0};

    if (size < 4 + DISKP_TABLE_BYTES)
        return 0;
    const ULONG64 sectors = take(&disk, 4);
    DiskpScanLayout(read_table, &disk, sectors, &layout);
    check(&layout, sectors);
    return 0;
}

const unsigned fuzz_seeds = 3;

static void put32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof(value));
}

/* A table's slots and mark. */
static void put_table(uint8_t *tail, const uint32_t slots[][3], size_t count)
{
    memset(tail, 0, TABLE_TAIL);
    for (size_t i = 0; i < count; i++) {
        tail[i * DISKP_SLOT_BYTES + 4] = (uint8_t)slots[i][0];
        put32(tail + i * DISKP_SLOT_BYTES + 8, slots[i][1]);
        put32(tail + i * DISKP_SLOT_BYTES + 12, slots[i][2]);
    }
    tail[TABLE_TAIL - 2] = 0x55;
    tail[TABLE_TAIL - 1] = 0xAA;
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint32_t first[][3] = {
        {7, 2048, 1000}, {0x0F, 10000, 30000}, {0, 0, 0}, {0x0C, 50000, 1000}};
    static const uint32_t logical[][3] = {{7, 63, 1000}, {5, 5000, 2000}},
                          last[][3] = {{6, 100, 500}, {5, 0, 100}};
    static const uint32_t protective[][3] = {{0xEE, 1, 0xFFFFFFFF}};
    uint8_t *table = data + 4 + DISKP_TABLE_BYTES;

    memset(data, 0, 4 + DISKP_TABLE_BYTES);
    put32(data, 100000);
    put_table(data + 4 + DISKP_SLOTS_AT, which == 1 ? protective : first, which == 1 ? 1 : 4);
    if (which != 2)
        return 4 + DISKP_TABLE_BYTES;
    put32(table, 10000);
    put_table(table + 4, logical, 2);
    put32(table + 4 + TABLE_TAIL, 15000);
    put_table(table + 8 + TABLE_TAIL, last, 2);
    return 4 + DISKP_TABLE_BYTES + 2 * (4 + TABLE_TAIL);
}
