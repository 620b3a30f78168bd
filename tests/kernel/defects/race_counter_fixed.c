/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * race_counter_fixed.c - race_counter.c without its defect.
 */
#define FIXED
#include "race_counter.c"
