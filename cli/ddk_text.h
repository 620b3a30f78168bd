/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory, strings and paths of dotsys build. Everything allocated here lives until ddk_memory_end;
 * running out of memory goes back to whoever called ddk_memory_begin, by longjmp, so that no caller
 * has to look. One build at a time in a process.
 *
 * Paths in classic projects are Windows': backslashes, and letters in any case. Here a path is
 * absolute, with slashes and without "." and ".."; ddk_resolve finds the file it means.
 */
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct ddk_list {
    const char **item;
    size_t count, room;
};

struct ddk_buffer {
    char *text; /* terminated; NULL: empty */
    size_t length, room;
};

void ddk_memory_begin(jmp_buf *out_of_memory);
void ddk_memory_end(void);
void *ddk_alloc(size_t bytes); /* zeroed */
char *ddk_copy(const char *text, size_t length);
char *ddk_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

void ddk_add(struct ddk_list *list, const char *item);
void ddk_add_all(struct ddk_list *list, const struct ddk_list *more);
bool ddk_has(const struct ddk_list *list, const char *item);
char *ddk_join(const struct ddk_list *list, const char *separator);
void ddk_append(struct ddk_buffer *buffer, const char *text, size_t length);

/* Splits at white space, or at any of the separators. Double quotes hold a word together and go, \"
 * is a quote. */
struct ddk_list ddk_words(const char *text);
struct ddk_list ddk_split(const char *text, const char *separators);

bool ddk_starts(const char *text, const char *with); /* case does not count */
bool ddk_ends(const char *text, const char *with);   /* case does not count */
const char *ddk_name(const char *path);              /* after the last slash */
char *ddk_stem(const char *path);                    /* the name without its extension */
char *ddk_folder(const char *path);                  /* before the last slash */
char *ddk_lower(const char *text);
char *ddk_absolute(const char *folder, const char *path); /* backslashes too; need not exist */
char *ddk_resolve(const char *path); /* the file or folder there, in any case; NULL: none */
bool ddk_is_folder(const char *path);
bool ddk_exists(const char *path);
bool ddk_age(const char *path, struct timespec *age); /* last written; false: no such file */
bool ddk_newer(const struct timespec *a, const struct timespec *b);

/* The whole file, terminated; NULL: errno says why. */
char *ddk_read(const char *path, size_t *length);
/* Leaves a file alone that says so already. false: errno says why. */
bool ddk_write(const char *path, const char *text, size_t length);
bool ddk_make_folders(const char *path);
