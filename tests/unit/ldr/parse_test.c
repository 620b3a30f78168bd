/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The PE parser: what a good image comes out as, which damage is refused with which words, and that
 * no damage at all makes it read outside the file (run under a sanitizer: every file is a block of
 * its own).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ldr/parse.h"
#include "tests/lib/pe_builder.c" /* a unit test is one source */

#define NT 0x80u /* where the builder puts the PE header */
#define OPTIONAL (NT + 24)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct outcome {
    NTSTATUS status;
    LDRP_REASON reason;
    LDRP_FILE file;
};

/* Everything the loader does with a file before it maps it, in its order, for x64. */
static struct outcome examine_as(const void *data, size_t size, USHORT machine)
{
    struct outcome result = {.reason = {""}};
    result.status = LdrpParse(data, size, &result.file, &result.reason);
    if (NT_SUCCESS(result.status))
        result.status = LdrpCheckDriver(&result.file, machine, &result.reason);
    if (NT_SUCCESS(result.status))
        result.status = LdrpCheckDirectories(&result.file, &result.reason);
    return result;
}

static struct outcome examine(const void *data, size_t size)
{
    return examine_as(data, size, IMAGE_FILE_MACHINE_AMD64);
}

/* Places and relocates an accepted file; the result is freed by the caller. */
static uint8_t *lay_out(const LDRP_FILE *file, uint64_t delta)
{
    LDRP_REASON reason;
    uint8_t *image = calloc(1, file->SizeOfImage);
    assert_non_null(image);
    LdrpPlace(file, image);
    assert_int_equal(LdrpRelocate(file, image, delta, &reason), STATUS_SUCCESS);
    return image;
}

static uint32_t get32(const uint8_t *at)
{
    return LdrpRead32(at);
}

static void put(uint8_t *data, size_t at, unsigned width, uint64_t value)
{
    memcpy(data + at, &value, width);
}

static const uint8_t *section_header(const uint8_t *data, const char *name)
{
    const uint8_t *header = data + OPTIONAL + LdrpRead16(data + NT + 20);
    for (unsigned i = LdrpRead16(data + NT + 6); i > 0; i--, header += 40) {
        if (strncmp((const char *)header, name, 8) == 0)
            return header;
    }
    fail_msg("no section %s", name);
    return NULL;
}

static size_t section_offset(const uint8_t *data, const char *name)
{
    return get32(section_header(data, name) + 20);
}

/* ---- A good image --------------------------------------------------------------------------- */

static void sample_is_accepted(void **state)
{
    (void)state;
    for (int is64 = 0; is64 < 2; is64++) {
        size_t size;
        uint8_t *data = pe_sample_driver(is64, &size);
        struct outcome result =
            examine_as(data, size, is64 ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386);
        assert_string_equal(result.reason.Text, "");
        assert_int_equal(result.status, STATUS_SUCCESS);
        assert_int_equal(result.file.Is64, is64);
        assert_int_equal(result.file.EntryPoint, 0x1000);
        assert_int_equal(result.file.ImageBase, is64 ? 0x140000000 : 0x10000);
        assert_int_equal(result.file.SizeOfImage % LDRP_PAGE, 0);
        free(data);
    }
}

static void sections_and_relocations_are_applied(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    struct outcome result = examine(data, size);
    uint8_t *image = lay_out(&result.file, 0x600000000000);
    assert_memory_equal(image, data, result.file.SizeOfHeaders);
    assert_int_equal(image[0x1000], 0x31);
    assert_int_equal(LdrpRead64(image + 0x2000 + PE_SAMPLE_POINTER_SLOT), 0x600140002000);
    assert_int_equal(image[0x2000 + 0x17FF], 0);
    free(image);

    free(data);
    data = pe_sample_driver(false, &size);
    result = examine_as(data, size, IMAGE_FILE_MACHINE_I386);
    image = lay_out(&result.file, 0x80000000u);
    assert_int_equal(get32(image + 0x2000 + PE_SAMPLE_POINTER_SLOT), 0x80012000u);
    free(image);
    free(data);
}

static void sixteen_bit_relocations_are_applied(void **state)
{
    (void)state;
    static const uint8_t words[] = {0x34, 0x12, 0xFF, 0xFF};
    struct pe_builder *pe = pe_new(false);
    uint32_t rva = pe_add_section(pe, ".data", PE_DATA, words, sizeof(words), sizeof(words));
    pe_relocate(pe, rva, IMAGE_REL_BASED_HIGH);
    pe_relocate(pe, rva + 2, IMAGE_REL_BASED_LOW);
    size_t size;
    uint8_t *data = pe_finish(pe, &size);
    struct outcome result = examine_as(data, size, IMAGE_FILE_MACHINE_I386);
    assert_string_equal(result.reason.Text, "");
    uint8_t *image = lay_out(&result.file, 0x00050003);
    assert_int_equal(LdrpRead16(image + rva), 0x1239);
    assert_int_equal(LdrpRead16(image + rva + 2), 0x0002);
    free(image);
    free(data);
}

struct seen {
    char text[256];
    ULONG last_slot;
};

static NTSTATUS see_import(const LDRP_IMPORT *import, void *context)
{
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    snprintf(seen->text + used, sizeof(seen->text) - used, "%s!%s#%u ", import->Module,
        import->Name ? import->Name : "", import->Ordinal);
    seen->last_slot = import->SlotRva;
    return strcmp(import->Module, "stop.sys") == 0 ? STATUS_CANCELLED : STATUS_SUCCESS;
}

static void imports_are_walked(void **state)
{
    (void)state;
    for (int is64 = 0; is64 < 2; is64++) {
        static const struct pe_import imports[] = {{"a.sys", "First", 0}, {"a.sys", NULL, 7},
            {"b.sys", "Third", 0}, {"stop.sys", "X", 0}, {"c.sys", "Y", 0}};
        struct pe_builder *pe = pe_new(is64);
        uint32_t slots[COUNT_OF(imports)];
        struct seen seen = {"", 0};
        LDRP_REASON reason = {""};
        size_t size;
        pe_add_imports(pe, imports, COUNT_OF(imports), slots);
        uint8_t *data = pe_finish(pe, &size);
        LDRP_FILE file;
        assert_int_equal(LdrpParse(data, size, &file, &reason), STATUS_SUCCESS);
        assert_int_equal(LdrpWalkImports(&file, see_import, &seen, &reason), STATUS_CANCELLED);
        assert_string_equal(seen.text, "a.sys!First#0 a.sys!#7 b.sys!Third#0 stop.sys!X#0 ");
        assert_int_equal(seen.last_slot, slots[3]);
        free(data);
    }
}

static void imports_without_a_name_table_are_walked(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    put(data, section_offset(data, ".idata"), 4, 0); /* OriginalFirstThunk */
    pe_fix_checksum(data, size);
    struct outcome result = examine(data, size);
    struct seen seen = {"", 0};
    assert_string_equal(result.reason.Text, "");
    assert_int_equal(
        LdrpWalkImports(&result.file, see_import, &seen, &result.reason), STATUS_SUCCESS);
    assert_non_null(strstr(seen.text, "ntoskrnl.exe!DbgPrint#0 ntoskrnl.exe!IoCreateDevice#0"));
    free(data);
}

static void exports_are_found(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    struct outcome result = examine(data, size);
    LDRP_EXPORT found = {0};
    assert_true(LdrpFindExportByName(&result.file, "Alpha", &found));
    assert_int_equal(found.Rva, 0x1000);
    assert_null(found.Forwarder);
    assert_true(LdrpFindExportByName(&result.file, "Beta", &found));
    assert_string_equal(found.Forwarder, "ntoskrnl.DbgPrint");
    assert_true(LdrpFindExportByOrdinal(&result.file, 3, &found));
    assert_int_equal(found.Rva, 0x2000);
    assert_false(LdrpFindExportByName(&result.file, "alpha", &found));
    assert_false(LdrpFindExportByName(&result.file, "Gamma", &found));
    assert_false(LdrpFindExportByOrdinal(&result.file, 0, &found));
    assert_false(LdrpFindExportByOrdinal(&result.file, 4, &found));
    free(data);
}

static void cookie_is_found_while_it_has_the_default_value(void **state)
{
    (void)state;
    for (int is64 = 0; is64 < 2; is64++) {
        size_t size;
        uint8_t *data = pe_sample_driver(is64, &size);
        LDRP_FILE file;
        LDRP_REASON reason;
        assert_int_equal(LdrpParse(data, size, &file, &reason), STATUS_SUCCESS);
        assert_int_equal(LdrpFindCookie(&file), 0x2000);
        size_t cookie = section_offset(data, ".data"), config = section_offset(data, ".rdata");
        data[cookie] ^= 1;
        assert_int_equal(LdrpFindCookie(&file), 0);
        data[cookie] ^= 1;
        put(data, config, 4, is64 ? 0x58 : 0x3C); /* a directory that ends before the field */
        assert_int_equal(LdrpFindCookie(&file), 0);
        put(data, config, 4, 0x70);
        put(data, config + (is64 ? 0x58 : 0x3C), 4, 0); /* outside the image */
        assert_int_equal(LdrpFindCookie(&file), 0);
        free(data);
    }
}

static void pages_have_their_sections_access(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    struct outcome result = examine(data, size);
    ULONG init = get32(section_header(data, "INIT") + 12) / LDRP_PAGE;
    ULONG reloc = get32(section_header(data, ".reloc") + 12) / LDRP_PAGE;
    assert_int_equal(LdrpPageAccess(&result.file, 0), IMAGE_SCN_MEM_READ);
    assert_int_equal(LdrpPageAccess(&result.file, 1), IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_EXECUTE);
    assert_int_equal(LdrpPageAccess(&result.file, 2), IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE);
    assert_int_equal(LdrpPageAccess(&result.file, 3), IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE);
    for (ULONG page = 0; page < result.file.SizeOfImage / LDRP_PAGE; page++)
        assert_int_equal(LdrpPageDiscardable(&result.file, page), page == init || page == reloc);
    free(data);
}

/* Old x86 drivers are aligned to 32 or 128 bytes: several sections share a page. */
static void sections_may_share_pages(void **state)
{
    (void)state;
    static const uint8_t code[0x30] = {0xC3};
    struct pe_builder *pe = pe_new(false);
    pe_set_alignment(pe, 0x20);
    uint32_t text = pe_add_section(pe, ".text", PE_CODE, code, sizeof(code), sizeof(code));
    uint32_t data_rva = pe_add_section(pe, ".data", PE_DATA, code, sizeof(code), sizeof(code));
    pe_add_section(pe, "INIT", PE_CODE | PE_DISCARDABLE, NULL, 0x1000, 0x1000);
    pe_set_entry(pe, text);
    size_t size;
    uint8_t *data = pe_finish(pe, &size);
    struct outcome result = examine_as(data, size, IMAGE_FILE_MACHINE_I386);
    assert_string_equal(result.reason.Text, "");
    assert_int_equal(data_rva, text + 0x40);
    assert_int_equal(LdrpPageAccess(&result.file, 0),
        IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE);
    assert_false(LdrpPageDiscardable(&result.file, 0));
    assert_true(LdrpPageDiscardable(&result.file, 1));
    uint8_t *image = lay_out(&result.file, 0);
    assert_memory_equal(image, data, size);
    free(image);
    put(data, get32(data + 0x3C) + 24 + 224 + 20, 4, 0); /* .text without bytes is fine… */
    pe_fix_checksum(data, size);
    assert_int_equal(examine_as(data, size, IMAGE_FILE_MACHINE_I386).status, STATUS_SUCCESS);
    put(data, NT + 24 + 224 + 40 + 20, 4,
        text); /* …but .data elsewhere than at its address is not */
    pe_fix_checksum(data, size);
    result = examine_as(data, size, IMAGE_FILE_MACHINE_I386);
    assert_non_null(strstr(result.reason.Text, "must be at its address"));
    free(data);
}

static void strings_end_in_the_file(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    struct outcome result = examine(data, size);
    uint8_t *text = data + section_offset(data, ".text");
    memset(text, 'x', 0x200);
    assert_null(LdrpString(&result.file, 0x1000));
    text[0x1FF] = 0;
    assert_int_equal(strlen(LdrpString(&result.file, 0x1000)), 0x1FF);
    assert_null(LdrpString(&result.file, 0x11FF));
    assert_null(LdrpString(&result.file, 0x1200));
    assert_null(LdrpString(&result.file, 0xFFFFFFFFFFull));
    assert_non_null(LdrpAt(&result.file, 0x1000, 0x200));
    assert_null(LdrpAt(&result.file, 0x1000, 0x201));
    assert_null(LdrpAt(&result.file, 0x1001, 0xFFFFFFFFFFFFFFFFull));
    free(data);
}

/* ---- Refusals, by name ---------------------------------------------------------------------- */

struct damage {
    const char *section; /* NULL: at is in the headers */
    uint32_t at;
    unsigned width;
    uint64_t value;
    NTSTATUS status;
    const char *words;
};

#define FORMAT STATUS_INVALID_IMAGE_FORMAT
#define SECTION0 (OPTIONAL + 240) /* PE32+ */
#define DIRECTORY(index) (OPTIONAL + 112 + (index)*8u)

static const struct damage damages[] = {
    {NULL, 0, 2, 0x4D5B, FORMAT, "does not begin with MZ"},
    {NULL, 0x3C, 4, 0x82, FORMAT, "misaligned offset 0x82"},
    {NULL, 0x3C, 4, 0x80000000, FORMAT, "its PE header would be at 0x80000000"},
    {NULL, 0x3C, 4, 0xFFFFFFFC, FORMAT, "its PE header would be at 0xfffffffc"},
    {NULL, NT, 4, 0x454E, FORMAT, "no PE signature at 0x80"},
    {NULL, NT + 4, 2, 0xAA64, FORMAT, "built for ARM64; this machine is x64"},
    {NULL, NT + 4, 2, 0x14C, STATUS_INVALID_IMAGE_WIN_32, "built for x86; this machine is x64"},
    {NULL, NT + 6, 2, 0, FORMAT, "has 0 sections"},
    {NULL, NT + 6, 2, 97, FORMAT, "has 97 sections"},
    {NULL, NT + 6, 2, 40, FORMAT, "a table of 40 sections that does not fit"},
    {NULL, NT + 20, 2, 0xFFFF, FORMAT, "optional header has 65535 bytes"},
    {NULL, NT + 20, 2, 100, FORMAT, "optional header of 100 bytes, 112 are needed"},
    {NULL, NT + 20, 2, 120, FORMAT, "16 data directories, more than its optional header holds"},
    {NULL, NT + 22, 2, 0x0020, FORMAT, "is not marked executable"},
    {NULL, NT + 22, 2, 0x0023, FORMAT, "has no relocations"},
    {NULL, OPTIONAL, 2, 0x107, FORMAT, "optional header of unknown kind 0x107"},
    {NULL, OPTIONAL + 16, 4, 0x900, FORMAT, "entry point at 0x900, outside its sections"},
    {NULL, OPTIONAL + 16, 4, 0x7FFFFFFF, FORMAT, "entry point at 0x7fffffff"},
    {NULL, OPTIONAL + 24, 8, 0x140000800, FORMAT, "no multiple of 64 KiB"},
    {NULL, OPTIONAL + 32, 4, 0x1800, FORMAT, "section alignment 0x1800"},
    {NULL, OPTIONAL + 32, 4, 0x100, FORMAT, "not the smaller"},
    {NULL, OPTIONAL + 36, 4, 0, FORMAT, "file alignment 0:"},
    {NULL, OPTIONAL + 36, 4, 0x100, FORMAT, "512 or more otherwise"},
    {NULL, OPTIONAL + 56, 4, 0, FORMAT, "has SizeOfImage 0:"},
    {NULL, OPTIONAL + 56, 4, 0x10001000, FORMAT, "the limit is 256 MiB"},
    {NULL, OPTIONAL + 56, 4, 0x20000, FORMAT, "has SizeOfImage 0x20000, but its sections end"},
    {NULL, OPTIONAL + 60, 4, 0x7FFFFFFF, FORMAT, "headers of 0x7fffffff bytes"},
    {NULL, OPTIONAL + 60, 4, 0x200, FORMAT, "does not fit its headers"},
    {NULL, OPTIONAL + 68, 2, 2, FORMAT, "is for subsystem 2: a driver is native"},
    {NULL, SECTION0 + 8, 4, 0x100000, FORMAT, "it overlaps what comes before"},
    {NULL, SECTION0 + 12, 4, 0x2000, FORMAT, "section 0 (.text) at 0x2000: there is a gap"},
    {NULL, SECTION0 + 12, 4, 0, FORMAT, "section 0 (.text) at 0: it overlaps"},
    {NULL, SECTION0 + 16, 4, 0x80000000, FORMAT, "section 0 (.text) has 0x80000000 bytes"},
    {NULL, SECTION0 + 20, 4, 0xFFFFFE00, FORMAT, "at file offset 0xfffffe00"},
    {NULL, SECTION0 + 20, 4, 0x210, FORMAT, "misaligned file offset 0x210"},
    {NULL, SECTION0 + 40 + 8, 4, 0xFFFFFFFF, FORMAT, "the limit is 256 MiB"},
    {NULL, DIRECTORY(0), 4, 0x700000, FORMAT, "export directory that is not in the file"},
    {NULL, DIRECTORY(1), 4, 0x700000, FORMAT, "import directory at 0x700000 without an end"},
    {NULL, DIRECTORY(3), 4, 0x700000, FORMAT, "function table (.pdata) that is not in the file"},
    {NULL, DIRECTORY(3) + 4, 4, 0xFFFFFFFF, FORMAT,
        "function table (.pdata) that is not in the file"},
    {NULL, DIRECTORY(5), 4, 0x700000, FORMAT, "at 0x700000 that are not in the file"},
    {NULL, DIRECTORY(5) + 4, 4, 0xFFFFFFFF, FORMAT, "that are not in the file"},
    {".reloc", 4, 4, 4, FORMAT, "relocation block of 0x4 bytes"},
    {".reloc", 4, 4, 0x10000, FORMAT, "relocation block of 0x10000 bytes"},
    {".reloc", 4, 4, 11, FORMAT, "relocation block of 0xb bytes"},
    {".reloc", 8, 2, 0x5008, FORMAT, "relocation of type 5"},
    {".reloc", 0, 4, 0xFFFFF000, FORMAT, "relocation at 0xfffff008, outside the image"},
    {".idata", 12, 4, 0x700000, FORMAT, "module whose name is not in the file"},
    {".idata", 16, 4, 0, FORMAT, "no place for the addresses it imports from ntoskrnl.exe"},
    {".idata", 16, 4, 0xFFFFFFF8, FORMAT, "import table for ntoskrnl.exe that leaves the image"},
    {".idata", 0, 4, 0x700000, FORMAT, "import table for ntoskrnl.exe without an end"},
    {".idata", 0x68, 8, 0x700000, FORMAT, "import from ntoskrnl.exe whose name is not in the file"},
    {".idata", 0x68, 8, 0x100000001000, FORMAT, "whose name is not in the file"},
    {".edata", 20, 4, 0x40000000, FORMAT, "export directory that is not in the file"},
    {".edata", 24, 4, 0x40000000, FORMAT, "export directory that is not in the file"},
    {".edata", 28, 4, 0x700000, FORMAT, "export directory that is not in the file"},
    {".edata", 40, 4, 0x7FFFFFFF, FORMAT, "exports ordinal 1 at an address outside the image"},
    {".edata", 52, 4, 0x700000, FORMAT, "export whose name is not in the file"},
    {".edata", 64, 2, 3, FORMAT, "exports Alpha with an ordinal it does not have"},
    {".pdata", 4, 4, 0x1000, FORMAT, "out of order in its function table"},
    {".pdata", 4, 4, 0x7FFFFFFF, FORMAT, "out of order in its function table"},
    {".pdata", 8, 4, 0x700000, FORMAT, "bad unwind data at 0x700000"},
    {".pdata", 8, 4, 0x40F2, FORMAT, "bad unwind data"},
    {".rdata", 0xF2, 1, 0xFF, FORMAT, "bad unwind data"},
};

static void damage_is_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        const struct damage *damage = &damages[i];
        size_t size;
        uint8_t *data = pe_sample_driver(true, &size);
        size_t base = damage->section ? section_offset(data, damage->section) : 0;
        if (damage->section != NULL && strcmp(damage->section, ".rdata") == 0)
            memset(data + base + 0x100, 0, 0x100);
        put(data, base + damage->at, damage->width, damage->value);
        if (get32(data + 0x3C) == NT)
            pe_fix_checksum(data, size);
        struct outcome result = examine(data, size);
        if (result.status != damage->status || strstr(result.reason.Text, damage->words) == NULL)
            fail_msg("damage %zu (%s): status %#x, \"%s\"", i, damage->words,
                (unsigned)result.status, result.reason.Text);
        free(data);
    }
}

static void other_word_size_is_named(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    struct outcome result = examine_as(data, size, IMAGE_FILE_MACHINE_I386);
    assert_int_equal(result.status, STATUS_INVALID_IMAGE_WIN_64);
    assert_string_equal(result.reason.Text, "is built for x64; this machine is x86");
    free(data);
    data = pe_sample_driver(false, &size);
    result = examine(data, size);
    assert_int_equal(result.status, STATUS_INVALID_IMAGE_WIN_32);
    put(data, NT + 4, 2, IMAGE_FILE_MACHINE_AMD64); /* a PE32 that says it is x64 */
    result = examine(data, size);
    assert_int_equal(result.status, STATUS_INVALID_IMAGE_FORMAT);
    assert_non_null(strstr(result.reason.Text, "other word size"));
    free(data);
}

static void wrong_checksum_is_refused_and_none_accepted(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    data[section_offset(data, ".text") + 3] ^= 0x40;
    assert_int_equal(examine(data, size).status, STATUS_IMAGE_CHECKSUM_MISMATCH);
    put(data, OPTIONAL + 64, 4, 0);
    assert_int_equal(examine(data, size).status, STATUS_SUCCESS);
    pe_fix_checksum(data, size);
    assert_int_equal(examine(data, size).status, STATUS_SUCCESS);
    uint8_t *odd = malloc(size + 1); /* the sum of a file of odd length pads with zero */
    memcpy(odd, data, size);
    odd[size] = 0x55;
    pe_fix_checksum(odd, size + 1);
    assert_int_equal(examine(odd, size + 1).status, STATUS_SUCCESS);
    free(odd);
    free(data);
}

static void trailing_empty_functions_are_not_counted(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    put(data, DIRECTORY(3) + 4, 4, 12 * 5); /* the rest of the section is zero */
    pe_fix_checksum(data, size);
    struct outcome result = examine(data, size);
    ULONG rva, count;
    assert_int_equal(result.status, STATUS_SUCCESS);
    assert_int_equal(
        LdrpCheckFunctionTable(&result.file, &rva, &count, &result.reason), STATUS_SUCCESS);
    assert_int_equal(count, 1);
    free(data);
}

/* ---- Damage of every kind ------------------------------------------------------------------- */

struct tally {
    unsigned tried, refused;
};

/* Whatever comes out, it comes out cleanly; an accepted file can be laid out. */
static void survive(const uint8_t *bytes, size_t size, struct tally *tally)
{
    uint8_t *exact = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, size);
    LDRP_FILE file;
    LDRP_REASON reason = {""};
    NTSTATUS status = LdrpParse(exact, size, &file, &reason);
    if (NT_SUCCESS(status)) {
        LdrpCheckDriver(&file, IMAGE_FILE_MACHINE_AMD64, &reason);
        LdrpFindCookie(&file);
        reason.Text[0] = 0;
        status = LdrpCheckDirectories(&file, &reason);
    }
    tally->tried++;
    if (!NT_SUCCESS(status)) {
        tally->refused++;
        assert_int_equal(status, STATUS_INVALID_IMAGE_FORMAT);
        assert_true(strlen(reason.Text) > 10);
    } else if (file.SizeOfImage <= 1u << 20) {
        free(lay_out(&file, 0x10000));
    }
    free(exact);
}

static void every_field_with_every_extreme(void **state)
{
    (void)state;
    struct tally tally = {0, 0};
    for (int is64 = 0; is64 < 2; is64++) {
        size_t size;
        uint8_t *data = pe_sample_driver(is64, &size);
        size_t end = OPTIONAL + LdrpRead16(data + NT + 20) + LdrpRead16(data + NT + 6) * 40u;
        for (size_t at = 0; at < end; at = at == 0 ? 0x3C : at == 0x3C ? NT : at + 2) {
            for (unsigned width = 2; width <= 4; width += 2) {
                uint32_t old = 0;
                memcpy(&old, data + at, width);
                const uint32_t values[] = {
                    0, 0xFFFFFFFF, old + 1, old - 1, 0x80000000, 0x7FFFFFFF, old + 0x1000};
                for (size_t i = 0; i < COUNT_OF(values); i++) {
                    put(data, at, width, values[i]);
                    survive(data, size, &tally);
                }
                put(data, at, width, old);
            }
        }
        free(data);
    }
    assert_in_range(tally.tried, 2000, 100000);
    assert_in_range(tally.refused, tally.tried / 5, tally.tried);
}

static void every_table_entry_with_every_extreme(void **state)
{
    (void)state;
    static const char *const tables[] = {".idata", ".edata", ".reloc", ".rdata", ".pdata"};
    static const uint32_t values[] = {0, 1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0xA000, 0xFFC};
    struct tally tally = {0, 0};
    for (size_t table = 0; table < COUNT_OF(tables); table++) {
        size_t size;
        uint8_t *data = pe_sample_driver(true, &size);
        size_t first = section_offset(data, tables[table]);
        for (size_t at = first; at < first + 0x100; at += 2) {
            uint32_t old = get32(data + at);
            for (size_t i = 0; i < COUNT_OF(values); i++) {
                put(data, at, 4, values[i]);
                survive(data, size, &tally);
            }
            put(data, at, 4, old);
        }
        free(data);
    }
    assert_in_range(tally.refused, 200, tally.tried);
}

static void every_truncation(void **state)
{
    (void)state;
    struct tally tally = {0, 0};
    size_t size;
    uint8_t *data = pe_sample_driver(true, &size);
    for (size_t length = 0; length < size; length++)
        survive(data, length, &tally);
    assert_int_equal(tally.tried, size);
    assert_int_equal(tally.refused, size);
    free(data);
}

static void random_flips(void **state)
{
    (void)state;
    struct tally tally = {0, 0};
    uint64_t random = 20240229;
    for (unsigned round = 0; round < 4000; round++) {
        size_t size;
        uint8_t *data = pe_sample_driver(round & 1, &size);
        for (unsigned flips = 1 + round % 8; flips > 0; flips--) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            size_t at = (size_t)(random >> 33) % ((round & 2) ? size : 0x400);
            data[at] ^= (uint8_t)(1u << ((random >> 20) & 7));
        }
        survive(data, size, &tally);
        free(data);
    }
    assert_in_range(tally.refused, 1, tally.tried - 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_is_accepted),
        cmocka_unit_test(sections_and_relocations_are_applied),
        cmocka_unit_test(sixteen_bit_relocations_are_applied),
        cmocka_unit_test(imports_are_walked),
        cmocka_unit_test(imports_without_a_name_table_are_walked),
        cmocka_unit_test(exports_are_found),
        cmocka_unit_test(cookie_is_found_while_it_has_the_default_value),
        cmocka_unit_test(pages_have_their_sections_access),
        cmocka_unit_test(sections_may_share_pages),
        cmocka_unit_test(strings_end_in_the_file),
        cmocka_unit_test(damage_is_refused_by_name),
        cmocka_unit_test(other_word_size_is_named),
        cmocka_unit_test(wrong_checksum_is_refused_and_none_accepted),
        cmocka_unit_test(trailing_empty_functions_are_not_counted),
        cmocka_unit_test(every_field_with_every_extreme),
        cmocka_unit_test(every_table_entry_with_every_extreme),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(random_flips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
