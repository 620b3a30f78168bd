/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loading, binding, thunks and unloading, over fake_kernel.c. Images are built in memory and their
 * code is run. Every test ends with nothing left allocated. Linked without the kernel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_kernel.h"

static const struct pe_import one_import[] = {{"ntoskrnl.exe", "TestAdd", 0}};

static LDR_IMAGE *load(const char *path)
{
    LDR_IMAGE *image = NULL;
    LDR_ERROR error = {0, ""};
    NTSTATUS status = LdrLoadImage(path, &image, &error);
    if (status != STATUS_SUCCESS)
        fail_msg("%s: %#x, %s", path, (unsigned)status, error.Text);
    return image;
}

static void refuse(const char *path, NTSTATUS expected, const char *words)
{
    LDR_IMAGE *image = (LDR_IMAGE *)&pcr;
    LDR_ERROR error = {0, ""};
    unsigned before = live;
    NTSTATUS status = LdrLoadImage(path, &image, &error);
    if (status != expected || strstr(error.Text, words) == NULL)
        fail_msg("%s: %#x, \"%s\" is not \"%s\"", path, (unsigned)status, error.Text, words);
    assert_int_equal(error.Status, expected);
    assert_ptr_equal(image, &pcr);
    assert_int_equal(live, before);
}

/* ---- Loading -------------------------------------------------------------------------------- */

extern struct {
    const char *path;
    ULONG_PTR base, size;
    int loaded;
} dotsys_debug_images[];

static void image_is_mapped_bound_and_found(void **state)
{
    (void)state;
    static const struct pe_import imports[] = {{"NTOSKRNL.EXE", "TestAdd", 0},
        {"ntoskrnl.exe", "TestVariable", 0}, {"hal.dll", "TestHal", 0}};
    ADD_DRIVER("/d/hello.sys", imports);
    LDR_IMAGE *image = load("/d/hello.sys");
    assert_string_equal(image->Name, "hello.sys");
    assert_string_equal(image->HostPath, "/d/hello.sys");
    assert_ptr_equal(image->EntryPoint, image->Base + TEXT);
    assert_int_equal(image->References, 1);
    assert_int_equal(CALL(image, 0)(1, 2, 3, 4), 4321);
    assert_int_equal(CALL(image, 2)(5, 0, 0, 0), 5);
    assert_int_equal(protection_of(image->Base), HOST_READ);
    assert_int_equal(protection_of(image->Base + TEXT), HOST_READ | HOST_EXECUTE);

    ULONG_PTR base = (ULONG_PTR)image->Base;
    assert_ptr_equal(LdrFindImage(base), image);
    assert_ptr_equal(LdrFindImage(base + image->SizeOfImage - 1), image);
    assert_null(LdrFindImage(base - 1));
    assert_null(LdrFindImage(base + image->SizeOfImage));
    assert_int_equal(dotsys_debug_images[0].base, base);
    assert_string_equal(dotsys_debug_images[0].path, "/d/hello.sys");
    assert_true(dotsys_debug_images[0].loaded);
    LdrUnloadImage(image);
    assert_null(LdrFindImage(base));
    assert_false(dotsys_debug_images[0].loaded);
}

static void sample_gets_cookie_relocations_and_function_table(void **state)
{
    (void)state;
    size_t size;
    struct pe_builder *pe = pe_new(true);
    uint8_t config[0x70] = {0}, data[0x20] = {0}, pdata[12], unwind[4] = {1, 0, 0, 0};
    static const uint8_t code[] = {0xC3};
    uint32_t text = pe_add_section(pe, ".text", PE_CODE, code, 1, 1);
    uint64_t cookie = 0x2B992DDFA232, pointer = pe_image_base(pe) + text;
    memcpy(data, &cookie, 8);
    memcpy(data + 8, &pointer, 8);
    uint32_t data_rva = pe_add_section(pe, ".data", PE_DATA, data, sizeof(data), 0x3000);
    uint64_t field = pe_image_base(pe) + data_rva;
    config[0] = sizeof(config);
    memcpy(config + 0x58, &field, 8);
    uint32_t config_rva =
        pe_add_section(pe, ".rdata", PE_CONST, config, sizeof(config), sizeof(config));
    uint32_t unwind_rva = pe_add_section(pe, ".xdata", PE_CONST, unwind, 4, 4);
    const uint32_t function[] = {text, text + 1, unwind_rva};
    memcpy(pdata, function, sizeof(pdata));
    uint32_t pdata_rva =
        pe_add_section(pe, ".pdata", PE_CONST, pdata, sizeof(pdata), sizeof(pdata));
    pe_set_directory(pe, PE_DIRECTORY_EXCEPTION, pdata_rva, sizeof(pdata));
    pe_set_directory(pe, PE_DIRECTORY_LOAD_CONFIG, config_rva, sizeof(config));
    pe_relocate(pe, data_rva + 8, PE_RELOCATION_64);
    pe_relocate(pe, config_rva + 0x58, PE_RELOCATION_64);
    void *file = pe_finish(pe, &size);
    add_file("c.sys", file, size);

    LDR_IMAGE *image = load("c.sys");
    assert_int_equal(LdrpRead64(image->Base + data_rva), 0x0000A7A7A7A7A7A7);
    assert_int_equal(LdrpRead64(image->Base + data_rva + 8), (ULONG_PTR)image->Base + text);
    assert_int_equal(LdrpRead64(image->Base + data_rva + 0x2FF8), 0);
    UCHAR *base = NULL;
    RUNTIME_FUNCTION *functions = NULL;
    ULONG count = 0;
    assert_true(KeImageLookup((ULONG_PTR)image->Base + text, &base, &functions, &count));
    assert_ptr_equal(base, image->Base);
    assert_ptr_equal(functions, image->Base + pdata_rva);
    assert_int_equal(count, 1);
    assert_false(KeImageLookup((ULONG_PTR)&pcr, &base, &functions, &count));
    LdrUnloadImage(image);
}

extern int dotsys_debug_writable_code;

static void debugger_gets_writable_code(void **state)
{
    (void)state;
    ADD_DRIVER("/d/a.sys", one_import);
    dotsys_debug_writable_code = 1;
    LDR_IMAGE *image = load("/d/a.sys");
    dotsys_debug_writable_code = 0;
    assert_int_equal(protection_of(image->Base), HOST_READ);
    assert_int_equal(protection_of(image->Base + TEXT), HOST_READ | HOST_WRITE | HOST_EXECUTE);
    LdrUnloadImage(image);
}

static void second_load_is_the_same_image(void **state)
{
    (void)state;
    ADD_DRIVER("/d/a.sys", one_import);
    LDR_IMAGE *image = load("/d/a.sys");
    assert_ptr_equal(load("/d/a.sys"), image);
    assert_int_equal(image->References, 2);
    LdrUnloadImage(image);
    assert_ptr_equal(LdrFindImage((ULONG_PTR)image->Base), image);
    LdrUnloadImage(image);
    assert_int_equal(live, 0);
    assert_int_equal(live_slots, 1);
}

static void discarding_takes_init_away_once(void **state)
{
    (void)state;
    static const uint8_t code[] = {0xC3};
    struct pe_builder *pe = pe_new(true);
    size_t size;
    pe_add_section(pe, ".text", PE_CODE, code, 1, 1);
    uint32_t init = pe_add_section(pe, "INIT", PE_CODE | PE_DISCARDABLE, code, 1, 0x1800);
    pe_add_section(pe, ".data", PE_DATA, code, 1, 1);
    uint32_t debug = pe_add_section(pe, ".debug", PE_CONST | PE_DISCARDABLE, code, 1, 1);
    void *file = pe_finish(pe, &size);
    add_file("/d/i.sys", file, size);
    LDR_IMAGE *image = load("/d/i.sys");
    discarded = 0;
    unsigned before = live;
    assert_int_equal(protection_of(image->Base + init), HOST_READ | HOST_EXECUTE);
    LdrDiscardInit(image);
    LdrDiscardInit(image);
    assert_int_equal(discarded, 3 * PAGE_SIZE);
    assert_int_equal(live, before - 1); /* the file */
    assert_int_equal(protection_of(image->Base + init), HOST_NO_ACCESS);
    assert_int_equal(protection_of(image->Base + init + PAGE_SIZE), HOST_NO_ACCESS);
    assert_int_equal(protection_of(image->Base + init + 2 * PAGE_SIZE), HOST_READ | HOST_WRITE);
    assert_int_equal(protection_of(image->Base + debug), HOST_NO_ACCESS);
    assert_true(image->InitDiscarded);
    LdrUnloadImage(image);
}

static void bad_files_are_refused(void **state)
{
    (void)state;
    char long_path[600];
    size_t size;
    void *text = strdup("#!/bin/sh"), *old = pe_sample_driver(false, &size);
    add_file("/d/script.sys", text, 9);
    add_file("/d/forbidden.sys", NULL, EACCES);
    add_file("/d/huge.sys", NULL, EFBIG);
    add_file("/d/broken.sys", NULL, EIO);
    add_file("/d/old.sys", old, size);
    memset(long_path, 'a', sizeof(long_path));
    long_path[sizeof(long_path) - 1] = 0;
    refuse("/d/none.sys", STATUS_OBJECT_NAME_NOT_FOUND, "/d/none.sys: there is no such file");
    refuse("/d/script.sys", STATUS_INVALID_IMAGE_FORMAT,
        "script.sys is not a driver image: it does not begin with MZ");
    refuse("/d/forbidden.sys", STATUS_ACCESS_DENIED, "may not be read");
    refuse("/d/huge.sys", STATUS_INVALID_IMAGE_FORMAT, "larger than 256 MiB");
    refuse("/d/broken.sys", STATUS_UNEXPECTED_IO_ERROR, "cannot be read");
    refuse(
        "/d/old.sys", STATUS_INVALID_IMAGE_WIN_32, "old.sys is built for x86; this machine is x64");
    refuse(long_path, STATUS_OBJECT_NAME_NOT_FOUND, "there is no such file");
}

static void names_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    LDR_ERROR error;
    LDRP_IMAGE *image;
    char name[100];
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = 0;
    void *data = host_private_allocate(4);
    assert_int_equal(LdrpLoad(name, data, 4, 0, &image, &error), STATUS_NAME_TOO_LONG);
}

/* ---- Imports of the kernel ------------------------------------------------------------------ */

static void refuse_import(
    const char *module, const char *name, uint16_t ordinal, NTSTATUS status, const char *words)
{
    const struct pe_import imports[] = {{"ntoskrnl.exe", "TestAdd", 0}, {module, name, ordinal}};
    ADD_DRIVER("/d/m.sys", imports);
    refuse("/d/m.sys", status, words);
    remove_last_file();
}

static void missing_imports_are_explained(void **state)
{
    (void)state;
    NTSTATUS missing = STATUS_DRIVER_ENTRYPOINT_NOT_FOUND;
    LdrTargetVersion = WINVER_WIN7;
    refuse_import("ntoskrnl.exe", "TestNew", 0, missing,
        "m.sys imports TestNew from ntoskrnl.exe, which first exists in Windows 8.1; this machine "
        "is Windows 7. "
        "Use --os win81 or later.");
    refuse_import("ntoskrnl.exe", "TestNewest", 0, missing,
        "first exists in Windows 11 24H2; this machine is Windows 7. Use --os win11 or later.");
    refuse_import("ntoskrnl.exe", "testadd", 0, missing,
        "m.sys imports testadd from ntoskrnl.exe, which no known Windows version exports");
    refuse_import("ntoskrnl.exe", "TestHal", 0, missing, "but it is hal.dll that exports it");
    refuse_import(
        "HAL.dll", NULL, 3, STATUS_DRIVER_ORDINAL_NOT_FOUND, "imports ordinal 3 of HAL.dll");
    LdrTargetVersion = WINVER_WIN81;
    refuse_import("ntoskrnl.exe", "TestGone", 0, missing,
        "last existed in Windows 7; this machine is Windows 8.1. Use --os win7 or earlier.");
}

static void expect_bugcheck(LDR_IMAGE *image, unsigned index)
{
    memset(&bugcheck, 0, sizeof(bugcheck));
    if (setjmp(after_bugcheck) == 0) {
        CALL(image, index)(1, 2, 3, 4);
        fail_msg("the call returned");
    }
}

static void stub_stops_the_machine_by_name(void **state)
{
    (void)state;
    static const struct pe_import imports[] = {{"ntoskrnl.exe", "TestAdd", 0},
        {"ntoskrnl.exe", "TestStub", 0}, {"ntoskrnl.exe", "TestStubVariable", 0},
        {"ntoskrnl.exe", "TestStub", 0}};
    ADD_DRIVER("/d/s.sys", imports);
    LDR_IMAGE *image = load("/d/s.sys");
    assert_int_equal(CALL(image, 0)(1, 0, 0, 0), 1);
    for (unsigned index = 1; index <= 3; index += 2) {
        expect_bugcheck(image, index);
        ULONG_PTR site = (ULONG_PTR)image->Base + TEXT + index * CALL_BYTES + 4;
        char words[128];
        snprintf(words, sizeof(words),
            "s.sys+%#x called TestStub, which dotsys does not implement yet (first in "
            "Windows XP)",
            TEXT + index * CALL_BYTES + 4);
        assert_int_equal(bugcheck.Code, BUGCHECK_UNIMPLEMENTED_EXPORT);
        assert_int_equal(bugcheck.Parameter[0], site);
        assert_int_equal(bugcheck.Parameter[1], (ULONG_PTR)image->Base);
        assert_string_equal((const char *)bugcheck.Parameter[2], "TestStub");
        assert_string_equal(bugcheck.Detail, words);
        assert_int_equal(bugcheck.Context.Rip, site);
        assert_int_equal(bugcheck.Context.Rsp % 16, 0); /* as before the call */
        assert_int_equal(bugcheck.Context.Rcx, 1);
        assert_int_equal(bugcheck.Context.Rdx, 2);
        assert_int_equal(bugcheck.Context.R8, 3);
        assert_int_equal(bugcheck.Context.R9, 4);
    }
    LdrUnloadImage(image);
}

static void stub_variable_is_inaccessible_and_named(void **state)
{
    (void)state;
    static const struct pe_import imports[] = {{"ntoskrnl.exe", "TestStub", 0},
        {"ntoskrnl.exe", "TestStubVariable", 0}, {"ntoskrnl.exe", "TestVariable", 0}};
    ADD_DRIVER("/d/v.sys", imports);
    LDR_IMAGE *image = load("/d/v.sys"), *owner = NULL;
    LDRP_IMAGE *private = LdrpPrivate(image);
    ULONG_PTR place = (ULONG_PTR) private->StubData;
    assert_int_equal(private->StubDataUsed, 1);
    assert_int_equal(protection_of(private->StubData), HOST_NO_ACCESS);
    assert_int_equal(protection_of(private->Thunks), HOST_READ | HOST_EXECUTE);
    assert_ptr_equal(LdrFindStubData(place, &owner), LdrFindKernelExport("TestStubVariable"));
    assert_ptr_equal(owner, image);
    assert_non_null(LdrFindStubData(place + LDRP_STUB_DATA_BYTES - 1, &owner));
    assert_null(LdrFindStubData(place + LDRP_STUB_DATA_BYTES, &owner));
    assert_null(LdrFindStubData(place - 1, &owner));
    assert_null(LdrFindStubData((ULONG_PTR)&pcr, &owner));
    LdrUnloadImage(image);
}

static void irql_is_checked_when_asked(void **state)
{
    (void)state;
    static const struct pe_import imports[] = {{"ntoskrnl.exe", "TestAdd", 0},
        {"ntoskrnl.exe", "TestAny", 0}, {"ntoskrnl.exe", "ZwTest", 0},
        {"ntoskrnl.exe", "TestVariable", 0}, {"ntoskrnl.exe", "TestStub", 0}};
    ADD_DRIVER("/d/q.sys", imports);
    LdrCheckIrql = TRUE;
    LDR_IMAGE *image = load("/d/q.sys");
    for (KIRQL irql = PASSIVE_LEVEL; irql <= APC_LEVEL; irql++) {
        KiSetIrql(irql);
        assert_int_equal(CALL(image, 0)(1, 2, 3, 4), 4321);
    }
    KiSetIrql(PASSIVE_LEVEL);
    assert_int_equal(CALL(image, 2)(4, 3, 2, 1), 1234);
    KiSetIrql(HIGH_LEVEL);
    assert_int_equal(CALL(image, 1)(1, 2, 3, 4), 4321);

    KiSetIrql(DISPATCH_LEVEL);
    expect_bugcheck(image, 0);
    assert_int_equal(bugcheck.Code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    assert_int_equal(bugcheck.Parameter[0], 0x00020002);
    assert_string_equal((const char *)bugcheck.Parameter[1], "IrqlApcLte");
    assert_int_equal(bugcheck.Parameter[2], (ULONG_PTR)image->Base + TEXT + 4);
    assert_int_equal(bugcheck.Parameter[3], DISPATCH_LEVEL);
    assert_string_equal(bugcheck.Detail,
        "q.sys+0x1004 called TestAdd at IRQL 2 (DISPATCH_LEVEL); it may be called at "
        "IRQL 1 (APC_LEVEL) or below");
    assert_int_equal(bugcheck.Context.R9, 4);
    KiSetIrql(APC_LEVEL);
    expect_bugcheck(image, 2);
    assert_int_equal(bugcheck.Parameter[0], 0x0002001F);
    assert_non_null(strstr(bugcheck.Detail, "it may be called at IRQL 0 (PASSIVE_LEVEL) only"));
    KiSetIrql(PASSIVE_LEVEL);
    LdrUnloadImage(image);
}

/* ---- Imports of drivers --------------------------------------------------------------------- */

static const struct pe_import library_imports[] = {{"ntoskrnl.exe", "TestInitialize", 0},
    {"ntoskrnl.exe", "TestUnload", 0}, {"ntoskrnl.exe", "TestAdd", 0}};
static const struct pe_export library_exports[] = {
    {"DllInitialize", TEXT, NULL},
    {"DllUnload", TEXT + CALL_BYTES, NULL},
    {"LibAdd", TEXT + 2 * CALL_BYTES, NULL},
    {"LibKernel", 0, "ntoskrnl.TestAdd"},
    {"LibKernelGone", 0, "ntoskrnl.Nothing"},
    {"LibStub", 0, "NTOSKRNL.TestStub"},
};
static const struct pe_import library_users[] = {{"Lib.SYS", "LibAdd", 0}, {"Lib.SYS", NULL, 3},
    {"Lib.SYS", "LibKernel", 0}, {"Lib.SYS", "LibStub", 0}};

static void libraries_come_and_go_with_their_importers(void **state)
{
    (void)state;
    ADD_LIBRARY("/d/lib.sys", library_imports, library_exports);
    ADD_DRIVER("/d/one.sys", library_users);
    ADD_DRIVER("/d/two.sys", library_users);
    LDR_IMAGE *one = load("/d/one.sys"), *library = one->Imports->Image;
    assert_string_equal(initialized_with, "\\Registry\\Machine\\System\\CurrentControlSet\\Services"
                                          "\\lib");
    assert_string_equal(library->Name, "lib.sys");
    assert_null(one->Imports->Next);
    assert_int_equal(library->References, 1);
    for (unsigned index = 0; index <= 2; index++)
        assert_int_equal(CALL(one, index)(1, 2, 3, 4), 4321);
    expect_bugcheck(one, 3);
    assert_string_equal((const char *)bugcheck.Parameter[2], "TestStub");
    initialized_with[0] = 0;
    LDR_IMAGE *two = load("/d/two.sys");
    assert_string_equal(initialized_with, "");
    assert_int_equal(library->References, 2);
    assert_ptr_equal(LdrFindExport(library, "LibAdd"), library->Base + TEXT + 2 * CALL_BYTES);
    assert_ptr_equal(LdrFindExport(library, "LibKernel"), test_add);
    assert_null(LdrFindExport(library, "LibNothing"));
    LdrUnloadImage(one);
    assert_int_equal(unloads, 0);
    assert_int_equal(CALL(two, 0)(1, 2, 3, 4), 4321);
    ULONG_PTR library_base = (ULONG_PTR)library->Base;
    LdrUnloadImage(two);
    assert_int_equal(unloads, 1);
    assert_int_equal(live, 0);
    assert_null(LdrFindImage(library_base));
}

static void library_without_unload_stays(void **state)
{
    (void)state;
    static const struct pe_export exports[] = {{"LibAdd", TEXT + 2 * CALL_BYTES, NULL}};
    static const struct pe_import users[] = {{"LIB.SYS", "LibAdd", 0}};
    ADD_LIBRARY("/d/LIB.SYS", library_imports, exports);
    ADD_DRIVER("/d/one.sys", users);
    LDR_IMAGE *one = load("/d/one.sys"), *library = one->Imports->Image;
    assert_string_equal(initialized_with, "");
    LdrUnloadImage(one);
    assert_ptr_equal(LdrFindImage((ULONG_PTR)library->Base), library);
    assert_int_equal(library->References, 0);
    one = load("/d/one.sys");
    assert_ptr_equal(one->Imports->Image, library);
    assert_int_equal(library->References, 1);
    LdrUnloadImage(one);
}

static void library_loaded_as_a_driver_is_not_initialized(void **state)
{
    (void)state;
    ADD_LIBRARY("/elsewhere/lib.sys", library_imports, library_exports);
    ADD_DRIVER("/d/one.sys", library_users);
    LDR_IMAGE *library = load("/elsewhere/lib.sys"), *one = load("/d/one.sys");
    assert_ptr_equal(one->Imports->Image, library);
    assert_string_equal(initialized_with, "");
    LdrUnloadImage(library);
    assert_int_equal(CALL(one, 0)(1, 2, 3, 4), 4321);
    LdrUnloadImage(one);
    assert_int_equal(unloads, 0);
    assert_int_equal(live, 0);
}

static void broken_libraries_fail_the_importer(void **state)
{
    (void)state;
    static const struct pe_import wants_more[] = {{"lib.sys", "LibMore", 0}};
    static const struct pe_import wants_ordinal[] = {{"lib.sys", NULL, 99}};
    static const struct pe_import wants_gone[] = {{"lib.sys", "LibKernelGone", 0}};
    static const struct pe_import wants_path[] = {{"../lib.sys", "LibAdd", 0}};
    static const struct pe_import wants_a[] = {{"a.sys", "X", 0}}, wants_b[] = {{"b.sys", "X", 0}};
    ADD_DRIVER("/d/user.sys", library_users);
    refuse("/d/user.sys", STATUS_OBJECT_NAME_NOT_FOUND,
        "user.sys imports from Lib.SYS, which is neither part of dotsys");
    ADD_LIBRARY("/d/lib.sys", library_imports, library_exports);
    ADD_DRIVER("/d/more.sys", wants_more);
    ADD_DRIVER("/d/ordinal.sys", wants_ordinal);
    ADD_DRIVER("/d/gone.sys", wants_gone);
    ADD_DRIVER("/d/path.sys", wants_path);
    ADD_DRIVER("/d/a.sys", wants_b);
    ADD_DRIVER("/d/b.sys", wants_a);
    refuse("/d/more.sys", STATUS_DRIVER_ENTRYPOINT_NOT_FOUND,
        "more.sys imports LibMore from lib.sys, which does not");
    assert_int_equal(unloads, 1);
    refuse("/d/ordinal.sys", STATUS_DRIVER_ORDINAL_NOT_FOUND,
        "imports ordinal 99 of lib.sys, which it does not export");
    refuse("/d/gone.sys", STATUS_DRIVER_ENTRYPOINT_NOT_FOUND, "imports LibKernelGone from lib.sys");
    refuse("/d/path.sys", STATUS_OBJECT_NAME_NOT_FOUND, "which is no file name");
    refuse("/d/a.sys", STATUS_INVALID_IMAGE_FORMAT, "b.sys and a.sys import from each other");
    initialize_result = STATUS_DEVICE_NOT_READY;
    unloads = 0;
    refuse(
        "/d/user.sys", STATUS_DEVICE_NOT_READY, "lib.sys: its DllInitialize returned 0xc00000a3");
    assert_int_equal(unloads, 0);
}

static void forwarders_between_drivers_are_followed(void **state)
{
    (void)state;
    static const struct pe_export front[] = {{"Add", 0, "back.#1"}, {"Self", 0, "front.Self"}};
    static const struct pe_export back[] = {{"Add", TEXT, NULL}};
    static const struct pe_import uses_front[] = {{"front.sys", "Add", 0}};
    static const struct pe_import uses_loop[] = {{"front.sys", "Self", 0}};
    static const struct pe_import uses_back[] = {{"back.sys", "Add", 0}};
    ADD_LIBRARY("/d/back.sys", one_import, back);
    ADD_LIBRARY("/d/front.sys", uses_back, front);
    ADD_DRIVER("/d/user.sys", uses_front);
    ADD_DRIVER("/d/loop.sys", uses_loop);
    LDR_IMAGE *user = load("/d/user.sys");
    assert_string_equal(user->Imports->Image->Name, "back.sys");
    assert_string_equal(user->Imports->Next->Image->Name, "front.sys");
    assert_int_equal(user->Imports->Image->References, 2);
    assert_int_equal(CALL(user, 0)(1, 2, 3, 4), 4321);
    refuse("/d/loop.sys", STATUS_DRIVER_ENTRYPOINT_NOT_FOUND, "imports Self from front.sys");
    LdrUnloadImage(user);
}

static void chains_of_libraries_have_an_end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        char path[32], next[16];
        snprintf(path, sizeof(path), "/d/c%u.sys", i);
        snprintf(next, sizeof(next), "c%u.sys", i + 1);
        const struct pe_import imports[] = {{next, "X", 0}};
        const struct pe_export exports[] = {{"X", TEXT, NULL}};
        if (i == 19)
            ADD_LIBRARY(path, one_import, exports);
        else
            ADD_LIBRARY(path, imports, exports);
    }
    refuse("/d/c0.sys", STATUS_INVALID_IMAGE_FORMAT, "one driver behind another, 16 deep");
    LdrUnloadImage(load("/d/c5.sys"));
}

/* ---- Limits and failures -------------------------------------------------------------------- */

static BOOLEAN count_image(LDR_IMAGE *image, void *context)
{
    unsigned *count = context;
    assert_non_null(image->Base);
    return ++*count != 3;
}

static void slots_are_reused_and_limited(void **state)
{
    (void)state;
    static LDR_IMAGE *images[LDRP_MAX_IMAGES];
    size_t size;
    static const uint8_t code[] = {0xC3};
    for (unsigned i = 0; i <= LDRP_MAX_IMAGES; i++) {
        char path[32];
        struct pe_builder *pe = pe_new(true);
        pe_add_section(pe, ".text", PE_CODE, code, 1, 1);
        void *file = pe_finish(pe, &size);
        snprintf(path, sizeof(path), "/d/%u.sys", i);
        add_file(path, file, size);
        if (i < LDRP_MAX_IMAGES)
            images[i] = load(path);
        else
            refuse(path, STATUS_INSUFFICIENT_RESOURCES, "1024 images are loaded");
    }
    LDR_IMAGE *last = images[LDRP_MAX_IMAGES - 1];
    assert_ptr_equal(LdrFindImage((ULONG_PTR)last->Base), last);
    unsigned count = 0;
    assert_false(LdrEnumerateImages(count_image, &count));
    assert_int_equal(count, 3);
    LdrUnloadImage(images[7]);
    assert_ptr_equal(load("/d/1024.sys"), images[7]);
}

/* With turns every call of a function passes a point, whose registers and stack are not the
 * call's. */
static void calls_are_points(void **state)
{
    (void)state;
    static const struct pe_import imports[] = {
        {"ntoskrnl.exe", "TestAdd", 0}, {"ntoskrnl.exe", "TestVariable", 0}};
    ADD_DRIVER("/d/t.sys", imports);
    for (int checks = 0; checks < 2; checks++) {
        LdrCheckIrql = checks != 0;
        KeTakesTurns = TRUE;
        LDR_IMAGE *image = load("/d/t.sys");
        KeTakesTurns = FALSE;
        points = 0;
        KiSetIrql(PASSIVE_LEVEL);
        assert_int_equal(CALL(image, 0)(1, 2, 3, 4), 4321);
        assert_int_equal(CALL(image, 0)(4, 3, 2, 1), 1234);
        assert_int_equal(points, 2);
        if (checks) {
            KiSetIrql(DISPATCH_LEVEL);
            expect_bugcheck(image, 0);
            assert_int_equal(bugcheck.Context.R9, 4);
            KiSetIrql(PASSIVE_LEVEL);
        }
        LdrUnloadImage(image);
    }
}

/* The importer of a library, with stubs and checks: everything the loader acquires. */
static void every_failing_acquisition_leaves_nothing(void **state)
{
    (void)state;
    ADD_LIBRARY("/d/lib.sys", library_imports, library_exports);
    ADD_DRIVER("/d/user.sys", library_users);
    LdrCheckIrql = TRUE;
    for (int forever = 0; forever < 2; forever++) {
        unsigned failures = 0;
        for (int nth = 1;; nth++) {
            LDR_IMAGE *image = NULL;
            LDR_ERROR error = {0, ""};
            fail_forever = forever != 0;
            fail_countdown = nth;
            NTSTATUS status = LdrLoadImage("/d/user.sys", &image, &error);
            bool reached = fail_countdown == 0 || forever;
            fail_countdown = 0;
            if (NT_SUCCESS(status)) {
                assert_int_equal(CALL(image, 0)(1, 2, 3, 4), 4321);
                LdrUnloadImage(image);
                assert_int_equal(live, 0);
                if (!reached || forever)
                    break;
                continue;
            }
            failures++;
            assert_int_equal(status, STATUS_INSUFFICIENT_RESOURCES);
            assert_true(strlen(error.Text) > 10);
            assert_int_equal(live, 0);
            assert_int_equal(mutex_depth, 0);
        }
        assert_in_range(failures, 8, 40);
    }
}

static void stopped_machine_loads_nothing_and_ends_clean(void **state)
{
    (void)state;
    ADD_DRIVER("/d/a.sys", one_import);
    LDR_IMAGE *image = load("/d/a.sys");
    stopped = true;
    refuse("/d/a.sys", STATUS_HOST_DOWN, "the machine has stopped");
    LdrUnloadImage(image); /* LdrTerminate does it */
    assert_ptr_equal(LdrFindImage((ULONG_PTR)image->Base), image);
}

/* ---- Listing -------------------------------------------------------------------------------- */

static BOOLEAN list_import(const LDR_IMPORT *import, void *context)
{
    char *text = context;
    snprintf(text + strlen(text), 256 - strlen(text), "%s!%s#%u%s ", import->Module,
        import->Name ? import->Name : "", import->Ordinal, import->Export ? "+" : "-");
    return strstr(text, "#9") == NULL;
}

static void imports_are_listed_without_loading(void **state)
{
    (void)state;
    static const struct pe_import imports[] = {{"ntoskrnl.exe", "TestNew", 0},
        {"ntoskrnl.exe", "Unknown", 0}, {"other.sys", "TestAdd", 0}, {"other.sys", NULL, 9},
        {"hal.dll", "TestHal", 0}};
    char text[256] = "";
    LDR_ERROR error = {0, ""};
    size_t size;
    ADD_DRIVER("/d/l.sys", imports);
    assert_int_equal(LdrListImports("/d/l.sys", list_import, text, &error), STATUS_SUCCESS);
    assert_string_equal(text, "ntoskrnl.exe!TestNew#0+ ntoskrnl.exe!Unknown#0- "
                              "other.sys!TestAdd#0- other.sys!#9- ");
    void *sample = pe_sample_driver(false, &size);
    add_file("/d/x86.sys", sample, size);
    text[0] = 0;
    assert_int_equal(LdrListImports("/d/x86.sys", list_import, text, &error), STATUS_SUCCESS);
    assert_non_null(strstr(text, "HAL.dll!KeStallExecutionProcessor#0+")); /* the real x86 table */
    assert_int_equal(
        LdrListImports("/d/none", list_import, text, &error), STATUS_OBJECT_NAME_NOT_FOUND);
    add_file("/d/text.sys", strdup("text"), 4);
    assert_int_equal(
        LdrListImports("/d/text.sys", list_import, text, &error), STATUS_INVALID_IMAGE_FORMAT);
    assert_string_equal(error.Text, "text.sys is not a driver image: it does not begin with MZ");
}

#define WITH_MACHINE(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_MACHINE(image_is_mapped_bound_and_found),
        WITH_MACHINE(sample_gets_cookie_relocations_and_function_table),
        WITH_MACHINE(debugger_gets_writable_code),
        WITH_MACHINE(second_load_is_the_same_image),
        WITH_MACHINE(discarding_takes_init_away_once),
        WITH_MACHINE(bad_files_are_refused),
        WITH_MACHINE(names_that_do_not_fit_are_refused),
        WITH_MACHINE(missing_imports_are_explained),
        WITH_MACHINE(stub_stops_the_machine_by_name),
        WITH_MACHINE(stub_variable_is_inaccessible_and_named),
        WITH_MACHINE(irql_is_checked_when_asked),
        WITH_MACHINE(libraries_come_and_go_with_their_importers),
        WITH_MACHINE(library_without_unload_stays),
        WITH_MACHINE(library_loaded_as_a_driver_is_not_initialized),
        WITH_MACHINE(broken_libraries_fail_the_importer),
        WITH_MACHINE(forwarders_between_drivers_are_followed),
        WITH_MACHINE(chains_of_libraries_have_an_end),
        WITH_MACHINE(slots_are_reused_and_limited),
        WITH_MACHINE(calls_are_points),
        WITH_MACHINE(every_failing_acquisition_leaves_nothing),
        WITH_MACHINE(stopped_machine_loads_nothing_and_ends_clean),
        WITH_MACHINE(imports_are_listed_without_loading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
