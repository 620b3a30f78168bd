/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* INF files on the command line of `dotsys run`: the drivers they install take their places. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "run.h"

bool inf_is_named(const char *path); /* foo.inf */

/*
 * Puts the services of INF files in the place of the files among options->drivers, and what they
 * copy into options->copies. False: it has been said what is wrong.
 */
bool inf_expand(struct run_options *options);
/* Writes what they put into the registry. */
bool inf_write(const struct run_options *options, FILE *registry);
void inf_forget(struct run_options *options);
