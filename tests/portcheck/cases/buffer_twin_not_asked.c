/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* There is a twin, and the driver asks nobody when to take it. */
#include <ntddk.h>

typedef struct WRITE_INPUT {
    ULONG PortNumber;
    union {
        ULONG LongData;
        UCHAR CharData;
    };
} WRITE_INPUT;
typedef struct WRITE_INPUT_PTR {
    PVOID PortNumber;
    union {
        ULONG LongData;
        UCHAR CharData;
    };
} WRITE_INPUT_PTR;

PVOID Handle(PIRP Irp, BOOLEAN Old)
{
    if (Old)
        return UlongToPtr(((WRITE_INPUT *)Irp->AssociatedIrp.SystemBuffer)->PortNumber);
    return ((WRITE_INPUT_PTR *)Irp->AssociatedIrp.SystemBuffer)->PortNumber; // expect: PC5101
}
