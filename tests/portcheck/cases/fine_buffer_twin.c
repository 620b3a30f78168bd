/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The twin is taken somewhere else than the structure, when the caller is a 32-bit program. */
#include <ntddk.h>

typedef struct INPUT32 {
    ULONG Port;
    ULONG Value;
} INPUT32;
typedef struct INPUT {
    PVOID Port;
    union {
        ULONG Value;
    };
} INPUT;

static PVOID Wide(PVOID Buffer)
{
    return ((INPUT *)Buffer)->Port;
}

static PVOID Choose(BOOLEAN Narrow, PVOID Buffer)
{
    return Narrow ? UlongToPtr(((INPUT32 *)Buffer)->Port) : Wide(Buffer);
}

PVOID Handle(PIRP Irp)
{
    BOOLEAN Narrow = FALSE;

#ifdef _WIN64
    Narrow = IoIs32bitProcess(Irp);
#endif
    return Choose(Narrow, Irp->AssociatedIrp.SystemBuffer);
}
