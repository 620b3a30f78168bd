/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A copy into a local variable. */
#include <ntddk.h>

typedef struct REQUEST {
    ULONG Code;
    PVOID Object;
} REQUEST;

ULONG Handle(PIRP Irp)
{
    REQUEST Request;

    RtlCopyMemory(&Request, Irp->AssociatedIrp.SystemBuffer, sizeof(Request)); // expect: PC5101
    return Request.Code;
}
