/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The frame of the four services that query and set information: capture of the arguments before,
 * hand-over of the results after, and the IRP in between where the driver is asked. All are waited
 * for, whatever the file.
 */
#include "io/info.h"

static NTSTATUS IopProbeInquiry(const IOP_INQUIRY *Inquiry)
{
    /* A BOOLEAN alone may lie anywhere. */
    const ULONG Alignment = Inquiry->Length < sizeof(ULONG) ? 1 : sizeof(ULONG);
    if (Inquiry->Mode == KernelMode)
        return STATUS_SUCCESS;
    NTSTATUS Status = MmProbeStatusBlock(Inquiry->IoStatus);
    if (NT_SUCCESS(Status))
        Status = MmProbe(Inquiry->UserBuffer, Inquiry->Length, Alignment, Inquiry->Query);
    return Status;
}

static NTSTATUS IopReferenceInquired(IOP_INQUIRY *Inquiry, ACCESS_MASK Access)
{
    NTSTATUS Status = IopReferenceFile(Inquiry->Handle, &Inquiry->File, &Inquiry->Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Inquiry->Mode == UserMode && (Access & ~Inquiry->Granted) != 0) {
        ObfDereferenceObject(Inquiry->File);
        return STATUS_ACCESS_DENIED;
    }
    Inquiry->Device = IoGetRelatedDeviceObject(Inquiry->File);
    return STATUS_SUCCESS;
}

/* A system buffer of Length bytes with the caller's in it, or zeroes. NULL when Length is 0. */
static NTSTATUS IopCaptureInquired(IOP_INQUIRY *Inquiry, BOOLEAN CopyIn)
{
    Inquiry->Buffer = NULL;
    if (Inquiry->Length == 0)
        return STATUS_SUCCESS;
    Inquiry->Buffer = ExiAllocateZero(
        NonPagedPoolNx, Inquiry->Length, IOP_TAG_SYSTEM_BUFFER, EX_KERNEL_SITE);
    if (Inquiry->Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_SUCCESS;
    if (CopyIn || !Inquiry->Query)
        Status = ObiReadCaller(
            Inquiry->Buffer, Inquiry->UserBuffer, Inquiry->Length, Inquiry->Mode);
    if (!NT_SUCCESS(Status))
        ExiFree(Inquiry->Buffer);
    return Status;
}

NTSTATUS IopBeginInquiry(IOP_INQUIRY *Inquiry, ACCESS_MASK Access, BOOLEAN CopyIn)
{
    Inquiry->Mode = KiPreviousMode();
    NTSTATUS Status = IopProbeInquiry(Inquiry);
    if (NT_SUCCESS(Status))
        Status = IopReferenceInquired(Inquiry, Access);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCaptureInquired(Inquiry, CopyIn);
    if (!NT_SUCCESS(Status))
        goto ReleaseFile;
    if (Inquiry->File->Flags & FO_SYNCHRONOUS_IO) {
        Status = IopLockFile(Inquiry->File);
        if (Status != STATUS_SUCCESS)
            goto FreeBuffer;
    }
    return STATUS_SUCCESS;

FreeBuffer:
    if (Inquiry->Buffer != NULL)
        ExiFree(Inquiry->Buffer);
ReleaseFile:
    ObfDereferenceObject(Inquiry->File);
    return Status;
}

static NTSTATUS IopReturnInquired(
    const IOP_INQUIRY *Inquiry, NTSTATUS Status, ULONG_PTR Information)
{
    IO_STATUS_BLOCK Block = {.Status = Status, .Information = Information};
    NTSTATUS Copied = STATUS_SUCCESS;
    ULONG_PTR Bytes = Information < Inquiry->Length ? Information : Inquiry->Length;
    if (NT_ERROR(Status))
        return Status;
    if (Inquiry->Query && Bytes != 0)
        Copied = ObiWriteCaller(Inquiry->UserBuffer, Inquiry->Buffer, Bytes, Inquiry->Mode);
    if (NT_SUCCESS(Copied))
        Copied = ObiWriteStatusBlock(Inquiry->IoStatus, &Block, Inquiry->Mode);
    return NT_SUCCESS(Copied) ? Status : Copied;
}

NTSTATUS IopEndInquiry(IOP_INQUIRY *Inquiry, NTSTATUS Status, ULONG_PTR Information)
{
    if (Inquiry->File->Flags & FO_SYNCHRONOUS_IO)
        IopUnlockFile(Inquiry->File);
    Status = IopReturnInquired(Inquiry, Status, Information);
    if (Inquiry->Buffer != NULL)
        ExiFree(Inquiry->Buffer);
    ObfDereferenceObject(Inquiry->File);
    return Status;
}

NTSTATUS IopEndAtFault(IOP_INQUIRY *Inquiry, NTSTATUS Status, ULONG Offset)
{
    const IO_STATUS_BLOCK Block = {.Status = Status, .Information = Offset};
    (void)ObiWriteStatusBlock(Inquiry->IoStatus, &Block, Inquiry->Mode);
    return IopEndInquiry(Inquiry, Status, 0);
}

NTSTATUS IopAskDriver(FILE_OBJECT *File, DEVICE_OBJECT *Device, UCHAR MajorFunction, ULONG Class,
    void *Buffer, ULONG Length, KPROCESSOR_MODE Mode, const IOP_SET_ARGUMENT *Set,
    ULONG_PTR *Information)
{
    IRP *Irp = IopAllocateIrp(Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Irp->RequestorMode = Mode;
    Irp->AssociatedIrp.SystemBuffer = Buffer;
    Irp->Tail.Overlay.OriginalFileObject = File;
    Irp->IoStatus.Information = *Information;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = MajorFunction;
    Stack->FileObject = File;
    Stack->Parameters.SetFile.Length = Length; /* QueryFile, QueryVolume and SetVolume begin alike
                                                */
    Stack->Parameters.SetFile.FileInformationClass = (FILE_INFORMATION_CLASS)Class;
    if (Set != NULL) {
        Stack->Parameters.SetFile.DeleteHandle = Set->Value;
        Stack->Parameters.SetFile.FileObject = Set->Target;
    }
    return IopSendInternal(Device, Irp, Information);
}
