/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmMapMdl - a routine that sees an MDL's pages.
 */
#include "ktest.h"

static PVOID SeenAt, SeenContext;

static VOID NTAPI See(PVOID Context, PVOID At)
{
    SeenContext = Context;
    SeenAt = At;
    CHECK_EQ(*(PULONG)At, 0x12345678);
    *(PULONG)At = 77;
}

TEST(MmMapMdl, CallsWithTheMemory)
{
    NTSTATUS(NTAPI * Map)
    (PMDL Mdl, ULONG Protection, VOID(NTAPI * Routine)(PVOID, PVOID),
        PVOID Context) = (PVOID)KtestExport(L"MmMapMdl");
    PHYSICAL_ADDRESS Low = {.QuadPart = 0}, High = {.QuadPart = -1};
    PULONG Memory;
    PMDL Mdl;

    if (Map == NULL) {
        skip("new in Windows 10, version 1709");
        return;
    }
    Mdl = MmAllocatePagesForMdl(Low, High, Low, PAGE_SIZE);
    if (!CHECK(Mdl != NULL))
        return;
    Memory = MmMapLockedPagesSpecifyCache(
        Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (CHECK(Memory != NULL)) {
        *Memory = 0x12345678;
        MmUnmapLockedPages(Memory, Mdl);
        SeenAt = NULL;
        CHECK_STATUS(Map(Mdl, PAGE_READWRITE, See, &Mdl), STATUS_SUCCESS);
        CHECK(SeenAt != NULL);
        CHECK_PTR(SeenContext, &Mdl);
        CHECK(!(Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA));
        SeenAt = NULL;
        CHECK(!NT_SUCCESS(Map(Mdl, 0x12345, See, NULL)));
        CHECK_PTR(SeenAt, NULL);
    }
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
}
