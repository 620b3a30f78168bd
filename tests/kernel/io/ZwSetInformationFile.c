/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetInformationFile (NtSetInformationFile) - position and mode here, the rest by the driver.
 */
#include "file_test.h"

#define SET_NAME L"\\Device\\KtestIoSet"
#define SET_ACCESS (FILE_READ_DATA | FILE_WRITE_DATA | DELETE | SYNCHRONIZE)

static LONGLONG SetEndOfFile;
static FILE_INFORMATION_CLASS SetClass;
static HANDLE SetDeleteHandle;
static LONGLONG SetReadAt;

static NTSTATUS NTAPI SetDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    switch (Stack->MajorFunction) {
    case IRP_MJ_READ:
        SetReadAt = Stack->Parameters.Read.ByteOffset.QuadPart;
        break;
    case IRP_MJ_SET_INFORMATION:
        SetClass = Stack->Parameters.SetFile.FileInformationClass;
        SetDeleteHandle = Stack->Parameters.SetFile.DeleteHandle;
        if (SetClass == FileEndOfFileInformation)
            SetEndOfFile = *(LONGLONG *)Irp->AssociatedIrp.SystemBuffer;
        break;
    default:
        break;
    }
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

typedef struct SET_TEST {
    PDEVICE_OBJECT Device;
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
} SET_TEST;

static BOOLEAN SetBegin(SET_TEST *Test, ULONG Options)
{
    Test->Device = IoTestCreate(SET_NAME, 0, SetDispatch);
    if (Test->Device == NULL)
        return FALSE;
    if (CHECK_STATUS(IoTestOpen(SET_NAME, SET_ACCESS, Options, &Test->Handle), STATUS_SUCCESS))
        return TRUE;
    IoDeleteDevice(Test->Device);
    return FALSE;
}

static VOID SetEnd(SET_TEST *Test)
{
    ZwClose(Test->Handle);
    IoDeleteDevice(Test->Device);
}

static NTSTATUS SetPosition(SET_TEST *Test, LONGLONG Offset)
{
    FILE_POSITION_INFORMATION Position = {.CurrentByteOffset = {.QuadPart = Offset}};

    return ZwSetInformationFile(Test->Handle, &Test->IoStatus, &Position, sizeof(Position),
                                FilePositionInformation);
}

static NTSTATUS SetMode(SET_TEST *Test, ULONG Flags)
{
    return ZwSetInformationFile(Test->Handle, &Test->IoStatus, &Flags, sizeof(Flags),
                                FileModeInformation);
}

/* A read without an offset starts at the position. */
TEST(ZwSetInformationFile, Position)
{
    FILE_POSITION_INFORMATION Position;
    CHAR Byte;
    SET_TEST Test;

    if (!SetBegin(&Test, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    CHECK_STATUS(SetPosition(&Test, 0x100000000ll), STATUS_SUCCESS);
    CHECK_EQ(IoTestOf(Test.Device)->Seen[IRP_MJ_SET_INFORMATION], 0);
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Position, sizeof(Position),
                                        FilePositionInformation), STATUS_SUCCESS);
    CHECK_EQ(Position.CurrentByteOffset.QuadPart, 0x100000000ll);
    CHECK_STATUS(ZwReadFile(Test.Handle, NULL, NULL, NULL, &Test.IoStatus, &Byte, 1, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(SetReadAt, 0x100000000ll);
    CHECK_STATUS(SetPosition(&Test, -5), STATUS_INVALID_PARAMETER);
    SetEnd(&Test);
}

TEST(ZwSetInformationFile, Mode)
{
    ULONG Mode;
    SET_TEST Test;

    if (!SetBegin(&Test, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    CHECK_STATUS(SetMode(&Test, FILE_SYNCHRONOUS_IO_ALERT | FILE_SEQUENTIAL_ONLY), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationFile(Test.Handle, &Test.IoStatus, &Mode, sizeof(Mode),
                                        FileModeInformation), STATUS_SUCCESS);
    CHECK_EQ(Mode, FILE_SYNCHRONOUS_IO_ALERT | FILE_SEQUENTIAL_ONLY);
    CHECK_STATUS(SetMode(&Test, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SetMode(&Test, FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SetMode(&Test, FILE_SYNCHRONOUS_IO_ALERT | FILE_DIRECTORY_FILE),
                 STATUS_INVALID_PARAMETER);
    SetEnd(&Test);
    if (!SetBegin(&Test, 0))
        return;
    CHECK_STATUS(SetMode(&Test, FILE_SYNCHRONOUS_IO_ALERT), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SetMode(&Test, FILE_WRITE_THROUGH), STATUS_SUCCESS);
    SetEnd(&Test);
}

TEST(ZwSetInformationFile, TheRestIsTheDrivers)
{
    FILE_END_OF_FILE_INFORMATION EndOfFile = {.EndOfFile = {.QuadPart = 815}};
    FILE_DISPOSITION_INFORMATION Disposition = {.DeleteFile = TRUE};
    SET_TEST Test;

    if (!SetBegin(&Test, FILE_SYNCHRONOUS_IO_NONALERT))
        return;
    CHECK_STATUS(ZwSetInformationFile(Test.Handle, &Test.IoStatus, &EndOfFile, sizeof(EndOfFile),
                                      FileEndOfFileInformation), STATUS_SUCCESS);
    CHECK_EQ(SetClass, FileEndOfFileInformation);
    CHECK_EQ(SetEndOfFile, 815);
    CHECK_STATUS(ZwSetInformationFile(Test.Handle, &Test.IoStatus, &Disposition,
                                      sizeof(Disposition), FileDispositionInformation),
                 STATUS_SUCCESS);
    CHECK_EQ(SetClass, FileDispositionInformation);
    CHECK_PTR(SetDeleteHandle, Test.Handle);
    SetEnd(&Test);
}

TEST(ZwSetInformationFile, RefusesClassesLengthsAndHandles)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    UCHAR Buffer[64] = {0};
    HANDLE Handle;

    CHECK_STATUS(ZwSetInformationFile((HANDLE)0x7FFF0, &IoStatus, Buffer,
                     sizeof(FILE_POSITION_INFORMATION), FilePositionInformation),
        STATUS_INVALID_HANDLE);
    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        CHECK_STATUS(ZwSetInformationFile(
                         Handle, &IoStatus, Buffer, sizeof(Buffer), FileMaximumInformation + 100),
            STATUS_INVALID_INFO_CLASS);
        CHECK_STATUS(ZwSetInformationFile(
                         Handle, &IoStatus, Buffer, sizeof(Buffer), FileStandardInformation),
            STATUS_INVALID_INFO_CLASS);
        CHECK_STATUS(ZwSetInformationFile(Handle, &IoStatus, Buffer, 7, FilePositionInformation),
            STATUS_INFO_LENGTH_MISMATCH);
        CHECK_STATUS(
            ZwSetInformationFile(Handle, &IoStatus, Buffer, sizeof(Buffer), FileRenameInformation),
            STATUS_INVALID_PARAMETER); /* no name */
        CHECK(FileTestTrailIs(&Test, "C"));
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
