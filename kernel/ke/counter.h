/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Counters besides the performance counter: the auxiliary one, which there is none of, and which a
 * thread profile would read.
 */
#pragma once

#include "ke/ke.h"

#define KI_HARDWARE_COUNTERS 16u /* MAX_HW_COUNTERS */

typedef struct KI_HARDWARE_COUNTER { /* HARDWARE_COUNTER */
    ULONG Type; /* PMCCounter: 0 */
    ULONG Reserved;
    ULONG64 Index;
} KI_HARDWARE_COUNTER;

void KiResetCounters(void);

NTSTATUS NTAPI KeQueryAuxiliaryCounterFrequency(ULONG64 *AuxiliaryCounterFrequency);
NTSTATUS NTAPI KeConvertAuxiliaryCounterToPerformanceCounter(
    ULONG64 AuxiliaryCounterValue, ULONG64 *PerformanceCounterValue, ULONG64 *ConversionError);
NTSTATUS NTAPI KeConvertPerformanceCounterToAuxiliaryCounter(
    ULONG64 PerformanceCounterValue, ULONG64 *AuxiliaryCounterValue, ULONG64 *ConversionError);
NTSTATUS NTAPI KeSetHardwareCounterConfiguration(
    const KI_HARDWARE_COUNTER *CounterArray, ULONG Count);
NTSTATUS NTAPI KeQueryHardwareCounterConfiguration(
    KI_HARDWARE_COUNTER *CounterArray, ULONG MaximumCount, ULONG *Count);
