/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Read, write and control requests of clients and of drivers using Zw calls: from handle to IRP,
 * which finish.c ends. The hot path of the machine. A request on a synchronous file holds the
 * file's lock; a pending one is waited for on the stack of its service. Everything a request holds
 * hangs off its IRP, so whoever finishes it frees it.
 */
#include <string.h>

#include "dotsys/dotsys.h"
#include "io/completion.h"
#include "gate.h"
#include "mm/space.h"

/* What a service has looked up before it builds the IRP. */
typedef struct IOP_CALL {
    IO_APC ApcRoutine;       /* NULL: none; with neither, nobody but block and event is told */
    void *ApcContext;
    FILE_OBJECT *File;       /* referenced; the IRP takes the reference over */
    DEVICE_OBJECT *Device;   /* top of the stack */
    KEVENT *Event;           /* referenced or NULL; the IRP takes it over */
    IO_STATUS_BLOCK *IoStatus;
    ACCESS_MASK Granted;
    KPROCESSOR_MODE Mode;
    BOOLEAN Synchronous;     /* the file's lock is held */
} IOP_CALL;

/* ---- sending --------------------------------------------------------------------------------- */

/*
 * Sends a request of a service and returns its status, waiting when the file is synchronous. Irp,
 * the file reference and the event belong to the request from here on.
 */
static NTSTATUS IopSend(const IOP_CALL *Call, IRP *Irp)
{
    IOP_ISSUE Issue;
    NTSTATUS Status;
    IOP_PACKET *Packet = IopPacket(Irp);

    Issue.Finished = FALSE;
    if (Call->Synchronous)
        KeInitializeEvent(&Issue.Done, SynchronizationEvent, FALSE);
    Packet->Issue = Call->Synchronous ? &Issue : NULL;
    Irp->Flags |= IRP_DEFER_IO_COMPLETION;
    if (Call->Synchronous) {
        IopEnlistIrp(Irp, PsiCurrentThread());
    } else {
        IopQueueIrp(Irp, PsiCurrentThread());
        if (Call->Event == NULL)
            KeClearEvent(&Call->File->Event);
    }

    FILE_OBJECT *File = Call->File;
    UCHAR MajorFunction = IoGetNextIrpStackLocation(Irp)->MajorFunction;
    Status = IofCallDriver(Call->Device, Irp);
    if (__builtin_expect(KiGetIrql() != PASSIVE_LEVEL, 0))
        IopReportIrql(Call->Device->DriverObject, MajorFunction);
    if (Status != STATUS_PENDING) {
        if (__builtin_expect(
                Call->Synchronous && __atomic_load_n(&Issue.Finished, __ATOMIC_ACQUIRE), 0)) {
            Status = Issue.IoStatus.Status; /* marked pending, completed, and yet another status
                                               returned */
            KiOrderAfter(&Issue, NULL);
        } else {
            if (__builtin_expect(Irp->CurrentLocation <= Irp->StackCount + 1, 0)) {
                IopReportLost(Irp);
                Irp->IoStatus.Status = Status;
            }
            Irp->PendingReturned = FALSE;
            Packet->Issue = NULL; /* nobody waits */
            Status = IopFinish(Irp);
        }
    } else if (Call->Synchronous) {
        MmReleaseClientPages(); /* the driver has let go of this thread */
        KeWaitForSingleObject(&Issue.Done, Executive, KernelMode, FALSE, NULL);
        Status = Issue.IoStatus.Status;
    }
    if (Call->Synchronous)
        IopUnlockFile(File);
    return Status;
}

/* ---- from handle to call --------------------------------------------------------------------- */

/* References what the call names. On failure nothing is held. On success a synchronous file is
 * locked. */
static NTSTATUS IopBegin(HANDLE FileHandle, HANDLE EventHandle, IO_APC ApcRoutine, void *ApcContext,
    IO_STATUS_BLOCK *IoStatus, IOP_CALL *Call)
{
    NTSTATUS Status;
    Call->Mode = KiPreviousMode();
    Call->IoStatus = IoStatus;
    Call->ApcRoutine = ApcRoutine;
    Call->ApcContext = ApcContext;
    Call->Event = NULL;
    if (Call->Mode == UserMode &&
        (IoStatus == NULL || MmIsSystemRange(IoStatus, sizeof(*IoStatus))))
        return STATUS_ACCESS_VIOLATION;
    Status = ObiReferenceByHandle(
        FileHandle, IoiFileObjectType, Call->Mode, (void **)&Call->File, &Call->Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    KiOrderAfter(&Call->File->Flags, NULL); /* its opening */
    if (__builtin_expect(ApcRoutine != NULL, 0) && Call->File->CompletionContext != NULL) {
        ObfDereferenceObject(Call->File);
        return STATUS_INVALID_PARAMETER;
    }
    if (EventHandle != NULL) {
        ACCESS_MASK Granted;
        Status = ObiReferenceByHandle(
            EventHandle, ExEventObjectType, Call->Mode, (void **)&Call->Event, &Granted);
        if (NT_SUCCESS(Status) && Call->Mode == UserMode && !(Granted & EVENT_MODIFY_STATE)) {
            ObfDereferenceObject(Call->Event);
            Status = STATUS_ACCESS_DENIED;
        }
        if (!NT_SUCCESS(Status)) {
            ObfDereferenceObject(Call->File);
            return Status;
        }
        KeClearEvent(Call->Event);
    }
    Call->Synchronous = (Call->File->Flags & FO_SYNCHRONOUS_IO) != 0;
    Call->Device = IoGetRelatedDeviceObject(Call->File);
    return STATUS_SUCCESS;
}

static void IopEnd(const IOP_CALL *Call)
{
    if (Call->Event != NULL)
        ObfDereferenceObject(Call->Event);
    ObfDereferenceObject(Call->File);
}

/* A SERVICE IRP carrying the call; the references move into it. NULL: out of memory, the call still
 * holds them. */
static IRP *IopMakeRequest(const IOP_CALL *Call, UCHAR MajorFunction)
{
    IRP *Irp = IopAllocateIrp(Call->Device->StackSize, IOP_SERVICE, EX_KERNEL_SITE);
    if (Irp == NULL)
        return NULL;
    IopPacket(Irp)->Mode = Call->Mode;
    Irp->RequestorMode = Call->Mode;
    Irp->UserIosb = Call->IoStatus;
    Irp->UserEvent = Call->Event;
    Irp->Tail.Overlay.OriginalFileObject = Call->File;
    if (Call->Synchronous)
        Irp->Flags |= IRP_SYNCHRONOUS_API;
    if (__builtin_expect(Call->ApcRoutine != NULL || Call->ApcContext != NULL, 0)) {
        Irp->Overlay.AsynchronousParameters.UserApcRoutine = Call->ApcRoutine;
        Irp->Overlay.AsynchronousParameters.UserApcContext = Call->ApcContext;
        IopPacket(Irp)->Notify = TRUE;
    }
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = MajorFunction;
    Stack->FileObject = Call->File;
    return Irp;
}

/* Takes a request back that was not sent, and what it holds. The file stays locked until now if it
 * is synchronous. */
static NTSTATUS IopAbandon(const IOP_CALL *Call, IRP *Irp, NTSTATUS Status)
{
    if (Irp != NULL) {
        if (Irp->Flags & IRP_DEALLOCATE_BUFFER)
            ExiFree(Irp->AssociatedIrp.SystemBuffer);
        IopFreeMdls(Irp);
        IopFreeIrp(Irp);
    }
    if (Call->Synchronous)
        IopUnlockFile(Call->File);
    IopEnd(Call);
    return Status;
}

static NTSTATUS IopCopyIn(void *System, const void *User, SIZE_T Bytes, KPROCESSOR_MODE Mode)
{
    if (Mode == UserMode)
        return MmCopyFromUser(System, User, Bytes);
    memcpy(System, User, Bytes);
    return STATUS_SUCCESS;
}

/* A system buffer of Bytes with InputBytes of the caller's in front. */
static NTSTATUS IopMakeSystemBuffer(
    IRP *Irp, ULONG Bytes, const void *Input, ULONG InputBytes, KPROCESSOR_MODE Mode)
{
    void *Buffer = ExiAllocate(NonPagedPoolNx, Bytes, IOP_TAG_SYSTEM_BUFFER, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Irp->AssociatedIrp.SystemBuffer = Buffer;
    Irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    IopPacket(Irp)->InputBytes = InputBytes;
    if (__builtin_expect(IoDataWatch != NULL, 0) && Mode == UserMode)
        IoDataWatch->Fill((UCHAR *)Buffer + InputBytes, Bytes - InputBytes);
    return InputBytes != 0 ? IopCopyIn(Buffer, Input, InputBytes, Mode) : STATUS_SUCCESS;
}

/* An MDL over the caller's buffer, its pages locked. Operation is what the driver will do to the
 * memory. */
static NTSTATUS IopMakeMdl(
    IRP *Irp, void *Buffer, ULONG Bytes, LOCK_OPERATION Operation, KPROCESSOR_MODE Mode)
{
    if (IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, Irp) == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return MiLockPages(Irp->MdlAddress, Mode, Operation);
}

/* ---- device control -------------------------------------------------------------------------- */

#define IOP_METHOD(Code) ((Code) & 3u)
/* FILE_READ_ACCESS and FILE_WRITE_ACCESS equal the data rights */
#define IOP_REQUIRED_ACCESS(Code) ((Code) >> 14 & 3u)

static NTSTATUS IopControlBuffers(IRP *Irp, ULONG Code, void *Input, ULONG InputBytes, void *Output,
    ULONG OutputBytes, KPROCESSOR_MODE Mode)
{
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    ULONG Larger = InputBytes > OutputBytes ? InputBytes : OutputBytes;
    NTSTATUS Status = STATUS_SUCCESS;
    switch (IOP_METHOD(Code)) {
    case METHOD_BUFFERED:
        if (Larger == 0)
            break;
        Status = IopMakeSystemBuffer(Irp, Larger, Input, InputBytes, Mode);
        Irp->UserBuffer = Output;
        IopPacket(Irp)->OutputBytes = OutputBytes;
        if (OutputBytes != 0)
            Irp->Flags |= IRP_INPUT_OPERATION;
        break;
    case METHOD_IN_DIRECT:
    case METHOD_OUT_DIRECT:
        if (InputBytes != 0)
            Status = IopMakeSystemBuffer(Irp, InputBytes, Input, InputBytes, Mode);
        if (NT_SUCCESS(Status) && OutputBytes != 0)
            Status = IopMakeMdl(Irp, Output, OutputBytes,
                IOP_METHOD(Code) == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess, Mode);
        break;
    default: /* METHOD_NEITHER: the addresses as they are; the driver probes, or only touches */
        if (__builtin_expect(Mode == UserMode && PsiCurrentThread()->Tcb.Space != NULL, 0))
            MmClaimClientPages(NULL, 0);
        Stack->Parameters.DeviceIoControl.Type3InputBuffer = Input;
        Irp->UserBuffer = Output;
        break;
    }
    return Status;
}

/* What a client may not pass: output that is not its own. Buffers of length zero are not looked
 * at. */
static NTSTATUS IopCheckOutput(ULONG Code, void *Output, ULONG OutputBytes, KPROCESSOR_MODE Mode)
{
    if (Mode != UserMode || OutputBytes == 0 || IOP_METHOD(Code) != METHOD_BUFFERED)
        return STATUS_SUCCESS;
    return MmProbe(Output, OutputBytes, 1, TRUE);
}

static NTSTATUS IopControl(UCHAR MajorFunction, HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatus, ULONG Code, void *Input, ULONG InputBytes,
    void *Output, ULONG OutputBytes)
{
    IOP_CALL Call;
    NTSTATUS Status = IopBegin(FileHandle, Event, ApcRoutine, ApcContext, IoStatus, &Call);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Call.Mode == UserMode &&
        (Call.Granted & IOP_REQUIRED_ACCESS(Code)) != IOP_REQUIRED_ACCESS(Code)) {
        IopEnd(&Call);
        return STATUS_ACCESS_DENIED;
    }
    Status = IopCheckOutput(Code, Output, OutputBytes, Call.Mode);
    if (NT_SUCCESS(Status) && Call.Synchronous)
        Status = IopLockFile(Call.File);
    if (Status != STATUS_SUCCESS) {
        IopEnd(&Call);
        return Status;
    }
    IRP *Irp = IopMakeRequest(&Call, MajorFunction);
    if (Irp == NULL)
        return IopAbandon(&Call, NULL, STATUS_INSUFFICIENT_RESOURCES);
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->Parameters.DeviceIoControl.OutputBufferLength = OutputBytes;
    Stack->Parameters.DeviceIoControl.InputBufferLength = InputBytes;
    Stack->Parameters.DeviceIoControl.IoControlCode = Code;
    IopPacket(Irp)->ControlCode = Code;
    /* SL_READ_ACCESS_GRANTED and SL_WRITE_ACCESS_GRANTED */
    Stack->Flags = (UCHAR)((Call.Granted & FILE_READ_DATA) | (Call.Granted & FILE_WRITE_DATA) << 1);
    if (MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL)
        Stack->MinorFunction = IRP_MN_USER_FS_REQUEST;
    Status = IopControlBuffers(Irp, Code, Input, InputBytes, Output, OutputBytes, Call.Mode);
    if (!NT_SUCCESS(Status))
        return IopAbandon(&Call, Irp, Status);
    return IopSend(&Call, Irp);
}

/*
 * NtDeviceIoControlFile - send a control code to the driver behind a file.
 *
 * Event, IoStatusBlock: told when the request is done, unless it fails before it pends. So is
 *          ApcRoutine, by an APC to the calling thread; without one, the completion port of the
 *          file, unless ApcContext is NULL. The code's access bits are checked against the handle's
 *          access for user-mode callers.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: the driver's status; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED,
 *          ACCESS_VIOLATION, INSUFFICIENT_RESOURCES; INVALID_PARAMETER: an ApcRoutine, and the file
 *          has a completion port.
 * Source:  DOC ntifs/NtDeviceIoControlFile.
 */
NTSTATUS NTAPI NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG IoControlCode, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength)
{
    return IopControl(IRP_MJ_DEVICE_CONTROL, FileHandle, Event, ApcRoutine, ApcContext,
        IoStatusBlock, IoControlCode, InputBuffer, InputBufferLength, OutputBuffer,
        OutputBufferLength);
}

/* NtFsControlFile - the same with IRP_MJ_FILE_SYSTEM_CONTROL. Source: DOC ntifs/NtFsControlFile. */
NTSTATUS NTAPI NtFsControlFile(HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine, void *ApcContext,
    IO_STATUS_BLOCK *IoStatusBlock, ULONG FsControlCode, void *InputBuffer, ULONG InputBufferLength,
    void *OutputBuffer, ULONG OutputBufferLength)
{
    return IopControl(IRP_MJ_FILE_SYSTEM_CONTROL, FileHandle, Event, ApcRoutine, ApcContext,
        IoStatusBlock, FsControlCode, InputBuffer, InputBufferLength, OutputBuffer,
        OutputBufferLength);
}

/* ---- read and write -------------------------------------------------------------------------- */

#define IOP_USE_FILE_POSITION (-2LL) /* FILE_USE_FILE_POINTER_POSITION as a whole offset */
#define IOP_WRITE_TO_END (-1LL)      /* FILE_WRITE_TO_END_OF_FILE */

/* The byte offset a transfer starts at: the one given, or the file's position. */
static NTSTATUS IopTransferOffset(
    const IOP_CALL *Call, const LARGE_INTEGER *Given, BOOLEAN Write, LARGE_INTEGER *Offset)
{
    LARGE_INTEGER Value = {.QuadPart = IOP_USE_FILE_POSITION};
    if (Write && (Call->Granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)) == FILE_APPEND_DATA &&
        !(Call->File->Flags & FO_NAMED_PIPE)) {
        Offset->QuadPart = IOP_WRITE_TO_END; /* who may only append does, whatever is given */
        return STATUS_SUCCESS;
    }
    if (Given != NULL) {
        NTSTATUS Status = IopCopyIn(&Value, Given, sizeof(Value), Call->Mode);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    if (Value.QuadPart == IOP_USE_FILE_POSITION) {
        if (Call->Synchronous) {
            *Offset = Call->File->CurrentByteOffset;
            return STATUS_SUCCESS;
        }
        if (Given != NULL || !(Call->File->Flags & (FO_NAMED_PIPE | FO_MAILSLOT)))
            return STATUS_INVALID_PARAMETER;
        Value.QuadPart = 0; /* pipes have no positions */
    }
    if (Value.QuadPart < 0 && !(Write && Value.QuadPart == IOP_WRITE_TO_END))
        return STATUS_INVALID_PARAMETER;
    *Offset = Value;
    return STATUS_SUCCESS;
}

/* Unbuffered transfers on devices with sectors start and end on sectors. */
static NTSTATUS IopCheckSectors(const IOP_CALL *Call, ULONG Length, LARGE_INTEGER Offset)
{
    USHORT Sector = Call->Device->SectorSize;
    if (!(Call->File->Flags & FO_NO_INTERMEDIATE_BUFFERING) || Sector == 0 || Offset.QuadPart < 0)
        return STATUS_SUCCESS;
    return Length % Sector != 0 || Offset.QuadPart % Sector != 0 ? STATUS_INVALID_PARAMETER
                                                                 : STATUS_SUCCESS;
}

static NTSTATUS IopTransferBuffers(
    const IOP_CALL *Call, IRP *Irp, void *Buffer, ULONG Length, BOOLEAN Write)
{
    Irp->UserBuffer = Buffer;
    if (Length == 0)
        return STATUS_SUCCESS;
    if (Call->Device->Flags & DO_BUFFERED_IO) {
        if (!Write) {
            Irp->Flags |= IRP_INPUT_OPERATION;
            IopPacket(Irp)->OutputBytes = Length;
        }
        return IopMakeSystemBuffer(Irp, Length, Buffer, Write ? Length : 0, Call->Mode);
    }
    if (Call->Device->Flags & DO_DIRECT_IO)
        return IopMakeMdl(Irp, Buffer, Length, Write ? IoReadAccess : IoWriteAccess, Call->Mode);
    return STATUS_SUCCESS;
}

static NTSTATUS IopTransfer(BOOLEAN Write, HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatus, void *Buffer, ULONG Length,
    const LARGE_INTEGER *ByteOffset, const ULONG *Key)
{
    IOP_CALL Call;
    LARGE_INTEGER Offset;
    ULONG KeyValue = 0;
    NTSTATUS Status = IopBegin(FileHandle, Event, ApcRoutine, ApcContext, IoStatus, &Call);
    if (!NT_SUCCESS(Status))
        return Status;
    ACCESS_MASK Need = Write ? FILE_WRITE_DATA : FILE_READ_DATA;
    if (Write && !(Call.File->Flags & FO_NAMED_PIPE)) /* of a pipe that bit means something else */
        Need |= FILE_APPEND_DATA;
    if (Call.Mode == UserMode && !(Call.Granted & Need))
        Status = STATUS_ACCESS_DENIED;
    else if (Call.Mode == UserMode && !NT_SUCCESS(MmProbe(Buffer, Length, 1, !Write)))
        Status = STATUS_ACCESS_VIOLATION;
    else if (Key != NULL)
        Status = IopCopyIn(&KeyValue, Key, sizeof(KeyValue), Call.Mode);
    if (NT_SUCCESS(Status) && Call.Synchronous)
        Status = IopLockFile(Call.File);
    if (Status != STATUS_SUCCESS) {
        IopEnd(&Call);
        return Status;
    }
    Status = IopTransferOffset(&Call, ByteOffset, Write, &Offset);
    if (NT_SUCCESS(Status))
        Status = IopCheckSectors(&Call, Length, Offset);
    if (!NT_SUCCESS(Status))
        return IopAbandon(&Call, NULL, Status);

    IRP *Irp = IopMakeRequest(&Call, Write ? IRP_MJ_WRITE : IRP_MJ_READ);
    if (Irp == NULL)
        return IopAbandon(&Call, NULL, STATUS_INSUFFICIENT_RESOURCES);
    Irp->Flags |= Write ? IRP_WRITE_OPERATION : IRP_READ_OPERATION;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->Parameters.Read.Length = Length; /* Write has the same layout */
    Stack->Parameters.Read.ByteOffset = Offset;
    Stack->Parameters.Read.Key = KeyValue;
    Status = IopTransferBuffers(&Call, Irp, Buffer, Length, Write);
    if (!NT_SUCCESS(Status))
        return IopAbandon(&Call, Irp, Status);
    return IopSend(&Call, Irp);
}

/*
 * NtReadFile - read from the driver behind a file, by the device's buffering method.
 *
 * ByteOffset: NULL or FILE_USE_FILE_POINTER_POSITION: the position of a synchronous file. The
 * driver moves the position.
 * IRQL:       PASSIVE_LEVEL.
 * Returns:    the driver's status; as NtDeviceIoControlFile; INVALID_PARAMETER for a bad offset or,
 *             unbuffered on a device with sectors, a length or offset that is no multiple of the
 *             sector.
 * Source:     DOC ntifs/NtReadFile; OBS tests/kernel/io/ZwReadFile.c; INF the status for an
 *             asynchronous file without offset, which the page only rules out.
 */
NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine, void *ApcContext,
    IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length, LARGE_INTEGER *ByteOffset,
    ULONG *Key)
{
    return IopTransfer(FALSE, FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer,
        Length, ByteOffset, Key);
}

/*
 * NtWriteFile - the counterpart of NtReadFile.
 *
 * ByteOffset: also FILE_WRITE_TO_END_OF_FILE, which is what a handle means that may append but not
 *          write, whatever is given.
 * Source:  DOC ntifs/NtWriteFile, wdm/ZwCreateFile; OBS tests/kernel/io/ZwWriteFile.c
 */
NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine, void *ApcContext,
    IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length, LARGE_INTEGER *ByteOffset,
    ULONG *Key)
{
    return IopTransfer(TRUE, FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer,
        Length, ByteOffset, Key);
}

/* ---- requests that transfer nothing ---------------------------------------------------------- */

static NTSTATUS IopDescribeLock(IRP *Irp, IO_STACK_LOCATION *Stack, const IOP_PLAIN *Plain)
{
    NTSTATUS Status = IopMakeSystemBuffer(
        Irp, sizeof(LARGE_INTEGER), &Plain->Length, 0, KernelMode);
    if (!NT_SUCCESS(Status))
        return Status;
    *(LARGE_INTEGER *)Irp->AssociatedIrp.SystemBuffer = Plain->Length;
    Stack->Parameters.LockControl.Length = Irp->AssociatedIrp.SystemBuffer;
    Stack->Parameters.LockControl.Key = Plain->Key;
    Stack->Parameters.LockControl.ByteOffset = Plain->ByteOffset;
    return STATUS_SUCCESS;
}

static NTSTATUS IopDescribeWatch(
    const IOP_CALL *Call, IRP *Irp, IO_STACK_LOCATION *Stack, const IOP_PLAIN *Plain)
{
    Stack->Parameters.NotifyDirectory.Length = Plain->BufferBytes;
    Stack->Parameters.NotifyDirectory.CompletionFilter = Plain->CompletionFilter;
    IopPacket(Irp)->OutputBytes = Plain->BufferBytes; /* a system buffer may come later */
    return IopTransferBuffers(Call, Irp, Plain->Buffer, Plain->BufferBytes, FALSE);
}

NTSTATUS IopIssueRequest(const IOP_PLAIN *Plain)
{
    IOP_CALL Call;
    NTSTATUS Status = IopBegin(Plain->FileHandle, Plain->Event, Plain->ApcRoutine,
        Plain->ApcContext, Plain->IoStatus, &Call);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Call.Mode == UserMode && !(Call.Granted & Plain->AnyAccess)) {
        IopEnd(&Call);
        return STATUS_ACCESS_DENIED;
    }
    /* Waited for on any file if the service does: the lock is taken, and it waits as on a
     * synchronous one. */
    if (Plain->Wait)
        Call.Synchronous = TRUE;
    Status = Call.Synchronous ? IopLockFile(Call.File) : STATUS_SUCCESS;
    if (Status != STATUS_SUCCESS) {
        IopEnd(&Call);
        return Status;
    }
    IRP *Irp = IopMakeRequest(&Call, Plain->MajorFunction);
    if (Irp == NULL)
        return IopAbandon(&Call, NULL, STATUS_INSUFFICIENT_RESOURCES);
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MinorFunction = Plain->MinorFunction;
    Stack->Flags = Plain->Flags;
    if (Plain->MajorFunction == IRP_MJ_LOCK_CONTROL)
        Status = IopDescribeLock(Irp, Stack, Plain);
    else if (Plain->MajorFunction == IRP_MJ_DIRECTORY_CONTROL)
        Status = IopDescribeWatch(&Call, Irp, Stack, Plain);
    return NT_SUCCESS(Status) ? IopSend(&Call, Irp) : IopAbandon(&Call, Irp, Status);
}

/*
 * NtFlushBuffersFile - have the driver write down what it has not yet, and wait for that.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status; INVALID_HANDLE, OBJECT_TYPE_MISMATCH; ACCESS_DENIED: neither write
 *          nor append access; ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/NtFlushBuffersFile; OBS tests/kernel/io/ZwFlushBuffersFile.c
 */
NTSTATUS NTAPI NtFlushBuffersFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock)
{
    const IOP_PLAIN Plain = {.FileHandle = FileHandle,
        .IoStatus = IoStatusBlock,
        .MajorFunction = IRP_MJ_FLUSH_BUFFERS,
        .AnyAccess = FILE_WRITE_DATA | FILE_APPEND_DATA,
        .Wait = TRUE};
    return IopIssueRequest(&Plain);
}

/* ---- the way in ------------------------------------------------------------------------------ */

REQUEST_SERVICES(SYS_GATE)
