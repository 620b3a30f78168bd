/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetNonVolatileToken and what is done with it. Without such memory Windows may refuse the
 * token.
 */
#include "ktest.h"

typedef struct RANGE { /* NV_MEMORY_RANGE */
    PVOID Base;
    SIZE_T Length;
} RANGE;

static UCHAR Memory[256];

TEST(RtlGetNonVolatileToken, WritesAndFlushes)
{
    NTSTATUS(NTAPI * Get)
    (PVOID Buffer, SIZE_T Size, PVOID * Token) = (PVOID)KtestExport(L"RtlGetNonVolatileToken");
    NTSTATUS(NTAPI * Free)(PVOID Token) = (PVOID)KtestExport(L"RtlFreeNonVolatileToken");
    NTSTATUS(NTAPI * Flush)
    (PVOID Token, PVOID Buffer, SIZE_T Size, ULONG Flags) = (PVOID)KtestExport(
        L"RtlFlushNonVolatileMemory");
    NTSTATUS(NTAPI * FlushRanges)(PVOID Token, RANGE * Ranges, SIZE_T Count, ULONG Flags) =
        (PVOID)KtestExport(L"RtlFlushNonVolatileMemoryRanges");
    NTSTATUS(NTAPI * Drain)(PVOID Token) = (PVOID)KtestExport(L"RtlDrainNonVolatileFlush");
    NTSTATUS(NTAPI * Write)(PVOID Token, PVOID To, const VOID *From, SIZE_T Size, ULONG Flags) =
        (PVOID)KtestExport(L"RtlWriteNonVolatileMemory");
    NTSTATUS(NTAPI * Fill)
    (PVOID Token, PVOID To, SIZE_T Size, UCHAR Value, ULONG Flags) = (PVOID)KtestExport(
        L"RtlFillNonVolatileMemory");
    RANGE Ranges[2] = {{Memory, 10}, {Memory + 128, 64}};
    ULONG From = 0x12345678;
    PVOID Token = NULL;

    if (Get == NULL) {
        skip("new in Windows 10, version 1703");
        return;
    }
    CHECK(!NT_SUCCESS(Get(NULL, 0, &Token)));
    if (!NT_SUCCESS(Get(Memory, sizeof(Memory), &Token))) {
        skip("not for ordinary memory here");
        return;
    }
    CHECK_STATUS(Fill(Token, Memory, sizeof(Memory), 0x5A, 3), STATUS_SUCCESS);
    CHECK_EQ(Memory[0], 0x5A);
    CHECK_EQ(Memory[255], 0x5A);
    CHECK_STATUS(Write(Token, Memory + 7, &From, sizeof(From), 0x101), STATUS_SUCCESS);
    CHECK_EQ(Memory[7], 0x78);
    CHECK_EQ(Memory[11], 0x5A);
    CHECK_STATUS(Flush(Token, Memory, sizeof(Memory), 1), STATUS_SUCCESS);
    CHECK_STATUS(FlushRanges(Token, Ranges, 2, 0), STATUS_SUCCESS);
    CHECK_STATUS(Drain(Token), STATUS_SUCCESS);
    CHECK_STATUS(Free(Token), STATUS_SUCCESS);
}
