/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Formats of printf and its kin beside their arguments, where one of both has the size of a
 * pointer. A function is of that kin when it takes "..." after a string; scanf's stay out. Windows'
 * long is 32 bits: %lx is no way to print a pointer.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

enum width {
    WIDTH_SHORT,
    WIDTH_32,
    WIDTH_64,
    WIDTH_POINTER,
    WIDTH_NONE
};

struct conversion {
    enum width width; /* of an integer; WIDTH_POINTER with conversion 'p' is a pointer */
    char letter;
    unsigned stars; /* arguments taken by width and precision */
    const char *start;
    const char *end;
};

static const struct {
    const char *text;
    enum width width;
} lengths[] = {
    {"I64", WIDTH_64},
    {"I32", WIDTH_32},
    {"ll", WIDTH_64},
    {"hh", WIDTH_SHORT},
    {"h", WIDTH_SHORT},
    {"l", WIDTH_32},
    {"I", WIDTH_POINTER},
    {"z", WIDTH_POINTER},
    {"t", WIDTH_POINTER},
    {"j", WIDTH_64},
    {"w", WIDTH_32},
    {"L", WIDTH_64},
};

/* Reads one conversion after its '%'. */
static struct conversion read_conversion(const char *text)
{
    struct conversion found = {.width = WIDTH_32, .start = text - 1};

    for (; *text != '\0' && strchr("-+ #0123456789.*", *text) != NULL; text++)
        found.stars += *text == '*';
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        size_t length = strlen(lengths[i].text);
        if (strncmp(text, lengths[i].text, length) == 0) {
            found.width = lengths[i].width;
            text += length;
            break;
        }
    }
    found.letter = *text;
    if (found.letter == 'p')
        found.width = WIDTH_POINTER;
    else if (found.letter == '\0' || strchr("diouxX", found.letter) == NULL)
        found.width = WIDTH_NONE;
    found.end = found.letter != '\0' ? text + 1 : text;
    return found;
}

/* What is wrong with the argument; NULL: nothing that has to do with pointers. */
static const char *mismatch(
    const struct pc_source *source, const struct conversion *conversion, CXCursor argument)
{
    CXCursor inner = pc_peel(argument);
    CXType type = clang_getCursorType(inner);
    bool pointer_sized = pc_is_pointer(clang_getCursorType(argument)) ||
                         (pc_size(type) == 8 && pc_is_pointer_sized_expression(source, inner));
    long long value;

    if (conversion->letter == 'p' || conversion->width == WIDTH_POINTER) {
        if (pointer_sized || !pc_is_integer(type) || pc_size(type) != 4 ||
            pc_constant(inner, &value))
            return NULL;
        return "takes 8 bytes here, the argument has 4";
    }
    if (!pointer_sized)
        return NULL;
    if (conversion->width == WIDTH_64)
        return "takes 8 bytes, the argument has only 4 in 32-bit Windows";
    return "takes 4 bytes, the argument has 8 here";
}

static char *advice(const struct conversion *conversion, CXCursor argument)
{
    if (pc_is_pointer(clang_getCursorType(argument)))
        return pc_format("print a pointer with %%p");
    if (conversion->width == WIDTH_POINTER)
        return pc_format("print 32 bits with %%%s, or widen the argument with UlongToPtr",
            conversion->letter == 'p' ? "08lx" : "lu");
    return pc_format("print a pointer-sized integer with %%I%c, or %%p", conversion->letter);
}

static void check_argument(
    struct pc_source *source, const struct conversion *conversion, CXCursor argument)
{
    const char *wrong = mismatch(source, conversion, argument);

    if (wrong == NULL)
        return;
    char *type = pc_type_name(clang_getCursorType(pc_peel(argument)));
    pc_report(source->findings, "PC4477", pc_place_of(clang_getCursorExtent(argument)),
        advice(conversion, argument), NULL, "the format %.*s %s: '%s'",
        (int)(conversion->end - conversion->start), conversion->start, wrong, type);
    free(type);
}

static void check_format(struct pc_source *source, CXCursor call, unsigned next, const char *format)
{
    unsigned count = (unsigned)clang_Cursor_getNumArguments(call);

    for (const char *at = strchr(format, '%'); at != NULL && next < count; at = strchr(at, '%')) {
        if (at[1] == '%') {
            at += 2;
            continue;
        }
        struct conversion conversion = read_conversion(at + 1);
        next += conversion.stars;
        if (next < count && conversion.width != WIDTH_NONE)
            check_argument(source, &conversion, clang_Cursor_getArgument(call, next));
        next++;
        at = conversion.end;
    }
}

void pc_check_call(struct pc_source *source, CXCursor call)
{
    CXCursor function = clang_getCursorReferenced(call);
    CXType type = clang_getCursorType(function);
    int fixed = clang_getNumArgTypes(type);

    if (clang_getCursorKind(function) != CXCursor_FunctionDecl ||
        clang_isFunctionTypeVariadic(type) == 0 || fixed < 1 ||
        fixed >= clang_Cursor_getNumArguments(call))
        return;
    char *name = pc_callee(call);
    bool scans = name != NULL && strstr(name, "scanf") != NULL;
    free(name);
    CXCursor literal = pc_peel_casts(clang_Cursor_getArgument(call, (unsigned)fixed - 1));
    if (scans || clang_getCursorKind(literal) != CXCursor_StringLiteral)
        return;
    char *format = pc_take(clang_getCursorSpelling(literal));
    check_format(source, call, (unsigned)fixed, format);
    free(format);
}
