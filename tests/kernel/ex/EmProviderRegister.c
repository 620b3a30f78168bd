/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * EmProviderRegister, EmProviderDeregister, EmClientQueryRuleState - the errata manager
 */
#include <ntddk.h>

#include "ktest.h"

typedef NTSTATUS NTAPI REGISTER(PVOID Driver, PVOID Entries, ULONG EntryCount, PVOID Callbacks,
    ULONG CallbackCount, PVOID *Handle);
typedef VOID NTAPI DEREGISTER(PVOID Handle);
typedef NTSTATUS NTAPI QUERY_RULE(const GUID *Rule, PULONG State);

TEST(EmProviderRegister, GivesAHandle)
{
    REGISTER *Register = (PVOID)KtestExport(L"EmProviderRegister");
    DEREGISTER *Deregister = (PVOID)KtestExport(L"EmProviderDeregister");
    PVOID Handle = NULL;

    if (Register == NULL || Deregister == NULL)
        skip("new in Windows Vista");
    else if (!NT_SUCCESS(Register(KtestDriverObject, NULL, 0, NULL, 0, &Handle)))
        skip("this Windows wants entries");
    else if (CHECK(Handle != NULL))
        Deregister(Handle);
}

TEST(EmClientQueryRuleState, KnowsNoRuleNobodyMade)
{
    static const GUID Nobodys = {
        0x3a1d5c42, 0x91c7, 0x4b0e, {0x8d, 0x12, 0x77, 0x6e, 0x05, 0x4f, 0x21, 0x9b}};
    QUERY_RULE *Query = (PVOID)KtestExport(L"EmClientQueryRuleState");
    ULONG State = 0;

    if (Query == NULL)
        skip("new in Windows Vista");
    else
        CHECK(!NT_SUCCESS(Query(&Nobodys, &State)));
}
