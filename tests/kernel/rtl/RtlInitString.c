/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitString - describes terminated text, where it lies.
 */
#include "ktest.h"

TEST(RtlInitString, MeasuresTheText)
{
    CHAR Text[] = "Hello";
    STRING String;

    RtlInitString(&String, Text);
    CHECK_EQ(String.Length, 5);
    CHECK_EQ(String.MaximumLength, 6);
    CHECK_PTR(String.Buffer, Text);
}

TEST(RtlInitString, NullGivesAnEmptyString)
{
    STRING String = {1, 2, (PCHAR)&String};

    RtlInitString(&String, NULL);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 0);
    CHECK_PTR(String.Buffer, NULL);
}
