/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Zones: memory of drivers cut into blocks of one size (zone.c). */
#pragma once

#include "ex/ex.h"
#include "nt/ntddk.h"

NTSTATUS NTAPI ExInitializeZone(
    ZONE_HEADER *Zone, ULONG BlockSize, PVOID InitialSegment, ULONG InitialSegmentSize);
NTSTATUS NTAPI ExExtendZone(ZONE_HEADER *Zone, PVOID Segment, ULONG SegmentSize);
NTSTATUS NTAPI ExInterlockedExtendZone(
    ZONE_HEADER *Zone, PVOID Segment, ULONG SegmentSize, KSPIN_LOCK *Lock);
