/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmGetSystemRoutineAddress - exports of ntoskrnl.exe and hal.dll by name.
 */
#include "ktest.h"

static PVOID Find(const WCHAR *Name)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return MmGetSystemRoutineAddress(&String);
}

TEST(MmGetSystemRoutineAddress, FindsARoutineThatWorks)
{
    SIZE_T(NTAPI * Compare)(const VOID *, const VOID *, SIZE_T);

    Compare = (SIZE_T(NTAPI *)(const VOID *, const VOID *, SIZE_T))Find(L"RtlCompareMemory");
    if (CHECK(Compare != NULL))
        CHECK_EQ(Compare("abcd", "abXd", 4), 2);
}

TEST(MmGetSystemRoutineAddress, FindsWhatTheHalExports)
{
    CHECK(Find(L"KeQueryPerformanceCounter") != NULL);
    CHECK(Find(L"KeStallExecutionProcessor") != NULL);
}

TEST(MmGetSystemRoutineAddress, GivesOneAddressToAName)
{
    CHECK_PTR(Find(L"IoCreateDevice"), Find(L"IoCreateDevice"));
    CHECK(Find(L"IoCreateDevice") != Find(L"IoDeleteDevice"));
}

TEST(MmGetSystemRoutineAddress, IsNullForOtherNames)
{
    CHECK_PTR(Find(L"IoCreateDevicX"), NULL);
    CHECK_PTR(Find(L"IoCreateDevic"), NULL);
    CHECK_PTR(Find(L"IoCreateDevice "), NULL);
    CHECK_PTR(Find(L"iocreatedevice"), NULL);
    CHECK_PTR(Find(L""), NULL);
    CHECK_PTR(Find(L"CreateFileW"), NULL);
}

/* The length counts, not a terminator. */
TEST(MmGetSystemRoutineAddress, TakesACountedString)
{
    KTEST_STRING(Name, L"IoCreateDeviceAndMore");

    Name.Length = sizeof(L"IoCreateDevice") - sizeof(WCHAR);
    CHECK_PTR(MmGetSystemRoutineAddress(&Name), Find(L"IoCreateDevice"));
}
