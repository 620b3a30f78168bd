/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * region_test.h - what the tests of critical and guarded regions share. The thread that runs the
 * tests may be in a region already; each test looks at what changes.
 */
#ifndef TESTS_KERNEL_KE_REGION_TEST_H
#define TESTS_KERNEL_KE_REGION_TEST_H

#include "kthread.h"

/*
 * In every x64 Windows; the headers have some for a service pack later than the one we build for.
 */
NTKERNELAPI VOID NTAPI KeEnterGuardedRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveGuardedRegion(VOID);
NTKERNELAPI BOOLEAN NTAPI KeAreAllApcsDisabled(VOID);

/* Answers at one moment; bits, so that two can be compared at once. */
#define REGION_NORMAL 1u /* KeAreApcsDisabled */
#define REGION_ALL    2u /* KeAreAllApcsDisabled */

static inline ULONG RegionTestState(VOID)
{
    return (KeAreApcsDisabled() ? REGION_NORMAL : 0) | (KeAreAllApcsDisabled() ? REGION_ALL : 0);
}

#endif
