/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * lock_order_fixed.c - lock_order.c without its defect.
 */
#define FIXED
#include "lock_order.c"
