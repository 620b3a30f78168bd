/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The processor's extended state in drivers (extended.c). */
#pragma once

#include "ex/ex.h"

NTSTATUS NTAPI KeSaveExtendedProcessorState(ULONG64 Mask, XSTATE_SAVE *XStateSave);
void NTAPI KeRestoreExtendedProcessorState(XSTATE_SAVE *XStateSave);
ULONG64 NTAPI KeGetXSaveFeatureFlags(void);
ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask);
