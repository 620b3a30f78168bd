/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* AddReg sections of INF files: "root, subkey, name, flags, value…" lines as registry text. */
#include "inf_registry.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "regwrite.h"

#define DATA_LIMIT 512u

enum { REG_NONE, REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ = 7 };
enum { FLAG_BINARY = 1, FLAG_DELETE = 4, FLAG_KEY_ONLY = 0x10, TYPE_MASK = 0xFFFF0001 };

static bool fail(struct installer *installer, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool fail(struct installer *installer, unsigned line, const char *format, ...)
{
    va_list arguments;

    installer->error->line = line;
    va_start(arguments, format);
    vsnprintf(installer->error->text, sizeof(installer->error->text), format, arguments);
    va_end(arguments);
    return false;
}

/* NULL: there is no such root, or nothing HKR stands for. */
static const char *find_root(const char *name, const char *relative)
{
    static const char *const roots[][2] = {{"HKLM", "HKEY_LOCAL_MACHINE"}, {"HKCR", "HKEY_CLASSES_ROOT"},
        {"HKU", "HKEY_USERS"}, {"HKCU", "HKEY_USERS\\.DEFAULT"}};

    if (strcasecmp(name, "HKR") == 0)
        return *relative != '\0' ? relative : NULL;
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        if (strcasecmp(name, roots[i][0]) == 0)
            return roots[i][1];
    }
    return NULL;
}

static bool read_number(const char *text, unsigned long *number)
{
    char *end;

    *number = strtoul(text, &end, 0);
    return *text != '\0' && *end == '\0' && *number <= 0xFFFFFFFFu;
}

/* Bytes in hexadecimal, with or without 0x; a REG_DWORD may be four of them. */
static bool read_bytes(struct installer *installer, const struct inf_line *line, unsigned char *data, size_t *size)
{
    *size = 0;
    for (size_t i = 4; i < line->count; i++) {
        char *end;
        unsigned long byte = strtoul(line->value[i], &end, 16);
        if (*line->value[i] == '\0' || *end != '\0' || byte > 0xFF || *size == DATA_LIMIT)
            return fail(installer, line->line, "'%.40s' is no byte in hexadecimal digits", line->value[i]);
        data[(*size)++] = (unsigned char)byte;
    }
    return true;
}

static bool write_number(struct installer *installer, const struct inf_line *line, const char *name)
{
    unsigned char data[DATA_LIMIT];
    unsigned long number = 0;
    size_t size;

    if (line->count == 8) {
        if (!read_bytes(installer, line, data, &size))
            return false;
        number = data[0] | (unsigned long)data[1] << 8 | (unsigned long)data[2] << 16 | (unsigned long)data[3] << 24;
    } else if (*inf_value(line, 4) != '\0' && !read_number(inf_value(line, 4), &number)) {
        return fail(installer, line->line, "'%.40s' is no number", inf_value(line, 4));
    }
    if (installer->target->registry != NULL)
        regwrite_number(installer->target->registry, name, (uint32_t)number);
    return true;
}

static bool write_value(struct installer *installer, const struct inf_line *line, const char *name, unsigned long flags)
{
    FILE *file = installer->target->registry;
    unsigned char data[DATA_LIMIT];
    size_t size;

    switch (flags & TYPE_MASK) {
    case 0x00000: /* FLG_ADDREG_TYPE_SZ */
    case 0x20000: /* …EXPAND_SZ */
        if (file != NULL)
            regwrite_text(file, name, (flags & 0x20000) ? REG_EXPAND_SZ : REG_SZ, inf_value(line, 4));
        return true;
    case 0x10000: /* …MULTI_SZ */
        if (file != NULL)
            regwrite_list(file, name, (const char *const *)line->value + (line->count > 4 ? 4 : line->count),
                line->count > 4 ? line->count - 4 : 0);
        return true;
    case 0x10001: /* …DWORD */
        return write_number(installer, line, name);
    case 0x20001: /* …NONE */
    case 0x00001: /* …BINARY */
        if (!read_bytes(installer, line, data, &size))
            return false;
        if (file != NULL)
            regwrite_bytes(file, name, (flags & 0x20000) ? REG_NONE : REG_BINARY, data, size);
        return true;
    default: /* any type, in the upper half, as bytes */
        if (!(flags & FLAG_BINARY))
            return fail(installer, line->line, "flags 0x%lx say no type", flags);
        if (!read_bytes(installer, line, data, &size))
            return false;
        if (file != NULL)
            regwrite_bytes(file, name, (uint32_t)(flags >> 16), data, size);
        return true;
    }
}

static bool is_path(const char *text)
{
    return strpbrk(text, "[]\r\n") == NULL && strlen(text) < 1000;
}

static bool add_line(struct installer *installer, const struct inf_line *line, const char *relative)
{
    const char *root = find_root(inf_value(line, 0), relative), *below = inf_value(line, 1), *flags = inf_value(line, 3);
    unsigned long number = 0;

    if (root == NULL)
        return fail(installer, line->line, "'%.40s' is no root of keys that can be used here", inf_value(line, 0));
    while (*below == '\\')
        below++;
    if (!is_path(below))
        return fail(installer, line->line, "'%.80s' is no name of a key", below);
    if (*flags != '\0' && !read_number(flags, &number))
        return fail(installer, line->line, "'%.40s' are no flags", flags);
    if (installer->target->registry != NULL)
        regwrite_key(installer->target->registry, "%s%s%s", root, *below != '\0' ? "\\" : "", below);
    if ((number & (FLAG_KEY_ONLY | FLAG_DELETE)) || (line->count <= 2))
        return true;
    return write_value(installer, line, inf_value(line, 2), number);
}

bool inf_add_registry(struct installer *installer, const struct inf_section *section, const char *relative)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct inf_line *line = &section->lines[i];
        if (line->key == NULL || strcasecmp(line->key, "AddReg") != 0)
            continue;
        for (size_t v = 0; v < line->count; v++) {
            const struct inf_section *added = inf_section(installer->inf, line->value[v]);
            if (added == NULL)
                return fail(installer, line->line, "there is no section [%.80s]", line->value[v]);
            for (size_t a = 0; a < added->count; a++) {
                if (!add_line(installer, &added->lines[a], relative))
                    return false;
            }
        }
    }
    return true;
}
