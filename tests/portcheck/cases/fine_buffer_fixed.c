/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Fields of fixed size are the same everywhere. */
#include <ntddk.h>

typedef struct REQUEST {
    ULONG64 Address;
    ULONG Length;
    ULONG Reserved;
    LARGE_INTEGER Time;
    UCHAR Bytes[16];
} REQUEST;

ULONG Handle(PIRP Irp)
{
    REQUEST *Request = Irp->AssociatedIrp.SystemBuffer;

    return Request->Length;
}
