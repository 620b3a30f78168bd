/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitCodePageTable, RtlCustomCPToUnicodeN, RtlUnicodeToCustomCPN, RtlUpcaseUnicodeToCustomCPN -
 * code pages made by hand.
 */
#include "ktest.h"

typedef struct PAGE {
    USHORT CodePage, MaximumCharacterSize, DefaultChar, UniDefaultChar, TransDefaultChar,
        TransUniDefaultChar, DBCSCodePage;
    UCHAR LeadByte[12];
    PUSHORT MultiByteTable;
    PVOID WideCharTable;
    PUSHORT DBCSRanges, DBCSOffsets;
} PAGE;

#undef RtlInitCodePageTable
NTSYSAPI VOID NTAPI RtlInitCodePageTable(PUSHORT TableBase, PAGE *Page);
NTSYSAPI NTSTATUS NTAPI RtlCustomCPToUnicodeN(
    PAGE *Page, PWCH To, ULONG ToBytes, PULONG Written, PCHAR From, ULONG FromBytes);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeToCustomCPN(
    PAGE *Page, PCHAR To, ULONG ToBytes, PULONG Written, PWCH From, ULONG FromBytes);
NTSYSAPI NTSTATUS NTAPI RtlUpcaseUnicodeToCustomCPN(
    PAGE *Page, PCHAR To, ULONG ToBytes, PULONG Written, PWCH From, ULONG FromBytes);

#define HEADER  13
#define LEAD    0x81
#define GREEK   0x03B1 /* one byte, 0xE1; its capital, 0x0391, is 0xC1 */
#define CAPITAL 0x0391
#define KANA    0x3042 /* two bytes, 0x81 0x40 */
#define MOST    (HEADER + 1 + 256 + 1 + 1 + 256 + 256 + 1 + 65536)

static PUSHORT Table;
static PAGE Page;

/* A page of one byte a character, or of one and two. FALSE: no memory. */
static BOOLEAN MakePage(BOOLEAN Double)
{
    PUSHORT Bytes, Ranges, Wide;
    ULONG I;

    Table = ExAllocatePoolWithTag(PagedPool, MOST * sizeof(USHORT), 'tseT');
    if (!CHECK(Table != NULL))
        return FALSE;
    RtlZeroMemory(Table, MOST * sizeof(USHORT));
    Table[0] = HEADER;
    Table[1] = 4711;
    Table[2] = Double ? 2 : 1;
    Table[3] = Table[5] = '?';
    Table[4] = Table[6] = '?';
    if (Double)
        ((PUCHAR)(Table + 7))[0] = ((PUCHAR)(Table + 7))[1] = LEAD;
    Bytes = Table + HEADER + 1;
    for (I = 0; I < 256; I++)
        Bytes[I] = I < 0x80 ? (USHORT)I : '?';
    Bytes[0xE1] = GREEK;
    Bytes[0xC1] = CAPITAL;
    Ranges = Bytes + 256 + 1; /* behind the word that says there are no pictures */
    Wide = Ranges + 1;
    if (Double) {
        Ranges[0] = 1;
        Ranges[1 + LEAD] = 256;
        for (I = 0; I < 256; I++)
            Ranges[1 + 256 + I] = '?';
        Ranges[1 + 256 + 0x40] = KANA;
        Wide += 512;
    }
    *(Bytes - 1) = (USHORT)(Wide - Bytes);
    for (I = 0; I < 0x10000; I++) {
        USHORT Code = I < 0x80 ? (USHORT)I : I == GREEK ? 0xE1 : I == CAPITAL ? 0xC1 : '?';
        if (Double)
            Wide[I] = I == KANA ? LEAD << 8 | 0x40 : Code;
        else
            ((PUCHAR)Wide)[I] = (UCHAR)Code;
    }
    RtlInitCodePageTable(Table, &Page);
    CHECK_PTR(Page.WideCharTable, Wide);
    return TRUE;
}

static VOID Free(VOID)
{
    ExFreePoolWithTag(Table, 'tseT');
}

TEST(RtlInitCodePageTable, FindsTheTables)
{
    if (!MakePage(FALSE))
        return;
    CHECK_EQ(Page.CodePage, 4711);
    CHECK_EQ(Page.MaximumCharacterSize, 1);
    CHECK_EQ(Page.DefaultChar, '?');
    CHECK_EQ(Page.UniDefaultChar, '?');
    CHECK_EQ(Page.DBCSCodePage, 0);
    CHECK_PTR(Page.MultiByteTable, Table + HEADER + 1);
    Free();
    if (!MakePage(TRUE))
        return;
    CHECK(Page.DBCSCodePage != 0);
    CHECK_EQ(Page.LeadByte[0], LEAD);
    CHECK_PTR(Page.DBCSOffsets, Page.DBCSRanges + 1);
    Free();
}

TEST(RtlCustomCPToUnicodeN, ReadsOneAndTwoBytes)
{
    CHAR Text[] = "a\xE1\x81\x40z";
    ULONG Bytes = 0;
    WCHAR Wide[8];

    if (!MakePage(FALSE))
        return;
    CHECK_STATUS(RtlCustomCPToUnicodeN(&Page, Wide, sizeof(Wide), &Bytes, Text, 2), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 4);
    CHECK_EQ(Wide[0], 'a');
    CHECK_EQ(Wide[1], GREEK);
    CHECK_STATUS(RtlCustomCPToUnicodeN(&Page, Wide, 2, &Bytes, Text, 2), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 2);
    Free();
    if (!MakePage(TRUE))
        return;
    CHECK_STATUS(RtlCustomCPToUnicodeN(&Page, Wide, sizeof(Wide), &Bytes, Text, 5), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 8);
    CHECK_EQ(Wide[2], KANA);
    CHECK_EQ(Wide[3], 'z');
    Free();
}

TEST(RtlUnicodeToCustomCPN, WritesOneAndTwoBytes)
{
    WCHAR Wide[] = {'a', GREEK, KANA, 0x4E00};
    ULONG Bytes = 0;
    CHAR Text[8];

    if (!MakePage(FALSE))
        return;
    CHECK_STATUS(RtlUnicodeToCustomCPN(&Page, Text, sizeof(Text), &Bytes, Wide, sizeof(Wide)),
        STATUS_SUCCESS);
    CHECK_EQ(Bytes, 4);
    CHECK_EQ(RtlCompareMemory(Text, "a\xE1??", 4), 4);
    CHECK_STATUS(RtlUnicodeToCustomCPN(&Page, Text, 2, &Bytes, Wide, sizeof(Wide)), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 2);
    Free();
    if (!MakePage(TRUE))
        return;
    CHECK_STATUS(RtlUnicodeToCustomCPN(&Page, Text, sizeof(Text), &Bytes, Wide, sizeof(Wide)),
        STATUS_SUCCESS);
    CHECK_EQ(Bytes, 5);
    CHECK_EQ(RtlCompareMemory(Text, "a\xE1\x81\x40?", 5), 5);
    Free();
}

TEST(RtlUpcaseUnicodeToCustomCPN, WritesUpperCase)
{
    WCHAR Wide[] = {'a', 'Z', GREEK};
    ULONG Bytes = 0;
    CHAR Text[8];

    if (!MakePage(FALSE))
        return;
    CHECK_STATUS(RtlUpcaseUnicodeToCustomCPN(&Page, Text, sizeof(Text), &Bytes, Wide, sizeof(Wide)),
        STATUS_SUCCESS);
    CHECK_EQ(Bytes, 3);
    CHECK_EQ(RtlCompareMemory(Text, "AZ\xC1", 3), 3);
    Free();
}
