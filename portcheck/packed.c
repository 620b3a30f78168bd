/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Packed structures with fields at misaligned offsets. One with a pointer in it is no format of a file or a wire, so its fields
 * may be sorted; one without may be, which makes it a note.
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

/* The first misaligned field, preferably one with the size of a pointer. Nameless records are left to their fields. */
static const struct pc_field *find_misaligned(const struct pc_source *source, const struct pc_layout *layout, bool *pointer)
{
    const struct pc_field *found = NULL;

    *pointer = false;
    for (size_t i = 0; i < layout->count && !*pointer; i++) {
        const struct pc_field *field = &layout->fields[i];
        if (!field->is_leaf || field->offset_bits % (8 * field->align) == 0 || is_unaligned(field))
            continue;
        CXType element = clang_getArrayElementType(clang_getCanonicalType(field->type));
        *pointer = pc_is_pointer_sized(source, field->type) ||
                   (element.kind != CXType_Invalid && pc_is_pointer_sized(source, element));
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

void pc_check_record(struct pc_source *source, CXCursor record)
{
    CXType type = clang_getCursorType(record);
    struct pc_layout layout;
    bool pointer;

    if (clang_isCursorDefinition(record) == 0 || clang_getCursorKind(record) == CXCursor_UnionDecl)
        return;
    pc_layout_of(type, &layout);
    const struct pc_field *field = find_misaligned(source, &layout, &pointer);
    if (field != NULL) {
        char *name = pc_record_name(type), *field_type = pc_type_name(field->type);
        const char *called = name != NULL ? name : "a nameless structure";
        pc_report(source->findings, pointer ? "PC5102" : "PC5103", pc_place_of(clang_getCursorExtent(field->cursor)),
            pointer ? pc_format("sort the fields by size, largest first, and leave the packing out")
                    : pc_format("if the layout is not given from outside, sort the fields; otherwise declare accesses UNALIGNED"),
            show(&layout, type, name != NULL ? name : "NAME"),
            "'%s %s' in the packed '%s' lies at offset %lld, which is no multiple of %lld", field_type, field->name, called,
            field->offset_bits / 8, field->align);
        free(field_type);
        free(name);
    }
    pc_free_layout(&layout);
}
