/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Arrays of SIDs and of privileges with attributes: copies, and finding a SID by its last byte. */
#include "se/sidarray.h"
#include "se/sep.h"

/*
 * RtlCopyLuidAndAttributesArray - copies an array. IRQL: any. Source: INF (undocumented); OBS
 * tests/kernel/se/RtlCopySidAndAttributesArray.c
 */
void NTAPI RtlCopyLuidAndAttributesArray(
    ULONG Count, LUID_AND_ATTRIBUTES *Source, LUID_AND_ATTRIBUTES *Target)
{
    __builtin_memmove(Target, Source, Count * sizeof(*Source));
}

/*
 * RtlCopySidAndAttributesArray - copies an array and the SIDs it leads to.
 *
 * SidArea: where the SIDs go, SidAreaSize bytes. RemainingSidArea, RemainingSidAreaSize: what is
 * left of it.
 * IRQL:    any
 * Returns: SUCCESS; BUFFER_TOO_SMALL: for the SIDs; those that fit are copied.
 * Source:  INF (undocumented for drivers); OBS tests/kernel/se/RtlCopySidAndAttributesArray.c
 */
NTSTATUS NTAPI RtlCopySidAndAttributesArray(ULONG Count, SID_AND_ATTRIBUTES *Source,
    ULONG SidAreaSize, SID_AND_ATTRIBUTES *Target, PSID SidArea, PSID *RemainingSidArea,
    ULONG *RemainingSidAreaSize)
{
    UCHAR *Area = SidArea;
    for (ULONG Index = 0; Index < Count; Index++) {
        const ULONG Bytes = SepSidBytes(Source[Index].Sid);
        NTSTATUS Status = RtlCopySid(SidAreaSize, Area, Source[Index].Sid);
        if (!NT_SUCCESS(Status))
            return Status;
        Target[Index] = (SID_AND_ATTRIBUTES){.Sid = Area, .Attributes = Source[Index].Attributes};
        Area += Bytes;
        SidAreaSize -= Bytes;
    }
    *RemainingSidArea = Area;
    *RemainingSidAreaSize = SidAreaSize;
    return STATUS_SUCCESS;
}

/* ---- finding --------------------------------------------------------------------------------- */

#define SEP_HASH_BITS \
    (8u * (ULONG)sizeof(SID_HASH_ENTRY)) /* SIDs that have a bit; those behind are gone through */
#define SEP_HALF_HASH (SID_HASH_SIZE / 2)

/*
 * The two entries a SID has its bit in: one for each half of its last sub-authority's lowest byte.
 */
static void SepHashOf(const SID *Sid, ULONG *Low, ULONG *High)
{
    const ULONG Count = Sid->SubAuthorityCount;
    const ULONG Byte = Count != 0 ? Sid->SubAuthority[Count - 1] & 0xFF : 0;
    *Low = Byte & (SEP_HALF_HASH - 1);
    *High = SEP_HALF_HASH + Byte / SEP_HALF_HASH;
}

/*
 * RtlSidHashInitialize - prepares an array of SIDs for RtlSidHashLookup.
 *
 * SidAttr: stays the caller's, and where it is, as long as Hash is used.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: no Hash, or SIDs without an array.
 * Source:  DOC ntifs (SID_AND_ATTRIBUTES_HASH); INF the statuses, and what Hash has in it, which is
 *          nobody else's business
 */
NTSTATUS NTAPI RtlSidHashInitialize(
    SID_AND_ATTRIBUTES *SidAttr, ULONG SidCount, SID_AND_ATTRIBUTES_HASH *Hash)
{
    if (Hash == NULL || (SidAttr == NULL && SidCount != 0))
        return STATUS_INVALID_PARAMETER;
    *Hash = (SID_AND_ATTRIBUTES_HASH){.SidCount = SidCount, .SidAttr = SidAttr};
    for (ULONG Index = 0; Index < SidCount && Index < SEP_HASH_BITS; Index++) {
        ULONG Low, High;
        SepHashOf(SidAttr[Index].Sid, &Low, &High);
        Hash->Hash[Low] |= (SID_HASH_ENTRY)1 << Index;
        Hash->Hash[High] |= (SID_HASH_ENTRY)1 << Index;
    }
    return STATUS_SUCCESS;
}

/*
 * RtlSidHashLookup - a SID's element of the array. NULL: it has none.
 * IRQL: any. Source: as RtlSidHashInitialize; OBS tests/kernel/se/RtlSidHashLookup.c
 */
SID_AND_ATTRIBUTES *NTAPI RtlSidHashLookup(SID_AND_ATTRIBUTES_HASH *Hash, PSID Sid)
{
    ULONG Low, High;
    if (Hash == NULL || Sid == NULL)
        return NULL;
    SepHashOf(Sid, &Low, &High);
    for (SID_HASH_ENTRY Candidates = Hash->Hash[Low] & Hash->Hash[High]; Candidates != 0;
         Candidates &= Candidates - 1) {
        SID_AND_ATTRIBUTES *Found = &Hash->SidAttr[__builtin_ctzll(Candidates)];
        if (SepEqualSid(Found->Sid, Sid))
            return Found;
    }
    for (ULONG Index = SEP_HASH_BITS; Index < Hash->SidCount; Index++) {
        if (SepEqualSid(Hash->SidAttr[Index].Sid, Sid))
            return &Hash->SidAttr[Index];
    }
    return NULL;
}
