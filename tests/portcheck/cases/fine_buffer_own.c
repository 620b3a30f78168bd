/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Structures with pointers that never leave the driver. */
#include <ntddk.h>

typedef struct NODE {
    LIST_ENTRY Links;
    PIRP Irp;
} NODE;

NODE *Make(PDEVICE_OBJECT Device)
{
    NODE *Context = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Context), 'tseT');
    NODE *Own = Device->DeviceExtension;

    return Context != NULL ? Context : Own;
}
