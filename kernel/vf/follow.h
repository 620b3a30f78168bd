/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Following drivers' code instruction by instruction, for races. Their code is not executable while
 * no thread is in it: who enters faults, steps with the trap flag until it leaves, and each memory
 * operand on the way is an access.
 */
#pragma once

#include "nt/ntdef.h"

/* Before drivers are loaded, with turns taken. FALSE: no memory. */
BOOLEAN VfpStartFollowing(void);
void VfpStopFollowing(void);
