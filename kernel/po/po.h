/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * po for the other components: power. Requests for power go down device stacks like others; which
 * state a device is in is what its drivers say. A machine runs on mains and is never put to sleep
 * by itself; devices are, when their drivers ask for it.
 */
#pragma once

#include "io/io.h"
#include "nt/pnp.h"
#include "nt/po.h"

/* At start. */
void PoInitialize(void);

/* From one state of the system to another. */
typedef struct PO_SYSTEM_CHANGE {
    SYSTEM_POWER_STATE From, To;
    POWER_ACTION Action;
} PO_SYSTEM_CHANGE;

/*
 * Sends IRP_MN_QUERY_POWER or SET_POWER to the top of a device's stack at Irql, and waits for it.
 * From PASSIVE_LEVEL. A driver that keeps it for longer than PoRequestLimitMs is bugcheck 0x9F, and
 * is named.
 */
extern ULONG PoRequestLimitMs;
NTSTATUS PoiSendSystemPower(
    DEVICE_OBJECT *Device, UCHAR Minor, const PO_SYSTEM_CHANGE *Change, KIRQL Irql);

/* ---- Exports: requests and states (request.c, state.c) --------------------------------------- */

NTSTATUS NTAPI PoCallDriver(DEVICE_OBJECT *DeviceObject, IRP *Irp);
void NTAPI PoStartNextPowerIrp(IRP *Irp);
NTSTATUS NTAPI PoRequestPowerIrp(DEVICE_OBJECT *DeviceObject, UCHAR MinorFunction,
    POWER_STATE PowerState, PREQUEST_POWER_COMPLETE CompletionFunction, void *Context, IRP **Irp);
POWER_STATE NTAPI PoSetPowerState(
    DEVICE_OBJECT *DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State);

/* ---- Exports: what keeps the machine awake (state.c) and devices (idle.c), settings (setting.c),
 * questions (information.c), wake.c */

void *NTAPI PoRegisterSystemState(void *StateHandle, EXECUTION_STATE Flags);
void NTAPI PoUnregisterSystemState(void *StateHandle);
void NTAPI PoSetSystemState(EXECUTION_STATE Flags);
ULONG *NTAPI PoRegisterDeviceForIdleDetection(DEVICE_OBJECT *DeviceObject,
    ULONG ConservationIdleTime, ULONG PerformanceIdleTime, DEVICE_POWER_STATE State);
void NTAPI PoSetDeviceBusyEx(ULONG *IdlePointer);
void NTAPI PoStartDeviceBusy(ULONG *IdlePointer);
void NTAPI PoEndDeviceBusy(ULONG *IdlePointer);
NTSTATUS NTAPI PoCreatePowerRequest(
    void **PowerRequest, DEVICE_OBJECT *DeviceObject, COUNTED_REASON_CONTEXT *Context);
NTSTATUS NTAPI PoSetPowerRequest(void *PowerRequest, POWER_REQUEST_TYPE Type);
NTSTATUS NTAPI PoClearPowerRequest(void *PowerRequest, POWER_REQUEST_TYPE Type);
void NTAPI PoDeletePowerRequest(void *PowerRequest);
NTSTATUS NTAPI PoRegisterPowerSettingCallback(DEVICE_OBJECT *DeviceObject, const GUID *SettingGuid,
    PPOWER_SETTING_CALLBACK Callback, void *Context, void **Handle);
NTSTATUS NTAPI PoUnregisterPowerSettingCallback(void *Handle);
void NTAPI PoSetSystemWake(IRP *Irp);
BOOLEAN NTAPI PoGetSystemWake(IRP *Irp);
void NTAPI PoSetSystemWakeDevice(DEVICE_OBJECT *DeviceObject);
BOOLEAN NTAPI PoQueryWatchdogTime(DEVICE_OBJECT *Pdo, ULONG *SecondsRemaining);
NTSTATUS NTAPI NtPowerInformation(POWER_INFORMATION_LEVEL InformationLevel, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength);
NTSTATUS NTAPI ZwPowerInformation(POWER_INFORMATION_LEVEL InformationLevel, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength);
