/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Four bytes of a pointer are copied. */
#include <ntddk.h>

VOID Save(PUCHAR Buffer, PVOID Object)
{
    RtlCopyMemory(Buffer, &Object, 4); // expect: PC5001
}
