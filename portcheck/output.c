/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Findings as text, like a compiler's, and as JSON, an object a line. */
#include "portcheck.h"

#include <string.h>

#include "json.h"
#include "terminal.h"

/* The caret line keeps the tabs of the source, so that it stands below it in any terminal. */
static void print_caret(const struct pc_finding *finding)
{
    printf("      | ");
    for (unsigned i = 0; i + 1 < finding->place.column && finding->source[i] != '\0'; i++)
        putchar(finding->source[i] == '\t' ? '\t' : ' ');
    printf("%s^", colour_on(stdout, COLOUR_GOOD));
    for (unsigned i = finding->place.column + 1; i < finding->place.end_column; i++)
        putchar('~');
    printf("%s\n", colour_off(stdout));
}

static void print_indented(const char *text)
{
    while (*text != '\0') {
        int length = (int)strcspn(text, "\n");
        printf(length > 0 ? "        %.*s\n" : "%.*s\n", length, text);
        text += length + (text[length] != '\0');
    }
}

void pc_print_text(const struct pc_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct pc_finding *one = &findings->items[i];
        bool note = pc_is_note(findings, one);
        printf("%s:%u:%u: %s%s:%s %s [%s]\n", one->place.file, one->place.line, one->place.column,
            colour_on(stdout, note ? COLOUR_FAINT : COLOUR_WARNING), note ? "note" : "warning",
            colour_off(stdout), one->message, one->rule->code);
        if (one->source != NULL) {
            printf("%5u | %s\n", one->place.line, one->source);
            print_caret(one);
        }
        printf("  help: %s\n", one->help);
        if (one->detail != NULL)
            print_indented(one->detail);
    }
}

void pc_print_json(const struct pc_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct pc_finding *one = &findings->items[i];
        json_object *object = json_object_new_object();
        json_add_text(object, "file", one->place.file, strlen(one->place.file));
        json_add_number(object, "line", one->place.line);
        json_add_number(object, "column", one->place.column);
        json_add_number(object, "end_column", one->place.end_column);
        json_add_string(object, "level", pc_is_note(findings, one) ? "note" : "warning");
        json_add_string(object, "code", one->rule->code);
        json_add_string(object, "name", one->rule->name);
        json_add_text(object, "message", one->message, strlen(one->message));
        json_add_text(object, "help", one->help, strlen(one->help));
        if (one->detail != NULL)
            json_add_text(object, "detail", one->detail, strlen(one->detail));
        else
            json_add_string(object, "detail", NULL);
        if (one->source != NULL)
            json_add_text(object, "source", one->source, strlen(one->source));
        else
            json_add_string(object, "source", NULL);
        json_print(object);
    }
}
