/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* NUL, which every machine has: it swallows what is written and has nothing to read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"

#include "dotsys/dotsys.h"

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static void swallows_and_is_empty(void **state)
{
    const dotsys_options options = {.size = sizeof(options), .log = no_log};
    dotsys_machine *machine;
    char target[64], data[16] = "data";
    DWORD bytes = 77;

    (void)state;
    assert_int_equal(dotsys_machine_open(&options, &machine), DOTSYS_OK);
    assert_true(QueryDosDeviceA("NUL", target, sizeof(target)) != 0);
    assert_string_equal(target, "\\Device\\Null");
    HANDLE null = CreateFileA(
        "\\\\.\\NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(null, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(null, data, sizeof(data), &bytes, NULL));
    assert_int_equal(bytes, sizeof(data));
    /* the end of a file is no failure */
    assert_true(ReadFile(null, data, sizeof(data), &bytes, NULL));
    assert_int_equal(bytes, 0);
    assert_string_equal(data, "data");
    assert_false(DeviceIoControl(null, 0x222000, NULL, 0, NULL, 0, &bytes, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_FUNCTION);
    assert_true(CloseHandle(null));
    assert_int_equal(dotsys_machine_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(swallows_and_is_empty)};
    return cmocka_run_group_tests_name("io/null", tests, NULL, NULL);
}
