/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Threads that wait a moment, by chance, where drivers synchronise; delay.c. */
#pragma once

#include "ldr/ldr.h"

/* Before drivers are loaded: from here on, or no longer. */
void VfpPrepareDelays(BOOLEAN On);
