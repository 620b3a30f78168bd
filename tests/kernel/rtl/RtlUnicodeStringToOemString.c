/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUnicodeStringToOemString - to the OEM code page, terminated; ASCII is in all of them.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToOemString(POEM_STRING Destination,
                                                    PCUNICODE_STRING Source, BOOLEAN Allocate);
NTSYSAPI VOID NTAPI RtlFreeOemString(POEM_STRING OemString);

TEST(RtlUnicodeStringToOemString, AllocatesTheDestination)
{
    KTEST_STRING(Source, L"Hello");
    OEM_STRING Destination = {0, 0, NULL};

    if (!CHECK_STATUS(RtlUnicodeStringToOemString(&Destination, &Source, TRUE), STATUS_SUCCESS))
        return;
    CHECK_EQ(Destination.Length, 5);
    CHECK_EQ(Destination.MaximumLength, 6);
    CHECK_EQ(RtlCompareMemory(Destination.Buffer, "Hello", 6), 6);
    RtlFreeOemString(&Destination);
}

TEST(RtlUnicodeStringToOemString, NeedsRoomForTheTerminator)
{
    KTEST_STRING(Source, L"abc");
    CHAR Buffer[] = "zzzz";
    OEM_STRING Destination = {0, 3, Buffer};

    CHECK_STATUS(RtlUnicodeStringToOemString(&Destination, &Source, FALSE), STATUS_BUFFER_OVERFLOW);
    Destination.MaximumLength = 4;
    CHECK_STATUS(RtlUnicodeStringToOemString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_EQ(Destination.Length, 3);
    CHECK_EQ(Buffer[3], 0);
}
