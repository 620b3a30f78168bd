/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The watchdog of a machine that several use, in its process: a thread that stops the machine, with
 * a report of where a driver is, when one has been at a raised IRQL or in one DPC routine for too
 * long, or when the machine does not come up or close in time because a driver does not return.
 * What waits or computes at PASSIVE_LEVEL in a client's request is the client's own affair.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* at a raised IRQL, and for closing; what `down` waits for is longer */
#define WATCHDOG_IRQL_MS 10000u
#define WATCHDOG_START_MS 60000u /* for coming up */

enum watchdog_phase { WATCHDOG_STARTING, WATCHDOG_RUNNING, WATCHDOG_CLOSING, WATCHDOG_OVER };

/* limit_ms: in place of WATCHDOG_IRQL_MS and, if it is shorter, of WATCHDOG_START_MS; 0: neither.
 * False: no thread can be made. */
bool watchdog_start(uint32_t limit_ms);
void watchdog_enter(enum watchdog_phase phase);
