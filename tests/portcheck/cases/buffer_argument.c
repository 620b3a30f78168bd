/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Through a variable and a function's argument. */
#include <ntddk.h>

typedef struct REQUEST {
    HANDLE Event;
} REQUEST;

static HANDLE Take(PVOID Input)
{
    REQUEST *Request = Input; // expect: PC5101

    return Request->Event;
}

HANDLE Handle(PIRP Irp)
{
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;

    return Take(Buffer);
}
