/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Questions about power, of drivers and programs: what a desktop machine on mains answers that has
 * no battery, no sleep states and no thermal zones.
 */
#include <string.h>

#include "ke/processor.h"
#include "ke/zw.h"
#include "po/pop.h"

#define POP_PROCESSORS 64
#define POP_PROCESSOR_MHZ 1000
#define POP_WHOLE 100 /* percent of a processor's speed */

typedef struct POP_QUESTION {
    const void *Input;
    ULONG InputBytes;
    void *Output; /* NULL: the caller wants none */
    ULONG OutputBytes;
    KPROCESSOR_MODE Mode;
} POP_QUESTION;

static NTSTATUS PopGive(const POP_QUESTION *Question, const void *Data, ULONG Bytes)
{
    if (Question->Output == NULL)
        return STATUS_INVALID_PARAMETER;
    if (Question->OutputBytes < Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    return ObiWriteCaller(Question->Output, Data, Bytes, Question->Mode);
}

static NTSTATUS PopGiveProcessors(const POP_QUESTION *Question)
{
    PROCESSOR_POWER_INFORMATION Processors[POP_PROCESSORS];
    const ULONG Count = (ULONG)(UCHAR)KeNumberProcessors;
    for (ULONG Number = 0; Number < Count; Number++)
        Processors[Number] = (PROCESSOR_POWER_INFORMATION){.Number = Number,
            .MaxMhz = POP_PROCESSOR_MHZ,
            .CurrentMhz = POP_PROCESSOR_MHZ,
            .MhzLimit = POP_PROCESSOR_MHZ};
    return PopGive(Question, Processors, Count * sizeof(Processors[0]));
}

static NTSTATUS PopGiveCapabilities(const POP_QUESTION *Question)
{
    const SYSTEM_POWER_CAPABILITIES Capabilities = {.PowerButtonPresent = TRUE, .SystemS5 = TRUE,
        .ProcessorMinThrottle = POP_WHOLE, .ProcessorMaxThrottle = POP_WHOLE, .DiskSpinDown = TRUE};
    return PopGive(Question, &Capabilities, sizeof(Capabilities));
}

/* A policy is set when one is given, and read when there is room for one. */
static NTSTATUS PopGivePolicy(const POP_QUESTION *Question, SYSTEM_POWER_CONDITION Condition)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Question->Input != NULL)
        Status = PopSetPolicy(Condition, Question->Input, Question->InputBytes, Question->Mode);
    if (!NT_SUCCESS(Status) || (Question->Input != NULL && Question->Output == NULL))
        return Status;
    const SYSTEM_POWER_POLICY Policy = PopPolicy(Condition);
    return PopGive(Question, &Policy, sizeof(Policy));
}

/* Routines for entering and leaving sleep states, which are the kernel's to give: taken, and never
 * called. */
static NTSTATUS PopTakeHandler(const POP_QUESTION *Question, ULONG Bytes)
{
    if (Question->Mode != KernelMode)
        return STATUS_ACCESS_DENIED;
    return Question->Input != NULL && Question->InputBytes >= Bytes ? STATUS_SUCCESS
                                                                    : STATUS_INVALID_PARAMETER;
}

static NTSTATUS PopReserveHiberFile(const POP_QUESTION *Question)
{
    BOOLEAN Reserve;
    if (Question->Input == NULL || Question->InputBytes != sizeof(Reserve) ||
        Question->Output != NULL)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiReadCaller(&Reserve, Question->Input, sizeof(Reserve), Question->Mode);
    /* there is none to give up */
    return NT_SUCCESS(Status) && Reserve ? STATUS_NOT_SUPPORTED : Status;
}

/* Levels that take no input. */
static NTSTATUS PopAnswer(POWER_INFORMATION_LEVEL Level, const POP_QUESTION *Question)
{
    const SYSTEM_BATTERY_STATE Battery = {.AcOnLine = TRUE};
    const SYSTEM_POWER_INFORMATION Idle = {.CoolingMode = PO_TZ_INVALID_MODE};
    const POWER_PLATFORM_INFORMATION Platform = {.AoAc = FALSE};
    const POWER_PLATFORM_ROLE Role = PlatformRoleDesktop;
    const EXECUTION_STATE Execution = PopExecutionState();
    const ULONGLONG Never = 0;
    if (Question->Input != NULL || Question->InputBytes != 0)
        return STATUS_INVALID_PARAMETER;
    switch (Level) {
    case SystemPowerPolicyCurrent: return PopGivePolicy(Question, PoAc);
    case SystemPowerCapabilities: return PopGiveCapabilities(Question);
    case ProcessorInformation: return PopGiveProcessors(Question);
    case SystemBatteryState: return PopGive(Question, &Battery, sizeof(Battery));
    case SystemPowerInformation: return PopGive(Question, &Idle, sizeof(Idle));
    case SystemExecutionState: return PopGive(Question, &Execution, sizeof(Execution));
    case LastWakeTime:
    case LastSleepTime: return PopGive(Question, &Never, sizeof(Never));
    case PlatformInformation: return PopGive(Question, &Platform, sizeof(Platform));
    case PlatformRole: return PopGive(Question, &Role, sizeof(Role));
    default: return STATUS_NOT_SUPPORTED;
    }
}

/*
 * NtPowerInformation, ZwPowerInformation - ask about power, or set a policy.
 *
 * InformationLevel: PlatformInformation, PlatformRole, ProcessorInformation, SystemBatteryState,
 *          SystemExecutionState, SystemPowerCapabilities, SystemPowerInformation,
 *          SystemPowerPolicyCurrent, LastWakeTime, LastSleepTime: no input, one structure out,
 *          ProcessorInformation one for each processor. SystemPowerPolicyAc, SystemPowerPolicyDc: a
 *          SYSTEM_POWER_POLICY in to set it, out to read it, or both. SystemReserveHiberFile: a
 *          BOOLEAN in, and only FALSE will do. SystemPowerStateHandler,
 *          SystemPowerStateNotifyHandler: the kernel's own structure in; never called.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER: no buffer, input where there is none, no
 *          such level, a policy of another revision; ACCESS_DENIED: a user without
 *          SeShutdownPrivilege sets a policy, or a program what is the kernel's; NOT_SUPPORTED: a
 *          level that is about what the machine has not, or is documented as not supported;
 *          ACCESS_VIOLATION: the caller's buffer.
 * Source:  DOC ntddk/ZwPowerInformation, powerbase/CallNtPowerInformation; INF NOT_SUPPORTED, and
 *          what is the kernel's; tests/kernel/pnp/ZwPowerInformation.c
 */
NTSTATUS NTAPI NtPowerInformation(POWER_INFORMATION_LEVEL InformationLevel, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength)
{
    const POP_QUESTION Question = {
        InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength, KiPreviousMode()};
    if ((ULONG)InformationLevel >= PowerInformationLevelMaximum)
        return STATUS_INVALID_PARAMETER;
    switch (InformationLevel) {
    case SystemPowerPolicyAc: return PopGivePolicy(&Question, PoAc);
    case SystemPowerPolicyDc: return PopGivePolicy(&Question, PoDc);
    case SystemReserveHiberFile: return PopReserveHiberFile(&Question);
    case SystemPowerStateHandler: return PopTakeHandler(&Question, sizeof(POWER_STATE_HANDLER));
    case SystemPowerStateNotifyHandler:
        return PopTakeHandler(&Question, sizeof(POWER_STATE_NOTIFY_HANDLER));
    default: return PopAnswer(InformationLevel, &Question);
    }
}

NTSTATUS NTAPI ZwPowerInformation(POWER_INFORMATION_LEVEL InformationLevel, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength)
{
    return ZW_CALL(PowerInformation,
        (InformationLevel, InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength));
}
