/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * 'dotsys reg export': a tree as a .reg file, as regedit writes it: UTF-16LE with CRLF, or with
 * /reg4 the older form, in UTF-8. What has no form of its own (other types, odd lengths) is written
 * as hex(type), so that an import gives the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "reg.h"

#define LINE_END 77u /* hex data go on in the next line from here */

struct export
{
    WCHAR *text;
    size_t length, room;
    size_t line; /* where the line began */
    size_t top;  /* the length of the path of the key asked for */
    bool old, failed;
};

/* ---- Text ------------------------------------------------------------------------------------ */

static void put(struct export *export, const WCHAR *text, size_t length)
{
    if (export->length + length > export->room) {
        size_t room = (export->length + length) * 2 + 1024;
        WCHAR *moved = realloc(export->text, room * sizeof(WCHAR));
        if (moved == NULL) {
            export->failed = true;
            return;
        }
        export->text = moved;
        export->room = room;
    }
    memcpy(export->text + export->length, text, length * sizeof(WCHAR));
    export->length += length;
}

static void put_ascii(struct export *export, const char *text)
{
    for (; *text != 0; text++) {
        const WCHAR one = (unsigned char)*text;
        put(export, &one, 1);
    }
}

static void end_line(struct export *export)
{
    put_ascii(export, "\r\n");
    export->line = export->length;
}

static void put_quoted(struct export *export, const WCHAR *text, size_t length)
{
    put_ascii(export, "\"");
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            put_ascii(export, "\\");
        put(export, text + i, 1);
    }
    put_ascii(export, "\"");
}

/* ---- Values ---------------------------------------------------------------------------------- */

static bool is_plain_text(const struct reg_value *value)
{
    const WCHAR *text = (const WCHAR *)(const void *)value->data;
    size_t length = value->bytes / sizeof(WCHAR);
    if (value->type != REG_SZ || value->bytes % sizeof(WCHAR) != 0 || length == 0 ||
        text[length - 1] != 0)
        return false;
    for (size_t i = 0; i < length - 1; i++) {
        if (text[i] < ' ')
            return false;
    }
    return true;
}

static void put_bytes(struct export *export, const BYTE *data, size_t bytes)
{
    char text[4];
    for (size_t i = 0; i < bytes; i++) {
        snprintf(text, sizeof(text), "%02x%s", data[i], i + 1 < bytes ? "," : "");
        put_ascii(export, text);
        if (i + 1 < bytes && export->length - export->line >= LINE_END) {
            put_ascii(export, "\\");
            end_line(export);
            put_ascii(export, "  ");
        }
    }
}

static void put_hex(struct export *export, const struct reg_value *value)
{
    char head[24] = "hex:";
    if (value->type != REG_BINARY)
        snprintf(head, sizeof(head), "hex(%x):", (unsigned)value->type);
    put_ascii(export, head);
    const bool text = value->type == REG_SZ || value->type == REG_EXPAND_SZ ||
        value->type == REG_MULTI_SZ;
    if (!export->old || !text) {
        put_bytes(export, value->data, value->bytes);
        return;
    }
    const WCHAR *wide = (const WCHAR *)(const void *)value->data;
    size_t length = value->bytes / sizeof(WCHAR), bytes = BasepUtf8FromUtf16(wide, length, NULL, 0);
    char *narrow = malloc(bytes + 1);
    if (narrow == NULL) {
        export->failed = true;
        return;
    }
    BasepUtf8FromUtf16(wide, length, narrow, bytes);
    put_bytes(export, (const BYTE *)narrow, bytes);
    free(narrow);
}

static void put_value(struct export *export, const struct reg_value *value)
{
    char number[24];
    DWORD dword;
    if (value->name[0] == 0)
        put_ascii(export, "@");
    else
        put_quoted(export, value->name, reg_length(value->name));
    put_ascii(export, "=");
    if (is_plain_text(value)) {
        put_quoted(
            export, (const WCHAR *)(const void *)value->data, value->bytes / sizeof(WCHAR) - 1);
    } else if (value->type == REG_DWORD && value->bytes == sizeof(dword)) {
        memcpy(&dword, value->data, sizeof(dword));
        snprintf(number, sizeof(number), "dword:%08x", (unsigned)dword);
        put_ascii(export, number);
    } else {
        put_hex(export, value);
    }
    end_line(export);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static bool has_line_end(const WCHAR *text)
{
    for (; *text != 0; text++) {
        if (*text == '\n' || *text == '\r')
            return true;
    }
    return false;
}

static int export_key(
    struct tool *tool, struct export *export, const struct reg_key *key, const WCHAR *below)
{
    struct reg_contents contents = {0};
    HKEY handle;
    int status = EXIT_FINE;
    LSTATUS error = RegOpenKeyExW(key->root, below, 0, KEY_READ, &handle);
    if (error == ERROR_SUCCESS) {
        error = reg_read(handle, &contents);
        RegCloseKey(handle);
    }
    if (error != ERROR_SUCCESS || has_line_end(below)) {
        char *path = reg_path(key->root_name, below);
        if (error == ERROR_ACCESS_DENIED && reg_length(below) > export->top)
            fprintf(tool->err, "WARNING: Access is denied: %s is left out.\n",
                path != NULL ? path : "a key");
        else
            status = error != ERROR_SUCCESS
                ? reg_fail_error(tool, error, path)
                : reg_fail(tool,
                      "%s: a key's name with a line end in it cannot stand in a .reg file", path);
        free(path);
        reg_contents_free(&contents);
        return status;
    }
    end_line(export);
    put_ascii(export, "[");
    put_ascii(export, key->root_name);
    put_ascii(export, below[0] != 0 ? "\\" : "");
    put(export, below, reg_length(below));
    put_ascii(export, "]");
    end_line(export);
    for (DWORD i = 0; i < contents.value_count; i++)
        put_value(export, &contents.values[i]);
    for (DWORD i = 0; i < contents.key_count && status == EXIT_FINE; i++) {
        WCHAR *child = reg_join(below, contents.keys[i]);
        status = child != NULL ? export_key(tool, export, key, child)
                               : reg_fail(tool, "out of memory");
        free(child);
    }
    reg_contents_free(&contents);
    return status;
}

/* ---- The file -------------------------------------------------------------------------------- */

static int write_all(struct tool *tool, const char *path, const void *data, size_t bytes)
{
    FILE *file = reg_file_open(tool, path, true);
    if (file == NULL)
        return reg_fail(tool, "%s cannot be written: %s", path, strerror(errno));
    bool good = fwrite(data, 1, bytes, file) == bytes;
    if (fclose(file) == 0 && good)
        return reg_done(tool);
    /* who asked removes it */
    return reg_fail(tool, "%s cannot be written: %s", path, strerror(errno));
}

static int write_file(struct tool *tool, const struct export *export, const char *path)
{
    if (!export->old)
        return write_all(tool, path, export->text, export->length * sizeof(WCHAR));
    size_t bytes = BasepUtf8FromUtf16(export->text, export->length, NULL, 0);
    char *narrow = malloc(bytes + 1);
    if (narrow == NULL)
        return reg_fail(tool, "out of memory");
    BasepUtf8FromUtf16(export->text, export->length, narrow, bytes);
    int status = write_all(tool, path, narrow, bytes);
    free(narrow);
    return status;
}

static int export_to(struct tool *tool, const struct reg_key *key, const char *path, bool old)
{
    static const WCHAR mark = 0xFEFF;
    struct export export = {.old = old, .top = reg_length(key->below)};
    if (old) {
        put_ascii(&export, "REGEDIT4");
    } else {
        put(&export, &mark, 1);
        put_ascii(&export, "Windows Registry Editor Version 5.00");
    }
    end_line(&export);
    int status = export_key(tool, &export, key, key->below);
    end_line(&export);
    if (status == EXIT_FINE)
        status = export.failed ? reg_fail(tool, "out of memory") : write_file(tool, &export, path);
    free(export.text);
    return status;
}

int reg_export(struct tool *tool, int argc, char **argv)
{
    bool overwrite = false, old = false;
    const char *word[2];
    struct reg_key key;
    const struct reg_option options[] = {{"y", NULL, &overwrite}, {"reg4", NULL, &old},
        {"reg:32", NULL, &(bool){false}}, {"reg:64", NULL, &(bool){false}}, {0}};
    int words = reg_options(tool, argc, argv, options, word, 2), status = EXIT_COMMAND_FAILED;
    if (words < 0)
        return EXIT_USAGE;
    if (words < 2)
        return reg_usage(tool, "'reg export' wants a key and a file.");
    if (!reg_key_parse(tool, word[0], &key))
        return EXIT_USAGE;
    char *path = reg_file_path(tool, word[1]), *question = NULL;
    if (path == NULL || asprintf(&question, "File %s exists, overwrite (Yes/No)?", word[1]) < 0)
        status = reg_fail(tool, "out of memory");
    else if (overwrite || access(path, F_OK) != 0 || reg_confirm(tool, question, &status))
        status = export_to(tool, &key, path, old);
    free(question);
    free(path);
    reg_key_free(&key);
    return status;
}
