/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The word somebody probably meant. */
#pragma once

#include <stddef.h>

/* The nearest of the candidates (letter case does not count), NULL when none is near enough to be
 * worth saying. */
const char *suggest_nearest(const char *word, const char *const *candidates, size_t count);
