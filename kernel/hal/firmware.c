/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What else a driver may ask of the hardware layer. The speaker is the second counter of a PC's
 * timer and port 0x61; no machine has them by itself, a device library may. Processors are all
 * there from the start, and have no counters for drivers.
 */
#include "hal/firmware.h"

#include <stdio.h>

#include "hal/halp.h"
#include "kd/kd.h"
#include "ke/interrupt.h"
#include "ke/processor.h"
#include "ke/seh.h"
#include "rtl/rtl.h"

#define HALP_TIMER_HZ 1193182u
#define HALP_TIMER_SPEAKER 0x42u
#define HALP_TIMER_CONTROL 0x43u
#define HALP_TIMER_SQUARE_WAVE 0xB6u /* counter 2, low byte first, mode 3 */
#define HALP_SPEAKER 0x61u
#define HALP_SPEAKER_ON 3u

/* Where the debugger's serial port is; NULL: there is none. */
UCHAR *KdComPortInUse;

/*
 * HalReturnToFirmware - the machine goes off or starts anew: both end it here. The report says who
 * did it.
 *
 * Action:  HalHaltRoutine, HalPowerDownRoutine, HalRestartRoutine, HalRebootRoutine,
 *          HalInteractiveModeRoutine.
 * IRQL:    any. Does not return.
 * Source:  DOC ntddk (obsolete: the kit's headers); OBS tests/kernel/defects/to_firmware.c; INF
 *          that it is told as a bugcheck
 */
void NTAPI HalReturnToFirmware(ULONG Action)
{
    static const char *const Name[] = {"HalHaltRoutine", "HalPowerDownRoutine", "HalRestartRoutine",
        "HalRebootRoutine", "HalInteractiveModeRoutine"};
    const ULONG_PTR Parameter[4] = {Action, (ULONG_PTR)__builtin_return_address(0), 0, 0};
    char Detail[128];
    CONTEXT Context;
    RtlCaptureContext(&Context);
    snprintf(Detail, sizeof(Detail), "a driver ended the machine: HalReturnToFirmware(%s)",
        Action < sizeof(Name) / sizeof(Name[0]) ? Name[Action] : "an unknown action");
    KeBugCheckAt(BUGCHECK_RETURN_TO_FIRMWARE, Parameter, &Context, Detail);
}

/*
 * HalMakeBeep - the speaker sounds with that frequency, in Hz, until it is called again; 0:
 * silence.
 * IRQL: any. Returns: FALSE: the timer does not count as far, or not as fast. Source: DOC ntddk
 * (obsolete); OBS tests/kernel/hal
 */
BOOLEAN NTAPI HalMakeBeep(ULONG Frequency)
{
    const ULONG Speaker = HaliReadPort(HALP_SPEAKER, 1) & 0xFF;
    HaliWritePort(HALP_SPEAKER, 1, Speaker & ~HALP_SPEAKER_ON);
    if (Frequency == 0)
        return TRUE;
    const ULONG Count = HALP_TIMER_HZ / Frequency;
    if (Count == 0 || Count > 0xFFFF)
        return FALSE;
    HaliWritePort(HALP_TIMER_CONTROL, 1, HALP_TIMER_SQUARE_WAVE);
    HaliWritePort(HALP_TIMER_SPEAKER, 1, Count & 0xFF);
    HaliWritePort(HALP_TIMER_SPEAKER, 1, Count >> 8);
    HaliWritePort(HALP_SPEAKER, 1, Speaker | HALP_SPEAKER_ON);
    return TRUE;
}

/* HalDisplayString - a line for the screen of a machine that starts or stops: the log. IRQL: any.
 * Source: DOC ntddk; OBS. */
void NTAPI HalDisplayString(UCHAR *String)
{
    KdLog("hal", "%s", (const char *)String);
}

/* ---- the clock ------------------------------------------------------------------------------- */

enum {
    HALP_SECOND = 0,
    HALP_MINUTE = 2,
    HALP_HOUR = 4,
    HALP_DAY_OF_WEEK = 6,
    HALP_DAY = 7,
    HALP_MONTH = 8,
    HALP_YEAR = 9
};
#define HALP_STATUS_B_BINARY 0x04u
#define HALP_STATUS_B_SET 0x80u
#define HALP_PM 0x80u

static UCHAR HalpFromClock(UCHAR Value)
{
    return HalpReadClock(HALP_STATUS_B) & HALP_STATUS_B_BINARY
        ? Value
        : (UCHAR)((Value >> 4) * 10 + (Value & 15));
}

static UCHAR HalpToClock(ULONG Value)
{
    return (UCHAR)(HalpReadClock(HALP_STATUS_B) & HALP_STATUS_B_BINARY
            ? Value
            : (Value / 10) << 4 | Value % 10);
}

static CSHORT HalpClockHour(void)
{
    const UCHAR Value = HalpReadClock(HALP_HOUR);
    const CSHORT Hour = HalpFromClock(Value & (UCHAR)~HALP_PM);
    if (HalpReadClock(HALP_STATUS_B) & HALP_STATUS_B_24_HOURS)
        return HalpFromClock(Value);
    return (CSHORT)(Hour % 12 + (Value & HALP_PM ? 12 : 0));
}

/*
 * HalQueryRealTimeClock - what the clock's registers say. Read until two readings agree, as it goes
 * on meanwhile.
 * IRQL: any. Returns: TRUE. Source: DOC ntddk (obsolete); OBS
 * tests/kernel/hal/HalQueryRealTimeClock.c
 */
BOOLEAN NTAPI HalQueryRealTimeClock(TIME_FIELDS *TimeFields)
{
    UCHAR Second;
    do {
        Second = HalpReadClock(HALP_SECOND);
        *TimeFields = (TIME_FIELDS){.Second = HalpFromClock(Second),
            .Minute = HalpFromClock(HalpReadClock(HALP_MINUTE)),
            .Hour = HalpClockHour(),
            .Day = HalpFromClock(HalpReadClock(HALP_DAY)),
            .Month = HalpFromClock(HalpReadClock(HALP_MONTH)),
            .Year = (CSHORT)(HalpFromClock(HalpReadClock(HALP_CENTURY)) * 100 +
                HalpFromClock(HalpReadClock(HALP_YEAR))),
            .Weekday = (CSHORT)(HalpFromClock(HalpReadClock(HALP_DAY_OF_WEEK)) - 1)};
    } while (HalpReadClock(HALP_SECOND) != Second);
    return TRUE;
}

static UCHAR HalpClockHourOf(ULONG Hour)
{
    if (HalpReadClock(HALP_STATUS_B) & HALP_STATUS_B_24_HOURS)
        return HalpToClock(Hour);
    return (UCHAR)(HalpToClock(Hour % 12 == 0 ? 12 : Hour % 12) | (Hour >= 12 ? HALP_PM : 0));
}

/*
 * HalSetRealTimeClock - set the clock's registers; the system's time stays.
 * IRQL: any. Returns: FALSE: that is no time. Source: DOC ntddk (obsolete); OBS
 * tests/kernel/hal/HalQueryRealTimeClock.c
 */
BOOLEAN NTAPI HalSetRealTimeClock(TIME_FIELDS *TimeFields)
{
    const UCHAR Status = HalpReadClock(HALP_STATUS_B);
    LARGE_INTEGER Time;
    if (!RtlTimeFieldsToTime(TimeFields, &Time))
        return FALSE;
    HalpWriteClock(HALP_STATUS_B, (UCHAR)(Status | HALP_STATUS_B_SET));
    HalpWriteClock(HALP_SECOND, HalpToClock((ULONG)TimeFields->Second));
    HalpWriteClock(HALP_MINUTE, HalpToClock((ULONG)TimeFields->Minute));
    HalpWriteClock(HALP_HOUR, HalpClockHourOf((ULONG)TimeFields->Hour));
    HalpWriteClock(HALP_DAY, HalpToClock((ULONG)TimeFields->Day));
    HalpWriteClock(HALP_MONTH, HalpToClock((ULONG)TimeFields->Month));
    HalpWriteClock(HALP_YEAR, HalpToClock((ULONG)TimeFields->Year % 100));
    HalpWriteClock(HALP_CENTURY, HalpToClock((ULONG)TimeFields->Year / 100));
    HalpWriteClock(HALP_STATUS_B, Status);
    return TRUE;
}

/* ---- processors, their interrupts and counters ----------------------------------------------- */

/* HalProcessorIdle - there is nothing to do for now: others may run. IRQL: any. Source: INF,
 * undocumented; OBS. */
void NTAPI HalProcessorIdle(void)
{
    host_yield();
}

/* HalAllProcessorsStarted - they are. IRQL: any. Source: INF, undocumented; OBS. */
BOOLEAN NTAPI HalAllProcessorsStarted(void)
{
    return TRUE;
}

/* HalQueryMaximumProcessorCount - how many there can be. IRQL: any. Source: INF as its name says;
 * OBS. */
ULONG NTAPI HalQueryMaximumProcessorCount(void)
{
    return KeQueryMaximumProcessorCount();
}

/* HalInitializeProcessor - for the kernel, when a processor starts: all have. IRQL: any. Source:
 * INF, undocumented; OBS. */
void NTAPI HalInitializeProcessor(ULONG ProcessorNumber, void *LoaderBlock)
{
    (void)ProcessorNumber;
    (void)LoaderBlock;
}

/* HalStartNextProcessor - FALSE: there is no other. IRQL: any. Source: INF, undocumented; OBS. */
BOOLEAN NTAPI HalStartNextProcessor(void *LoaderBlock, void *ProcessorState, ULONG Flags)
{
    (void)LoaderBlock;
    (void)ProcessorState;
    (void)Flags;
    return FALSE;
}

/*
 * HalEnableSystemInterrupt - let a vector's interrupts through, as connecting one does. What came
 * meanwhile comes now.
 * IRQL: any. Returns: FALSE: there is no such vector. Source: DOC ntddk of older kits; OBS
 * tests/unit/hal/interrupt_test.c
 */
BOOLEAN NTAPI HalEnableSystemInterrupt(ULONG Vector, KIRQL Irql, KINTERRUPT_MODE InterruptMode)
{
    (void)Irql;
    (void)InterruptMode;
    if (Vector - KI_FIRST_VECTOR >= KI_INTERRUPT_LINES)
        return FALSE;
    KeEnableInterruptLine(Vector - KI_FIRST_VECTOR, TRUE);
    return TRUE;
}

/* HalDisableSystemInterrupt - the reverse; a routine may still run. IRQL: any. Source: DOC ntddk of
 * older kits; OBS. */
void NTAPI HalDisableSystemInterrupt(ULONG Vector, KIRQL Irql)
{
    (void)Irql;
    if (Vector - KI_FIRST_VECTOR < KI_INTERRUPT_LINES)
        KeEnableInterruptLine(Vector - KI_FIRST_VECTOR, FALSE);
}

/*
 * HalAllocateHardwareCounters - performance counters of the processors for a driver alone. There
 * are none to be had.
 *
 * GroupAffinity, GroupCount: which processors; ResourceList: NULL.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: INVALID_PARAMETER: groups without a list or the reverse, a ResourceList;
 * INSUFFICIENT_RESOURCES: they are not free.
 * Source:  DOC ntddk/HalAllocateHardwareCounters; OBS
 *          tests/kernel/hal/HalAllocateHardwareCounters.c
 */
NTSTATUS NTAPI HalAllocateHardwareCounters(
    GROUP_AFFINITY *GroupAffinity, ULONG GroupCount, void *ResourceList, HANDLE *CounterSetHandle)
{
    (void)CounterSetHandle;
    if ((GroupAffinity == NULL) != (GroupCount == 0) || ResourceList != NULL)
        return STATUS_INVALID_PARAMETER;
    return STATUS_INSUFFICIENT_RESOURCES;
}

/* HalFreeHardwareCounters - INVALID_PARAMETER: no such handle. IRQL: PASSIVE_LEVEL. Source: DOC
 * ntddk; OBS as above. */
NTSTATUS NTAPI HalFreeHardwareCounters(HANDLE CounterSetHandle)
{
    (void)CounterSetHandle;
    return STATUS_INVALID_PARAMETER;
}

/* HalAdjustResourceList - a bus changes no requirements. IRQL: PASSIVE_LEVEL. Returns: SUCCESS.
 * Source: DOC ntddk; OBS. */
NTSTATUS NTAPI HalAdjustResourceList(IO_RESOURCE_REQUIREMENTS_LIST **ResourceList)
{
    (void)ResourceList;
    return STATUS_SUCCESS;
}
