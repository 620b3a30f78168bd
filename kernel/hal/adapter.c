/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DMA adapters: what a device says it can do, and the table of routines for it; common buffers. Bus
 * masters have a channel each; the others share the controller's.
 */
#include "hal/dma.h"
#include "hal/dma3.h"
#include "hal/hal.h"

#define HALP_MOST_REGISTERS 0x10000u

/* The highest physical address anything has; frame numbers of clients' pages are above it. */
#define HALP_LAST_PHYSICAL ((ULONG64)MM_USER_PFN * PAGE_SIZE - 1)

static HALP_CHANNEL HalpIsaChannel[8];
static DMA_OPERATIONS HalpDmaOperations;

static void HalpResetChannel(HALP_CHANNEL *Channel)
{
    *Channel = (HALP_CHANNEL){0};
    InitializeListHead(&Channel->Waiting);
}

void HalpResetDma(void)
{
    for (ULONG Index = 0; Index < 8; Index++)
        HalpResetChannel(&HalpIsaChannel[Index]);
    HalpFillDmaOperations(&HalpDmaOperations, sizeof(HalpDmaOperations));
    HalpFillDmaOperations(&HalpDmaOperations3.First, sizeof(HalpDmaOperations3));
}

static ULONG64 HalpHighest(const DEVICE_DESCRIPTION *Device)
{
    if (!Device->Master)
        return 0xFFFFFF;
    if (Device->Version >= HALP_DEVICE_DESCRIPTION_VERSION3 && Device->DmaAddressWidth != 0) {
        ULONG64 Highest = Device->DmaAddressWidth < 64 ? ((ULONG64)1 << Device->DmaAddressWidth) - 1
                                                       : ~(ULONG64)0;
        return Highest < HALP_LAST_PHYSICAL ? Highest : HALP_LAST_PHYSICAL;
    }
    if (Device->Dma64BitAddresses && Device->Version >= DEVICE_DESCRIPTION_VERSION1)
        return HALP_LAST_PHYSICAL;
    return Device->Dma32BitAddresses ? 0xFFFFFFFF : 0xFFFFFF;
}

static ULONG HalpMapRegisters(const DEVICE_DESCRIPTION *Device)
{
    ULONG64 Length = Device->MaximumLength;
    if (!Device->Master) {
        const ULONG Most = Device->DmaChannel > 4 ? 0x20000 : 0x10000; /* what the counter counts */
        Length = Length < Most ? Length : Most;
        return (
            ULONG)(Length == Most ? Length / PAGE_SIZE : ROUND_TO_PAGES(Length) / PAGE_SIZE + 1);
    }
    const ULONG64 Pages = (Length + PAGE_SIZE - 1) / PAGE_SIZE + 1;
    return (ULONG)(Pages < HALP_MOST_REGISTERS ? Pages : HALP_MOST_REGISTERS);
}

static BOOLEAN HalpIsDescribed(const DEVICE_DESCRIPTION *Device)
{
    if (Device->Version > HALP_DEVICE_DESCRIPTION_VERSION3 ||
        (ULONG)Device->InterfaceType >= (ULONG)MaximumInterfaceType)
        return FALSE;
    return Device->Master || HalpIsIsaChannel(Device->DmaChannel);
}

static DMA_ADAPTER *HalpCreateAdapter(
    const DEVICE_DESCRIPTION *Device, ULONG *Registers, ULONG_PTR Site)
{
    if (!HalpIsDescribed(Device))
        return NULL;
    HALP_ADAPTER *Adapter = ExiAllocateZero(NonPagedPoolNx, sizeof(*Adapter), HALP_TAG_DMA, Site);
    if (Adapter == NULL)
        return NULL;
    /* Older drivers' descriptions end before the fields of version 3. */
    const SIZE_T Bytes = Device->Version >= HALP_DEVICE_DESCRIPTION_VERSION3
        ? sizeof(*Device)
        : FIELD_OFFSET(DEVICE_DESCRIPTION, DmaAddressWidth);
    __builtin_memcpy(&Adapter->Device, Device, Bytes);
    const BOOLEAN Third = Device->Version >= HALP_DEVICE_DESCRIPTION_VERSION3;
    Adapter->Public = (DMA_ADAPTER){.Version = Third         ? 3
            : Device->Version == DEVICE_DESCRIPTION_VERSION2 ? 2
                                                             : 1,
        .Size = sizeof(*Adapter),
        .DmaOperations = Third ? &HalpDmaOperations3.First : &HalpDmaOperations};
    Adapter->Highest = HalpHighest(Device);
    Adapter->MapRegisters = HalpMapRegisters(Device);
    HalpResetChannel(&Adapter->Own);
    Adapter->Channel = Device->Master ? &Adapter->Own : &HalpIsaChannel[Device->DmaChannel];
    *Registers = Adapter->MapRegisters;
    return &Adapter->Public;
}

/*
 * IoGetDmaAdapter - what a driver needs for its device's DMA.
 *
 * PhysicalDeviceObject: not looked at. DeviceDescription: Version says how much of it there is and
 *          which routines are wanted: to DEVICE_DESCRIPTION_VERSION3. A device that is no bus
 *          master has a channel of the controller, 0 to 3 or 5 to 7.
 * NumberOfMapRegisters: out; pages one transfer may span.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: NULL: another version, no such channel or bus, no memory. Owner: driver; PutDmaAdapter.
 * Source:  DOC wdm/IoGetDmaAdapter; OBS tests/kernel/hal/IoGetDmaAdapter.c
 */
DMA_ADAPTER *NTAPI IoGetDmaAdapter(DEVICE_OBJECT *PhysicalDeviceObject,
    DEVICE_DESCRIPTION *DeviceDescription, ULONG *NumberOfMapRegisters)
{
    (void)PhysicalDeviceObject;
    return HalpCreateAdapter(DeviceDescription, NumberOfMapRegisters, EX_CALLER);
}

/*
 * HalGetAdapter - the same for drivers without plug and play; of the system's, never given back.
 * IRQL: PASSIVE_LEVEL. Returns: NULL as above, and for version 3. Source: DOC ntddk (obsolete); OBS
 * tests/kernel/hal
 */
DMA_ADAPTER *NTAPI HalGetAdapter(DEVICE_DESCRIPTION *DeviceDescription, ULONG *NumberOfMapRegisters)
{
    if (DeviceDescription->Version > DEVICE_DESCRIPTION_VERSION1)
        return NULL;
    return HalpCreateAdapter(DeviceDescription, NumberOfMapRegisters, EX_KERNEL_SITE);
}

/* DMA_OPERATIONS.PutDmaAdapter - the driver does not need it any more. IRQL: PASSIVE_LEVEL. Source:
 * DOC wdm, PPUT_DMA_ADAPTER. */
static void NTAPI HalpPutDmaAdapter(DMA_ADAPTER *DmaAdapter)
{
    ExiFree(HalpAdapter(DmaAdapter));
}

/* ---- common buffers -------------------------------------------------------------------------- */

/*
 * HalAllocateCommonBuffer - memory processor and device use at the same time, in one piece; zeroed.
 *
 * LogicalAddress: out; where the device finds it. CacheEnabled: changes nothing: memory is
 * coherent.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: NULL: no bytes, or no such memory. Owner: driver; HalFreeCommonBuffer.
 * Source:  DOC wdm, PALLOCATE_COMMON_BUFFER; OBS tests/kernel/hal/HalAllocateCommonBuffer.c
 */
void *NTAPI HalAllocateCommonBuffer(
    DMA_ADAPTER *DmaAdapter, ULONG Length, PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled)
{
    const HALP_ADAPTER *Adapter = HalpAdapter(DmaAdapter);
    const PHYSICAL_ADDRESS Highest = {.QuadPart = (LONGLONG)Adapter->Highest};
    (void)CacheEnabled;
    void *Buffer = MmAllocateContiguousMemory(Length, Highest);
    if (Buffer != NULL)
        *LogicalAddress = MmGetPhysicalAddress(Buffer);
    return Buffer;
}

/* HalFreeCommonBuffer - the reverse, with what it was made with. IRQL: PASSIVE_LEVEL. Source: DOC
 * wdm, PFREE_COMMON_BUFFER. */
void NTAPI HalFreeCommonBuffer(DMA_ADAPTER *DmaAdapter, ULONG Length,
    PHYSICAL_ADDRESS LogicalAddress, void *VirtualAddress, BOOLEAN CacheEnabled)
{
    (void)DmaAdapter;
    (void)Length;
    (void)LogicalAddress;
    (void)CacheEnabled;
    MmFreeContiguousMemory(VirtualAddress);
}

/* HalFlushCommonBuffer - memory is coherent: there is nothing to do. IRQL: any. Returns: TRUE.
 * Source: DOC ntddk (obsolete). */
BOOLEAN NTAPI HalFlushCommonBuffer(
    DMA_ADAPTER *DmaAdapter, ULONG Length, PHYSICAL_ADDRESS LogicalAddress, void *VirtualAddress)
{
    (void)DmaAdapter;
    (void)Length;
    (void)LogicalAddress;
    (void)VirtualAddress;
    return TRUE;
}

/*
 * HalReadDmaCounter - bytes of a transfer of the controller's that are left; 0 for a bus master,
 * which counts itself.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm, PREAD_DMA_COUNTER; INF bus masters; OBS
 * tests/kernel/hal/IoMapTransfer.c
 */
ULONG NTAPI HalReadDmaCounter(DMA_ADAPTER *DmaAdapter)
{
    const HALP_ADAPTER *Adapter = HalpAdapter(DmaAdapter);
    return Adapter->Device.Master ? 0 : HalpReadIsaCounter(Adapter->Device.DmaChannel);
}

/* DMA_OPERATIONS.GetDmaAlignment - memory is coherent with devices: any address will do. Source:
 * DOC wdm, PGET_DMA_ALIGNMENT. */
static ULONG NTAPI HalpGetDmaAlignment(DMA_ADAPTER *DmaAdapter)
{
    (void)DmaAdapter;
    return 1;
}

void HalpFillDmaOperations(DMA_OPERATIONS *Operations, SIZE_T Bytes)
{
    *Operations = (DMA_OPERATIONS){.Size = (ULONG)Bytes,
        .PutDmaAdapter = HalpPutDmaAdapter,
        .AllocateCommonBuffer = HalAllocateCommonBuffer,
        .FreeCommonBuffer = HalFreeCommonBuffer,
        .AllocateAdapterChannel = IoAllocateAdapterChannel,
        .FlushAdapterBuffers = IoFlushAdapterBuffers,
        .FreeAdapterChannel = IoFreeAdapterChannel,
        .FreeMapRegisters = IoFreeMapRegisters,
        .MapTransfer = IoMapTransfer,
        .GetDmaAlignment = HalpGetDmaAlignment,
        .ReadDmaCounter = HalReadDmaCounter,
        .GetScatterGatherList = HalpGetScatterGatherList,
        .PutScatterGatherList = HalpPutScatterGatherList,
        .CalculateScatterGatherList = HalpCalculateScatterGatherList,
        .BuildScatterGatherList = HalpBuildScatterGatherList,
        .BuildMdlFromScatterGatherList = HalpBuildMdlFromScatterGatherList};
}
