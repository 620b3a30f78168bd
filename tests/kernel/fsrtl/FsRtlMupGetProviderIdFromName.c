/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlMupGetProviderIdFromName, FsRtlMupGetProviderInfoFromFileObject - of names and files that
 * are no network redirector's.
 */
#include <ntifs.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *ID_FROM_NAME)(PUNICODE_STRING Name, PULONG Id);
typedef NTSTATUS(NTAPI *INFO_FROM_FILE)(PFILE_OBJECT File, ULONG Level, PVOID Buffer, PULONG Size);

TEST(FsRtlMupGetProviderIdFromName, FindsNoneOfThatName)
{
    ID_FROM_NAME IdFromName =
        (ID_FROM_NAME)(ULONG_PTR)KtestExport(L"FsRtlMupGetProviderIdFromName");
    ULONG Id = 77;
    KTEST_STRING(Name, L"\\Device\\KtestNoSuchRedirector");

    if (IdFromName == NULL) {
        skip("new in Windows Vista");
        return;
    }
    CHECK_STATUS(IdFromName(&Name, &Id), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(IdFromName(NULL, &Id), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(IdFromName(&Name, NULL), STATUS_INVALID_PARAMETER);
}

TEST(FsRtlMupGetProviderInfoFromFileObject, LocalFilesHaveNone)
{
    INFO_FROM_FILE InfoFromFile =
        (INFO_FROM_FILE)(ULONG_PTR)KtestExport(L"FsRtlMupGetProviderInfoFromFileObject");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    PFILE_OBJECT File = NULL;
    HANDLE Handle;
    ULONG_PTR Buffer[16];
    ULONG Size = sizeof(Buffer);
    KTEST_STRING(Name, L"\\SystemRoot");

    if (InfoFromFile == NULL) {
        skip("new in Windows Vista");
        return;
    }
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Attributes, &Io,
                          FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_DIRECTORY_FILE),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
            STATUS_SUCCESS)) {
        CHECK_STATUS(InfoFromFile(File, 1, Buffer, &Size), STATUS_OBJECT_NAME_NOT_FOUND);
        CHECK_STATUS(InfoFromFile(File, 2, Buffer, &Size), STATUS_OBJECT_NAME_NOT_FOUND);
        CHECK_STATUS(InfoFromFile(File, 9, Buffer, &Size), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(InfoFromFile(NULL, 1, Buffer, &Size), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(InfoFromFile(File, 1, NULL, &Size), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(InfoFromFile(File, 1, Buffer, NULL), STATUS_INVALID_PARAMETER);
        ObDereferenceObject(File);
    }
    ZwClose(Handle);
}
