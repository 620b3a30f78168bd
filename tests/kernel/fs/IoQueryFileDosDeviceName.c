/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoQueryFileDosDeviceName - a file's name as programs say it.
 */
#include <ntifs.h>

#include "ktest.h"

static PFILE_OBJECT OpenPath(PUNICODE_STRING Name)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    PFILE_OBJECT File = NULL;
    HANDLE Handle;

    InitializeObjectAttributes(
        &Attributes, Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES, &Attributes, &Io,
                          FILE_SHARE_READ | FILE_SHARE_WRITE, 0),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return File;
}

TEST(IoQueryFileDosDeviceName, HasTheDriveLetter)
{
    POBJECT_NAME_INFORMATION Name = NULL;
    PFILE_OBJECT File;
    KTEST_STRING(Path, L"\\??\\C:\\Windows\\Temp");

    File = OpenPath(&Path);
    if (File == NULL)
        return;
    if (CHECK_STATUS(IoQueryFileDosDeviceName(File, &Name), STATUS_SUCCESS)) {
        CHECK_STRING(&Name->Name, L"C:\\Windows\\Temp");
        ExFreePool(Name);
    }
    ObDereferenceObject(File);
}

TEST(IoQueryFileDosDeviceName, FailsWithoutOne)
{
    POBJECT_NAME_INFORMATION Name = NULL;
    PFILE_OBJECT File;
    KTEST_STRING(Path, L"\\Device\\Null");

    File = OpenPath(&Path);
    if (File == NULL)
        return;
    CHECK(!NT_SUCCESS(IoQueryFileDosDeviceName(File, &Name)));
    ObDereferenceObject(File);
}
