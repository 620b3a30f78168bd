/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/po only. */
#pragma once

#include "nt/pnp.h"
#include "po/po.h"

#define POP_TAG 0x20206F50u /* 'Po  ' */

/* What all registered states and power requests together require. */
EXECUTION_STATE PopExecutionState(void);

/* The state of a device as its driver noted it last; PowerDeviceUnspecified when it never did. */
DEVICE_POWER_STATE PopDeviceState(const DEVICE_OBJECT *Device);

/* policy.c: at start; the policy on mains or batteries; and what a caller, who must be allowed to,
 * makes of it. */
void PopResetPolicies(void);
SYSTEM_POWER_POLICY PopPolicy(SYSTEM_POWER_CONDITION Condition);
NTSTATUS PopSetPolicy(
    SYSTEM_POWER_CONDITION Condition, const void *Buffer, ULONG Bytes, KPROCESSOR_MODE Mode);

/* fx.c: at start. */
void PopResetFx(void);

/* idle.c: at start; and a second has passed for every registered device, which is the timer's to
 * say, or a test's. */
void PopResetIdle(void);
void PopIdleSecond(void);
