/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Mutants: mutexes that do not hold off kernel APCs, as user mode has them. */
#pragma once

#include "ke/ke.h"

void NTAPI KeInitializeMutant(KMUTANT *Mutant, BOOLEAN InitialOwner);
LONG NTAPI KeReleaseMutant(KMUTANT *Mutant, KPRIORITY Increment, BOOLEAN Abandoned, BOOLEAN Wait);
LONG NTAPI KeReadStateMutant(KMUTANT *Mutant);
