/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pnplower - a filter driver that only tells what goes by.
 */
#define FILTER_NAME "lower"
#include "filter.h"
