/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Colours, where they help: on a terminal that has them, unless NO_COLOR is set. */
#pragma once

#include <stdio.h>

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_WARNING, COLOUR_BAD, COLOUR_FAINT };

/* What to write before and after a coloured part; "" where there are no colours. */
const char *colour_on(FILE *file, enum colour colour);
const char *colour_off(FILE *file);
