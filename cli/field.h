/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The field of a structure that an instruction accesses, asked of gdb. Without it, or symbols,
 * fields stay unnamed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "STRUCTURE.Field, offset 1" for the access of that size by the instruction at offset in a
 * driver's image; false: not known. */
bool field_at(const char *image, uint64_t offset, unsigned access_bytes, char *text, size_t size);
