/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoReplaceFileObjectName - a filter gives a file object another name.
 */
#include "io_test.h"

#define REPLACE_NAME L"\\Device\\KtestIoReplace"

typedef NTSTATUS(NTAPI *REPLACE)(PFILE_OBJECT File, PWSTR Name, USHORT Length);

static REPLACE Replace;
static WCHAR Longer[] = L"\\a\\much\\longer\\name\\than\\there\\was";

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction == IRP_MJ_CREATE && Stack->FileObject->FileName.Length != 0)
        CHECK_STATUS(Replace(Stack->FileObject, Longer, sizeof(Longer) - sizeof(WCHAR)),
            STATUS_SUCCESS);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

static PFILE_OBJECT Open(const WCHAR *Name)
{
    PFILE_OBJECT File = NULL;
    HANDLE Handle;

    if (!CHECK_STATUS(IoTestOpen(Name, FILE_READ_DATA | SYNCHRONIZE, 0, &Handle), STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return File;
}

TEST(IoReplaceFileObjectName, IsTheNameFromThenOn)
{
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;
    WCHAR Short[] = L"\\b";

    Replace = (REPLACE)(ULONG_PTR)KtestExport(L"IoReplaceFileObjectName");
    if (Replace == NULL) {
        skip("new in Windows 7");
        return;
    }
    Device = IoTestCreate(REPLACE_NAME, 0, Answer);
    if (Device == NULL)
        return;
    File = Open(REPLACE_NAME L"\\x");
    if (File != NULL) {
        CHECK_STRING(&File->FileName, L"\\a\\much\\longer\\name\\than\\there\\was");
        CHECK(File->FileName.Buffer != Longer);
        CHECK(File->FileName.MaximumLength >= File->FileName.Length);
        CHECK_STATUS(Replace(File, Short, sizeof(Short) - sizeof(WCHAR)), STATUS_SUCCESS);
        CHECK_STRING(&File->FileName, L"\\b");
        ObDereferenceObject(File);
    }
    /* There is no name behind the device's. */
    File = Open(REPLACE_NAME);
    if (File != NULL) {
        CHECK_STATUS(Replace(File, Short, sizeof(Short) - sizeof(WCHAR)),
            STATUS_INVALID_PARAMETER);
        ObDereferenceObject(File);
    }
    IoDeleteDevice(Device);
}
