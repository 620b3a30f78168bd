/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory that keeps what it has without power, and how to see to it that it has it;
 * rtl/nonvolatile.c.
 */
#pragma once

#include "rtl/rtl.h"

#define RTL_NV_NO_DRAIN_FLUSH 0x1u /* FLUSH_NV_MEMORY_IN_FLAG_NO_DRAIN */
#define RTL_NV_FLUSH 0x1u          /* WRITE_ and FILL_NV_MEMORY_FLAG_* */
#define RTL_NV_NON_TEMPORAL 0x2u
#define RTL_NV_NO_DRAIN 0x100u

typedef struct RTL_NV_RANGE { /* NV_MEMORY_RANGE */
    void *BaseAddress;
    SIZE_T Length;
} RTL_NV_RANGE;

NTSTATUS NTAPI RtlGetNonVolatileToken(void *NvBuffer, SIZE_T Size, void **NvToken);
NTSTATUS NTAPI RtlFreeNonVolatileToken(void *NvToken);
NTSTATUS NTAPI RtlFlushNonVolatileMemory(void *NvToken, void *NvBuffer, SIZE_T Size, ULONG Flags);
NTSTATUS NTAPI RtlFlushNonVolatileMemoryRanges(
    void *NvToken, const RTL_NV_RANGE *NvRanges, SIZE_T NumRanges, ULONG Flags);
NTSTATUS NTAPI RtlDrainNonVolatileFlush(void *NvToken);
NTSTATUS NTAPI RtlWriteNonVolatileMemory(
    void *NvToken, void *NvDestination, const void *Source, SIZE_T Size, ULONG Flags);
NTSTATUS NTAPI RtlFillNonVolatileMemory(
    void *NvToken, void *NvDestination, SIZE_T Size, UCHAR Value, ULONG Flags);
