/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * transfer.c - a driver that answers with what it was given, by every method, for tests of what
 * reaches a client's memory.
 *
 * \\.\Transfer. Control codes CTL_CODE(FILE_DEVICE_UNKNOWN, function, method, FILE_ANY_ACCESS):
 *   0x800 reverse: the output is the input's bytes in reverse order; any method (with
 * METHOD_OUT_DIRECT the second buffer is reversed in place and the first is ignored, with
 * METHOD_IN_DIRECT both stay as they are) 0x801 sum, METHOD_NEITHER: the input is {address,
 * length}, the output the ULONG sum of the bytes there 0x802 wait, METHOD_BUFFERED: pending until
 * it is cancelled 0x803 attach, METHOD_BUFFERED: the input is {process identifier, address} as two
 * ULONG64, the output the ULONG there in that process, in which it is one more afterwards 0x804
 * lock, METHOD_BUFFERED: the same input, the address that of four pages of zeros in the calling
 * process: locks the first two and the others backwards. Byte 8 of the second becomes 1, the first
 * bytes of the third and fourth 4 and 3 METHOD_NEITHER pointers are probed, and touched under
 * __try: the exception's code is the status.
 */
#include <ntddk.h>

#pragma GCC diagnostic ignored "-Wcast-qual" /* IoSetCancelRoutine of mingw-w64's wdm.h */

#define TRANSFER_DEVICE L"\\Device\\Transfer"
#define TRANSFER_LINK L"\\DosDevices\\Transfer"
#define TRANSFER_LIMIT 0x100000u

typedef struct TRANSFER_SUM {
    PUCHAR Address;
    SIZE_T Length;
} TRANSFER_SUM;

typedef struct TRANSFER_ATTACH {
    ULONG64 Process;
    ULONG64 Address;
} TRANSFER_ATTACH;

/* Declared in ntifs.h only. */
typedef struct TRANSFER_APC_STATE {
    PVOID Room[8];
} TRANSFER_APC_STATE;
NTKERNELAPI NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process);
NTKERNELAPI VOID NTAPI KeStackAttachProcess(PVOID Process, TRANSFER_APC_STATE *ApcState);
NTKERNELAPI VOID NTAPI KeUnstackDetachProcess(TRANSFER_APC_STATE *ApcState);

NTKERNELAPI VOID NTAPI MmProbeAndLockProcessPages(PMDL Mdl, PEPROCESS Process, KPROCESSOR_MODE Mode,
                                                  LOCK_OPERATION Operation);
NTKERNELAPI VOID NTAPI MmProbeAndLockSelectedPages(PMDL Mdl, ULONG64 *Segments,
                                                   KPROCESSOR_MODE Mode, LOCK_OPERATION Operation);

DRIVER_INITIALIZE DriverEntry;

/* What touches a program's memory is called: clang for x86 knows by calls alone that it is within
 * __try. */
#define TRANSFER_CALLED __attribute__((noinline))

static TRANSFER_CALLED VOID TransferReverse(PUCHAR To, const UCHAR *From, ULONG Length)
{
    for (ULONG Index = 0; Index < Length; Index++)
        To[Index] = From[Length - 1 - Index];
}

static VOID TransferReverseInPlace(PUCHAR Data, ULONG Length)
{
    for (ULONG Index = 0; Index < Length / 2; Index++) {
        UCHAR Byte = Data[Index];
        Data[Index] = Data[Length - 1 - Index];
        Data[Length - 1 - Index] = Byte;
    }
}

static NTSTATUS TransferBuffered(PIRP Irp, ULONG In, ULONG Out)
{
    PUCHAR Data = Irp->AssociatedIrp.SystemBuffer;
    ULONG Length = In < Out ? In : Out;

    TransferReverseInPlace(Data, In);
    RtlMoveMemory(Data, Data + In - Length, Length);
    Irp->IoStatus.Information = Length;
    return STATUS_SUCCESS;
}

static NTSTATUS TransferDirect(PIRP Irp, ULONG Out, BOOLEAN Write)
{
    PUCHAR Data = Out != 0 ? MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority)
                           : NULL;

    if (Out != 0 && Data == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Write)
        TransferReverseInPlace(Data, Out);
    Irp->IoStatus.Information = Out;
    return STATUS_SUCCESS;
}

static NTSTATUS TransferNeither(PIRP Irp, PIO_STACK_LOCATION Stack, ULONG In, ULONG Out)
{
    const UCHAR *From = Stack->Parameters.DeviceIoControl.Type3InputBuffer;
    PUCHAR To = Irp->UserBuffer;
    ULONG Length = In < Out ? In : Out;

    __try {
        ProbeForRead((PVOID)(ULONG_PTR)From, In, 1);
        ProbeForWrite(To, Out, 1);
        TransferReverse(To, From + In - Length, Length);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    Irp->IoStatus.Information = Length;
    return STATUS_SUCCESS;
}

/* What a program calls TRANSFER_SUM: a 32-bit one has shorter fields. */
static ULONG TransferSumBytes(PIRP Irp)
{
#ifdef _WIN64
    if (IoIs32bitProcess(Irp))
        return 2 * sizeof(ULONG);
#else
    UNREFERENCED_PARAMETER(Irp);
#endif
    return sizeof(TRANSFER_SUM);
}

static TRANSFER_CALLED VOID TransferTakeSum(TRANSFER_SUM *To, const VOID *From, ULONG Bytes)
{
    const ULONG *Short = From;

    if (Bytes == sizeof(*To))
        RtlCopyMemory(To, From, sizeof(*To));
    else
        *To = (TRANSFER_SUM){(PUCHAR)(ULONG_PTR)Short[0], Short[1]};
}

static TRANSFER_CALLED ULONG TransferAdd(const UCHAR *Address, SIZE_T Length)
{
    ULONG Sum = 0;

    for (SIZE_T Index = 0; Index < Length; Index++)
        Sum += Address[Index];
    return Sum;
}

static NTSTATUS TransferSum(PIRP Irp, PIO_STACK_LOCATION Stack, ULONG In, ULONG Out)
{
    volatile ULONG Sum = 0;
    TRANSFER_SUM What;

    if (In != TransferSumBytes(Irp) || Out != sizeof(ULONG))
        return STATUS_INVALID_PARAMETER;
    __try {
        ProbeForRead(Stack->Parameters.DeviceIoControl.Type3InputBuffer, In, 1);
        TransferTakeSum(&What, Stack->Parameters.DeviceIoControl.Type3InputBuffer, In);
        if (What.Length > TRANSFER_LIMIT)
            return STATUS_INVALID_PARAMETER;
        ProbeForRead(What.Address, What.Length, 1);
        Sum = TransferAdd(What.Address, What.Length);
        ProbeForWrite(Irp->UserBuffer, sizeof(ULONG), 1);
        *(volatile ULONG *)Irp->UserBuffer = Sum;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    Irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static VOID NTAPI TransferCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static NTSTATUS TransferWait(PIRP Irp)
{
    KIRQL Irql;

    IoAcquireCancelSpinLock(&Irql);
    if (Irp->Cancel) {
        IoReleaseCancelSpinLock(Irql);
        return STATUS_CANCELLED;
    }
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, TransferCancel);
    IoReleaseCancelSpinLock(Irql);
    return STATUS_PENDING;
}

static TRANSFER_CALLED ULONG TransferRaise(volatile ULONG *Address)
{
    return (*Address)++;
}

static NTSTATUS TransferTouch(ULONG64 Address, ULONG *Value)
{
    volatile ULONG Seen = 0;

    __try {
        ProbeForWrite((PVOID)(ULONG_PTR)Address, sizeof(ULONG), sizeof(ULONG));
        Seen = TransferRaise((volatile ULONG *)(ULONG_PTR)Address);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    *Value = Seen;
    return STATUS_SUCCESS;
}

static NTSTATUS TransferAttach(PIRP Irp, ULONG In, ULONG Out)
{
    TRANSFER_ATTACH What;
    TRANSFER_APC_STATE State;
    PEPROCESS Process;
    ULONG Value = 0;
    NTSTATUS Status;

    if (In != sizeof(What) || Out != sizeof(ULONG))
        return STATUS_INVALID_PARAMETER;
    What = *(TRANSFER_ATTACH *)Irp->AssociatedIrp.SystemBuffer;
    Status = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)What.Process, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    KeStackAttachProcess(Process, &State);
    Status = TransferTouch(What.Address, &Value);
    KeUnstackDetachProcess(&State);
    ObDereferenceObject(Process);
    if (!NT_SUCCESS(Status))
        return Status;
    *(ULONG *)Irp->AssociatedIrp.SystemBuffer = Value;
    Irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

/* Segments: NULL: the MDL's own pages, of that process. */
static NTSTATUS TransferLockPages(PMDL Mdl, PEPROCESS Process, ULONG64 *Segments)
{
    __try {
        if (Segments == NULL)
            MmProbeAndLockProcessPages(Mdl, Process, UserMode, IoModifyAccess);
        else
            MmProbeAndLockSelectedPages(Mdl, Segments, UserMode, IoModifyAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}

/* Locks two pages, leaves Skip bytes behind, and writes First and, a page further on, Second unless
 * it is 0. */
static NTSTATUS TransferWriteLocked(PUCHAR Address, PEPROCESS Process, ULONG64 *Segments,
                                    ULONG Skip, UCHAR First, UCHAR Second)
{
    PMDL Mdl = IoAllocateMdl(Address, 2 * PAGE_SIZE, FALSE, FALSE, NULL);
    PUCHAR Mapped = NULL;
    NTSTATUS Status = Mdl != NULL ? TransferLockPages(Mdl, Process, Segments)
                                  : STATUS_INSUFFICIENT_RESOURCES;

    if (NT_SUCCESS(Status)) {
        Status = MmAdvanceMdl(Mdl, Skip);
        if (NT_SUCCESS(Status))
            Mapped = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
        if (Mapped != NULL)
            Mapped[0] = First;
        if (Mapped != NULL && Second != 0)
            Mapped[PAGE_SIZE] = Second;
        MmUnlockPages(Mdl);
    }
    if (Mdl != NULL)
        IoFreeMdl(Mdl);
    return Status;
}

static NTSTATUS TransferLock(PIRP Irp, ULONG In)
{
    const TRANSFER_ATTACH *What = Irp->AssociatedIrp.SystemBuffer;
    PUCHAR Pages = In == sizeof(*What) ? (PUCHAR)(ULONG_PTR)What->Address : NULL;
    ULONG64 Segments[2] = {(ULONG_PTR)Pages + 3 * PAGE_SIZE, (ULONG_PTR)Pages + 2 * PAGE_SIZE};
    PEPROCESS Process;
    NTSTATUS Status;

    if (Pages == NULL)
        return STATUS_INVALID_PARAMETER;
    Status = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)What->Process, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = TransferWriteLocked(Pages, Process, NULL, PAGE_SIZE + 8, 1, 0);
    ObDereferenceObject(Process);
    return NT_SUCCESS(Status) ? TransferWriteLocked(Pages, NULL, Segments, 0, 3, 4) : Status;
}

static NTSTATUS TransferControlCode(PIRP Irp, PIO_STACK_LOCATION Stack)
{
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    ULONG In = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG Out = Stack->Parameters.DeviceIoControl.OutputBufferLength;

    if (Code == CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_ANY_ACCESS))
        return TransferSum(Irp, Stack, In, Out);
    if (Code == CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS))
        return TransferWait(Irp);
    if (Code == CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS))
        return TransferAttach(Irp, In, Out);
    if (Code == CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS))
        return TransferLock(Irp, In);
    if ((Code & ~3u) != CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, 0, FILE_ANY_ACCESS))
        return STATUS_INVALID_DEVICE_REQUEST;
    switch (Code & 3) {
    case METHOD_BUFFERED:
        return TransferBuffered(Irp, In, Out);
    case METHOD_NEITHER:
        return TransferNeither(Irp, Stack, In, Out);
    default:
        return TransferDirect(Irp, Out, (Code & 3) == METHOD_OUT_DIRECT);
    }
}

static NTSTATUS NTAPI TransferDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL)
        Status = TransferControlCode(Irp, Stack);
    else
        DbgPrint("%s\n", Stack->MajorFunction == IRP_MJ_CREATE ? "create"
                         : Stack->MajorFunction == IRP_MJ_CLOSE ? "close" : "cleanup");
    if (Status == STATUS_PENDING)
        return Status;
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI TransferUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(TRANSFER_LINK);

    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(TRANSFER_DEVICE),
                   Link = RTL_CONSTANT_STRING(TRANSFER_LINK);
    PDEVICE_OBJECT Device;
    NTSTATUS Status = IoCreateDevice(
        DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);

    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = TransferDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = TransferDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = TransferDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = TransferDispatch;
    DriverObject->DriverUnload = TransferUnload;
    return STATUS_SUCCESS;
}
