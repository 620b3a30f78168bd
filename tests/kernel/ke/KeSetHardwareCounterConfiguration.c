/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetHardwareCounterConfiguration, KeQueryHardwareCounterConfiguration.
 */
#include "ktest.h"

typedef struct COUNTER { /* HARDWARE_COUNTER */
    ULONG Type, Reserved;
    ULONG64 Index;
} COUNTER;

TEST(KeSetHardwareCounterConfiguration, IsKeptUntilItIsTakenBack)
{
    NTSTATUS(NTAPI * Set)
    (COUNTER * Counters, ULONG Count) = (PVOID)KtestExport(L"KeSetHardwareCounterConfiguration");
    NTSTATUS(NTAPI * Query)
    (COUNTER * Counters, ULONG Most, PULONG Count) = (PVOID)KtestExport(
        L"KeQueryHardwareCounterConfiguration");
    COUNTER Counters[2] = {{0, 0, 3}, {0, 0, 5}}, Seen[2];
    ULONG Count = 99;

    if (Set == NULL) {
        skip("new in Windows 7");
        return;
    }
    CHECK_STATUS(Query(Seen, 2, &Count), STATUS_SUCCESS);
    CHECK_EQ(Count, 0);
    CHECK_STATUS(Set(Counters, 17), STATUS_INVALID_PARAMETER);
    if (!CHECK_STATUS(Set(Counters, 2), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Set(Counters, 1), STATUS_WMI_ALREADY_ENABLED);
    CHECK_STATUS(Query(Seen, 1, &Count), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Count, 2);
    CHECK_STATUS(Query(Seen, 2, &Count), STATUS_SUCCESS);
    CHECK_EQ(Seen[1].Index, 5);
    CHECK_STATUS(Set(NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(Query(Seen, 2, &Count), STATUS_SUCCESS);
    CHECK_EQ(Count, 0);
}
