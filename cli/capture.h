/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a program prints, for questions that other programs answer: symbolisers and gdb. */
#pragma once

#include <stddef.h>

/*
 * Calls become(context) in a child with nothing as its input and errors; it executes a program, or
 * returns. Fills text with what the child prints and a null, for as long as there is patience, five
 * seconds; then it is killed. Returns the bytes read.
 */
size_t capture_output(
    void (*become)(const void *context), const void *context, char *text, size_t size);
