/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys run --explore: one machine after the other, each with a schedule of its own, and what came
 * to light. */
#pragma once

#include "run.h"

/* Runs options->explore machines; the exit status of the command line's contract for the worst of
 * them. */
int explore(const struct run_options *options);
