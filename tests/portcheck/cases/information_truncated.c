/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* IoStatus.Information is a ULONG_PTR. */
#include <ntddk.h>

ULONG Copied(PIRP Irp)
{
    ULONG Bytes = Irp->IoStatus.Information; // expect: PC4244

    return Bytes;
}
