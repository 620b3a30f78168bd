/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PcwRegister, PcwCreateInstance - counter sets of drivers.
 */
#include "ktest.h"

typedef struct COUNTER { /* PCW_COUNTER_DESCRIPTOR */
    USHORT Id, StructIndex, Offset, Size;
} COUNTER;

typedef struct INFORMATION { /* PCW_REGISTRATION_INFORMATION */
    ULONG Version;
    PCUNICODE_STRING Name;
    ULONG CounterCount;
    const COUNTER *Counters;
    PVOID Callback;
    PVOID Context;
} INFORMATION;

typedef struct BLOCK { /* PCW_DATA */
    const VOID *Data;
    ULONG Size;
} BLOCK;

typedef struct VALUES {
    ULONG Small;
    ULONG64 Large;
} VALUES;

TEST(PcwRegister, KeepsASetWithAnInstance)
{
    NTSTATUS(NTAPI * Register)
    (PVOID * Registration, INFORMATION * Information) = (PVOID)KtestExport(L"PcwRegister");
    VOID(NTAPI * Unregister)(PVOID Registration) = (PVOID)KtestExport(L"PcwUnregister");
    NTSTATUS(NTAPI * Create)
    (PVOID * Instance, PVOID Registration, PCUNICODE_STRING Name, ULONG Count,
        BLOCK * Data) = (PVOID)KtestExport(L"PcwCreateInstance");
    VOID(NTAPI * Close)(PVOID Instance) = (PVOID)KtestExport(L"PcwCloseInstance");
    static const COUNTER Counters[] = {{1, 0, FIELD_OFFSET(VALUES, Small), sizeof(ULONG)},
                                       {2, 0, FIELD_OFFSET(VALUES, Large), sizeof(ULONG64)}};
    KTEST_STRING(Name, L"Ktest Counters");
    KTEST_STRING(InstanceName, L"one");
    INFORMATION Information = {0x100, &Name, 2, Counters, NULL, NULL};
    VALUES Values = {1, 2};
    BLOCK Data = {&Values, sizeof(Values)};
    PVOID Registration, Instance;

    if (Register == NULL) {
        skip("new in Windows 7");
        return;
    }
    if (!CHECK_STATUS(Register(&Registration, &Information), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(Create(&Instance, Registration, &InstanceName, 1, &Data), STATUS_SUCCESS))
        Close(Instance);
    Unregister(Registration);
}

TEST(PcwRegister, KnowsItsVersions)
{
    NTSTATUS(NTAPI * Register)
    (PVOID * Registration, INFORMATION * Information) = (PVOID)KtestExport(L"PcwRegister");
    static const COUNTER Counters[] = {{1, 0, 0, sizeof(ULONG)}};
    KTEST_STRING(Name, L"Ktest Counters");
    INFORMATION Information = {0x7777, &Name, 1, Counters, NULL, NULL};
    PVOID Registration;

    if (Register == NULL)
        skip("new in Windows 7");
    else
        CHECK(!NT_SUCCESS(Register(&Registration, &Information)));
}
