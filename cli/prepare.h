/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the supervisor makes of --device and of INF files before there is a machine: registry text, and libraries to plug in. */
#pragma once

#include <stdbool.h>

#include "run.h"

/* options->registry becomes a file, if there is anything to install. machine32: it is for 32-bit drivers. False: said why. */
bool prepare_devices(struct run_options *options, bool machine32);
