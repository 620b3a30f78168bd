/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlIssueDeviceIoControl, FsRtlKernelFsControlFile, FsRtlQueryInformationFile,
 * FsRtlQueryKernelEaFile, FsRtlSetKernelEaFile, FsRtlBalanceReads, FsRtlGetSectorSizeInformation,
 * FsRtlGetSupportedFeatures, FsRtlIsSystemPagingFile, FsRtlIsDaxVolume,
 * FsRtlAreVolumeStartupApplicationsComplete, FsRtlInsertPerFileObjectContext,
 * FsRtlLookupPerFileObjectContext, FsRtlRemovePerFileObjectContext, FsRtlAllocateAePushLock,
 * FsRtlFreeAePushLock - requests of file systems, to a device of this driver.
 */
#include <ntifs.h>
#include <ntdddisk.h>

#include "ktest.h"

#define KERNEL_CALL 4 /* IRP_MN_KERNEL_CALL */

static PDEVICE_OBJECT Device;
static FILE_OBJECT File;
static IO_STACK_LOCATION Seen;
static ULONG SectorBytes;

/* Answers with what it was given, doubled. */
static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Target, PIRP Irp)
{
    NTSTATUS Status = STATUS_SUCCESS;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Target);
    Seen = *Stack;
    Irp->IoStatus.Information = 0;
    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL &&
        Stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_DISK_GET_DRIVE_GEOMETRY) {
        ((PDISK_GEOMETRY)Irp->AssociatedIrp.SystemBuffer)->BytesPerSector = SectorBytes;
        Irp->IoStatus.Information = sizeof(DISK_GEOMETRY);
    } else if (Stack->MajorFunction == IRP_MJ_QUERY_EA || Stack->MajorFunction == IRP_MJ_SET_EA) {
        Irp->IoStatus.Information = 5;
    } else if (Stack->Parameters.DeviceIoControl.OutputBufferLength >= sizeof(ULONG) &&
               Stack->Parameters.DeviceIoControl.InputBufferLength == sizeof(ULONG)) {
        *(PULONG)Irp->AssociatedIrp.SystemBuffer *= 2;
        Irp->IoStatus.Information = sizeof(ULONG);
    } else {
        Status = STATUS_INVALID_DEVICE_REQUEST;
    }
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static BOOLEAN Begin(DEVICE_TYPE Type)
{
    static const UCHAR Majors[] = {
        IRP_MJ_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_QUERY_EA, IRP_MJ_SET_EA};
    ULONG I;

    for (I = 0; I < RTL_NUMBER_OF(Majors); I++)
        KtestDriverObject->MajorFunction[Majors[I]] = Answer;
    if (!CHECK_STATUS(
            IoCreateDevice(KtestDriverObject, 0, NULL, Type, 0, FALSE, &Device), STATUS_SUCCESS))
        return FALSE;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    RtlZeroMemory(&File, sizeof(File));
    RtlZeroMemory(&Seen, sizeof(Seen));
    File.Type = 5; /* IO_TYPE_FILE */
    File.Size = sizeof(File);
    File.DeviceObject = Device;
    return TRUE;
}

static PVOID Export(const WCHAR *Name)
{
    PVOID Address = KtestExport(Name);

    if (Address == NULL)
        skip("newer than this Windows");
    return Address;
}

#define DOUBLE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

TEST(FsRtlIssueDeviceIoControl, SendsAndWaits)
{
    NTSTATUS(NTAPI *Issue)(PDEVICE_OBJECT, ULONG, UCHAR, PVOID, ULONG, PVOID, ULONG, PULONG_PTR) =
        Export(L"FsRtlIssueDeviceIoControl");
    ULONG In = 21, Out = 0;
    ULONG_PTR Information = 77;

    if (Issue == NULL || !Begin(FILE_DEVICE_UNKNOWN))
        return;
    CHECK_STATUS(Issue(Device, DOUBLE, SL_OVERRIDE_VERIFY_VOLUME, &In, sizeof(In), &Out,
                     sizeof(Out), &Information),
        STATUS_SUCCESS);
    CHECK_EQ(Out, 42);
    CHECK_EQ(Information, sizeof(ULONG));
    CHECK_EQ(Seen.MajorFunction, IRP_MJ_DEVICE_CONTROL);
    CHECK((Seen.Flags & SL_OVERRIDE_VERIFY_VOLUME) != 0);
    CHECK_STATUS(
        Issue(Device, DOUBLE, 0, NULL, 0, NULL, 0, &Information), STATUS_INVALID_DEVICE_REQUEST);
    IoDeleteDevice(Device);
}

TEST(FsRtlKernelFsControlFile, IsACallOfTheKernel)
{
    NTSTATUS(NTAPI * Control)
    (PFILE_OBJECT, ULONG, PVOID, ULONG, PVOID, ULONG, PULONG) = Export(L"FsRtlKernelFsControlFile");
    ULONG In = 4, Out = 0, Bytes = 77;

    if (Control == NULL || !Begin(FILE_DEVICE_DISK_FILE_SYSTEM))
        return;
    CHECK_STATUS(
        Control(&File, DOUBLE, &In, sizeof(In), &Out, sizeof(Out), &Bytes), STATUS_SUCCESS);
    CHECK_EQ(Out, 8);
    CHECK_EQ(Bytes, sizeof(ULONG));
    CHECK_EQ(Seen.MajorFunction, IRP_MJ_FILE_SYSTEM_CONTROL);
    CHECK_EQ(Seen.MinorFunction, KERNEL_CALL);
    CHECK_PTR(Seen.FileObject, &File);
    CHECK_STATUS(Control(&File, DOUBLE, NULL, 0, NULL, 0, &Bytes), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(Control(NULL, DOUBLE, NULL, 0, NULL, 0, &Bytes), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(Device);
}

TEST(FsRtlQueryKernelEaFile, AsksAsTheKernel)
{
    NTSTATUS(NTAPI * Query)
    (PFILE_OBJECT, PVOID, ULONG, BOOLEAN, PVOID, ULONG, PULONG, BOOLEAN, PULONG) = Export(
        L"FsRtlQueryKernelEaFile");
    UCHAR Buffer[32];
    ULONG Index = 3, Bytes = 0;

    if (Query == NULL || !Begin(FILE_DEVICE_DISK_FILE_SYSTEM))
        return;
    CHECK_STATUS(
        Query(&File, Buffer, sizeof(Buffer), TRUE, NULL, 0, &Index, FALSE, &Bytes), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 5);
    CHECK_EQ(Seen.MajorFunction, IRP_MJ_QUERY_EA);
    CHECK_EQ(Seen.Flags, SL_RETURN_SINGLE_ENTRY | SL_INDEX_SPECIFIED);
    CHECK_EQ(Seen.Parameters.QueryEa.Length, sizeof(Buffer));
    CHECK_EQ(Seen.Parameters.QueryEa.EaIndex, 3);
    File.Flags = FO_DIRECT_DEVICE_OPEN;
    CHECK_STATUS(Query(&File, Buffer, sizeof(Buffer), TRUE, NULL, 0, NULL, FALSE, &Bytes),
        STATUS_INVALID_DEVICE_REQUEST);
    IoDeleteDevice(Device);
}

TEST(FsRtlSetKernelEaFile, ChecksTheList)
{
    NTSTATUS(NTAPI *Set)(PFILE_OBJECT, PVOID, ULONG) = Export(L"FsRtlSetKernelEaFile");
    union {
        FILE_FULL_EA_INFORMATION Entry;
        UCHAR Room[16];
    } List;

    if (Set == NULL || !Begin(FILE_DEVICE_DISK_FILE_SYSTEM))
        return;
    RtlZeroMemory(&List, sizeof(List));
    List.Entry.EaNameLength = 2;
    List.Entry.EaName[0] = 'E';
    List.Entry.EaName[1] = 'A';
    List.Entry.EaValueLength = 1;
    CHECK_STATUS(Set(&File, &List, 12), STATUS_SUCCESS);
    CHECK_EQ(Seen.MajorFunction, IRP_MJ_SET_EA);
    CHECK_EQ(Seen.MinorFunction, KERNEL_CALL);
    CHECK_EQ(Seen.Parameters.SetEa.Length, 12);
    CHECK_STATUS(Set(&File, &List, 4), STATUS_EA_LIST_INCONSISTENT);
    IoDeleteDevice(Device);
}

TEST(FsRtlBalanceReads, AsksTheDevice)
{
    if (!Begin(FILE_DEVICE_DISK))
        return;
    CHECK_STATUS(FsRtlBalanceReads(Device), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_EQ(Seen.Parameters.DeviceIoControl.IoControlCode, 0x66001B);
    IoDeleteDevice(Device);
}

TEST(FsRtlGetSectorSizeInformation, KnowsSectors)
{
    typedef struct {
        ULONG Logical, Atomic, Performance, FileSystem, Flags, SectorOffset, PartitionOffset;
    } SECTORS;
    NTSTATUS(NTAPI *Get)(PDEVICE_OBJECT, SECTORS *) = Export(L"FsRtlGetSectorSizeInformation");
    SECTORS Sectors;

    if (Get == NULL || !Begin(FILE_DEVICE_DISK))
        return;
    SectorBytes = 512;
    CHECK_STATUS(Get(Device, &Sectors), STATUS_SUCCESS);
    CHECK_EQ(Sectors.Logical, 512);
    CHECK_EQ(Sectors.Atomic, 512);
    CHECK_EQ(Sectors.Performance, 512);
    CHECK_EQ(Sectors.FileSystem, 512);
    SectorBytes = 0;
    CHECK_STATUS(Get(Device, &Sectors), STATUS_BAD_DEVICE_TYPE);
    IoDeleteDevice(Device);
}

TEST(FsRtlGetSupportedFeatures, IsForFileSystems)
{
    NTSTATUS(NTAPI *Get)(PDEVICE_OBJECT, PULONG) = Export(L"FsRtlGetSupportedFeatures");
    ULONG Features;

    if (Get == NULL || !Begin(FILE_DEVICE_UNKNOWN))
        return;
    CHECK_STATUS(Get(Device, &Features), STATUS_FLT_INTERNAL_ERROR);
    IoDeleteDevice(Device);
}

/* ---- of a file of C: ------------------------------------------------------------------------- */

static PFILE_OBJECT OpenRoot(VOID)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    PFILE_OBJECT Root = NULL;
    KTEST_STRING(Name, L"\\SystemRoot");

    InitializeObjectAttributes(
        &Object, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Object, &Io,
                          FILE_SHARE_READ | FILE_SHARE_WRITE,
                          FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&Root, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return Root;
}

TEST(FsRtlQueryInformationFile, AsksAboutAFile)
{
    NTSTATUS(NTAPI * Query)
    (PFILE_OBJECT, PVOID, ULONG, FILE_INFORMATION_CLASS, PULONG) = Export(
        L"FsRtlQueryInformationFile");
    FILE_STANDARD_INFORMATION Standard;
    ULONG Bytes = 0;
    PFILE_OBJECT Root;

    if (Query == NULL || (Root = OpenRoot()) == NULL)
        return;
    CHECK_STATUS(
        Query(Root, &Standard, sizeof(Standard), FileStandardInformation, &Bytes), STATUS_SUCCESS);
    CHECK_EQ(Bytes, sizeof(Standard));
    CHECK(Standard.Directory);
    CHECK_STATUS(Query(NULL, &Standard, sizeof(Standard), FileStandardInformation, &Bytes),
        STATUS_INVALID_PARAMETER);
    ObDereferenceObject(Root);
}

TEST(FsRtlIsSystemPagingFile, IsNoFolder)
{
    LOGICAL(NTAPI *IsPaging)(PFILE_OBJECT) = Export(L"FsRtlIsSystemPagingFile");
    BOOLEAN(NTAPI *IsDax)(PFILE_OBJECT) = KtestExport(L"FsRtlIsDaxVolume");
    BOOLEAN(NTAPI *IsComplete)(VOID) = KtestExport(L"FsRtlAreVolumeStartupApplicationsComplete");
    PFILE_OBJECT Root;

    if (IsPaging == NULL || (Root = OpenRoot()) == NULL)
        return;
    CHECK(!IsPaging(Root));
    if (IsDax != NULL)
        CHECK(!IsDax(Root));
    if (IsComplete != NULL)
        CHECK(IsComplete());
    ObDereferenceObject(Root);
}

typedef struct {
    LIST_ENTRY Links;
    PVOID OwnerId, InstanceId;
} OBJECT_CONTEXT;

TEST(FsRtlInsertPerFileObjectContext, HangsOnAFileObject)
{
    NTSTATUS(NTAPI * Insert)
    (PFILE_OBJECT, OBJECT_CONTEXT *) = Export(L"FsRtlInsertPerFileObjectContext");
    OBJECT_CONTEXT *(NTAPI * Lookup)(PFILE_OBJECT, PVOID, PVOID) = KtestExport(
        L"FsRtlLookupPerFileObjectContext");
    OBJECT_CONTEXT *(NTAPI * Remove)(PFILE_OBJECT, PVOID, PVOID) = KtestExport(
        L"FsRtlRemovePerFileObjectContext");
    OBJECT_CONTEXT First = {.OwnerId = &First, .InstanceId = &Device},
                   Second = {.OwnerId = &First, .InstanceId = &File};
    PFILE_OBJECT Root;

    if (Insert == NULL || (Root = OpenRoot()) == NULL)
        return;
    CHECK_PTR(Lookup(Root, NULL, NULL), NULL);
    CHECK_STATUS(Insert(Root, &First), STATUS_SUCCESS);
    CHECK_STATUS(Insert(Root, &Second), STATUS_SUCCESS);
    CHECK_STATUS(Insert(NULL, &Second), STATUS_INVALID_PARAMETER);
    CHECK_PTR(Lookup(Root, &First, &Device), &First);
    CHECK_PTR(Lookup(Root, &First, &File), &Second);
    CHECK_PTR(Lookup(Root, &Second, NULL), NULL);
    CHECK_PTR(Remove(Root, &First, &Device), &First);
    CHECK_PTR(Remove(Root, &First, &Device), NULL);
    CHECK_PTR(Remove(Root, &First, NULL), &Second);
    ObDereferenceObject(Root);
}

TEST(FsRtlAllocateAePushLock, GivesMemory)
{
    PVOID(NTAPI *Allocate)(POOL_TYPE, ULONG) = Export(L"FsRtlAllocateAePushLock");
    VOID(NTAPI *Free)(PVOID) = KtestExport(L"FsRtlFreeAePushLock");
    PVOID Lock;

    if (Allocate == NULL || !CHECK(Free != NULL))
        return;
    Lock = Allocate(NonPagedPool, 'tseT');
    if (CHECK(Lock != NULL))
        Free(Lock);
}
