/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A pointer in a structure in an array in a union. */
#include <ntddk.h>

typedef struct ITEM {
    ULONG Kind;
    PVOID Data;
} ITEM;
typedef struct REQUEST {
    ULONG Count;
    union {
        ITEM Items[4];
        ULONG Numbers[4];
    };
} REQUEST;

ULONG Handle(PIRP Irp)
{
    REQUEST *Request = Irp->AssociatedIrp.SystemBuffer; // expect: PC5101

    return Request->Items[0].Kind;
}
