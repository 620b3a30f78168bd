/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Writing the text of a .reg file, for what a machine's registry is to have before its drivers
 * start. Texts are UTF-8. Whether memory ran out the stream knows.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Once, before anything else. */
void regwrite_begin(FILE *file);
/* A key, by its whole path; the values that follow are its. */
void regwrite_key(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A key goes, with all below it. */
void regwrite_no_key(FILE *file, const char *path);
/* name "": the key's default value. type: REG_SZ and its kin. */
void regwrite_text(FILE *file, const char *name, uint32_t type, const char *text);
/* REG_MULTI_SZ */
void regwrite_list(FILE *file, const char *name, const char *const *texts, size_t count);
void regwrite_number(FILE *file, const char *name, uint32_t number);
void regwrite_bytes(FILE *file, const char *name, uint32_t type, const void *data, size_t size);
void regwrite_no_value(FILE *file, const char *name);
