/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table of routines through which the kernel and drivers reach the hardware layer (dispatch.c,
 * inquiry.c). */
#pragma once

#include "hal/dma.h"
#include "hal/hal.h"
#include "nt/hal.h"
#include "nt/ntdddisk.h"

/* Layout: DOC ntddk.h, HAL_DISPATCH. */
typedef struct HALP_DISPATCH {
    ULONG Version;
    NTSTATUS(NTAPI *HalQuerySystemInformation)
    (HAL_QUERY_INFORMATION_CLASS InformationClass, ULONG BufferSize, void *Buffer,
        ULONG *ReturnedLength);
    NTSTATUS(NTAPI *HalSetSystemInformation)
    (HAL_SET_INFORMATION_CLASS InformationClass, ULONG BufferSize, void *Buffer);
    NTSTATUS(NTAPI *HalQueryBusSlots)
    (void *BusHandler, ULONG BufferSize, ULONG *SlotNumbers, ULONG *ReturnedLength);
    ULONG Spare1;
    /* The disk's, set when it starts. */
    void(FASTCALL *HalExamineMBR)(
        DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG MBRTypeIdentifier, void **Buffer);
    void (FASTCALL *HalIoAssignDriveLetters)(
        void *LoaderBlock, STRING *NtDeviceName, UCHAR *NtSystemPath, STRING *NtSystemPathString);
    NTSTATUS (FASTCALL *HalIoReadPartitionTable)(DEVICE_OBJECT *DeviceObject, ULONG SectorSize,
        BOOLEAN ReturnRecognizedPartitions, DRIVE_LAYOUT_INFORMATION **PartitionBuffer);
    NTSTATUS (FASTCALL *HalIoSetPartitionInformation)(
        DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG PartitionNumber, ULONG PartitionType);
    NTSTATUS(FASTCALL *HalIoWritePartitionTable)
    (DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG SectorsPerTrack, ULONG NumberOfHeads,
        DRIVE_LAYOUT_INFORMATION *PartitionBuffer);

    void *(FASTCALL *HalReferenceHandlerForBus)(INTERFACE_TYPE InterfaceType, ULONG BusNumber);
    void (FASTCALL *HalReferenceBusHandler)(void *BusHandler);
    void (FASTCALL *HalDereferenceBusHandler)(void *BusHandler);
    NTSTATUS (NTAPI *HalInitPnpDriver)(void);
    NTSTATUS(NTAPI *HalInitPowerManagement)(void *PmDriverDispatchTable, void **PmHalDispatchTable);
    DMA_ADAPTER *(NTAPI *HalGetDmaAdapter)(
        void *Context, DEVICE_DESCRIPTION *Description, ULONG *MapRegisters);
    NTSTATUS(NTAPI *HalGetInterruptTranslator)
    (INTERFACE_TYPE ParentType, ULONG ParentBus, INTERFACE_TYPE BridgeType, USHORT Size,
        USHORT Version, void *Translator, ULONG *BridgeBusNumber);
    NTSTATUS (NTAPI *HalStartMirroring)(void);
    NTSTATUS (NTAPI *HalEndMirroring)(ULONG PassNumber);
    NTSTATUS(NTAPI *HalMirrorPhysicalMemory)
    (PHYSICAL_ADDRESS PhysicalAddress, LARGE_INTEGER NumberOfBytes);
    void (NTAPI *HalEndOfBoot)(void);
    NTSTATUS(NTAPI *HalMirrorVerify)(PHYSICAL_ADDRESS PhysicalAddress, LARGE_INTEGER NumberOfBytes);
    void *(NTAPI *HalGetCachedAcpiTable)(
        ULONG Signature, const char *OemId, const char *OemTableId);
    void (NTAPI *HalSetPciErrorHandlerCallback)(void *Callback);
} HALP_DISPATCH;

/*
 * HalDispatchTable - a variable. Buses have no handlers, memory has no mirror and there are no ACPI
 * tables, as its routines say; the others work. Source: DOC ntddk.h;
 * tests/kernel/hal/HalDispatchTable.c
 */
extern HALP_DISPATCH HalDispatchTable;

/*
 * The query routine: SUCCESS; BUFFER_TOO_SMALL: *ReturnedLength says how much it wants;
 * INVALID_LEVEL: not a class of this machine. The set routine: SUCCESS; INFO_LENGTH_MISMATCH;
 * NOT_SUPPORTED: no such source; NO_SUCH_DEVICE; INVALID_LEVEL. IRQL: PASSIVE_LEVEL. Source: DOC
 * ntddk.h for classes and structures; INF for statuses.
 */
NTSTATUS NTAPI HalpQuerySystemInformation(
    HAL_QUERY_INFORMATION_CLASS Class, ULONG BufferSize, void *Buffer, ULONG *ReturnedLength);
NTSTATUS NTAPI HalpSetSystemInformation(
    HAL_SET_INFORMATION_CLASS Class, ULONG BufferSize, void *Buffer);

void HalpResetInquiry(void);
void HalpResetDispatch(void);
