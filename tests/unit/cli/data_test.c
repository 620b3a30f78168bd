/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* cli/data.c: every kind of DATA, alone and joined, and what is refused with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "data.h"

static void expect(const char *text, const void *bytes, size_t size)
{
    struct parse_error error = {""};
    struct data data = {0};

    if (!data_parse(text, &data, &error))
        fail_msg("%s: refused: %s", text, error.text);
    assert_int_equal(data.size, size);
    if (size > 0)
        assert_memory_equal(data.bytes, bytes, size);
    else
        assert_null(data.bytes);
    data_free(&data);
}

static void refuse(const char *text, const char *reason)
{
    struct parse_error error = {""};
    struct data data = {(uint8_t *)&error, 12345, NULL};

    if (data_parse(text, &data, &error))
        fail_msg("%s: not refused", text);
    if (strstr(error.text, reason) == NULL)
        fail_msg("%s: refused with '%s' instead of '%s'", text, error.text, reason);
    assert_int_equal(data.size, 12345); /* untouched */
}

static void texts(void **state)
{
    (void)state;
    expect("\"hello\"", "hello", 5);
    expect("\"\"", NULL, 0);
    expect("\"a \\\"quoted\\\" one\"", "a \"quoted\" one", 14);
    expect("\"C:\\new, \\\\dir\"", "C:\\new, \\dir", 12);
    expect("\"a\",\"b\"", "ab", 2);
    refuse("\"open", "closing quote");
    refuse("\"end\\\"", "closing quote");
    refuse("\"a\"b", "join items with commas");
}

static void hex_bytes(void **state)
{
    (void)state;
    expect("hex:68656C6c6f", "hello", 5);
    expect("hex:", NULL, 0);
    refuse("hex:123", "odd number of digits");
    refuse("hex:0g", "not a hex byte");
}

static void integers(void **state)
{
    static const uint8_t largest[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

    (void)state;
    expect("u16:0x1234", "\x34\x12", 2);
    expect("u32:258", "\x02\x01\x00\x00", 4);
    expect("u64:0x0102030405060708", "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
    expect("u32:-1", largest, 4);
    expect("u16:-32768", "\x00\x80", 2);
    expect("u64:18446744073709551615", largest, 8);
    expect("u64:-9223372036854775808", "\0\0\0\0\0\0\0\x80", 8);
    refuse("u16:65536", "too large");
    refuse("u16:-32769", "too large");
    refuse("u64:18446744073709551616", "too large");
    refuse("u32:", "missing");
    refuse("u32:12x", "not a decimal or 0x number");
    refuse("u32:0x", "not a decimal or 0x number");
}

static void zeros(void **state)
{
    static const uint8_t nothing[1025];

    (void)state;
    expect("zero:1025", nothing, sizeof(nothing));
    expect("zero:0", NULL, 0);
    refuse("zero:-1", "not a decimal");
    refuse("zero:1073741825", "too large");
    refuse("zero:1073741824,zero:1", "1 GiB");
}

static void joined_items(void **state)
{
    (void)state;
    expect("u32:0x70,zero:4,\"ab\",hex:ff", "\x70\0\0\0\0\0\0\0ab\xFF", 11);
    refuse("u32:1,", "not data");
    refuse("", "not data");
    refuse("hello", "not data");
}

static void files(void **state)
{
    char path[] = "/tmp/dotsys-data-XXXXXX", text[64];
    int file = mkstemp(path);

    (void)state;
    assert_true(file >= 0);
    assert_int_equal(write(file, "from a file", 11), 11);
    close(file);
    snprintf(text, sizeof(text), "file:%s", path);
    expect(text, "from a file", 11);
    snprintf(text, sizeof(text), "\"<\",file:\"%s\",\">\"", path);
    expect(text, "<from a file>", 13);
    unlink(path);
    snprintf(text, sizeof(text), "file:%s", path);
    refuse(text, "cannot open");
    refuse("file:/tmp", "it is a folder");
    refuse("file:/dev/zero", "it is not a regular file");
    refuse("file:\"/tmp", "closing quote");
}

static void handles(void **state)
{
    struct parse_error error = {""};
    struct data data = {0};

    (void)state;
    expect("u32:1,handle:e", "\1\0\0\0\0\0\0\0\0\0\0\0", 12);
    assert_true(data_parse("u32:1,handle:e,handle:h2", &data, &error));
    assert_int_equal(data.handles->offset, 12);
    assert_string_equal(data.handles->name, "h2");
    assert_int_equal(data.handles->next->offset, 4);
    assert_null(data.handles->next->next);
    data_free(&data);
    assert_null(data.bytes);
    assert_null(data.handles);
    refuse("handle:", "wants a name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(hex_bytes),
        cmocka_unit_test(integers),
        cmocka_unit_test(zeros),
        cmocka_unit_test(joined_items),
        cmocka_unit_test(files),
        cmocka_unit_test(handles),
    };

    return cmocka_run_group_tests_name("cli/data", tests, NULL, NULL);
}
