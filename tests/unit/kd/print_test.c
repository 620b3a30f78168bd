/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DbgPrint and its family down to the sink, over a host whose clock and thread are the test's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kd/kdp.h"
#include "ldr/ldr.h"

/* ---- The host and the loader ----------------------------------------------------------------- */

/* No thread is attached. */
_Thread_local KTHREAD *KiHostThread;
_Thread_local ULONG KiHostEpoch;
ULONG KiEpoch = 1;

static uint32_t thread_id;
static uint64_t now;
static const char *image_name;
static char complaint[1100];

uint32_t host_thread_id(void)
{
    return thread_id;
}

uint64_t host_clock_monotonic(void)
{
    return now;
}

uint64_t host_clock_utc(void)
{
    return now + 1000;
}

int host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    (void)word;
    (void)expected;
    (void)deadline;
    fail_msg("nobody holds the lock");
    return 0;
}

void host_wake(_Atomic uint32_t *word, unsigned count)
{
    (void)word;
    (void)count;
}

void host_complain(const char *what)
{
    snprintf(complaint, sizeof(complaint), "%s", what);
}

LDR_IMAGE *LdrFindImage(ULONG_PTR address)
{
    static LDR_IMAGE image;

    assert_true(address != 0);
    if (image_name == NULL)
        return NULL;
    snprintf(image.Name, sizeof(image.Name), "%s", image_name);
    return &image;
}

/* ---- The sink -------------------------------------------------------------------------------- */

static char lines[8192]; /* "source: text\n" for every line */
static ULONG last_thread;
static ULONG64 last_time;
static int print_from_sink;

static void sink(void *context, ULONG64 time, ULONG thread, const char *source, const char *text)
{
    size_t length = strlen(lines);

    assert_ptr_equal(context, lines);
    snprintf(lines + length, sizeof(lines) - length, "%s: %s\n", source, text);
    last_thread = thread;
    last_time = time;
    if (print_from_sink)
        KdLog("sink", "inside");
}

#define assert_lines(expected)                \
    do {                                      \
        assert_string_equal(lines, expected); \
        lines[0] = '\0';                      \
    } while (0)

static int set_up(void **state)
{
    (void)state;
    thread_id = 1;
    now = 0;
    image_name = "hello.sys";
    print_from_sink = 0;
    complaint[0] = '\0';
    KdInitialize(sink, lines);
    KdFlush();
    lines[0] = '\0';
    return 0;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void a_line_goes_out_at_its_end(void **state)
{
    (void)state;
    now = 5;
    assert_int_equal(DbgPrint("a %d\n", 42), STATUS_SUCCESS);
    assert_lines("hello: a 42\n");
    assert_int_equal(last_thread, 1);
    assert_int_equal(last_time, 1005);
    DbgPrint("one\r\n\ntwo\nthree");
    assert_lines("hello: one\nhello: \nhello: two\n");
    DbgPrint(" and\n");
    assert_lines("hello: three and\n");
}

static void pieces_of_threads_do_not_mix(void **state)
{
    (void)state;
    DbgPrint("a");
    thread_id = 2;
    DbgPrint("b");
    thread_id = 1;
    DbgPrint("c\n");
    assert_lines("hello: ac\n");
    assert_int_equal(last_thread, 1);
    thread_id = 2;
    DbgPrint("d\n");
    assert_lines("hello: bd\n");
    assert_int_equal(last_thread, 2);
}

static void what_nobody_ends_goes_out_anyway(void **state)
{
    (void)state;
    DbgPrint("old");
    thread_id = 2;
    now = 10000001;
    DbgPrint("new\n");
    assert_lines("hello: old\nhello: new\n");
    DbgPrint("rest");
    KdFlush();
    assert_lines("hello: rest\n");
    KdFlush();
    assert_lines("");
    DbgPrint("mine");
    image_name = "other.SYS";
    DbgPrint("yours\n");
    assert_lines("hello: mine\nother: yours\n");
    DbgPrint("log");
    KdLog("machine", "says %d", 1);
    assert_lines("other: log\nmachine: says 1\n");
    DbgPrint("last");
    KdInitialize(sink, lines);
    assert_lines("other: last\n");
    for (thread_id = 1; thread_id <= 40; thread_id++)
        DbgPrint("%u", thread_id);
    assert_lines(
        "other: 1\nother: 2\nother: 3\nother: 4\nother: 5\nother: 6\nother: 7\nother: 8\n");
}

static void long_lines_are_cut(void **state)
{
    char text[600];
    char expected[1300];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[511] = '\0';
    DbgPrint("%s\n", text);
    snprintf(expected, sizeof(expected), "hello: %s\n", text);
    assert_lines(expected);
    text[511] = 'x';
    text[599] = '\0';
    DbgPrint("%s", text);
    assert_lines(expected);
    text[400] = '\0';
    DbgPrint("%s", text);
    DbgPrint("%s", text);
    text[400] = 'x';
    text[512] = '\0';
    snprintf(expected, sizeof(expected), "hello: %s\n", text);
    assert_lines(expected);
    KdFlush();
    snprintf(expected, sizeof(expected), "hello: %.288s\n", text);
    assert_lines(expected);
}

static void text_becomes_utf8(void **state)
{
    (void)state;
    DbgPrint("\xE4 %wZ\n", &(UNICODE_STRING)RTL_STRING(u"€"));
    assert_lines("hello: \xC3\xA4 \xE2\x82\xAC\n");
    DbgPrint("\xC3\xA4\n");
    assert_lines("hello: \xC3\xA4\n");
    image_name = NULL;
    DbgPrint("x\n");
    assert_lines("kernel: x\n");
}

static ULONG NTAPIV call_vdbgprintex(int prefixed, const char *format, ...)
{
    NT_VA_LIST arguments;
    ULONG status;

    NT_VA_START(arguments, format);
    status = prefixed ? vDbgPrintExWithPrefix("p: ", 77, 0, format, arguments)
                      : vDbgPrintEx(77, 0, format, arguments);
    NT_VA_END(arguments);
    return status;
}

static void everything_is_shown_until_it_is_hidden(void **state)
{
    (void)state;
    for (ULONG level = 0; level < 32; level++)
        assert_int_equal(DbgQueryDebugFilterState(77, level), TRUE);
    assert_int_equal(DbgPrintEx(77, 3, "%s\n", "a"), STATUS_SUCCESS);
    assert_lines("hello: a\n");
    assert_int_equal(call_vdbgprintex(0, "%d\n", 1), STATUS_SUCCESS);
    assert_int_equal(call_vdbgprintex(1, "%d\n", 2), STATUS_SUCCESS);
    assert_lines("hello: 1\nhello: p: 2\n");

    assert_int_equal(DbgSetDebugFilterState(77, 3, FALSE), STATUS_SUCCESS);
    assert_int_equal(DbgQueryDebugFilterState(77, 3), FALSE);
    assert_int_equal(DbgQueryDebugFilterState(77, 2), TRUE);
    assert_int_equal(DbgQueryDebugFilterState(78, 3), TRUE);
    DbgPrintEx(77, 3, "%s", (char *)1); /* hidden: not even formatted */
    assert_lines("");
    DbgSetDebugFilterState(77, 0xFFFFFFFF, FALSE);
    assert_int_equal(DbgQueryDebugFilterState(77, 0), TRUE); /* errors of all components */
    DbgSetDebugFilterState(0xFFFFFFFF, 0, FALSE);
    assert_int_equal(DbgQueryDebugFilterState(77, 0), FALSE);
    DbgSetDebugFilterState(77, 0, TRUE);
    assert_int_equal(DbgQueryDebugFilterState(77, 0), TRUE);
    assert_int_equal(DbgQueryDebugFilterState(9999, 0), STATUS_INVALID_PARAMETER_1);
    assert_int_equal(DbgSetDebugFilterState(9999, 0, TRUE), STATUS_INVALID_PARAMETER_1);
    DbgPrintEx(0xFFFFFFFF, 5, "always\n");
    assert_lines("hello: always\n");
}

static char heard[64];

static void NTAPI listen(STRING *output, ULONG component, ULONG level)
{
    snprintf(heard, sizeof(heard), "%u %u %.*s", component, level, output->Length, output->Buffer);
}

static void callbacks_hear_everything(void **state)
{
    (void)state;
    assert_int_equal(DbgSetDebugPrintCallback(listen, FALSE), STATUS_NOT_FOUND);
    assert_int_equal(DbgSetDebugPrintCallback(listen, TRUE), STATUS_SUCCESS);
    DbgPrint("hey");
    assert_string_equal(heard, "101 3 hey");
    assert_int_equal(DbgSetDebugPrintCallback(listen, FALSE), STATUS_SUCCESS);
    DbgPrint("you\n");
    assert_string_equal(heard, "101 3 hey");
}

static void a_sink_that_prints_does_not_hang(void **state)
{
    (void)state;
    print_from_sink = 1;
    DbgPrint("x\n");
    assert_lines("hello: x\n");
    assert_string_equal(complaint, "sink: inside\n");
}

static void without_a_debugger(void **state)
{
    char answer[4] = "abc";

    (void)state;
    assert_int_equal(DbgPrompt("well?", answer, sizeof(answer)), 0);
    assert_string_equal(answer, "");
    assert_lines("hello: well?\n");
    assert_false(KdDebuggerEnabled);
    assert_true(KdDebuggerNotPresent);
    assert_true(KdRefreshDebuggerNotPresent());
    assert_false(KdPollBreakIn());
    assert_int_equal(KdDisableDebugger(), STATUS_DEBUGGER_INACTIVE);
    assert_int_equal(KdEnableDebugger(), STATUS_DEBUGGER_INACTIVE);
    assert_int_equal(KdChangeOption(0, 0, NULL, 0, NULL, NULL), STATUS_DEBUGGER_INACTIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_goes_out_at_its_end, set_up),
        cmocka_unit_test_setup(pieces_of_threads_do_not_mix, set_up),
        cmocka_unit_test_setup(what_nobody_ends_goes_out_anyway, set_up),
        cmocka_unit_test_setup(long_lines_are_cut, set_up),
        cmocka_unit_test_setup(text_becomes_utf8, set_up),
        cmocka_unit_test_setup(everything_is_shown_until_it_is_hidden, set_up),
        cmocka_unit_test_setup(callbacks_hear_everything, set_up),
        cmocka_unit_test_setup(a_sink_that_prints_does_not_hang, set_up),
        cmocka_unit_test_setup(without_a_debugger, set_up),
    };

    return cmocka_run_group_tests_name("kd/print", tests, NULL, NULL);
}
