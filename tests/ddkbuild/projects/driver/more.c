/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>
#include "more.h"

int SampleMore(const char *text)
{
    return text[0] == 't' ? ANSWER : 0;
}
