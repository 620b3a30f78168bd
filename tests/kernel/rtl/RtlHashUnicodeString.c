/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlHashUnicodeString - a hash of a string, the same for both cases if asked.
 */
#include "ktest.h"

TEST(RtlHashUnicodeString, X65599IsWhatItsNameSays)
{
    KTEST_STRING(String, L"aB");
    ULONG Hash = 0;

    CHECK_STATUS(RtlHashUnicodeString(&String, FALSE, HASH_STRING_ALGORITHM_X65599, &Hash),
                 STATUS_SUCCESS);
    CHECK_EQ(Hash, (ULONG)('a' * 65599 + 'B'));
}

TEST(RtlHashUnicodeString, BothCasesAreTheSameIfAsked)
{
    KTEST_STRING(First, L"\\Device\\Null");
    KTEST_STRING(Second, L"\\dEVICE\\nULL");
    ULONG Hash1 = 1;
    ULONG Hash2 = 2;

    CHECK_STATUS(RtlHashUnicodeString(&First, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &Hash1),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlHashUnicodeString(&Second, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &Hash2),
                 STATUS_SUCCESS);
    CHECK_EQ(Hash1, Hash2);
    CHECK_STATUS(RtlHashUnicodeString(&Second, FALSE, HASH_STRING_ALGORITHM_DEFAULT, &Hash2),
                 STATUS_SUCCESS);
    CHECK(Hash1 != Hash2);
}

TEST(RtlHashUnicodeString, OtherAlgorithmsAreRefused)
{
    KTEST_STRING(String, L"a");
    ULONG Hash = 0;

    CHECK_STATUS(RtlHashUnicodeString(&String, TRUE, 2, &Hash), STATUS_INVALID_PARAMETER);
}
