/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The table of routines of the hardware layer. What is asked of buses, mirrored memory and ACPI is
 * answered as on a machine without; partition tables are the disk's, which puts its routines in.
 * Drivers may put some of their own in: it is made anew for each machine.
 */
#include "hal/dispatch.h"

#define HALP_DISPATCH_VERSION 3u

HALP_DISPATCH HalDispatchTable;

static NTSTATUS NTAPI HalpQueryBusSlots(
    void *BusHandler, ULONG BufferSize, ULONG *SlotNumbers, ULONG *ReturnedLength)
{
    (void)BusHandler;
    (void)BufferSize;
    (void)SlotNumbers;
    (void)ReturnedLength;
    return STATUS_NOT_SUPPORTED;
}

static void *FASTCALL HalpReferenceHandlerForBus(INTERFACE_TYPE InterfaceType, ULONG BusNumber)
{
    (void)InterfaceType;
    (void)BusNumber;
    return NULL;
}

static void FASTCALL HalpReferenceBusHandler(void *BusHandler)
{
    (void)BusHandler;
}

static NTSTATUS NTAPI HalpInitPnpDriver(void)
{
    return STATUS_NOT_SUPPORTED;
}

static NTSTATUS NTAPI HalpInitPowerManagement(
    void *PmDriverDispatchTable, void **PmHalDispatchTable)
{
    (void)PmDriverDispatchTable;
    (void)PmHalDispatchTable;
    return STATUS_NOT_SUPPORTED;
}

static DMA_ADAPTER *NTAPI HalpGetDmaAdapter(
    void *Context, DEVICE_DESCRIPTION *Description, ULONG *MapRegisters)
{
    return IoGetDmaAdapter(Context, Description, MapRegisters);
}

static NTSTATUS NTAPI HalpGetInterruptTranslator(INTERFACE_TYPE ParentType, ULONG ParentBus,
    INTERFACE_TYPE BridgeType, USHORT Size, USHORT Version, void *Translator,
    ULONG *BridgeBusNumber)
{
    (void)ParentType;
    (void)ParentBus;
    (void)BridgeType;
    (void)Size;
    (void)Version;
    (void)Translator;
    (void)BridgeBusNumber;
    return STATUS_NOT_SUPPORTED;
}

static NTSTATUS NTAPI HalpStartMirroring(void)
{
    return STATUS_NOT_SUPPORTED;
}

static NTSTATUS NTAPI HalpEndMirroring(ULONG PassNumber)
{
    (void)PassNumber;
    return STATUS_NOT_SUPPORTED;
}

static NTSTATUS NTAPI HalpMirrorMemory(
    PHYSICAL_ADDRESS PhysicalAddress, LARGE_INTEGER NumberOfBytes)
{
    (void)PhysicalAddress;
    (void)NumberOfBytes;
    return STATUS_NOT_SUPPORTED;
}

static void NTAPI HalpEndOfBoot(void)
{
}

static void *NTAPI HalpGetCachedAcpiTable(
    ULONG Signature, const char *OemId, const char *OemTableId)
{
    (void)Signature;
    (void)OemId;
    (void)OemTableId;
    return NULL; /* there are no ACPI tables */
}

static void NTAPI HalpSetPciErrorHandlerCallback(void *Callback)
{
    (void)Callback;
}

void HalpResetDispatch(void)
{
    HalpResetInquiry();
    HalDispatchTable = (HALP_DISPATCH){.Version = HALP_DISPATCH_VERSION,
        .HalQuerySystemInformation = HalpQuerySystemInformation,
        .HalSetSystemInformation = HalpSetSystemInformation,
        .HalQueryBusSlots = HalpQueryBusSlots,
        .HalReferenceHandlerForBus = HalpReferenceHandlerForBus,
        .HalReferenceBusHandler = HalpReferenceBusHandler,
        .HalDereferenceBusHandler = HalpReferenceBusHandler,
        .HalInitPnpDriver = HalpInitPnpDriver,
        .HalInitPowerManagement = HalpInitPowerManagement,
        .HalGetDmaAdapter = HalpGetDmaAdapter,
        .HalGetInterruptTranslator = HalpGetInterruptTranslator,
        .HalStartMirroring = HalpStartMirroring,
        .HalEndMirroring = HalpEndMirroring,
        .HalMirrorPhysicalMemory = HalpMirrorMemory,
        .HalEndOfBoot = HalpEndOfBoot,
        .HalMirrorVerify = HalpMirrorMemory,
        .HalGetCachedAcpiTable = HalpGetCachedAcpiTable,
        .HalSetPciErrorHandlerCallback = HalpSetPciErrorHandlerCallback};
}
