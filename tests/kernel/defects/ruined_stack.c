/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ruined_stack.c - a driver that faults with a frame pointer and a stack that lead nowhere.
 *
 * Device \\.\RuinedStack. Control code 0x800 (0x222000): overwrites the return addresses of its
 * callers, points the frame pointer at memory that is not there, and writes to address 0x10.
 *
 * Must be reported: as a write through a NULL pointer is, with function RuinedStackFault; where it
 * came from cannot be told.
 */
#define DEFECT_NAME L"RuinedStack"
#include "defect.h"

static __attribute__((noinline)) void RuinedStackFault(void)
{
    volatile ULONG_PTR *Frame = __builtin_frame_address(0);

    for (ULONG Index = 0; Index < 32; Index++)
        Frame[Index] = (ULONG_PTR)0x4141414141414141ull;
#if defined(__x86_64__)
    __asm__ volatile("mov $0x7FFF0000, %ebp\n\tmovl $1, 0x10");
#else
    __asm__ volatile("mov $0x7FFF, %ebp\n\tmovl $1, 0x10");
#endif
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    RuinedStackFault();
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}
