/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests the machine has logged (--verify=irp_logging), as they are shown: at the end of a run,
 * and by 'dotsys log --irps'.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "kd/crash.h"

struct logged {
    const char *driver, *device; /* names; "": none */
    const KD_LOGGED_REQUEST *request;
};

/*
 * A line; the first of a device has one before it. now: 100 ns units since 1601, from which the
 * time is told.
 */
void logged_text(FILE *file, const struct logged *logged, uint64_t now, bool first);
/* A line that is an object. */
void logged_json(FILE *file, const struct logged *logged, uint64_t now);
