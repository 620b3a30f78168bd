/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a supervisor makes of a crash: told by a machine that may tell anything, taken apart,
 * written as a minidump, and kept in files that are there whole or not at all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "crash.h"
#include "crash_minidump.h"

#include "nt/ntimage.h"

#define BASE  0x680000059000ull
#define STACK 0x680000050000ull

/* A crash of an x64 machine: "mov eax, [rax+0x10]" behind four other instructions. */
static KD_CRASH *make_crash(void)
{
    static const uint8_t code[] = {0x55, 0x48, 0x89, 0xE5, 0x48, 0x89, 0x4D, 0x10, 0xE8, 0x10, 0, 0,
        0, 0x8B, 0x40, 0x10, 0x5D, 0xC3};
    KD_CRASH *crash = calloc(1, sizeof(*crash));
    const ULONG64 pc = BASE + 0x100D, sp = STACK + 0x800;

    assert_non_null(crash);
    crash->Size = sizeof(*crash);
    crash->Machine = IMAGE_FILE_MACHINE_AMD64;
    crash->Code = DRIVER_IRQL_NOT_LESS_OR_EQUAL;
    crash->Parameter[0] = 0x10;
    crash->Parameter[3] = pc;
    crash->ThreadId = 77;
    crash->ProcessId = (ULONG)getpid();
    crash->ContextBytes = CRASH_CONTEXT_BYTES;
    memcpy(crash->Context + 0xF8, &pc, sizeof(pc));
    memcpy(crash->Context + 0x98, &sp, sizeof(sp));
    crash->ModuleCount = 1;
    crash->Module[0] = (KD_CRASH_MODULE){.Base = BASE,
        .Size = 0x4000,
        .TimeDateStamp = 5,
        .Name = "a.sys",
        .HostPath = "/nowhere/a.sys"};
    crash->FrameCount = 1;
    crash->Frame[0] = crash->CulpritAddress = crash->CodePc = pc;
    crash->CodeAddress = BASE + 0x1000;
    crash->CodeStart = 1;
    crash->CodeBytes = sizeof(code);
    memcpy(crash->CodeText, code, sizeof(code));
    crash->ExceptionCode = 0xC0000005;
    crash->IsException = 1;
    crash->ExceptionParameters = 2;
    crash->ExceptionInformation[1] = 0x10;
    return crash;
}

/* ---- Receiving ------------------------------------------------------------------------------- */

static struct record part_of(const KD_CRASH *crash, size_t offset, size_t size)
{
    return (struct record){.type = RECORD_CRASH,
        .number = {(int64_t)offset, sizeof(*crash)},
        .text[2] = {(const char *)crash + offset, size}};
}

static void test_received(void **state)
{
    KD_CRASH *crash = make_crash();
    struct crash_inbox inbox = {0};
    struct record first = part_of(crash, 0, 1000),
                  rest = part_of(crash, 1000, sizeof(*crash) - 1000);

    (void)state;
    assert_false(crash_receive(&inbox, &rest)); /* not its turn */
    assert_false(crash_receive(&inbox, &first));
    assert_false(crash_receive(&inbox, &first)); /* twice */
    assert_true(crash_receive(&inbox, &rest));
    assert_true(inbox.complete);
    assert_memory_equal(inbox.crash, crash, sizeof(*crash));
    assert_false(crash_receive(&inbox, &first));
    crash_forget(&inbox);
    free(crash);
}

/* Counts beyond the arrays, texts without an end, a size that is another's. */
static void test_received_nonsense(void **state)
{
    KD_CRASH *crash = make_crash();
    struct crash_inbox inbox = {0};
    struct record whole = part_of(crash, 0, sizeof(*crash));

    (void)state;
    memset(crash, 0xFF, sizeof(*crash));
    assert_false(crash_receive(&inbox, &whole));
    crash_forget(&inbox);
    crash->Size = sizeof(*crash);
    crash->Machine = IMAGE_FILE_MACHINE_I386;
    assert_true(crash_receive(&inbox, &whole));
    struct crash_names *names = crash_names_open(inbox.crash);
    char *report = crash_text(inbox.crash, names, KD_CRASH_COMPLETE);
    json_object *object = crash_json(inbox.crash, names);
    assert_non_null(report);
    assert_true(strncmp(report, "BUGCHECK 0xFFFFFFFF BUGCHECK\n", 29) == 0);
    assert_int_equal(
        json_object_array_length(json_object_object_get(object, "modules")), KD_CRASH_MODULES);
    json_object_put(object);
    free(report);
    free(names);
    crash_forget(&inbox);
    whole.number[1]++;
    assert_false(crash_receive(&inbox, &whole));
    assert_null(inbox.crash);
    free(crash);
}

/* ---- Code ------------------------------------------------------------------------------------ */

static void test_code(void **state)
{
    KD_CRASH *crash = make_crash();
    struct crash_names *names = crash_names_open(crash);

    (void)state;
    assert_int_equal(names->code_count, 7);
    assert_string_equal(names->code[4].text, "mov eax, [rax+0x10]");
    for (size_t i = 0; i < names->code_count; i++)
        assert_int_equal(names->code[i].blamed, i == 4);
    assert_true(names->code[3].target == BASE + 0x101D); /* of the call */
    free(names);
    /* The bytes begin inside the second instruction, which nobody says: the one to blame is found
     * all the same. */
    crash->CodeStart = 0;
    crash->CodeAddress += 2;
    crash->CodeBytes -= 2;
    memmove(crash->CodeText, crash->CodeText + 2, crash->CodeBytes);
    names = crash_names_open(crash);
    assert_true(names->code_count >= 4);
    bool found = false;
    for (size_t i = 0; i < names->code_count; i++)
        found |= names->code[i].blamed && strcmp(names->code[i].text, "mov eax, [rax+0x10]") == 0;
    assert_true(found);
    free(names);
    /* Of 32 bits it is other code. */
    crash->Machine = IMAGE_FILE_MACHINE_I386;
    names = crash_names_open(crash);
    assert_true(names->code_count > 0);
    free(names);
    crash->CodeBytes = 0;
    names = crash_names_open(crash);
    assert_int_equal(names->code_count, 0);
    free(names);
    free(crash);
}

/* A frame further out is shown at its call, which ends where it was to return to. */
static void test_code_of_caller(void **state)
{
    KD_CRASH *crash = make_crash();

    (void)state;
    crash->CodeFrame = 1;
    struct crash_names *names = crash_names_open(crash);
    assert_true(names->code[3].blamed);
    assert_true(strncmp(names->code[3].text, "call ", 5) == 0);
    free(names);
    free(crash);
}

/* ---- The dump -------------------------------------------------------------------------------- */

static void fill_memory(struct crash_memory *memory, const KD_CRASH *crash)
{
    static const uint64_t pages[] = {STACK, STACK + 0x1000, BASE};

    *memory = (struct crash_memory){.thread_count = 2, .page_count = 3};
    memory->threads = calloc(2, sizeof(*memory->threads));
    memory->pages = malloc(sizeof(pages));
    memory->bytes = calloc(3, CRASH_PAGE_BYTES);
    assert_true(memory->threads != NULL && memory->pages != NULL && memory->bytes != NULL);
    memcpy(memory->pages, pages, sizeof(pages));
    memcpy(memory->bytes + 2 * CRASH_PAGE_BYTES, "MZ", 2);
    memory->threads[0] = (struct crash_thread){
        .id = 76, .stack = 0x1000, .context_size = CRASH_CONTEXT_BYTES};
    memory->threads[1] = (struct crash_thread){
        .id = 77, .stack = STACK + 0x800, .context_size = CRASH_CONTEXT_BYTES};
    memcpy(memory->threads[1].context, crash->Context, CRASH_CONTEXT_BYTES);
}

static const struct minidump_location *find(const uint8_t *dump, uint32_t type)
{
    const struct minidump_header *header = (const void *)dump;
    const struct minidump_directory *directory = (const void *)(dump + header->directory);

    for (uint32_t i = 0; i < header->streams; i++) {
        if (directory[i].type == type)
            return &directory[i].location;
    }
    fail_msg("no stream %u", type);
    return NULL;
}

static void test_dump(void **state)
{
    KD_CRASH *crash = make_crash();
    struct crash_memory memory;
    size_t size;

    (void)state;
    fill_memory(&memory, crash);
    uint8_t *dump = crash_dump(crash, &memory, "the report", &size);
    assert_non_null(dump);
    const struct minidump_header *header = (const void *)dump;
    assert_int_equal(header->signature, MINIDUMP_SIGNATURE);
    assert_int_equal(header->streams, MINIDUMP_STREAMS);
    const struct minidump_directory *directory = (const void *)(dump + header->directory);
    for (uint32_t i = 0; i < header->streams; i++)
        assert_true(directory[i].location.offset + (uint64_t)directory[i].location.size <= size);

    const uint8_t *list = dump + find(dump, MINIDUMP_THREAD_LIST)->offset;
    assert_int_equal(*(const uint32_t *)(const void *)list, 2);
    const struct minidump_thread *thread = (const void *)(list + 4);
    assert_int_equal(thread[0].id, 77); /* the one that stopped the machine is the first */
    assert_true(thread[0].stack.start == STACK + 0x800);
    assert_int_equal(thread[0].stack.location.size, 0x1800);
    assert_int_equal(thread[1].stack.location.size, 0);

    list = dump + find(dump, MINIDUMP_MEMORY_LIST)->offset;
    assert_int_equal(*(const uint32_t *)(const void *)list, 2); /* two pages follow one another */
    const struct minidump_memory *range = (const void *)(list + 4);
    assert_true(range[1].start == BASE && memcmp(dump + range[1].location.offset, "MZ", 2) == 0);

    const struct minidump_exception *exception = (const void *)(dump +
        find(dump, MINIDUMP_EXCEPTION)->offset);
    assert_int_equal(exception->code, 0xC0000005);
    assert_int_equal(exception->thread, 77);
    assert_int_equal(exception->context.offset, thread[0].context.offset);

    list = dump + find(dump, MINIDUMP_MODULE_LIST)->offset;
    const struct minidump_module *module = (const void *)(list + 4);
    assert_true(module->base == BASE && module->size == 0x4000 && module->timestamp == 5);
    assert_string_equal((const char *)dump + find(dump, MINIDUMP_COMMENT_A)->offset, "the report");
    assert_memory_equal(dump + find(dump, MINIDUMP_DOTSYS)->offset, crash, sizeof(*crash));
    free(dump);
    crash_memory_free(&memory);
    free(crash);
}

/* Without a byte of the machine's memory it is a dump still. */
static void test_dump_of_nothing(void **state)
{
    KD_CRASH *crash = make_crash();
    const struct crash_memory memory = {0};
    size_t size;
    uint8_t *dump = crash_dump(crash, &memory, "", &size);

    (void)state;
    assert_non_null(dump);
    assert_int_equal(
        *(const uint32_t *)(const void *)(dump + find(dump, MINIDUMP_MEMORY_LIST)->offset), 0);
    free(dump);
    free(crash);
}

/* ---- Another process's memory ---------------------------------------------------------------- */

/* A child that does nothing is looked into, and goes on. */
static void test_memory(void **state)
{
    static volatile char page[2 * CRASH_PAGE_BYTES] __attribute__((aligned(CRASH_PAGE_BYTES)));
    KD_CRASH *crash = make_crash();
    struct crash_memory memory;
    int ends[2], status;
    char byte = 0;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        page[5] = 'x';
        _exit(read(ends[0], &byte, 1) == 1 && byte == 'g' ? 7 : 1);
    }
    crash->Parameter[0] = (ULONG_PTR)page;
    while (!crash_memory_take(&memory, crash, child) ||
        crash_memory_page(&memory, (ULONG_PTR)page)[5] != 'x')
        crash_memory_free(&memory); /* it has not got that far */
    assert_string_equal(memory.why, "");
    assert_int_equal(memory.thread_count, 2); /* its own, and the one that was told */
    assert_int_equal(memory.threads[0].context_size, CRASH_CONTEXT_BYTES);
    assert_non_null(crash_memory_page(&memory, memory.threads[0].stack));
    assert_null(crash_memory_page(&memory, 0x10));
    crash_memory_free(&memory);
    assert_int_equal(write(ends[1], "g", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    close(ends[0]);
    close(ends[1]);
    free(crash);
}

/* One that is gone, or somebody else's: what was told is all there is. */
static void test_no_memory(void **state)
{
    KD_CRASH *crash = make_crash();
    struct crash_memory memory;

    (void)state;
    assert_true(crash_memory_take(&memory, crash, 0x3FFFFFFF));
    assert_int_equal(memory.thread_count, 1);
    assert_int_equal(memory.page_count, 0);
    assert_true(memory.why[0] != '\0');
    crash_memory_free(&memory);
    free(crash);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static int make_folder(char path[64])
{
    strcpy(path, "/tmp/dotsys-crash-XXXXXX");
    assert_non_null(mkdtemp(path));
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(folder >= 0);
    return folder;
}

static size_t count_files(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

/* In place of a disk that is full: no file may be longer than limit. */
static void limit_files(rlim_t limit)
{
    struct rlimit most;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &most);
    most.rlim_cur = limit;
    setrlimit(RLIMIT_FSIZE, &most);
}

static void test_file(void **state)
{
    static char data[100000];
    char path[64];
    int folder = make_folder(path);

    (void)state;
    limit_files(4096);
    assert_false(crash_write_file(folder, "a.dmp", data, sizeof(data)));
    assert_int_equal(errno, EFBIG);
    limit_files(RLIM_INFINITY);
    assert_int_equal(count_files(path), 0);
    assert_true(crash_write_file(folder, "a.dmp", data, sizeof(data)));
    assert_int_equal(count_files(path), 1);
    limit_files(4096);
    assert_false(crash_write_file(folder, "a.dmp", "x", 0) &&
        crash_write_file(folder, "a.dmp", data, sizeof(data)));
    limit_files(RLIM_INFINITY);
    assert_int_equal(unlinkat(folder, "a.dmp", 0), 0); /* one that was there stays until another is
                                                          whole */
    assert_false(crash_write_file(folder, "no/such", data, 1));
    assert_int_equal(errno, ENOENT);
    close(folder);
    assert_int_equal(rmdir(path), 0);
}

/* The disk is full when the minidump's turn comes: the other two are there, and it is said. */
static void test_keep_on_full_disk(void **state)
{
    char path[64], program[] = "run";
    char *words[] = {program, NULL};
    struct crash_files files = {.folder = path, .argc = 1, .argv = words};
    struct crash_inbox inbox = {.crash = make_crash(), .complete = true};
    const struct record last = part_of(inbox.crash, 0, sizeof(*inbox.crash));

    (void)state;
    close(make_folder(path));
    limit_files(64 * 1024);
    crash_keep(&files, &inbox, 0x3FFFFFFF, -1, &last);
    limit_files(RLIM_INFINITY);
    assert_int_equal(count_files(path), 2);
    assert_non_null(strstr(files.trouble, ".dmp cannot be written: File too large"));
    assert_string_equal(files.name, "");
    assert_string_equal(inbox.crash->CommandLine, "dotsys run");
    files.trouble[0] = '\0';
    crash_keep(&files, &inbox, 0x3FFFFFFF, -1, &last); /* within the same second it is the same name
                                                        */
    assert_true(files.name[0] != '\0');
    assert_true(count_files(path) == 3 || count_files(path) == 5);
    char remove_all[100];
    snprintf(remove_all, sizeof(remove_all), "rm -r %s", path);
    assert_int_equal(system(remove_all), 0);
    crash_forget(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_received_nonsense),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_code_of_caller),
        cmocka_unit_test(test_dump),
        cmocka_unit_test(test_dump_of_nothing),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_keep_on_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
