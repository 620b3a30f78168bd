/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeCapturePersistentThreadState - a small dump in a buffer: what readers of dumps look at first.
 */
#include "ktest.h"

#define BYTES 0x40000

NTSYSAPI VOID NTAPI RtlCaptureContext(PCONTEXT Context);

typedef ULONG(NTAPI *CAPTURE)(
    PCONTEXT, PKTHREAD, ULONG, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, PVOID);

#if defined(_WIN64)
#define VALID 0x34365544 /* DU64 */
#define CODE_AT 0x38
#define PARAMETERS_AT 0x40
#define TYPE_AT 0xF98
#else
#define VALID 0x504D5544 /* DUMP */
#define CODE_AT 0x28
#define PARAMETERS_AT 0x2C
#define TYPE_AT 0xF88
#endif

TEST(KeCapturePersistentThreadState, MakesASmallDump)
{
    CAPTURE Capture = (CAPTURE)(ULONG_PTR)KtestExport(L"KeCapturePersistentThreadState");
    PUCHAR Dump;
    CONTEXT Context;
    ULONG Bytes;

    if (Capture == NULL) {
        skip("not exported here");
        return;
    }
    Dump = ExAllocatePoolWithTag(NonPagedPool, BYTES, 'pmuD');
    if (!CHECK(Dump != NULL))
        return;
    RtlCaptureContext(&Context);
    Bytes = Capture(&Context, KeGetCurrentThread(), 0xEA, 11, 22, 33, 44, Dump);
    CHECK(Bytes > 0x1000 && Bytes <= BYTES);
    CHECK_EQ(*(PULONG)Dump, 0x45474150); /* PAGE */
    CHECK_EQ(*(PULONG)(Dump + 4), VALID);
    CHECK_EQ(*(PULONG)(Dump + CODE_AT), 0xEA);
    CHECK_EQ(((PULONG_PTR)(Dump + PARAMETERS_AT))[0], 11);
    CHECK_EQ(((PULONG_PTR)(Dump + PARAMETERS_AT))[3], 44);
    CHECK_EQ(*(PULONG)(Dump + TYPE_AT), 4);
    ExFreePoolWithTag(Dump, 'pmuD');
}

TEST(KeInitializeCrashDumpHeader, MakesAFullDumpsHeader)
{
    NTSTATUS(NTAPI * Initialize)(ULONG Type, ULONG Flags, PVOID Buffer, ULONG Size, PULONG Needed) =
        (PVOID)KtestExport(L"KeInitializeCrashDumpHeader");
    PUCHAR Dump = ExAllocatePoolWithTag(NonPagedPool, BYTES, 'pmuD');
    ULONG Needed = 0;

    if (!CHECK(Dump != NULL))
        return;
    if (Initialize == NULL) {
        skip("new in Windows Server 2003");
    } else {
        CHECK(!NT_SUCCESS(Initialize(77, 0, Dump, BYTES, &Needed)));
        CHECK(!NT_SUCCESS(Initialize(1, 0, Dump, 16, &Needed)));
        CHECK_STATUS(Initialize(1, 0, Dump, BYTES, &Needed), STATUS_SUCCESS);
        CHECK(Needed >= 0x1000 && Needed <= BYTES);
        CHECK_EQ(*(PULONG)Dump, 0x45474150); /* PAGE */
        CHECK_EQ(*(PULONG)(Dump + 4), VALID);
        CHECK_EQ(*(PULONG)(Dump + TYPE_AT), 1);
    }
    ExFreePoolWithTag(Dump, 'pmuD');
}
