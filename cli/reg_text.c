/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 'dotsys reg': complaints, conversions of text, types and data as reg.exe spells them. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client.h"
#include "reg.h"

/* ---- Complaints ------------------------------------------------------------------------------ */

int reg_fail(struct tool *tool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("ERROR: ", tool->err);
    vfprintf(tool->err, format, arguments);
    fputc('\n', tool->err);
    va_end(arguments);
    return EXIT_COMMAND_FAILED;
}

int reg_usage(struct tool *tool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("ERROR: ", tool->err);
    vfprintf(tool->err, format, arguments);
    fputs("\nType \"dotsys reg --help\" for usage.\n", tool->err);
    va_end(arguments);
    return EXIT_USAGE;
}

int reg_fail_error(struct tool *tool, LSTATUS error, const char *what)
{
    const char *text = RtlpWin32Text((ULONG)error), *name = RtlpWin32Name((ULONG)error);
    if (error == ERROR_FILE_NOT_FOUND)
        return reg_fail(tool,
            "The system was unable to find the specified registry key or value%s%s.",
            what != NULL ? ": " : "", what != NULL ? what : "");
    if (error == ERROR_ACCESS_DENIED)
        return reg_fail(tool,
            "Access is denied%s%s. The key's descriptor does not allow it, or it is a key that the "
            "system needs.",
            what != NULL ? ": " : "", what != NULL ? what : "");
    return reg_fail(tool, "%s%s%s (error %d%s%s)", what != NULL ? what : "",
        what != NULL ? ": " : "", text != NULL ? text : "the registry refuses", (int)error,
        name != NULL ? ", " : "", name != NULL ? name : "");
}

int reg_done(struct tool *tool)
{
    fputs("The operation completed successfully.\n", tool->out);
    return EXIT_FINE;
}

bool reg_confirm(struct tool *tool, const char *question, int *status)
{
    if (tool->confirm == NULL) {
        *status = reg_fail(tool,
            "%s There is no terminal to ask at: say %s to do it without asking.", question,
            strncmp(question, "File ", 5) == 0 ? "/y" : "/f");
        return false;
    }
    if (tool->confirm(tool, question))
        return true;
    fputs("The operation was cancelled by the user.\n", tool->out);
    *status = EXIT_FINE;
    return false;
}

/* ---- Text ------------------------------------------------------------------------------------ */

WCHAR *reg_wide(const char *text)
{
    size_t bytes = strlen(text);
    WCHAR *wide = malloc((bytes + 1) * sizeof(WCHAR));
    if (wide != NULL)
        wide[BasepUtf16FromUtf8(text, bytes, wide, bytes)] = 0;
    return wide;
}

static char *narrow_some(const WCHAR *text, size_t length)
{
    size_t bytes = BasepUtf8FromUtf16(text, length, NULL, 0);
    char *narrow = malloc(bytes + 1);
    if (narrow == NULL)
        return NULL;
    BasepUtf8FromUtf16(text, length, narrow, bytes);
    narrow[bytes] = 0;
    return narrow;
}

size_t reg_length(const WCHAR *text)
{
    return BasepWideLength(text);
}

char *reg_narrow(const WCHAR *text)
{
    return narrow_some(text, reg_length(text));
}

WCHAR *reg_join(const WCHAR *path, const WCHAR *name)
{
    size_t first = reg_length(path), second = reg_length(name);
    WCHAR *joined = malloc((first + second + 2) * sizeof(WCHAR));
    if (joined == NULL)
        return NULL;
    memcpy(joined, path, first * sizeof(WCHAR));
    if (first != 0 && second != 0)
        joined[first++] = '\\';
    memcpy(joined + first, name, (second + 1) * sizeof(WCHAR));
    return joined;
}

char *reg_path(const char *root_name, const WCHAR *below)
{
    char *narrow = reg_narrow(below), *path = NULL;
    if (narrow != NULL &&
        asprintf(&path, "%s%s%s", root_name, narrow[0] != 0 ? "\\" : "", narrow) < 0)
        path = NULL;
    free(narrow);
    return path;
}

/* ---- Types ----------------------------------------------------------------------------------- */

static const char *const type_names[] = {"REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY",
    "REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ", "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD"};

const char *reg_type_name(DWORD type, char *text)
{
    if (type < RTL_NUMBER_OF(type_names))
        return type_names[type];
    snprintf(text, 24, "0x%x", (unsigned)type);
    return text;
}

bool reg_type_parse(const char *name, DWORD *type)
{
    if (strcasecmp(name, "REG_DWORD_LITTLE_ENDIAN") == 0)
        name = "REG_DWORD";
    for (DWORD index = 0; index < RTL_NUMBER_OF(type_names); index++) {
        if (strcasecmp(name, type_names[index]) == 0) {
            *type = index;
            return true;
        }
    }
    return false;
}

/* ---- Data to text ---------------------------------------------------------------------------- */

static char *show_hex(const BYTE *data, size_t bytes)
{
    char *text = malloc(bytes * 2 + 1);
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < bytes; i++)
        snprintf(text + 2 * i, 3, "%02X", data[i]);
    text[bytes * 2] = 0;
    return text;
}

static char *show_number(unsigned long long number)
{
    char *text = NULL;
    return asprintf(&text, "0x%llx", number) < 0 ? NULL : text;
}

/* The strings without the empty one at the end. */
static char *show_strings(const WCHAR *text, size_t length, const char *separator)
{
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    if (out == NULL)
        return NULL;
    while (length > 0 && text[length - 1] == 0)
        length--;
    for (size_t start = 0, at = 0; at <= length && length > 0; at++) {
        if (at < length && text[at] != 0)
            continue;
        char *one = narrow_some(text + start, at - start);
        fprintf(out, "%s%s", start != 0 ? separator : "", one != NULL ? one : "");
        free(one);
        start = at + 1;
    }
    return fclose(out) == 0 ? all : NULL;
}

char *reg_show_data(const struct reg_value *value, const char *separator)
{
    const WCHAR *text = (const WCHAR *)(const void *)value->data;
    unsigned long long number = 0;
    switch (value->type) {
    case REG_SZ:
    case REG_EXPAND_SZ:
        return reg_narrow(text);
    case REG_LINK:
        return narrow_some(text, value->bytes / sizeof(WCHAR));
    case REG_MULTI_SZ:
        return show_strings(text, value->bytes / sizeof(WCHAR), separator);
    case REG_DWORD:
    case REG_DWORD_BIG_ENDIAN:
        if (value->bytes != sizeof(DWORD))
            break;
        memcpy(&number, value->data, sizeof(DWORD));
        return show_number(value->type == REG_DWORD ? number : __builtin_bswap32((uint32_t)number));
    case REG_QWORD:
        if (value->bytes != sizeof(number))
            break;
        memcpy(&number, value->data, sizeof(number));
        return show_number(number);
    default:
        break;
    }
    return show_hex(value->data, value->bytes);
}

/* ---- Text to data ---------------------------------------------------------------------------- */

static const char out_of_memory[] = "out of memory";

static const char *parse_number(DWORD type, const char *text, BYTE **data, DWORD *bytes)
{
    char *end;
    int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    errno = 0;
    unsigned long long number = strtoull(text, &end, base);
    *bytes = type == REG_QWORD ? 8 : 4;
    if (!isdigit((unsigned char)text[0]) || *end != 0 || errno != 0 ||
        (*bytes == 4 && number > UINT32_MAX))
        return "the number is decimal or begins with 0x, and fits into the type";
    if (type == REG_DWORD_BIG_ENDIAN)
        number = __builtin_bswap32((uint32_t)number);
    *data = malloc(sizeof(number));
    if (*data == NULL)
        return out_of_memory;
    memcpy(*data, &number, sizeof(number));
    return NULL;
}

static const char *parse_hex(const char *text, BYTE **data, DWORD *bytes)
{
    size_t digits = strlen(text);
    if (digits > UINT32_MAX || digits % 2 != 0 || strspn(text, "0123456789abcdefABCDEF") != digits)
        return "the data are hexadecimal digits, two a byte";
    *data = malloc(digits / 2 + 1);
    if (*data == NULL)
        return out_of_memory;
    for (size_t i = 0; i < digits / 2; i++) {
        const char byte[3] = {text[2 * i], text[2 * i + 1], 0};
        (*data)[i] = (BYTE)strtoul(byte, NULL, 16);
    }
    *bytes = (DWORD)(digits / 2);
    return NULL;
}

static const char *parse_text(const char *text, BYTE **data, DWORD *bytes)
{
    WCHAR *wide = reg_wide(text);
    if (wide == NULL)
        return out_of_memory;
    *bytes = (DWORD)((reg_length(wide) + 1) * sizeof(WCHAR));
    *data = (BYTE *)wide;
    return NULL;
}

static const char *parse_strings(const char *text, const char *separator, BYTE **data, DWORD *bytes)
{
    size_t step = strlen(separator), length = 0;
    WCHAR *wide = malloc((strlen(text) + 2) * sizeof(WCHAR));
    if (wide == NULL)
        return out_of_memory;
    while (*text != 0) {
        const char *next = strstr(text, separator);
        size_t count = next != NULL ? (size_t)(next - text) : strlen(text);
        if (count == 0) {
            free(wide);
            return "an empty string would be the end of the list";
        }
        length += BasepUtf16FromUtf8(text, count, wide + length, count);
        wide[length++] = 0;
        text += count + (next != NULL ? step : 0);
    }
    wide[length++] = 0;
    *bytes = (DWORD)(length * sizeof(WCHAR));
    *data = (BYTE *)wide;
    return NULL;
}

const char *reg_parse_data(
    DWORD type, const char *text, const char *separator, BYTE **data, DWORD *bytes)
{
    switch (type) {
    case REG_DWORD:
    case REG_DWORD_BIG_ENDIAN:
    case REG_QWORD:
        return parse_number(type, text, data, bytes);
    case REG_SZ:
    case REG_EXPAND_SZ:
        return parse_text(text, data, bytes);
    case REG_MULTI_SZ:
        return parse_strings(text, separator, data, bytes);
    default:
        return parse_hex(text, data, bytes);
    }
}
