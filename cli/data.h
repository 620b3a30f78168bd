/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Numbers and bytes as they are written in -c commands.
 *
 * DATA is one or more items joined by commas:
 *     "text"                  its bytes; \" and \\ stand for a quote and a backslash, other
 *                             backslashes for themselves
 *     hex:68656c6c6f          two digits a byte
 *     u16:N  u32:N  u64:N     a little-endian number; decimal, 0x… or negative
 *     zero:N                  N zero bytes
 *     file:PATH               the bytes of a file; file:"PATH" when it has a comma or a space in it
 *     handle:NAME             the value of a handle of that name, in eight bytes
 */
#pragma once

#include <stdio.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest buffer a command may ask for, in bytes. */
#define DATA_LIMIT ((uint64_t)1 << 30)

/* Why something on the command line was refused: one sentence without a full stop. */
struct parse_error {
    char text[256];
};

/* Where a handle's value goes: who sends the data knows it. */
struct data_handle {
    size_t offset;
    char *name;
    struct data_handle *next;
};

#define DATA_HANDLE_BYTES 8u

struct data {
    uint8_t *bytes; /* NULL when size is 0 */
    size_t size;
    struct data_handle *handles;
};

/* Writes the sentence and returns false, so that a parser can say `return parse_fail(error, …)`. */
bool parse_fail(struct parse_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A decimal or 0x number of exactly length characters, at most limit. A minus sign is allowed when
 * negative is true: the two's complement within limit + 1 is returned. What names the number in the
 * error.
 */
bool number_parse(const char *text, size_t length, uint64_t limit, bool negative, const char *what,
    uint64_t *number, struct parse_error *error);

/* How files that data names are opened on this thread; NULL: with fopen. */
struct data_files {
    FILE *(*open)(void *context, const char *path);
    void *context;
};
extern _Thread_local const struct data_files *data_files;

/* On failure data is untouched. */
bool data_parse(const char *text, struct data *data, struct parse_error *error);
void data_free(struct data *data); /* what is in it; it is empty then */
