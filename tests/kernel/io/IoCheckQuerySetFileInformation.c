/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckQuerySetFileInformation, IoCheckQuerySetVolumeInformation, IoCheckFunctionAccess - the
 * checks of the services, for drivers.
 */
#include "io_test.h"

typedef NTSTATUS(NTAPI *CHECK_CLASS)(ULONG Class, ULONG Length, BOOLEAN Set);
typedef NTSTATUS(NTAPI *CHECK_ACCESS)(ACCESS_MASK Granted, UCHAR Major, UCHAR Minor, ULONG Code,
                                      PULONG FileClass, PULONG FsClass);

#define FS_VOLUME 1
#define FS_LABEL  2
#define FS_SIZE   3

TEST(IoCheckQuerySetFileInformation, KnowsClassesAndLengths)
{
    CHECK_CLASS Check = (CHECK_CLASS)KtestExport(L"IoCheckQuerySetFileInformation");

    if (!CHECK(Check != NULL))
        return;
    CHECK_STATUS(Check(FileBasicInformation, sizeof(FILE_BASIC_INFORMATION), FALSE),
                 STATUS_SUCCESS);
    CHECK_STATUS(Check(FileBasicInformation, sizeof(FILE_BASIC_INFORMATION), TRUE),
                 STATUS_SUCCESS);
    CHECK_STATUS(Check(FileBasicInformation, 8, FALSE), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Check(FileStandardInformation, 64, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(Check(FileStandardInformation, 64, TRUE), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Check(FileDispositionInformation, 1, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(Check(FileDispositionInformation, 1, FALSE), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Check(5000, 64, FALSE), STATUS_INVALID_INFO_CLASS);
}

TEST(IoCheckQuerySetVolumeInformation, KnowsClassesAndLengths)
{
    CHECK_CLASS Check = (CHECK_CLASS)KtestExport(L"IoCheckQuerySetVolumeInformation");

    if (!CHECK(Check != NULL))
        return;
    CHECK_STATUS(Check(FS_SIZE, 24, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(Check(FS_SIZE, 23, FALSE), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Check(FS_SIZE, 24, TRUE), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Check(FS_LABEL, 64, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(Check(FS_LABEL, 64, FALSE), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Check(5000, 64, FALSE), STATUS_INVALID_INFO_CLASS);
}

TEST(IoCheckFunctionAccess, AsTheServices)
{
    CHECK_ACCESS Check = (CHECK_ACCESS)KtestExport(L"IoCheckFunctionAccess");
    const ULONG Writes = CTL_CODE(FILE_DEVICE_UNKNOWN, 1, METHOD_BUFFERED, FILE_WRITE_ACCESS);
    ULONG Basic = FileBasicInformation, Label = FS_LABEL, Volume = FS_VOLUME;

    if (!CHECK(Check != NULL))
        return;
    CHECK_STATUS(Check(0, IRP_MJ_CREATE, 0, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Check(0, IRP_MJ_CLEANUP, 0, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_READ_DATA, IRP_MJ_READ, 0, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_WRITE_DATA, IRP_MJ_READ, 0, 0, NULL, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(FILE_READ_DATA, IRP_MJ_WRITE, 0, 0, NULL, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(FILE_READ_EA, IRP_MJ_QUERY_EA, 0, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_READ_EA, IRP_MJ_SET_EA, 0, 0, NULL, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(FILE_READ_ATTRIBUTES, IRP_MJ_QUERY_INFORMATION, 0, 0, &Basic, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_READ_ATTRIBUTES, IRP_MJ_SET_INFORMATION, 0, 0, &Basic, NULL),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(0, IRP_MJ_QUERY_VOLUME_INFORMATION, 0, 0, NULL, &Volume), STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_READ_DATA, IRP_MJ_SET_VOLUME_INFORMATION, 0, 0, NULL, &Label),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(FILE_WRITE_DATA, IRP_MJ_SET_VOLUME_INFORMATION, 0, 0, NULL, &Label),
                 STATUS_SUCCESS);
    CHECK_STATUS(Check(0, IRP_MJ_DEVICE_CONTROL, 0, IO_TEST_CODE, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_READ_DATA, IRP_MJ_DEVICE_CONTROL, 0, Writes, NULL, NULL),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(FILE_WRITE_DATA, IRP_MJ_FILE_SYSTEM_CONTROL, 0, Writes, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_LIST_DIRECTORY, IRP_MJ_DIRECTORY_CONTROL, IRP_MN_QUERY_DIRECTORY, 0,
                       NULL, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(Check(FILE_ALL_ACCESS, IRP_MJ_INTERNAL_DEVICE_CONTROL, 0, 0, NULL, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
}
