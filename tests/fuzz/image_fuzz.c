/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes what a supervisor reads of images that a crash is about: checksum, version resource, debug
 * directory, imports and preferred base of PE files, build identifiers of ELF files. Whatever the
 * bytes are, what is found lies in the file and fits.
 */
#include <elf.h>
#include <string.h>

#include "cli/crash.h"
#include "nt/ntimage.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"
#include "tests/lib/pe_builder.h"

const size_t fuzz_most = 65536;

static void find_imports(const char *path)
{
    static const uint32_t rvas[] = {0, 0x1000, 0x6040, 0x6048, 0x7000};
    char name[64];

    for (size_t i = 0; i < sizeof(rvas) / sizeof(rvas[0]); i++) {
        crash_image_import(path, rvas[i], name, sizeof(name));
        if (strnlen(name, sizeof(name)) == sizeof(name))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct crash_image image;
    struct input_file input;
    uint64_t base;

    input_file_open(&input, data, size);
    crash_image_read(input.path, &image);
    if (image.codeview_size > sizeof(image.codeview))
        abort();
    look(image.codeview, image.codeview_size);
    find_imports(input.path);
    symbol_base(input.path, &base);
    input_file_close(&input);
    return 0;
}

const unsigned fuzz_seeds = 3;

/* A program of one segment of notes, with a build identifier. */
static size_t make_elf(uint8_t *data)
{
    static const uint8_t note[] = {
        4, 0, 0, 0, 8, 0, 0, 0, NT_GNU_BUILD_ID, 0, 0, 0, 'G', 'N', 'U', 0, 1, 2, 3, 4, 5, 6, 7, 8};
    const Elf64_Ehdr head = {.e_ident = {0x7F, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_X86_64,
        .e_phoff = sizeof(head),
        .e_phnum = 1,
        .e_phentsize = sizeof(Elf64_Phdr)};
    const Elf64_Phdr segment = {
        .p_type = PT_NOTE, .p_offset = sizeof(head) + sizeof(segment), .p_filesz = sizeof(note)};

    memcpy(data, &head, sizeof(head));
    memcpy(data + sizeof(head), &segment, sizeof(segment));
    memcpy(data + sizeof(head) + sizeof(segment), note, sizeof(note));
    return sizeof(head) + sizeof(segment) + sizeof(note);
}

/* A driver with a version and the name of its symbols. */
static void *make_driver(bool is64, size_t *size)
{
    static const struct pe_import import = {"ntoskrnl.exe", "DbgPrint", 0};
    struct {
        uint32_t mark, structure, version[2];
        IMAGE_DEBUG_DIRECTORY debug;
        char codeview[32];
    } data = {0xFEEF04BD, 0x10000, {0x000A0000, 0x4A610001}, {.Type = IMAGE_DEBUG_TYPE_CODEVIEW},
        "RSDS0123456789abcdef\1"};
    struct pe_builder *pe = pe_new(is64);
    const uint32_t at = pe_add_section(pe, ".rsrc", PE_CONST, &data, sizeof(data), sizeof(data));

    pe_set_directory(pe, IMAGE_DIRECTORY_ENTRY_RESOURCE, at, sizeof(data));
    pe_set_directory(pe, IMAGE_DIRECTORY_ENTRY_DEBUG, at + 16, sizeof(data.debug));
    pe_add_imports(pe, &import, 1, NULL);
    uint8_t *image = pe_finish(pe, size);
    for (uint32_t offset = 0; offset + sizeof(data) <= *size; offset += 16) {
        const uint32_t place = offset + 16 + sizeof(data.debug), length = 26;
        if (memcmp(image + offset, &data, 16) == 0) {
            memcpy(image + offset + 16 + offsetof(IMAGE_DEBUG_DIRECTORY, PointerToRawData), &place,
                sizeof(place));
            memcpy(image + offset + 16 + offsetof(IMAGE_DEBUG_DIRECTORY, SizeOfData), &length,
                sizeof(length));
        }
    }
    return image;
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t size;

    if (which == 2)
        return make_elf(data);
    void *image = make_driver(which == 0, &size);
    memcpy(data, image, size);
    free(image);
    return size;
}
