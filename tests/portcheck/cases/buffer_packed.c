/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Packed structures, whose twins are packed. */
#include <ntddk.h>

#pragma pack(push, 1)
typedef struct ONE {
    UCHAR Kind;
    ULONG64 Time;
    struct {
        USHORT Length;
        SIZE_T Bytes; // expect: PC5102
    } Inner;
} ONE;
#pragma pack(pop)
#pragma pack(push, 4)
typedef struct FOUR {
    ULONG Kind;
    LONGLONG Time;
    ULONG_PTR Flags; // expect: PC5102
} FOUR;
#pragma pack(pop)

UCHAR Handle(PIRP Irp)
{
    ONE *One = Irp->AssociatedIrp.SystemBuffer; // expect: PC5101
    FOUR *Four = Irp->UserBuffer; // expect: PC5101

    return One->Kind + (UCHAR)Four->Kind;
}
