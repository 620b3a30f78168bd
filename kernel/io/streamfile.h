/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Stream files (streamfile.c). */
#pragma once

#include "io/io.h"

#define IO_CREATE_STREAM_FILE_RAISE_ON_ERROR 1u
#define IO_CREATE_STREAM_FILE_LITE           2u

typedef struct _IO_CREATE_STREAM_FILE_OPTIONS {
    USHORT Size;
    USHORT Flags;
    DEVICE_OBJECT *TargetDeviceObject;
} IO_CREATE_STREAM_FILE_OPTIONS;

FILE_OBJECT *NTAPI IoCreateStreamFileObject(FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject);
FILE_OBJECT *NTAPI IoCreateStreamFileObjectEx(
    FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject, HANDLE *FileHandle);
FILE_OBJECT *NTAPI IoCreateStreamFileObjectLite(
    FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject);
NTSTATUS NTAPI IoCreateStreamFileObjectEx2(const IO_CREATE_STREAM_FILE_OPTIONS *CreateOptions,
    FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject, FILE_OBJECT **StreamFileObject,
    HANDLE *FileHandle);
