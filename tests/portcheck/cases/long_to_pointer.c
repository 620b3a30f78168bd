/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A LONG does, and its sign is extended. */
#include <ntddk.h>

PUCHAR Address(LONG Value)
{
    return (PUCHAR)Value; // expect: PC4312
}
