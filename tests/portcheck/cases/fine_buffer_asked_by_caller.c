/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Its caller asks, and hands on the one or the other. */
#include <ntddk.h>

typedef struct REQUEST {
    PVOID Object;
} REQUEST;

static PVOID Wide(PVOID Buffer)
{
    REQUEST *Request = Buffer;

    return Request->Object;
}

static BOOLEAN IsNarrow(PIRP Irp)
{
#ifdef _WIN64
    return IoIs32bitProcess(Irp);
#else
    UNREFERENCED_PARAMETER(Irp);
    return FALSE;
#endif
}

PVOID Handle(PIRP Irp)
{
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;

    return IsNarrow(Irp) ? UlongToPtr(*(PULONG)Buffer) : Wide(Buffer);
}
