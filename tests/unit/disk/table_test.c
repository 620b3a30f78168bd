/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Partition tables as they are and as they should not be: every damaged one is read to the end, and
 * what is left out is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk/diskp.h"

#define SECTORS 100000u

static DISKP_LAYOUT Layout;

static int OpenDisk(void)
{
    int File = memfd_create("disk", 0);
    assert_true(File >= 0);
    assert_int_equal(ftruncate(File, SECTORS * 512), 0);
    return File;
}

static void PutSlot(int File, ULONG Table, ULONG Slot, UCHAR Type, ULONG First, ULONG Count)
{
    static const UCHAR End[2] = {0x55, 0xAA};
    UCHAR Raw[16] = {0, 0, 0, 0, Type};
    memcpy(Raw + 8, &First, 4);
    memcpy(Raw + 12, &Count, 4);
    assert_int_equal(pwrite(File, Raw, 16, (off_t)(Table * 512 + 446 + Slot * 16)), 16);
    assert_int_equal(pwrite(File, End, 2, (off_t)(Table * 512 + 510)), 2);
}

static void Read(int File)
{
    DiskpReadLayout(File, 512, SECTORS, &Layout);
}

static void PrimaryAndLogical(void **State)
{
    (void)State;
    int File = OpenDisk();
    PutSlot(File, 0, 0, 0x07, 2048, 1000);
    PutSlot(File, 0, 1, 0x0F, 10000, 30000);
    PutSlot(File, 0, 3, 0x0C, 50000, 1000);
    PutSlot(File, 10000, 0, 0x07, 63, 1000);        /* counts from its table */
    PutSlot(File, 10000, 1, 0x05, 5000, 2000);      /* counts from the container */
    PutSlot(File, 15000, 0, 0x06, 100, 500);
    Read(File);
    assert_int_equal(Layout.ProblemCount, 0);
    assert_int_equal(Layout.PartitionCount, 4);
    assert_int_equal(Layout.SlotCount, 12);
    assert_int_equal(Layout.Slot[0].Number, 1);
    assert_int_equal(Layout.Slot[1].Number, 0); /* the container */
    assert_int_equal(Layout.Slot[3].Number, 2);
    assert_int_equal(Layout.Slot[4].Number, 3);
    assert_int_equal(Layout.Slot[4].FirstSector, 10063);
    assert_int_equal(Layout.Slot[8].Number, 4);
    assert_int_equal(Layout.Slot[8].FirstSector, 15100);
    close(File);
}

static void WhatIsNoTable(void **State)
{
    (void)State;
    int File = OpenDisk();
    Read(File); /* blank */
    assert_int_equal(Layout.SlotCount, 0);
    assert_int_equal(Layout.ProblemCount, 1);
    PutSlot(File, 0, 0, 0x07, 2048, 1000);
    assert_int_equal(pwrite(File, "\x41", 1, 446), 1); /* text where the boot flag would be */
    Read(File);
    assert_int_equal(Layout.SlotCount, 0);
    const UCHAR Boot[13] = {0xEB, 0x3C, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0', 0, 2};
    PutSlot(File, 0, 0, 0, 0, 0);
    assert_int_equal(pwrite(File, Boot, sizeof(Boot), 0), sizeof(Boot));
    Read(File); /* a volume without partitions */
    assert_int_equal(Layout.SlotCount, 0);
    assert_int_equal(ftruncate(File, 100), 0);
    DiskpReadLayout(File, 512, 0, &Layout);
    assert_int_equal(Layout.SlotCount, 0);
    close(File);
}

static void OutsideAndOverlapping(void **State)
{
    (void)State;
    int File = OpenDisk();
    PutSlot(File, 0, 0, 0x07, 2048, 1000);
    PutSlot(File, 0, 1, 0x07, 3000, 1000);              /* overlaps the first */
    PutSlot(File, 0, 2, 0x07, SECTORS - 10, 11);        /* ends beyond the disk */
    PutSlot(File, 0, 3, 0x07, 0xFFFFFFFF, 0xFFFFFFFF);  /* begins there */
    Read(File);
    assert_int_equal(Layout.PartitionCount, 1);
    assert_int_equal(Layout.ProblemCount, 3);
    assert_non_null(strstr(Layout.Problem[0], "overlaps"));
    assert_non_null(strstr(Layout.Problem[1], "ends beyond"));
    assert_non_null(strstr(Layout.Problem[2], "begins beyond"));
    PutSlot(File, 0, 0, 0x07, 0, 1000); /* on the table itself */
    Read(File);
    assert_non_null(strstr(Layout.Problem[0], "own table"));
    close(File);
}

static void ChainsThatLeadNowhere(void **State)
{
    (void)State;
    int File = OpenDisk();
    PutSlot(File, 0, 0, 0x05, 10000, 30000);
    Read(File); /* no table there */
    assert_int_equal(Layout.SlotCount, 4);
    assert_int_equal(Layout.ProblemCount, 1);
    PutSlot(File, 10000, 0, 0x07, 63, 100);
    PutSlot(File, 10000, 1, 0x05, 5000, 1000);
    PutSlot(File, 15000, 1, 0x05, 0, 1000); /* back to the first */
    Read(File);
    assert_int_equal(Layout.PartitionCount, 1);
    assert_int_equal(Layout.ProblemCount, 1);
    assert_non_null(strstr(Layout.Problem[0], "leads back"));
    PutSlot(File, 15000, 1, 0x05, 0xFFFFFFF0, 1000); /* far outside */
    Read(File);
    assert_non_null(strstr(Layout.Problem[0], "no table"));
    close(File);
}

static void AVeryLongChainEnds(void **State)
{
    (void)State;
    int File = OpenDisk();
    PutSlot(File, 0, 0, 0x05, 1000, 90000);
    for (ULONG Index = 0; Index < 200; Index++) {
        PutSlot(File, 1000 + Index * 100, 0, 0x07, 1, 50);
        PutSlot(File, 1000 + Index * 100, 1, 0x05, (Index + 1) * 100, 100);
    }
    Read(File);
    assert_int_equal(Layout.SlotCount, DISKP_SLOTS);
    assert_int_equal(Layout.PartitionCount, DISKP_TABLES - 1);
    assert_non_null(strstr(Layout.Problem[0], "more logical partitions"));
    close(File);
}

static void ProtectivePartitionOfGpt(void **State)
{
    (void)State;
    int File = OpenDisk();
    PutSlot(File, 0, 0, 0xEE, 1, 0xFFFFFFFF);
    Read(File);
    assert_int_equal(Layout.PartitionCount, 1);
    assert_int_equal(Layout.Slot[0].SectorCount, SECTORS - 1);
    close(File);
}

static void AnythingAtAll(void **State)
{
    (void)State;
    int File = OpenDisk();
    unsigned Seed = 1;
    for (int Round = 0; Round < 2000; Round++) {
        UCHAR Sector[512];
        for (int Index = 0; Index < 512; Index++)
            Sector[Index] = (UCHAR)rand_r(&Seed);
        for (int Slot = 0; Slot < 4; Slot++) {
            UCHAR *Raw = Sector + 446 + Slot * 16;
            Raw[0] = 0;
            Raw[4] = Round % 3 == 0 ? 0x05 : 0x07;
            Raw[9] &= Round % 2 ? 0xFF : 1;
            Raw[10] = Raw[11] = 0;
        }
        Sector[510] = 0x55;
        Sector[511] = 0xAA;
        Sector[0] = 0;
        assert_int_equal(pwrite(File, Sector, 512, (off_t)(Round % 500) * 512), 512);
        Read(File);
        for (ULONG Index = 0; Index < Layout.SlotCount; Index++) {
            const DISKP_PARTITION *Partition = &Layout.Slot[Index];
            if (Partition->Number != 0)
                assert_true(Partition->FirstSector + Partition->SectorCount <= SECTORS);
        }
    }
    close(File);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(PrimaryAndLogical),
        cmocka_unit_test(WhatIsNoTable),
        cmocka_unit_test(OutsideAndOverlapping),
        cmocka_unit_test(ChainsThatLeadNowhere),
        cmocka_unit_test(AVeryLongChainEnds),
        cmocka_unit_test(ProtectivePartitionOfGpt),
        cmocka_unit_test(AnythingAtAll),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
