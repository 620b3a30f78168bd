/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Looking into the machine's process while it waits after a bugcheck. Its threads are stopped one
 * by one until there is none that runs, so that registers and memory belong together; then pages
 * are read through /proc, which shows those, too, that the process itself may not touch. It may be
 * of the other word size. Where Linux does not allow that (a debugger has the process, or a
 * container forbids it), what the process told has to do.
 */
#include "crash.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nt/ntimage.h"

#define PAGE_LIMIT   16384u /* 64 MiB in all */
#define STACK_PAGES  20u    /* of a thread, from its stack pointer on */
#define THREAD_LIMIT 512u
#define RED_ZONE     128u

/* ---- Threads --------------------------------------------------------------------------------- */

static bool is_known(const struct crash_memory *memory, pid_t id)
{
    for (size_t i = 0; i < memory->thread_count; i++) {
        if (memory->threads[i].id == id)
            return true;
    }
    return false;
}

/* Stops a thread. False: it is gone, or we may not; then errno says so. */
static bool stop_thread(struct crash_thread *thread)
{
    int status;

    if (ptrace(PTRACE_SEIZE, thread->id, NULL, NULL) != 0)
        return false;
    ptrace(PTRACE_INTERRUPT, thread->id, NULL, NULL);
    while (waitpid(thread->id, &status, __WALL) < 0) {
        if (errno != EINTR)
            return false;
    }
    errno = ESRCH;
    if (!WIFSTOPPED(status))
        return false;
    if (status >> 16 == 0)
        thread->signal = WSTOPSIG(status); /* it was about to take one: it does later */
    thread->stopped = true;
    return true;
}

/* One round over the threads there are. How many it stopped; -1: out of memory. */
static int stop_round(struct crash_memory *memory, pid_t process)
{
    char path[64];
    struct dirent *entry;
    int stopped = 0;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    DIR *folder = opendir(path);
    while (folder != NULL && stopped >= 0 && (entry = readdir(folder)) != NULL &&
        memory->thread_count < THREAD_LIMIT) {
        struct crash_thread thread = {.id = atoi(entry->d_name)};
        if (thread.id <= 0 || is_known(memory, thread.id))
            continue;
        if (!stop_thread(&thread)) {
            if (errno != ESRCH)
                snprintf(memory->why, sizeof(memory->why),
                    "the machine's threads could not be stopped: %s", strerror(errno));
            continue;
        }
        struct crash_thread *moved = realloc(
            memory->threads, (memory->thread_count + 1) * sizeof(*moved));
        if (moved == NULL) {
            ptrace(PTRACE_DETACH, thread.id, NULL, (void *)(intptr_t)thread.signal);
            stopped = -1;
            break;
        }
        memory->threads = moved;
        memory->threads[memory->thread_count++] = thread;
        stopped++;
    }
    if (folder != NULL)
        closedir(folder);
    return stopped;
}

static bool stop_threads(struct crash_memory *memory, pid_t process)
{
    int stopped;

    do {
        stopped = stop_round(memory, process);
    } while (stopped > 0); /* those that were made meanwhile */
    return stopped == 0;
}

static void let_go(const struct crash_memory *memory)
{
    for (size_t i = 0; i < memory->thread_count; i++) {
        const struct crash_thread *thread = &memory->threads[i];
        if (thread->stopped)
            ptrace(PTRACE_DETACH, thread->id, NULL, (void *)(intptr_t)thread->signal);
    }
}

/* ---- Registers ------------------------------------------------------------------------------- */

/* What Linux tells of a thread of 32 bits. */
struct narrow_registers {
    uint32_t ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
};

#define CONTEXT_FLAGS_WIDE   0x0010000Fu /* control, integer, segments, floating point */
#define CONTEXT_FLAGS_NARROW 0x00010007u
#define WIDE_CONTEXT_BYTES   1232u
#define NARROW_CONTEXT_BYTES 716u
#define WIDE_FXSAVE          0x100u

static void put(struct crash_thread *thread, size_t offset, uint64_t value, size_t size)
{
    memcpy(thread->context + offset, &value, size);
}

static void fill_wide(struct crash_thread *thread, const struct user_regs_struct *r)
{
    const struct {
        uint16_t offset, size;
        uint64_t value;
    } fields[] = {{0x30, 4, CONTEXT_FLAGS_WIDE}, {0x38, 2, r->cs}, {0x3A, 2, r->ds},
        {0x3C, 2, r->es}, {0x3E, 2, r->fs}, {0x40, 2, r->gs}, {0x42, 2, r->ss},
        {0x44, 4, r->eflags}, {0x78, 8, r->rax}, {0x80, 8, r->rcx}, {0x88, 8, r->rdx},
        {0x90, 8, r->rbx}, {0x98, 8, r->rsp}, {0xA0, 8, r->rbp}, {0xA8, 8, r->rsi},
        {0xB0, 8, r->rdi}, {0xB8, 8, r->r8}, {0xC0, 8, r->r9}, {0xC8, 8, r->r10}, {0xD0, 8, r->r11},
        {0xD8, 8, r->r12}, {0xE0, 8, r->r13}, {0xE8, 8, r->r14}, {0xF0, 8, r->r15},
        {0xF8, 8, r->rip}};
    struct iovec vector = {thread->context + WIDE_FXSAVE, 512};
    uint32_t mxcsr = 0x1F80;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        put(thread, fields[i].offset, fields[i].value, fields[i].size);
    if (ptrace(PTRACE_GETREGSET, thread->id, (void *)NT_PRFPREG, &vector) == 0)
        memcpy(&mxcsr, thread->context + WIDE_FXSAVE + 24, sizeof(mxcsr));
    put(thread, 0x34, mxcsr, 4);
    thread->stack = r->rsp;
    thread->context_size = WIDE_CONTEXT_BYTES;
}

static void fill_narrow(struct crash_thread *thread, const struct narrow_registers *r)
{
    const struct {
        uint16_t offset;
        uint32_t value;
    } fields[] = {{0, CONTEXT_FLAGS_NARROW}, {0x8C, r->gs}, {0x90, r->fs}, {0x94, r->es},
        {0x98, r->ds}, {0x9C, r->edi}, {0xA0, r->esi}, {0xA4, r->ebx}, {0xA8, r->edx},
        {0xAC, r->ecx}, {0xB0, r->eax}, {0xB4, r->ebp}, {0xB8, r->eip}, {0xBC, r->cs},
        {0xC0, r->eflags}, {0xC4, r->esp}, {0xC8, r->ss}};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        put(thread, fields[i].offset, fields[i].value, 4);
    thread->stack = r->esp;
    thread->context_size = NARROW_CONTEXT_BYTES;
}

static void read_registers(struct crash_thread *thread)
{
    union {
        struct user_regs_struct wide;
        struct narrow_registers narrow;
    } registers;
    struct iovec vector = {&registers, sizeof(registers)};

    if (ptrace(PTRACE_GETREGSET, thread->id, (void *)NT_PRSTATUS, &vector) != 0)
        return;
    if (vector.iov_len == sizeof(registers.narrow))
        fill_narrow(thread, &registers.narrow);
    else if (vector.iov_len == sizeof(registers.wide))
        fill_wide(thread, &registers.wide);
}

/* The thread that stopped the machine is shown where that happened, not where it waits for us. */
static bool take_crashed(struct crash_memory *memory, const KD_CRASH *crash)
{
    struct crash_thread *thread = NULL;

    for (size_t i = 0; i < memory->thread_count; i++) {
        if ((ULONG)memory->threads[i].id == crash->ThreadId)
            thread = &memory->threads[i];
    }
    if (thread == NULL) {
        struct crash_thread *moved = realloc(
            memory->threads, (memory->thread_count + 1) * sizeof(*moved));
        if (moved == NULL)
            return false;
        memory->threads = moved;
        thread = &memory->threads[memory->thread_count++];
        *thread = (struct crash_thread){.id = (pid_t)crash->ThreadId};
    }
    thread->context_size = crash->ContextBytes;
    memcpy(thread->context, crash->Context, crash->ContextBytes);
    if (crash->Machine == IMAGE_FILE_MACHINE_AMD64)
        put(thread, 0x30, CONTEXT_FLAGS_WIDE, 4);
    else
        put(thread, 0, CONTEXT_FLAGS_NARROW, 4);
    thread->stack = KdCrashSp(crash);
    return true;
}

/* ---- Pages ----------------------------------------------------------------------------------- */

/* Wants the pages of a range. False: out of memory. */
static bool want(struct crash_memory *memory, uint64_t start, uint64_t size)
{
    uint64_t page = start & ~(uint64_t)(CRASH_PAGE_BYTES - 1), last = start + size - 1;

    if (size == 0 || last < start)
        return true;
    for (; page <= last && memory->page_count < PAGE_LIMIT; page += CRASH_PAGE_BYTES) {
        if (memory->page_count == memory->page_room) {
            size_t room = memory->page_room * 2 + 256;
            uint64_t *moved = realloc(memory->pages, room * sizeof(*moved));
            if (moved == NULL)
                return false;
            memory->pages = moved;
            memory->page_room = room;
        }
        memory->pages[memory->page_count++] = page;
        if (page > UINT64_MAX - CRASH_PAGE_BYTES)
            break;
    }
    return true;
}

static bool want_irp(struct crash_memory *memory, const KD_CRASH_IRP *irp)
{
    bool done = want(memory, irp->Address, 1024) &&
        want(memory, irp->SystemBuffer, irp->SystemBuffer != 0);

    for (ULONG i = 0; i < irp->LocationCount; i++) {
        const KD_CRASH_LOCATION *location = &irp->Location[i];
        done = done && want(memory, location->Device, location->Device != 0 ? 512 : 0) &&
               want(memory, location->File, location->File != 0 ? 256 : 0);
    }
    return done;
}

static bool want_all(struct crash_memory *memory, const KD_CRASH *crash)
{
    ULONG count, general;
    const KD_REGISTER *registers = KdRegisters(crash->Machine, &count, &general);
    bool done = true;

    for (size_t i = 0; i < memory->thread_count; i++) {
        const struct crash_thread *thread = &memory->threads[i];
        const uint64_t red = thread->stack >= RED_ZONE ? RED_ZONE : 0;
        done = done &&
            (thread->stack == 0 ||
                want(memory, thread->stack - red, STACK_PAGES * CRASH_PAGE_BYTES));
    }
    for (ULONG i = 0; i < general; i++)
        done = done && want(memory, KdRegisterValue(crash, &registers[i]), 64);
    for (ULONG i = 0; i < 4; i++)
        done = done && want(memory, crash->Parameter[i], 64);
    for (ULONG i = 0; i < crash->PoolCount; i++)
        done = done &&
            want(memory, crash->Pool[i].Block - 16, (crash->Pool[i].Bytes & 0xFFFFF) + 32);
    for (ULONG i = 0; i < crash->IrpCount; i++)
        done = done && want_irp(memory, &crash->Irp[i]);
    done = done && want(memory, crash->Thread, crash->Thread != 0 ? 1024 : 0) &&
        want(memory, crash->CodeAddress, crash->CodeBytes);
    for (ULONG i = 0; i < crash->ModuleCount; i++) {
        if (!crash->Module[i].Own)
            done = done && want(memory, crash->Module[i].Base, crash->Module[i].Size);
    }
    return done;
}

static int compare_pages(const void *first, const void *second)
{
    const uint64_t one = *(const uint64_t *)first, other = *(const uint64_t *)second;

    return one < other ? -1 : one > other;
}

/* Reads what is wanted, each page once; those that are not there drop out. */
static bool read_pages(struct crash_memory *memory, pid_t process)
{
    char path[64];
    size_t kept = 0;

    qsort(memory->pages, memory->page_count, sizeof(*memory->pages), compare_pages);
    memory->bytes = malloc(memory->page_count * CRASH_PAGE_BYTES + 1);
    if (memory->bytes == NULL)
        return false;
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        snprintf(memory->why, sizeof(memory->why), "the machine's memory could not be read: %s",
            strerror(errno));
    for (size_t i = 0; file >= 0 && i < memory->page_count; i++) {
        const uint64_t page = memory->pages[i];
        if ((kept > 0 && memory->pages[kept - 1] == page) || page > INT64_MAX ||
            pread(file, memory->bytes + kept * CRASH_PAGE_BYTES, CRASH_PAGE_BYTES, (off_t)page) !=
                CRASH_PAGE_BYTES)
            continue;
        memory->pages[kept++] = page;
    }
    memory->page_count = kept;
    if (file >= 0)
        close(file);
    return true;
}

const uint8_t *crash_memory_page(const struct crash_memory *memory, uint64_t address)
{
    const uint64_t page = address & ~(uint64_t)(CRASH_PAGE_BYTES - 1);
    const uint64_t *found = memory->page_count > 0
        ? bsearch(&page, memory->pages, memory->page_count, sizeof(page), compare_pages)
        : NULL;

    return found != NULL ? memory->bytes + (size_t)(found - memory->pages) * CRASH_PAGE_BYTES
                         : NULL;
}

/* ---- The whole ------------------------------------------------------------------------------- */

bool crash_memory_take(struct crash_memory *memory, const KD_CRASH *crash, pid_t process)
{
    *memory = (struct crash_memory){0};
    bool done = stop_threads(memory, process);
    for (size_t i = 0; done && i < memory->thread_count; i++)
        read_registers(&memory->threads[i]);
    done = done && take_crashed(memory, crash) && want_all(memory, crash) &&
        read_pages(memory, process);
    let_go(memory);
    if (!done)
        crash_memory_free(memory);
    return done;
}

void crash_memory_free(struct crash_memory *memory)
{
    free(memory->threads);
    free(memory->pages);
    free(memory->bytes);
    *memory = (struct crash_memory){0};
}
