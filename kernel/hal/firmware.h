/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What else a driver may ask of the hardware layer: the machine's end, speaker, clock, processors
 * (firmware.c). */
#pragma once

#include "hal/hal.h"
#include "nt/rtl.h"

extern UCHAR *KdComPortInUse;

void NTAPI HalReturnToFirmware(ULONG Action) __attribute__((noreturn));
BOOLEAN NTAPI HalMakeBeep(ULONG Frequency);
void NTAPI HalDisplayString(UCHAR *String);
BOOLEAN NTAPI HalQueryRealTimeClock(TIME_FIELDS *TimeFields);
BOOLEAN NTAPI HalSetRealTimeClock(TIME_FIELDS *TimeFields);
void NTAPI HalProcessorIdle(void);
BOOLEAN NTAPI HalAllProcessorsStarted(void);
ULONG NTAPI HalQueryMaximumProcessorCount(void);
void NTAPI HalInitializeProcessor(ULONG ProcessorNumber, void *LoaderBlock);
BOOLEAN NTAPI HalStartNextProcessor(void *LoaderBlock, void *ProcessorState, ULONG Flags);
BOOLEAN NTAPI HalEnableSystemInterrupt(ULONG Vector, KIRQL Irql, KINTERRUPT_MODE InterruptMode);
void NTAPI HalDisableSystemInterrupt(ULONG Vector, KIRQL Irql);
NTSTATUS NTAPI HalAllocateHardwareCounters(
    GROUP_AFFINITY *GroupAffinity, ULONG GroupCount, void *ResourceList, HANDLE *CounterSetHandle);
NTSTATUS NTAPI HalFreeHardwareCounters(HANDLE CounterSetHandle);
NTSTATUS NTAPI HalAdjustResourceList(IO_RESOURCE_REQUIREMENTS_LIST **ResourceList);
