/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationFile (NtQueryInformationFile) - what the file object knows is answered without
 * the driver, the rest by it.
 */
#include "io_test.h"

NTSYSAPI NTSTATUS NTAPI ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                      BOOLEAN InitialState);

#define QUERY_NAME L"\\Device\\KtestIoQuery"
#define QUERY_ACCESS (FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE)

static ULONG QueryLength;
static NTSTATUS QueryStatus;

static NTSTATUS NTAPI QueryDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_STANDARD_INFORMATION Standard = Irp->AssociatedIrp.SystemBuffer;

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction != IRP_MJ_QUERY_INFORMATION)
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    QueryLength = Stack->Parameters.QueryFile.Length;
    if (Stack->Parameters.QueryFile.FileInformationClass != FileStandardInformation)
        return IoTestComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    Standard->EndOfFile.QuadPart = 4711;
    Standard->NumberOfLinks = 2;
    return IoTestComplete(Irp, QueryStatus, sizeof(*Standard));
}

typedef struct QUERY_TEST {
    PDEVICE_OBJECT Device;
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
} QUERY_TEST;

static BOOLEAN QueryBegin(QUERY_TEST *Test, ACCESS_MASK Access, ULONG Options)
{
    QueryStatus = STATUS_SUCCESS;
    Test->Device = IoTestCreate(QUERY_NAME, 0, QueryDispatch);
    if (Test->Device == NULL)
        return FALSE;
    if (CHECK_STATUS(IoTestOpen(QUERY_NAME, Access, Options, &Test->Handle), STATUS_SUCCESS))
        return TRUE;
    IoDeleteDevice(Test->Device);
    return FALSE;
}

static VOID QueryEnd(QUERY_TEST *Test)
{
    ZwClose(Test->Handle);
    IoDeleteDevice(Test->Device);
}

static LONG QueriesSeen(QUERY_TEST *Test)
{
    return IoTestOf(Test->Device)->Seen[IRP_MJ_QUERY_INFORMATION];
}

TEST(ZwQueryInformationFile, Position)
{
    FILE_POSITION_INFORMATION Position = {.CurrentByteOffset = {.QuadPart = -1}};
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Position, sizeof(Position),
                                        FilePositionInformation), STATUS_SUCCESS);
    CHECK_EQ(Position.CurrentByteOffset.QuadPart, 0);
    CHECK_EQ(Test.IoStatus.Information, sizeof(Position));
    CHECK_STATUS(Test.IoStatus.Status, STATUS_SUCCESS);
    CHECK_EQ(QueriesSeen(&Test), 0);
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, Mode)
{
    ULONG Mode;
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, FILE_SYNCHRONOUS_IO_ALERT | FILE_WRITE_THROUGH))
        return;
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Mode, sizeof(Mode),
                                        FileModeInformation), STATUS_SUCCESS);
    CHECK_EQ(Mode, FILE_SYNCHRONOUS_IO_ALERT | FILE_WRITE_THROUGH);
    CHECK_EQ(Test.IoStatus.Information, sizeof(Mode));
    QueryEnd(&Test);
    if (!QueryBegin(&Test, QUERY_ACCESS, 0))
        return;
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Mode, sizeof(Mode),
                                        FileModeInformation), STATUS_SUCCESS);
    CHECK_EQ(Mode, 0);
    CHECK_EQ(QueriesSeen(&Test), 0);
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, Alignment)
{
    FILE_ALIGNMENT_INFORMATION Alignment;
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, 0))
        return;
    Test.Device->AlignmentRequirement = FILE_LONG_ALIGNMENT;
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Alignment, sizeof(Alignment),
                                        FileAlignmentInformation), STATUS_SUCCESS);
    CHECK_EQ(Alignment.AlignmentRequirement, FILE_LONG_ALIGNMENT);
    CHECK_EQ(QueriesSeen(&Test), 0);
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, Access)
{
    ACCESS_MASK Access = 0;
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Access, sizeof(Access),
                                        FileAccessInformation), STATUS_SUCCESS);
    CHECK_EQ(Access, QUERY_ACCESS);
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, TheRestIsTheDrivers)
{
    FILE_STANDARD_INFORMATION Standard;
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    RtlZeroMemory(&Standard, sizeof(Standard));
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Standard, sizeof(Standard),
                                        FileStandardInformation), STATUS_SUCCESS);
    CHECK_EQ(QueriesSeen(&Test), 1);
    CHECK_EQ(QueryLength, sizeof(Standard));
    CHECK_EQ(Standard.EndOfFile.QuadPart, 4711);
    CHECK_EQ(Standard.NumberOfLinks, 2);
    CHECK_EQ(Test.IoStatus.Information, sizeof(Standard));
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, AFailureGivesNothingBack)
{
    FILE_STANDARD_INFORMATION Standard;
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    QueryStatus = STATUS_DEVICE_NOT_READY;
    RtlZeroMemory(&Standard, sizeof(Standard));
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Standard, sizeof(Standard),
                                        FileStandardInformation), STATUS_DEVICE_NOT_READY);
    CHECK_EQ(Standard.EndOfFile.QuadPart, 0);
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, AWarningGivesDataBack)
{
    FILE_STANDARD_INFORMATION Standard;
    QUERY_TEST Test;

    if (!QueryBegin(&Test, QUERY_ACCESS, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    QueryStatus = STATUS_BUFFER_OVERFLOW;
    RtlZeroMemory(&Standard, sizeof(Standard));
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Standard, sizeof(Standard),
                                        FileStandardInformation), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Standard.EndOfFile.QuadPart, 4711);
    CHECK_STATUS(Test.IoStatus.Status, STATUS_BUFFER_OVERFLOW);
    QueryEnd(&Test);
}

TEST(ZwQueryInformationFile, BadHandles)
{
    FILE_POSITION_INFORMATION Position;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    CHECK_STATUS(ZwQueryInformationFile(NULL, &IoStatus, &Position, sizeof(Position),
                                        FilePositionInformation), STATUS_INVALID_HANDLE);
    if (!CHECK_STATUS(ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE),
                      STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwQueryInformationFile(Handle, &IoStatus, &Position, sizeof(Position),
                                        FilePositionInformation), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Handle);
}
