/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlGetFileSize, FsRtlAcquireFileExclusive, FsRtlReleaseFile, FsRtlIsPagingFile,
 * FsRtlRegisterFileSystemFilterCallbacks - a file by its object.
 */
#include "ktest.h"

NTKERNELAPI NTSTATUS NTAPI FsRtlGetFileSize(PFILE_OBJECT FileObject, PLARGE_INTEGER FileSize);
NTKERNELAPI VOID NTAPI FsRtlAcquireFileExclusive(PFILE_OBJECT FileObject);
NTKERNELAPI VOID NTAPI FsRtlReleaseFile(PFILE_OBJECT FileObject);
NTKERNELAPI ULONG NTAPI FsRtlIsPagingFile(PFILE_OBJECT FileObject);

static HANDLE Handle;

/* NULL: it did not open. With Bytes a new file of so many, gone with Handle. */
static PFILE_OBJECT Open(PCWSTR Path, ULONG Options, ULONG Bytes)
{
    static CHAR Text[300];
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Block;
    PFILE_OBJECT File = NULL;
    LARGE_INTEGER Zero = {.QuadPart = 0};

    RtlInitUnicodeString(&Name, Path);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateFile(&Handle,
                (Bytes != 0 ? FILE_WRITE_DATA | DELETE : 0) | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
                &Attributes, &Block, NULL, 0,
                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                Bytes != 0 ? FILE_OVERWRITE_IF : FILE_OPEN, Options | FILE_SYNCHRONOUS_IO_NONALERT,
                NULL, 0),
            STATUS_SUCCESS))
        return NULL;
    if (Bytes != 0)
        CHECK_STATUS(ZwWriteFile(Handle, NULL, NULL, NULL, &Block, Text, Bytes, &Zero, NULL),
            STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
        STATUS_SUCCESS);
    return File;
}

static VOID Close(PFILE_OBJECT File)
{
    ObDereferenceObject(File);
    ZwClose(Handle);
}

TEST(FsRtlGetFileSize, TellsWhereAFileEnds)
{
    PFILE_OBJECT File = Open(
        L"\\??\\C:\\fsrtl_size.tmp", FILE_NON_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE, 123);
    LARGE_INTEGER Size = {.QuadPart = -1};

    if (File == NULL)
        return;
    CHECK_STATUS(FsRtlGetFileSize(File, &Size), STATUS_SUCCESS);
    CHECK_EQ(Size.QuadPart, 123);
    Close(File);
}

TEST(FsRtlGetFileSize, RefusesADirectory)
{
    PFILE_OBJECT File = Open(L"\\??\\C:\\", FILE_DIRECTORY_FILE, 0);
    LARGE_INTEGER Size = {.QuadPart = -1};

    if (File == NULL)
        return;
    CHECK_STATUS(FsRtlGetFileSize(File, &Size), STATUS_FILE_IS_A_DIRECTORY);
    CHECK_EQ(Size.QuadPart, (ULONG64)-1);
    Close(File);
}

TEST(FsRtlIsPagingFile, IsFalseForADirectory)
{
    PFILE_OBJECT File = Open(L"\\??\\C:\\", FILE_DIRECTORY_FILE, 0);

    if (File == NULL)
        return;
    CHECK(!FsRtlIsPagingFile(File));
    Close(File);
}

/* ---- a file system of our own ---------------------------------------------------------------- */

/* FSRTL_COMMON_FCB_HEADER. */
typedef struct HEADER {
    CSHORT NodeTypeCode, NodeByteSize;
    UCHAR Flags[4];
    PERESOURCE Resource, PagingIoResource;
    LARGE_INTEGER Sizes[3];
} HEADER;

static FILE_OBJECT Ours;
static ULONG Acquired, Released;

static VOID NTAPI Acquire(PFILE_OBJECT File)
{
    Acquired += File == &Ours;
}

static VOID NTAPI Release(PFILE_OBJECT File)
{
    Released += File == &Ours;
}

static BOOLEAN MakeFile(PVOID FsContext)
{
    PDEVICE_OBJECT Device;

    if (!CHECK_STATUS(
            IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
            STATUS_SUCCESS))
        return FALSE;
    RtlZeroMemory(&Ours, sizeof(Ours));
    Ours.Type = IO_TYPE_FILE;
    Ours.Size = sizeof(Ours);
    Ours.DeviceObject = Device;
    Ours.FsContext = FsContext;
    return TRUE;
}

TEST(FsRtlAcquireFileExclusive, AsksTheFileSystem)
{
    static FAST_IO_DISPATCH FastIo;
    PFAST_IO_DISPATCH Before = KtestDriverObject->FastIoDispatch;

    if (!MakeFile(NULL))
        return;
    FastIo.SizeOfFastIoDispatch = sizeof(FastIo);
    FastIo.AcquireFileForNtCreateSection = Acquire;
    FastIo.ReleaseFileForNtCreateSection = Release;
    KtestDriverObject->FastIoDispatch = &FastIo;
    Acquired = Released = 0;
    FsRtlAcquireFileExclusive(&Ours);
    CHECK_EQ(Acquired, 1);
    CHECK_EQ(Released, 0);
    FsRtlReleaseFile(&Ours);
    CHECK_EQ(Released, 1);
    KtestDriverObject->FastIoDispatch = Before;
    IoDeleteDevice(Ours.DeviceObject);
}

TEST(FsRtlReleaseFile, GivesBackTheHeadersResource)
{
    PERESOURCE Resource = ExAllocatePoolWithTag(NonPagedPool, sizeof(ERESOURCE), 'tseT');
    HEADER Header;

    if (!CHECK(Resource != NULL))
        return;
    RtlZeroMemory(&Header, sizeof(Header));
    ExInitializeResourceLite(Resource);
    Header.Resource = Resource;
    if (MakeFile(&Header)) {
        FsRtlAcquireFileExclusive(&Ours);
        CHECK(ExIsResourceAcquiredExclusiveLite(Resource));
        FsRtlReleaseFile(&Ours);
        CHECK(!ExIsResourceAcquiredExclusiveLite(Resource));
        IoDeleteDevice(Ours.DeviceObject);
    }
    ExDeleteResourceLite(Resource);
    ExFreePoolWithTag(Resource, 'tseT');
}

/* ---- filters --------------------------------------------------------------------------------- */

typedef struct {
    ULONG Size;
    UCHAR Operation, Reserved;
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;
    PVOID Parameters[5];
} FILTER_DATA;

/* FS_FILTER_CALLBACKS. */
typedef struct {
    ULONG Size, Reserved;
    struct {
        NTSTATUS(NTAPI *Pre)(FILTER_DATA *Data, PVOID *Context);
        VOID(NTAPI *Post)(FILTER_DATA *Data, NTSTATUS Status, PVOID Context);
    } Pair[7];
} FILTER_CALLBACKS;

static struct {
    UCHAR Operation;
    PDEVICE_OBJECT Device;
    NTSTATUS Answer, Told;
    ULONG Before, After;
} Asked;

static NTSTATUS NTAPI BeforeSection(FILTER_DATA *Data, PVOID *Context)
{
    *Context = &Asked;
    Asked.Operation = Data->Operation;
    Asked.Device = Data->Device;
    Asked.Before++;
    return Asked.Answer;
}

static VOID NTAPI AfterSection(FILTER_DATA *Data, NTSTATUS Status, PVOID Context)
{
    UNREFERENCED_PARAMETER(Data);
    CHECK_PTR(Context, &Asked);
    Asked.Told = Status;
    Asked.After++;
}

TEST(FsRtlRegisterFileSystemFilterCallbacks, AreAskedWhenAFileIsHeld)
{
    NTSTATUS(NTAPI *Register)(PDRIVER_OBJECT, FILTER_CALLBACKS *) =
        KtestExport(L"FsRtlRegisterFileSystemFilterCallbacks");
    FILTER_CALLBACKS Callbacks;
    PDEVICE_OBJECT FileSystem;
    FILE_OBJECT File;

    if (!CHECK(Register != NULL) ||
        !CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0,
                          FALSE, &FileSystem),
            STATUS_SUCCESS))
        return;
    RtlZeroMemory(&File, sizeof(File));
    RtlZeroMemory(&Asked, sizeof(Asked));
    File.DeviceObject = FileSystem;
    RtlZeroMemory(&Callbacks, sizeof(Callbacks));
    Callbacks.Size = sizeof(Callbacks);
    Callbacks.Pair[0].Pre = BeforeSection;
    Callbacks.Pair[0].Post = AfterSection;
    CHECK_STATUS(Register(KtestDriverObject, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Register(KtestDriverObject, &Callbacks), STATUS_SUCCESS);
    Asked.Answer = 0x126; /* STATUS_FSFILTER_OP_COMPLETED_SUCCESSFULLY */
    FsRtlAcquireFileExclusive(&File);
    CHECK_EQ(Asked.Before, 1);
    CHECK_EQ(Asked.After, 1);
    CHECK_STATUS(Asked.Told, STATUS_SUCCESS);
    CHECK_EQ(Asked.Operation, 0xFF);
    CHECK_PTR(Asked.Device, FileSystem);
    FsRtlReleaseFile(&File);
    CHECK_EQ(Asked.Before, 1); /* that is another pair's */
    RtlZeroMemory(Callbacks.Pair, sizeof(Callbacks.Pair));
    CHECK_STATUS(Register(KtestDriverObject, &Callbacks), STATUS_SUCCESS);
    IoDeleteDevice(FileSystem);
}

TEST(FsRtlAcquireFileExclusive, TakesFilesOfC)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    PFILE_OBJECT Root = NULL;
    HANDLE Opened;
    KTEST_STRING(Name, L"\\SystemRoot");

    InitializeObjectAttributes(
        &Object, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Opened, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Object, &Io,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_DIRECTORY_FILE),
                      STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Opened, 0, NULL, KernelMode, (PVOID *)&Root, NULL),
            STATUS_SUCCESS)) {
        FsRtlAcquireFileExclusive(Root);
        FsRtlReleaseFile(Root);
        /* Filters find out whether they may hang contexts on it. */
        CHECK((((const UCHAR *)Root->FsContext)[6] & 2) != 0);
        ObDereferenceObject(Root);
    }
    ZwClose(Opened);
}
