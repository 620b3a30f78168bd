/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUnicodeToMultiByteN - UTF-16 to the ANSI code page by count; ASCII is in all of them.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI NTSTATUS NTAPI RtlUnicodeToMultiByteN(PCHAR MultiByteString, ULONG MaxBytes, PULONG Bytes,
                                               const WCHAR *UnicodeString, ULONG BytesInUnicode);

TEST(RtlUnicodeToMultiByteN, ConvertsAllThatFits)
{
    CHAR Buffer[] = "zzzzzz";
    ULONG Bytes = 0;

    CHECK_STATUS(RtlUnicodeToMultiByteN(Buffer, 6, &Bytes, L"abc", 6), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 3);
    CHECK_EQ(Buffer[0], 'a');
    CHECK_EQ(Buffer[2], 'c');
    CHECK_EQ(Buffer[3], 'z');
}

TEST(RtlUnicodeToMultiByteN, TheCountIsOptional)
{
    CHAR Buffer[] = "zz";

    CHECK_STATUS(RtlUnicodeToMultiByteN(Buffer, 2, NULL, L"a", 2), STATUS_SUCCESS);
    CHECK_EQ(Buffer[0], 'a');
    CHECK_EQ(Buffer[1], 'z');
}

/* Windows-1252 lacks them: a letter loses its accent, what looks like another becomes it. */
TEST(RtlUnicodeToMultiByteN, TakesTheClosestCharacter)
{
    static const WCHAR Source[] = {0x0100, 0x0107, 0x2010, 0x221E, 0xFF21, 0x03B1, 0x0416, 0x20AC};
    const USHORT *CodePage = KtestExport(L"NlsAnsiCodePage");
    CHAR Buffer[8];
    ULONG Bytes = 0;

    if (CodePage == NULL || *CodePage != 1252) {
        skip("another code page");
        return;
    }
    CHECK_STATUS(RtlUnicodeToMultiByteN(Buffer, sizeof(Buffer), &Bytes, Source, sizeof(Source)),
                 STATUS_SUCCESS);
    CHECK_EQ(Bytes, 8);
    CHECK_EQ(RtlCompareMemory(Buffer, "Ac-8Aa?\x80", 8), 8);
}
