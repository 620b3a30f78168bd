/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Checks of the IRQL that several files of kernel/vf make. */
#pragma once

#include "mm/paging.h"
#include "vf/vfp.h"

/*
 * Holds: what must be true of the caller's IRQL, which Allowed says in words ("at DISPATCH_LEVEL
 * only"); otherwise the machine stops with DRIVER_VERIFIER_DETECTED_VIOLATION, Code, the IRQL and
 * Object.
 */
void VfpCheckIrql(ULONG Code, BOOLEAN Holds, const void *Object, ULONG_PTR Site,
    const char *Routine, const char *Allowed);

/* A driver raises its IRQL: pageable memory goes out, so that touching it is seen. */
static inline void VfpTrimFor(KIRQL Irql)
{
    if (Irql >= DISPATCH_LEVEL && VfIsOn(VF_FORCE_IRQL))
        MmTrim();
}

void VfpPrepareIrql(void);
