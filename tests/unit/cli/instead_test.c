/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What 'dotsys imports' advises for a missing export: of names that exist, and that an older
 * Windows has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "instead.h"
#include "ldr/ldr.h"

static void advises_what_is_older(void **state)
{
    (void)state;
    assert_true(instead_count > 0);
    for (size_t i = 0; i < instead_count; i++) {
        const struct instead *row = &instead_rows[i];
        const LDR_EXPORT *missing = LdrFindKernelExport(row->name);

        if (missing == NULL)
            fail_msg("%s is no export", row->name);
        if (row->earlier == NULL && row->how == NULL)
            fail_msg("%s: no advice", row->name);
        if (row->earlier == NULL)
            continue;
        const LDR_EXPORT *earlier = LdrFindKernelExport(row->earlier);
        if (earlier == NULL || earlier->Since >= missing->Since)
            fail_msg("%s: %s is no export, or no older one", row->name, row->earlier);
    }
}

static void puts_it_in_words(void **state)
{
    char text[256];

    (void)state;
    assert_string_equal(instead_text(instead_of("ExAllocatePool2"), text, sizeof(text)),
        "ExAllocatePoolWithTag, clear the block yourself");
    assert_string_equal(
        instead_text(instead_of("ExFreePool2"), text, sizeof(text)), "ExFreePoolWithTag");
    assert_string_equal(instead_text(instead_of("KeQueryActiveProcessorCount"), text, sizeof(text)),
        "the variable KeNumberProcessors");
    assert_null(instead_of("IoCreateDevice"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(advises_what_is_older), cmocka_unit_test(puts_it_in_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
