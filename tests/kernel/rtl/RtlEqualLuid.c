/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlEqualLuid, RtlCopyLuid, RtlIsZeroMemory, RtlComputeCrc32.
 */
#include "ktest.h"

TEST(RtlEqualLuid, ComparesBothParts)
{
    BOOLEAN(NTAPI * Equal)(LUID *, LUID *) = (PVOID)KtestExport(L"RtlEqualLuid");
    LUID A = {1, 2}, B = {1, 2}, C = {2, 2}, D = {1, 3};

    if (Equal == NULL) {
        skip("this Windows has it inline only");
        return;
    }
    CHECK(Equal(&A, &B));
    CHECK(!Equal(&A, &C));
    CHECK(!Equal(&A, &D));
}

TEST(RtlCopyLuid, Copies)
{
    VOID(NTAPI * Copy)(LUID *, LUID *) = (PVOID)KtestExport(L"RtlCopyLuid");
    LUID A = {5, -6}, B = {0, 0};

    if (Copy == NULL) {
        skip("this Windows has it inline only");
        return;
    }
    Copy(&B, &A);
    CHECK_EQ(B.LowPart, 5);
    CHECK_EQ((ULONG)B.HighPart, (ULONG)-6);
}

TEST(RtlIsZeroMemory, LooksAtEveryByte)
{
    BOOLEAN(NTAPI * IsZero)(PVOID, SIZE_T) = (PVOID)KtestExport(L"RtlIsZeroMemory");
    UCHAR Bytes[100] = {0};

    if (IsZero == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(IsZero(Bytes, sizeof(Bytes)));
    Bytes[99] = 1;
    CHECK(!IsZero(Bytes, sizeof(Bytes)));
    CHECK(IsZero(Bytes, 99));
    CHECK(IsZero(Bytes + 99, 0));
}

TEST(RtlComputeCrc32, IsThatOfZip)
{
    ULONG(NTAPI * Crc)(ULONG, const VOID *, ULONG) = (PVOID)KtestExport(L"RtlComputeCrc32");

    if (Crc == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Crc(0, "123456789", 9), 0xCBF43926);
    CHECK_EQ(Crc(Crc(0, "1234", 4), "56789", 5), 0xCBF43926);
    CHECK_EQ(Crc(0, "", 0), 0);
}
