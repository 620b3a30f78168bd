/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Text of others for a person's terminal: what drivers print, names in images and in what a
 * machine's process tells. A terminal obeys some characters (titles, colours, the cursor, what is
 * typed next), and some turn the order of others around: each byte of these becomes a dot, as do
 * bytes that are not UTF-8. The length stays. Lines and tabs stay.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

void visible_text(char *text, size_t size);
/* With colours: "\033[…m" stays, too. */
void visible_colours(char *text, size_t size);
void visible_print(FILE *file, const char *text, size_t size);
