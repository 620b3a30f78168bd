/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* CopyFile: bytes, attributes and the time of the last write. What was begun and could not be
 * finished is deleted. */
#include "client.h"

#include <stdlib.h>

#define BASEP_COPY_BYTES 65536u

static NTSTATUS BasepCopyBytes(HANDLE From, HANDLE To, void *Buffer)
{
    IO_STATUS_BLOCK Io;
    for (;;) {
        NTSTATUS Status = SysReadFile(
            From, NULL, NULL, NULL, &Io, Buffer, BASEP_COPY_BYTES, NULL, NULL);
        if (Status == STATUS_END_OF_FILE)
            return STATUS_SUCCESS;
        if (NT_SUCCESS(Status))
            Status = SysWriteFile(
                To, NULL, NULL, NULL, &Io, Buffer, (ULONG)Io.Information, NULL, NULL);
        if (!NT_SUCCESS(Status))
            return Status;
    }
}

static NTSTATUS BasepCopyContents(HANDLE From, HANDLE To, const FILE_BASIC_INFORMATION *Basic)
{
    FILE_BASIC_INFORMATION New = {
        .LastWriteTime = Basic->LastWriteTime, .FileAttributes = Basic->FileAttributes};
    FILE_DISPOSITION_INFORMATION Disposition = {TRUE};
    IO_STATUS_BLOCK Io;
    void *Buffer = malloc(BASEP_COPY_BYTES);
    NTSTATUS Status = Buffer != NULL ? BasepCopyBytes(From, To, Buffer) : STATUS_NO_MEMORY;

    free(Buffer);
    if (NT_SUCCESS(Status))
        Status = SysSetInformationFile(To, &Io, &New, sizeof(New), FileBasicInformation);
    if (!NT_SUCCESS(Status))
        SysSetInformationFile(
            To, &Io, &Disposition, sizeof(Disposition), FileDispositionInformation);
    return Status;
}

BOOL WINAPI CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists)
{
    FILE_BASIC_INFORMATION Basic;
    IO_STATUS_BLOCK Io;
    HANDLE From, To;
    NTSTATUS Status = BasepOpenFile(lpExistingFileName, FILE_READ_DATA | FILE_READ_ATTRIBUTES,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN,
        FILE_NON_DIRECTORY_FILE | FILE_SEQUENTIAL_ONLY, 0, &From);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    Status = SysQueryInformationFile(From, &Io, &Basic, sizeof(Basic), FileBasicInformation);
    if (!NT_SUCCESS(Status))
        goto CloseFrom;
    Status = BasepOpenFile(lpNewFileName, FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | DELETE, 0,
        bFailIfExists ? FILE_CREATE : FILE_OVERWRITE_IF,
        FILE_NON_DIRECTORY_FILE | FILE_SEQUENTIAL_ONLY,
        Basic.FileAttributes & ~(ULONG)FILE_ATTRIBUTE_READONLY, &To);
    if (!NT_SUCCESS(Status))
        goto CloseFrom;
    Status = BasepCopyContents(From, To, &Basic);
    SysClose(To);
CloseFrom:
    SysClose(From);
    if (Status == STATUS_OBJECT_NAME_COLLISION)
        return BasepFailWin32(ERROR_FILE_EXISTS);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists)
{
    BASEP_WIDE Old, New;
    BOOL Copied = FALSE;
    NTSTATUS Status = BasepWiden(lpExistingFileName, &Old);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    Status = BasepWiden(lpNewFileName, &New);
    if (NT_SUCCESS(Status)) {
        Copied = CopyFileW(Old.Text, New.Text, bFailIfExists);
        BasepFreeWide(&New);
    } else {
        BasepFail(Status);
    }
    BasepFreeWide(&Old);
    return Copied;
}
