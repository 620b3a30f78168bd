/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The limit of loading: a driver's file read, laid out in fresh pages, relocated and its sections
 * protected, with as little checking as would do for a file one made oneself. Nothing is imported
 * and nothing runs.
 */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "nt/ntimage.h"

static void bench_relocate(UCHAR *image, const IMAGE_NT_HEADERS64 *headers)
{
    const IMAGE_DATA_DIRECTORY *directory =
        &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_BASERELOC];
    ULONG64 delta = (ULONG64)image - headers->OptionalHeader.ImageBase;
    const UCHAR *at = image + directory->VirtualAddress, *end = at + directory->Size;

    while (at < end) {
        ULONG page, bytes;
        memcpy(&page, at, sizeof(page));
        memcpy(&bytes, at + sizeof(page), sizeof(bytes));
        for (ULONG offset = 8; offset < bytes; offset += sizeof(USHORT)) {
            USHORT entry;
            ULONG64 value;
            memcpy(&entry, at + offset, sizeof(entry));
            if (entry >> 12 != IMAGE_REL_BASED_DIR64)
                continue;
            memcpy(&value, image + page + (entry & 0xFFF), sizeof(value));
            value += delta;
            memcpy(image + page + (entry & 0xFFF), &value, sizeof(value));
        }
        at += bytes;
    }
}

static const IMAGE_SECTION_HEADER *bench_sections(const IMAGE_NT_HEADERS64 *headers)
{
    return (const IMAGE_SECTION_HEADER *)(const void *)((const UCHAR *)&headers->OptionalHeader +
                                                        headers->FileHeader.SizeOfOptionalHeader);
}

static void bench_lay_out(const UCHAR *file, UCHAR *image, const IMAGE_NT_HEADERS64 *headers)
{
    const IMAGE_SECTION_HEADER *section = bench_sections(headers);

    memcpy(image, file, headers->OptionalHeader.SizeOfHeaders);
    for (USHORT i = 0; i < headers->FileHeader.NumberOfSections; i++, section++)
        memcpy(image + section->VirtualAddress, file + section->PointerToRawData,
            section->SizeOfRawData);
}

static void bench_protect(UCHAR *image, const IMAGE_NT_HEADERS64 *headers)
{
    const IMAGE_SECTION_HEADER *section = bench_sections(headers);

    for (USHORT i = 0; i < headers->FileHeader.NumberOfSections; i++, section++) {
        int protection = PROT_READ;
        if (section->Characteristics & IMAGE_SCN_MEM_WRITE)
            protection |= PROT_WRITE;
        if (section->Characteristics & IMAGE_SCN_MEM_EXECUTE)
            protection |= PROT_EXEC;
        if (mprotect(image + section->VirtualAddress, section->Misc.VirtualSize, protection) != 0)
            err(1, "mprotect");
    }
}

void bench_map_by_hand(const char *path)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        err(1, "%s", path);
    const UCHAR *file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (file == MAP_FAILED)
        err(1, "%s", path);
    const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)(const void *)file;
    const void *at = file + dos->e_lfanew;
    const IMAGE_NT_HEADERS64 *headers = at;
    size_t bytes = headers->OptionalHeader.SizeOfImage;
    UCHAR *image = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image == MAP_FAILED)
        err(1, "mmap");
    bench_lay_out(file, image, headers);
    bench_relocate(image, headers);
    bench_protect(image, headers);
    munmap(image, bytes);
    munmap((void *)(ULONG_PTR)file, (size_t)status.st_size);
    close(descriptor);
}
