/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* JSON for output: members of an object, and an object as one line. Running out of memory leaves
 * members out. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__i386__)
/* The tools' objects, which are flat: there is no json-c for the machine's process of 32 bits
 * (i386/json.c). */
typedef struct json_object json_object;
json_object *json_object_new_object(void);
#else
#include <json-c/json.h>
#endif

/* A string that is UTF-8; NULL: null. */
void json_add_string(json_object *object, const char *key, const char *text);
/* A string of text that may be any bytes: what is no UTF-8 becomes U+FFFD. */
void json_add_text(json_object *object, const char *key, const char *text, size_t size);
void json_add_number(json_object *object, const char *key, int64_t number);
/* A string "0x…" of at least this many upper-case digits. */
void json_add_hex(json_object *object, const char *key, uint64_t number, int digits);
/* Bytes as a string of two digits each. */
void json_add_bytes(json_object *object, const char *key, const char *bytes, size_t size);

/* Prints the object on a line of a stream, flushes and deletes it. */
void json_write(FILE *file, json_object *object);
/* The same on standard output. */
void json_print(json_object *object);
