/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes crashes as a supervisor takes them: told by the machine's process in parts, or in a
 * minidump that somebody has. What is taken can be shown in words and as JSON, whatever is in it,
 * and a minidump of it reads back the same.
 *
 * An input is one byte that chooses, and then either a minidump or changes to a sound crash, each
 * an offset in three bytes, a length in one, and so many bytes; for a crash that is told, the first
 * two bytes are the size of the parts.
 */
#include <string.h>

#include "cli/crash.h"
#include "cli/crash_minidump.h"
#include "cli/json.h"
#include "nt/ntimage.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 4096;

static KD_CRASH crash, again;

#define BASE 0x680000059000ull

static void make_crash(void)
{
    static const uint8_t code[] = {0x55, 0x48, 0x89, 0xE5, 0xE8, 0x10, 0, 0, 0, 0x8B, 0x40, 0x10,
        0xFF, 0x15, 0, 0, 0, 0, 0x5D, 0xC3};
    const ULONG64 pc = BASE + 0x1009;

    memset(&crash, 0, sizeof(crash));
    crash.Size = sizeof(crash);
    crash.Machine = IMAGE_FILE_MACHINE_AMD64;
    crash.Code = 0xD1;
    crash.ContextBytes = CRASH_CONTEXT_BYTES;
    crash.ModuleCount = 1;
    crash.Module[0] = (KD_CRASH_MODULE){
        .Base = BASE, .Size = 0x4000, .Name = "a.sys", .HostPath = "/nowhere/a.sys"};
    crash.FrameCount = 1;
    crash.Frame[0] = crash.CulpritAddress = crash.CodePc = pc;
    crash.CodeAddress = BASE + 0x1000;
    crash.CodeStart = 1;
    crash.CodeBytes = sizeof(code);
    memcpy(crash.CodeText, code, sizeof(code));
    crash.IrpCount = crash.LineCount = crash.ThreadCount = crash.NameCount = 1;
    crash.Irp[0].LocationCount = 2;
    crash.IsException = 1;
    crash.ExceptionParameters = 2;
}

static void change(struct input *input)
{
    while (input->at < input->size) {
        size_t at = take(input, 3) % sizeof(crash), count = take(input, 1);
        while (count-- > 0 && at < sizeof(crash))
            ((uint8_t *)&crash)[at++] = (uint8_t)take(input, 1);
    }
}

static void show(const KD_CRASH *shown)
{
    struct crash_names *names = crash_names_open(shown);

    for (int length = KD_CRASH_BRIEF; length <= KD_CRASH_COMPLETE; length++) {
        char *report = crash_text(shown, names, (enum KD_CRASH_LENGTH)length);
        if (report == NULL || *report == '\0')
            abort();
        look(report, strlen(report));
        free(report);
    }
    json_object *object = crash_json(shown, names);
    const char *text = json_object_to_json_string(object);
    look(text, strlen(text));
    json_object_put(object);
    free(names);
}

static bool read_dump(const uint8_t *data, size_t size, KD_CRASH *read)
{
    struct input_file file;
    char why[256];

    input_file_open(&file, data, size);
    bool done = crash_dump_read(file.path, read, why, sizeof(why));
    if (!done && why[0] == '\0')
        abort();
    input_file_close(&file);
    return done;
}

static void write_and_read(const KD_CRASH *written)
{
    const struct crash_memory memory = {0};
    size_t size;
    uint8_t *dump = crash_dump(written, &memory, "report", &size);

    if (dump == NULL || !read_dump(dump, size, &again) ||
        memcmp(written, &again, sizeof(again)) != 0)
        abort();
    free(dump);
}

/* Told in parts of so many bytes; the last may be a part too many. */
static void tell(size_t part)
{
    struct crash_inbox inbox = {0};

    for (size_t at = 0; at < sizeof(crash); at += part) {
        const size_t size = part < sizeof(crash) - at ? part : sizeof(crash) - at;
        const struct record record = {.type = RECORD_CRASH,
            .number = {(int64_t)at, sizeof(crash)},
            .text[2] = {(char *)&crash + at, size}};
        crash_receive(&inbox, &record);
        if (crash_receive(&inbox, &record))
            abort(); /* twice */
    }
    if (inbox.complete) {
        show(inbox.crash);
        write_and_read(inbox.crash);
    }
    crash_forget(&inbox);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};

    if (take(&input, 1) % 2 == 0) {
        if (read_dump(data + input.at, size - input.at, &crash))
            show(&crash);
        return 0;
    }
    const size_t part = 4096 + take(&input, 2);
    make_crash();
    change(&input);
    tell(part);
    return 0;
}

const unsigned fuzz_seeds = 3;

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    const struct minidump_header header = {.signature = MINIDUMP_SIGNATURE,
        .version = MINIDUMP_VERSION,
        .streams = 1,
        .directory = sizeof(header)};
    const struct minidump_directory stream = {
        .type = MINIDUMP_DOTSYS, .location = {sizeof(crash), 64}};
    static const uint8_t changes[] = {
        1, 0, 1, 16, 0, 0, 1, 7, 0x40, 0, 0, 2, 9, 9, 0, 2, 0, 3, 1, 2, 3};

    data[0] = 0;
    if (which == 0) {
        memcpy(data + 1, &header, sizeof(header));
        memcpy(data + 1 + sizeof(header), &stream, sizeof(stream));
        return 1 + sizeof(header) + sizeof(stream);
    }
    memcpy(data, changes, sizeof(changes));
    return which == 1 ? sizeof(changes) : 3;
}
