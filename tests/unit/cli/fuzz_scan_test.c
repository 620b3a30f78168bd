/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* cli/fuzz_scan.c: the control codes that instructions name, and none that stand elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/fuzz.h"

#define CODE 0x04, 0x24, 0x22, 0x00  /* 0x222404 */
#define MINUS 0xFC, 0xDB, 0xDD, 0xFF /* what is added when it is subtracted */

struct found {
    uint32_t code[8];
    size_t count;
};

static void note(void *context, uint32_t code)
{
    struct found *found = context;
    assert_true(found->count < 8);
    found->code[found->count++] = code;
}

static struct found scan(const uint8_t *code, size_t bytes)
{
    struct found found = {.count = 0};
    fuzz_scan_code(code, bytes, note, &found);
    return found;
}

static void every_form_is_found(void **state)
{
    static const uint8_t forms[][FUZZ_INSTRUCTION] = {
        {0x3D, CODE},                                     /* cmp eax, CODE */
        {0x2D, CODE},                                     /* sub eax, CODE */
        {0x05, MINUS},                                    /* add eax, -CODE */
        {0x81, 0xF9, CODE},                               /* cmp ecx, CODE */
        {0x81, 0xEA, CODE},                               /* sub edx, CODE */
        {0x81, 0x7D, 0xFC, CODE},                         /* cmp dword [ebp-4], CODE */
        {0x81, 0x7C, 0x24, 0x20, CODE},                   /* cmp dword [esp+0x20], CODE */
        {0x81, 0xBC, 0x24, 0, 1, 0, 0, CODE},             /* cmp dword [esp+0x100], CODE */
        {0x81, 0x3D, 0, 0, 1, 0, CODE},                   /* cmp dword [address], CODE */
        {0xC7, 0x45, 0xF8, CODE},                         /* mov dword [ebp-8], CODE */
        {0xB9, CODE},                                     /* mov ecx, CODE */
        {0x8D, 0x88, MINUS},                              /* lea ecx, [eax-CODE] */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct found found = scan(forms[i], sizeof(forms[i]));
        assert_int_equal(found.count, 1);
        assert_int_equal(found.code[0], 0x222404);
    }
}

static void nothing_else_is(void **state)
{
    static const uint8_t data[24 + FUZZ_INSTRUCTION] = {
        0x00, CODE, 0x90, CODE, 0x68, CODE, 0xE8, CODE};
    static const uint8_t short_one[] = {0x3D, CODE};
    static const uint8_t microsofts[FUZZ_INSTRUCTION] = {0x3D, 0x04, 0x00, 0x22, 0x00};

    (void)state;
    assert_int_equal(scan(data, sizeof(data)).count, 0);
    assert_int_equal(scan(short_one, sizeof(short_one)).count, 0);
    assert_int_equal(scan(microsofts, sizeof(microsofts)).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_found),
        cmocka_unit_test(nothing_else_is),
    };

    return cmocka_run_group_tests_name("fuzz_scan", tests, NULL, NULL);
}
