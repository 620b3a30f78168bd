/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Call stacks in what a machine's process tells: lines such as "  02 hello.sys+0x1234". */
#pragma once

#include <stddef.h>

#include "run.h"

/*
 * A copy (malloc) of text in which each such line ends with its function and source line, where the
 * image is a driver of this run or lies beside one and has symbols. NULL: out of memory.
 */
char *stack_name_frames(const struct run_options *options, const char *text, size_t size);
