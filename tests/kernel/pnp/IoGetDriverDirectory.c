/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDriverDirectory and IoGetDeviceDirectory: a file is made in each folder, found again, and
 * deleted.
 */
#include "pnp_test.h"

typedef NTSTATUS(NTAPI *OF_DRIVER)(PDRIVER_OBJECT, ULONG, ULONG, PHANDLE);
typedef NTSTATUS(NTAPI *OF_DEVICE)(PDEVICE_OBJECT, ULONG, ULONG, PVOID, PHANDLE);

#define IMAGE 0
#define DATA  1

static NTSTATUS OpenIn(HANDLE Folder, ULONG Disposition, ULONG Options)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"dotsys.tmp");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Folder, NULL);
    NTSTATUS Status = ZwCreateFile(&File, GENERIC_WRITE | DELETE | SYNCHRONIZE, &Attributes,
        &IoStatus, NULL, 0, 0, Disposition,
        FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT | Options, NULL, 0);
    return NT_SUCCESS(Status) ? ZwClose(File) : Status;
}

static VOID Use(HANDLE Folder)
{
    CHECK_STATUS(OpenIn(Folder, FILE_OPEN, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(OpenIn(Folder, FILE_CREATE, 0), STATUS_SUCCESS);
    CHECK_STATUS(OpenIn(Folder, FILE_OPEN, FILE_DELETE_ON_CLOSE), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Folder), STATUS_SUCCESS);
}

TEST(IoGetDriverDirectory, IsAFolderForFiles)
{
    OF_DRIVER Get = (OF_DRIVER)KtestExport(L"IoGetDriverDirectory");
    HANDLE Folder;

    if (Get == NULL) {
        skip("this Windows has no IoGetDriverDirectory");
        return;
    }
    if (CHECK_STATUS(Get(KtestDriverObject, DATA, 0, &Folder), STATUS_SUCCESS))
        Use(Folder);
    if (CHECK_STATUS(Get(KtestDriverObject, IMAGE, 0, &Folder), STATUS_SUCCESS))
        CHECK_STATUS(ZwClose(Folder), STATUS_SUCCESS);
}

TEST(IoGetDriverDirectory, RefusesWhatThereIsNot)
{
    OF_DRIVER Get = (OF_DRIVER)KtestExport(L"IoGetDriverDirectory");
    HANDLE Folder = NULL;

    if (Get == NULL) {
        skip("this Windows has no IoGetDriverDirectory");
        return;
    }
    CHECK_STATUS(Get(NULL, DATA, 0, &Folder), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(KtestDriverObject, DATA, 1, &Folder), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(KtestDriverObject, DATA, 0, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(KtestDriverObject, 99, 0, &Folder), STATUS_INVALID_PARAMETER);
    CHECK(Folder == NULL);
}

TEST(IoGetDeviceDirectory, IsTheDevicesOwn)
{
    OF_DEVICE Get = (OF_DEVICE)KtestExport(L"IoGetDeviceDirectory");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    HANDLE Folder = NULL;

    if (Get == NULL) {
        skip("this Windows has no IoGetDeviceDirectory");
        return;
    }
    CHECK_STATUS(Get(NULL, 0, 0, NULL, &Folder), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(Pdo, 9, 0, NULL, &Folder), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(Pdo, 0, 1, NULL, &Folder), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(Pdo, 0, 0, Pdo, &Folder), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(Pdo, 0, 0, NULL, NULL), STATUS_INVALID_PARAMETER);
    CHECK(Folder == NULL);
    if (CHECK_STATUS(Get(Pdo, 0, 0, NULL, &Folder), STATUS_SUCCESS))
        Use(Folder);
}
