/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Zones: segments of memory a driver has, cut into blocks of one size. Taking blocks and giving
 * them back is in the headers drivers are built with, as a push and a pop of Zone->FreeList; the
 * memory stays the driver's. Callers serialize, by the lock they give ExInterlockedExtendZone.
 */
#include "ex/zone.h"

#define EXP_ZONE_ALIGNMENT 8u

static BOOLEAN ExpIsZoneAligned(ULONG_PTR Value)
{
    return (Value & (EXP_ZONE_ALIGNMENT - 1)) == 0;
}

static void ExpAddSegment(ZONE_HEADER *Zone, ZONE_SEGMENT_HEADER *Segment, ULONG SegmentSize)
{
    ULONG At = sizeof(*Segment);

    PushEntryList(&Zone->SegmentList, &Segment->SegmentList);
    Segment->Reserved = NULL;
    for (; SegmentSize - At >= Zone->BlockSize && At < SegmentSize; At += Zone->BlockSize)
        PushEntryList(&Zone->FreeList, (SINGLE_LIST_ENTRY *)(void *)((UCHAR *)Segment + At));
    Zone->TotalSegmentSize += At;
}

/*
 * ExInitializeZone - make a zone of a first segment.
 *
 * BlockSize: a multiple of 8. InitialSegment: aligned to 8; its beginning is a ZONE_SEGMENT_HEADER,
 *          behind which the blocks are.
 * IRQL:    <= DISPATCH_LEVEL, any if everything is resident
 * Returns: SUCCESS; INVALID_PARAMETER: a size or the segment is not aligned, or no block fits the
 *          segment's size.
 * Source:  DOC Windows 2000 DDK/ExInitializeZone
 */
NTSTATUS NTAPI ExInitializeZone(
    ZONE_HEADER *Zone, ULONG BlockSize, PVOID InitialSegment, ULONG InitialSegmentSize)
{
    if (BlockSize == 0 || !ExpIsZoneAligned(BlockSize) ||
        !ExpIsZoneAligned((ULONG_PTR)InitialSegment) || BlockSize > InitialSegmentSize ||
        InitialSegmentSize < sizeof(ZONE_SEGMENT_HEADER))
        return STATUS_INVALID_PARAMETER;
    *Zone = (ZONE_HEADER){.BlockSize = BlockSize};
    ExpAddSegment(Zone, InitialSegment, InitialSegmentSize);
    return STATUS_SUCCESS;
}

/*
 * ExExtendZone - give a zone another segment.
 *
 * IRQL:    <= DISPATCH_LEVEL, any if everything is resident
 * Returns: SUCCESS; UNSUCCESSFUL: the segment or its size is not aligned to 8, or no block fits.
 * Source:  DOC Windows 2000 DDK/ExExtendZone
 */
NTSTATUS NTAPI ExExtendZone(ZONE_HEADER *Zone, PVOID Segment, ULONG SegmentSize)
{
    if (!ExpIsZoneAligned((ULONG_PTR)Segment) || !ExpIsZoneAligned(SegmentSize) ||
        Zone->BlockSize > SegmentSize || SegmentSize < sizeof(ZONE_SEGMENT_HEADER))
        return STATUS_UNSUCCESSFUL;
    ExpAddSegment(Zone, Segment, SegmentSize);
    return STATUS_SUCCESS;
}

/*
 * ExInterlockedExtendZone - the same under the lock with which blocks are taken.
 * IRQL: any, if everything is resident. Returns: as ExExtendZone. Source: DOC Windows 2000
 * DDK/ExInterlockedExtendZone
 */
NTSTATUS NTAPI ExInterlockedExtendZone(
    ZONE_HEADER *Zone, PVOID Segment, ULONG SegmentSize, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    NTSTATUS Status = ExExtendZone(Zone, Segment, SegmentSize);

    KiReleaseLock(Lock, Old);
    return Status;
}
