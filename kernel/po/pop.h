/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/po only. */
#pragma once

#include "nt/pnp.h"
#include "po/po.h"

#define POP_TAG 0x20206F50u /* 'Po  ' */

/* What all registered states and power requests together require. */
EXECUTION_STATE PopExecutionState(void);
