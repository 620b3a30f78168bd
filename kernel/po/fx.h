/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The power framework's exports (fx.c, fxcomponent.c, fxperf.c). */
#pragma once

#include "nt/pofx.h"
#include "po/po.h"

NTSTATUS NTAPI PoFxRegisterDevice(DEVICE_OBJECT *Pdo, const void *Device, POHANDLE *Handle);
void NTAPI PoFxStartDevicePowerManagement(POHANDLE Handle);
void NTAPI PoFxUnregisterDevice(POHANDLE Handle);
void NTAPI PoFxActivateComponent(POHANDLE Handle, ULONG Component, ULONG Flags);
void NTAPI PoFxIdleComponent(POHANDLE Handle, ULONG Component, ULONG Flags);
void NTAPI PoFxCompleteIdleCondition(POHANDLE Handle, ULONG Component);
void NTAPI PoFxCompleteIdleState(POHANDLE Handle, ULONG Component);
void NTAPI PoFxCompleteDevicePowerNotRequired(POHANDLE Handle);
void NTAPI PoFxReportDevicePoweredOn(POHANDLE Handle);
void NTAPI PoFxSetComponentLatency(POHANDLE Handle, ULONG Component, ULONGLONG Latency);
void NTAPI PoFxSetComponentResidency(POHANDLE Handle, ULONG Component, ULONGLONG Residency);
void NTAPI PoFxSetComponentWake(POHANDLE Handle, ULONG Component, BOOLEAN WakeHint);
void NTAPI PoFxSetDeviceIdleTimeout(POHANDLE Handle, ULONGLONG IdleTimeout);
NTSTATUS NTAPI PoFxPowerControl(POHANDLE Handle, const GUID *PowerControlCode, void *InBuffer,
    SIZE_T InBufferSize, void *OutBuffer, SIZE_T OutBufferSize, SIZE_T *BytesReturned);
void NTAPI PoFxNotifySurprisePowerOn(DEVICE_OBJECT *Pdo);
NTSTATUS NTAPI PoFxRegisterComponentPerfStates(POHANDLE Handle, ULONG Component, ULONGLONG Flags,
    PO_FX_COMPONENT_PERF_STATE_CALLBACK *ComponentPerfStateCallback,
    const PO_FX_COMPONENT_PERF_INFO *InputStateInfo, PO_FX_COMPONENT_PERF_INFO **OutputStateInfo);
void NTAPI PoFxIssueComponentPerfStateChange(POHANDLE Handle, ULONG Flags, ULONG Component,
    PO_FX_PERF_STATE_CHANGE *PerfChange, void *Context);
void NTAPI PoFxIssueComponentPerfStateChangeMultiple(POHANDLE Handle, ULONG Flags, ULONG Component,
    ULONG PerfChangesCount, PO_FX_PERF_STATE_CHANGE *PerfChanges, void *Context);
NTSTATUS NTAPI PoFxQueryCurrentComponentPerfState(
    POHANDLE Handle, ULONG Flags, ULONG Component, ULONG SetIndex, ULONGLONG *CurrentPerf);
