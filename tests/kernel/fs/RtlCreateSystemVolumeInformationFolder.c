/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateSystemVolumeInformationFolder - the system's own folder of a volume; since Windows XP.
 */
#include "fs_test.h"

typedef NTSTATUS(NTAPI *CREATE_FOLDER)(PUNICODE_STRING VolumeRootPath);

static NTSTATUS OpenFolder(VOID)
{
    KTEST_STRING(Path, L"\\??\\C:\\System Volume Information");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Folder;
    NTSTATUS Status;

    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = ZwCreateFile(&Folder, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Attributes, &IoStatus, NULL,
        0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN,
        FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (NT_SUCCESS(Status))
        ZwClose(Folder);
    return Status;
}

TEST(RtlCreateSystemVolumeInformationFolder, IsThereAfterwards)
{
    CREATE_FOLDER Create = (CREATE_FOLDER)KtestExport(L"RtlCreateSystemVolumeInformationFolder");
    KTEST_STRING(Root, L"\\??\\C:\\");
    KTEST_STRING(Bare, L"\\??\\C:");

    if (Create == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Create(&Root), STATUS_SUCCESS);
    CHECK_STATUS(OpenFolder(), STATUS_SUCCESS);
    CHECK_STATUS(Create(&Bare), STATUS_SUCCESS); /* it is there */
}

TEST(RtlCreateSystemVolumeInformationFolder, NeedsAVolume)
{
    CREATE_FOLDER Create = (CREATE_FOLDER)KtestExport(L"RtlCreateSystemVolumeInformationFolder");
    KTEST_STRING(Nowhere, L"\\Device\\NoSuchVolumeAtAll\\");

    if (Create == NULL)
        skip("newer than this Windows");
    else
        CHECK(!NT_SUCCESS(Create(&Nowhere)));
}
