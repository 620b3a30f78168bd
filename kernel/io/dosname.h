/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: names of volumes for users. */
#pragma once

#include "io/io.h"

NTSTATUS NTAPI IoVolumeDeviceToDosName(PVOID VolumeDeviceObject, UNICODE_STRING *DosName);
NTSTATUS NTAPI RtlVolumeDeviceToDosName(PVOID VolumeDeviceObject, UNICODE_STRING *DosName);
