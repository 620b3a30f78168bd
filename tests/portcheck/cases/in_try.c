/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Code in __try and __except is checked like any other. */
#include <ntddk.h>

typedef struct INPUT {
    PWSTR Name;
} INPUT;

ULONG Handle(PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    INPUT *Input;

    __try {
        Input = Stack->Parameters.DeviceIoControl.Type3InputBuffer; // expect: PC5101
        ProbeForRead(Input->Name, 2, 1);
        return (ULONG)Input->Name; // expect: PC4311
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        KdPrint(("bad pointer %x\n", Irp->UserBuffer)); // expect: PC4477
    }
    return 0;
}
