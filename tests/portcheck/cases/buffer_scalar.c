/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A handle alone. */
#include <ntddk.h>

HANDLE Handle(PIRP Irp)
{
    return *(PHANDLE)Irp->AssociatedIrp.SystemBuffer; // expect: PC5101
}
