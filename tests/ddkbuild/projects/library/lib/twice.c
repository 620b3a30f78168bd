/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>
#include "lib.h"

ULONG SampleTwice(ULONG value)
{
    return SampleAdd(value, value);
}
