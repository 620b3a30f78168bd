/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A crash as a minidump of user mode, as debuggers read them: the machine's threads, the drivers
 * and the program as modules, the memory that was read, and the bugcheck as the exception. What was
 * told by the machine lies in it as a stream of our own, so that the report can be written again.
 * Source: DOC minidumpapiset.h; fields are little-endian and packed to 4 bytes.
 */
#include "crash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "crash_minidump.h"
#include "plainfile.h"

#include "nt/ntimage.h"

struct writer {
    const KD_CRASH *crash;
    const struct crash_memory *memory;
    uint8_t *bytes;
    size_t size, room;
    bool failed; /* out of memory, or larger than a dump can be */
    struct minidump_directory directory[MINIDUMP_STREAMS];
    uint32_t streams;
};

/* ---- Bytes ----------------------------------------------------------------------------------- */

/* Room for size bytes, of zeros, at a multiple of 8; where it is in the file. */
static uint32_t reserve(struct writer *writer, size_t size)
{
    const size_t at = (writer->size + 7) & ~(size_t)7;

    if (writer->failed || size > UINT32_MAX - at) {
        writer->failed = true;
        return 0;
    }
    if (at + size > writer->room) {
        size_t room = (at + size) * 2;
        uint8_t *moved = realloc(writer->bytes, room);
        if (moved == NULL) {
            writer->failed = true;
            return 0;
        }
        writer->bytes = moved;
        writer->room = room;
    }
    memset(writer->bytes + writer->size, 0, at + size - writer->size);
    writer->size = at + size;
    return (uint32_t)at;
}

static void fill(struct writer *writer, uint32_t at, const void *data, size_t size)
{
    if (!writer->failed && size > 0)
        memcpy(writer->bytes + at, data, size);
}

static uint32_t add(struct writer *writer, const void *data, size_t size)
{
    uint32_t at = reserve(writer, size);

    fill(writer, at, data, size);
    return at;
}

static void add_stream(struct writer *writer, uint32_t type, uint32_t at, size_t size)
{
    writer->directory[writer->streams++] = (struct minidump_directory){type, {(uint32_t)size, at}};
}

/* A counted string of UTF-16. */
static uint32_t add_string(struct writer *writer, const char *text)
{
    WCHAR wide[1024];
    size_t units = BasepUtf16FromUtf8(text, strlen(text), wide, sizeof(wide) / sizeof(wide[0]) - 1);

    if (units > sizeof(wide) / sizeof(wide[0]) - 1)
        units = sizeof(wide) / sizeof(wide[0]) - 1;
    const uint32_t bytes = (uint32_t)(units * sizeof(WCHAR)),
                   at = reserve(writer, sizeof(bytes) + bytes + sizeof(WCHAR));
    fill(writer, at, &bytes, sizeof(bytes));
    fill(writer, at + (uint32_t)sizeof(bytes), wide, bytes);
    return at;
}

/* ---- Streams --------------------------------------------------------------------------------- */

static void add_system(struct writer *writer)
{
    const KD_CRASH *crash = writer->crash;
    struct minidump_system system = {
        .processor = crash->Machine == IMAGE_FILE_MACHINE_AMD64 ? MINIDUMP_PROCESSOR_AMD64
                                                                : MINIDUMP_PROCESSOR_X86,
        .processor_level = 6,
        .processors = (uint8_t)(crash->Processors < 255 ? crash->Processors : 255),
        .product = 1, /* a workstation */
        .major = crash->Major,
        .minor = crash->Minor,
        .build = crash->Build,
        .platform = 2, /* Windows NT */
    };

    system.service_pack = add_string(writer, "");
    add_stream(writer, MINIDUMP_SYSTEM_INFO, add(writer, &system, sizeof(system)), sizeof(system));
}

static void add_misc(struct writer *writer)
{
    const struct minidump_misc misc = {
        .size = sizeof(misc), .flags = MINIDUMP_MISC_PROCESS, .process = writer->crash->ProcessId};

    add_stream(writer, MINIDUMP_MISC_INFO, add(writer, &misc, sizeof(misc)), sizeof(misc));
}

/* A file's path as debuggers find it; a driver's name when it has none. */
static const char *module_path(const KD_CRASH_MODULE *module, char real[PATH_MAX])
{
    if (realpath(module->HostPath, real) != NULL)
        return real;
    return module->HostPath[0] != '\0' ? module->HostPath : module->Name;
}

static void fill_module(
    struct writer *writer, const KD_CRASH_MODULE *module, struct minidump_module *entry)
{
    char real[PATH_MAX];
    const char *path = module_path(module, real);
    struct crash_image image;

    crash_image_read(path, &image);
    *entry = (struct minidump_module){
        .base = module->Base,
        .size = module->Size,
        .checksum = image.checksum,
        .timestamp = module->TimeDateStamp,
    };
    if (image.version[0] != 0 || image.version[1] != 0) {
        entry->version.signature = 0xFEEF04BD;
        entry->version.structure = 0x10000;
        entry->version.file[0] = entry->version.product[0] = image.version[0];
        entry->version.file[1] = entry->version.product[1] = image.version[1];
        entry->version.os = 0x40004; /* NT */
        entry->version.type = 3;     /* a driver */
    }
    entry->name = add_string(writer, path);
    if (image.codeview_size > 0)
        entry->codeview = (struct minidump_location){
            (uint32_t)image.codeview_size, add(writer, image.codeview, image.codeview_size)};
}

static void add_modules(struct writer *writer)
{
    const uint32_t count = writer->crash->ModuleCount;
    const size_t size = sizeof(count) + count * sizeof(struct minidump_module);
    struct minidump_module entries[KD_CRASH_MODULES];

    for (uint32_t i = 0; i < count; i++)
        fill_module(writer, &writer->crash->Module[i], &entries[i]);
    const uint32_t at = reserve(writer, size);
    fill(writer, at, &count, sizeof(count));
    fill(writer, at + (uint32_t)sizeof(count), entries, count * sizeof(entries[0]));
    add_stream(writer, MINIDUMP_MODULE_LIST, at, size);
}

/* ---- Memory and threads ---------------------------------------------------------------------- */

/* How many pages from the one at first on follow one another. */
static size_t run_length(const struct crash_memory *memory, size_t first)
{
    size_t length = 1;

    while (first + length < memory->page_count &&
           memory->pages[first + length] == memory->pages[first] + length * CRASH_PAGE_BYTES)
        length++;
    return length;
}

static void add_memory(struct writer *writer, uint32_t pages_at)
{
    const struct crash_memory *memory = writer->memory;
    uint32_t count = 0;

    for (size_t i = 0; i < memory->page_count; i += run_length(memory, i))
        count++;
    const size_t size = sizeof(count) + count * sizeof(struct minidump_memory);
    const uint32_t at = reserve(writer, size);
    uint32_t next = at + (uint32_t)sizeof(count);
    fill(writer, at, &count, sizeof(count));
    for (size_t i = 0, length; i < memory->page_count; i += length) {
        length = run_length(memory, i);
        const struct minidump_memory range = {memory->pages[i],
            {(uint32_t)(length * CRASH_PAGE_BYTES), pages_at + (uint32_t)(i * CRASH_PAGE_BYTES)}};
        fill(writer, next, &range, sizeof(range));
        next += (uint32_t)sizeof(range);
    }
    add_stream(writer, MINIDUMP_MEMORY_LIST, at, size);
}

/* The part of the memory that is a thread's stack: from the page of its stack pointer on, as far as
 * there is any. */
static struct minidump_memory find_stack(
    const struct writer *writer, uint64_t pointer, uint32_t pages_at)
{
    const struct crash_memory *memory = writer->memory;
    const uint8_t *page = crash_memory_page(memory, pointer);

    if (page == NULL)
        return (struct minidump_memory){pointer, {0, 0}};
    const size_t first = (size_t)(page - memory->bytes) / CRASH_PAGE_BYTES;
    const uint32_t inside = (uint32_t)(pointer & (CRASH_PAGE_BYTES - 1) & ~7u);
    return (struct minidump_memory){memory->pages[first] + inside,
        {(uint32_t)(run_length(memory, first) * CRASH_PAGE_BYTES) - inside,
            pages_at + (uint32_t)(first * CRASH_PAGE_BYTES) + inside}};
}

/* The thread that stopped the machine is the first. Returns where its registers are. */
static struct minidump_location add_threads(struct writer *writer, uint32_t pages_at)
{
    const struct crash_memory *memory = writer->memory;
    const uint32_t count = (uint32_t)memory->thread_count;
    const size_t size = sizeof(count) + count * sizeof(struct minidump_thread);
    const uint32_t at = reserve(writer, size);
    uint32_t next = at + (uint32_t)sizeof(count);
    struct minidump_location crashed = {0, 0};

    fill(writer, at, &count, sizeof(count));
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < memory->thread_count; i++) {
            const struct crash_thread *thread = &memory->threads[i];
            const bool stopped_it = (uint32_t)thread->id == writer->crash->ThreadId;
            if (stopped_it != (round == 0))
                continue;
            struct minidump_thread entry = {.id = (uint32_t)thread->id,
                .stack = find_stack(writer, thread->stack, pages_at),
                .context = {(uint32_t)thread->context_size,
                    add(writer, thread->context, thread->context_size)}};
            if (stopped_it)
                crashed = entry.context;
            fill(writer, next, &entry, sizeof(entry));
            next += (uint32_t)sizeof(entry);
        }
    }
    add_stream(writer, MINIDUMP_THREAD_LIST, at, size);
    return crashed;
}

static void add_exception(struct writer *writer, struct minidump_location context)
{
    const KD_CRASH *crash = writer->crash;
    struct minidump_exception exception = {
        .thread = crash->ThreadId,
        .code = crash->ExceptionCode,
        .flags = crash->ExceptionFlags,
        .address = crash->ExceptionAddress,
        .parameters = crash->ExceptionParameters,
        .context = context,
    };

    for (ULONG i = 0; i < crash->ExceptionParameters; i++)
        exception.information[i] = crash->ExceptionInformation[i];
    add_stream(
        writer, MINIDUMP_EXCEPTION, add(writer, &exception, sizeof(exception)), sizeof(exception));
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void write_head(struct writer *writer, uint32_t directory_at)
{
    const struct minidump_header header = {
        .signature = MINIDUMP_SIGNATURE,
        .version = MINIDUMP_VERSION,
        .streams = writer->streams,
        .directory = directory_at,
        .timestamp = (uint32_t)time(NULL),
    };

    fill(writer, 0, &header, sizeof(header));
    fill(writer, directory_at, writer->directory, writer->streams * sizeof(writer->directory[0]));
}

uint8_t *crash_dump(
    const KD_CRASH *crash, const struct crash_memory *memory, const char *report, size_t *size)
{
    struct writer writer = {.crash = crash, .memory = memory};

    reserve(&writer, sizeof(struct minidump_header));
    const uint32_t directory_at = reserve(&writer, sizeof(writer.directory));
    const uint32_t pages_at = add(&writer, memory->bytes, memory->page_count * CRASH_PAGE_BYTES);
    add_system(&writer);
    add_misc(&writer);
    add_modules(&writer);
    const struct minidump_location crashed = add_threads(&writer, pages_at);
    add_exception(&writer, crashed);
    add_memory(&writer, pages_at);
    add_stream(
        &writer, MINIDUMP_COMMENT_A, add(&writer, report, strlen(report) + 1), strlen(report) + 1);
    add_stream(&writer, MINIDUMP_DOTSYS, add(&writer, crash, sizeof(*crash)), sizeof(*crash));
    write_head(&writer, directory_at);
    if (writer.failed) {
        free(writer.bytes);
        return NULL;
    }
    *size = writer.size;
    return writer.bytes;
}

/* ---- Reading one of ours again --------------------------------------------------------------- */

static bool read_at(int file, void *data, size_t size, uint64_t offset)
{
    return pread(file, data, size, (off_t)offset) == (ssize_t)size;
}

static bool find_stream(int file, struct minidump_location *found)
{
    struct minidump_header header;
    struct minidump_directory entry;

    if (!read_at(file, &header, sizeof(header), 0) || header.signature != MINIDUMP_SIGNATURE)
        return false;
    for (uint32_t i = 0; i < header.streams && i < 256; i++) {
        if (!read_at(file, &entry, sizeof(entry), header.directory + (uint64_t)i * sizeof(entry)))
            return false;
        if (entry.type == MINIDUMP_DOTSYS) {
            *found = entry.location;
            return true;
        }
    }
    return false;
}

bool crash_dump_read(const char *path, KD_CRASH *crash, char *why, size_t why_size)
{
    struct minidump_location place;
    int file = plainfile_open(path);

    if (file < 0) {
        snprintf(why, why_size, "%s", plainfile_error(errno));
        return false;
    }
    bool done = find_stream(file, &place);
    if (!done)
        snprintf(why, why_size, "it is no minidump that dotsys wrote");
    else if (place.size != sizeof(*crash) || !read_at(file, crash, sizeof(*crash), place.offset) ||
        !KdCheckCrash(crash, sizeof(*crash)))
        snprintf(why, why_size, "another version of dotsys wrote it, or it is damaged");
    else
        why[0] = '\0';
    close(file);
    return done && why[0] == '\0';
}
