/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* cli/record.c: records of any size arrive as they were sent, whatever comes in between; half a
 * record never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/record.h"

static int ends[2];
static struct record_reader reader;

static int open_ends(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0 ||
        !record_reader_open(&reader, ends[0]);
}

static int close_ends(void **state)
{
    (void)state;
    record_reader_close(&reader);
    close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
    return 0;
}

static void expect_text(const struct record *record, size_t index, const char *text)
{
    assert_int_equal(record->text[index].size, strlen(text));
    assert_memory_equal(record->text[index].bytes, text, strlen(text));
}

static void short_records(void **state)
{
    struct record sent = {.type = RECORD_LOG, .number = {1, -2, [7] = INT64_MIN},
        .text = {record_string("hello"), record_string(NULL), {"a\0b", 3}}};
    struct record got;

    (void)state;
    assert_true(record_send(ends[1], &sent));
    assert_int_equal(record_receive(&reader, &got), RECORD_GOT);
    assert_int_equal(got.type, RECORD_LOG);
    assert_memory_equal(got.number, sent.number, sizeof(got.number));
    expect_text(&got, 0, "hello");
    assert_int_equal(got.text[1].size, 0);
    assert_int_equal(got.text[2].size, 3);
    assert_memory_equal(got.text[2].bytes, "a\0b", 3);
}

#define LONG_BYTES 1000003u

static void *send_long(void *argument)
{
    struct record record = {.type = RECORD_RESULT,
        .number = {42},
        .text = {record_string("read"), record_string("note")}};
    char *bytes = malloc(LONG_BYTES);

    (void)argument;
    for (size_t i = 0; bytes != NULL && i < LONG_BYTES; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    record.text[2] = (struct record_text){bytes, LONG_BYTES};
    bool sent = bytes != NULL && record_send(ends[1], &record);
    free(bytes);
    return sent ? ends : NULL;
}

#define LOGS 50u

static void *send_logs(void *argument)
{
    struct record log = {.type = RECORD_LOG, .text = {record_string("between")}};
    bool sent = true;

    (void)argument;
    for (unsigned i = 0; i < LOGS && sent; i++)
        sent = record_send(ends[1], &log);
    return sent ? ends : NULL;
}

static void long_records(void **state)
{
    struct record got;
    pthread_t thread[2];
    void *sent[2];

    (void)state;
    assert_int_equal(pthread_create(&thread[0], NULL, send_long, NULL), 0);
    assert_int_equal(pthread_create(&thread[1], NULL, send_logs, NULL), 0);
    for (unsigned logs = 0, results = 0; logs + results < LOGS + 1;) {
        assert_int_equal(record_receive(&reader, &got), RECORD_GOT);
        if (got.type == RECORD_LOG) {
            expect_text(&got, 0, "between");
            logs++;
            continue;
        }
        results++;
        assert_int_equal(got.type, RECORD_RESULT);
        assert_int_equal(got.number[0], 42);
        expect_text(&got, 0, "read");
        expect_text(&got, 1, "note");
        assert_int_equal(got.text[2].size, LONG_BYTES);
        for (size_t i = 0; i < LONG_BYTES; i++) {
            if (got.text[2].bytes[i] != (char)(i * 7 + i / 251))
                fail_msg("byte %zu differs", i);
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(thread[i], &sent[i]), 0);
        assert_non_null(sent[i]);
    }
}

static void long_names_are_cut(void **state)
{
    static char name[10000];
    struct record record = {.type = RECORD_LOG}, got;

    (void)state;
    memset(name, 'x', sizeof(name) - 1);
    record.text[0] = record.text[1] = record_string(name);
    assert_true(record_send(ends[1], &record));
    assert_int_equal(record_receive(&reader, &got), RECORD_GOT);
    assert_int_equal(got.text[0].size, 4096);
    assert_int_equal(got.text[1].size, 4096);
}

static void an_end_is_told(void **state)
{
    struct record got;

    (void)state;
    close(ends[1]);
    ends[1] = -1;
    assert_int_equal(record_receive(&reader, &got), RECORD_CLOSED);
}

/* Whoever cannot send one sends none any more, but is still there. */
static void a_lost_record_is_told(void **state)
{
    static char text[40000];
    struct record end = {.type = RECORD_END}, got;
    const struct record large = {.type = RECORD_RESULT, .text[2] = {text, sizeof(text)}};

    (void)state;
    assert_true(record_send(ends[1], &end));
    assert_int_equal(setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &(int){1}, sizeof(int)), 0);
    assert_false(record_send(ends[1], &large));
    assert_false(record_send(ends[1], &end));
    assert_int_equal(record_receive(&reader, &got), RECORD_GOT);
    assert_int_equal(record_receive(&reader, &got), RECORD_LOST);
    close(ends[1]);
    ends[1] = -1;
    assert_int_equal(record_receive(&reader, &got), RECORD_CLOSED);
}

static void half_a_record_is_dropped(void **state)
{
    struct record got;

    (void)state;
    assert_int_equal(send(ends[1], "short", 5, 0), 5);
    assert_int_equal(record_receive(&reader, &got), RECORD_GARBLED);
    unsigned char packet[200];
    memset(packet, 0xFF, sizeof(packet)); /* sizes that lie outside the packet */
    assert_int_equal(send(ends[1], packet, sizeof(packet), 0), sizeof(packet));
    assert_int_equal(record_receive(&reader, &got), RECORD_GARBLED);
}

static void sending_to_nobody_fails(void **state)
{
    struct record record = {.type = RECORD_END};

    (void)state;
    close(ends[0]);
    ends[0] = dup(ends[1]);
    assert_false(record_send(ends[1], &record));
}

/* A process of the same build is known by its first record; one of another by anything else. */
static void a_hello_is_recognised(void **state)
{
    struct record got;
    char version[32];

    (void)state;
    assert_true(record_send_hello(ends[1]));
    assert_int_equal(record_receive(&reader, &got), RECORD_GOT);
    assert_true(record_check_hello(&got, version));
    assert_string_equal(version, DOTSYS_VERSION);
    got.number[0] ^= 1;
    assert_false(record_check_hello(&got, version));
    assert_string_equal(version, DOTSYS_VERSION);
    got.type = RECORD_BEGIN;
    assert_false(record_check_hello(&got, version));
    assert_string_equal(version, "");
}

/* The last record's texts are not given out a second time. */
static void more_of_nothing_ends_it(void **state)
{
    struct record record = {.type = RECORD_MORE, .text[2] = record_string("tail")}, got;

    (void)state;
    assert_true(record_send(ends[1], &record));
    assert_int_equal(record_receive(&reader, &got), RECORD_GARBLED);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_ends, close_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(short_records),
        TEST(long_records),
        TEST(long_names_are_cut),
        TEST(an_end_is_told),
        TEST(a_lost_record_is_told),
        TEST(half_a_record_is_dropped),
        TEST(sending_to_nobody_fails),
        TEST(a_hello_is_recognised),
        TEST(more_of_nothing_ends_it),
    };

    return cmocka_run_group_tests_name("cli/record", tests, NULL, NULL);
}
