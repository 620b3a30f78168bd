/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a terminal gets of a driver's text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "visible.h"

static void assert_shown(const char *text, const char *shown)
{
    char copy[64];
    const size_t size = strlen(text);

    assert_true(size < sizeof(copy));
    memcpy(copy, text, size + 1);
    visible_text(copy, size);
    assert_string_equal(copy, shown);
}

static void text_stays(void **state)
{
    (void)state;
    assert_shown("", "");
    assert_shown("plain\ttext\n", "plain\ttext\n");
    assert_shown(
        "\303\244 \342\202\254 \360\237\231\202", "\303\244 \342\202\254 \360\237\231\202");
}

static void what_is_obeyed_is_dots(void **state)
{
    (void)state;
    assert_shown("\033]0;title\007", ".]0;title.");
    assert_shown("a\rb\bc\177", "a.b.c.");
    assert_shown("\302\2332J", "..2J");           /* CSI, as UTF-8, */
    assert_shown("\2332J", ".2J");                 /* as a byte, */
    assert_shown("\340\202\2332J", "...2J");       /* and longer than it needs to be */
    assert_shown("\342\200\256txt", "...txt");     /* from right to left */
    assert_shown("\342\201\246x\342\201\251", "...x...");
    assert_shown("\342\200\250x", "...x");         /* a line of another kind */
}

static void what_is_no_utf8_is_dots(void **state)
{
    (void)state;
    assert_shown("\377\376", "..");
    assert_shown("\342\202", "..");
    assert_shown("\303x", ".x");
    assert_shown("\200", ".");
    assert_shown("\365\200\200\200", "....");
}

static void colours_stay_alone(void **state)
{
    char text[] = "\033[31mred\033[0m \033[2J \033[1;3", copy[sizeof(text)];

    (void)state;
    memcpy(copy, text, sizeof(text));
    visible_colours(copy, sizeof(text) - 1);
    assert_string_equal(copy, "\033[31mred\033[0m .[2J .[1;3");
}

/* In parts of which none ends within a character. */
static void much_is_printed_whole(void **state)
{
    char *bytes = NULL, text[4000];
    size_t size = 0;
    FILE *file = open_memstream(&bytes, &size);

    (void)state;
    text[0] = 'x';
    for (size_t i = 1; i + 3 <= sizeof(text); i += 3)
        memcpy(text + i, "\342\202\254", 3);
    visible_print(file, text, sizeof(text));
    fclose(file);
    assert_int_equal(size, sizeof(text));
    assert_memory_equal(bytes, text, sizeof(text));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays),
        cmocka_unit_test(what_is_obeyed_is_dots),
        cmocka_unit_test(what_is_no_utf8_is_dots),
        cmocka_unit_test(colours_stay_alone),
        cmocka_unit_test(much_is_printed_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
