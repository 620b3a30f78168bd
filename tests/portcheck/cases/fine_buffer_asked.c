/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The driver asks who calls. */
#include <ntddk.h>

typedef struct REQUEST {
    ULONG_PTR Port;
    ULONG Value;
} REQUEST;
typedef struct REQUEST32 {
    ULONG Port;
    ULONG Value;
} REQUEST32;

static ULONG_PTR Port(PIRP Irp, PVOID Buffer)
{
#ifdef _WIN64
    if (IoIs32bitProcess(Irp))
        return ((REQUEST32 *)Buffer)->Port;
#endif
    return ((REQUEST *)Buffer)->Port;
}

ULONG_PTR Handle(PIRP Irp)
{
    return Port(Irp, Irp->AssociatedIrp.SystemBuffer);
}
