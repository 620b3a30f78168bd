/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Through a function's result. */
#include <ntddk.h>

typedef struct REQUEST {
    SIZE_T Length;
} REQUEST;

static PVOID BufferOf(PIRP Irp)
{
    return Irp->AssociatedIrp.SystemBuffer;
}

SIZE_T Handle(PIRP Irp)
{
    REQUEST *Request = (REQUEST *)BufferOf(Irp); // expect: PC5101

    return Request->Length;
}
