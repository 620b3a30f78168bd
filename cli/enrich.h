/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Adds functions and source lines to the report of a stopped machine. */
#pragma once

#include <stddef.h>

#include "run.h"

/*
 * A copy (malloc) of a report in which each line that has a place such as "hello.sys+0x1234" in an image of this run, or in
 * the driver it is about, ends with its function and source line, and each line with a place of our own code with its
 * function. NULL: out of memory.
 */
char *enrich_report(const struct run_options *options, const char *report, size_t size);
