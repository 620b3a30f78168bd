/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Counters besides the performance counter. Hardware without an auxiliary counter is what most
 * machines are. Which hardware counters a thread profile reads is kept, under KiCounterLock; nobody
 * makes thread profiles.
 */
#include "ke/counter.h"
#include "ke/kep.h"

static KSPIN_LOCK KiCounterLock;
static KI_HARDWARE_COUNTER KiCounter[KI_HARDWARE_COUNTERS];
static ULONG KiCounterCount;

void KiResetCounters(void)
{
    KiCounterLock = 0;
    KiCounterCount = 0;
}

/*
 * KeQueryAuxiliaryCounterFrequency, KeConvertAuxiliaryCounterToPerformanceCounter,
 * KeConvertPerformanceCounterToAuxiliaryCounter - of a counter devices share with the processor.
 *
 * IRQL:    any
 * Returns: NOT_SUPPORTED: there is none.
 * Source:  DOC wdm, the pages of these names; OBS
 *          tests/kernel/ke/KeQueryAuxiliaryCounterFrequency.c
 */
NTSTATUS NTAPI KeQueryAuxiliaryCounterFrequency(ULONG64 *AuxiliaryCounterFrequency)
{
    (void)AuxiliaryCounterFrequency;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS NTAPI KeConvertAuxiliaryCounterToPerformanceCounter(
    ULONG64 AuxiliaryCounterValue, ULONG64 *PerformanceCounterValue, ULONG64 *ConversionError)
{
    (void)AuxiliaryCounterValue, (void)PerformanceCounterValue, (void)ConversionError;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS NTAPI KeConvertPerformanceCounterToAuxiliaryCounter(
    ULONG64 PerformanceCounterValue, ULONG64 *AuxiliaryCounterValue, ULONG64 *ConversionError)
{
    (void)PerformanceCounterValue, (void)AuxiliaryCounterValue, (void)ConversionError;
    return STATUS_NOT_SUPPORTED;
}

/*
 * KeSetHardwareCounterConfiguration - which hardware counters thread profiles read.
 *
 * Count:   of CounterArray, up to 16; 0: none any more.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: too many, or one of a type there is none of;
 *          WMI_ALREADY_ENABLED: some are set.
 * Source:  DOC ntddk/KeSetHardwareCounterConfiguration; OBS
 *          tests/kernel/ke/KeSetHardwareCounterConfiguration.c
 */
NTSTATUS NTAPI KeSetHardwareCounterConfiguration(
    const KI_HARDWARE_COUNTER *CounterArray, ULONG Count)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Count > KI_HARDWARE_COUNTERS || (Count != 0 && CounterArray == NULL))
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < Count; Index++) {
        if (CounterArray[Index].Type != 0)
            return STATUS_INVALID_PARAMETER;
    }
    KIRQL Old = KiAcquireLock(&KiCounterLock);
    if (Count != 0 && KiCounterCount != 0)
        Status = STATUS_WMI_ALREADY_ENABLED;
    for (ULONG Index = 0; NT_SUCCESS(Status) && Index < Count; Index++)
        KiCounter[Index] = CounterArray[Index];
    if (NT_SUCCESS(Status))
        KiCounterCount = Count;
    KiReleaseLock(&KiCounterLock, Old);
    return Status;
}

/*
 * KeQueryHardwareCounterConfiguration - which they are.
 *
 * *Count:  how many there are, also when there is no room.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL.
 * Source:  DOC ntddk/KeQueryHardwareCounterConfiguration; OBS as above
 */
NTSTATUS NTAPI KeQueryHardwareCounterConfiguration(
    KI_HARDWARE_COUNTER *CounterArray, ULONG MaximumCount, ULONG *Count)
{
    KIRQL Old = KiAcquireLock(&KiCounterLock);
    NTSTATUS Status = KiCounterCount <= MaximumCount ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
    *Count = KiCounterCount;
    for (ULONG Index = 0; NT_SUCCESS(Status) && Index < KiCounterCount; Index++)
        CounterArray[Index] = KiCounter[Index];
    KiReleaseLock(&KiCounterLock, Old);
    return Status;
}
