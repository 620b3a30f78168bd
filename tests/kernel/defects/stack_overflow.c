/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * stack_overflow.c - a driver that recurses without end.
 *
 * Device \\.\StackOverflow. Control code 0x800 (0x222000): recurses until the kernel stack is used
 * up.
 *
 * Must be reported: bugcheck 0x7F UNEXPECTED_KERNEL_MODE_TRAP with first parameter 8 (double
 * fault), as Windows does, naming stack_overflow.sys and StackOverflowDescend. The guard below the
 * stack must catch it: no other memory may be written.
 */
#define DEFECT_NAME L"StackOverflow"
#include "defect.h"

/* Far from zero for ever, which only we know. */
static volatile ULONG StackOverflowDepth = 1;

/* Each call uses the result of the next, so that none can be turned into a jump. */
static __attribute__((noinline)) ULONG StackOverflowDescend(volatile const ULONG *Above)
{
    volatile ULONG Frame[32];

    Frame[0] = *Above + 1;
    if (StackOverflowDepth == 0)
        return Frame[0];
    return StackOverflowDescend(Frame) + Frame[0];
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        DbgPrint("StackOverflow: %lu\n", StackOverflowDescend(&StackOverflowDepth));
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
