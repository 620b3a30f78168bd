/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a CM_RESOURCE_LIST holds, range by range. */
#include <stdio.h>
#include <string.h>

#include "io/resource.h"

#define IOP_FULL_HEAD_BYTES \
    FIELD_OFFSET(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList.PartialDescriptors)

void IopBeginResources(IOP_CURSOR *Cursor, const CM_RESOURCE_LIST *List, ULONG SizeBytes)
{
    memset(Cursor, 0, sizeof(*Cursor));
    if (SizeBytes < FIELD_OFFSET(CM_RESOURCE_LIST, List)) {
        Cursor->Malformed = TRUE;
        return;
    }
    Cursor->At = (const UCHAR *)List + FIELD_OFFSET(CM_RESOURCE_LIST, List);
    Cursor->End = (const UCHAR *)List + SizeBytes;
    Cursor->Lists = List->Count;
}

/* Copies the next bytes and steps over them. FALSE: there are not so many, and the walk is over. */
static BOOLEAN IopTakeBytes(IOP_CURSOR *Cursor, void *To, SIZE_T Bytes)
{
    if ((SIZE_T)(Cursor->End - Cursor->At) < Bytes) {
        Cursor->Malformed = TRUE;
        Cursor->Lists = Cursor->Descriptors = 0;
        return FALSE;
    }
    if (To != NULL)
        memcpy(To, Cursor->At, Bytes);
    Cursor->At += Bytes;
    return TRUE;
}

static BOOLEAN IopNextDescriptor(IOP_CURSOR *Cursor)
{
    while (Cursor->Descriptors == 0) {
        CM_FULL_RESOURCE_DESCRIPTOR Full;
        if (Cursor->Lists == 0 || !IopTakeBytes(Cursor, &Full, IOP_FULL_HEAD_BYTES))
            return FALSE;
        Cursor->Lists--;
        Cursor->Descriptors = Full.PartialResourceList.Count;
    }
    Cursor->Descriptors--;
    if (!IopTakeBytes(Cursor, &Cursor->Current, sizeof(Cursor->Current)))
        return FALSE;
    return Cursor->Current.Type != CmResourceTypeDeviceSpecific ||
        IopTakeBytes(Cursor, NULL, Cursor->Current.u.DeviceSpecificData.DataSize);
}

/* Lengths of large memory are in units of 256 bytes, 64 KiB or 4 GiB. */
static ULONG64 IopMemoryLength(const CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor)
{
    ULONG64 Length = Descriptor->u.Generic.Length;
    if (Descriptor->Type != CmResourceTypeMemoryLarge)
        return Length;
    switch (Descriptor->Flags & CM_RESOURCE_MEMORY_LARGE) {
    case CM_RESOURCE_MEMORY_LARGE_40: return Length << 8;
    case CM_RESOURCE_MEMORY_LARGE_48: return Length << 16;
    case CM_RESOURCE_MEMORY_LARGE_64: return Length << 32;
    default: return 0;
    }
}

/* FALSE: it takes nothing that could be somebody else's. */
static BOOLEAN IopRangeOf(const CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor, IOP_RANGE *Range)
{
    ULONG64 Length = 1;
    Range->Kind = Descriptor->Type;
    Range->Share = Descriptor->ShareDisposition;
    switch (Descriptor->Type) {
    case CmResourceTypeMemoryLarge:
        Range->Kind = CmResourceTypeMemory;
        /* fall through */
    case CmResourceTypePort:
    case CmResourceTypeMemory:
        Range->First = (ULONG64)Descriptor->u.Generic.Start.QuadPart;
        Length = IopMemoryLength(Descriptor);
        break;
    case CmResourceTypeInterrupt:
        if (Descriptor->Flags & CM_RESOURCE_INTERRUPT_MESSAGE)
            return FALSE; /* a message is no line */
        Range->First = Descriptor->u.Interrupt.Vector;
        break;
    case CmResourceTypeDma:
        Range->First = Descriptor->u.Dma.Channel;
        break;
    case CmResourceTypeBusNumber:
        Range->First = Descriptor->u.BusNumber.Start;
        Length = Descriptor->u.BusNumber.Length;
        break;
    default:
        return FALSE;
    }
    Range->Last = Range->First + (Length - 1);
    if (Range->Last < Range->First)
        Range->Last = ~0ull; /* beyond the end of all addresses */
    return Length != 0;
}

BOOLEAN IopNextRange(IOP_CURSOR *Cursor, IOP_RANGE *Range)
{
    while (IopNextDescriptor(Cursor)) {
        if (IopRangeOf(&Cursor->Current, Range))
            return TRUE;
    }
    return FALSE;
}

ULONG IopMeasureResources(const CM_RESOURCE_LIST *List, ULONG SizeBytes, ULONG *Ranges)
{
    IOP_CURSOR Cursor;
    IOP_RANGE Range;
    *Ranges = 0;
    IopBeginResources(&Cursor, List, SizeBytes);
    while (IopNextRange(&Cursor, &Range))
        ++*Ranges;
    return Cursor.Malformed ? 0 : (ULONG)(Cursor.At - (const UCHAR *)List);
}

void IopDescribeRange(const IOP_RANGE *Range, char *Text, SIZE_T TextBytes)
{
    static const char *const Kinds[] = {
        "", "ports", "interrupt", "memory", "DMA channel", "", "bus numbers"};
    const char *Kind = Range->Kind < sizeof(Kinds) / sizeof(Kinds[0]) ? Kinds[Range->Kind]
                                                                      : "resource";
    if (Range->Kind == CmResourceTypeInterrupt || Range->Kind == CmResourceTypeDma)
        snprintf(Text, TextBytes, "%s %llu", Kind, (unsigned long long)Range->First);
    else
        snprintf(Text, TextBytes, "%s 0x%llx-0x%llx", Kind, (unsigned long long)Range->First,
            (unsigned long long)Range->Last);
}
