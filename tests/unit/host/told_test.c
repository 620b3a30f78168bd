/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* host/told.c: processes that are not there, as others ask of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/host.h"

static void a_told_process_has_name_and_path(void **state)
{
    struct host_process process;
    char path[32];
    uint32_t id = 0;

    (void)state;
    assert_int_equal(host_told_start("cat", 7, &id), 0);
    assert_int_equal(host_process_query(id, &process), 0);
    assert_int_equal(process.parent, 7);
    assert_string_equal(process.name, "cat");
    assert_int_equal(host_process_path(id, path, sizeof(path)), 0);
    assert_string_equal(path, "/cat");
    assert_int_equal(host_process_path(id, path, 4), ENAMETOOLONG);

    assert_int_equal(host_told_exit(id), 0);
    assert_int_equal(host_told_exit(id), ESRCH);
    assert_int_equal(host_process_query(id, &process), ESRCH);
    assert_int_equal(host_process_path(id, path, sizeof(path)), ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_told_process_has_name_and_path)};

    return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
