/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Findings: the rules there are, where a finding stands, and which ones the source asks to be
 * silent about. */
#include "portcheck.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Codes below 5000 are those of the MSVC warnings of the same kind; the others are ours. */
const struct pc_rule pc_rules[] = {
    {"PC4133", "PointerToOtherSize",
        "A pointer to an integer of another size is passed: the callee reads or writes beyond it.",
        "Declare the variable with the type the parameter points to.", false},
    {"PC4235", "InlineAssembly", "64-bit compilers for Windows have no inline assembly.",
        "Use an intrinsic function, or a source of its own for the assembler.", false},
    {"PC4244", "PointerSizedToSmaller", "A pointer-sized integer is converted to a smaller one.",
        "Declare the destination pointer-sized, or cast where the value is known to fit.", false},
    {"PC4267", "SizeToSmaller", "A size is converted to a smaller integer.",
        "Declare the destination SIZE_T, or cast where the value is known to fit.", false},
    {"PC4311", "PointerToSmallerInteger",
        "A pointer is converted to an integer that cannot hold it.",
        "Use ULONG_PTR, or PtrToUlong where the low half is meant.", false},
    {"PC4312", "IntegerToLargerPointer",
        "An integer smaller than a pointer is converted to a pointer.",
        "Keep the value in a ULONG_PTR, or use UlongToPtr or LongToPtr.", false},
    {"PC4477", "FormatMismatch", "A format has another size than its pointer-sized argument.",
        "Print pointers with %p and pointer-sized integers with %Ix or %Iu.", false},
    {"PC5001", "PointerSizeConstant", "A number stands for the size of a pointer.", "Use sizeof.",
        false},
    {"PC5002", "NarrowAllOnes", "0xFFFFFFFF stands for all ones of a pointer-sized value.",
        "Use INVALID_HANDLE_VALUE, (SIZE_T)-1 or ~(ULONG_PTR)0.", false},
    {"PC5003", "NarrowMask", "A 32-bit mask clears the upper half of a pointer-sized value.",
        "Build the mask in ULONG_PTR: ~(ULONG_PTR)0xFFF.", false},
    {"PC5004", "WindowLong", "A pointer is kept in a window's LONG.",
        "Use GetWindowLongPtr and SetWindowLongPtr.", false},
    {"PC5101", "SharedLayout",
        "A structure of a request is laid out differently in 32-bit and 64-bit programs.",
        "Give its fields fixed sizes, or read a 32-bit twin when IoIs32bitProcess says so.", false},
    {"PC5102", "MisalignedPointer", "Packing puts a pointer-sized field at a misaligned offset.",
        "Sort the fields by size and leave the packing out.", false},
    {"PC5103", "MisalignedField", "Packing puts a field at a misaligned offset.",
        "Sort the fields by size and leave the packing out, or declare the accesses UNALIGNED.",
        true},
};
const size_t pc_rule_count = sizeof(pc_rules) / sizeof(pc_rules[0]);

static const struct pc_rule *find_rule(const char *code)
{
    for (size_t i = 0; i < pc_rule_count; i++) {
        if (strcmp(pc_rules[i].code, code) == 0)
            return &pc_rules[i];
    }
    return NULL;
}

struct pc_place pc_place_of(CXSourceRange range)
{
    struct pc_place place = {0};
    CXFile file, end_file;
    unsigned end_line, end_column;

    clang_getFileLocation(clang_getRangeStart(range), &file, &place.line, &place.column, NULL);
    clang_getFileLocation(clang_getRangeEnd(range), &end_file, &end_line, &end_column, NULL);
    place.file = file != NULL ? pc_take(clang_getFileName(file)) : pc_copy("?", 1);
    place.end_column = place.column + 1;
    if (end_line == place.line && end_column > place.column && file == end_file)
        place.end_column = end_column;
    return place;
}

char *pc_source_line(const char *file, unsigned line)
{
    FILE *stream = fopen(file, "r");
    char *text = NULL;
    size_t room = 0;
    ssize_t length = -1;

    if (stream == NULL)
        return NULL;
    for (unsigned i = 0; i < line; i++) {
        length = getline(&text, &room, stream);
        if (length < 0)
            break;
    }
    fclose(stream);
    if (length < 0) {
        free(text);
        return NULL;
    }
    text[strcspn(text, "\r\n")] = '\0';
    return text;
}

/* A comment "portcheck: ignore", with codes or for all, is in the line. */
static bool line_ignores(const char *line, const char *code)
{
    static const char words[] = "portcheck: ignore";
    const char *found = line != NULL ? strstr(line, words) : NULL;

    if (found == NULL)
        return false;
    const char *rest = found + sizeof(words) - 1;
    rest += strspn(rest, " ,");
    if (strncmp(rest, "PC", 2) != 0)
        return true;
    for (; strncmp(rest, "PC", 2) == 0; rest += strspn(rest, " ,")) {
        if (strncmp(rest, code, strlen(code)) == 0)
            return true;
        rest += strcspn(rest, " ,*");
    }
    return false;
}

/* The comment stands at the end of the line, or alone on the one before. */
static bool is_ignored(const struct pc_place *place, const char *line, const char *code)
{
    if (line_ignores(line, code))
        return true;
    char *before = place->line > 1 ? pc_source_line(place->file, place->line - 1) : NULL;
    bool ignored = false;
    if (before != NULL) {
        const char *start = before + strspn(before, " \t");
        ignored = (start[0] == '/' && (start[1] == '/' || start[1] == '*')) &&
            line_ignores(start, code);
    }
    free(before);
    return ignored;
}

static bool is_known(
    const struct pc_findings *findings, const struct pc_rule *rule, const struct pc_place *place)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct pc_finding *one = &findings->items[i];
        if (one->rule == rule && one->place.line == place->line &&
            one->place.column == place->column && strcmp(one->place.file, place->file) == 0)
            return true;
    }
    return false;
}

void pc_report(struct pc_findings *findings, const char *code, struct pc_place place, char *help,
    char *detail, const char *format, ...)
{
    const struct pc_rule *rule = find_rule(code);
    char *line = pc_source_line(place.file, place.line), *message;
    va_list arguments;

    if (is_known(findings, rule, &place) || is_ignored(&place, line, code)) {
        free(line);
        free(place.file);
        free(help);
        free(detail);
        return;
    }
    va_start(arguments, format);
    if (vasprintf(&message, format, arguments) < 0)
        message = pc_copy(rule->summary, strlen(rule->summary));
    va_end(arguments);
    findings->items = pc_grow(findings->items, findings->count, sizeof(*findings->items));
    findings->items[findings->count++] = (struct pc_finding){.rule = rule,
        .place = place,
        .message = message,
        .help = help,
        .detail = detail,
        .source = line};
}

static int compare(const void *left, const void *right)
{
    const struct pc_finding *one = left, *other = right;
    int order = strcmp(one->place.file, other->place.file);

    if (order != 0)
        return order;
    if (one->place.line != other->place.line)
        return one->place.line < other->place.line ? -1 : 1;
    if (one->place.column != other->place.column)
        return one->place.column < other->place.column ? -1 : 1;
    return strcmp(one->rule->code, other->rule->code);
}

bool pc_is_note(const struct pc_findings *findings, const struct pc_finding *finding)
{
    return finding->rule->is_note && !findings->strict;
}

void pc_sort_findings(struct pc_findings *findings)
{
    if (findings->count > 1)
        qsort(findings->items, findings->count, sizeof(*findings->items), compare);
}

void pc_free_findings(struct pc_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct pc_finding *one = &findings->items[i];
        free(one->place.file);
        free(one->message);
        free(one->help);
        free(one->detail);
        free(one->source);
    }
    free(findings->items);
    *findings = (struct pc_findings){0};
}
