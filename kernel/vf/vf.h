/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The verifier for the other components: Driver Verifier's checks of what drivers do, by its own
 * flags and values. It looks at images, not at machines: in an image it verifies, imports of
 * routines are bound to routines of kernel/vf, which check and then call the export. An image it
 * does not verify is bound as ever, and costs nothing.
 */
#pragma once

#include "dotsys/dotsys.h"
#include "ldr/ldr.h"

/* What KeVerifierFlags holds. */
#define VF_SPECIAL_POOL   DOTSYS_VERIFY_SPECIAL_POOL
#define VF_FORCE_IRQL     DOTSYS_VERIFY_FORCE_IRQL
#define VF_LOW_RESOURCES  DOTSYS_VERIFY_LOW_RESOURCES
#define VF_POOL_TRACKING  DOTSYS_VERIFY_POOL_TRACKING
#define VF_IO             DOTSYS_VERIFY_IO
#define VF_DEADLOCK       DOTSYS_VERIFY_DEADLOCK
#define VF_ENHANCED_IO    DOTSYS_VERIFY_ENHANCED_IO
#define VF_DMA            DOTSYS_VERIFY_DMA
#define VF_SECURITY       DOTSYS_VERIFY_SECURITY
#define VF_FORCE_PENDING  DOTSYS_VERIFY_FORCE_PENDING
#define VF_IRP_LOGGING    DOTSYS_VERIFY_IRP_LOGGING
#define VF_MISC           DOTSYS_VERIFY_MISC
#define VF_MDL_STACK      DOTSYS_VERIFY_MDL_STACK
#define VF_MDL_DRIVER     DOTSYS_VERIFY_MDL_DRIVER
#define VF_POWER_DELAY    DOTSYS_VERIFY_POWER_DELAY
#define VF_DDI            DOTSYS_VERIFY_DDI
#define VF_SYSTEMATIC     DOTSYS_VERIFY_SYSTEMATIC
#define VF_DDI_MORE       DOTSYS_VERIFY_DDI_MORE
#define VF_DELAY          DOTSYS_VERIFY_DELAY
#define VF_CODE_INTEGRITY DOTSYS_VERIFY_CODE_INTEGRITY
#define VF_SPECIAL_POOL_START DOTSYS_VERIFY_SPECIAL_POOL_START

/*
 * Before a machine starts: what it verifies, and of which drivers. Drivers: file names with commas
 * between them, in any case;
 * NULL: all. It must live as long as the machine does. Flags 0 turns everything off.
 */
void VfPrepare(ULONG Flags, const char *Drivers);

/* Whether some of Flags are on. Inline: on the way of requests. */
static inline BOOLEAN VfIsOn(ULONG Flags)
{
    return __builtin_expect((KeVerifierFlags & Flags) != 0, FALSE);
}

/* Whether an address lies in an image that is verified. Any IRQL. */
BOOLEAN VfIsVerifiedCode(ULONG_PTR Address);

/*
 * A violation: the machine stops with Code (DRIVER_VERIFIER_…) and the four parameters, on behalf
 * of Site, the return address of a driver's call (VF_CALLER in a replacement) or 0 when none is
 * known; Format, a sentence for people, names routine and values.
 */
void VfStop(ULONG Code, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4, ULONG_PTR Site,
    const char *Format, ...) __attribute__((format(printf, 7, 8), noreturn));
