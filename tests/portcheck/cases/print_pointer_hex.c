/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* DbgPrint of a pointer with %x and %lx. */
#include <ntddk.h>

VOID Show(PVOID Object, PIRP Irp)
{
    DbgPrint("object %x\n", Object); // expect: PC4477
    DbgPrint("status %08lx irp %08lx\n", Irp->IoStatus.Status, Irp); // expect: PC4477
}
