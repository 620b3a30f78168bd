/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAddTriageDumpDataBlock, KeInitializeTriageDumpDataArray - memory a driver wants in a small
 * dump.
 */
#include "ktest.h"

typedef struct DATA_ARRAY { /* KTRIAGE_DUMP_DATA_ARRAY with room for three */
    LIST_ENTRY List;
    ULONG NumBlocksUsed, NumBlocksTotal, DataSize, MaxDataSize, ComponentNameBufferLength;
    PUCHAR ComponentName;
    struct {
        PVOID Address;
        SIZE_T Size;
    } Blocks[3];
} DATA_ARRAY;

TEST(KeAddTriageDumpDataBlock, TakesAsManyAsThereIsRoomFor)
{
    NTSTATUS(NTAPI * Initialize)
    (DATA_ARRAY * Array, ULONG Size) = (PVOID)KtestExport(L"KeInitializeTriageDumpDataArray");
    NTSTATUS(NTAPI * Add)
    (DATA_ARRAY * Array, PVOID Address, SIZE_T Size) = (PVOID)KtestExport(
        L"KeAddTriageDumpDataBlock");
    PUCHAR Memory = ExAllocatePoolWithTag(NonPagedPool, 4096, 'tseT');
    DATA_ARRAY Array;

    if (!CHECK(Memory != NULL))
        return;
    if (Initialize == NULL) {
        skip("new in Windows 10, version 1803");
    } else {
        CHECK(!NT_SUCCESS(Initialize(&Array, 8)));
        CHECK_STATUS(Initialize(&Array, sizeof(Array)), STATUS_SUCCESS);
        CHECK_EQ(Array.NumBlocksTotal, 3);
        CHECK_STATUS(Add(&Array, Memory, 16), STATUS_SUCCESS);
        CHECK_STATUS(Add(&Array, Memory + 64, 16), STATUS_SUCCESS);
        CHECK_STATUS(Add(&Array, Memory + 128, 16), STATUS_SUCCESS);
        CHECK_EQ(Array.NumBlocksUsed, 3);
        CHECK(!NT_SUCCESS(Add(&Array, Memory + 256, 16)));
        CHECK(!NT_SUCCESS(Add(&Array, NULL, 16)));
        CHECK_EQ(Array.NumBlocksUsed, 3);
    }
    ExFreePoolWithTag(Memory, 'tseT');
}
