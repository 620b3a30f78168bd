/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sources of structures that solve a finding: the 32-bit twin, whose fields have fixed sizes, and
 * the packed structure with its fields sorted. What they print compiles, and has the layout it is
 * printed for.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

char *pc_record_name(CXType type)
{
    char *name = pc_take(clang_getTypeSpelling(clang_getUnqualifiedType(type)));
    const char *start = name, *space;

    if (strchr(name, '(') != NULL) {
        free(name);
        return NULL;
    }
    while ((space = strchr(start, ' ')) != NULL)
        start = space + 1;
    start += strspn(start, "_");
    char *bare = pc_copy(start, strlen(start));
    free(name);
    return bare;
}

/* ---- Declarations ---------------------------------------------------------------------------- */

/* "[4][2]", and the type of one element in *type. */
static char *dimensions(CXType *type)
{
    struct pc_text text = {0};

    for (;;) {
        CXType canonical = clang_getCanonicalType(*type);
        if (canonical.kind != CXType_ConstantArray && canonical.kind != CXType_IncompleteArray)
            break;
        long long count = clang_getArraySize(canonical);
        if (canonical.kind == CXType_IncompleteArray)
            pc_add(&text, "[]");
        else
            pc_add(&text, "[%lld]", count);
        CXType element = clang_getArrayElementType(*type);
        *type = element.kind != CXType_Invalid ? element : clang_getArrayElementType(canonical);
    }
    return text.bytes != NULL ? text.bytes : pc_copy("", 0);
}

struct declare {
    struct pc_text *text;
    const struct pc_source *source; /* NULL: types stay what they are */
    unsigned indent;
};

static void declare_record(struct declare *declare, CXType record);

static bool is_nameless(CXType type)
{
    char *name = pc_type_name(type);
    bool nameless = strchr(name, '(') != NULL && clang_getCanonicalType(type).kind == CXType_Record;

    free(name);
    return nameless;
}

/* Some field of the record, however deep, is as large as a pointer. */
static enum CXVisitorResult find_pointer(CXCursor field, CXClientData data);

struct pointer_search {
    const struct pc_source *source;
    bool found;
};

static bool holds_pointers(const struct pc_source *source, CXType record)
{
    struct pointer_search search = {source, false};

    clang_Type_visitFields(clang_getCanonicalType(record), find_pointer, &search);
    return search.found;
}

static enum CXVisitorResult find_pointer(CXCursor field, CXClientData data)
{
    struct pointer_search *search = data;
    CXType type = clang_getCursorType(field);
    char *suffix = dimensions(&type);

    free(suffix);
    if (clang_getCanonicalType(type).kind == CXType_Record)
        search->found = holds_pointers(search->source, type);
    else
        search->found = pc_is_pointer_sized(search->source, type);
    return search->found ? CXVisit_Break : CXVisit_Continue;
}

static void declare_plain(
    struct declare *declare, CXCursor field, CXType type, const char *name, const char *suffix)
{
    char *spelled = pc_type_name(type);
    bool shrink = declare->source != NULL && pc_is_pointer_sized(declare->source, type);
    const char *narrow = pc_is_pointer(type) || pc_is_unsigned(type) ? "ULONG" : "LONG";

    if (clang_getCanonicalType(type).kind == CXType_Enum && strchr(spelled, '(') != NULL)
        pc_add(declare->text, "LONG %s%s; /* enum */\n", name, suffix);
    else if (clang_Cursor_isBitField(field) != 0)
        pc_add(declare->text, "%s %s : %d;\n", spelled, name, clang_getFieldDeclBitWidth(field));
    else if (shrink)
        pc_add(declare->text, "%s %s%s; /* %s */\n", narrow, name, suffix, spelled);
    else if (pc_is_pointer(type) && strstr(spelled, "(*)") != NULL)
        pc_add(declare->text, "PVOID %s%s; /* %s */\n", name, suffix, spelled);
    else
        pc_add(declare->text, "%s %s%s;\n", spelled, name, suffix);
    free(spelled);
}

static void declare_field(struct declare *declare, CXCursor field)
{
    CXType type = clang_getCursorType(field);
    char *suffix = dimensions(&type), *name = pc_take(clang_getCursorSpelling(field));
    bool record = clang_getCanonicalType(type).kind == CXType_Record;

    if (strchr(name, ' ') != NULL)
        name[0] = '\0';
    pc_add(declare->text, "%*s", (int)declare->indent, "");
    if (record &&
        (is_nameless(type) || (declare->source != NULL && holds_pointers(declare->source, type)))) {
        declare_record(declare, type);
        pc_add(declare->text, "%s%s%s;\n", name[0] != '\0' ? " " : "", name, suffix);
    } else {
        declare_plain(declare, field, type, name, suffix);
    }
    free(suffix);
    free(name);
}

static enum CXVisitorResult visit_field(CXCursor field, CXClientData data)
{
    declare_field(data, field);
    return CXVisit_Continue;
}

static const char *keyword(CXType record)
{
    CXCursor declaration = clang_getTypeDeclaration(clang_getCanonicalType(record));

    return clang_getCursorKind(declaration) == CXCursor_UnionDecl ? "union" : "struct";
}

/* "struct {" to "}" */
static void declare_record(struct declare *declare, CXType record)
{
    pc_add(declare->text, "%s {\n", keyword(record));
    declare->indent += 4;
    clang_Type_visitFields(clang_getCanonicalType(record), visit_field, declare);
    declare->indent -= 4;
    pc_add(declare->text, "%*s}", (int)declare->indent, "");
}

/* ---- The twin -------------------------------------------------------------------------------- */

/* A field lies where only packing puts it. */
static bool is_packed(const struct pc_layout *layout)
{
    long long natural = 1;

    for (size_t i = 0; i < layout->count; i++) {
        const struct pc_field *field = &layout->fields[i];
        if (pc_is_misaligned(field))
            return true;
        natural = field->align > natural ? field->align : natural;
    }
    return layout->align < natural;
}

void pc_add_twin(
    struct pc_text *text, const struct pc_source *source, CXCursor record, const char *name)
{
    CXType type = clang_getCursorType(record);
    CXCursor narrow_record = pc_narrow_record(source, record);
    struct declare declare = {text, source, 0};
    struct pc_layout narrow;

    pc_layout_of(clang_getCursorType(narrow_record), &narrow);
    bool packed = is_packed(&narrow);
    if (packed)
        pc_add(text, "#pragma pack(push, %lld)\n", narrow.align);
    pc_add(text, "typedef ");
    declare_record(&declare, type);
    pc_add(text, " %s32;\n", name);
    if (packed)
        pc_add(text, "#pragma pack(pop)\n");
    pc_free_layout(&narrow);
}

/* ---- Reordering ------------------------------------------------------------------------------ */

struct order {
    const struct pc_field *field;
    long long align; /* 0 for what has to stay at the end */
    size_t position;
};

static int compare(const void *left, const void *right)
{
    const struct order *one = left, *other = right;

    if (one->align != other->align)
        return one->align > other->align ? -1 : 1;
    return one->position < other->position ? -1 : 1;
}

static long long round_up(long long value, long long align)
{
    return (value + align - 1) / align * align;
}

struct extent {
    long long size, align;
    bool is_union;
};

/* What a type is where it is declared anew without packing: of nameless records that holds for
 * their fields, too. */
static struct extent measure(CXType type);

static enum CXVisitorResult add_extent(CXCursor field, CXClientData data)
{
    struct extent *whole = data, one = measure(clang_getCursorType(field));

    if (whole->is_union)
        whole->size = one.size > whole->size ? one.size : whole->size;
    else
        whole->size = round_up(whole->size, one.align) + one.size;
    whole->align = one.align > whole->align ? one.align : whole->align;
    return CXVisit_Continue;
}

static struct extent measure(CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    struct extent extent = {.align = 1};

    if (canonical.kind == CXType_ConstantArray) {
        extent = measure(clang_getArrayElementType(type));
        extent.size *= clang_getArraySize(canonical);
        return extent;
    }
    if (!is_nameless(type))
        return (struct extent){.size = pc_size(type), .align = clang_Type_getAlignOf(type)};
    extent.is_union = keyword(canonical)[0] == 'u';
    clang_Type_visitFields(canonical, add_extent, &extent);
    extent.size = round_up(extent.size, extent.align);
    return extent;
}

/* The new layout: a list of the outermost fields alone. Neighbouring bit-fields of the same size
 * share a unit, as with MSVC. */
static void place_fields(const struct order *order, size_t count, struct pc_layout *layout)
{
    long long end = 0, unit = 0, used = 0; /* the bit-fields': its size, bits of it in use */

    layout->fields = pc_allocate((count + 1) * sizeof(*layout->fields));
    for (size_t i = 0; i < count; i++) {
        struct pc_field *field = &layout->fields[layout->count++];
        *field = *order[i].field;
        struct extent extent = measure(field->type);
        if (field->is_bits && unit == extent.size && used + field->size_bits <= 8 * unit) {
            field->offset_bits = 8 * (end - unit) + used;
            used += field->size_bits;
            continue;
        }
        end = round_up(end, extent.align);
        field->offset_bits = 8 * end;
        end += extent.size;
        unit = field->is_bits ? extent.size : 0;
        used = field->is_bits ? field->size_bits : 0;
        if (!field->is_bits)
            field->size_bits = 8 * extent.size;
        layout->align = extent.align > layout->align ? extent.align : layout->align;
    }
    layout->size = round_up(end, layout->align);
}

void pc_add_reordered(struct pc_text *text, CXType record, const char *name)
{
    struct declare declare = {text, NULL, 4};
    struct pc_layout packed, sorted = {.align = 1};
    size_t count = 0;

    pc_layout_of(record, &packed);
    struct order *order = pc_allocate((packed.count + 1) * sizeof(*order));
    for (size_t i = 0; i < packed.count; i++) {
        if (packed.fields[i].depth == 0) {
            bool open = clang_getCanonicalType(packed.fields[i].type).kind ==
                CXType_IncompleteArray;
            order[count] = (struct order){
                &packed.fields[i], open ? 0 : measure(packed.fields[i].type).align, count};
            count++;
        }
    }
    qsort(order, count, sizeof(*order), compare);
    place_fields(order, count, &sorted);
    pc_add(text, "typedef struct {\n");
    for (size_t i = 0; i < count; i++)
        declare_field(&declare, order[i].field->cursor);
    pc_add(text, "} %s;\n\n", name);
    pc_add_table(text, &sorted, NULL);
    free(sorted.fields);
    free(order);
    pc_free_layout(&packed);
}
