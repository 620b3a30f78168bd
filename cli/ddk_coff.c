/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Symbols of COFF objects and libraries. What is no such file, or a damaged one, has none; the
 * linker will say so. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ddk.h"

struct bytes {
    const unsigned char *at;
    size_t length;
};

static uint32_t little(struct bytes bytes, size_t offset, unsigned count)
{
    uint32_t value = 0;

    if (offset + count > bytes.length || offset > bytes.length)
        return 0;
    for (unsigned i = count; i > 0; i--)
        value = value << 8 | bytes.at[offset + i - 1];
    return value;
}

/* The names an object file wants of others, or has for them. */
static void add_symbols(struct bytes object, bool defined, struct ddk_list *names)
{
    enum {
        SYMBOL_SIZE = 18,
        CLASS_EXTERNAL = 2
    };
    size_t symbols = little(object, 8, 4), count = little(object, 12, 4),
           strings = symbols + count * SYMBOL_SIZE;
    uint32_t machine = little(object, 0, 2);

    if ((machine != 0x8664 && machine != 0x014C) || strings > object.length)
        return;
    for (size_t i = 0; i < count; i++) {
        size_t at = symbols + i * SYMBOL_SIZE;
        bool is_undefined = little(object, at + 12, 2) == 0 && little(object, at + 8, 4) == 0;
        size_t name = little(object, at, 4) == 0 ? strings + little(object, at + 4, 4) : at;
        size_t most = name == at ? 8 : name < object.length ? object.length - name
                                                            : 0;
        if (object.at[at + 16] == CLASS_EXTERNAL && is_undefined != defined)
            ddk_add(names,
                ddk_copy(
                    (const char *)object.at + name, strnlen((const char *)object.at + name, most)));
        i += object.at[at + 17];
    }
}

/* Visits the members of a library; the index of its symbols comes first and is named "/". */
static void add_library(struct bytes library, struct ddk_list *undefined, struct ddk_list *defined)
{
    enum {
        HEADER = 60
    };
    char size[11] = "";

    for (size_t at = 8; at + HEADER <= library.length;) {
        memcpy(size, library.at + at + 48, 10);
        struct bytes member = {library.at + at + HEADER, strtoul(size, NULL, 10)};
        if (member.length > library.length - at - HEADER)
            return;
        if (memcmp(library.at + at, "/ ", 2) == 0 && member.length >= 4 && defined != NULL) {
            size_t count = (size_t)member.at[0] << 24 | (size_t)member.at[1] << 16 |
                (size_t)member.at[2] << 8 | member.at[3];
            size_t name = 4 + 4 * count;
            for (size_t i = 0; i < count && name < member.length; i++) {
                size_t length = strnlen((const char *)member.at + name, member.length - name);
                ddk_add(defined, ddk_copy((const char *)member.at + name, length));
                name += length + 1;
            }
        } else if (undefined != NULL) {
            add_symbols(member, false, undefined);
        }
        at += HEADER + member.length + member.length % 2;
    }
}

void ddk_coff(const char *path, struct ddk_list *undefined, struct ddk_list *defined)
{
    struct bytes file = {0};

    file.at = (const unsigned char *)ddk_read(path, &file.length);
    if (file.at == NULL)
        return;
    if (file.length > 8 && memcmp(file.at, "!<arch>\n", 8) == 0)
        add_library(file, undefined, defined);
    else if (undefined != NULL)
        add_symbols(file, false, undefined);
}

void ddk_coff_defined(const char *path, struct ddk_list *defined, struct ddk_list *exported)
{
    static const char option[] = "-export:";
    struct bytes file = {0};

    file.at = (const unsigned char *)ddk_read(path, &file.length);
    if (file.at == NULL)
        return;
    add_symbols(file, true, defined);
    /* __declspec(dllexport) is an option to the linker: -export:"Name@8",data */
    for (const unsigned char *at = file.at;
         (at = memmem(at, file.length - (size_t)(at - file.at), option, 8)) != NULL; at += 8) {
        const char *name = (const char *)at + 8;
        name += *name == '"';
        size_t length = strcspn(name, "\", \t");
        bool data = ddk_starts(name + length + (name[length] == '"'), ",data");
        ddk_add(exported, ddk_format("%s%s", ddk_copy(name, length), data ? " DATA" : ""));
    }
}
