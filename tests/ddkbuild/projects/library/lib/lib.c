/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>
#include "lib.h"

ULONG SampleAdd(ULONG left, ULONG right)
{
    return left + right;
}
