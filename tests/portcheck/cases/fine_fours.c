/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Four where it is four. */
#include <ntddk.h>

PULONG Table(ULONG Count, PULONG Source)
{
    PULONG Numbers = ExAllocatePoolWithTag(NonPagedPool, Count * 4, 'tseT');
    PVOID *Objects = ExAllocatePoolWithTag(NonPagedPool, 4 * sizeof(PVOID), 'tseT');

    if (Numbers != NULL && Objects != NULL) {
        RtlCopyMemory(Numbers, Source, 4);
        RtlZeroMemory(Objects, 4 * sizeof(*Objects));
    }
    return Numbers;
}
