/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Conversions that lose bits in 64-bit Windows, or that take a pointer to something of another
 * size. Silent on what MSVC is silent on as well: a cast that goes through a pointer-sized integer
 * says that the author knows.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

enum {
    WIDE_POINTER = 8,
    NARROW_POINTER = 4
};

/* "the cast", or what an implicit conversion happens to be called. */
static const char *how(CXCursor cursor)
{
    return clang_getCursorKind(cursor) == CXCursor_CStyleCastExpr ? "cast" : "implicitly converted";
}

static void report_pointer_to_integer(
    struct pc_source *source, CXCursor cursor, CXCursor operand, CXType to)
{
    CXType from = clang_getCursorType(operand);
    char *from_name = pc_type_name(from), *to_name = pc_type_name(to), *text = pc_spelled(operand),
         *help;
    const char *expression = text != NULL ? text : "p";
    bool is_unsigned = pc_is_unsigned(to);

    if (pc_is_handle(from))
        help = pc_format("keep it in a HANDLE; %s(%s) where the number is meant: no more than 32 "
                         "bits of a handle count",
            is_unsigned ? "HandleToUlong" : "HandleToLong", expression);
    else
        help = pc_format("keep it in a %s; %s(%s) where only the low half is meant",
            is_unsigned ? "ULONG_PTR" : "LONG_PTR", is_unsigned ? "PtrToUlong" : "PtrToLong",
            expression);
    pc_report(source->findings, "PC4311", pc_place_of(clang_getCursorExtent(cursor)), help, NULL,
        "%s '%s' is %s to '%s', which holds %lld of its 64 bits",
        pc_is_handle(from) ? "handle" : "pointer", from_name, how(cursor), to_name,
        8 * pc_size(to));
    free(from_name);
    free(to_name);
    free(text);
}

static void report_integer_to_pointer(
    struct pc_source *source, CXCursor cursor, CXCursor operand, CXType to)
{
    CXCursor inner = pc_peel(operand);
    CXType from = clang_getCursorType(inner);
    char *from_name = pc_type_name(from), *to_name = pc_type_name(to), *text = pc_spelled(operand),
         *help;
    const char *expression = text != NULL ? text : "n";
    const char *sign = pc_is_unsigned(from) ? "Ulong" : "Long";

    if (pc_is_handle(to))
        help = pc_format("keep the value in a HANDLE, or write %sToHandle(%s)", sign, expression);
    else
        help = pc_format("keep the value in a ULONG_PTR, or write %sToPtr(%s)%s", sign, expression,
            pc_is_unsigned(from) ? "" : ", which extends the sign");
    pc_report(source->findings, "PC4312", pc_place_of(clang_getCursorExtent(cursor)), help, NULL,
        "'%s' of %lld bits is %s to the %s '%s' of 64 bits", from_name, 8 * pc_size(from),
        how(cursor), pc_is_handle(to) ? "handle" : "pointer", to_name);
    free(from_name);
    free(to_name);
    free(text);
}

static void check_integer_to_pointer(
    struct pc_source *source, CXCursor cursor, CXCursor operand, CXType to)
{
    long long value;

    if (!pc_constant(pc_peel(operand), &value)) {
        report_integer_to_pointer(source, cursor, operand, to);
        return;
    }
    if (value != 0xFFFFFFFF)
        return;
    char *name = pc_type_name(to);
    pc_report(source->findings, "PC5002", pc_place_of(clang_getCursorExtent(cursor)),
        pc_format("%s",
            pc_is_handle(to) ? "use INVALID_HANDLE_VALUE, or (HANDLE)(LONG_PTR)-1"
                             : "write (PVOID)(LONG_PTR)-1"),
        NULL, "0xFFFFFFFF as '%s' is all ones in 32 bits only: its upper half is zero here", name);
    free(name);
}

/* ---- Pointers to integers -------------------------------------------------------------------- */

static bool is_narrow_integer(const struct pc_source *source, CXType type)
{
    return pc_is_integer(type) && pc_size(type) == NARROW_POINTER &&
        !pc_is_pointer_sized(source, type);
}

static bool is_wide_object(const struct pc_source *source, CXType type)
{
    return pc_size(type) == WIDE_POINTER && pc_is_pointer_sized(source, type);
}

static bool is_address_of(CXCursor expression)
{
    CXCursor inner = pc_peel(expression);

    return clang_getCursorKind(inner) == CXCursor_UnaryOperator &&
           clang_getCursorUnaryOperatorKind(inner) == CXUnaryOperator_AddrOf;
}

static void check_pointees(struct pc_source *source, CXCursor cursor, CXCursor operand, CXType to)
{
    CXType target = pc_pointee(to), object = pc_pointee(clang_getCursorType(operand));
    bool implicit = clang_getCursorKind(cursor) != CXCursor_CStyleCastExpr;
    bool beyond = is_wide_object(source, target) && is_narrow_integer(source, object);
    bool half = is_narrow_integer(source, target) && is_wide_object(source, object);
    if (!(beyond && (implicit || is_address_of(operand))) && !(half && implicit))
        return;
    char *target_name = pc_type_name(target), *object_name = pc_type_name(object);
    pc_report(source->findings, "PC4133", pc_place_of(clang_getCursorExtent(cursor)),
        pc_format("declare the variable %s", target_name), NULL,
        "the address of '%s' is %s to that of '%s', which is %lld bytes here: %s", object_name,
        implicit ? "passed on as" : "cast to", target_name, pc_size(target),
        beyond ? "4 bytes beyond the variable are used" : "half of the variable is left out");
    free(target_name);
    free(object_name);
}

/* Written in a macro of the system's. An implicit conversion is written nowhere: what it is part of
 * counts. */
static bool is_systems(const struct pc_source *source, CXCursor cursor)
{
    return pc_is_system(
        clang_getCursorKind(cursor) == CXCursor_CStyleCastExpr ? cursor : source->parent);
}

void pc_check_conversion(struct pc_source *source, CXCursor cursor)
{
    CXCursor operand;

    if (clang_getCursorKind(cursor) == CXCursor_CStyleCastExpr)
        operand = pc_last_child(cursor);
    else if (!pc_is_implicit_cast(cursor, &operand))
        return;
    if (pc_is_null(operand) || clang_isExpression(clang_getCursorKind(operand)) == 0)
        return;
    CXType to = clang_getCursorType(cursor), from = clang_getCursorType(operand);
    bool from_pointer = pc_is_pointer(from), to_pointer = pc_is_pointer(to);
    long long value;
    if (from_pointer && pc_is_integer(to) && pc_size(to) < WIDE_POINTER) {
        if (!pc_constant(cursor, &value) && !is_systems(source, cursor))
            report_pointer_to_integer(source, cursor, operand, to);
    } else if (to_pointer && pc_is_integer(from) && pc_size(from) < WIDE_POINTER) {
        if (!is_systems(source, cursor))
            check_integer_to_pointer(source, cursor, operand, to);
    } else if (from_pointer && to_pointer) {
        if (!is_systems(source, cursor))
            check_pointees(source, cursor, operand, to);
    }
}

/* ---- Truncation of pointer-sized integers ---------------------------------------------------- */

/* The compiler's own analysis knows which values fit. What it says for the wide ABI and not for the
   narrow one is about the size of pointers. */
static bool is_shortening(CXDiagnostic diagnostic)
{
    char *option = pc_take(clang_getDiagnosticOption(diagnostic, NULL));
    bool shortens = strcmp(option, "-Wshorten-64-to-32") == 0;

    free(option);
    return shortens;
}

static bool same_place(CXDiagnostic one, CXDiagnostic other)
{
    CXFile one_file, other_file;
    unsigned one_offset, other_offset;

    clang_getFileLocation(clang_getDiagnosticLocation(one), &one_file, NULL, NULL, &one_offset);
    clang_getFileLocation(
        clang_getDiagnosticLocation(other), &other_file, NULL, NULL, &other_offset);
    if (one_offset != other_offset || one_file == NULL || other_file == NULL)
        return false;
    char *one_name = pc_take(clang_getFileName(one_file)),
         *other_name = pc_take(clang_getFileName(other_file));
    bool same = strcmp(one_name, other_name) == 0;
    free(one_name);
    free(other_name);
    return same;
}

static bool narrow_says_so(const struct pc_source *source, CXDiagnostic wide)
{
    bool found = false;

    for (unsigned i = 0; i < clang_getNumDiagnostics(source->narrow) && !found; i++) {
        CXDiagnostic narrow = clang_getDiagnostic(source->narrow, i);
        found = is_shortening(narrow) && same_place(wide, narrow);
        clang_disposeDiagnostic(narrow);
    }
    return found;
}

/* Cuts the quoted type out of "'SIZE_T' (aka 'unsigned long long') to 'ULONG' …" and moves on
 * behind it; NULL: none. */
static char *next_type(const char **text)
{
    const char *start = strchr(*text, '\'');
    const char *end = start != NULL ? strchr(start + 1, '\'') : NULL;

    if (end == NULL)
        return NULL;
    *text = end + 1;
    if (strncmp(*text, " (aka '", 7) == 0) {
        const char *close = strstr(*text, "')");
        *text = close != NULL ? close + 2 : *text;
    }
    return pc_copy(start + 1, (size_t)(end - start - 1));
}

static void report_truncation(struct pc_source *source, CXDiagnostic diagnostic)
{
    char *message = pc_take(clang_getDiagnosticSpelling(diagnostic));
    const char *rest = message;
    char *from = next_type(&rest), *to = from != NULL ? next_type(&rest) : NULL;
    CXSourceLocation location = clang_getDiagnosticLocation(diagnostic);
    struct pc_place place = pc_place_of(clang_getDiagnosticNumRanges(diagnostic) > 0
            ? clang_getDiagnosticRange(diagnostic, 0)
            : clang_getRange(location, location));
    if (from != NULL && to != NULL) {
        /* Without a name it is the result of sizeof or of arithmetic with it, or a difference of
         * pointers. */
        bool is_size = strstr(from, "size_t") != NULL || strstr(from, "SIZE_T") != NULL ||
            strncmp(from, "unsigned ", 9) == 0;
        const char *name = strcmp(from, "unsigned long long") == 0 ? "size_t"
                           : strcmp(from, "long long") == 0        ? "ptrdiff_t"
                                                                   : from;
        pc_report(source->findings, is_size ? "PC4267" : "PC4244", place,
            pc_format("declare the destination %s, or cast to %s where the value is known to fit",
                name, to),
            NULL, "'%s' is 64 bits here: its conversion to '%s' drops the upper half", name, to);
    } else {
        free(place.file);
    }
    free(from);
    free(to);
    free(message);
}

void pc_check_truncation(struct pc_source *source)
{
    for (unsigned i = 0; i < clang_getNumDiagnostics(source->wide); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(source->wide, i);
        if (is_shortening(diagnostic) && !narrow_says_so(source, diagnostic))
            report_truncation(source, diagnostic);
        clang_disposeDiagnostic(diagnostic);
    }
}
