/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * misaligned.c - a driver whose structure is packed as that of genport's first listing, so that its
 * fields lie at odd offsets.
 *
 * Device \\.\Misaligned. Input of all requests but the last: the structure.
 *
 *     0x222000   returns Port and LongData, read through UNALIGNED
 *     0x222004   the same, through a plain pointer to the structure
 *     0x222008   stores 7 at both through UNALIGNED first
 *     0x22200C   stores 7 at LongData through a plain pointer at DISPATCH_LEVEL first
 *     0x222010   reads a number that is one byte into the buffer
 *
 * On a machine without --align all of them succeed. With it those that do not say UNALIGNED must be
 * reported: nobody takes STATUS_DATATYPE_MISALIGNMENT, so a bugcheck (0x3B, on x86 0x8E, at
 * DISPATCH_LEVEL 0x1E) names misaligned.sys, the source line, address and size of the access, and
 * the field.
 */
#define DEFECT_NAME L"Misaligned"
#include "defect.h"

#pragma pack(push, 1)
typedef struct MISALIGNED_INPUT {
    BOOLEAN Wide;
    PVOID Port;
    union {
        ULONG LongData;
        USHORT ShortData;
        UCHAR CharData;
    };
} MISALIGNED_INPUT, *PMISALIGNED_INPUT;
#pragma pack(pop)

C_ASSERT(sizeof(MISALIGNED_INPUT) == sizeof(PVOID) + 5);

typedef struct MISALIGNED_OUTPUT {
    ULONG Port;
    ULONG LongData;
} MISALIGNED_OUTPUT;

static MISALIGNED_OUTPUT MisalignedReadUnaligned(const MISALIGNED_INPUT UNALIGNED *Input)
{
    MISALIGNED_OUTPUT Output;

    Output.Port = PtrToUlong(Input->Port);
    Output.LongData = Input->LongData;
    return Output;
}

static MISALIGNED_OUTPUT MisalignedRead(const MISALIGNED_INPUT *Input)
{
    MISALIGNED_OUTPUT Output;

    Output.Port = (ULONG)(ULONG_PTR)Input->Port; /* the faulting line */
    Output.LongData = Input->LongData;
    return Output;
}

static void MisalignedWriteUnaligned(MISALIGNED_INPUT UNALIGNED *Input)
{
    Input->Port = (PVOID)(ULONG_PTR)7;
    Input->LongData = PtrToUlong(Input->Port);
}

static void MisalignedWrite(PMISALIGNED_INPUT Input)
{
    KIRQL Irql;

    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Input->LongData = 7; /* the faulting line */
    KeLowerIrql(Irql);
}

static ULONG MisalignedInBuffer(PUCHAR Buffer)
{
    return *(ULONG *)(PVOID)(Buffer + 1); /* the faulting line */
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Stack->Parameters.DeviceIoControl.InputBufferLength < sizeof(MISALIGNED_INPUT) ||
        Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(MISALIGNED_INPUT))
        return DefectComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    switch (Code) {
    case DEFECT_IOCTL(0x800):
        *(MISALIGNED_OUTPUT *)Buffer = MisalignedReadUnaligned(Buffer);
        return DefectComplete(Irp, STATUS_SUCCESS, sizeof(MISALIGNED_OUTPUT));
    case DEFECT_IOCTL(0x801):
        *(MISALIGNED_OUTPUT *)Buffer = MisalignedRead(Buffer);
        return DefectComplete(Irp, STATUS_SUCCESS, sizeof(MISALIGNED_OUTPUT));
    case DEFECT_IOCTL(0x802):
        MisalignedWriteUnaligned(Buffer);
        *(MISALIGNED_OUTPUT *)Buffer = MisalignedReadUnaligned(Buffer);
        return DefectComplete(Irp, STATUS_SUCCESS, sizeof(MISALIGNED_OUTPUT));
    case DEFECT_IOCTL(0x803):
        MisalignedWrite(Buffer);
        *(MISALIGNED_OUTPUT *)Buffer = MisalignedReadUnaligned(Buffer);
        return DefectComplete(Irp, STATUS_SUCCESS, sizeof(MISALIGNED_OUTPUT));
    case DEFECT_IOCTL(0x804):
        *(ULONG *)Buffer = MisalignedInBuffer(Buffer);
        return DefectComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
    default:
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
