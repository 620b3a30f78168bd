/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Uses more of the kernel stack than Windows has: 24 KB for x64, 12 KB for x86.
 *
 * verify: misc
 * expect: BUGCHECK 0x7F 0x8 * * *
 * detail: more than the [0-9]+ KB of kernel stack
 * sanitizer: the kernel's own frames are larger with it: stacks are not watched
 */
#include "sin.h"

#ifdef _AMD64_
#define SIN_FRAME 1024
#else
#define SIN_FRAME 512
#endif

static __attribute__((noinline)) NTSTATUS SinDescend(ULONG Depth)
{
    volatile UCHAR Frame[SIN_FRAME];

    Frame[0] = (UCHAR)Depth;
    if (Depth != 0 && !NT_SUCCESS(SinDescend(Depth - 1)))
        return STATUS_UNSUCCESSFUL;
    return Frame[0] == (UCHAR)Depth ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    return SinDescend(Sinful ? 26 : 18);
}
