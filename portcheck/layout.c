/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How records are laid out. The compiler has the numbers; here they become a flat list, which can
 * be compared and shown. Of an array of records the first element stands for all.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    struct pc_layout *layout;
    const char *path;
    long long base_bits;
    unsigned depth;
};

static void walk_record(CXType record, struct walk *walk);

/* The element of an array, however many dimensions it has. */
static CXType element_of(CXType type)
{
    CXType element = clang_getArrayElementType(type);

    while (element.kind != CXType_Invalid) {
        type = element;
        element = clang_getArrayElementType(type);
    }
    return type;
}

static enum CXVisitorResult add_alignment(CXCursor field, CXClientData data)
{
    long long *align = data, one = pc_natural_align(clang_getCursorType(field));

    *align = one > *align ? one : *align;
    return CXVisit_Continue;
}

long long pc_natural_align(CXType type)
{
    CXType canonical = clang_getCanonicalType(element_of(clang_getCanonicalType(type)));
    long long align = 1;

    if (canonical.kind == CXType_Record) {
        clang_Type_visitFields(canonical, add_alignment, &align);
        return align;
    }
    align = clang_Type_getAlignOf(canonical);
    return align > 0 ? align : 1;
}

bool pc_is_misaligned(const struct pc_field *field)
{
    return !field->is_bits && field->offset_bits % (8 * field->align) != 0;
}

static enum CXVisitorResult add_field(CXCursor cursor, CXClientData data)
{
    struct walk *walk = data;
    struct pc_layout *layout = walk->layout;
    CXType type = clang_getCursorType(cursor), canonical = clang_getCanonicalType(type);
    CXType element = clang_getCanonicalType(element_of(canonical));
    bool is_bits = clang_Cursor_isBitField(cursor) != 0,
         is_array = canonical.kind == CXType_ConstantArray;
    char *name = pc_take(clang_getCursorSpelling(cursor));

    /* libclang gives nameless fields their type's description as a name. */
    if (clang_Cursor_isAnonymous(clang_getTypeDeclaration(canonical)) != 0 &&
        strchr(name, ' ') != NULL)
        name[0] = '\0';
    struct pc_field field = {
        .name = pc_format(
            "%s%s%s", walk->path, name[0] != '\0' && walk->path[0] != '\0' ? "." : "", name),
        .cursor = cursor,
        .type = type,
        .offset_bits = walk->base_bits + clang_Cursor_getOffsetOfField(cursor),
        .size_bits = is_bits ? clang_getFieldDeclBitWidth(cursor) : 8 * pc_size(type),
        .align = pc_natural_align(type),
        .is_bits = is_bits,
        .is_systems = clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0,
        .is_leaf = element.kind != CXType_Record,
        .depth = walk->depth,
    };
    free(name);
    layout->fields = pc_grow(layout->fields, layout->count, sizeof(*layout->fields));
    layout->fields[layout->count++] = field;
    if (!field.is_leaf) {
        char *path = pc_format("%s%s", field.name, is_array ? "[0]" : "");
        struct walk inner = {layout, path, field.offset_bits, walk->depth + 1};
        walk_record(element, &inner);
        free(path);
    }
    return CXVisit_Continue;
}

static void walk_record(CXType record, struct walk *walk)
{
    clang_Type_visitFields(clang_getCanonicalType(record), add_field, walk);
}

void pc_layout_of(CXType record, struct pc_layout *layout)
{
    struct walk walk = {.layout = layout, .path = ""};

    *layout = (struct pc_layout){.size = pc_size(record), .align = clang_Type_getAlignOf(record)};
    walk_record(record, &walk);
}

void pc_free_layout(struct pc_layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        free(layout->fields[i].name);
    free(layout->fields);
    *layout = (struct pc_layout){0};
}

static bool same_fields(const struct pc_layout *one, const struct pc_layout *other)
{
    if (one->size != other->size || one->count != other->count)
        return false;
    for (size_t i = 0; i < one->count; i++) {
        const struct pc_field *left = &one->fields[i], *right = &other->fields[i];
        if (left->offset_bits != right->offset_bits || left->size_bits != right->size_bits)
            return false;
    }
    return true;
}

bool pc_same_layout(const struct pc_layout *one, const struct pc_layout *other)
{
    return same_fields(one, other);
}

static const struct pc_field *next_leaf(const struct pc_layout *layout, size_t *at)
{
    while (*at < layout->count && !layout->fields[*at].is_leaf)
        ++*at;
    return *at < layout->count ? &layout->fields[(*at)++] : NULL;
}

static const char *last_name(const struct pc_field *field)
{
    const char *dot = strrchr(field->name, '.');

    return dot != NULL ? dot + 1 : field->name;
}

/* The same values in the same places, however they are grouped. */
static bool same_values(const struct pc_layout *one, const struct pc_layout *other)
{
    size_t left_at = 0, right_at = 0;
    const struct pc_field *left, *right;

    if (one->size != other->size)
        return false;
    do {
        left = next_leaf(one, &left_at);
        right = next_leaf(other, &right_at);
        if (left == NULL || right == NULL)
            break;
        if (left->offset_bits != right->offset_bits || left->size_bits != right->size_bits ||
            strcmp(last_name(left), last_name(right)) != 0)
            return false;
    } while (true);
    return left == right;
}

/* ---- The same record elsewhere --------------------------------------------------------------- */

struct search {
    char *file, *name;
    unsigned offset;
    CXCursor found;
};

static bool is_record(CXCursor cursor)
{
    enum CXCursorKind kind = clang_getCursorKind(cursor);

    return (kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl) &&
        clang_isCursorDefinition(cursor) != 0;
}

static void locate(CXCursor record, char **file, unsigned *offset)
{
    CXFile handle;

    clang_getFileLocation(clang_getCursorLocation(record), &handle, NULL, NULL, offset);
    *file = handle != NULL ? pc_take(clang_getFileName(handle)) : pc_copy("", 0);
}

static enum CXChildVisitResult match(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct search *search = data;
    unsigned offset;
    char *file;

    (void)parent;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind == CXCursor_FunctionDecl || kind == CXCursor_CompoundStmt || kind == CXCursor_DeclStmt)
        return clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0
            ? CXChildVisit_Continue
            : CXChildVisit_Recurse;
    if (!is_record(cursor))
        return CXChildVisit_Continue;
    locate(cursor, &file, &offset);
    bool same = offset == search->offset && strcmp(file, search->file) == 0;
    free(file);
    if (!same)
        return CXChildVisit_Recurse;
    search->found = cursor;
    return CXChildVisit_Break;
}

CXCursor pc_narrow_record(const struct pc_source *source, CXCursor record)
{
    struct search search = {.found = clang_getNullCursor()};

    locate(record, &search.file, &search.offset);
    clang_visitChildren(clang_getTranslationUnitCursor(source->narrow), match, &search);
    free(search.file);
    return search.found;
}

struct twin_search {
    const struct pc_source *source;
    CXCursor record;
    const struct pc_layout *narrow;
    bool found;
};

static enum CXChildVisitResult match_twin(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct twin_search *search = data;
    struct pc_layout wide, narrow = {0};

    (void)parent;
    if (!is_record(cursor) || clang_equalCursors(cursor, search->record) != 0 ||
        clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0)
        return CXChildVisit_Continue;
    pc_layout_of(clang_getCursorType(cursor), &wide);
    CXCursor other = same_values(&wide, search->narrow) ? pc_narrow_record(search->source, cursor)
                                                        : clang_getNullCursor();
    if (!pc_is_null(other))
        pc_layout_of(clang_getCursorType(other), &narrow);
    search->found = narrow.count > 0 && same_fields(&wide, &narrow);
    pc_free_layout(&narrow);
    pc_free_layout(&wide);
    return search->found ? CXChildVisit_Break : CXChildVisit_Continue;
}

bool pc_has_twin(const struct pc_source *source, CXCursor record, const struct pc_layout *narrow)
{
    struct twin_search search = {source, record, narrow, false};

    clang_visitChildren(clang_getTranslationUnitCursor(source->wide), match_twin, &search);
    return search.found;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

/* What a field is declared as: "PVOID Address", nameless and long types shortened. */
static char *describe(const struct pc_field *field)
{
    char *type = pc_type_name(field->type), *text;
    const char *suffix = "";

    if (strstr(type, "(unnamed") != NULL || strstr(type, "(anonymous") != NULL) {
        suffix = strstr(type, ")[") != NULL ? strstr(type, ")[") + 1 : "";
        type[strcspn(type, " ")] = '\0';
    }
    text = pc_format("%*s%s%s %s", (int)(2 * field->depth), "", type, suffix, field->name);
    free(type);
    return text;
}

/* Bytes, or "2 bits"; an offset of bits is BYTE:BIT. */
static char *show_size(long long bits)
{
    return bits % 8 == 0 ? pc_format("%lld", bits / 8) : pc_format("%lld bits", bits);
}

static char *show_offset(long long bits)
{
    return bits % 8 == 0 ? pc_format("%lld", bits / 8) : pc_format("%lld:%lld", bits / 8, bits % 8);
}

/* What is inside a record of the system's matters only where it has another size in the other
 * ABI. */
static bool is_known(const struct pc_field *one, const struct pc_field *other)
{
    return one->is_systems && one->depth > 0 && one->size_bits == other->size_bits;
}

static void add_numbers(struct pc_text *text, const struct pc_field *field)
{
    char *offset = show_offset(field->offset_bits), *size = show_size(field->size_bits);

    pc_add(text, "  %6s %6s", offset, size);
    free(offset);
    free(size);
}

void pc_add_table(
    struct pc_text *text, const struct pc_layout *wide, const struct pc_layout *narrow)
{
    int width = (int)strlen("whole structure");

    for (size_t i = 0; i < wide->count; i++) {
        char *field = describe(&wide->fields[i]);
        width = (int)strlen(field) > width ? (int)strlen(field) : width;
        free(field);
    }
    if (narrow != NULL)
        pc_add(text, "%-*s  %13s  %13s\n", width, "", "64-bit", "32-bit");
    pc_add(text, "%-*s  %6s %6s%s\n", width, "field", "offset", "size",
        narrow != NULL ? "  offset   size" : "");
    for (size_t i = 0; i < wide->count; i++) {
        const struct pc_field *one = &wide->fields[i];
        if (is_known(one, narrow != NULL && i < narrow->count ? &narrow->fields[i] : one))
            continue;
        char *field = describe(one);
        pc_add(text, "%-*s", width, field);
        add_numbers(text, one);
        if (narrow != NULL && i < narrow->count) {
            const struct pc_field *other = &narrow->fields[i];
            bool same = one->offset_bits == other->offset_bits &&
                one->size_bits == other->size_bits;
            add_numbers(text, other);
            pc_add(text, "%s", same ? "" : "  differs");
        } else if (narrow == NULL && pc_is_misaligned(one)) {
            pc_add(text, "  misaligned: wants a multiple of %lld", one->align);
        }
        pc_add(text, "\n");
        free(field);
    }
    pc_add(text, "%-*s  %6s %6lld", width, "whole structure", "", wide->size);
    if (narrow != NULL)
        pc_add(
            text, "  %6s %6lld%s", "", narrow->size, wide->size == narrow->size ? "" : "  differs");
    pc_add(text, "\n");
}
