/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The compiled export table: its order, the search in it, modules and Windows versions. Linked
 * without the kernel (LDRP_EXPORTS_WEAK), so addresses are not looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ldr/ldrp.h"

static void rows_are_sorted_within_their_module(void **state)
{
    (void)state;
    ULONG count, changes = 0;
    const LDR_EXPORT *rows = LdrKernelExports(&count);
    assert_in_range(count, 2000, 10000);
    assert_string_equal(rows[0].Module, "ntoskrnl.exe");
    assert_string_equal(rows[count - 1].Module, "wmilib.sys");
    for (ULONG i = 1; i < count; i++) {
        if (strcmp(rows[i - 1].Module, rows[i].Module) != 0)
            changes++;
        else if (strcmp(rows[i - 1].Name, rows[i].Name) >= 0)
            fail_msg("%s comes before %s", rows[i - 1].Name, rows[i].Name);
    }
    assert_int_equal(changes, 3); /* ntoskrnl.exe, hal.dll, usbd.sys, wmilib.sys */
}

static void rows_make_sense(void **state)
{
    (void)state;
    ULONG count;
    const LDR_EXPORT *rows = LdrKernelExports(&count);
    for (ULONG i = 0; i < count; i++) {
        const LDR_EXPORT *row = &rows[i];
        if (row->Since > row->Last || row->Since >= WINVER_ALWAYS || row->Last > WINVER_ALWAYS)
            fail_msg("%s has versions %u to %u", row->Name, row->Since, row->Last);
        if (row->Convention > LDR_DATA || row->Completeness > LDR_FULL || row->ArgBytes < -1)
            fail_msg("%s has a bad convention, completeness or size", row->Name);
    }
}

static void every_row_is_found(void **state)
{
    (void)state;
    ULONG count;
    const LDR_EXPORT *rows = LdrKernelExports(&count);
    for (ULONG i = 0; i < count; i++) {
        assert_ptr_equal(LdrFindModuleExport(rows[i].Module, rows[i].Name), &rows[i]);
        assert_string_equal(LdrFindAnyExport(rows[i].Name)->Name, rows[i].Name);
    }
    assert_null(LdrFindKernelExport(""));
    assert_null(LdrFindKernelExport("iocreatedevice"));
    assert_null(LdrFindKernelExport("zzz"));
    assert_null(LdrFindModuleExport("ndis.sys", "IoCreateDevice"));
}

static void modules_have_other_names(void **state)
{
    (void)state;
    assert_string_equal(LdrKernelModule("NTKRNLPA.exe"), "ntoskrnl.exe");
    assert_string_equal(LdrKernelModule("halmacpi.DLL"), "hal.dll");
    assert_null(LdrKernelModule("ntoskrnl"));
    assert_non_null(LdrFindModuleExport("ntkrnlmp.exe", "IoCreateDevice"));
    assert_null(LdrFindModuleExport("hal.dll", "IoCreateDevice"));
}

static void the_hal_moved_into_the_kernel(void **state)
{
    (void)state;
    LdrTargetVersion = WINVER_WIN10_1903;
    assert_null(LdrFindModuleExport("ntoskrnl.exe", "HalGetBusData"));
    LdrTargetVersion = WINVER_WIN10_2004;
    assert_string_equal(LdrFindModuleExport("ntoskrnl.exe", "HalGetBusData")->Module, "hal.dll");
    assert_non_null(LdrFindModuleExport("hal.dll", "HalGetBusData"));
}

static void libraries_are_modules_of_their_own(void **state)
{
    (void)state;
    assert_string_equal(LdrKernelModule("WMILIB.SYS"), "wmilib.sys");
    assert_string_equal(
        LdrFindModuleExport("WMILIB.SYS", "WmiSystemControl")->Module, "wmilib.sys");
    assert_null(LdrFindModuleExport("wmilib.sys", "IoCreateDevice"));
    assert_null(LdrFindModuleExport("ntoskrnl.exe", "WmiSystemControl"));
    /* A driver that asks the kernel for it does not find it. */
    assert_null(LdrFindKernelExport("WmiSystemControl"));
    assert_string_equal(LdrFindAnyExport("WmiSystemControl")->Module, "wmilib.sys");
    assert_non_null(LdrFindModuleExportX86("wmilib.sys", "WmiSystemControl"));
    assert_null(LdrFindModuleExportX86("usbd.sys", "WmiSystemControl"));
}

static void usbd_has_decorated_names_too(void **state)
{
    (void)state;
    const LDR_EXPORT *parse = LdrFindModuleExport("usbd.sys", "USBD_ParseDescriptors");
    assert_non_null(parse);
    assert_ptr_equal(LdrFindModuleExport("USBD.SYS", "_USBD_ParseDescriptors@16"), parse);
    assert_string_equal(LdrFindModuleExportX86("usbd.sys", "_USBD_ParseDescriptors@16")->Name,
        "USBD_ParseDescriptors");
    assert_null(LdrFindModuleExport("usbd.sys", "_@"));
    assert_null(LdrFindModuleExport("usbd.sys", "_USBD_NoSuchFunction@4"));
    assert_null(LdrFindModuleExport("ntoskrnl.exe", "_IoCreateDevice@28"));
    char longest[200];
    memset(longest, '_', sizeof(longest));
    memcpy(longest + sizeof(longest) - 4, "@16", 4);
    assert_null(LdrFindModuleExport("usbd.sys", longest));
}

static void versions_begin_and_end(void **state)
{
    (void)state;
    const LDR_EXPORT *copy = LdrFindKernelExport("MmCopyMemory");
    assert_non_null(copy);
    assert_int_equal(copy->Since, WINVER_WIN81);
    assert_false(LdrExportExists(copy, WINVER_WIN7));
    assert_true(LdrExportExists(copy, WINVER_WIN81));
    assert_true(LdrExportExists(copy, WINVER_WIN11_24H2));
    const LDR_EXPORT past = {.Name = "Past", .Since = WINVER_XP, .Last = WINVER_WIN7};
    assert_true(LdrExportExists(&past, WINVER_WIN7));
    assert_false(LdrExportExists(&past, WINVER_WIN8));
    assert_string_equal(LdrVersionName(WINVER_WIN81), "Windows 8.1");
    for (ULONG version = 0; version < WINVER_ALWAYS; version++)
        assert_memory_equal(LdrVersionName(version), "Windows ", 8);
    assert_string_equal(LdrVersionName(1000), "Windows");
}

static void absences_name_the_way_out(void **state)
{
    (void)state;
    static const struct {
        LDR_EXPORT export;
        UCHAR target;
        const char *text;
    } cases[] = {
        {{.Since = WINVER_WIN81, .Last = WINVER_ALWAYS}, WINVER_WIN7,
            "which first exists in Windows 8.1; this machine is Windows 7. Use --os win81 or "
            "later."},
        {{.Since = WINVER_WIN10_1709, .Last = WINVER_ALWAYS}, WINVER_WIN81,
            "which first exists in Windows 10 1709; this machine is Windows 8.1. Use --os win10 or "
            "later."},
        {{.Since = WINVER_WIN7, .Last = WINVER_WIN8}, WINVER_WIN2000,
            "which first exists in Windows 7; this machine is Windows 2000. Use --os win7."},
        {{.Since = WINVER_VISTA, .Last = WINVER_VISTA}, WINVER_WIN2000,
            "which first exists in Windows Vista; this machine is Windows 2000."},
        {{.Since = WINVER_WIN2000, .Last = WINVER_WIN10_1607}, WINVER_WIN11,
            "which last existed in Windows 10 1607; this machine is Windows 11. Use --os win81 or "
            "earlier."},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[160];
        LdrTargetVersion = cases[i].target;
        LdrpDescribeAbsence(&cases[i].export, text, sizeof(text));
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sorted_within_their_module),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(every_row_is_found),
        cmocka_unit_test(modules_have_other_names),
        cmocka_unit_test(the_hal_moved_into_the_kernel),
        cmocka_unit_test(libraries_are_modules_of_their_own),
        cmocka_unit_test(usbd_has_decorated_names_too),
        cmocka_unit_test(versions_begin_and_end),
        cmocka_unit_test(absences_name_the_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
