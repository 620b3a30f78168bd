/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCharToInteger - the number terminated text starts with.
 */
#include "ktest.h"

/* Not every version of the headers has it. */
NTSYSAPI NTSTATUS NTAPI RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value);

static ULONG Number(PCSZ Text, ULONG Base)
{
    ULONG Value = 0xDEAD;

    CHECK_STATUS(RtlCharToInteger(Text, Base, &Value), STATUS_SUCCESS);
    return Value;
}

TEST(RtlCharToInteger, ReadsEveryBase)
{
    CHECK_EQ(Number("123", 10), 123);
    CHECK_EQ(Number("777", 8), 511);
    CHECK_EQ(Number("101", 2), 5);
    CHECK_EQ(Number("BeeF", 16), 0xBEEF);
}

TEST(RtlCharToInteger, BaseZeroGoesByThePrefix)
{
    CHECK_EQ(Number("0x1F", 0), 31);
    CHECK_EQ(Number("0o17", 0), 15);
    CHECK_EQ(Number("0b101", 0), 5);
    CHECK_EQ(Number("42", 0), 42);
}

TEST(RtlCharToInteger, SkipsWhiteSpaceAndTakesASign)
{
    CHECK_EQ(Number("  -345", 10), (ULONG)-345);
    CHECK_EQ(Number(" +7x", 10), 7);
}

TEST(RtlCharToInteger, OtherBasesAreRefused)
{
    ULONG Value = 0;

    CHECK_STATUS(RtlCharToInteger("12", 3, &Value), STATUS_INVALID_PARAMETER);
}
