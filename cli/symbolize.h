/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Functions and source lines of places in images, drivers' (PE) or our own (ELF), asked of
 * llvm-symbolizer or addr2line, whichever is installed. The program gets five seconds; without it,
 * or without symbols in the image, places simply stay unnamed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_place {
    char function[256]; /* "": unknown */
    char file[512];     /* "": unknown */
    unsigned line;
};

#define SYMBOLIZE_LIMIT 64u

/* Looks up to SYMBOLIZE_LIMIT offsets in an image up; false: nothing is known about any of them. */
bool symbolize(
    const char *image, const uint64_t *offsets, size_t count, struct symbol_place *places);

/*
 * The address an image's code expects to be at: the base a PE header names; ELF libraries and
 * programs expect 0. False: it is no image.
 */
bool symbol_base(const char *image, uint64_t *base);

/* "Function (file.c:12)", "Function", "file.c:12" or "". */
void symbol_format(const struct symbol_place *place, char *text, size_t size);
