/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: resources of images in memory (resource.c), messages among them (message.c). */
#pragma once

#include "nt/ntimage.h"
#include "rtl/rtl.h"

NTSTATUS NTAPI LdrFindResource_U(const void *BaseAddress, const ULONG_PTR *ResourceIdPath,
    ULONG ResourceIdPathLength, const IMAGE_RESOURCE_DATA_ENTRY **ResourceDataEntry);
NTSTATUS NTAPI LdrFindResourceEx_U(ULONG Flags, const void *BaseAddress,
    const ULONG_PTR *ResourceIdPath, ULONG ResourceIdPathLength,
    const IMAGE_RESOURCE_DATA_ENTRY **ResourceDataEntry);
NTSTATUS NTAPI LdrFindResourceDirectory_U(const void *BaseAddress, const ULONG_PTR *ResourceIdPath,
    ULONG ResourceIdPathLength, const IMAGE_RESOURCE_DIRECTORY **ResourceDirectory);
NTSTATUS NTAPI LdrAccessResource(const void *BaseAddress,
    const IMAGE_RESOURCE_DATA_ENTRY *ResourceDataEntry, const void **Address, ULONG *Size);

/* A message of a table; Text is in ANSI, or with flag 1 in wide characters. */
typedef struct MESSAGE_RESOURCE_ENTRY {
    USHORT Length; /* bytes of all of it */
    USHORT Flags;
    UCHAR Text[];
} MESSAGE_RESOURCE_ENTRY;

NTSTATUS NTAPI RtlFindMessage(const void *DllHandle, ULONG MessageTableId, ULONG MessageLanguageId,
    ULONG MessageId, const MESSAGE_RESOURCE_ENTRY **MessageEntry);
