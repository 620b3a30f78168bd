/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See regwrite.h. All data but numbers are hex, so that nothing needs quoting but names. */
#include "regwrite.h"

#include <stdarg.h>

#define REG_MULTI_SZ 7u

void regwrite_begin(FILE *file)
{
    fputs("Windows Registry Editor Version 5.00\n", file);
}

void regwrite_key(FILE *file, const char *format, ...)
{
    va_list arguments;

    fputs("\n[", file);
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputs("]\n", file);
}

void regwrite_no_key(FILE *file, const char *path)
{
    fprintf(file, "\n[-%s]\n", path);
}

static void put_name(FILE *file, const char *name)
{
    if (name[0] == '\0') {
        fputs("@=", file);
        return;
    }
    fputc('"', file);
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            fputc('\\', file);
        fputc(*name, file);
    }
    fputs("\"=", file);
}

static void put_unit(FILE *file, unsigned unit, const char **separator)
{
    fprintf(file, "%s%02x,%02x", *separator, unit & 0xFF, unit >> 8);
    *separator = ",";
}

/* One character of UTF-8; what is none counts as one of Latin-1. */
static const unsigned char *decode(const unsigned char *at, uint32_t *character)
{
    unsigned more = at[0] >= 0xF0 && at[0] < 0xF8 ? 3
        : at[0] >= 0xE0 && at[0] < 0xF0           ? 2
        : at[0] >= 0xC0 && at[0] < 0xE0           ? 1
                                                  : 0;

    *character = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
    for (unsigned i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *character = at[0];
            return at + 1;
        }
        *character = *character << 6 | (at[i] & 0x3Fu);
    }
    return at + 1 + more;
}

static void put_text(FILE *file, const char *text, const char **separator)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t character;

    while (*at != '\0') {
        at = decode(at, &character);
        if (character >= 0x10000) {
            put_unit(file, 0xD800 + ((character - 0x10000) >> 10), separator);
            character = 0xDC00 + (character & 0x3FF);
        }
        put_unit(file, character, separator);
    }
    put_unit(file, 0, separator);
}

void regwrite_text(FILE *file, const char *name, uint32_t type, const char *text)
{
    const char *separator = "";

    put_name(file, name);
    fprintf(file, "hex(%x):", (unsigned)type);
    put_text(file, text, &separator);
    fputc('\n', file);
}

void regwrite_list(FILE *file, const char *name, const char *const *texts, size_t count)
{
    const char *separator = "";

    put_name(file, name);
    fprintf(file, "hex(%x):", REG_MULTI_SZ);
    for (size_t i = 0; i < count; i++)
        put_text(file, texts[i], &separator);
    put_unit(file, 0, &separator);
    fputc('\n', file);
}

void regwrite_number(FILE *file, const char *name, uint32_t number)
{
    put_name(file, name);
    fprintf(file, "dword:%08x\n", (unsigned)number);
}

void regwrite_bytes(FILE *file, const char *name, uint32_t type, const void *data, size_t size)
{
    put_name(file, name);
    fprintf(file, "hex(%x):", (unsigned)type);
    for (size_t i = 0; i < size; i++)
        fprintf(file, "%s%02x", i > 0 ? "," : "", ((const unsigned char *)data)[i]);
    fputc('\n', file);
}

void regwrite_no_value(FILE *file, const char *name)
{
    put_name(file, name);
    fputs("-\n", file);
}
