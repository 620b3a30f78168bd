/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Names of our own functions for reports. Most are hidden from the dynamic linker, so the symbol
 * table is read from the file the code was loaded from, when a report is written and not before. A
 * stripped file gives the file name and offset.
 */
#include "host/host.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#define HOST_SYMBOL_FILE_LIMIT ((size_t)256 << 20)

/* A part of a file of size bytes, or NULL when it does not lie within. */
static const void *host_file_part(const uint8_t *data, size_t size, uint64_t offset, uint64_t bytes)
{
    return offset <= size && bytes <= size - offset ? data + offset : NULL;
}

/* The function whose code holds offset (from the load address), by the file's symbol table. */
static bool host_search_symbols(
    const uint8_t *data, size_t size, uintptr_t offset, char *text, size_t room)
{
    const ElfW(Ehdr) *header = host_file_part(data, size, 0, sizeof(*header));
    if (header == NULL || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_shentsize != sizeof(ElfW(Shdr)))
        return false;
    const ElfW(Shdr) *section = host_file_part(
        data, size, header->e_shoff, (uint64_t)header->e_shnum * sizeof(*section));
    for (unsigned i = 0; section != NULL && i < header->e_shnum; i++) {
        if (section[i].sh_type != SHT_SYMTAB || section[i].sh_link >= header->e_shnum)
            continue;
        const ElfW(Shdr) *strings = &section[section[i].sh_link];
        const ElfW(Sym) *symbol = host_file_part(
            data, size, section[i].sh_offset, section[i].sh_size);
        const char *names = host_file_part(data, size, strings->sh_offset, strings->sh_size);
        for (size_t n = 0;
             symbol != NULL && names != NULL && n < section[i].sh_size / sizeof(*symbol); n++) {
            if ((symbol[n].st_info & 0xf) != STT_FUNC ||
                offset - symbol[n].st_value >= symbol[n].st_size ||
                symbol[n].st_name >= strings->sh_size)
                continue;
            size_t longest = strings->sh_size - symbol[n].st_name;
            snprintf(text, room, "%.*s+0x%zx", (int)(longest < 200 ? longest : 200),
                names + symbol[n].st_name, (size_t)(offset - symbol[n].st_value));
            return true;
        }
    }
    return false;
}

static bool host_find_symbol(const char *path, uintptr_t offset, char *text, size_t room)
{
    void *data;
    size_t size;
    if (host_file_read(path, HOST_SYMBOL_FILE_LIMIT, &data, &size) != 0)
        return false;
    bool found = host_search_symbols(data, size, offset, text, room);
    host_private_free(data, size + 1);
    return found;
}

bool host_symbol(uintptr_t address, char *text, size_t size)
{
    Dl_info info;
    struct link_map *map = NULL;
    char name[256];
    if (dladdr1((void *)address, &info, (void **)&map, RTLD_DL_LINKMAP) == 0 ||
        info.dli_fname == NULL || map == NULL)
        return false;
    const char *slash = strrchr(info.dli_fname, '/');
    const char *file = slash != NULL ? slash + 1 : info.dli_fname;
    uintptr_t offset = address - (uintptr_t)map->l_addr;
    /* The main program's map has no name; its argv[0] may not lead to it. */
    const char *path = map->l_name != NULL && map->l_name[0] != 0 ? map->l_name : "/proc/self/exe";
    if (host_find_symbol(path, offset, name, sizeof(name)))
        snprintf(text, size, "%s!%s", file, name);
    else if (info.dli_sname != NULL)
        snprintf(text, size, "%s!%s+0x%zx", file, info.dli_sname,
            (size_t)(address - (uintptr_t)info.dli_saddr));
    else
        snprintf(text, size, "%s+0x%zx", file, (size_t)offset);
    return true;
}

struct host_image {
    uintptr_t base, end; /* end 0: not found yet */
};

static int host_match_image(struct dl_phdr_info *info, size_t size, void *context)
{
    struct host_image *image = context, seen = {UINTPTR_MAX, 0};
    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t start = (uintptr_t)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        if (info->dlpi_phdr[i].p_type != PT_LOAD)
            continue;
        seen.base = start < seen.base ? start : seen.base;
        seen.end = start + info->dlpi_phdr[i].p_memsz > seen.end
            ? start + info->dlpi_phdr[i].p_memsz
            : seen.end;
    }
    if ((uintptr_t)host_match_image < seen.base || (uintptr_t)host_match_image >= seen.end)
        return 0;
    *image = seen;
    return 1;
}

void host_image(uintptr_t *base, size_t *size_bytes)
{
    struct host_image image = {0, 0};
    dl_iterate_phdr(host_match_image, &image);
    *base = image.base;
    *size_bytes = image.end - image.base;
}
