/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* fsrtl: network redirectors and the multiple UNC provider (mup.c). */
#pragma once

#include "fsrtl/fsrtl.h"

NTSTATUS NTAPI FsRtlRegisterUncProvider(
    HANDLE *MupHandle, UNICODE_STRING *RedirectorDeviceName, BOOLEAN MailslotsSupported);
NTSTATUS NTAPI FsRtlRegisterUncProviderEx(
    HANDLE *MupHandle, UNICODE_STRING *RedirDevName, DEVICE_OBJECT *DeviceObject, ULONG Flags);
void NTAPI FsRtlDeregisterUncProvider(HANDLE Handle);
NTSTATUS NTAPI FsRtlMupGetProviderIdFromName(UNICODE_STRING *ProviderName, ULONG *ProviderId);
NTSTATUS NTAPI FsRtlMupGetProviderInfoFromFileObject(
    FILE_OBJECT *FileObject, ULONG Level, void *Buffer, ULONG *BufferSize);
