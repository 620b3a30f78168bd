/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* sizeof(ULONG) is no size of a pointer either. */
#include <ntddk.h>

PDEVICE_OBJECT *Table(ULONG Count)
{
    return (PDEVICE_OBJECT *)ExAllocatePoolWithTag(
        PagedPool, 8 + sizeof(ULONG) * Count, 'tseT'); // expect: PC5001
}
