/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a driver can use on a Windows that does not have an export yet. */
#pragma once

#include <stddef.h>

struct instead {
    const char *name;    /* the export that is missing */
    const char *earlier; /* an export that older versions have; NULL: none does by itself */
    const char *how;     /* what to know about it, or what to do without one; NULL: nothing */
};

/* NULL: nothing is known to do it. */
const struct instead *instead_of(const char *name);

/* In words, into a buffer. Returns text. */
const char *instead_text(const struct instead *instead, char *text, size_t size);

extern const struct instead instead_rows[];
extern const size_t instead_count;
