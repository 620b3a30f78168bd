/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The folder of a volume that is the system's own. */
#include <string.h>

#include "fsrtl/fsrtl.h"
#include "ke/zw.h"
#include "rtl/rtl.h"
#include "services.h"

#define FSRTLP_FOLDER u"System Volume Information"

NTSTATUS NTAPI RtlCreateSystemVolumeInformationFolder(const UNICODE_STRING *VolumeRootPath);

/* The path of the folder, in pool. */
static NTSTATUS FsrtlpFolderPath(const UNICODE_STRING *Root, UNICODE_STRING *Path)
{
    BOOLEAN Slash = Root->Length == 0 || Root->Buffer[Root->Length / sizeof(WCHAR) - 1] != '\\';
    ULONG Bytes = Root->Length + (ULONG)(sizeof(FSRTLP_FOLDER) - sizeof(WCHAR)) +
        (Slash ? (ULONG)sizeof(WCHAR) : 0);
    if (Bytes > 0xFFFE)
        return STATUS_NAME_TOO_LONG;
    WCHAR *To = ExiAllocate(PagedPool, Bytes, FSRTL_TAG, EX_KERNEL_SITE);
    if (To == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *Path = (UNICODE_STRING){(USHORT)Bytes, (USHORT)Bytes, To};
    memcpy(To, Root->Buffer, Root->Length);
    To += Root->Length / sizeof(WCHAR);
    if (Slash)
        *To++ = '\\';
    memcpy(To, FSRTLP_FOLDER, sizeof(FSRTLP_FOLDER) - sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/*
 * RtlCreateSystemVolumeInformationFolder - see that the volume has its folder "System Volume
 * Information", hidden and the system's.
 *
 * VolumeRootPath: of the volume, with or without a backslash at its end.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also where it is there; what opening the volume returns; NAME_TOO_LONG;
 * INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/RtlCreateSystemVolumeInformationFolder
 */
NTSTATUS NTAPI RtlCreateSystemVolumeInformationFolder(const UNICODE_STRING *VolumeRootPath)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING Path;
    HANDLE Folder;
    NTSTATUS Status = FsrtlpFolderPath(VolumeRootPath, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwCreateFile(&Folder, FILE_LIST_DIRECTORY | SYNCHRONIZE, &Attributes, &IoStatus, NULL,
        FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN_IF,
        FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    ExiFree(Path.Buffer);
    if (!NT_SUCCESS(Status))
        return Status;
    ZwClose(Folder);
    return STATUS_SUCCESS;
}
