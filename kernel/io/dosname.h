/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: names of volumes for users, and of files. */
#pragma once

#include "io/io.h"

NTSTATUS NTAPI IoQueryFileDosDeviceName(
    FILE_OBJECT *FileObject, OBJECT_NAME_INFORMATION **NameInformation);
NTSTATUS NTAPI IoReplaceFileObjectName(
    FILE_OBJECT *FileObject, WCHAR *NewFileName, USHORT FileNameLength);
NTSTATUS NTAPI IoVolumeDeviceToDosName(PVOID VolumeDeviceObject, UNICODE_STRING *DosName);
NTSTATUS NTAPI RtlVolumeDeviceToDosName(PVOID VolumeDeviceObject, UNICODE_STRING *DosName);
