/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Common buffers of verified drivers. Each has a page before it and the rest of its last page, or
 * one more, behind it: a tag next to the buffer and a filling beyond. Both must be there when it is
 * freed.
 */
#include <string.h>

#include "kd/kd.h"
#include "vf/dma.h"

#define VFP_BEFORE PAGE_SIZE
#define VFP_TAG_BYTES 8u
#define VFP_FILLING 0x0F

static const UCHAR VfpTag[VFP_TAG_BYTES] = "DmaVrfy0";

/* Bytes of the buffer, its tag and what fills the last page. */
static ULONG VfpBytesFrom(ULONG Length)
{
    return (ULONG)ROUND_TO_PAGES((ULONG64)Length + VFP_TAG_BYTES);
}

static BOOLEAN VfpFits(ULONG Length)
{
    return Length <= MM_RAM_BYTES / 2;
}

/* What the HAL gave for Length bytes becomes a buffer. */
static void *VfpDress(
    VFP_ADAPTER *Adapter, UCHAR *Whole, ULONG Length, PHYSICAL_ADDRESS *LogicalAddress)
{
    UCHAR *Buffer = Whole + VFP_BEFORE;
    VFP_DMA_ITEM *Item = VfpAddDmaItem(Adapter, VFP_DMA_BUFFER, Buffer, Length);
    if (Item == NULL)
        return NULL;
    memset(Whole, VFP_FILLING, VFP_BEFORE);
    memcpy(Buffer - VFP_TAG_BYTES, VfpTag, VFP_TAG_BYTES);
    memset(Buffer + Length, VFP_FILLING, VfpBytesFrom(Length) - Length);
    memcpy(Buffer + Length, VfpTag, VFP_TAG_BYTES);
    LogicalAddress->QuadPart += VFP_BEFORE;
    Item->Logical = *LogicalAddress;
    return Buffer;
}

void *NTAPI VfHalAllocateCommonBuffer(
    DMA_ADAPTER *DmaAdapter, ULONG Length, PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled)
{
    PHYSICAL_ADDRESS Logical;
    VFP_ADAPTER *Adapter =
        VfpEnterDma(DmaAdapter, PASSIVE_LEVEL, VF_CALLER, "AllocateCommonBuffer");
    if (Adapter == NULL || Length == 0 || !VfpFits(Length))
        return HalAllocateCommonBuffer(DmaAdapter, Length, LogicalAddress, CacheEnabled);
    UCHAR *Whole = HalAllocateCommonBuffer(
        DmaAdapter, VFP_BEFORE + VfpBytesFrom(Length), &Logical, CacheEnabled);
    UCHAR *Buffer = Whole != NULL ? VfpDress(Adapter, Whole, Length, &Logical) : NULL;
    if (Buffer != NULL)
        *LogicalAddress = Logical;
    else if (Whole != NULL)
        HalFreeCommonBuffer(
            DmaAdapter, VFP_BEFORE + VfpBytesFrom(Length), Logical, Whole, CacheEnabled);
    return Buffer;
}

void *NTAPI VfpAllocateCommonBufferEx(DMA_ADAPTER *DmaAdapter, PHYSICAL_ADDRESS *MaximumAddress,
    ULONG Length, PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled, NODE_REQUIREMENT Node)
{
    PHYSICAL_ADDRESS Logical;
    VFP_ADAPTER *Adapter =
        VfpEnterDma3(DmaAdapter, PASSIVE_LEVEL, VF_CALLER, "AllocateCommonBufferEx");
    if (Length == 0 || !VfpFits(Length))
        return VfpHal3(Adapter)->AllocateCommonBufferEx(
            DmaAdapter, MaximumAddress, Length, LogicalAddress, CacheEnabled, Node);
    const ULONG Bytes = VFP_BEFORE + VfpBytesFrom(Length);
    UCHAR *Whole = VfpHal3(Adapter)->AllocateCommonBufferEx(
        DmaAdapter, MaximumAddress, Bytes, &Logical, CacheEnabled, Node);
    UCHAR *Buffer = Whole != NULL ? VfpDress(Adapter, Whole, Length, &Logical) : NULL;
    if (Buffer != NULL)
        *LogicalAddress = Logical;
    else if (Whole != NULL)
        HalFreeCommonBuffer(DmaAdapter, Bytes, Logical, Whole, CacheEnabled);
    return Buffer;
}

static const UCHAR *VfpFindWrong(const UCHAR *Start, const UCHAR *End)
{
    while (Start < End && *Start == VFP_FILLING)
        Start++;
    return Start < End ? Start : NULL;
}

static void VfpCheckAround(const UCHAR *Buffer, ULONG Length, ULONG_PTR Site)
{
    const UCHAR *End = Buffer + Length, *Wrong;
    static const char Text[] = "something was written %s the common buffer at %p, of %u bytes";
    if (memcmp(Buffer - VFP_TAG_BYTES, VfpTag, VFP_TAG_BYTES) != 0)
        VfpStopDma(0x0F, 1, Length, Buffer, Site, Text, "before", (const void *)Buffer, Length);
    if (memcmp(End, VfpTag, VFP_TAG_BYTES) != 0)
        VfpStopDma(0x0F, 2, Length, Buffer, Site, Text, "behind", (const void *)Buffer, Length);
    Wrong = VfpFindWrong(Buffer - VFP_BEFORE, Buffer - VFP_TAG_BYTES);
    if (Wrong != NULL)
        VfpStopDma(0x0F, 4, Buffer, Wrong, Site, Text, "before", (const void *)Buffer, Length);
    Wrong = VfpFindWrong(End + VFP_TAG_BYTES, Buffer + VfpBytesFrom(Length));
    if (Wrong != NULL)
        VfpStopDma(0x0F, 5, Buffer, Wrong, Site, Text, "behind", (const void *)Buffer, Length);
}

void NTAPI VfHalFreeCommonBuffer(DMA_ADAPTER *DmaAdapter, ULONG Length,
    PHYSICAL_ADDRESS LogicalAddress, void *VirtualAddress, BOOLEAN CacheEnabled)
{
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, PASSIVE_LEVEL, VF_CALLER, "FreeCommonBuffer");
    if (Adapter == NULL) {
        HalFreeCommonBuffer(DmaAdapter, Length, LogicalAddress, VirtualAddress, CacheEnabled);
        return;
    }
    VFP_DMA_ITEM *Item = VirtualAddress != NULL
                             ? VfpTakeDmaItem(Adapter, VFP_DMA_BUFFER, VirtualAddress) : NULL;
    if (Item == NULL)
        VfpStopDma(0x03, 1, 0, 0, VF_CALLER,
            "FreeCommonBuffer: %p is no common buffer of the adapter, or no longer",
            VirtualAddress);
    VfpCheckAround(VirtualAddress, Item->Amount, VF_CALLER);
    if (Item->Amount != Length || Item->Logical.QuadPart != LogicalAddress.QuadPart)
        KdFinding(DOTSYS_FINDING_OTHER, VF_CALLER,
            "FreeCommonBuffer: %u bytes at logical address 0x%llx, of a buffer of %u at 0x%llx",
            Length, (unsigned long long)LogicalAddress.QuadPart, Item->Amount,
            (unsigned long long)Item->Logical.QuadPart);
    const ULONG Bytes = VFP_BEFORE + VfpBytesFrom(Item->Amount);
    Item->Logical.QuadPart -= VFP_BEFORE;
    HalFreeCommonBuffer(
        DmaAdapter, Bytes, Item->Logical, (UCHAR *)VirtualAddress - VFP_BEFORE, CacheEnabled);
    ExiFree(Item);
}
