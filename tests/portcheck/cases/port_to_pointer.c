/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A port number in the driver's own range. */
#include <ntddk.h>

UCHAR ReadPort(ULONG Base, ULONG Offset)
{
    return READ_PORT_UCHAR((PUCHAR)(Base + Offset)); // expect: PC4312
}
