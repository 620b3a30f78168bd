/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Lengths of ports and memory in resource descriptors; rtl/memresource.c. */
#pragma once

#include "nt/res.h"
#include "rtl/rtl.h"

NTSTATUS NTAPI RtlCmEncodeMemIoResource(
    CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor, UCHAR Type, ULONGLONG Length, ULONGLONG Start);
ULONGLONG NTAPI RtlCmDecodeMemIoResource(
    CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor, ULONGLONG *Start);
NTSTATUS NTAPI RtlIoEncodeMemIoResource(IO_RESOURCE_DESCRIPTOR *Descriptor, UCHAR Type,
    ULONGLONG Length, ULONGLONG Alignment, ULONGLONG MinimumAddress, ULONGLONG MaximumAddress);
ULONGLONG NTAPI RtlIoDecodeMemIoResource(IO_RESOURCE_DESCRIPTOR *Descriptor, ULONGLONG *Alignment,
    ULONGLONG *MinimumAddress, ULONGLONG *MaximumAddress);
NTSTATUS NTAPI RtlFindClosestEncodableLength(ULONGLONG SourceLength, ULONGLONG *TargetLength);
