/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

#ifndef ES_CONTINUOUS
#define ES_CONTINUOUS 0x80000000
#endif

NTSYSAPI NTSTATUS NTAPI ZwPowerInformation(POWER_INFORMATION_LEVEL, PVOID, ULONG, PVOID, ULONG);

TEST(PoRegisterSystemState, SaysThatTheSystemIsBusy)
{
    PVOID State = PoRegisterSystemState(NULL, ES_CONTINUOUS | ES_SYSTEM_REQUIRED);
    ULONG Execution = 0;

    if (!CHECK(State != NULL))
        return;
    CHECK_STATUS(ZwPowerInformation(SystemExecutionState, NULL, 0, &Execution, sizeof(Execution)),
        STATUS_SUCCESS);
    CHECK((Execution & ES_SYSTEM_REQUIRED) != 0);
    CHECK_PTR(PoRegisterSystemState(State, ES_CONTINUOUS | ES_DISPLAY_REQUIRED), State);
    PoUnregisterSystemState(State);
}

TEST(PoSetSystemState, CanBeCalledAtDispatchLevel)
{
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    PoSetSystemState(ES_SYSTEM_REQUIRED);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
}
