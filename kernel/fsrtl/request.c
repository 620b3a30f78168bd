/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests that a file system or filter makes of a device or file, and waits for. Buffers are
 * kernel memory.
 */
#include "fsrtl/fsrtl.h"
#include "nt/ntdddisk.h"

#define FSRTLP_BALANCED_READ_MODE 0x0066001Bu /* FT_BALANCED_READ_MODE */
#define FSRTLP_ALIGNED 3u /* SSINFO_FLAGS_ALIGNED_DEVICE, _PARTITION_ALIGNED_ON_DEVICE */

/* ---- sending --------------------------------------------------------------------------------- */

/* A request of io's own kind, which io frees. NULL: there is no memory. */
static NTSTATUS FsrtlpSend(
    DEVICE_OBJECT *Device, IRP *Irp, KEVENT *Event, IO_STATUS_BLOCK *IoStatus)
{
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = IofCallDriver(Device, Irp);
    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
        Status = IoStatus->Status;
    }
    return Status;
}

/*
 * FsRtlIssueDeviceIoControl - a control request to a device.
 *
 * Flags:   of the stack location, SL_OVERRIDE_VERIFY_VOLUME and the like. IosbInformation:
 *          optional.
 * IRQL:    <= APC_LEVEL
 * Returns: the driver's status; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlIssueDeviceIoControl
 */
NTSTATUS NTAPI FsRtlIssueDeviceIoControl(DEVICE_OBJECT *DeviceObject, ULONG IoCtl, UCHAR Flags,
    PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
    ULONG_PTR *IosbInformation)
{
    IO_STATUS_BLOCK IoStatus = {.Information = 0};
    KEVENT Event;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    IRP *Irp = IoBuildDeviceIoControlRequest(IoCtl, DeviceObject, InputBuffer, InputBufferLength,
        OutputBuffer, OutputBufferLength, FALSE, &Event, &IoStatus);
    if (Irp != NULL)
        IoGetNextIrpStackLocation(Irp)->Flags |= Flags;
    NTSTATUS Status = FsrtlpSend(DeviceObject, Irp, &Event, &IoStatus);
    if (IosbInformation != NULL)
        *IosbInformation = IoStatus.Information;
    return Status;
}

/*
 * FsRtlKernelFsControlFile - a file system control request for a file, as one of the kernel's
 * (IRP_MN_KERNEL_CALL).
 *
 * RetOutputBufferSize: bytes returned, 0 on failure.
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status; INVALID_PARAMETER: no file object; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlKernelFsControlFile
 */
NTSTATUS NTAPI FsRtlKernelFsControlFile(FILE_OBJECT *FileObject, ULONG FsControlCode,
    PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
    ULONG *RetOutputBufferSize)
{
    IO_STATUS_BLOCK IoStatus = {.Information = 0};
    KEVENT Event;
    *RetOutputBufferSize = 0;
    if (FileObject == NULL)
        return STATUS_INVALID_PARAMETER;
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    IRP *Irp = IoBuildDeviceIoControlRequest(FsControlCode, Device, InputBuffer, InputBufferLength,
        OutputBuffer, OutputBufferLength, FALSE, &Event, &IoStatus);
    if (Irp != NULL) {
        IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
        Stack->MajorFunction = IRP_MJ_FILE_SYSTEM_CONTROL;
        Stack->MinorFunction = IRP_MN_KERNEL_CALL;
        Stack->FileObject = FileObject;
    }
    NTSTATUS Status = FsrtlpSend(Device, Irp, &Event, &IoStatus);
    *RetOutputBufferSize = (ULONG)IoStatus.Information;
    return Status;
}

#define FSRTLP_QUERY_FILE_REGIONS CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 161, METHOD_BUFFERED, 0)
#define FSRTLP_VALID_CACHED_DATA 1u /* FILE_REGION_USAGE_VALID_CACHED_DATA */

typedef struct FSRTLP_REGION_INPUT { /* FILE_REGION_INPUT */
    LONGLONG FileOffset, Length;
    ULONG DesiredUsage;
} FSRTLP_REGION_INPUT;

typedef struct FSRTLP_REGION_OUTPUT { /* FILE_REGION_OUTPUT, of one region */
    ULONG Flags, TotalRegionEntryCount, RegionEntryCount, Reserved;
    LONGLONG FileOffset, Length;
    ULONG Usage, RegionReserved;
} FSRTLP_REGION_OUTPUT;

/*
 * FsRtlQueryCachedVdl - how much of a cached file has been written, as its file system says of the
 * whole of it (FSCTL_QUERY_FILE_REGIONS).
 *
 * Vdl:     untouched on failure.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; the file system's status, of C: INVALID_DEVICE_REQUEST; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlQueryCachedVdl; INF that the control code is what asks, of the span the
 *          page tells; OBS tests/kernel/fsrtl/FsRtlQueryCachedVdl.c
 */
NTSTATUS NTAPI FsRtlQueryCachedVdl(FILE_OBJECT *FileObject, LONGLONG *Vdl)
{
    FSRTLP_REGION_INPUT All = {.Length = MAXLONGLONG, .DesiredUsage = FSRTLP_VALID_CACHED_DATA};
    FSRTLP_REGION_OUTPUT Answer = {0};
    ULONG Bytes;
    NTSTATUS Status = FsRtlKernelFsControlFile(FileObject, FSRTLP_QUERY_FILE_REGIONS, &All,
        sizeof(All), &Answer, sizeof(Answer), &Bytes);
    if (NT_SUCCESS(Status))
        *Vdl = Answer.RegionEntryCount != 0 ? Answer.FileOffset + Answer.Length : 0;
    return Status;
}

/*
 * FsRtlQueryInformationFile - ask a file's driver about the file.
 *
 * RetFileInformationSize: bytes returned, 0 on failure.
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status; INVALID_PARAMETER: no file object; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlQueryInformationFile
 */
NTSTATUS NTAPI FsRtlQueryInformationFile(FILE_OBJECT *FileObject, PVOID FileInformation,
    ULONG Length, FILE_INFORMATION_CLASS FileInformationClass, ULONG *RetFileInformationSize)
{
    *RetFileInformationSize = 0;
    if (FileObject == NULL)
        return STATUS_INVALID_PARAMETER;
    return IoQueryFileInformation(
        FileObject, FileInformationClass, Length, FileInformation, RetFileInformationSize);
}

/* ---- extended attributes --------------------------------------------------------------------- */

static NTSTATUS NTAPI FsrtlpKeepIrp(DEVICE_OBJECT *Device, IRP *Irp, void *Event)
{
    (void)Device;
    if (Irp->PendingReturned)
        KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Parameters and minor function are filled into the next location of *Result. */
static NTSTATUS FsrtlpBeginAttributes(
    FILE_OBJECT *FileObject, UCHAR MajorFunction, void *Buffer, IRP **Result)
{
    if (FileObject->Flags & FO_DIRECT_DEVICE_OPEN)
        return STATUS_INVALID_DEVICE_REQUEST;
    IRP *Irp = IoAllocateIrp(IoGetRelatedDeviceObject(FileObject)->StackSize, FALSE);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Irp->Tail.Overlay.Thread = (PETHREAD)PsGetCurrentThread();
    Irp->RequestorMode = KernelMode;
    Irp->UserBuffer = Irp->AssociatedIrp.SystemBuffer = Buffer;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = MajorFunction;
    Stack->MinorFunction = IRP_MN_KERNEL_CALL;
    Stack->FileObject = FileObject;
    *Result = Irp;
    return STATUS_SUCCESS;
}

static NTSTATUS FsrtlpEndAttributes(FILE_OBJECT *FileObject, IRP *Irp, ULONG *Returned)
{
    KEVENT Event;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    IoSetCompletionRoutine(Irp, FsrtlpKeepIrp, &Event, TRUE, TRUE, TRUE);
    if (IofCallDriver(IoGetRelatedDeviceObject(FileObject), Irp) == STATUS_PENDING)
        KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    NTSTATUS Status = Irp->IoStatus.Status;
    if (Returned != NULL)
        *Returned = NT_ERROR(Status) ? 0 : (ULONG)Irp->IoStatus.Information;
    IoFreeIrp(Irp);
    return Status;
}

/*
 * FsRtlQueryKernelEaFile, FsRtlSetKernelEaFile - extended attributes of a file, those of the
 * kernel, too (IRP_MN_KERNEL_CALL).
 *
 * EaList:  optional, names of those wanted. EaIndex: optional, where to begin. LengthReturned:
 *          optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status: EAS_NOT_SUPPORTED of C:; EA_LIST_INCONSISTENT: EaBuffer is no list;
 *          INVALID_DEVICE_REQUEST: the file stands for a device; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlQueryKernelEaFile, FsRtlSetKernelEaFile
 */
NTSTATUS NTAPI FsRtlQueryKernelEaFile(FILE_OBJECT *FileObject, PVOID ReturnedEaData, ULONG Length,
    BOOLEAN ReturnSingleEntry, PVOID EaList, ULONG EaListLength, ULONG *EaIndex,
    BOOLEAN RestartScan, ULONG *LengthReturned)
{
    IRP *Irp;
    NTSTATUS Status = FsrtlpBeginAttributes(FileObject, IRP_MJ_QUERY_EA, ReturnedEaData, &Irp);
    if (!NT_SUCCESS(Status))
        return Status;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->Flags = (UCHAR)((RestartScan ? SL_RESTART_SCAN : 0) |
        (ReturnSingleEntry ? SL_RETURN_SINGLE_ENTRY : 0) |
        (EaIndex != NULL ? SL_INDEX_SPECIFIED : 0));
    Stack->Parameters.QueryEa.Length = Length;
    Stack->Parameters.QueryEa.EaList = EaList;
    Stack->Parameters.QueryEa.EaListLength = EaListLength;
    Stack->Parameters.QueryEa.EaIndex = EaIndex != NULL ? *EaIndex : 0;
    return FsrtlpEndAttributes(FileObject, Irp, LengthReturned);
}

NTSTATUS NTAPI FsRtlSetKernelEaFile(FILE_OBJECT *FileObject, PVOID EaBuffer, ULONG Length)
{
    IRP *Irp;
    ULONG ErrorOffset;
    NTSTATUS Status = IoCheckEaBufferValidity(EaBuffer, Length, &ErrorOffset);
    if (NT_SUCCESS(Status))
        Status = FsrtlpBeginAttributes(FileObject, IRP_MJ_SET_EA, EaBuffer, &Irp);
    if (!NT_SUCCESS(Status))
        return Status;
    IoGetNextIrpStackLocation(Irp)->Parameters.SetEa.Length = Length;
    return FsrtlpEndAttributes(FileObject, Irp, NULL);
}

/* ---- about devices --------------------------------------------------------------------------- */

/*
 * FsRtlBalanceReads - tell a mirrored disk that it may read from all its parts.
 * IRQL:    PASSIVE_LEVEL. Returns: the driver's status: INVALID_DEVICE_REQUEST: it is no mirror.
 *          Source: DOC ntifs/FsRtlBalanceReads
 */
NTSTATUS NTAPI FsRtlBalanceReads(DEVICE_OBJECT *TargetDevice)
{
    return FsRtlIssueDeviceIoControl(
        TargetDevice, FSRTLP_BALANCED_READ_MODE, 0, NULL, 0, NULL, 0, NULL);
}

static NTSTATUS FsrtlpQuerySectors(
    DEVICE_OBJECT *Device, STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR *Sectors)
{
    STORAGE_PROPERTY_QUERY Query = {
        .PropertyId = StorageAccessAlignmentProperty, .QueryType = PropertyStandardQuery};
    DISK_GEOMETRY Geometry;
    *Sectors = (STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR){0};
    NTSTATUS Status = FsRtlIssueDeviceIoControl(Device, IOCTL_STORAGE_QUERY_PROPERTY, 0, &Query,
        sizeof(Query), Sectors, sizeof(*Sectors), NULL);
    if (NT_SUCCESS(Status))
        return Status;
    Status = FsRtlIssueDeviceIoControl(
        Device, IOCTL_DISK_GET_DRIVE_GEOMETRY, 0, NULL, 0, &Geometry, sizeof(Geometry), NULL);
    if (NT_SUCCESS(Status))
        *Sectors = (STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR){
            .BytesPerLogicalSector = Geometry.BytesPerSector,
            .BytesPerPhysicalSector = Geometry.BytesPerSector};
    return Status;
}

static BOOLEAN FsrtlpIsSectorSize(ULONG Bytes)
{
    return Bytes != 0 && (Bytes & (Bytes - 1)) == 0;
}

/*
 * FsRtlGetSectorSizeInformation - how large a storage device's sectors are.
 *
 * DeviceObject: the device a volume is on. A device that does not tell of physical sectors has
 *          those of its geometry.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BAD_DEVICE_TYPE: sizes that are no powers of two; the driver's status.
 * Source:  DOC ntifs/FsRtlGetSectorSizeInformation; INF that the file system's own unit is a page
 *          at most
 */
NTSTATUS NTAPI FsRtlGetSectorSizeInformation(
    DEVICE_OBJECT *DeviceObject, FILE_FS_SECTOR_SIZE_INFORMATION *SectorSizeInfo)
{
    STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR Sectors;
    NTSTATUS Status = FsrtlpQuerySectors(DeviceObject, &Sectors);
    if (!NT_SUCCESS(Status))
        return Status;
    const ULONG Logical = Sectors.BytesPerLogicalSector, Physical = Sectors.BytesPerPhysicalSector;
    if (!FsrtlpIsSectorSize(Logical) || !FsrtlpIsSectorSize(Physical) || Physical < Logical)
        return STATUS_BAD_DEVICE_TYPE;
    *SectorSizeInfo = (FILE_FS_SECTOR_SIZE_INFORMATION){.LogicalBytesPerSector = Logical,
        .PhysicalBytesPerSectorForAtomicity = Physical,
        .PhysicalBytesPerSectorForPerformance = Physical,
        .FileSystemEffectivePhysicalBytesPerSectorForAtomicity = Physical < PAGE_SIZE ? Physical
                                                                                      : PAGE_SIZE,
        .Flags = Sectors.BytesOffsetForSectorAlignment == 0 ? FSRTLP_ALIGNED : 0,
        .ByteOffsetForSectorAlignment = Sectors.BytesOffsetForSectorAlignment};
    return STATUS_SUCCESS;
}

/*
 * FsRtlGetSupportedFeatures - which offloaded transfers a volume knows: none here.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; FLT_INTERNAL_ERROR: the device is no file system's.
 * Source:  DOC ntifs/FsRtlGetSupportedFeatures
 */
NTSTATUS NTAPI FsRtlGetSupportedFeatures(DEVICE_OBJECT *DeviceObject, ULONG *SupportedFeatures)
{
    switch (DeviceObject->DeviceType) {
    case FILE_DEVICE_DISK_FILE_SYSTEM:
    case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
    case FILE_DEVICE_NETWORK_FILE_SYSTEM:
        *SupportedFeatures = 0;
        return STATUS_SUCCESS;
    default:
        return STATUS_FLT_INTERNAL_ERROR;
    }
}

/*
 * FsRtlIsSystemPagingFile - whether the system pages to a file: to none. IRQL: <= DISPATCH_LEVEL.
 * Source: DOC ntifs.
 */
LOGICAL NTAPI FsRtlIsSystemPagingFile(FILE_OBJECT *FileObject)
{
    return FsRtlIsPagingFile(FileObject);
}

/*
 * FsRtlIsDaxVolume - whether a file's volume is memory: none is. IRQL: any. Source: DOC
 * ntifs/FsRtlIsDaxVolume
 */
BOOLEAN NTAPI FsRtlIsDaxVolume(FILE_OBJECT *FileObject)
{
    (void)FileObject;
    return FALSE;
}

/*
 * FsRtlAreVolumeStartupApplicationsComplete - whether what checks volumes at start (autochk) is
 * done: nothing runs here.
 * IRQL:    <= APC_LEVEL. Source: DOC ntifs/FsRtlAreVolumeStartupApplicationsComplete
 */
BOOLEAN NTAPI FsRtlAreVolumeStartupApplicationsComplete(void)
{
    return TRUE;
}
