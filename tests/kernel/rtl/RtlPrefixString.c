/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlPrefixString - whether one string of the ANSI code page begins another.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI BOOLEAN NTAPI RtlPrefixString(const STRING *Prefix, const STRING *String,
                                        BOOLEAN CaseInsensitive);

TEST(RtlPrefixString, LooksAtTheBeginning)
{
    STRING Prefix;
    STRING String;

    RtlInitString(&String, "abc");
    RtlInitString(&Prefix, "ab");
    CHECK(RtlPrefixString(&Prefix, &String, FALSE));
    CHECK(!RtlPrefixString(&String, &Prefix, FALSE));
    RtlInitString(&Prefix, "AB");
    CHECK(!RtlPrefixString(&Prefix, &String, FALSE));
    CHECK(RtlPrefixString(&Prefix, &String, TRUE));
    RtlInitString(&Prefix, "");
    CHECK(RtlPrefixString(&Prefix, &String, FALSE));
    RtlInitString(&Prefix, "bc");
    CHECK(!RtlPrefixString(&Prefix, &String, TRUE));
}
