/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* METHOD_NEITHER: both buffers. */
#include <ntddk.h>

typedef struct INPUT {
    PWSTR Name;
} INPUT;
typedef struct OUTPUT {
    ULONG_PTR Result;
} OUTPUT;

VOID Handle(PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    INPUT *Input = Stack->Parameters.DeviceIoControl.Type3InputBuffer; // expect: PC5101
    OUTPUT *Output = Irp->UserBuffer; // expect: PC5101

    Output->Result = Input->Name[0];
}
