/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Packed structures with fields at misaligned offsets. One with a pointer in it is no format of a
 * file or a wire, so its fields may be sorted; one without may be, which makes it a note.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

static bool is_unaligned(const struct pc_field *field)
{
    char *type = pc_type_name(field->type);
    bool declared = strstr(type, "__unaligned") != NULL;

    free(type);
    return declared;
}

static bool is_pointer(const struct pc_source *source, const struct pc_field *field)
{
    CXType element = clang_getArrayElementType(clang_getCanonicalType(field->type));

    return pc_is_pointer_sized(source, field->type) ||
           (element.kind != CXType_Invalid && pc_is_pointer_sized(source, element));
}

/* An array of records whose first one may lie right, but not the second. */
static bool is_uneven_array(const struct pc_field *field)
{
    CXType element = clang_getArrayElementType(clang_getCanonicalType(field->type));

    return !field->is_leaf && element.kind != CXType_Invalid &&
        pc_size(element) % field->align != 0;
}

/* Among the fields of the record at this index is one with the size of a pointer. */
static bool has_pointer(
    const struct pc_source *source, const struct pc_layout *layout, size_t index)
{
    unsigned depth = layout->fields[index].depth;

    for (size_t i = index + 1; i < layout->count && layout->fields[i].depth > depth; i++) {
        if (layout->fields[i].is_leaf && is_pointer(source, &layout->fields[i]))
            return true;
    }
    return false;
}

/* The first misaligned field, preferably one with the size of a pointer. Records are left to their
 * fields. */
static const struct pc_field *find_misaligned(
    const struct pc_source *source, const struct pc_layout *layout, bool *pointer)
{
    const struct pc_field *found = NULL;

    *pointer = false;
    for (size_t i = 0; i < layout->count && !*pointer; i++) {
        const struct pc_field *field = &layout->fields[i];
        if (is_unaligned(field))
            continue;
        if (is_uneven_array(field))
            *pointer = has_pointer(source, layout, i);
        else if (field->is_leaf && pc_is_misaligned(field))
            *pointer = is_pointer(source, field);
        else
            continue;
        if (found == NULL || *pointer)
            found = field;
    }
    return found;
}

static char *show(const struct pc_layout *layout, CXType record, const char *name)
{
    struct pc_text text = {0};

    pc_add(&text, "packed, %lld bytes:\n", layout->size);
    pc_add_table(&text, layout, NULL);
    pc_add(&text, "\nsorted, nothing is misaligned:\n");
    pc_add_reordered(&text, record, name);
    return text.bytes;
}

/* A nameless record in another one is checked, and shown, with that. */
static bool is_part(CXCursor record)
{
    CXCursor parent = clang_getCursorSemanticParent(record);
    char *name = pc_record_name(clang_getCursorType(record));
    bool nameless = name == NULL;

    free(name);
    return nameless &&
        (clang_getCursorKind(parent) == CXCursor_StructDecl ||
            clang_getCursorKind(parent) == CXCursor_UnionDecl);
}

static const char *const pointer_help =
    "sort the fields by size, largest first, and leave the packing out";
static const char *const number_help = "if the layout is not given from outside, sort the fields; "
                                       "otherwise declare accesses UNALIGNED";

void pc_check_record(struct pc_source *source, CXCursor record)
{
    CXType type = clang_getCursorType(record);
    struct pc_layout layout;
    bool pointer;

    if (clang_isCursorDefinition(record) == 0 || is_part(record))
        return;
    pc_layout_of(type, &layout);
    const struct pc_field *field = find_misaligned(source, &layout, &pointer);
    if (field != NULL) {
        char *name = pc_record_name(type), *field_type = pc_type_name(field->type);
        if (strchr(field_type, '(') != NULL)
            field_type[strcspn(field_type, " ")] = '\0';
        const char *called = name != NULL ? name : "a nameless structure";
        pc_report(source->findings, pointer ? "PC5102" : "PC5103",
            pc_place_of(clang_getCursorExtent(field->cursor)),
            pc_format("%s", pointer ? pointer_help : number_help),
            show(&layout, type, name != NULL ? name : "NAME"),
            pc_is_misaligned(field)
                ? "'%s %s' in the packed '%s' lies at offset %lld, which is no multiple of %lld"
                : "of '%s %s' in the packed '%s' only the first, at offset %lld, lies at a "
                  "multiple of %lld",
            field_type, field->name, called, field->offset_bits / 8, field->align);
        free(field_type);
        free(name);
    }
    pc_free_layout(&layout);
}
