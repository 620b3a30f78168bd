/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * AddReg and DelReg sections of INF files: "root, subkey, name, flags, value…" lines as registry
 * text. Each value has its key before it, since lines may go to other keys than the one before.
 */
#include "inf_registry.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "regwrite.h"

#define DATA_LIMIT 512u
#define KEY_BYTES  1500u

enum { REG_NONE, REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ = 7 };
/* FLG_ADDREG_…, and of DelReg lines FLG_DELREG_MULTI_SZ_DELSTRING. */
enum {
    FLAG_BINARY = 1,
    FLAG_NO_CLOBBER = 2,
    FLAG_DELETE = 4,
    FLAG_APPEND = 8,
    FLAG_KEY_ONLY = 0x10,
    FLAG_OVERWRITE_ONLY = 0x20,
    DELETE_STRING = 0x18002,
    TYPE_LIST = 0x10000,
    TYPE_MASK = 0xFFFF0001,
};

static bool fail(struct installer *installer, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fail(struct installer *installer, unsigned line, const char *format, ...)
{
    va_list arguments;

    installer->error->line = line;
    va_start(arguments, format);
    vsnprintf(installer->error->text, sizeof(installer->error->text), format, arguments);
    va_end(arguments);
    return false;
}

/* What the system knows of a device: HKR of a device means the device's key for these. */
static bool is_property(const char *below, const char *name)
{
    static const char *const names[] = {"UpperFilters", "LowerFilters", "FriendlyName",
        "ConfigFlags", "Security", "DeviceType", "DeviceCharacteristics", "Exclusive"};

    for (size_t i = 0; *below == '\0' && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static const char *find_root(const char *name)
{
    static const char *const roots[][2] = {{"HKLM", "HKEY_LOCAL_MACHINE"},
        {"HKCR", "HKEY_CLASSES_ROOT"}, {"HKU", "HKEY_USERS"}, {"HKCU", "HKEY_USERS\\.DEFAULT"}};

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        if (strcasecmp(name, roots[i][0]) == 0)
            return roots[i][1];
    }
    return NULL;
}

/* The whole path of a line's key, whose root is known. False: it is no path. */
static bool find_key(
    const struct inf_line *line, const struct inf_relative *relative, char *path, size_t size)
{
    const char *root = find_root(inf_value(line, 0)), *below = inf_value(line, 1), *middle = "";

    while (*below == '\\')
        below++;
    if (root == NULL) { /* HKR */
        root = relative->key;
        if (relative->hardware && !is_property(below, inf_value(line, 2)))
            middle = "\\Device Parameters";
    }
    return strpbrk(below, "[]\r\n") == NULL &&
        (size_t)snprintf(path, size, "%s%s%s%s", root, middle, *below != '\0' ? "\\" : "", below) <
        size;
}

static bool read_number(const char *text, unsigned long *number)
{
    char *end;

    *number = strtoul(text, &end, 0);
    return *text != '\0' && *end == '\0' && *number <= 0xFFFFFFFFu;
}

/* Bytes in hexadecimal, with or without 0x; a REG_DWORD may be four of them. */
static bool read_bytes(
    struct installer *installer, const struct inf_line *line, unsigned char *data, size_t *size)
{
    *size = 0;
    for (size_t i = 4; i < line->count; i++) {
        char *end;
        unsigned long byte = strtoul(line->value[i], &end, 16);
        if (*line->value[i] == '\0' || *end != '\0' || byte > 0xFF || *size == DATA_LIMIT)
            return fail(
                installer, line->line, "'%.40s' is no byte in hexadecimal digits", line->value[i]);
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
        number = data[0] | (unsigned long)data[1] << 8 | (unsigned long)data[2] << 16 |
            (unsigned long)data[3] << 24;
    } else if (*inf_value(line, 4) != '\0' && !read_number(inf_value(line, 4), &number)) {
        return fail(installer, line->line, "'%.40s' is no number", inf_value(line, 4));
    }
    if (installer->target->registry != NULL)
        regwrite_number(installer->target->registry, name, (uint32_t)number);
    return true;
}

static bool write_value(
    struct installer *installer, const struct inf_line *line, const char *name, unsigned long flags)
{
    FILE *file = installer->target->registry;
    unsigned char data[DATA_LIMIT];
    size_t size;

    switch (flags & TYPE_MASK) {
    case 0x00000: /* FLG_ADDREG_TYPE_SZ */
    case 0x20000: /* …EXPAND_SZ */
        if (file != NULL)
            regwrite_text(
                file, name, (flags & 0x20000) ? REG_EXPAND_SZ : REG_SZ, inf_value(line, 4));
        return true;
    case 0x10000: /* …MULTI_SZ */
        if (file != NULL)
            regwrite_list(file, name,
                (const char *const *)line->value + (line->count > 4 ? 4 : line->count),
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

/* ---- lines ----------------------------------------------------------------------------------- */

static bool no_memory(struct installer *installer, const struct inf_line *line)
{
    return fail(installer, line->line, "out of memory");
}

static char *const *list_of(const struct inf_line *line, size_t *count)
{
    *count = line->count > 4 ? line->count - 4 : 0;
    return line->value + (line->count > 4 ? 4 : line->count);
}

/* A list that is there already gets more entries, or loses one. */
static void write_list(struct installer *installer, const char *key, const struct inf_known *known)
{
    if (installer->target->registry == NULL)
        return;
    regwrite_key(installer->target->registry, "%s", key);
    regwrite_list(
        installer->target->registry, known->name, (const char *const *)known->text, known->count);
}

static bool set_value(
    struct installer *installer, const struct inf_line *line, const char *key, unsigned long flags)
{
    const char *name = inf_value(line, 2);
    struct inf_known *known = inf_find_known(installer, key, name);
    size_t count;
    char *const *texts = list_of(line, &count);
    bool list = (flags & TYPE_MASK) == TYPE_LIST;

    if ((known != NULL && (flags & FLAG_NO_CLOBBER)) ||
        (known == NULL && (flags & FLAG_OVERWRITE_ONLY)))
        return true;
    if (list && (flags & FLAG_APPEND) && known != NULL) {
        if (!inf_append(known, texts, count))
            return no_memory(installer, line);
        write_list(installer, key, known);
        return true;
    }
    if (installer->target->registry != NULL)
        regwrite_key(installer->target->registry, "%s", key);
    if (!write_value(installer, line, name, flags))
        return false;
    return inf_remember(installer, key, name, texts, list ? count : 0) ||
        no_memory(installer, line);
}

static void delete_value(struct installer *installer, const char *key, const char *name)
{
    inf_forget_value(installer, key, name);
    if (installer->target->registry == NULL)
        return;
    regwrite_key(installer->target->registry, "%s", key);
    regwrite_no_value(installer->target->registry, name);
}

/* The key and the flags of a line. */
static bool read_line(struct installer *installer, const struct inf_line *line,
    const struct inf_relative *relative, char *key, size_t size, unsigned long *flags)
{
    *flags = 0;
    if (strcasecmp(inf_value(line, 0), "HKR") == 0 ? *relative->key == '\0'
                                                   : find_root(inf_value(line, 0)) == NULL)
        return fail(installer, line->line, "'%.40s' is no root of keys that can be used here",
            inf_value(line, 0));
    if (!find_key(line, relative, key, size))
        return fail(installer, line->line, "'%.80s' is no name of a key", inf_value(line, 1));
    if (*inf_value(line, 3) != '\0' && !read_number(inf_value(line, 3), flags))
        return fail(installer, line->line, "'%.40s' are no flags", inf_value(line, 3));
    return true;
}

static bool add_line(
    struct installer *installer, const struct inf_line *line, const struct inf_relative *relative)
{
    char key[KEY_BYTES];
    unsigned long flags;

    if (!read_line(installer, line, relative, key, sizeof(key), &flags))
        return false;
    if (!(flags & FLAG_KEY_ONLY) && line->count > 2 && (flags & FLAG_DELETE))
        delete_value(installer, key, inf_value(line, 2));
    else if (!(flags & FLAG_KEY_ONLY) && line->count > 2)
        return set_value(installer, line, key, flags);
    else if (installer->target->registry != NULL)
        regwrite_key(installer->target->registry, "%s", key);
    return true;
}

/* "root, subkey": the key; with a name: a value; with flags 0x18002: a text of a list. */
static bool delete_line(
    struct installer *installer, const struct inf_line *line, const struct inf_relative *relative)
{
    char key[KEY_BYTES];
    unsigned long flags;
    struct inf_known *known;

    if (!read_line(installer, line, relative, key, sizeof(key), &flags))
        return false;
    if ((flags & DELETE_STRING) == DELETE_STRING) {
        known = inf_find_known(installer, key, inf_value(line, 2));
        if (known != NULL) {
            inf_remove_text(known, inf_value(line, 4));
            write_list(installer, key, known);
        }
    } else if (line->count > 2) {
        delete_value(installer, key, inf_value(line, 2));
    } else if (*inf_value(line, 1) == '\0') {
        return fail(installer, line->line, "a root of keys is not deleted");
    } else {
        inf_forget_value(installer, key, NULL);
        if (installer->target->registry != NULL)
            regwrite_no_key(installer->target->registry, key);
    }
    return true;
}

static bool change(struct installer *installer, const struct inf_section *section,
    const struct inf_relative *relative, const char *what,
    bool (*each)(struct installer *, const struct inf_line *, const struct inf_relative *))
{
    for (size_t i = 0; i < section->count; i++) {
        const struct inf_line *line = &section->lines[i];
        if (line->key == NULL || strcasecmp(line->key, what) != 0)
            continue;
        for (size_t v = 0; v < line->count; v++) {
            const struct inf_section *named = inf_section(installer->inf, line->value[v]);
            if (named == NULL)
                return fail(installer, line->line, "there is no section [%.80s]", line->value[v]);
            for (size_t a = 0; a < named->count; a++) {
                if (!each(installer, &named->lines[a], relative))
                    return false;
            }
        }
    }
    return true;
}

bool inf_change_registry(struct installer *installer, const struct inf_section *section,
    const struct inf_relative *relative)
{
    return change(installer, section, relative, "DelReg", delete_line) &&
        change(installer, section, relative, "AddReg", add_line);
}
