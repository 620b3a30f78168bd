/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Lengths of ports and memory in resource descriptors. Those of 4 GiB and more are kept in 32 bits
 * as multiples of 256, 65536 or 4 GiB, which the descriptor's flags say; a length that is no such
 * multiple cannot be kept.
 */
#include "rtl/memresource.h"

typedef struct RTLP_SCALE {
    USHORT Flag;
    UCHAR Shift;
} RTLP_SCALE;

static const RTLP_SCALE RtlpScale[] = {{CM_RESOURCE_MEMORY_LARGE_40, 8},
    {CM_RESOURCE_MEMORY_LARGE_48, 16}, {CM_RESOURCE_MEMORY_LARGE_64, 32}};

#define RTLP_SCALES (sizeof(RtlpScale) / sizeof(RtlpScale[0]))

static BOOLEAN RtlpFits(ULONGLONG Value, ULONG Shift)
{
    return (Value & ((1ull << Shift) - 1)) == 0 && Value >> Shift <= MAXULONG;
}

/* How far both are shifted, and the flag for it; Shift 0: not at all. */
static NTSTATUS RtlpFindScale(UCHAR Type, ULONGLONG Length, ULONGLONG Alignment, RTLP_SCALE *Scale)
{
    *Scale = (RTLP_SCALE){0, 0};
    if (Type != CmResourceTypePort && Type != CmResourceTypeMemory &&
        Type != CmResourceTypeMemoryLarge)
        return STATUS_INVALID_PARAMETER;
    if (RtlpFits(Length, 0) && RtlpFits(Alignment, 0))
        return STATUS_SUCCESS;
    for (ULONG Index = 0; Type != CmResourceTypePort && Index < RTLP_SCALES; Index++) {
        *Scale = RtlpScale[Index];
        if (RtlpFits(Length, Scale->Shift) && RtlpFits(Alignment, Scale->Shift))
            return STATUS_SUCCESS;
    }
    return STATUS_NOT_SUPPORTED;
}

static ULONG RtlpShiftOf(UCHAR Type, USHORT Flags)
{
    for (ULONG Index = 0; Type == CmResourceTypeMemoryLarge && Index < RTLP_SCALES; Index++) {
        if (Flags & RtlpScale[Index].Flag)
            return RtlpScale[Index].Shift;
    }
    return 0;
}

static USHORT RtlpLargeFlags(USHORT Flags, const RTLP_SCALE *Scale)
{
    return (USHORT)((Flags & ~CM_RESOURCE_MEMORY_LARGE) | Scale->Flag);
}

/* The type that goes with a scale. */
static UCHAR RtlpTypeFor(UCHAR Type, const RTLP_SCALE *Scale)
{
    if (Type == CmResourceTypePort)
        return Type;
    return Scale->Shift != 0 ? CmResourceTypeMemoryLarge : CmResourceTypeMemory;
}

/*
 * RtlCmEncodeMemIoResource - put a range into a descriptor of what is assigned.
 *
 * Type:    CmResourceTypePort, CmResourceTypeMemory or CmResourceTypeMemoryLarge; memory becomes
 *          large where that is needed.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: another type; NOT_SUPPORTED: the length cannot be kept. The
 *          descriptor is as it was then.
 * Source:  DOC wdm/RtlCmEncodeMemIoResource; INF the statuses; OBS
 *          tests/kernel/rtl/RtlCmEncodeMemIoResource.c
 */
NTSTATUS NTAPI RtlCmEncodeMemIoResource(
    CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor, UCHAR Type, ULONGLONG Length, ULONGLONG Start)
{
    RTLP_SCALE Scale;
    NTSTATUS Status = RtlpFindScale(Type, Length, 0, &Scale);
    if (!NT_SUCCESS(Status))
        return Status;
    Descriptor->Type = RtlpTypeFor(Type, &Scale);
    if (Type != CmResourceTypePort)
        Descriptor->Flags = RtlpLargeFlags(Descriptor->Flags, &Scale);
    Descriptor->u.Generic.Start.QuadPart = (LONGLONG)Start;
    Descriptor->u.Generic.Length = (ULONG)(Length >> Scale.Shift);
    return STATUS_SUCCESS;
}

/*
 * RtlCmDecodeMemIoResource - the length of the range in such a descriptor, and in *Start (optional)
 * where it begins.
 * IRQL: any. Source: DOC wdm/RtlCmDecodeMemIoResource; OBS as above.
 */
ULONGLONG NTAPI RtlCmDecodeMemIoResource(
    CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor, ULONGLONG *Start)
{
    if (Start != NULL)
        *Start = (ULONGLONG)Descriptor->u.Generic.Start.QuadPart;
    return (ULONGLONG)Descriptor->u.Generic.Length
        << RtlpShiftOf(Descriptor->Type, Descriptor->Flags);
}

/*
 * RtlIoEncodeMemIoResource - put a range into a descriptor of what is wanted. Otherwise as
 * RtlCmEncodeMemIoResource; Alignment is kept in the same multiples. Source: DOC
 * wdm/RtlIoEncodeMemIoResource; OBS as above.
 */
NTSTATUS NTAPI RtlIoEncodeMemIoResource(IO_RESOURCE_DESCRIPTOR *Descriptor, UCHAR Type,
    ULONGLONG Length, ULONGLONG Alignment, ULONGLONG MinimumAddress, ULONGLONG MaximumAddress)
{
    RTLP_SCALE Scale;
    NTSTATUS Status = RtlpFindScale(Type, Length, Alignment, &Scale);
    if (!NT_SUCCESS(Status))
        return Status;
    Descriptor->Type = RtlpTypeFor(Type, &Scale);
    if (Type != CmResourceTypePort)
        Descriptor->Flags = RtlpLargeFlags(Descriptor->Flags, &Scale);
    Descriptor->u.Generic.Length = (ULONG)(Length >> Scale.Shift);
    Descriptor->u.Generic.Alignment = (ULONG)(Alignment >> Scale.Shift);
    Descriptor->u.Generic.MinimumAddress.QuadPart = (LONGLONG)MinimumAddress;
    Descriptor->u.Generic.MaximumAddress.QuadPart = (LONGLONG)MaximumAddress;
    return STATUS_SUCCESS;
}

/*
 * RtlIoDecodeMemIoResource - the length of the range in such a descriptor. The others are optional.
 * IRQL: any. Source: DOC wdm/RtlIoDecodeMemIoResource; OBS as above.
 */
ULONGLONG NTAPI RtlIoDecodeMemIoResource(IO_RESOURCE_DESCRIPTOR *Descriptor, ULONGLONG *Alignment,
    ULONGLONG *MinimumAddress, ULONGLONG *MaximumAddress)
{
    const ULONG Shift = RtlpShiftOf(Descriptor->Type, Descriptor->Flags);
    if (Alignment != NULL)
        *Alignment = (ULONGLONG)Descriptor->u.Generic.Alignment << Shift;
    if (MinimumAddress != NULL)
        *MinimumAddress = (ULONGLONG)Descriptor->u.Generic.MinimumAddress.QuadPart;
    if (MaximumAddress != NULL)
        *MaximumAddress = (ULONGLONG)Descriptor->u.Generic.MaximumAddress.QuadPart;
    return (ULONGLONG)Descriptor->u.Generic.Length << Shift;
}

/*
 * RtlFindClosestEncodableLength - the least length a descriptor can keep that is not below a given
 * one.
 *
 * IRQL:    any
 * Returns: SUCCESS; NOT_SUPPORTED: there is none.
 * Source:  DOC wdm/RtlFindClosestEncodableLength; OBS tests/kernel/rtl/RtlCmEncodeMemIoResource.c
 */
NTSTATUS NTAPI RtlFindClosestEncodableLength(ULONGLONG SourceLength, ULONGLONG *TargetLength)
{
    for (ULONG Index = 0; Index <= RTLP_SCALES; Index++) {
        const ULONG Shift = Index == 0 ? 0 : RtlpScale[Index - 1].Shift;
        const ULONGLONG Most = (ULONGLONG)MAXULONG << Shift, Step = 1ull << Shift;
        if (SourceLength <= Most) {
            *TargetLength = (SourceLength + (Step - 1)) & ~(Step - 1);
            return STATUS_SUCCESS;
        }
    }
    return STATUS_NOT_SUPPORTED;
}
