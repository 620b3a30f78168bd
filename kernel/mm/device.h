/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Physical memory that is a device's. */
#pragma once

#include "mm/mm.h"

/* Whole pages. CONFLICTING_ADDRESSES: another device's, or memory in use; INVALID_PARAMETER,
 * INSUFFICIENT_RESOURCES: too many. */
NTSTATUS MmClaimDeviceMemory(ULONG64 First, ULONG64 Bytes);
/* These two in a signal handler, too. */
BOOLEAN MmIsDeviceMemory(ULONG64 Physical);
/* The physical address a driver means by one that MmMapIoSpace gave it. FALSE: none of a device. */
BOOLEAN MmFindDevice(ULONG_PTR Address, ULONG64 *Physical);

/* For mm alone: pages that have been mapped; those of devices become inaccessible. The view
 * ends. */
NTSTATUS MiNoteDeviceView(UCHAR *At, ULONG64 Physical, SIZE_T Bytes);
void MiForgetDeviceView(const UCHAR *At);
void MiResetDevices(void);
