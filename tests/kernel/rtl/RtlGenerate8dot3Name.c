/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGenerate8dot3Name - short names of long ones.
 */
#include "ktest.h"

typedef struct CONTEXT_OF_NAME {
    USHORT Checksum;
    BOOLEAN ChecksumInserted;
    UCHAR NameLength;
    WCHAR NameBuffer[8];
    ULONG ExtensionLength;
    WCHAR ExtensionBuffer[4];
    ULONG LastIndexValue;
} CONTEXT_OF_NAME;

/* Windows returned nothing before Vista, which no check here minds. */
NTSYSAPI NTSTATUS NTAPI RtlGenerate8dot3Name(const UNICODE_STRING *Name, BOOLEAN Extended,
    CONTEXT_OF_NAME *Context, PUNICODE_STRING ShortName);

static CONTEXT_OF_NAME Context;
static WCHAR Buffer[12];
static UNICODE_STRING Short = {0, sizeof(Buffer), Buffer};

static VOID Next(const UNICODE_STRING *Name)
{
    RtlGenerate8dot3Name(Name, FALSE, &Context, &Short);
}

static VOID First(const UNICODE_STRING *Name)
{
    RtlZeroMemory(&Context, sizeof(Context));
    Next(Name);
}

static BOOLEAN IsHex(WCHAR Character)
{
    return (Character >= '0' && Character <= '9') || (Character >= 'A' && Character <= 'F');
}

TEST(RtlGenerate8dot3Name, CountsThenAddsAChecksum)
{
    KTEST_STRING(Name, L"Long file name.text");
    ULONG I;

    First(&Name);
    CHECK_STRING(&Short, L"LONGFI~1.TEX");
    Next(&Name);
    CHECK_STRING(&Short, L"LONGFI~2.TEX");
    Next(&Name);
    Next(&Name);
    CHECK_STRING(&Short, L"LONGFI~4.TEX");
    Next(&Name);
    CHECK_EQ(Short.Length, 24);
    CHECK_EQ(Buffer[0], 'L');
    CHECK_EQ(Buffer[1], 'O');
    for (I = 2; I < 6; I++)
        CHECK(IsHex(Buffer[I]));
    CHECK_EQ(RtlCompareMemory(Buffer + 6, L"~1.TEX", 12), 12);
    CHECK_EQ(Context.ChecksumInserted, TRUE);
    Next(&Name);
    CHECK_EQ(RtlCompareMemory(Buffer + 6, L"~2.TEX", 12), 12);
}

TEST(RtlGenerate8dot3Name, LeavesOutAndReplaces)
{
    KTEST_STRING(Spaces, L"a b c d e f g");
    KTEST_STRING(Signs, L"one+two=3;.a,b");
    KTEST_STRING(Dots, L"first.second.third");
    KTEST_STRING(Plain, L"verylongname");

    First(&Spaces);
    CHECK_STRING(&Short, L"ABCDEF~1");
    First(&Signs);
    CHECK_STRING(&Short, L"ONE_TW~1.A_B");
    First(&Dots);
    CHECK_STRING(&Short, L"FIRSTS~1.THI");
    First(&Plain);
    CHECK_STRING(&Short, L"VERYLO~1");
}

TEST(RtlGenerate8dot3Name, GivesOtherNamesOtherChecksums)
{
    KTEST_STRING(One, L"a.long");
    KTEST_STRING(Other, L"a.lonh");
    WCHAR Kept[12];

    First(&One);
    CHECK_EQ(Short.Length, 11 * sizeof(WCHAR));
    CHECK_EQ(RtlCompareMemory(Buffer + 5, L"~1.LON", 12), 12);
    RtlCopyMemory(Kept, Buffer, sizeof(Kept));
    First(&Other);
    CHECK(RtlCompareMemory(Kept, Buffer, 22) != 22);
}
