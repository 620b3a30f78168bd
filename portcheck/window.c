/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Windows and classes keep pointers under some negative indexes, for which a LONG is too small. */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *function; /* without A or W */
    const char *instead;
    long long indexes[8]; /* 0 ends them */
} window_calls[] = {
    {"GetWindowLong", "GetWindowLongPtr", {-4, -6, -8, -21}},
    {"SetWindowLong", "SetWindowLongPtr", {-4, -6, -8, -21}},
    {"GetClassLong", "GetClassLongPtr", {-8, -10, -12, -14, -16, -24, -34}},
    {"SetClassLong", "SetClassLongPtr", {-8, -10, -12, -14, -16, -24, -34}},
};

static bool names(const char *name, const char *function)
{
    size_t length = strlen(function);

    if (strncmp(name, function, length) != 0)
        return false;
    return name[length] == '\0' ||
        ((name[length] == 'A' || name[length] == 'W') && name[length + 1] == '\0');
}

static bool holds_pointer(const long long *indexes, long long value)
{
    for (; *indexes != 0; indexes++) {
        if (*indexes == value)
            return true;
    }
    return false;
}

void pc_check_window(struct pc_source *source, CXCursor call)
{
    char *name = pc_callee(call);
    long long index;

    for (size_t i = 0; name != NULL && i < sizeof(window_calls) / sizeof(window_calls[0]); i++) {
        if (!names(name, window_calls[i].function) || clang_Cursor_getNumArguments(call) < 2 ||
            !pc_constant(clang_Cursor_getArgument(call, 1), &index) ||
            !holds_pointer(window_calls[i].indexes, index))
            continue;
        pc_report(source->findings, "PC5004", pc_place_of(clang_getCursorExtent(call)),
            pc_format("use %s", window_calls[i].instead), NULL,
            "%s keeps 32 bits of what is a pointer at index %lld", window_calls[i].function, index);
    }
    free(name);
}
