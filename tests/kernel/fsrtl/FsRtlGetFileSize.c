/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlGetFileSize, FsRtlAcquireFileExclusive, FsRtlReleaseFile, FsRtlIsPagingFile - a file by its object.
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
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwCreateFile(&Handle, (Bytes != 0 ? FILE_WRITE_DATA | DELETE : 0) | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
                          &Attributes, &Block, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                          Bytes != 0 ? FILE_OVERWRITE_IF : FILE_OPEN, Options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
            STATUS_SUCCESS))
        return NULL;
    if (Bytes != 0)
        CHECK_STATUS(ZwWriteFile(Handle, NULL, NULL, NULL, &Block, Text, Bytes, &Zero, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL), STATUS_SUCCESS);
    return File;
}

static VOID Close(PFILE_OBJECT File)
{
    ObDereferenceObject(File);
    ZwClose(Handle);
}

TEST(FsRtlGetFileSize, TellsWhereAFileEnds)
{
    PFILE_OBJECT File = Open(L"\\??\\C:\\fsrtl_size.tmp", FILE_NON_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE, 123);
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

/* ---- a file system of our own ------------------------------------------------------------------------------------------ */

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

    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device), STATUS_SUCCESS))
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
