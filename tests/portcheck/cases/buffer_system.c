/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A structure with a pointer in a buffered request. */
#include <ntddk.h>

typedef struct PORT_REQUEST {
    ULONG_PTR Port;
    ULONG Value;
} PORT_REQUEST;

ULONG_PTR Handle(PIRP Irp)
{
    PORT_REQUEST *Request = Irp->AssociatedIrp.SystemBuffer; // expect: PC5101

    return Request->Port;
}
