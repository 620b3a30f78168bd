/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See pe_builder.h. Written against the published format: it shares no code with the loader. */
#include "pe_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PE_PAGE 0x1000u
#define PE_MAX_SECTIONS 16u
#define PE_MAX_RELOCATIONS 4096u
#define PE_NT_OFFSET 0x80u
#define PE_DIRECTORIES 16u

struct pe_section {
    char name[8];
    uint32_t rva, characteristics;
    uint8_t *data;
    size_t file_bytes, virtual_bytes;
};

struct pe_builder {
    bool is64;
    uint32_t section_alignment, file_alignment, header_bytes, entry, next_rva;
    unsigned section_count, relocation_count;
    struct pe_section section[PE_MAX_SECTIONS];
    uint32_t directory[PE_DIRECTORIES][2];
    uint32_t relocation[PE_MAX_RELOCATIONS]; /* rva; type in the upper four bits */
};

static void pe_require(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "pe_builder: %s\n", what);
    abort();
}

static void *pe_allocate(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    pe_require(memory != NULL, "out of memory");
    return memory;
}

static uint32_t pe_align(uint64_t value, uint32_t alignment)
{
    return (uint32_t)((value + alignment - 1) / alignment * alignment);
}

static void pe_put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void pe_put32(uint8_t *at, uint32_t value)
{
    pe_put16(at, value);
    pe_put16(at + 2, value >> 16);
}

static void pe_put64(uint8_t *at, uint64_t value)
{
    pe_put32(at, (uint32_t)value);
    pe_put32(at + 4, (uint32_t)(value >> 32));
}

/* With its terminator; returns how many bytes that is. */
static uint32_t pe_put_text(uint8_t *at, const char *text)
{
    size_t bytes = strlen(text) + 1;
    memcpy(at, text, bytes);
    return (uint32_t)bytes;
}

static void pe_put_pointer(const struct pe_builder *pe, uint8_t *at, uint64_t value)
{
    if (pe->is64)
        pe_put64(at, value);
    else
        pe_put32(at, (uint32_t)value);
}

/* ---- Composing ------------------------------------------------------------------------------ */

static uint32_t pe_optional_bytes(const struct pe_builder *pe)
{
    return (pe->is64 ? 112u : 96u) + PE_DIRECTORIES * 8u;
}

static void pe_lay_out(struct pe_builder *pe)
{
    uint32_t used = PE_NT_OFFSET + 24 + pe_optional_bytes(pe) + PE_MAX_SECTIONS * 40;
    pe->header_bytes = pe_align(used, pe->file_alignment);
    pe->next_rva = pe_align(pe->header_bytes, pe->section_alignment);
}

struct pe_builder *pe_new(bool is64)
{
    struct pe_builder *pe = pe_allocate(sizeof(*pe));
    pe->is64 = is64;
    pe->section_alignment = PE_PAGE;
    pe->file_alignment = 0x200;
    pe_lay_out(pe);
    return pe;
}

uint64_t pe_image_base(const struct pe_builder *pe)
{
    return pe->is64 ? 0x140000000ull : 0x10000u;
}

uint32_t pe_next_rva(const struct pe_builder *pe)
{
    return pe->next_rva;
}

void pe_set_alignment(struct pe_builder *pe, uint32_t alignment)
{
    pe_require(pe->section_count == 0, "alignment is set before sections");
    pe->section_alignment = pe->file_alignment = alignment;
    pe_lay_out(pe);
}

uint32_t pe_add_section(struct pe_builder *pe, const char *name, uint32_t characteristics,
    const void *data, size_t file_bytes, size_t virtual_bytes)
{
    pe_require(pe->section_count < PE_MAX_SECTIONS && strlen(name) <= 8, "too many sections or a "
                                                                         "long name");
    struct pe_section *section = &pe->section[pe->section_count++];
    memcpy(section->name, name, strlen(name));
    section->rva = pe->next_rva;
    section->characteristics = characteristics;
    section->file_bytes = file_bytes;
    section->virtual_bytes = virtual_bytes;
    section->data = pe_allocate(pe_align(file_bytes, pe->file_alignment));
    if (data != NULL)
        memcpy(section->data, data, file_bytes);
    pe->next_rva += pe_align(virtual_bytes, pe->section_alignment);
    return section->rva;
}

void pe_set_entry(struct pe_builder *pe, uint32_t rva)
{
    pe->entry = rva;
}

void pe_set_directory(struct pe_builder *pe, unsigned index, uint32_t rva, uint32_t size)
{
    pe->directory[index][0] = rva;
    pe->directory[index][1] = size;
}

void *pe_at(struct pe_builder *pe, uint32_t rva)
{
    for (unsigned i = 0; i < pe->section_count; i++) {
        struct pe_section *section = &pe->section[i];
        if (rva >= section->rva && rva - section->rva < section->file_bytes)
            return section->data + (rva - section->rva);
    }
    return NULL;
}

void pe_relocate(struct pe_builder *pe, uint32_t rva, unsigned type)
{
    pe_require(pe->relocation_count < PE_MAX_RELOCATIONS, "too many relocations");
    pe->relocation[pe->relocation_count++] = rva | (uint32_t)type << 28;
}

/* ---- Imports and exports -------------------------------------------------------------------- */

/* Layout: descriptors and an empty one; for each module names' slots, addresses' slots; strings. */
void pe_add_imports(
    struct pe_builder *pe, const struct pe_import *imports, unsigned count, uint32_t *slots)
{
    uint32_t width = pe->is64 ? 8 : 4, base = pe->next_rva;
    size_t room = (count + 1) * 20 + (size_t)count * 4 * width + 64;
    for (unsigned i = 0; i < count; i++)
        room += strlen(imports[i].module) + (imports[i].name ? strlen(imports[i].name) : 0) + 8;
    uint8_t *data = pe_allocate(room);
    uint32_t descriptor = 0, at = pe_align((count + 1) * 20, 8);
    uint32_t strings = at + count * 4 * width;

    for (unsigned first = 0, next; first < count; first = next, descriptor += 20) {
        const char *module = imports[first].module;
        for (next = first; next < count && strcmp(imports[next].module, module) == 0; next++)
            ;
        uint32_t names = at, addresses = at + (next - first + 1) * width;
        at = addresses + (next - first + 1) * width;
        pe_put32(data + descriptor, base + names);
        pe_put32(data + descriptor + 12, base + strings);
        pe_put32(data + descriptor + 16, base + addresses);
        strings += pe_put_text(data + strings, module);
        for (unsigned i = first; i < next; i++, names += width, addresses += width) {
            uint64_t value = base + strings;
            if (imports[i].name != NULL)
                strings += 2 + pe_put_text(data + strings + 2, imports[i].name);
            else
                value = (1ull << (width * 8 - 1)) | imports[i].ordinal;
            pe_put_pointer(pe, data + names, value);
            pe_put_pointer(pe, data + addresses, value);
            if (slots != NULL)
                slots[i] = base + addresses;
        }
    }
    pe_require(strings <= room, "the import section is too small");
    pe_add_section(pe, ".idata", PE_DATA, data, room, room);
    pe_set_directory(pe, PE_DIRECTORY_IMPORT, base, descriptor + 20);
    free(data);
}

void pe_add_exports(
    struct pe_builder *pe, const char *module, const struct pe_export *exports, unsigned count)
{
    uint32_t base = pe->next_rva, functions = 40, names = functions + count * 4;
    uint32_t ordinals = names + count * 4, strings = ordinals + count * 2, named = 0;
    size_t room = strings + strlen(module) + 1;
    for (unsigned i = 0; i < count; i++)
        room += (exports[i].name ? strlen(exports[i].name) + 1 : 0) +
                (exports[i].forwarder ? strlen(exports[i].forwarder) + 1 : 0);
    uint8_t *data = pe_allocate(room);

    pe_put32(data + 12, base + strings);
    strings += pe_put_text(data + strings, module);
    for (unsigned i = 0; i < count; i++) {
        pe_put32(data + functions + i * 4, exports[i].forwarder ? base + strings : exports[i].rva);
        if (exports[i].forwarder != NULL)
            strings += pe_put_text(data + strings, exports[i].forwarder);
        if (exports[i].name == NULL)
            continue;
        pe_put32(data + names + named * 4, base + strings);
        pe_put16(data + ordinals + named * 2, i);
        strings += pe_put_text(data + strings, exports[i].name);
        named++;
    }
    pe_put32(data + 16, 1);
    pe_put32(data + 20, count);
    pe_put32(data + 24, named);
    pe_put32(data + 28, base + functions);
    pe_put32(data + 32, base + names);
    pe_put32(data + 36, base + ordinals);
    pe_add_section(pe, ".edata", PE_CONST, data, room, room);
    pe_set_directory(pe, PE_DIRECTORY_EXPORT, base, (uint32_t)room);
    free(data);
}

static void pe_add_relocations(struct pe_builder *pe)
{
    uint32_t base = pe->next_rva, used = 0;
    uint8_t *data = pe_allocate((size_t)pe->relocation_count * 12 + 16);

    for (unsigned first = 0, next; first < pe->relocation_count; first = next) {
        uint32_t page = pe->relocation[first] & 0x0FFFF000u, bytes = 8;
        for (next = first; next < pe->relocation_count; next++, bytes += 2) {
            uint32_t entry = pe->relocation[next];
            if ((entry & 0x0FFFF000u) != page)
                break;
            pe_put16(data + used + bytes, (entry >> 28) << 12 | (entry & 0xFFF));
        }
        bytes = pe_align(bytes, 4);
        pe_put32(data + used, page);
        pe_put32(data + used + 4, bytes);
        used += bytes;
    }
    pe_add_section(pe, ".reloc", PE_CONST | PE_DISCARDABLE, data, used, used);
    pe_set_directory(pe, PE_DIRECTORY_RELOCATION, base, used);
    free(data);
}

/* ---- Writing -------------------------------------------------------------------------------- */

static void pe_write_headers(const struct pe_builder *pe, uint8_t *file)
{
    uint8_t *nt = file + PE_NT_OFFSET, *optional = nt + 24, *tail;

    memcpy(file, "MZ", 2);
    pe_put32(file + 0x3C, PE_NT_OFFSET);
    memcpy(nt, "PE\0", 4);
    pe_put16(nt + 4, pe->is64 ? 0x8664 : 0x014C);
    pe_put16(nt + 6, pe->section_count);
    pe_put32(nt + 8, 0x65000000);
    pe_put16(nt + 20, pe_optional_bytes(pe));
    pe_put16(nt + 22, pe->is64 ? 0x0022 : 0x0102); /* executable; large addresses, or 32-bit */
    pe_put16(optional, pe->is64 ? 0x20B : 0x10B);
    pe_put32(optional + 16, pe->entry);
    pe_put32(optional + 20, PE_PAGE);
    if (pe->is64)
        pe_put64(optional + 24, pe_image_base(pe));
    else
        pe_put32(optional + 28, (uint32_t)pe_image_base(pe));
    pe_put32(optional + 32, pe->section_alignment);
    pe_put32(optional + 36, pe->file_alignment);
    pe_put16(optional + 40, 6);
    pe_put16(optional + 48, 6);
    pe_put32(optional + 56, pe->next_rva);
    pe_put32(optional + 60, pe->header_bytes);
    pe_put16(optional + 68, 1); /* native */
    tail = optional + (pe->is64 ? 108 : 92);
    pe_put32(tail, PE_DIRECTORIES);
    for (unsigned i = 0; i < PE_DIRECTORIES; i++) {
        pe_put32(tail + 4 + i * 8, pe->directory[i][0]);
        pe_put32(tail + 8 + i * 8, pe->directory[i][1]);
    }
}

static void pe_write_section(
    const struct pe_builder *pe, unsigned index, uint8_t *file, uint32_t offset)
{
    const struct pe_section *section = &pe->section[index];
    uint8_t *header = file + PE_NT_OFFSET + 24 + pe_optional_bytes(pe) + index * 40;
    uint32_t raw = pe_align(section->file_bytes, pe->file_alignment);

    memcpy(header, section->name, sizeof(section->name));
    pe_put32(header + 8, (uint32_t)section->virtual_bytes);
    pe_put32(header + 12, section->rva);
    pe_put32(header + 16, raw);
    pe_put32(header + 20, raw ? offset : 0);
    pe_put32(header + 36, section->characteristics);
    memcpy(file + offset, section->data, raw);
}

void *pe_finish(struct pe_builder *pe, size_t *size)
{
    uint32_t total, offset;

    if (pe->relocation_count != 0)
        pe_add_relocations(pe);
    total = offset = pe->header_bytes;
    for (unsigned i = 0; i < pe->section_count; i++)
        total += pe_align(pe->section[i].file_bytes, pe->file_alignment);
    uint8_t *file = pe_allocate(total);
    pe_write_headers(pe, file);
    for (unsigned i = 0; i < pe->section_count; i++) {
        pe_write_section(pe, i, file, offset);
        offset += pe_align(pe->section[i].file_bytes, pe->file_alignment);
        free(pe->section[i].data);
    }
    free(pe);
    pe_fix_checksum(file, total);
    *size = total;
    return file;
}

void pe_fix_checksum(void *file, size_t size)
{
    uint8_t *bytes = file, *field = bytes + PE_NT_OFFSET + 24 + 64;
    uint32_t sum = 0;

    pe_put32(field, 0);
    for (size_t i = 0; i < size; i += 2) {
        sum += bytes[i] | (i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0);
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    pe_put32(field, sum + (uint32_t)size);
}

/* ---- A sample ------------------------------------------------------------------------------- */

/*
 * .text   an entry point that returns 0 and calls nothing
 * .data   the cookie at 0, a relocated pointer to it (PE_SAMPLE_POINTER_SLOT), zero fill
 * .rdata  load configuration, naming the cookie; unwind data
 * .pdata  one function (x64)
 * INIT    discardable code
 * .idata  three imports of ntoskrnl.exe, one of hal.dll
 * .edata  one export, one forwarder, one by ordinal only
 */
static uint32_t pe_add_sample_tables(
    struct pe_builder *pe, uint32_t text, uint32_t text_bytes, uint32_t data)
{
    uint8_t rdata[0x100] = {0};
    uint32_t cookie_field = pe->is64 ? 0x58 : 0x3C, unwind = 0xF0;
    uint8_t pdata[12];

    pe_put32(rdata, 0x70);
    pe_put_pointer(pe, rdata + cookie_field, pe_image_base(pe) + data);
    rdata[unwind] = 1; /* version 1, no prologue, no codes */
    uint32_t rva = pe_add_section(pe, ".rdata", PE_CONST, rdata, sizeof(rdata), sizeof(rdata));
    pe_set_directory(pe, PE_DIRECTORY_LOAD_CONFIG, rva, 0x70);
    pe_relocate(pe, rva + cookie_field, pe->is64 ? PE_RELOCATION_64 : PE_RELOCATION_32);
    if (pe->is64) {
        pe_put32(pdata, text);
        pe_put32(pdata + 4, text + text_bytes);
        pe_put32(pdata + 8, rva + unwind);
        uint32_t table =
            pe_add_section(pe, ".pdata", PE_CONST, pdata, sizeof(pdata), sizeof(pdata));
        pe_set_directory(pe, PE_DIRECTORY_EXCEPTION, table, sizeof(pdata));
    }
    return rva;
}

void *pe_sample_driver(bool is64, size_t *size)
{
    static const uint8_t code[] = {0x31, 0xC0, 0xC3, 0xCC};
    static const struct pe_import imports[] = {
        {"ntoskrnl.exe", "DbgPrint", 0},
        {"ntoskrnl.exe", "IoCreateDevice", 0},
        {"ntoskrnl.exe", "KeBugCheckEx", 0},
        {"HAL.dll", "KeStallExecutionProcessor", 0},
    };
    struct pe_builder *pe = pe_new(is64);
    uint8_t data[0x40] = {0};

    uint32_t text = pe_add_section(pe, ".text", PE_CODE, code, sizeof(code), sizeof(code));
    pe_set_entry(pe, text);
    uint32_t data_rva = pe_next_rva(pe);
    pe_put_pointer(pe, data, is64 ? 0x00002B992DDFA232ull : 0xBB40E64Eull);
    pe_put_pointer(pe, data + PE_SAMPLE_POINTER_SLOT, pe_image_base(pe) + data_rva);
    pe_add_section(pe, ".data", PE_DATA, data, sizeof(data), 0x1800);
    pe_relocate(pe, data_rva + PE_SAMPLE_POINTER_SLOT, is64 ? PE_RELOCATION_64 : PE_RELOCATION_32);
    pe_add_sample_tables(pe, text, sizeof(code), data_rva);
    pe_add_section(pe, "INIT", PE_CODE | PE_DISCARDABLE, code, sizeof(code), sizeof(code));
    pe_add_imports(pe, imports, sizeof(imports) / sizeof(imports[0]), NULL);
    const struct pe_export exports[] = {
        {"Alpha", text, NULL},
        {"Beta", 0, "ntoskrnl.DbgPrint"},
        {NULL, data_rva, NULL},
    };
    pe_add_exports(pe, "sample.sys", exports, sizeof(exports) / sizeof(exports[0]));
    return pe_finish(pe, size);
}
