/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwFsControlFile - as ZwDeviceIoControlFile, with the major function of file systems.
 */
#include "file_test.h"

#define CODE CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)

TEST(ZwFsControlFile, SendsAFileSystemControl)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    CHAR Output[16] = "";
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        Test.Fill = 's';
        Test.Information = 4;
        CHECK_STATUS(ZwFsControlFile(Handle, NULL, NULL, NULL, &IoStatus, CODE,
                                     (PVOID)(ULONG_PTR) "in", 2, Output, sizeof(Output)),
                     STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Cs"));
        CHECK_EQ(Test.Last.Stack.MinorFunction, IRP_MN_USER_FS_REQUEST);
        CHECK_EQ(Test.Last.Stack.Parameters.DeviceIoControl.IoControlCode, CODE);
        CHECK_EQ(RtlCompareMemory(Test.Last.SystemData, "in", 2), 2);
        CHECK_EQ(Output[3], 's');
        CHECK_EQ(Output[4], 0);
        CHECK_EQ(IoStatus.Information, 4);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwFsControlFile, ReturnsErrorsWithoutData)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus = {.Information = 77};
    CHAR Output[16] = "";
    HANDLE Handle;

    CHECK_STATUS(
        ZwFsControlFile((HANDLE)0x7FFF0, NULL, NULL, NULL, &IoStatus, CODE, NULL, 0, NULL, 0),
        STATUS_INVALID_HANDLE);
    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        Test.Fill = 's';
        Test.Information = 4;
        Test.Status = STATUS_INVALID_DEVICE_REQUEST;
        CHECK_STATUS(ZwFsControlFile(Handle, NULL, NULL, NULL, &IoStatus, CODE, NULL, 0, Output,
                         sizeof(Output)),
            STATUS_INVALID_DEVICE_REQUEST);
        CHECK_EQ(Output[0], 0);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
