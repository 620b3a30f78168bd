/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The same with a cast, where it is used. */
#include <ntddk.h>

typedef struct _REQUEST {
    PVOID Buffer;
    ULONG Length;
} REQUEST, *PREQUEST;

ULONG Handle(PIRP Irp)
{
    return ((PREQUEST)Irp->AssociatedIrp.SystemBuffer)->Length; // expect: PC5101
}
