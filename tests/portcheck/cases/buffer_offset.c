/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A structure behind a header, and offsets that differ with equal sizes. */
#include <ntddk.h>

typedef struct MIXED {
    ULONG First;
    PVOID Second;
    ULONG64 Third;
    ULONG Fourth;
    PVOID Fifth;
} MIXED;

ULONG Handle(PIRP Irp)
{
    PUCHAR Buffer = Irp->AssociatedIrp.SystemBuffer;
    MIXED *Mixed = (MIXED *)(Buffer + 16); // expect: PC5101

    return Mixed->Fourth;
}
