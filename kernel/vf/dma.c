/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See dma.h: adapters, what there is of them, and what they are asked for. One lock guards adapters
 * and items; an adapter goes with its driver only, so that pointers to one are good until then.
 */
#include "ke/ke.h"
#include "vf/dma.h"

#define VFP_TAG_DMA 0x6D446656u /* 'VfDm' */
#define VFP_LAST_DESCRIPTION HALP_DEVICE_DESCRIPTION_VERSION3

static KSPIN_LOCK VfpLock;
static VFP_ADAPTER *VfpAdapters;
static HALP_DMA_OPERATIONS3 VfpOperations[2]; /* of the first two versions, of the third */

void VfpPrepareDma(void)
{
    VfpLock = 0;
    VfpAdapters = NULL; /* what there was lay in pool, which went with its machine */
}

/* ---- Items ----------------------------------------------------------------------------------- */

void VfpLinkDmaItem(VFP_ADAPTER *Adapter, VFP_DMA_ITEM *Item)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    Item->Next = Adapter->Items;
    Adapter->Items = Item;
    if (Item->Kind == VFP_DMA_LIST)
        Adapter->ListsMade++;
    KiReleaseLock(&VfpLock, Old);
}

VFP_DMA_ITEM *VfpAddDmaItem(
    VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key, ULONG Amount)
{
    VFP_DMA_ITEM *Item =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Item), VFP_TAG_DMA, EX_KERNEL_SITE);
    if (Item == NULL) {
        Adapter->Incomplete = TRUE;
        return NULL;
    }
    Item->Kind = Kind;
    Item->Key = Key;
    Item->Amount = Amount;
    Item->Adapter = Adapter;
    VfpLinkDmaItem(Adapter, Item);
    return Item;
}

static VFP_DMA_ITEM **VfpFindItemLocked(
    VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key)
{
    VFP_DMA_ITEM **Link = &Adapter->Items;
    while (*Link != NULL && ((*Link)->Kind != Kind || (Key != NULL && (*Link)->Key != Key)))
        Link = &(*Link)->Next;
    return Link;
}

VFP_DMA_ITEM *VfpTakeDmaItem(VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_DMA_ITEM **Link = VfpFindItemLocked(Adapter, Kind, Key);
    VFP_DMA_ITEM *Item = *Link;
    if (Item != NULL) {
        *Link = Item->Next;
        if (Kind == VFP_DMA_LIST)
            Adapter->ListsPut++;
    }
    KiReleaseLock(&VfpLock, Old);
    return Item;
}

BOOLEAN VfpDropDmaItem(VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key)
{
    VFP_DMA_ITEM *Item = VfpTakeDmaItem(Adapter, Kind, Key);
    if (Item != NULL)
        ExiFree(Item);
    return Item != NULL;
}

void VfpTurnDmaItem(VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key,
    enum VFP_DMA_KIND NewKind, const void *NewKey)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_DMA_ITEM *Item = *VfpFindItemLocked(Adapter, Kind, Key);
    if (Item != NULL) {
        Item->Kind = NewKind;
        Item->Key = NewKey;
    }
    KiReleaseLock(&VfpLock, Old);
}

ULONG VfpCountDma(const VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, ULONG *Amount)
{
    ULONG Count = 0;
    *Amount = 0;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (const VFP_DMA_ITEM *Item = Adapter->Items; Item != NULL; Item = Item->Next) {
        if (Item->Kind == Kind) {
            *Amount += Item->Amount;
            Count++;
        }
    }
    KiReleaseLock(&VfpLock, Old);
    return Count;
}

BOOLEAN VfpHasRegisters(const VFP_ADAPTER *Adapter, const void *MapRegisterBase)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (const VFP_DMA_ITEM *Item = Adapter->Items; Item != NULL && !Found; Item = Item->Next)
        Found = (Item->Kind == VFP_DMA_CHANNEL || Item->Kind == VFP_DMA_REGISTERS) &&
                Item->Key == MapRegisterBase;
    KiReleaseLock(&VfpLock, Old);
    return Found && MapRegisterBase != NULL;
}

/* ---- Before each routine --------------------------------------------------------------------- */

VFP_ADAPTER *VfpEnterDma(DMA_ADAPTER *Dma, KIRQL Irql, ULONG_PTR Site, const char *Routine)
{
    if (Dma == NULL)
        VfpStopDma(0x19, 0, 0, 0, Site, "%s was called without an adapter", Routine);
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_ADAPTER *Adapter = VfpAdapters;
    while (Adapter != NULL && Adapter->Dma != Dma)
        Adapter = Adapter->Next;
    KiReleaseLock(&VfpLock, Old);
    if (Adapter != NULL && Adapter->Released)
        VfpStopDma(0x18, Dma, Adapter, 0, Site, "%s(%p): the adapter has been put back", Routine,
            (void *)Dma);
    if (KiGetIrql() > Irql)
        VfpStopDma(0x13, 2, Irql, KiGetIrql(), Site,
            "%s was called at IRQL %u; it may be at IRQL %u or below", Routine, KiGetIrql(), Irql);
    return Adapter;
}

VFP_ADAPTER *VfpEnterDma3(DMA_ADAPTER *Dma, KIRQL Irql, ULONG_PTR Site, const char *Routine)
{
    VFP_ADAPTER *Adapter = VfpEnterDma(Dma, Irql, Site, Routine);
    if (Adapter == NULL)
        VfpStopDma(0x18, Dma, 0, 0, Site, "%s(%p): the driver of the adapter has been unloaded",
            Routine, (void *)Dma);
    return Adapter;
}

void VfpCheckDmaIrql(KIRQL Irql, ULONG_PTR Site, const char *Routine)
{
    if (KiGetIrql() != Irql)
        VfpStopDma(0x13, 1, Irql, KiGetIrql(), Site,
            "%s was called at IRQL %u; it must be at IRQL %u", Routine, KiGetIrql(), Irql);
}

/* ---- Getting an adapter, and putting it back ------------------------------------------------- */

/* An adapter that goes has nothing left, says who is about to put it back or unload its driver. */
static void VfpCheckNothingLeft(const VFP_ADAPTER *Adapter, ULONG_PTR Site, const char *When)
{
    static const struct {
        ULONG Code;
        BOOLEAN ByAmount;
        const char *What;
    } Left[VFP_DMA_KINDS] = {
        [VFP_DMA_BUFFER] = {0x07, FALSE, "common buffers"},
        [VFP_DMA_WAITING] = {0x08, FALSE, "requests for its channel"},
        [VFP_DMA_CHANNEL] = {0x08, FALSE, "channels"},
        [VFP_DMA_REGISTERS] = {0x09, TRUE, "map registers"},
        [VFP_DMA_LIST] = {0x0A, FALSE, "scatter/gather lists"},
    };
    for (ULONG Kind = 0; Kind < VFP_DMA_KINDS; Kind++) {
        ULONG Amount, Count = VfpCountDma(Adapter, Kind, &Amount);
        if (Count != 0)
            VfpStopDma(Left[Kind].Code, Adapter->Dma, Left[Kind].ByAmount ? Amount : Count, Adapter,
                Site, "%s, and the adapter at %p has %u %s that are not given back", When,
                (void *)Adapter->Dma, Left[Kind].ByAmount ? Amount : Count, Left[Kind].What);
    }
}

static void NTAPI VfpPutDmaAdapter(DMA_ADAPTER *DmaAdapter)
{
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, "PutDmaAdapter");
    if (Adapter == NULL)
        return; /* its driver has been unloaded, and it with it */
    VfpCheckNothingLeft(Adapter, VF_CALLER, "PutDmaAdapter was called");
    Adapter->Released = TRUE;
}

/* The table for adapters of a version: the HAL's, with what is looked at here. */
static DMA_OPERATIONS *VfpOperationsFor(const DMA_OPERATIONS *Hal)
{
    const BOOLEAN Third = Hal->Size >= sizeof(HALP_DMA_OPERATIONS3);
    HALP_DMA_OPERATIONS3 New = {0};
    if (Third)
        New = *(const HALP_DMA_OPERATIONS3 *)(const void *)Hal;
    else
        New.First = *Hal;
    New.First.PutDmaAdapter = VfpPutDmaAdapter;
    New.First.AllocateCommonBuffer = VfHalAllocateCommonBuffer;
    New.First.FreeCommonBuffer = VfHalFreeCommonBuffer;
    New.AllocateCommonBufferEx = VfpAllocateCommonBufferEx;
    VfpFillTransferRoutines(&New);
    VfpFillListRoutines(&New);
    VfpOperations[Third] = New; /* as it is already, but for the first time */
    return &VfpOperations[Third].First;
}

/* An adapter that cannot be followed, for lack of memory, is as without the verifier. */
static void VfpFollowAdapter(DMA_ADAPTER *Dma, ULONG MapRegisters, ULONG_PTR Site)
{
    VFP_ADAPTER *Adapter =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Adapter), VFP_TAG_DMA, EX_KERNEL_SITE);
    if (Adapter == NULL)
        return;
    *Adapter = (VFP_ADAPTER){
        .Dma = Dma, .Hal = Dma->DmaOperations, .Site = Site, .MapRegisters = MapRegisters};
    HalpAdapter(Dma)->Copies = TRUE;
    Dma->DmaOperations = VfpOperationsFor(Adapter->Hal);
    KIRQL Old = KiAcquireLock(&VfpLock);
    Adapter->Next = VfpAdapters;
    VfpAdapters = Adapter;
    KiReleaseLock(&VfpLock, Old);
}

static DMA_ADAPTER *NTAPI VfIoGetDmaAdapter(DEVICE_OBJECT *PhysicalDeviceObject,
    DEVICE_DESCRIPTION *DeviceDescription, ULONG *NumberOfMapRegisters)
{
    if (KiGetIrql() > PASSIVE_LEVEL)
        VfpStopDma(0x13, 2, PASSIVE_LEVEL, KiGetIrql(), VF_CALLER,
            "IoGetDmaAdapter was called at IRQL %u", KiGetIrql());
    if (DeviceDescription->Version > VFP_LAST_DESCRIPTION)
        VfpStopDma(0x25, 0, 0, 0, VF_CALLER, "IoGetDmaAdapter: a description of version %u",
            (unsigned)DeviceDescription->Version);
    DMA_ADAPTER *Dma =
        IoGetDmaAdapter(PhysicalDeviceObject, DeviceDescription, NumberOfMapRegisters);
    if (Dma != NULL)
        VfpFollowAdapter(Dma, *NumberOfMapRegisters, VF_CALLER);
    return Dma;
}

static DMA_ADAPTER *NTAPI VfHalGetAdapter(
    DEVICE_DESCRIPTION *DeviceDescription, ULONG *NumberOfMapRegisters)
{
    (void)DeviceDescription;
    (void)NumberOfMapRegisters;
    VfpStopDma(0x1E, 0, 0, 0, VF_CALLER,
        "HalGetAdapter is obsolete: IoGetDmaAdapter is the routine to use");
}

/* ---- At unload ------------------------------------------------------------------------------- */

static VFP_ADAPTER *VfpTakeAdapter(const LDR_IMAGE *Image)
{
    VFP_ADAPTER **Link = &VfpAdapters;
    KIRQL Old = KiAcquireLock(&VfpLock);
    while (*Link != NULL && (*Link)->Site - (ULONG_PTR)Image->Base >= Image->SizeOfImage)
        Link = &(*Link)->Next;
    VFP_ADAPTER *Adapter = *Link;
    if (Adapter != NULL)
        *Link = Adapter->Next;
    KiReleaseLock(&VfpLock, Old);
    return Adapter;
}

void VfpReleaseAdapters(const LDR_IMAGE *Image)
{
    VFP_ADAPTER *Adapter;
    while ((Adapter = VfpTakeAdapter(Image)) != NULL) {
        VfpCheckNothingLeft(Adapter, Adapter->Site, "the driver was unloaded");
        if (!Adapter->Released)
            VfpStopDma(0x11, 1, Adapter->Dma, Adapter, Adapter->Site,
                "the driver was unloaded, and has not put back the adapter at %p",
                (void *)Adapter->Dma);
        Adapter->Hal->PutDmaAdapter(Adapter->Dma);
        ExiFree(Adapter);
    }
}

const LDR_REPLACEMENT VfpDmaTable[] = {
    VF_REPLACE_CHECKING_IRQL(IoGetDmaAdapter, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(HalGetAdapter, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(HalAllocateCommonBuffer, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(HalFreeCommonBuffer, VF_DMA),
    VF_REPLACE_END,
};
