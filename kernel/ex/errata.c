/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The errata manager: drivers tell what hardware there is (providers), and a data base of rules
 * says what is wrong with it. There is no such data base here, so that no rule is ever evaluated,
 * no provider's callback called, and no rule known.
 */
#include "ex/errata.h"

#define EXP_TAG_ERRATA 0x76507245u /* 'ErPv' */

typedef struct EXP_ERRATA_PROVIDER {
    ULONG Mark; /* EXP_TAG_ERRATA */
    ULONG Entries, Callbacks;
} EXP_ERRATA_PROVIDER;

/*
 * EmProviderRegister, EmpProviderRegister - registers what a driver can tell, and how it would
 * answer rules.
 *
 * EntryReg, CallbackReg: EntryCount, CallbackCount of them; nobody asks for what is in them.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: a count without a list; INSUFFICIENT_RESOURCES.
 * Owner:   EmProviderDeregister.
 * Source:  INF: declared in ntddk.h, undocumented; OBS tests/kernel/ex/EmProviderRegister.c
 */
NTSTATUS NTAPI EmProviderRegister(void *DriverObject, const void *EntryReg, ULONG EntryCount,
    const void *CallbackReg, ULONG CallbackCount, void **ProviderHandle)
{
    (void)DriverObject;
    if ((EntryCount != 0 && EntryReg == NULL) || (CallbackCount != 0 && CallbackReg == NULL))
        return STATUS_INVALID_PARAMETER;
    EXP_ERRATA_PROVIDER *Provider = ExiAllocate(
        NonPagedPoolNx, sizeof(*Provider), EXP_TAG_ERRATA, EX_KERNEL_SITE);
    if (Provider == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *Provider = (EXP_ERRATA_PROVIDER){EXP_TAG_ERRATA, EntryCount, CallbackCount};
    *ProviderHandle = Provider;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI EmpProviderRegister(void *DriverObject, const void *EntryReg, ULONG EntryCount,
    const void *CallbackReg, ULONG CallbackCount, void **ProviderHandle)
{
    return EmProviderRegister(
        DriverObject, EntryReg, EntryCount, CallbackReg, CallbackCount, ProviderHandle);
}

/* EmProviderDeregister - the reverse. IRQL: PASSIVE_LEVEL. Source: as above. */
void NTAPI EmProviderDeregister(void *ProviderHandle)
{
    EXP_ERRATA_PROVIDER *Provider = ProviderHandle;
    if (Provider == NULL || Provider->Mark != EXP_TAG_ERRATA)
        return;
    Provider->Mark = 0;
    ExiFree(Provider);
}

/*
 * EmClientQueryRuleState - whether a rule applies to this machine.
 * IRQL: PASSIVE_LEVEL. Returns: NOT_FOUND: there is no such rule; *State is left alone. Source: as
 * above.
 */
NTSTATUS NTAPI EmClientQueryRuleState(const GUID *RuleId, ULONG *State)
{
    (void)RuleId, (void)State;
    return STATUS_NOT_FOUND;
}
