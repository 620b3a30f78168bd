/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The file system of cc_test.h. Every handle is of the same file; only paging requests reach its
 * bytes.
 */
#include "cc_test.h"

#define NAME L"\\Device\\CcTest"

CC_FILE CcFile;
PDEVICE_OBJECT CcDevice;

/* ---- requests -------------------------------------------------------------------------------- */

/* Beyond the room there is only the pattern. */
static VOID Invent(PUCHAR Bytes, LONGLONG Offset, ULONG Length)
{
    ULONG Index;

    for (Index = 0; Index < Length; Index++)
        Bytes[Index] = CcByte(Offset + Index);
}

static NTSTATUS Transfer(PIRP Irp, PIO_STACK_LOCATION Stack, PULONG_PTR Information)
{
    const BOOLEAN Write = Stack->MajorFunction == IRP_MJ_WRITE;
    const LONGLONG Offset = Stack->Parameters.Read.ByteOffset.QuadPart;
    ULONG Length = Stack->Parameters.Read.Length;
    PUCHAR Bytes;

    if (!(Irp->Flags & IRP_PAGING_IO) || !(Irp->Flags & IRP_NOCACHE) || Irp->MdlAddress == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    InterlockedIncrement(Write ? &CcFile.Writes : &CcFile.Reads);
    if (!Write && CcFile.ReadStarted != NULL) {
        KeSetEvent(CcFile.ReadStarted, IO_NO_INCREMENT, FALSE);
        KtestWait(CcFile.ReadGoOn);
    }
    if (!NT_SUCCESS(Write ? CcFile.WriteStatus : CcFile.ReadStatus))
        return Write ? CcFile.WriteStatus : CcFile.ReadStatus;
    if (Offset >= CcFile.Header.FileSize.QuadPart)
        return STATUS_END_OF_FILE;
    if (Length > CcFile.Header.FileSize.QuadPart - Offset)
        Length = (ULONG)(CcFile.Header.FileSize.QuadPart - Offset);
    Bytes = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    if (Bytes == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Offset + Length > CC_ROOM)
        Invent(Bytes, Offset, Length);
    else if (Write)
        RtlCopyMemory(CcFile.Data + Offset, Bytes, Length);
    else
        RtlCopyMemory(Bytes, CcFile.Data + Offset, Length);
    *Information = Length;
    return STATUS_SUCCESS;
}

static NTSTATUS Set(PIRP Irp, PIO_STACK_LOCATION Stack)
{
    const FILE_END_OF_FILE_INFORMATION *End = Irp->AssociatedIrp.SystemBuffer;

    if (Stack->Parameters.SetFile.FileInformationClass != FileEndOfFileInformation ||
        !Stack->Parameters.SetFile.AdvanceOnly)
        return STATUS_INVALID_PARAMETER;
    CcFile.Advanced = End->EndOfFile.QuadPart;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(Device);
    Irp->IoStatus.Information = 0;
    switch (Stack->MajorFunction) {
    case IRP_MJ_CREATE:
        Stack->FileObject->FsContext = &CcFile.Header;
        Stack->FileObject->SectionObjectPointer = &CcFile.Pointers;
        break;
    case IRP_MJ_CLEANUP:
        CcUninitializeCacheMap(Stack->FileObject, NULL, NULL);
        break;
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
        Status = Transfer(Irp, Stack, &Irp->IoStatus.Information);
        break;
    case IRP_MJ_SET_INFORMATION:
        Status = Set(Irp, Stack);
        break;
    default:
        break;
    }
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* ---- callbacks ------------------------------------------------------------------------------- */

static BOOLEAN Acquire(PVOID Context, BOOLEAN Wait)
{
    KeEnterCriticalRegion();
    if (Context == &CcFile && ExAcquireResourceSharedLite(&CcFile.PagingIoResource, Wait))
        return TRUE;
    KeLeaveCriticalRegion();
    return FALSE;
}

static VOID Release(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExReleaseResourceLite(&CcFile.PagingIoResource);
    KeLeaveCriticalRegion();
}

static BOOLEAN NTAPI AcquireForLazyWrite(PVOID Context, BOOLEAN Wait)
{
    if (!Acquire(Context, Wait))
        return FALSE;
    InterlockedIncrement(&CcFile.LazyWrites);
    return TRUE;
}

static VOID NTAPI ReleaseFromLazyWrite(PVOID Context)
{
    Release(Context);
    KeSetEvent(&CcFile.LazilyWritten, IO_NO_INCREMENT, FALSE);
}

static BOOLEAN NTAPI AcquireForReadAhead(PVOID Context, BOOLEAN Wait)
{
    if (!Acquire(Context, Wait))
        return FALSE;
    InterlockedIncrement(&CcFile.ReadAheads);
    return TRUE;
}

static VOID NTAPI ReleaseFromReadAhead(PVOID Context)
{
    Release(Context);
    KeSetEvent(&CcFile.HasReadAhead, IO_NO_INCREMENT, FALSE);
}

CACHE_MANAGER_CALLBACKS CcCallbacks = {
    AcquireForLazyWrite, ReleaseFromLazyWrite, AcquireForReadAhead, ReleaseFromReadAhead};

/* ---- opening and closing --------------------------------------------------------------------- */

static HANDLE Handles[2];

static PFILE_OBJECT Open(HANDLE *Handle)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    PFILE_OBJECT File = NULL;
    KTEST_STRING(Name, NAME L"\\File");

    InitializeObjectAttributes(
        &Object, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwCreateFile(Handle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &Object,
                          &Io, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN,
                          FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(
        ObReferenceObjectByHandle(*Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
        STATUS_SUCCESS);
    return File;
}

static BOOLEAN MakeDevice(VOID)
{
    ULONG Major;
    KTEST_STRING(Name, NAME);

    for (Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        KtestDriverObject->MajorFunction[Major] = Dispatch;
    if (!CHECK_STATUS(
            IoCreateDevice(KtestDriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &CcDevice),
            STATUS_SUCCESS))
        return FALSE;
    CcDevice->Flags |= DO_DIRECT_IO;
    CcDevice->Flags &= ~DO_DEVICE_INITIALIZING;
    return TRUE;
}

static VOID RemoveFile(VOID)
{
    IoDeleteDevice(CcDevice);
    ExDeleteResourceLite(&CcFile.Resource);
    ExDeleteResourceLite(&CcFile.PagingIoResource);
    ExFreePoolWithTag(CcFile.Data, CC_TAG);
}

PFILE_OBJECT CcTestOpen(ULONG Bytes)
{
    ULONG Offset;
    PFILE_OBJECT File;

    RtlZeroMemory(&CcFile, sizeof(CcFile));
    CcFile.Data = ExAllocatePoolWithTag(NonPagedPool, CC_ROOM, CC_TAG);
    if (!CHECK(CcFile.Data != NULL))
        return NULL;
    if (!MakeDevice()) {
        ExFreePoolWithTag(CcFile.Data, CC_TAG);
        return NULL;
    }
    for (Offset = 0; Offset < CC_ROOM; Offset++)
        CcFile.Data[Offset] = CcByte(Offset);
    ExInitializeResourceLite(&CcFile.Resource);
    ExInitializeResourceLite(&CcFile.PagingIoResource);
    KeInitializeEvent(&CcFile.LazilyWritten, SynchronizationEvent, FALSE);
    KeInitializeEvent(&CcFile.HasReadAhead, NotificationEvent, FALSE);
    CcFile.Header.NodeTypeCode = 0x0502;
    CcFile.Header.NodeByteSize = sizeof(CcFile.Header);
    CcFile.Header.IsFastIoPossible = FastIoIsPossible;
    CcFile.Header.Resource = &CcFile.Resource;
    CcFile.Header.PagingIoResource = &CcFile.PagingIoResource;
    CcFile.Header.AllocationSize.QuadPart = Bytes > CC_ROOM ? Bytes : CC_ROOM;
    CcFile.Header.FileSize.QuadPart = Bytes;
    CcFile.Header.ValidDataLength.QuadPart = Bytes;
    File = Open(&Handles[0]);
    if (File == NULL)
        RemoveFile();
    return File;
}

PFILE_OBJECT CcTestOpenAgain(VOID)
{
    return Open(&Handles[1]);
}

VOID CcTestCloseAgain(PFILE_OBJECT File)
{
    ObDereferenceObject(File);
    ZwClose(Handles[1]);
}

VOID CcTestCache(PFILE_OBJECT File, LONGLONG ValidDataLength)
{
    CC_FILE_SIZES Sizes;

    Sizes.AllocationSize = CcFile.Header.AllocationSize;
    Sizes.FileSize = CcFile.Header.FileSize;
    Sizes.ValidDataLength.QuadPart = ValidDataLength;
    CcInitializeCacheMap(File, &Sizes, TRUE, &CcCallbacks, &CcFile);
}

PFILE_OBJECT CcTestOpenCached(ULONG Bytes)
{
    PFILE_OBJECT File = CcTestOpen(Bytes);

    if (File != NULL) {
        CcTestCache(File, Bytes);
        CcSetAdditionalCacheAttributes(File, TRUE, FALSE); /* nothing is read ahead */
    }
    return File;
}

VOID CcTestUncache(PFILE_OBJECT File, PLARGE_INTEGER TruncateSize)
{
    static CACHE_UNINITIALIZE_EVENT Gone;

    KeInitializeEvent(&Gone.Event, SynchronizationEvent, FALSE);
    CcUninitializeCacheMap(File, TruncateSize, &Gone);
    CHECK_STATUS(KtestWait(&Gone.Event), STATUS_SUCCESS);
}

VOID CcTestClose(PFILE_OBJECT File)
{
    CcFile.ReadStatus = CcFile.WriteStatus = STATUS_SUCCESS;
    CcTestUncache(File, NULL);
    CHECK(CcFile.Pointers.SharedCacheMap == NULL);
    CcPurgeCacheSection(&CcFile.Pointers, NULL, 0, FALSE);
    MmForceSectionClosed(&CcFile.Pointers, FALSE);
    ObDereferenceObject(File);
    ZwClose(Handles[0]);
    RemoveFile();
}

/* ---- what tests do often --------------------------------------------------------------------- */

NTSTATUS CcTestRead(PFILE_OBJECT File, LONGLONG Offset, ULONG Length, PVOID Buffer)
{
    LARGE_INTEGER At = CcTestOffset(Offset);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    volatile NTSTATUS Status = STATUS_UNSUCCESSFUL;

    __try {
        if (CcCopyRead(File, &At, Length, TRUE, Buffer, &Io))
            Status = Io.Information == Length ? Io.Status : STATUS_INFO_LENGTH_MISMATCH;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

NTSTATUS CcTestWrite(PFILE_OBJECT File, LONGLONG Offset, ULONG Length, PVOID Buffer)
{
    LARGE_INTEGER At = CcTestOffset(Offset);
    volatile NTSTATUS Status = STATUS_UNSUCCESSFUL;

    __try {
        if (CcCopyWrite(File, &At, Length, TRUE, Buffer))
            Status = STATUS_SUCCESS;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

NTSTATUS CcTestFlush(LONGLONG Offset, ULONG Length)
{
    LARGE_INTEGER At = CcTestOffset(Offset);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};

    CcFlushCache(&CcFile.Pointers, Length != 0 ? &At : NULL, Length, &Io);
    return Io.Status;
}

BOOLEAN CcTestIsPattern(const void *Bytes, LONGLONG Offset, ULONG Length)
{
    const UCHAR *At = Bytes;
    ULONG Index;

    for (Index = 0; Index < Length; Index++) {
        if (At[Index] != CcByte(Offset + Index))
            return FALSE;
    }
    return TRUE;
}

BOOLEAN CcTestIsFilled(const void *Bytes, ULONG Length, UCHAR With)
{
    const UCHAR *At = Bytes;
    ULONG Index;

    for (Index = 0; Index < Length; Index++) {
        if (At[Index] != With)
            return FALSE;
    }
    return TRUE;
}
