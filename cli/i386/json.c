/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* JSON for the tools' output, without a library: objects of strings and numbers. What has no room
 * is left out. */
#include "json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

struct json_object {
    FILE *stream;
    char *text;
    size_t size;
    bool begun;
};

json_object *json_object_new_object(void)
{
    json_object *object = calloc(1, sizeof(*object));

    if (object != NULL)
        object->stream = open_memstream(&object->text, &object->size);
    if (object == NULL || object->stream == NULL) {
        free(object);
        return NULL;
    }
    fputc('{', object->stream);
    return object;
}

/* UTF-8 may stand in JSON as it is. */
static void put_string(FILE *stream, const char *text, size_t size)
{
    fputc('"', stream);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\')
            fprintf(stream, "\\%c", byte);
        else if (byte < ' ')
            fprintf(stream, "\\u%04x", byte);
        else
            fputc(byte, stream);
    }
    fputc('"', stream);
}

/* The name of the next member. False: there is no object. */
static bool put_key(json_object *object, const char *key)
{
    if (object == NULL)
        return false;
    if (object->begun)
        fputc(',', object->stream);
    object->begun = true;
    put_string(object->stream, key, strlen(key));
    fputc(':', object->stream);
    return true;
}

void json_add_string(json_object *object, const char *key, const char *text)
{
    if (!put_key(object, key))
        return;
    if (text != NULL)
        put_string(object->stream, text, strlen(text));
    else
        fputs("null", object->stream);
}

void json_add_text(json_object *object, const char *key, const char *text, size_t size)
{
    size_t units = BasepUtf16FromUtf8(text, size, NULL, 0), bytes;
    WCHAR *wide = malloc(units * sizeof(WCHAR) + 1);
    char *clean = NULL;

    if (wide != NULL) {
        BasepUtf16FromUtf8(text, size, wide, units);
        bytes = BasepUtf8FromUtf16(wide, units, NULL, 0);
        clean = malloc(bytes + 1);
    }
    if (clean != NULL && put_key(object, key)) {
        BasepUtf8FromUtf16(wide, units, clean, bytes);
        put_string(object->stream, clean, bytes);
    }
    free(wide);
    free(clean);
}

void json_add_number(json_object *object, const char *key, int64_t number)
{
    if (put_key(object, key))
        fprintf(object->stream, "%" PRId64, number);
}

void json_add_hex(json_object *object, const char *key, uint64_t number, int digits)
{
    if (put_key(object, key))
        fprintf(object->stream, "\"0x%0*" PRIX64 "\"", digits, number);
}

void json_add_bytes(json_object *object, const char *key, const char *bytes, size_t size)
{
    if (!put_key(object, key))
        return;
    fputc('"', object->stream);
    for (size_t i = 0; i < size; i++)
        fprintf(object->stream, "%02x", (unsigned char)bytes[i]);
    fputc('"', object->stream);
}

void json_write(FILE *file, json_object *object)
{
    if (object == NULL)
        return;
    fputc('}', object->stream);
    if (fclose(object->stream) == 0)
        fprintf(file, "%s\n", object->text);
    fflush(file);
    free(object->text);
    free(object);
}

void json_print(json_object *object)
{
    json_write(stdout, object);
}
