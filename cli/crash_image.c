/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What debuggers want to know of a module and only its file says: the checksum, the version of its
 * resources, and the record that names its symbols: of a driver that of its debug directory, of a
 * program of ours the build identifier. Sizes and offsets of a file are not believed.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash.h"
#include "plainfile.h"

#include "nt/ntimage.h"

#define FILE_LIMIT   (64u << 20)
#define ELF_CODEVIEW 0x4270454Cu /* "LEpB" in the file: a build identifier, as Breakpad writes it */
#define FIXED_INFO   0xFEEF04BDu

struct file {
    uint8_t *bytes;
    size_t size;
};

static const void *part(const struct file *file, uint64_t offset, uint64_t size)
{
    return offset <= file->size && size <= file->size - offset ? file->bytes + offset : NULL;
}

/* A structure of the file, which may lie at any address. False: it is not all there. */
static bool copy(const struct file *file, uint64_t offset, void *to, size_t size)
{
    const void *from = part(file, offset, size);

    if (from != NULL)
        memcpy(to, from, size);
    return from != NULL;
}

static bool load(const char *path, struct file *file)
{
    int descriptor = plainfile_open(path);
    struct stat status;
    size_t got = 0;

    *file = (struct file){0};
    if (descriptor < 0)
        return false;
    if (fstat(descriptor, &status) == 0 && (uint64_t)status.st_size <= FILE_LIMIT)
        file->bytes = malloc((size_t)status.st_size + 1);
    for (ssize_t more = 1; file->bytes != NULL && more > 0 && got < (size_t)status.st_size;
         got += (size_t)more) {
        more = read(descriptor, file->bytes + got, (size_t)status.st_size - got);
        if (more < 0)
            break;
    }
    close(descriptor);
    file->size = got;
    return file->bytes != NULL;
}

/* ---- PE -------------------------------------------------------------------------------------- */

struct pe {
    struct file file;
    IMAGE_FILE_HEADER header;
    uint64_t sections; /* where their headers are */
    IMAGE_DATA_DIRECTORY resources, debug, imports;
    bool wide;
    uint32_t checksum;
};

static bool open_pe(struct pe *pe)
{
    IMAGE_DOS_HEADER dos;
    union {
        IMAGE_NT_HEADERS64 wide;
        IMAGE_NT_HEADERS32 narrow;
    } nt;

    if (!copy(&pe->file, 0, &dos, sizeof(dos)) || dos.e_magic != IMAGE_DOS_SIGNATURE ||
        dos.e_lfanew < 0)
        return false;
    const uint64_t at = (uint64_t)dos.e_lfanew;
    if (!copy(&pe->file, at, &nt, sizeof(nt)) || nt.wide.Signature != IMAGE_NT_SIGNATURE)
        return false;
    pe->header = nt.wide.FileHeader;
    pe->wide = nt.wide.OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    const IMAGE_DATA_DIRECTORY *directory = pe->wide ? nt.wide.OptionalHeader.DataDirectory
                                                     : nt.narrow.OptionalHeader.DataDirectory;
    const uint32_t count = pe->wide ? nt.wide.OptionalHeader.NumberOfRvaAndSizes
                                    : nt.narrow.OptionalHeader.NumberOfRvaAndSizes;
    pe->checksum = pe->wide ? nt.wide.OptionalHeader.CheckSum : nt.narrow.OptionalHeader.CheckSum;
    if (count > IMAGE_DIRECTORY_ENTRY_RESOURCE)
        pe->resources = directory[IMAGE_DIRECTORY_ENTRY_RESOURCE];
    if (count > IMAGE_DIRECTORY_ENTRY_IMPORT)
        pe->imports = directory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    if (count > IMAGE_DIRECTORY_ENTRY_DEBUG)
        pe->debug = directory[IMAGE_DIRECTORY_ENTRY_DEBUG];
    pe->sections = at + 4 + sizeof(IMAGE_FILE_HEADER) + pe->header.SizeOfOptionalHeader;
    return part(&pe->file, pe->sections,
               (uint64_t)pe->header.NumberOfSections * sizeof(IMAGE_SECTION_HEADER)) != NULL;
}

static const void *at_rva(const struct pe *pe, uint64_t rva, uint64_t size)
{
    IMAGE_SECTION_HEADER section;

    for (unsigned i = 0; i < pe->header.NumberOfSections; i++) {
        if (copy(&pe->file, pe->sections + i * sizeof(section), &section, sizeof(section)) &&
            rva >= section.VirtualAddress &&
            rva - section.VirtualAddress + size <= section.SizeOfRawData)
            return part(&pe->file, section.PointerToRawData + rva - section.VirtualAddress, size);
    }
    return NULL;
}

static bool copy_rva(const struct pe *pe, uint64_t rva, void *to, size_t size)
{
    const void *from = at_rva(pe, rva, size);

    if (from != NULL)
        memcpy(to, from, size);
    return from != NULL;
}

static void take_codeview(const struct pe *pe, struct crash_image *image)
{
    IMAGE_DEBUG_DIRECTORY entry;

    for (uint64_t at = 0; at + sizeof(entry) <= pe->debug.Size; at += sizeof(entry)) {
        if (!copy_rva(pe, pe->debug.VirtualAddress + at, &entry, sizeof(entry)))
            return;
        const void *record = entry.Type == IMAGE_DEBUG_TYPE_CODEVIEW
            ? part(&pe->file, entry.PointerToRawData, entry.SizeOfData)
            : NULL;
        if (record == NULL || entry.SizeOfData < 24 || entry.SizeOfData > sizeof(image->codeview) ||
            memcmp(record, "RSDS", 4) != 0)
            continue;
        memcpy(image->codeview, record, entry.SizeOfData);
        image->codeview_size = entry.SizeOfData;
    }
}

/* The fixed part of a version resource has a mark of its own: it is looked for, instead of the way
 * through three folders. */
static void take_version(const struct pe *pe, struct crash_image *image)
{
    const uint8_t *bytes = pe->resources.Size > 0 && pe->resources.Size <= FILE_LIMIT
                               ? at_rva(pe, pe->resources.VirtualAddress, pe->resources.Size)
                               : NULL;

    for (uint32_t at = 0; bytes != NULL && at + 16 <= pe->resources.Size; at += 4) {
        uint32_t word[4];
        memcpy(word, bytes + at, sizeof(word));
        if (word[0] != FIXED_INFO)
            continue;
        image->version[0] = word[2];
        image->version[1] = word[3];
        return;
    }
}

/* ---- Imports --------------------------------------------------------------------------------- */

/* The name in one entry of a table of names, if it is one. */
static void take_import(const struct pe *pe, uint64_t at, char *name, size_t size)
{
    const size_t bytes = pe->wide ? 8 : 4;
    uint64_t value = 0;

    if (!copy_rva(pe, at, &value, bytes) || value == 0 || value >> (bytes * 8 - 1) != 0)
        return; /* by number */
    for (size_t i = 0; i + 1 < size; i++) {
        const char *letter = at_rva(pe, value + 2 + i, 1);
        if (letter == NULL || *letter == '\0')
            break;
        name[i] = *letter;
        name[i + 1] = '\0';
    }
}

static void find_import(const struct pe *pe, uint32_t rva, char *name, size_t size)
{
    const size_t bytes = pe->wide ? 8 : 4;
    IMAGE_IMPORT_DESCRIPTOR module;

    for (uint64_t at = 0; at + sizeof(module) <= pe->imports.Size; at += sizeof(module)) {
        if (!copy_rva(pe, pe->imports.VirtualAddress + at, &module, sizeof(module)) ||
            module.FirstThunk == 0)
            return;
        const uint32_t names = module.OriginalFirstThunk != 0 ? module.OriginalFirstThunk
                                                              : module.FirstThunk;
        for (uint64_t slot = 0; slot < 4096; slot++) {
            uint64_t value = 0;
            if (!copy_rva(pe, names + slot * bytes, &value, bytes) || value == 0)
                break;
            if (module.FirstThunk + slot * bytes == rva)
                take_import(pe, names + slot * bytes, name, size);
        }
    }
}

void crash_image_import(const char *path, uint32_t rva, char *name, size_t size)
{
    struct pe pe = {0};

    name[0] = '\0';
    if (load(path, &pe.file) && open_pe(&pe))
        find_import(&pe, rva, name, size);
    free(pe.file.bytes);
}

/* ---- ELF ------------------------------------------------------------------------------------- */

static void take_note(
    const struct file *file, uint64_t offset, uint64_t size, struct crash_image *image)
{
    Elf64_Nhdr note;

    while (size >= sizeof(note) && copy(file, offset, &note, sizeof(note))) {
        const uint64_t name = (note.n_namesz + 3ull) & ~3ull, data = (note.n_descsz + 3ull) & ~3ull,
                       whole = sizeof(note) + name + data;
        const void *identifier = whole <= size
            ? part(file, offset + sizeof(note) + name, note.n_descsz)
            : NULL;
        if (identifier == NULL)
            return;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_descsz + 4ull <= sizeof(image->codeview)) {
            const uint32_t mark = ELF_CODEVIEW;
            memcpy(image->codeview, &mark, sizeof(mark));
            memcpy(image->codeview + 4, identifier, note.n_descsz);
            image->codeview_size = 4 + note.n_descsz;
            return;
        }
        offset += whole;
        size -= whole;
    }
}

static void read_elf(const struct file *file, struct crash_image *image)
{
    union {
        Elf64_Ehdr wide;
        Elf32_Ehdr narrow;
    } head;
    Elf64_Phdr segment;
    Elf32_Phdr small;

    if (!copy(file, 0, &head, sizeof(head)))
        return;
    const bool is_wide = head.wide.e_ident[EI_CLASS] == ELFCLASS64;
    for (unsigned i = 0; i < (is_wide ? head.wide.e_phnum : head.narrow.e_phnum); i++) {
        if (is_wide &&
            copy(file, head.wide.e_phoff + i * sizeof(segment), &segment, sizeof(segment)) &&
            segment.p_type == PT_NOTE)
            take_note(file, segment.p_offset, segment.p_filesz, image);
        if (!is_wide &&
            copy(file, head.narrow.e_phoff + i * sizeof(small), &small, sizeof(small)) &&
            small.p_type == PT_NOTE)
            take_note(file, small.p_offset, small.p_filesz, image);
    }
}

void crash_image_read(const char *path, struct crash_image *image)
{
    struct pe pe = {0};

    *image = (struct crash_image){0};
    if (!load(path, &pe.file))
        return;
    if (pe.file.size >= 4 && memcmp(pe.file.bytes, ELFMAG, SELFMAG) == 0) {
        read_elf(&pe.file, image);
    } else if (open_pe(&pe)) {
        image->checksum = pe.checksum;
        take_codeview(&pe, image);
        take_version(&pe, image);
    }
    free(pe.file.bytes);
}
