/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A size with %u, and a difference with %d. */
#include <ntddk.h>

VOID Show(SIZE_T Bytes, PUCHAR Start, PUCHAR End)
{
    DbgPrint("%u bytes\n", Bytes); // expect: PC4477
    DbgPrint("%d apart\n", End - Start); // expect: PC4477
}
