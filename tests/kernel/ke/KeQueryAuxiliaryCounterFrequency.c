/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryAuxiliaryCounterFrequency and the conversions - of a counter most machines have none of.
 */
#include "ktest.h"

TEST(KeQueryAuxiliaryCounterFrequency, IsAllOrNothing)
{
    NTSTATUS(NTAPI * Frequency)
    (PULONG64 Frequency) = (PVOID)KtestExport(L"KeQueryAuxiliaryCounterFrequency");
    NTSTATUS(NTAPI * ToPerformance)(ULONG64 Value, PULONG64 Result, PULONG64 Error) =
        (PVOID)KtestExport(L"KeConvertAuxiliaryCounterToPerformanceCounter");
    NTSTATUS(NTAPI * ToAuxiliary)(ULONG64 Value, PULONG64 Result, PULONG64 Error) =
        (PVOID)KtestExport(L"KeConvertPerformanceCounterToAuxiliaryCounter");
    ULONG64 Value = 0, Result = 0;
    NTSTATUS Status;

    if (Frequency == NULL) {
        skip("new in Windows 10");
        return;
    }
    Status = Frequency(&Value);
    CHECK(Status == STATUS_SUCCESS || Status == STATUS_NOT_SUPPORTED);
    if (Status == STATUS_NOT_SUPPORTED) {
        CHECK_STATUS(ToPerformance(1, &Result, NULL), STATUS_NOT_SUPPORTED);
        CHECK_STATUS(ToAuxiliary(1, &Result, NULL), STATUS_NOT_SUPPORTED);
    } else {
        CHECK(Value != 0);
    }
}
