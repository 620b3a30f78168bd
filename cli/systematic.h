/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys run --verify=systematic: the run is repeated until every call stack of the drivers that
 * allocates has failed once. */
#pragma once

#include "run.h"

/* Returns the exit status: the worst of all runs, of which those count whose commands merely fail
 * only if nothing had failed. */
int systematic(const struct run_options *options);
