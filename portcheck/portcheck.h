/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the parts of dotsys-portcheck share. A source is parsed twice, for the wide (64-bit) and the
 * narrow (32-bit) Windows ABI; the rules walk the wide tree, and ask the narrow one how large a
 * type is there.
 *
 * The program lives as long as one command: what it allocates for a source is freed with the
 * source, and a lack of memory ends it with a message.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <clang-c/Index.h>

/* ---- Text and memory (text.c) ---------------------------------------------------------------- */

void *pc_allocate(size_t bytes); /* zero-filled */
void *pc_resize(void *block, size_t bytes);
char *pc_copy(const char *text, size_t length);
char *pc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *pc_take(CXString string); /* a copy; the original is disposed of */
/* Makes room for one more item in an array that doubles: count is how many there are. */
void *pc_grow(void *items, size_t count, size_t item_bytes);

/* Text that grows. Its bytes are the caller's to free. */
struct pc_text {
    char *bytes; /* terminated; NULL when nothing was added */
    size_t length;
};
void pc_add(struct pc_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- Findings (finding.c) -------------------------------------------------------------------- */

struct pc_rule {
    const char *code;
    const char *name;    /* for machines: PointerToSmallerInteger */
    const char *summary; /* a sentence */
    const char *help;    /* what to do in general */
    bool is_note;        /* no reason to fail */
};
extern const struct pc_rule pc_rules[];
extern const size_t pc_rule_count;

struct pc_place {
    char *file;
    unsigned line, column, end_column; /* columns are bytes, from 1; the end is one past, on the
                                          same line */
};

struct pc_finding {
    const struct pc_rule *rule;
    struct pc_place place;
    char *message;
    char *help;
    char *detail; /* tables and sources below the help; NULL: none */
    char *source; /* the line itself; NULL: it cannot be read */
};

struct pc_findings {
    struct pc_finding *items;
    size_t count;
    bool strict; /* notes are warnings */
};

/* Adds a finding at the cursor; takes over help and detail, formats the message. Refuses a second
   one of the same rule there, and one a comment in the source asks to be silent about. */
void pc_report(struct pc_findings *findings, const char *code, struct pc_place place, char *help,
    char *detail, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* It is shown, and no reason to fail. */
bool pc_is_note(const struct pc_findings *findings, const struct pc_finding *finding);
void pc_sort_findings(struct pc_findings *findings);
void pc_free_findings(struct pc_findings *findings);
struct pc_place pc_place_of(CXSourceRange range);
char *pc_source_line(const char *file, unsigned line); /* NULL: there is none */

/* ---- Sources (parse.c) ----------------------------------------------------------------------- */

struct pc_options {
    enum {
        PC_TEXT,
        PC_JSON,
        PC_SARIF
    } output;
    unsigned windows; /* as _WIN32_WINNT */
    char **flags;     /* the user's, for the compiler */
    int flag_count;
};

/* Sizes of the narrow ABI by the name of a typedef. */
struct pc_sizes;

struct pc_source {
    const char *file;
    CXIndex indexes[2]; /* for each word size, since they are parsed at the same time */
    CXTranslationUnit wide, narrow;
    struct pc_sizes *sizes;
    const struct pc_options *options;
    struct pc_findings *findings;
    CXCursor parent;             /* of the cursor a rule looks at */
    struct CXUnsavedFile *extra; /* headers as they are spelled (headers.c) */
    size_t extra_count;
};

/* Parses for both word sizes. False, with the reason on standard error, when it cannot be read. */
bool pc_open(struct pc_source *source);
void pc_close(struct pc_source *source);

struct pc_sizes *pc_measure_typedefs(CXTranslationUnit unit);
/* 0: it has no such name */
long long pc_narrow_size(const struct pc_sizes *sizes, const char *name);
void pc_free_sizes(struct pc_sizes *sizes);

/* ---- Headers (headers.c) --------------------------------------------------------------------- */

/* Adds to the extra files what is meant by headers the unit has not found; false: nothing is
 * new. */
bool pc_find_headers(
    struct pc_source *source, CXTranslationUnit unit, const char *const *system_folders);
void pc_free_headers(struct pc_source *source);

/* ---- The tree (tree.c) ----------------------------------------------------------------------- */

/* What an expression is below its parentheses and implicit conversions; with casts: below explicit
 * casts as well. */
CXCursor pc_peel(CXCursor expression);
CXCursor pc_peel_casts(CXCursor expression);
/* The operand of a cast, parenthesis or implicit conversion, the last child; a null cursor if there
 * is none. */
CXCursor pc_last_child(CXCursor cursor);
CXCursor pc_child(CXCursor cursor, unsigned index);
bool pc_is_system(CXCursor cursor); /* written in a system header, in a macro of one, too */
bool pc_is_implicit_cast(CXCursor cursor, CXCursor *operand);
bool pc_is_null(CXCursor cursor);
bool pc_constant(CXCursor expression, long long *value); /* an integer constant */
bool pc_is_integer(CXType type);                         /* _Bool is none */
bool pc_is_pointer(CXType type);
bool pc_is_unsigned(CXType type);
long long pc_size(CXType type); /* in the wide ABI; 0: it has none */
/* Declared with a name whose size is that of a pointer: SIZE_T, ULONG_PTR, HANDLE, a pointer. */
bool pc_is_pointer_sized(const struct pc_source *source, CXType type);
bool pc_is_pointer_sized_expression(const struct pc_source *source, CXCursor expression);
bool pc_is_handle(CXType type);
/* What a pointer type points to, with the name it was declared by. */
CXType pc_pointee(CXType type);
char *pc_type_name(CXType type);
char *pc_callee(CXCursor call);        /* the name of the function called; NULL: none */
char *pc_spelled(CXCursor expression); /* as in the source, on one line and not long; NULL otherwise
                                        */

/* ---- Rules: each looks at one cursor of the wide tree ---------------------------------------- */

/* convert.c: C4311, C4312, C4133 */
void pc_check_conversion(struct pc_source *source, CXCursor cursor);
/* convert.c: C4244, C4267, from both units' warnings */
void pc_check_truncation(struct pc_source *source);
/* constant.c: 4 for a pointer, 0xFFFFFFFF */
void pc_check_constant(struct pc_source *source, CXCursor cursor);
void pc_check_call(struct pc_source *source, CXCursor call);         /* format.c, window.c */
void pc_check_window(struct pc_source *source, CXCursor call);
void pc_check_record(struct pc_source *source, CXCursor record); /* packed.c: misaligned fields */
/* buffer.c: structures in requests */
void pc_check_buffers(struct pc_source *source);

/* ---- Layouts (layout.c) ---------------------------------------------------------------------- */

struct pc_field {
    char *name;      /* with its path: Input.Data */
    CXCursor cursor; /* the FieldDecl */
    CXType type;
    long long offset_bits, size_bits;
    long long align; /* natural, in bytes, whatever packing made of it */
    bool is_bits;    /* a bit-field */
    bool is_systems; /* of a record a system header defines */
    bool is_leaf;    /* no record, whose fields follow */
    unsigned depth;
};

/* A record's fields in order, those of records in it after them. */
struct pc_layout {
    struct pc_field *fields;
    size_t count;
    long long size, align;
};

void pc_layout_of(CXType record, struct pc_layout *layout);
void pc_free_layout(struct pc_layout *layout);
bool pc_same_layout(const struct pc_layout *one, const struct pc_layout *other);
/* The same record in the narrow unit; a null cursor if it is not there. */
CXCursor pc_narrow_record(const struct pc_source *source, CXCursor record);
/* A record other than this one has the same fields and, in both ABIs, this one's narrow layout. */
bool pc_has_twin(const struct pc_source *source, CXCursor record, const struct pc_layout *narrow);
/* The alignment a type has where nothing is packed. */
long long pc_natural_align(CXType type);
/* Only packing has put it there. */
bool pc_is_misaligned(const struct pc_field *field);
/* A table of one layout or, if narrow is not NULL, of both. */
void pc_add_table(
    struct pc_text *text, const struct pc_layout *wide, const struct pc_layout *narrow);

/* Sources of structures (twin.c): one that has the narrow layout in both ABIs; one whose fields are
   sorted so that each is aligned and nothing needs packing, with its table. */
void pc_add_twin(
    struct pc_text *text, const struct pc_source *source, CXCursor record, const char *name);
void pc_add_reordered(struct pc_text *text, CXType record, const char *name);
/* A record's name without "struct" and leading underscores; NULL: it has none. */
char *pc_record_name(CXType type);

/* ---- Output ---------------------------------------------------------------------------------- */

void pc_print_text(const struct pc_findings *findings);
void pc_print_json(const struct pc_findings *findings);
/* One log of all findings; failed are files that could not be read. */
void pc_print_sarif(const struct pc_findings *findings, char *const *failed, size_t failed_count);
