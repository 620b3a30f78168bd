/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the supervisor makes of --device and of INF files before there is a machine: registry text,
 * and libraries to plug in. */
#pragma once

#include <stdbool.h>

#include "run.h"

struct prepare {
    const char *verb;              /* for messages */
    const struct run_options *run; /* whose INF files are installed, and first driver is that of
                                      devices that name none; NULL */
    bool x86;                      /* it is for 32-bit drivers */
};

/* choices->registry becomes a file, if there is anything to install. False: said why. */
bool prepare_devices(struct machine_choices *choices, const struct prepare *prepare);
void forget_devices(struct machine_choices *choices); /* what that has made */
