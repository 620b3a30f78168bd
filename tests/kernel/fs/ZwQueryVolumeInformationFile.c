/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryVolumeInformationFile - of C:.
 */
#include "fs_test.h"

TEST(ZwQueryVolumeInformationFile, SizesOfTheVolume)
{
    FS_TEST Test;
    FILE_FS_SIZE_INFORMATION Size;
    FILE_FS_FULL_SIZE_INFORMATION Full;
    IO_STATUS_BLOCK Io;

    if (!FsTestBegin(&Test))
        return;
    CHECK_STATUS(
        ZwQueryVolumeInformationFile(Test.Folder, &Io, &Size, sizeof(Size), FileFsSizeInformation),
        STATUS_SUCCESS);
    CHECK(Size.TotalAllocationUnits.QuadPart > 0 && Size.SectorsPerAllocationUnit > 0);
    CHECK_EQ(Size.BytesPerSector, 512);
    CHECK_STATUS(ZwQueryVolumeInformationFile(
                     Test.Folder, &Io, &Full, sizeof(Full), FileFsFullSizeInformation),
        STATUS_SUCCESS);
    CHECK_EQ(Full.TotalAllocationUnits.QuadPart, Size.TotalAllocationUnits.QuadPart);
    FsTestEnd(&Test);
}

TEST(ZwQueryVolumeInformationFile, TheFileSystem)
{
    FS_TEST Test;
    IO_STATUS_BLOCK Io;
    FILE_FS_DEVICE_INFORMATION Device;
    struct {
        FILE_FS_ATTRIBUTE_INFORMATION Attribute;
        WCHAR Room[16];
    } Answer;

    if (!FsTestBegin(&Test))
        return;
    CHECK_STATUS(ZwQueryVolumeInformationFile(
                     Test.Folder, &Io, &Answer, sizeof(Answer), FileFsAttributeInformation),
        STATUS_SUCCESS);
    UNICODE_STRING Name = {(USHORT)Answer.Attribute.FileSystemNameLength,
        (USHORT)Answer.Attribute.FileSystemNameLength, Answer.Attribute.FileSystemName};
    CHECK_STRING(&Name, L"NTFS");
    CHECK_EQ(Answer.Attribute.MaximumComponentNameLength, 255);
    CHECK_STATUS(ZwQueryVolumeInformationFile(
                     Test.Folder, &Io, &Device, sizeof(Device), FileFsDeviceInformation),
        STATUS_SUCCESS);
    FsTestEnd(&Test);
}
