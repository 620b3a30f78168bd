/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What goes wrong with files of the host, as statuses. */
#include <errno.h>

#include "nt/ntstatus.h"
#include "server/directory.h"
#include "server/directory_lock.h"

int32_t directory_status(int error)
{
    switch (error) {
    case ENOENT:
        return STATUS_OBJECT_NAME_NOT_FOUND;
    case ENOTDIR:
        return STATUS_NOT_A_DIRECTORY;
    case EACCES:
    case EPERM:
        return STATUS_ACCESS_DENIED;
    case EROFS:
        return STATUS_MEDIA_WRITE_PROTECTED;
    case ENOSPC:
    case EDQUOT:
        return STATUS_DISK_FULL;
    case ENAMETOOLONG:
        return STATUS_NAME_TOO_LONG;
    case EMFILE:
    case ENFILE:
        return STATUS_TOO_MANY_OPENED_FILES;
    case ENOMEM:
        return STATUS_INSUFFICIENT_RESOURCES;
    case EBUSY:
    case ETXTBSY:
        return STATUS_SHARING_VIOLATION;
    case EISDIR:
        return STATUS_FILE_IS_A_DIRECTORY;
    default:
        return STATUS_IO_DEVICE_ERROR;
    }
}
