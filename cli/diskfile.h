/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The file or device that --disk names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A descriptor of it; -1: why says what is wrong. A device that the host has mounted is not opened
 * for writing. */
int diskfile_open(const char *path, bool writable, char *why, size_t why_size);
