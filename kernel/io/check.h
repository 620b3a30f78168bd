/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Checks of what services are given, for drivers (check.c). */
#pragma once

#include "io/io.h"

NTSTATUS NTAPI IoCheckQuerySetFileInformation(
    FILE_INFORMATION_CLASS FileInformationClass, ULONG Length, BOOLEAN SetOperation);
NTSTATUS NTAPI IoCheckQuerySetVolumeInformation(
    FS_INFORMATION_CLASS FsInformationClass, ULONG Length, BOOLEAN SetOperation);
NTSTATUS NTAPI IoCheckFunctionAccess(ACCESS_MASK GrantedAccess, UCHAR MajorFunction,
    UCHAR MinorFunction, ULONG IoControlCode, const FILE_INFORMATION_CLASS *Argument1,
    const FS_INFORMATION_CLASS *Argument2);
NTSTATUS NTAPI IoCheckQuotaBufferValidity(
    const FILE_QUOTA_INFORMATION *QuotaBuffer, ULONG QuotaLength, ULONG *ErrorOffset);
