/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * lost_wakeup_fixed.c - lost_wakeup.c without its defect.
 */
#define FIXED
#include "lost_wakeup.c"
