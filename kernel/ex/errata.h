/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The errata manager (errata.c). */
#pragma once

#include "ex/ex.h"

NTSTATUS NTAPI EmProviderRegister(void *DriverObject, const void *EntryReg, ULONG EntryCount,
    const void *CallbackReg, ULONG CallbackCount, void **ProviderHandle);
NTSTATUS NTAPI EmpProviderRegister(void *DriverObject, const void *EntryReg, ULONG EntryCount,
    const void *CallbackReg, ULONG CallbackCount, void **ProviderHandle);
void NTAPI EmProviderDeregister(void *ProviderHandle);
NTSTATUS NTAPI EmClientQueryRuleState(const GUID *RuleId, ULONG *State);
