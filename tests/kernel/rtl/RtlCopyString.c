/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCopyString - copies what fits, without terminator.
 */
#include "ktest.h"

TEST(RtlCopyString, CopiesWithoutTerminator)
{
    CHAR Buffer[] = "zzzz";
    STRING Destination = {0, 4, Buffer};
    STRING Source = {2, 3, (CHAR[]){"ab"}};

    RtlCopyString(&Destination, &Source);
    CHECK_EQ(Destination.Length, 2);
    CHECK_EQ(Buffer[0], 'a');
    CHECK_EQ(Buffer[1], 'b');
    CHECK_EQ(Buffer[2], 'z');
}

TEST(RtlCopyString, CutsWhatDoesNotFit)
{
    CHAR Buffer[] = "zzzz";
    STRING Destination = {0, 2, Buffer};
    STRING Source = {3, 4, (CHAR[]){"abc"}};

    RtlCopyString(&Destination, &Source);
    CHECK_EQ(Destination.Length, 2);
    CHECK_EQ(Buffer[1], 'b');
    CHECK_EQ(Buffer[2], 'z');
}

TEST(RtlCopyString, NoSourceEmptiesTheDestination)
{
    CHAR Buffer[] = "zz";
    STRING Destination = {2, 3, Buffer};

    RtlCopyString(&Destination, NULL);
    CHECK_EQ(Destination.Length, 0);
    CHECK_EQ(Buffer[0], 'z');
}
