/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUpperString - copies in upper case, as much as fits.
 */
#include "ktest.h"

TEST(RtlUpperString, CopiesInUpperCase)
{
    CHAR Buffer[] = "zzzzzz";
    STRING Destination = {0, 6, Buffer};
    STRING Source = {4, 5, (CHAR[]){"aB1_"}};

    RtlUpperString(&Destination, &Source);
    CHECK_EQ(Destination.Length, 4);
    CHECK_EQ(Buffer[0], 'A');
    CHECK_EQ(Buffer[1], 'B');
    CHECK_EQ(Buffer[2], '1');
    CHECK_EQ(Buffer[3], '_');
    CHECK_EQ(Buffer[4], 'z');
}

TEST(RtlUpperString, CutsWhatDoesNotFit)
{
    CHAR Buffer[] = "zzz";
    STRING Destination = {0, 2, Buffer};
    STRING Source = {3, 4, (CHAR[]){"abc"}};

    RtlUpperString(&Destination, &Source);
    CHECK_EQ(Destination.Length, 2);
    CHECK_EQ(Buffer[1], 'B');
    CHECK_EQ(Buffer[2], 'z');
}

TEST(RtlUpperString, LeavesTheUpperHalfAlone)
{
    CHAR Buffer[] = "zzz";
    STRING Destination = {0, 3, Buffer};
    STRING Source = {3, 4, (CHAR[]){"\xE9"
                                    "a\xFF"}};

    RtlUpperString(&Destination, &Source);
    CHECK_EQ((UCHAR)Buffer[0], 0xE9);
    CHECK_EQ(Buffer[1], 'A');
    CHECK_EQ((UCHAR)Buffer[2], 0xFF);
}
