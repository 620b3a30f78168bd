/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The system's power policies, one on mains and one on batteries, as they are in a balanced plan on
 * a machine that has no sleep states. Who may can set them; of what they say only the time for
 * disks is acted on. PopPolicyLock guards them.
 */
#include "po/pop.h"
#include "se/se.h"

#define POP_POLICY_REVISION 1u

static KSPIN_LOCK PopPolicyLock;
static SYSTEM_POWER_POLICY PopPolicies[PoHot];

static SYSTEM_POWER_POLICY PopDefaultPolicy(ULONG VideoSeconds, ULONG DiskSeconds)
{
    return (SYSTEM_POWER_POLICY){.Revision = POP_POLICY_REVISION,
        .PowerButton = {.Action = PowerActionShutdown},
        .LidOpenWake = PowerSystemWorking,
        .MinSleep = PowerSystemShutdown, /* no state is lighter */
        .MaxSleep = PowerSystemShutdown,
        .ReducedLatencySleep = PowerSystemShutdown,
        .VideoTimeout = VideoSeconds,
        .SpindownTimeout = DiskSeconds,
        .FanThrottleTolerance = 100,
        .ForcedThrottle = 100,
        .MinThrottle = 100};
}

void PopResetPolicies(void)
{
    PopPolicyLock = 0;
    PopPolicies[PoAc] = PopDefaultPolicy(600, 1200);
    PopPolicies[PoDc] = PopDefaultPolicy(300, 600);
}

SYSTEM_POWER_POLICY PopPolicy(SYSTEM_POWER_CONDITION Condition)
{
    KIRQL Old = KiAcquireLock(&PopPolicyLock);
    SYSTEM_POWER_POLICY Policy = PopPolicies[Condition];
    KiReleaseLock(&PopPolicyLock, Old);
    return Policy;
}

NTSTATUS PopSetPolicy(
    SYSTEM_POWER_CONDITION Condition, const void *Buffer, ULONG Bytes, KPROCESSOR_MODE Mode)
{
    SYSTEM_POWER_POLICY Policy;
    if (!SeSinglePrivilegeCheck(SeExports->SeShutdownPrivilege, Mode))
        return STATUS_ACCESS_DENIED;
    if (Bytes < sizeof(Policy))
        return STATUS_BUFFER_TOO_SMALL;
    NTSTATUS Status = ObiReadCaller(&Policy, Buffer, sizeof(Policy), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Policy.Revision != POP_POLICY_REVISION)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&PopPolicyLock);
    PopPolicies[Condition] = Policy;
    KiReleaseLock(&PopPolicyLock, Old);
    return STATUS_SUCCESS;
}
