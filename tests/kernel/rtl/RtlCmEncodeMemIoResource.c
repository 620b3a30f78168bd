/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCmEncodeMemIoResource and its kin - lengths that descriptors can keep.
 */
#include "ktest.h"

#define LARGE 7 /* CmResourceTypeMemoryLarge */

TEST(RtlCmEncodeMemIoResource, KeepsSmallAndLarge)
{
    NTSTATUS(NTAPI * Encode)
    (PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor, UCHAR Type, ULONGLONG Length,
        ULONGLONG Start) = (PVOID)KtestExport(L"RtlCmEncodeMemIoResource");
    ULONGLONG(NTAPI * Decode)(PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor, PULONGLONG Start) =
        (PVOID)KtestExport(L"RtlCmDecodeMemIoResource");
    CM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor;
    ULONGLONG Start = 0;

    if (Encode == NULL) {
        skip("new in Windows Vista");
        return;
    }
    RtlZeroMemory(&Descriptor, sizeof(Descriptor));
    CHECK_STATUS(Encode(&Descriptor, CmResourceTypeMemory, 0x1000, 0xF0000000), STATUS_SUCCESS);
    CHECK_EQ(Descriptor.Type, CmResourceTypeMemory);
    CHECK_EQ(Descriptor.u.Memory.Length, 0x1000);
    CHECK_EQ(Decode(&Descriptor, &Start), 0x1000);
    CHECK_EQ(Start, 0xF0000000);
    CHECK_STATUS(
        Encode(&Descriptor, CmResourceTypeMemory, 0x200000000ull, 0x4000000000ull), STATUS_SUCCESS);
    CHECK_EQ(Descriptor.Type, LARGE);
    CHECK_EQ(Decode(&Descriptor, &Start), 0x200000000ull);
    CHECK_EQ(Start, 0x4000000000ull);
    CHECK_EQ(Decode(&Descriptor, NULL), 0x200000000ull);
    CHECK_STATUS(Encode(&Descriptor, CmResourceTypePort, 8, 0x3F8), STATUS_SUCCESS);
    CHECK_EQ(Descriptor.Type, CmResourceTypePort);
    CHECK_EQ(Decode(&Descriptor, NULL), 8);
    CHECK(!NT_SUCCESS(Encode(&Descriptor, CmResourceTypePort, 0x200000000ull, 0)));
    CHECK(!NT_SUCCESS(Encode(&Descriptor, CmResourceTypeMemory, 0x200000001ull, 0)));
    CHECK(!NT_SUCCESS(Encode(&Descriptor, CmResourceTypeInterrupt, 1, 0)));
}

TEST(RtlIoEncodeMemIoResource, KeepsAlignmentToo)
{
    NTSTATUS(NTAPI * Encode)
    (PIO_RESOURCE_DESCRIPTOR Descriptor, UCHAR Type, ULONGLONG Length, ULONGLONG Alignment,
        ULONGLONG Minimum, ULONGLONG Maximum) = (PVOID)KtestExport(L"RtlIoEncodeMemIoResource");
    ULONGLONG(NTAPI * Decode)
    (PIO_RESOURCE_DESCRIPTOR Descriptor, PULONGLONG Alignment, PULONGLONG Minimum,
        PULONGLONG Maximum) = (PVOID)KtestExport(L"RtlIoDecodeMemIoResource");
    IO_RESOURCE_DESCRIPTOR Descriptor;
    ULONGLONG Alignment = 0, Minimum = 0, Maximum = 0;

    if (Encode == NULL) {
        skip("new in Windows Vista");
        return;
    }
    RtlZeroMemory(&Descriptor, sizeof(Descriptor));
    CHECK_STATUS(Encode(&Descriptor, CmResourceTypeMemory, 0x300000000ull, 0x10000, 0x100000000ull,
                     0xFFFFFFFFFFull),
        STATUS_SUCCESS);
    CHECK_EQ(Descriptor.Type, LARGE);
    CHECK_EQ(Decode(&Descriptor, &Alignment, &Minimum, &Maximum), 0x300000000ull);
    CHECK_EQ(Alignment, 0x10000);
    CHECK_EQ(Minimum, 0x100000000ull);
    CHECK_EQ(Maximum, 0xFFFFFFFFFFull);
    CHECK_STATUS(
        Encode(&Descriptor, CmResourceTypeMemory, 0x100, 0x100, 0, 0xFFFFFFFF), STATUS_SUCCESS);
    CHECK_EQ(Decode(&Descriptor, NULL, NULL, NULL), 0x100);
}

TEST(RtlFindClosestEncodableLength, RoundsUp)
{
    NTSTATUS(NTAPI * Closest)
    (ULONGLONG Source, PULONGLONG Target) = (PVOID)KtestExport(L"RtlFindClosestEncodableLength");
    ULONGLONG Target = 0;

    if (Closest == NULL) {
        skip("new in Windows Vista");
        return;
    }
    CHECK_STATUS(Closest(0x1001, &Target), STATUS_SUCCESS);
    CHECK_EQ(Target, 0x1001);
    CHECK_STATUS(Closest(0x100000001ull, &Target), STATUS_SUCCESS);
    CHECK_EQ(Target, 0x100000100ull);
    CHECK_STATUS(Closest(0x10000000001ull, &Target), STATUS_SUCCESS);
    CHECK_EQ(Target, 0x10000010000ull);
    CHECK(!NT_SUCCESS(Closest(0xFFFFFFFF00000001ull, &Target)));
}
