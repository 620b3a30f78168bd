/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateUnicodeString - a copy of terminated text.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING Destination, PCWSTR Source);

TEST(RtlCreateUnicodeString, CopiesWithTerminator)
{
    UNICODE_STRING String = {0, 0, NULL};

    if (!CHECK(RtlCreateUnicodeString(&String, L"Hello")))
        return;
    CHECK_STRING(&String, L"Hello");
    CHECK_EQ(String.MaximumLength, 12);
    CHECK_EQ(String.Buffer[5], 0);
    RtlFreeUnicodeString(&String);
}
