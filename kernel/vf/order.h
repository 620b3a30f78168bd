/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which calls of a driver put what one thread did before what another does: locks above all. What
 * happens inside the kernel (waits, DPCs, work items, notify routines) says so itself: see
 * KE_TRACKER.
 */
#pragma once

#include "ldr/ldr.h"

#define VFP_BEFORE  1u /* when it is called */
#define VFP_AFTER   2u /* when it has returned */
#define VFP_IF_TRUE 4u /* and only if it returned TRUE */

/* Learns which exports those are. */
void VfpFindOrders(void);
BOOLEAN VfpOrders(const LDR_EXPORT *Export); /* it is one of them */
/* What a call of Export does, with the arguments in Context, at its first instruction; 0: nothing.
 * *Object: for VfpBefore, VfpAfter. */
UCHAR VfpOrderOf(const LDR_EXPORT *Export, const CONTEXT *Context, ULONG_PTR *Object);
