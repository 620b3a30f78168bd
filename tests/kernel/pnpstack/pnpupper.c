/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pnpupper - a filter driver that only tells what goes by.
 */
#define FILTER_NAME "upper"
#include "filter.h"
