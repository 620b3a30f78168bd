/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Questions about power, of drivers and programs: what a desktop machine on mains answers. */
#include <string.h>

#include "ke/processor.h"
#include "ke/zw.h"
#include "po/pop.h"

static NTSTATUS PopGive(const void *Data, ULONG Bytes, void *Buffer, ULONG Room)
{
    if (Buffer == NULL)
        return STATUS_INVALID_PARAMETER;
    if (Room < Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    return ObiWriteCaller(Buffer, Data, Bytes, KiPreviousMode());
}

static NTSTATUS PopGiveProcessors(void *Buffer, ULONG Room)
{
    PROCESSOR_POWER_INFORMATION One = {.MaxMhz = 1000, .CurrentMhz = 1000, .MhzLimit = 1000};
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Count = (ULONG)(UCHAR)KeNumberProcessors;
    if (Buffer == NULL)
        return STATUS_INVALID_PARAMETER;
    if (Room < Count * sizeof(One))
        return STATUS_BUFFER_TOO_SMALL;
    for (One.Number = 0; One.Number < Count && NT_SUCCESS(Status); One.Number++)
        Status = PopGive(&One, sizeof(One), (UCHAR *)Buffer + One.Number * sizeof(One), sizeof(One));
    return Status;
}

/*
 * NtPowerInformation, ZwPowerInformation - ask about power.
 *
 * InformationLevel: ProcessorInformation, SystemBatteryState, SystemExecutionState, LastWakeTime, LastSleepTime; they take no input.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER: no buffer, or input where there is none; NOT_IMPLEMENTED: another
 *          level; ACCESS_VIOLATION: the caller's buffer.
 * Source:  DOC ntpoapi/ZwPowerInformation; tests/kernel/pnp/ZwPowerInformation.c
 */
NTSTATUS NTAPI NtPowerInformation(POWER_INFORMATION_LEVEL InformationLevel, void *InputBuffer, ULONG InputBufferLength,
    void *OutputBuffer, ULONG OutputBufferLength)
{
    const SYSTEM_BATTERY_STATE Battery = {.AcOnLine = TRUE};
    const ULONGLONG Never = 0;
    EXECUTION_STATE Execution;
    if (InputBuffer != NULL || InputBufferLength != 0)
        return STATUS_INVALID_PARAMETER;
    switch (InformationLevel) {
    case ProcessorInformation: return PopGiveProcessors(OutputBuffer, OutputBufferLength);
    case SystemBatteryState: return PopGive(&Battery, sizeof(Battery), OutputBuffer, OutputBufferLength);
    case SystemExecutionState:
        Execution = PopExecutionState();
        return PopGive(&Execution, sizeof(Execution), OutputBuffer, OutputBufferLength);
    case LastWakeTime:
    case LastSleepTime: return PopGive(&Never, sizeof(Never), OutputBuffer, OutputBufferLength);
    default: return STATUS_NOT_IMPLEMENTED;
    }
}

NTSTATUS NTAPI ZwPowerInformation(POWER_INFORMATION_LEVEL InformationLevel, void *InputBuffer, ULONG InputBufferLength,
    void *OutputBuffer, ULONG OutputBufferLength)
{
    return ZW_CALL(
        PowerInformation, (InformationLevel, InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength));
}
