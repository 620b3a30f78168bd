/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * System time, interrupt time, ticks. All derive from the host's clocks when asked; nothing ticks
 * in an idle machine. Setting the time is the machine's affair: the host's clock stays what it is.
 */
#include "ke/kep.h"
#include "ke/timer.h"

#define KI_TIME_INCREMENT 156250u /* 100 ns per tick: 64 Hz, the PC's classic rate */

static uint64_t KiBootMonotonic;
/* Of the machine's clock to the host's; changed under the dispatcher lock. */
static _Atomic LONG64 KiClockDifference;

void KiInitializeTime(void)
{
    KiBootMonotonic = host_clock_monotonic();
    KiClockDifference = 0;
}

ULONG64 KiSystemTime(void)
{
    return host_clock_utc() + (ULONG64)KiClockDifference;
}

LONG64 KeSetSystemTime(LONG64 Time)
{
    KIRQL Old = KiLockDispatcher();
    const LONG64 Before = (LONG64)KiSystemTime();
    KiClockDifference += Time - Before;
    KiShiftTimersLocked(Time - Before);
    KiUnlockDispatcher(Old);
    if (KeTimersSet != 0)
        KiCallServer(&KiTimerServer);
    return Before;
}

ULONG64 KiInterruptTime(void)
{
    return host_clock_monotonic() - KiBootMonotonic;
}

uint64_t KiHostTime(ULONG64 InterruptTime)
{
    return InterruptTime > HOST_FOREVER - KiBootMonotonic ? HOST_FOREVER
                                                          : InterruptTime + KiBootMonotonic;
}

ULONG64 KiTickCount(void)
{
    return KiInterruptTime() / KI_TIME_INCREMENT;
}

/* KeQuerySystemTime - UTC in 100 ns since 1601, at the resolution of the clock. IRQL: any. Source:
 * DOC wdm. */
void NTAPI KeQuerySystemTime(LARGE_INTEGER *Time)
{
    Time->QuadPart = (LONGLONG)KiSystemTime();
}

/* KeQuerySystemTimePrecise - the same; ours is always precise. Source: DOC wdm. */
void NTAPI KeQuerySystemTimePrecise(LARGE_INTEGER *Time)
{
    Time->QuadPart = (LONGLONG)KiSystemTime();
}

/* KeQueryInterruptTime - 100 ns since the machine started. IRQL: any. Source: DOC wdm. */
ULONGLONG NTAPI KeQueryInterruptTime(void)
{
    return KiInterruptTime();
}

/* KeQueryInterruptTimePrecise - the same with the performance counter of that moment. Source: DOC
 * wdm. */
ULONGLONG NTAPI KeQueryInterruptTimePrecise(ULONG64 *Counter)
{
    *Counter = host_counter();
    return KiInterruptTime();
}

/* KeQueryTickCount - clock ticks since the machine started. IRQL: any. Source: DOC wdm. */
void NTAPI KeQueryTickCount(LARGE_INTEGER *Count)
{
    Count->QuadPart = (LONGLONG)KiTickCount();
}

/* KeQueryTimeIncrement - 100 ns per tick. IRQL: any. Source: DOC wdm. */
ULONG NTAPI KeQueryTimeIncrement(void)
{
    return KI_TIME_INCREMENT;
}

/* KeQueryPerformanceCounter - monotonic counter; Frequency, if given, its ticks per second. Source:
 * DOC wdm. */
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
