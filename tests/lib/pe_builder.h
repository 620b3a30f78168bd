/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Builds PE images in memory for tests of the loader: section by section, each placed behind the
 * one before as a linker would. Everything not asked for has the value a linker would write.
 * Running out of memory or of room ends the test program: a test has nothing sensible to do then.
 *
 *     struct pe_builder *pe = pe_new(true);
 *     uint32_t text = pe_add_section(pe, ".text", PE_CODE, code, sizeof(code), sizeof(code));
 *     pe_set_entry(pe, text);
 *     size_t size;
 *     void *file = pe_finish(pe, &size);   // the caller frees it; the builder is gone
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PE_CODE 0x60000020u  /* code, execute, read */
#define PE_DATA 0xC0000040u  /* data, read, write */
#define PE_CONST 0x40000040u /* data, read */
#define PE_DISCARDABLE 0x02000000u

#define PE_DIRECTORY_EXPORT 0
#define PE_DIRECTORY_IMPORT 1
#define PE_DIRECTORY_EXCEPTION 3
#define PE_DIRECTORY_RELOCATION 5
#define PE_DIRECTORY_LOAD_CONFIG 10

#define PE_RELOCATION_32 3
#define PE_RELOCATION_64 10

struct pe_import {
    const char *module;
    const char *name; /* NULL: by ordinal */
    uint16_t ordinal;
};

struct pe_export {
    const char *name; /* NULL: by ordinal only */
    uint32_t rva;
    const char *forwarder; /* instead of rva */
};

struct pe_builder;

struct pe_builder *pe_new(bool is64);
uint64_t pe_image_base(const struct pe_builder *pe);
/* Where the next section will be. */
uint32_t pe_next_rva(const struct pe_builder *pe);
/* Sections and file aligned alike, below a page. Before any section. */
void pe_set_alignment(struct pe_builder *pe, uint32_t alignment);
/* Copies file_bytes of data; virtual_bytes may be larger. Returns the section's RVA. */
uint32_t pe_add_section(struct pe_builder *pe, const char *name, uint32_t characteristics,
    const void *data, size_t file_bytes, size_t virtual_bytes);
/* Adds .idata; a module's imports stand in a row. slots[i] becomes the RVA of the i-th address. */
void pe_add_imports(
    struct pe_builder *pe, const struct pe_import *imports, unsigned count, uint32_t *slots);
/* Adds .edata; ordinals start at 1. Names must be given in strcmp order. */
void pe_add_exports(
    struct pe_builder *pe, const char *module, const struct pe_export *exports, unsigned count);
/* Remembers that a relocation applies at rva; .reloc is added by pe_finish. In ascending order. */
void pe_relocate(struct pe_builder *pe, uint32_t rva, unsigned type);
void pe_set_entry(struct pe_builder *pe, uint32_t rva);
void pe_set_directory(struct pe_builder *pe, unsigned index, uint32_t rva, uint32_t size);
/* The bytes of a section that was added, to be changed; NULL: rva lies in none. */
void *pe_at(struct pe_builder *pe, uint32_t rva);
void *pe_finish(struct pe_builder *pe, size_t *size);

/* Writes the checksum the bytes have into a finished image. */
void pe_fix_checksum(void *file, size_t size);

/* A driver with everything the loader looks at: see above it in pe_builder.c for what is where. */
void *pe_sample_driver(bool is64, size_t *size);

#define PE_SAMPLE_POINTER_SLOT 8 /* .data+8 holds the address of .data, relocated */
