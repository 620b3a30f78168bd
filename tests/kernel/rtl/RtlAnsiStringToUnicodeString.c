/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAnsiStringToUnicodeString - from the ANSI code page, whatever it is: the tests use ASCII,
 * which is in all of them.
 */
#include "kbuild.h"

TEST(RtlAnsiStringToUnicodeString, AllocatesTheDestination)
{
    ANSI_STRING Source;
    UNICODE_STRING Destination = {0, 0, NULL};

    RtlInitAnsiString(&Source, "Hello");
    if (!CHECK_STATUS(RtlAnsiStringToUnicodeString(&Destination, &Source, TRUE), STATUS_SUCCESS))
        return;
    CHECK_STRING(&Destination, L"Hello");
    CHECK_EQ(Destination.MaximumLength, 12);
    CHECK_EQ(Destination.Buffer[5], 0);
    RtlFreeUnicodeString(&Destination);
}

TEST(RtlAnsiStringToUnicodeString, AllocatesForNothingToo)
{
    ANSI_STRING Source;
    UNICODE_STRING Destination = {0, 0, NULL};

    RtlInitAnsiString(&Source, "");
    if (!CHECK_STATUS(RtlAnsiStringToUnicodeString(&Destination, &Source, TRUE), STATUS_SUCCESS))
        return;
    CHECK_EQ(Destination.Length, 0);
    CHECK_EQ(Destination.MaximumLength, 2);
    if (CHECK(Destination.Buffer != NULL))
        CHECK_EQ(Destination.Buffer[0], 0);
    RtlFreeUnicodeString(&Destination);
}

TEST(RtlAnsiStringToUnicodeString, FillsTheCallersBuffer)
{
    ANSI_STRING Source;
    KTEST_BUFFER(Destination, 6);

    RtlInitAnsiString(&Source, "Hello");
    CHECK_STATUS(RtlAnsiStringToUnicodeString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"Hello");
    CHECK_EQ(DestinationBuffer[5], 0);
    CHECK_EQ(DestinationBuffer[6], KTEST_FILL);
    CHECK_EQ(Destination.MaximumLength, 12);
    CHECK_PTR(Destination.Buffer, DestinationBuffer);
}

TEST(RtlAnsiStringToUnicodeString, NeedsRoomForTheTerminator)
{
    ANSI_STRING Source;
    KTEST_BUFFER(Destination, 5);

    RtlInitAnsiString(&Source, "Hello");
    CHECK_STATUS(RtlAnsiStringToUnicodeString(&Destination, &Source, FALSE),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(DestinationBuffer[0], KTEST_FILL);
    CHECK_EQ(DestinationBuffer[5], KTEST_FILL);
    if (KtestBuild() < KTEST_BUILD_WIN11)
        CHECK_EQ(Destination.Length, 10); /* what it would be */
}

TEST(RtlAnsiStringToUnicodeString, RefusesWhatSixteenBitsCannotCount)
{
    SIZE_T Length = 0x8000; /* with its terminator 0x10002 bytes of Unicode */
    CHAR *Buffer = ExAllocatePoolWithTag(PagedPool, Length, 'tseT');
    ANSI_STRING Source = {(USHORT)Length, (USHORT)Length, Buffer};
    UNICODE_STRING Destination = {0, 0, NULL};

    if (!CHECK(Buffer != NULL))
        return;
    RtlFillMemory(Buffer, Length, 'x');
    CHECK_STATUS(RtlAnsiStringToUnicodeString(&Destination, &Source, TRUE),
                 STATUS_INVALID_PARAMETER_2);
    CHECK_PTR(Destination.Buffer, NULL);
    ExFreePoolWithTag(Buffer, 'tseT');
}
