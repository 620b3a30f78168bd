/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Questions about cursors and types. libclang shows an implicit conversion as an unexposed
 * expression with the extent of its only child.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

struct pick {
    CXCursor cursor;
    unsigned left; /* children to skip; the last one found stays when it is never 0 */
};

static enum CXChildVisitResult pick_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct pick *pick = data;

    (void)parent;
    pick->cursor = cursor;
    return pick->left-- == 0 ? CXChildVisit_Break : CXChildVisit_Continue;
}

CXCursor pc_last_child(CXCursor cursor)
{
    struct pick pick = {.cursor = clang_getNullCursor(), .left = ~0u};

    clang_visitChildren(cursor, pick_child, &pick);
    return pick.cursor;
}

CXCursor pc_child(CXCursor cursor, unsigned index)
{
    struct pick pick = {.cursor = clang_getNullCursor(), .left = index};

    return clang_visitChildren(cursor, pick_child, &pick) != 0 ? pick.cursor
                                                               : clang_getNullCursor();
}

bool pc_is_null(CXCursor cursor)
{
    return clang_Cursor_isNull(cursor) != 0;
}

bool pc_is_implicit_cast(CXCursor cursor, CXCursor *operand)
{
    if (clang_getCursorKind(cursor) != CXCursor_UnexposedExpr)
        return false;
    CXCursor child = pc_child(cursor, 0);
    if (pc_is_null(child) || clang_isExpression(clang_getCursorKind(child)) == 0 ||
        !pc_is_null(pc_child(cursor, 1)))
        return false;
    if (clang_equalRanges(clang_getCursorExtent(cursor), clang_getCursorExtent(child)) == 0)
        return false;
    *operand = child;
    return true;
}

static CXCursor peel(CXCursor expression, bool casts)
{
    CXCursor operand;

    for (;;) {
        enum CXCursorKind kind = clang_getCursorKind(expression);
        if (kind == CXCursor_ParenExpr || (casts && kind == CXCursor_CStyleCastExpr))
            operand = pc_last_child(expression);
        else if (!pc_is_implicit_cast(expression, &operand))
            return expression;
        if (pc_is_null(operand))
            return expression;
        expression = operand;
    }
}

CXCursor pc_peel(CXCursor expression)
{
    return peel(expression, false);
}

CXCursor pc_peel_casts(CXCursor expression)
{
    return peel(expression, true);
}

bool pc_is_system(CXCursor cursor)
{
    CXSourceLocation start = clang_getRangeStart(clang_getCursorExtent(cursor));
    CXFile file;
    unsigned offset;

    clang_getSpellingLocation(start, &file, NULL, NULL, &offset);
    if (file == NULL)
        return clang_Location_isInSystemHeader(start) != 0;
    CXTranslationUnit unit = clang_Cursor_getTranslationUnit(cursor);
    return clang_Location_isInSystemHeader(clang_getLocationForOffset(unit, file, offset)) != 0;
}

bool pc_constant(CXCursor expression, long long *value)
{
    CXEvalResult result = clang_Cursor_Evaluate(expression);
    bool found = false;

    if (result == NULL)
        return false;
    if (clang_EvalResult_getKind(result) == CXEval_Int) {
        found = true;
        *value = clang_EvalResult_isUnsignedInt(result) != 0
            ? (long long)clang_EvalResult_getAsUnsigned(result)
            : clang_EvalResult_getAsLongLong(result);
    }
    clang_EvalResult_dispose(result);
    return found;
}

/* ---- Types ----------------------------------------------------------------------------------- */

bool pc_is_integer(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;

    return (kind >= CXType_Char_U && kind <= CXType_Int128) || kind == CXType_Enum;
}

bool pc_is_unsigned(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;

    return kind >= CXType_Char_U && kind <= CXType_UInt128;
}

bool pc_is_pointer(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Pointer;
}

long long pc_size(CXType type)
{
    long long size = clang_Type_getSizeOf(type);

    return size > 0 ? size : 0;
}

/* One step down from a name to what it stands for. */
static bool resolve(CXType *type)
{
    if (type->kind == CXType_Typedef)
        *type = clang_getTypedefDeclUnderlyingType(clang_getTypeDeclaration(*type));
    else if (type->kind == CXType_Elaborated)
        *type = clang_Type_getNamedType(*type);
    else
        return false;
    return true;
}

bool pc_is_pointer_sized(const struct pc_source *source, CXType type)
{
    if (pc_is_pointer(type))
        return true;
    if (pc_size(type) != 8 || !pc_is_integer(type))
        return false;
    do {
        if (type.kind == CXType_Typedef) {
            char *name = pc_take(clang_getTypedefName(type));
            long long narrow = pc_narrow_size(source->sizes, name);
            free(name);
            if (narrow != 0)
                return narrow == 4;
        }
    } while (resolve(&type));
    return false;
}

/* Eight bytes in both ABIs: arithmetic with it is not pointer-sized any more. */
static bool is_wide_everywhere(const struct pc_source *source, CXCursor operand)
{
    CXCursor inner = pc_peel(operand);
    long long value;

    return pc_size(clang_getCursorType(inner)) == 8 &&
        !pc_is_pointer_sized_expression(source, inner) && !pc_constant(inner, &value);
}

/* Arithmetic of pointer-sized values is pointer-sized, and sizeof is, though their types have no
 * name. */
bool pc_is_pointer_sized_expression(const struct pc_source *source, CXCursor expression)
{
    if (pc_is_pointer_sized(source, clang_getCursorType(expression)))
        return true;
    expression = pc_peel(expression);
    CXType type = clang_getCursorType(expression);
    if (pc_size(type) != 8)
        return false;
    if (pc_is_pointer_sized(source, type))
        return true;
    switch ((int)clang_getCursorKind(expression)) {
    case CXCursor_UnaryExpr:
        return true;
    case CXCursor_UnaryOperator:
        return pc_is_pointer_sized_expression(source, pc_child(expression, 0));
    case CXCursor_BinaryOperator: {
        CXCursor left = pc_child(expression, 0), right = pc_child(expression, 1);
        return (pc_is_pointer_sized_expression(source, pc_peel(left)) ||
                   pc_is_pointer_sized_expression(source, pc_peel(right))) &&
               !is_wide_everywhere(source, left) && !is_wide_everywhere(source, right);
    }
    default:
        return false;
    }
}

bool pc_is_handle(CXType type)
{
    bool handle = false;

    if (!pc_is_pointer(type))
        return false;
    do {
        if (type.kind == CXType_Typedef) {
            char *name = pc_take(clang_getTypedefName(type));
            handle = strcmp(name, "HANDLE") == 0;
            free(name);
        }
    } while (!handle && resolve(&type));
    return handle;
}

CXType pc_pointee(CXType type)
{
    CXType canonical = clang_getCanonicalType(type);

    while (type.kind != CXType_Pointer && resolve(&type))
        ;
    return clang_getPointeeType(type.kind == CXType_Pointer ? type : canonical);
}

char *pc_type_name(CXType type)
{
    return pc_take(clang_getTypeSpelling(type));
}

/* ---- Calls and text -------------------------------------------------------------------------- */

char *pc_callee(CXCursor call)
{
    CXCursor callee = clang_getCursorReferenced(call);

    if (pc_is_null(callee) || clang_getCursorKind(callee) != CXCursor_FunctionDecl)
        return NULL;
    return pc_take(clang_getCursorSpelling(callee));
}

char *pc_spelled(CXCursor expression)
{
    enum {
        LONGEST = 40
    };
    struct pc_place place = pc_place_of(clang_getCursorExtent(expression));
    char *line = pc_source_line(place.file, place.line), *text = NULL;
    CXSourceLocation end = clang_getRangeEnd(clang_getCursorExtent(expression));
    unsigned end_line;

    clang_getFileLocation(end, NULL, &end_line, NULL, NULL);
    if (line != NULL && end_line == place.line && place.end_column - place.column <= LONGEST &&
        place.end_column - 1 <= strlen(line))
        text = pc_copy(line + place.column - 1, place.end_column - place.column);
    free(line);
    free(place.file);
    return text;
}
