/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include "fs/fs.h"

NTSTATUS FsInitialize(const char *DriveC)
{
    (void)DriveC;
    return STATUS_SUCCESS;
}

void FsTerminate(void)
{
}

NTSTATUS FsiFindHostPath(const UNICODE_STRING *NtPath, char *HostPath, SIZE_T HostPathBytes)
{
    (void)NtPath;
    (void)HostPath;
    (void)HostPathBytes;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}
