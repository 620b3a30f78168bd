/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* JSON for output, over json-c. */
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"

void json_add_string(json_object *object, const char *key, const char *text)
{
    json_object_object_add(object, key, text != NULL ? json_object_new_string(text) : NULL);
}

void json_add_text(json_object *object, const char *key, const char *text, size_t size)
{
    size_t units = BasepUtf16FromUtf8(text, size, NULL, 0);
    WCHAR *wide = malloc(units * sizeof(WCHAR) + 1);
    char *clean = NULL;
    size_t bytes = 0;

    if (wide != NULL) {
        BasepUtf16FromUtf8(text, size, wide, units);
        bytes = BasepUtf8FromUtf16(wide, units, NULL, 0);
        clean = malloc(bytes + 1);
        if (clean != NULL)
            BasepUtf8FromUtf16(wide, units, clean, bytes);
    }
    if (clean != NULL)
        json_object_object_add(object, key, json_object_new_string_len(clean, (int)bytes));
    free(wide);
    free(clean);
}

void json_add_number(json_object *object, const char *key, int64_t number)
{
    json_object_object_add(object, key, json_object_new_int64(number));
}

void json_add_hex(json_object *object, const char *key, uint64_t number, int digits)
{
    char text[24];

    snprintf(text, sizeof(text), "0x%0*" PRIX64, digits, number);
    json_object_object_add(object, key, json_object_new_string(text));
}

void json_add_bytes(json_object *object, const char *key, const char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(size * 2 + 1);

    if (hex == NULL)
        return;
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digits[(unsigned char)bytes[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)bytes[i] & 15];
    }
    json_object_object_add(object, key, json_object_new_string_len(hex, (int)size * 2));
    free(hex);
}

void json_write(FILE *file, json_object *object)
{
    const char *line = json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

    if (line != NULL)
        fprintf(file, "%s\n", line);
    fflush(file);
    json_object_put(object);
}

void json_print(json_object *object)
{
    json_write(stdout, object);
}
