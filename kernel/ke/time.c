/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * System time, interrupt time, ticks. All derive from the host's clocks when asked; nothing ticks in an idle machine.
 * The shared user data page is ours to fill before each load a driver makes from it.
 */
#include <string.h>

#include "ke/kep.h"

#define KI_TIME_INCREMENT 156250u /* 100 ns per tick: 64 Hz, the PC's classic rate */

static KUSER_SHARED_DATA KiSharedDataPage;
KUSER_SHARED_DATA *KiSharedData = &KiSharedDataPage;
static uint64_t KiBootMonotonic;

void KiInitializeTime(void)
{
    memset(&KiSharedDataPage, 0, sizeof(KiSharedDataPage));
    KiBootMonotonic = host_clock_monotonic();
    KiSharedDataPage.TickCountMultiplier = 0x0FA00000; /* 15.625 ms per tick, in 8.24 fixed point */
}

static uint64_t KiInterruptTime(void)
{
    return host_clock_monotonic() - KiBootMonotonic;
}

static void KiStoreTime(KSYSTEM_TIME volatile *Place, uint64_t Value)
{
    Place->High2Time = (LONG)(Value >> 32);
    Place->LowPart = (ULONG)Value;
    Place->High1Time = (LONG)(Value >> 32);
}

void KiRefreshSharedData(KUSER_SHARED_DATA *Data)
{
    uint64_t Interrupt = KiInterruptTime();
    uint64_t Ticks = Interrupt / KI_TIME_INCREMENT;
    KiStoreTime(&Data->InterruptTime, Interrupt);
    KiStoreTime(&Data->SystemTime, host_clock_utc());
    KiStoreTime(&Data->TickCount, Ticks);
}

/* KeQuerySystemTime - UTC in 100 ns since 1601, at the resolution of the clock. IRQL: any. Source: DOC wdm. */
void NTAPI KeQuerySystemTime(LARGE_INTEGER *Time)
{
    Time->QuadPart = (LONGLONG)host_clock_utc();
}

/* KeQuerySystemTimePrecise - the same; ours is always precise. Source: DOC wdm. */
void NTAPI KeQuerySystemTimePrecise(LARGE_INTEGER *Time)
{
    Time->QuadPart = (LONGLONG)host_clock_utc();
}

/* KeQueryInterruptTime - 100 ns since the machine started. IRQL: any. Source: DOC wdm. */
ULONGLONG NTAPI KeQueryInterruptTime(void)
{
    return KiInterruptTime();
}

/* KeQueryInterruptTimePrecise - the same with the performance counter of that moment. Source: DOC wdm. */
ULONGLONG NTAPI KeQueryInterruptTimePrecise(ULONG64 *Counter)
{
    *Counter = host_counter();
    return KiInterruptTime();
}

/* KeQueryTickCount - clock ticks since the machine started. IRQL: any. Source: DOC wdm. */
void NTAPI KeQueryTickCount(LARGE_INTEGER *Count)
{
    Count->QuadPart = (LONGLONG)(KiInterruptTime() / KI_TIME_INCREMENT);
}

/* KeQueryTimeIncrement - 100 ns per tick. IRQL: any. Source: DOC wdm. */
ULONG NTAPI KeQueryTimeIncrement(void)
{
    return KI_TIME_INCREMENT;
}

/* KeQueryPerformanceCounter - monotonic counter; Frequency, if given, its ticks per second. Source: DOC wdm. */
LARGE_INTEGER NTAPI KeQueryPerformanceCounter(LARGE_INTEGER *Frequency)
{
    LARGE_INTEGER Counter = {.QuadPart = (LONGLONG)host_counter()};
    if (Frequency != NULL)
        Frequency->QuadPart = (LONGLONG)host_counter_frequency();
    return Counter;
}

/* KeStallExecutionProcessor - busy-wait. IRQL: any. Source: DOC wdm. */
void NTAPI KeStallExecutionProcessor(ULONG Microseconds)
{
    uint64_t End = host_clock_monotonic() + (uint64_t)Microseconds * 10;
    unsigned Turn = 0;
    while (host_clock_monotonic() < End)
        KiSpin(&Turn);
}
