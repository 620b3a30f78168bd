/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of 'dotsys reg' share: keys by path, what is in a key, and words for types and
 * data. Everything goes through the Win32 calls. Text is UTF-16 inside, as some names have no other
 * form; it is converted where a person sees it.
 */
#pragma once

#include "tool.h"

#include "win32/windows.h"

/* A key on the command line or in a file: "HKLM\Software\…". */
struct reg_key {
    HKEY root;
    const char *root_name; /* long: "HKEY_LOCAL_MACHINE" */
    WCHAR *below;          /* what is behind it, "" for the root itself; freed by reg_key_free */
};

struct reg_value {
    WCHAR *name; /* "" for the default value */
    DWORD type;
    BYTE *data; /* two zero characters follow */
    DWORD bytes;
};

/* All that is right in a key, in the order the registry gives it in. */
struct reg_contents {
    WCHAR **keys;
    struct reg_value *values;
    DWORD key_count, value_count;
};

/* ---- Complaints (reg_text.c): "ERROR: …" on the tool's error stream; return EXIT_COMMAND_FAILED
 */

int reg_fail(struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/*
 * What went wrong with a key or value, in words that say what to do. what: "reading HKLM\…"; NULL:
 * nothing to say about it.
 */
int reg_fail_error(struct tool *tool, LSTATUS error, const char *what);
int reg_usage(struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
int reg_done(struct tool *tool);
/* Whether the person at the terminal says yes; without one it complains that /f is missing.
 * *status: of a no. */
bool reg_confirm(struct tool *tool, const char *question, int *status);

/* ---- Text (reg_text.c) ----------------------------------------------------------------------- */

/* Both allocate; NULL: out of memory. */
WCHAR *reg_wide(const char *text);
char *reg_narrow(const WCHAR *text);
WCHAR *reg_join(const WCHAR *path, const WCHAR *name);
size_t reg_length(const WCHAR *text);
/* The path in full, "HKEY_LOCAL_MACHINE\Software"; NULL: out of memory. */
char *reg_path(const char *root_name, const WCHAR *below);

/* "REG_SZ"; a number for what has no name. text: at least 24 characters. */
const char *reg_type_name(DWORD type, char *text);
bool reg_type_parse(const char *name, DWORD *type);
/* Data as reg.exe shows them; separator: between the strings of a REG_MULTI_SZ. NULL: out of
 * memory. */
char *reg_show_data(const struct reg_value *value, const char *separator);
/* The other way. *data is allocated. NULL, or what is wrong. */
const char *reg_parse_data(
    DWORD type, const char *text, const char *separator, BYTE **data, DWORD *bytes);

/* ---- Keys (reg_key.c) ------------------------------------------------------------------------ */

/* False after complaining. */
bool reg_key_parse(struct tool *tool, const char *text, struct reg_key *key);
/* The same of length characters of a file; NULL, or what is wrong. */
const char *reg_key_from_wide(const WCHAR *text, size_t length, struct reg_key *key);
void reg_key_free(struct reg_key *key);
char *reg_key_name(const struct reg_key *key);
LSTATUS reg_key_open(const struct reg_key *key, REGSAM access, HKEY *handle);
LSTATUS reg_read(HKEY key, struct reg_contents *contents);
void reg_contents_free(struct reg_contents *contents);

/* ---- Options (tool_reg.c) -------------------------------------------------------------------- */

/* An option of a verb: "/v NAME" sets text, "/f" sets flag; each also with a dash. */
struct reg_option {
    const char *name;
    const char **text; /* the word behind it; NULL: none */
    bool *flag;
};

/*
 * Takes options out of argv and puts what is left into words. Returns the number of words, -1 after
 * complaining. count of words is at most most.
 */
int reg_options(struct tool *tool, int argc, char **argv, const struct reg_option *options,
    const char **words, int most);
/* The same for verbs with two keys. False after complaining. */
bool reg_two_keys(struct tool *tool, int argc, char **argv, const struct reg_option *options,
    struct reg_key key[2]);

/* ---- Verbs: argv[0] is the verb -------------------------------------------------------------- */

int reg_query(struct tool *tool, int argc, char **argv);
int reg_add(struct tool *tool, int argc, char **argv);
int reg_delete(struct tool *tool, int argc, char **argv);
int reg_copy(struct tool *tool, int argc, char **argv);
int reg_compare_keys(struct tool *tool, int argc, char **argv);
int reg_export(struct tool *tool, int argc, char **argv);
int reg_import(struct tool *tool, int argc, char **argv);
int reg_restore(struct tool *tool, int argc, char **argv);

/* ---- Files ----------------------------------------------------------------------------------- */

/* A name on the command line as a path; NULL: out of memory. */
char *reg_file_path(struct tool *tool, const char *name);
FILE *reg_file_open(struct tool *tool, const char *path, bool write); /* NULL: errno says why not */
/* The whole of a file, allocated; false after complaining. */
bool reg_file_read(struct tool *tool, const char *name, char **data, size_t *bytes);
/* Whether it begins like a hive. */
bool reg_is_hive(const char *data, size_t bytes);

enum reg_hive_mode {
    REG_HIVE_MERGE,
    REG_HIVE_REPLACE,
    REG_HIVE_NEW
};

/*
 * Puts what is in a hive below a key, which is made: beside what is there, in its place, or only if
 * there is no such key. A damaged hive changes nothing. Descriptors and classes are left out.
 * Returns an exit status.
 */
int reg_hive_load(struct tool *tool, const char *name, const char *data, size_t bytes,
    const struct reg_key *key, enum reg_hive_mode mode);
