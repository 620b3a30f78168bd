/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * x86BiosCall and its kin - one buffer below 1 MiB, and calls of a BIOS where there is one.
 */
#include <ntddk.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *ALLOCATE)(PULONG, PUSHORT, PUSHORT);
typedef NTSTATUS(NTAPI *RELEASE)(USHORT, USHORT);
typedef NTSTATUS(NTAPI *TRANSFER)(USHORT, USHORT, PVOID, ULONG);
typedef BOOLEAN(NTAPI *CALL)(ULONG, PVOID);
typedef NTSTATUS(NTAPI *CALL_X86)(ULONG, PVOID);

static BOOLEAN Find(ALLOCATE *Allocate, RELEASE *Release, TRANSFER *Read, TRANSFER *Write)
{
    *Allocate = (ALLOCATE)KtestExport(L"x86BiosAllocateBuffer");
    *Release = (RELEASE)KtestExport(L"x86BiosFreeBuffer");
    *Read = (TRANSFER)KtestExport(L"x86BiosReadMemory");
    *Write = (TRANSFER)KtestExport(L"x86BiosWriteMemory");
    if (*Allocate != NULL && *Release != NULL && *Read != NULL && *Write != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

TEST(x86BiosAllocateBuffer, OneAtATime)
{
    ALLOCATE Allocate;
    RELEASE Release;
    TRANSFER Read, Write;
    USHORT Segment = 0, Offset = 0, Unused;
    ULONG Size = 100;

    if (!Find(&Allocate, &Release, &Read, &Write))
        return;
    if (!CHECK_STATUS(Allocate(&Size, &Segment, &Offset), STATUS_SUCCESS))
        return;
    CHECK(Size >= 100);
    CHECK(Segment * 16u + Offset < 0x100000);
    Size = 100;
    CHECK(!NT_SUCCESS(Allocate(&Size, &Unused, &Unused)));
    CHECK_STATUS(Release(Segment, Offset), STATUS_SUCCESS);
}

TEST(x86BiosFreeBuffer, OfNone)
{
    ALLOCATE Allocate;
    RELEASE Release;
    TRANSFER Read, Write;

    if (!Find(&Allocate, &Release, &Read, &Write))
        return;
    CHECK_STATUS(Release(0x7777, 3), STATUS_INVALID_PARAMETER);
}

TEST(x86BiosAllocateBuffer, MoreThanThereIs)
{
    ALLOCATE Allocate;
    RELEASE Release;
    TRANSFER Read, Write;
    USHORT Segment, Offset;
    ULONG Size = 0x100000;

    if (!Find(&Allocate, &Release, &Read, &Write))
        return;
    CHECK(!NT_SUCCESS(Allocate(&Size, &Segment, &Offset)));
    CHECK(Size < 0x100000);
}

TEST(x86BiosReadMemory, WhatWasWritten)
{
    ALLOCATE Allocate;
    RELEASE Release;
    TRANSFER Read, Write;
    USHORT Segment = 0, Offset = 0;
    ULONG Size = 16, There = 0x12345678, Back = 0;

    if (!Find(&Allocate, &Release, &Read, &Write))
        return;
    if (!CHECK_STATUS(Allocate(&Size, &Segment, &Offset), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Write(Segment, Offset + 4, &There, sizeof(There)), STATUS_SUCCESS);
    CHECK_STATUS(Read(Segment, Offset + 4, &Back, sizeof(Back)), STATUS_SUCCESS);
    CHECK_EQ(Back, There);
    CHECK_STATUS(Release(Segment, Offset), STATUS_SUCCESS);
}

TEST(x86BiosWriteMemory, BeyondAMegabyte)
{
    ALLOCATE Allocate;
    RELEASE Release;
    TRANSFER Read, Write;
    ULONG Value = 0;

    if (!Find(&Allocate, &Release, &Read, &Write))
        return;
    CHECK_STATUS(Write(0xFFFF, 0x10, &Value, sizeof(Value)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Read(0xFFFF, 0x10, &Value, sizeof(Value)), STATUS_INVALID_PARAMETER);
}

/* Interrupt 0x10, function 0x4F00 needs a video BIOS: whatever it says, memory below 1 MiB is there
 * to be asked. */
TEST(x86BiosCall, WithoutABios)
{
    CALL Call = (CALL)KtestExport(L"x86BiosCall");
    CALL_X86 CallX86 = (CALL_X86)KtestExport(L"Ke386CallBios");
    ULONG Registers[16] = {0x4F00};

    if (Call == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!Call(0x10, Registers))
        CHECK_EQ(Registers[0], 0x4F00);
    if (CallX86 != NULL && !NT_SUCCESS(CallX86(0x10, Registers)))
        CHECK_EQ(Registers[0], 0x4F00);
}
