/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Numbers that are right in 32 bits only: 4 for the size of a pointer where memory of pointers is
 * allocated, copied or walked; 0xFFFFFFFF for all ones; masks of 32 bits. A number counts only
 * where types say what it stands for: elsewhere 4 is 4.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

#define ALL_ONES 0xFFFFFFFFLL
#define TOP_BIT  0x80000000LL

/* ---- All ones and masks ---------------------------------------------------------------------- */

static bool is_pointer_like(const struct pc_source *source, CXCursor expression)
{
    CXCursor inner = pc_peel(expression);

    return pc_size(clang_getCursorType(inner)) == 8 &&
        pc_is_pointer_sized_expression(source, inner);
}

static void check_comparison(struct pc_source *source, CXCursor constant, CXCursor other)
{
    long long value;

    if (!is_pointer_like(source, other) || !pc_constant(pc_peel_casts(constant), &value) ||
        value != ALL_ONES)
        return;
    char *name = pc_type_name(clang_getCursorType(pc_peel(other)));
    bool handle = pc_is_handle(clang_getCursorType(pc_peel(other)));
    pc_report(source->findings, "PC5002", pc_place_of(clang_getCursorExtent(constant)),
        pc_format("%s",
            handle ? "compare with INVALID_HANDLE_VALUE" : "write (SIZE_T)-1, or ~(ULONG_PTR)0"),
        NULL, "'%s' is compared with 0xFFFFFFFF, which is all ones in 32 bits only", name);
    free(name);
}

/* ~mask plus one is a power of two: everything above some bit. 0xFFFFFFFF alone takes the low half,
 * which may well be meant. */
static bool is_alignment_mask(long long value)
{
    unsigned long long low = ~(unsigned long long)value & ALL_ONES;

    return value > TOP_BIT && value < ALL_ONES && ((low + 1) & low) == 0;
}

/* A complement computed in 32 bits: its upper half becomes zero, not ones. */
static bool is_narrow_complement(CXCursor expression)
{
    CXCursor inner = pc_peel_casts(expression);
    CXType type = clang_getCursorType(inner);

    return clang_getCursorKind(inner) == CXCursor_UnaryOperator &&
        clang_getCursorUnaryOperatorKind(inner) == CXUnaryOperator_Not && pc_size(type) == 4 &&
        pc_is_unsigned(type);
}

static void check_mask(struct pc_source *source, CXCursor mask, CXCursor other)
{
    CXCursor inner = pc_peel_casts(mask);
    long long value;

    if (!is_pointer_like(source, other) || pc_size(clang_getCursorType(inner)) != 4)
        return;
    bool known = pc_constant(inner, &value);
    if (known ? !is_alignment_mask(value) : !is_narrow_complement(mask))
        return;
    char *name = pc_type_name(clang_getCursorType(pc_peel(other))), *text = pc_spelled(mask);
    pc_report(source->findings, "PC5003", pc_place_of(clang_getCursorExtent(mask)),
        known ? pc_format("complement in the wide type: ~(ULONG_PTR)0x%llX", ~value & ALL_ONES)
              : pc_format("convert to ULONG_PTR before the complement, not after it"),
        NULL, "the mask %s%sis 32 bits: with '%s' it clears the upper half",
        text != NULL ? text : "", text != NULL ? " " : "", name);
    free(text);
    free(name);
}

static void check_binary(struct pc_source *source, CXCursor cursor)
{
    CXCursor left = pc_child(cursor, 0), right = pc_child(cursor, 1);

    switch ((int)clang_getCursorBinaryOperatorKind(cursor)) {
    case CXBinaryOperator_EQ:
    case CXBinaryOperator_NE:
        check_comparison(source, right, left);
        check_comparison(source, left, right);
        break;
    case CXBinaryOperator_And:
        check_mask(source, left, right);
        check_mask(source, right, left);
        break;
    case CXBinaryOperator_AndAssign:
        check_mask(source, right, left);
        break;
    default:
        break;
    }
}

/* ---- The size of a pointer ------------------------------------------------------------------- */

static const struct {
    const char *name;
    int size; /* which argument; -1 behind the last one */
} allocators[] = {
    {"ExAllocatePool", 1},
    {"ExAllocatePoolWithTag", 1},
    {"ExAllocatePoolWithQuota", 1},
    {"ExAllocatePoolWithQuotaTag", 1},
    {"ExAllocatePoolWithTagPriority", 1},
    {"ExAllocatePool2", 1},
    {"ExAllocatePool3", 1},
    {"ExAllocatePoolZero", 1},
    {"ExAllocatePoolUninitialized", 1},
    {"MmAllocateNonCachedMemory", 0},
    {"MmAllocateContiguousMemory", 0},
    {"malloc", 0},
    {"calloc", 1},
    {"realloc", 1},
    {"HeapAlloc", 2},
    {"HeapReAlloc", 3},
    {"LocalAlloc", 1},
    {"GlobalAlloc", 1},
    {"CoTaskMemAlloc", 0},
    {"VirtualAlloc", 1},
};
static const char *const copiers[] = {
    "memcpy",
    "memmove",
    "memset",
    "RtlCopyMemory",
    "RtlMoveMemory",
    "RtlZeroMemory",
    "RtlFillMemory",
    "RtlCopyBytes",
    "RtlZeroBytes",
    "RtlSecureZeroMemory",
};

/* A literal 4, or sizeof something else that is 4 bytes. */
static bool is_four(CXCursor expression)
{
    CXCursor inner = pc_peel_casts(expression);
    enum CXCursorKind kind = clang_getCursorKind(inner);
    long long value;

    return (kind == CXCursor_IntegerLiteral || kind == CXCursor_UnaryExpr) &&
        pc_constant(inner, &value) && value == 4 && !pc_is_system(inner);
}

static bool is_sizeof(CXCursor expression)
{
    return clang_getCursorKind(pc_peel_casts(expression)) == CXCursor_UnaryExpr;
}

/* The expression is 4, or counts something of 4 bytes: n * 4 + 8. */
static bool counts_fours(CXCursor expression)
{
    CXCursor inner = pc_peel_casts(expression);

    if (is_four(inner))
        return true;
    if (clang_getCursorKind(inner) != CXCursor_BinaryOperator)
        return false;
    CXCursor left = pc_child(inner, 0), right = pc_child(inner, 1);
    long long value;
    switch ((int)clang_getCursorBinaryOperatorKind(inner)) {
    case CXBinaryOperator_Mul:
        /* Four times sizeof something is four of these. */
        return is_four(left) ? !is_sizeof(right) || is_sizeof(left)
                             : is_four(right) && (!is_sizeof(left) || is_sizeof(right));
    case CXBinaryOperator_Shl:
        return pc_constant(right, &value) && value == 2;
    case CXBinaryOperator_Add:
        return (!is_four(left) && counts_fours(left)) || (!is_four(right) && counts_fours(right));
    default:
        return false;
    }
}

static void report_size(struct pc_source *source, CXCursor size, CXType pointee)
{
    char *name = pc_type_name(pointee);

    pc_report(source->findings, "PC5001", pc_place_of(clang_getCursorExtent(size)),
        pc_format("write sizeof(%s) for the 4", name), NULL,
        "4 bytes are counted for each '%s', which has 8 here", name);
    free(name);
}

/* Memory for a record, of a number of bytes that is its narrow size. */
static bool is_narrow_record_size(
    const struct pc_source *source, CXCursor size, CXType pointee, long long *narrow_size)
{
    CXCursor inner = pc_peel(size),
             record = clang_getTypeDeclaration(clang_getCanonicalType(pointee));
    long long value;

    if (clang_getCursorKind(inner) != CXCursor_IntegerLiteral || !pc_constant(inner, &value) ||
        clang_getCanonicalType(pointee).kind != CXType_Record)
        return false;
    CXCursor narrow = pc_narrow_record(source, record);
    *narrow_size = pc_is_null(narrow) ? 0 : pc_size(clang_getCursorType(narrow));
    return value == *narrow_size && value < pc_size(pointee);
}

static void check_allocation(struct pc_source *source, CXCursor call, CXType pointee)
{
    char *name = pc_callee(call);
    int argument = -1;
    long long narrow;

    for (size_t i = 0; name != NULL && i < sizeof(allocators) / sizeof(allocators[0]); i++) {
        if (strcmp(allocators[i].name, name) == 0)
            argument = allocators[i].size;
    }
    free(name);
    if (argument < 0 || argument >= clang_Cursor_getNumArguments(call))
        return;
    CXCursor size = clang_Cursor_getArgument(call, (unsigned)argument);
    if (pc_size(pointee) == 8 && pc_is_pointer_sized(source, pointee) && counts_fours(size)) {
        report_size(source, size, pointee);
    } else if (is_narrow_record_size(source, size, pointee, &narrow)) {
        char *type = pc_type_name(pointee);
        pc_report(source->findings, "PC5001", pc_place_of(clang_getCursorExtent(size)),
            pc_format("write sizeof(%s)", type), NULL,
            "%lld bytes are allocated for '%s', which has %lld here", narrow, type,
            pc_size(pointee));
        free(type);
    }
}

/* A conversion to a pointer to pointers: of new memory, or of an address computed in fours. */
static void check_pointer(struct pc_source *source, CXCursor cursor)
{
    CXType pointee = pc_pointee(clang_getCursorType(cursor));
    CXCursor inner = pc_peel_casts(cursor);

    if (clang_getCursorKind(inner) == CXCursor_CallExpr) {
        check_allocation(source, inner, pointee);
        return;
    }
    if (clang_getCursorKind(inner) != CXCursor_BinaryOperator ||
        clang_getCursorBinaryOperatorKind(inner) != CXBinaryOperator_Add || pc_size(pointee) != 8 ||
        !pc_is_pointer_sized(source, pointee))
        return;
    CXType type = clang_getCursorType(inner);
    CXCursor right = pc_child(inner, 1);
    bool bytes = pc_is_pointer(type) ? pc_size(pc_pointee(type)) == 1
                                     : pc_is_pointer_sized_expression(source, inner);
    if (bytes && !is_four(right) && counts_fours(right))
        report_size(source, right, pointee);
}

/* The type of what an argument of PVOID points to. */
static CXType pointee_of_argument(CXCursor call, unsigned index)
{
    return pc_pointee(clang_getCursorType(pc_peel_casts(clang_Cursor_getArgument(call, index))));
}

static void check_copy(struct pc_source *source, CXCursor call)
{
    char *name = pc_callee(call);
    int count = clang_Cursor_getNumArguments(call);
    bool found = false;

    for (size_t i = 0; name != NULL && i < sizeof(copiers) / sizeof(copiers[0]); i++)
        found = found || strcmp(copiers[i], name) == 0;
    free(name);
    if (!found || count < 2)
        return;
    CXCursor size = clang_Cursor_getArgument(call, (unsigned)count - 1);
    for (int i = 0; i < count - 1; i++) {
        CXType pointee = pointee_of_argument(call, (unsigned)i);
        if (pc_size(pointee) == 8 && pc_is_pointer_sized(source, pointee) && counts_fours(size)) {
            report_size(source, size, pointee);
            return;
        }
    }
}

/* sizeof(array of pointers) / 4 */
static void check_division(struct pc_source *source, CXCursor cursor)
{
    CXCursor left = pc_peel(pc_child(cursor, 0)), right = pc_child(cursor, 1);

    if (clang_getCursorBinaryOperatorKind(cursor) != CXBinaryOperator_Div ||
        clang_getCursorKind(left) != CXCursor_UnaryExpr || !is_four(right))
        return;
    CXCursor array = pc_child(left, 0);
    if (pc_is_null(array) || clang_isExpression(clang_getCursorKind(array)) == 0)
        return;
    CXType element = clang_getArrayElementType(clang_getCursorType(pc_peel(array)));
    if (element.kind != CXType_Invalid && pc_size(element) == 8 &&
        pc_is_pointer_sized(source, element))
        report_size(source, right, element);
}

void pc_check_constant(struct pc_source *source, CXCursor cursor)
{
    CXCursor operand;

    switch ((int)clang_getCursorKind(cursor)) {
    case CXCursor_BinaryOperator:
        if (!pc_is_system(cursor))
            check_division(source, cursor);
        /* fall through */
    case CXCursor_CompoundAssignOperator:
        if (!pc_is_system(cursor))
            check_binary(source, cursor);
        break;
    case CXCursor_CallExpr:
        check_copy(source, cursor);
        break;
    case CXCursor_CStyleCastExpr:
        if (pc_is_pointer(clang_getCursorType(cursor)))
            check_pointer(source, cursor);
        break;
    case CXCursor_UnexposedExpr:
        if (pc_is_implicit_cast(cursor, &operand) && pc_is_pointer(clang_getCursorType(cursor)))
            check_pointer(source, cursor);
        break;
    default:
        break;
    }
}
