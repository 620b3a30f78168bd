/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeExpandKernelStackAndCallout, KeExpandKernelStackAndCalloutEx - a routine with enough stack.
 */
#include "ktest.h"

typedef VOID(NTAPI *CALLOUT)(PVOID);
typedef NTSTATUS(NTAPI *EXPAND)(CALLOUT, PVOID, SIZE_T);
typedef NTSTATUS(NTAPI *EXPAND_EX)(CALLOUT, PVOID, SIZE_T, BOOLEAN, PVOID);

#define SIZE 0x4000

static VOID NTAPI Called(PVOID Parameter)
{
    volatile UCHAR Room[SIZE / 2];

    Room[0] = 1;
    Room[sizeof(Room) - 1] = 1;
    *(ULONG *)Parameter += Room[0] + Room[sizeof(Room) - 1];
}

TEST(KeExpandKernelStackAndCallout, CallsTheRoutine)
{
    EXPAND Expand = (EXPAND)(ULONG_PTR)KtestExport(L"KeExpandKernelStackAndCallout");
    ULONG Calls = 0;

    if (Expand == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Expand(Called, &Calls, SIZE), STATUS_SUCCESS);
    CHECK_EQ(Calls, 2);
    CHECK_STATUS(Expand(Called, &Calls, 0x100000), STATUS_INVALID_PARAMETER_3);
    CHECK_EQ(Calls, 2);
}

TEST(KeExpandKernelStackAndCalloutEx, CallsTheRoutine)
{
    EXPAND_EX Expand = (EXPAND_EX)(ULONG_PTR)KtestExport(L"KeExpandKernelStackAndCalloutEx");
    ULONG Calls = 0;

    if (Expand == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Expand(Called, &Calls, SIZE, TRUE, NULL), STATUS_SUCCESS);
    CHECK_EQ(Calls, 2);
    CHECK_STATUS(Expand(Called, &Calls, 0x100000, TRUE, NULL), STATUS_INVALID_PARAMETER_3);
}
