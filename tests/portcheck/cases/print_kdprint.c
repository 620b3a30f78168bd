/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* KdPrint, with its double parentheses. */
#include <ntddk.h>

VOID Show(PDEVICE_OBJECT Device)
{
    KdPrint(("device 0x%08X\n", Device)); // expect: PC4477
}
