/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Sizes that fit: sizeof, offsets, sums with a ULONG, explicit casts. */
#include <ntddk.h>

ULONG Sizes(ULONG Count, SIZE_T Bytes, PUCHAR Start, PUCHAR End)
{
    ULONG Total = sizeof(IRP);
    USHORT Short = sizeof(ULONG);

    Total = Count * sizeof(ULONG);
    Total += FIELD_OFFSET(IRP, Tail);
    Total += (ULONG)Bytes;
    Total += (ULONG)(End - Start);
    return Total + Short;
}
