/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DDI compliance (VF_DDI, VF_DDI_MORE) as far as it is more than comparing the IRQL of a call with
 * the export's, which the loader's thunks do: rules about what a routine is called with, and about
 * dispatch routines.
 */
#pragma once

#include "vf/vfp.h"

/* A rule was broken: its number below 0xC4, its name, and what it is about. The rules of VF_DDI
 * have the IRQL besides, as those of the loader's thunks do. */
#define VfpStopRule(Code, Name, Object, Site, ...)                                             \
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, (Code), (ULONG_PTR)(Name), (ULONG_PTR)(Object), \
        (Code) < 0x40000u ? KiGetIrql() : 0u, (ULONG_PTR)(Site), __VA_ARGS__)

/* What a dispatch routine must leave as it was. */
typedef struct VFP_ENTRY {
    KIRQL Irql;
    LONG KernelApcDisable, SpecialApcDisable;
    ULONG SpinLocks; /* the thread holds */
} VFP_ENTRY;

/* Before a verified dispatch routine is called, and when it has returned. */
void VfpNoteEntry(VFP_ENTRY *Entry);
void VfpCheckEntry(const VFP_ENTRY *Entry, const void *Routine);

extern const LDR_REPLACEMENT VfpDdiTable[];
