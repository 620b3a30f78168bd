/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlQueryCachedVdl - how much of a file is valid, as a device of this driver says.
 */
#include <ntifs.h>

#include "ktest.h"

#define QUERY_FILE_REGIONS CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 161, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct REGION_INPUT { /* FILE_REGION_INPUT */
    LONGLONG Offset, Length;
    ULONG Usage;
} REGION_INPUT;

typedef struct REGION_OUTPUT { /* FILE_REGION_OUTPUT */
    ULONG Flags, Total, Count, Reserved;
    LONGLONG Offset, Length;
    ULONG Usage, RegionReserved;
} REGION_OUTPUT;

typedef NTSTATUS(NTAPI *QUERY)(PFILE_OBJECT File, PLONGLONG Vdl);

static PDEVICE_OBJECT Device;
static FILE_OBJECT File;
static REGION_INPUT Seen;
static LONGLONG Valid; /* less than 0: no file system that knows */

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Target, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    REGION_OUTPUT *Output = Irp->AssociatedIrp.SystemBuffer;
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;

    UNREFERENCED_PARAMETER(Target);
    Irp->IoStatus.Information = 0;
    if (Valid >= 0 && Stack->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL &&
        Stack->Parameters.FileSystemControl.FsControlCode == QUERY_FILE_REGIONS &&
        CHECK(Stack->Parameters.FileSystemControl.InputBufferLength >= sizeof(Seen)) &&
        CHECK(Stack->Parameters.FileSystemControl.OutputBufferLength >= sizeof(*Output))) {
        RtlCopyMemory(&Seen, Output, sizeof(Seen));
        RtlZeroMemory(Output, sizeof(*Output));
        Output->Total = Output->Count = Valid != 0;
        Output->Length = Valid;
        Output->Usage = 1;
        Irp->IoStatus.Information = sizeof(*Output);
        Status = STATUS_SUCCESS;
    }
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

TEST(FsRtlQueryCachedVdl, IsWhatTheFileSystemSays)
{
    QUERY Query = (QUERY)(ULONG_PTR)KtestExport(L"FsRtlQueryCachedVdl");
    LONGLONG Vdl = 77;

    if (Query == NULL) {
        skip("new in Windows 8");
        return;
    }
    KtestDriverObject->MajorFunction[IRP_MJ_FILE_SYSTEM_CONTROL] = Answer;
    if (!CHECK_STATUS(
            IoCreateDevice(
                KtestDriverObject, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &Device),
            STATUS_SUCCESS))
        return;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    RtlZeroMemory(&File, sizeof(File));
    File.Type = 5; /* IO_TYPE_FILE */
    File.Size = sizeof(File);
    File.DeviceObject = Device;
    Valid = 0x123456789ULL;
    CHECK_STATUS(Query(&File, &Vdl), STATUS_SUCCESS);
    CHECK_EQ(Vdl, 0x123456789ULL);
    CHECK_EQ(Seen.Offset, 0);
    CHECK_EQ(Seen.Length, MAXLONGLONG);
    CHECK_EQ(Seen.Usage, 1);
    Valid = 0;
    CHECK_STATUS(Query(&File, &Vdl), STATUS_SUCCESS);
    CHECK_EQ(Vdl, 0);
    Valid = -1;
    CHECK(!NT_SUCCESS(Query(&File, &Vdl)));
    IoDeleteDevice(Device);
}
