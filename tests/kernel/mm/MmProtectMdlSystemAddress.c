/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmProtectMdlSystemAddress - of a mapping alone: the memory it is of stays as it was.
 */
#include "ktest.h"

#define TAG 'ldMK'
#define SIZE (2 * PAGE_SIZE)

typedef struct LOCKED {
    PUCHAR Pool, Mapping;
    PMDL Mdl;
} LOCKED;

static BOOLEAN Lock(LOCKED *Locked)
{
    Locked->Mapping = NULL;
    Locked->Pool = ExAllocatePoolWithTag(NonPagedPool, SIZE, TAG);
    Locked->Mdl = Locked->Pool != NULL ? IoAllocateMdl(Locked->Pool, SIZE, FALSE, FALSE, NULL)
                                       : NULL;
    if (!CHECK(Locked->Mdl != NULL))
        return FALSE;
    MmProbeAndLockPages(Locked->Mdl, KernelMode, IoModifyAccess);
    return TRUE;
}

static BOOLEAN Map(LOCKED *Locked)
{
    if (!Lock(Locked))
        return FALSE;
    Locked->Mapping = MmMapLockedPagesSpecifyCache(
        Locked->Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    return CHECK(Locked->Mapping != NULL);
}

static VOID Free(LOCKED *Locked)
{
    if (Locked->Mapping != NULL)
        MmUnmapLockedPages(Locked->Mapping, Locked->Mdl);
    MmUnlockPages(Locked->Mdl);
    IoFreeMdl(Locked->Mdl);
    ExFreePoolWithTag(Locked->Pool, TAG);
}

TEST(MmProtectMdlSystemAddress, TheMemoryItselfStaysAsItWas)
{
    LOCKED Locked;

    if (!Map(&Locked))
        return;
    Locked.Pool[5] = 1;
    CHECK_EQ(Locked.Mapping[5], 1);
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, PAGE_READONLY), STATUS_SUCCESS);
    Locked.Pool[5] = 2;
    CHECK_EQ(Locked.Mapping[5], 2);
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, PAGE_NOACCESS), STATUS_SUCCESS);
    Locked.Pool[PAGE_SIZE] = 3;
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, PAGE_READWRITE), STATUS_SUCCESS);
    CHECK_EQ(Locked.Mapping[PAGE_SIZE], 3);
    Locked.Mapping[PAGE_SIZE] = 4;
    CHECK_EQ(Locked.Pool[PAGE_SIZE], 4);
    Free(&Locked);
}

TEST(MmProtectMdlSystemAddress, CodeCanBeRunThere)
{
    static const UCHAR Return[] = {0xB8, 0x2A, 0, 0, 0, 0xC3}; /* mov $42, %eax; ret */
    LOCKED Locked;

    if (!Map(&Locked))
        return;
    RtlCopyMemory(Locked.Mapping, Return, sizeof(Return));
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, PAGE_EXECUTE_READ), STATUS_SUCCESS);
    CHECK_EQ(((int(NTAPI *)(VOID))(ULONG_PTR)Locked.Mapping)(), 42);
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, PAGE_EXECUTE_READWRITE), STATUS_SUCCESS);
    Locked.Mapping[1] = 43;
    CHECK_EQ(((int(NTAPI *)(VOID))(ULONG_PTR)Locked.Mapping)(), 43);
    Free(&Locked);
}

static UCHAR Constant(VOID)
{
    return 7;
}

TEST(MmProtectMdlSystemAddress, CodeOfADriverCanBeWrittenThroughIt)
{
    PMDL Mdl = IoAllocateMdl((PVOID)(ULONG_PTR)Constant, 16, FALSE, FALSE, NULL);
    PUCHAR Mapping;
    UCHAR First;

    if (!CHECK(Mdl != NULL))
        return;
    MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
    Mapping = MmMapLockedPagesSpecifyCache(
        Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (CHECK(Mapping != NULL)) {
        CHECK_STATUS(MmProtectMdlSystemAddress(Mdl, PAGE_READWRITE), STATUS_SUCCESS);
        First = Mapping[0];
        *(volatile UCHAR *)Mapping = First;
        CHECK_EQ(*(volatile UCHAR *)(ULONG_PTR)Constant, First);
        CHECK_EQ(Constant(), 7);
        MmUnmapLockedPages(Mapping, Mdl);
    }
    MmUnlockPages(Mdl);
    IoFreeMdl(Mdl);
}

TEST(MmProtectMdlSystemAddress, WhatIsNotMapped)
{
    LOCKED Locked;
    PMDL Mdl;

    if (!Lock(&Locked))
        return;
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, PAGE_READWRITE), STATUS_NOT_MAPPED_VIEW);
    Mdl = IoAllocateMdl(Locked.Pool, SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        MmBuildMdlForNonPagedPool(Mdl);
        CHECK_STATUS(MmProtectMdlSystemAddress(Mdl, PAGE_READWRITE), STATUS_NOT_MAPPED_VIEW);
        IoFreeMdl(Mdl);
    }
    Free(&Locked);
}

TEST(MmProtectMdlSystemAddress, WhatIsNoProtection)
{
    LOCKED Locked;

    if (!Map(&Locked))
        return;
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, 0), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(MmProtectMdlSystemAddress(Locked.Mdl, 0x12345), STATUS_INVALID_PAGE_PROTECTION);
    Free(&Locked);
}
