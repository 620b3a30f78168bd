/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table of routines through which the kernel and drivers reach the hardware layer (dispatch.c). */
#pragma once

#include "hal/dma.h"
#include "hal/hal.h"

typedef struct HALP_DISPATCH {
    ULONG Version;
    NTSTATUS (NTAPI *HalQuerySystemInformation)(ULONG Class, ULONG BufferSize, void *Buffer, ULONG *ReturnedLength);
    NTSTATUS (NTAPI *HalSetSystemInformation)(ULONG Class, ULONG BufferSize, void *Buffer);
    NTSTATUS (NTAPI *HalQueryBusSlots)(void *BusHandler, ULONG BufferSize, ULONG *SlotNumbers, ULONG *ReturnedLength);
    ULONG Spare1;
    void *HalExamineMBR;
    void *HalIoAssignDriveLetters;
    void *HalIoReadPartitionTable;
    void *HalIoSetPartitionInformation;
    void *HalIoWritePartitionTable;
    void *(FASTCALL *HalReferenceHandlerForBus)(INTERFACE_TYPE InterfaceType, ULONG BusNumber);
    void (FASTCALL *HalReferenceBusHandler)(void *BusHandler);
    void (FASTCALL *HalDereferenceBusHandler)(void *BusHandler);
    NTSTATUS (NTAPI *HalInitPnpDriver)(void);
    NTSTATUS (NTAPI *HalInitPowerManagement)(void *PmDriverDispatchTable, void **PmHalDispatchTable);
    DMA_ADAPTER *(NTAPI *HalGetDmaAdapter)(void *Context, DEVICE_DESCRIPTION *Description, ULONG *MapRegisters);
    NTSTATUS (NTAPI *HalGetInterruptTranslator)(INTERFACE_TYPE ParentType, ULONG ParentBus, INTERFACE_TYPE BridgeType, USHORT Size,
        USHORT Version, void *Translator, ULONG *BridgeBusNumber);
    BOOLEAN (NTAPI *HalStartMirroring)(void);
    NTSTATUS (NTAPI *HalEndMirroring)(ULONG PassNumber);
    NTSTATUS (NTAPI *HalMirrorPhysicalMemory)(PHYSICAL_ADDRESS PhysicalAddress, LARGE_INTEGER NumberOfBytes);
    void (NTAPI *HalEndOfBoot)(void);
    NTSTATUS (NTAPI *HalMirrorVerify)(PHYSICAL_ADDRESS PhysicalAddress, LARGE_INTEGER NumberOfBytes);
    void *(NTAPI *HalGetCachedAcpiTable)(ULONG Signature, const char *OemId, const char *OemTableId);
    void (NTAPI *HalSetPciErrorHandlerCallback)(void *Callback);
} HALP_DISPATCH;

extern HALP_DISPATCH HalDispatchTable;
void HalpResetDispatch(void);
