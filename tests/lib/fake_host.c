/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * host/host.h for unit tests: see fake_host.h. Memory is a memory file at the address asked for, threads are pthreads, but
 * nobody sleeps for real time, no signal handler is installed and any call that can fail fails on demand. Unwinding through
 * frames and telling a sanitizer are the host's own (unwind.c, sanitizer.c): they ask Linux for nothing.
 *
 * One mutex guards everything here.
 */
#include "fake_host.h"

#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAKE_FILES 8
#define FAKE_PROCESSORS 2
#define FAKE_RANDOM_SEED 0x9E3779B97F4A7C15u

/* A thread in host_wait or host_thread_join. Whoever ends its sleep takes it off the list. */
struct fake_sleeper {
    struct fake_sleeper *next;
    const void *word;
    uint64_t deadline;
    bool asleep, timed_out;
    pthread_cond_t wake;
};

struct fake_thread {
    pthread_t pthread;
    void (*entry)(void *);
    void *argument;
    void (*leave)(void *); /* host_thread_at_exit */
    void *leave_argument;
    bool ended, detached;
};

static pthread_mutex_t fake_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t fake_settled = PTHREAD_COND_INITIALIZER;
static struct fake_sleeper *fake_sleepers; /* in the order they fell asleep */
static unsigned fake_sleeping, fake_threads = 1;
static uint64_t fake_now = FAKE_BOOT_MONOTONIC, fake_yield_cost;
static struct fake_thread fake_first; /* stands for the thread of main */
static _Thread_local struct fake_thread *fake_self = &fake_first;

static struct {
    unsigned calls, countdown;
    bool forever;
} fake_calls[FAKE_CALL_KINDS + 1];

static struct {
    uintptr_t base;
    size_t reserved, ram;
    int file;
    uint8_t *protection; /* a mask for each page of RAM */
} fake_range = {.file = -1};

static struct {
    const char *path;
    const void *data;
    size_t size;
} fake_files[FAKE_FILES];

static size_t fake_private_bytes;
static uint64_t fake_random = FAKE_RANDOM_SEED;
static char fake_complaints[1024];
static host_fault_handler fake_on_fault;

/* ---- failing ------------------------------------------------------------------------------------------------ */

static bool fake_count(enum fake_host_call call)
{
    fake_calls[call].calls++;
    if (fake_calls[call].countdown == 0)
        return false;
    if (fake_calls[call].countdown > 1) {
        fake_calls[call].countdown--;
        return false;
    }
    fake_calls[call].countdown = fake_calls[call].forever;
    return true;
}

static bool fake_fails(enum fake_host_call call)
{
    pthread_mutex_lock(&fake_lock);
    bool this_kind = fake_count(call), any = fake_count(FAKE_ANY_CALL);
    pthread_mutex_unlock(&fake_lock);
    return this_kind || any;
}

void fake_host_fail(enum fake_host_call call, unsigned countdown, bool forever)
{
    pthread_mutex_lock(&fake_lock);
    fake_calls[call].calls = 0;
    fake_calls[call].countdown = countdown;
    fake_calls[call].forever = forever;
    pthread_mutex_unlock(&fake_lock);
}

unsigned fake_host_calls(enum fake_host_call call)
{
    pthread_mutex_lock(&fake_lock);
    unsigned calls = fake_calls[call].calls;
    pthread_mutex_unlock(&fake_lock);
    return calls;
}

void fake_host_reset(void)
{
    memset(fake_calls, 0, sizeof(fake_calls));
    memset(fake_files, 0, sizeof(fake_files));
    fake_now = FAKE_BOOT_MONOTONIC;
    fake_yield_cost = 0;
    fake_random = FAKE_RANDOM_SEED;
    fake_complaints[0] = 0;
}

/* ---- sleeping and the clock, lock held ---------------------------------------------------------------------- */

static void fake_rouse(struct fake_sleeper **link, bool timed_out)
{
    struct fake_sleeper *sleeper = *link;
    *link = sleeper->next;
    fake_sleeping--; /* now, not when it gets to run: the clock must not pass it by */
    sleeper->asleep = false;
    sleeper->timed_out = timed_out;
    pthread_cond_signal(&sleeper->wake);
}

static void fake_set_time(uint64_t now)
{
    fake_now = now;
    for (struct fake_sleeper **link = &fake_sleepers; *link != NULL;) {
        if ((*link)->deadline <= now)
            fake_rouse(link, true);
        else
            link = &(*link)->next;
    }
}

static uint64_t fake_next_deadline(void)
{
    uint64_t next = HOST_FOREVER;
    for (const struct fake_sleeper *sleeper = fake_sleepers; sleeper != NULL; sleeper = sleeper->next)
        next = sleeper->deadline < next ? sleeper->deadline : next;
    return next;
}

/* A thread fell asleep or ended. */
static void fake_check_idle(void)
{
    pthread_cond_broadcast(&fake_settled);
    if (fake_sleeping < fake_threads)
        return;
    uint64_t next = fake_next_deadline();
    if (next == HOST_FOREVER) {
        fputs("fake host: every thread sleeps, none with a deadline\n", stderr);
        abort();
    }
    fake_set_time(next);
}

static bool fake_sleep(const void *word, uint64_t deadline)
{
    struct fake_sleeper sleeper = {.word = word, .deadline = deadline, .asleep = true, .wake = PTHREAD_COND_INITIALIZER};
    struct fake_sleeper **link = &fake_sleepers;
    while (*link != NULL)
        link = &(*link)->next;
    *link = &sleeper;
    fake_sleeping++;
    fake_check_idle();
    while (sleeper.asleep)
        pthread_cond_wait(&sleeper.wake, &fake_lock);
    pthread_cond_destroy(&sleeper.wake);
    return !sleeper.timed_out;
}

static void fake_wake(const void *word, unsigned count)
{
    for (struct fake_sleeper **link = &fake_sleepers; *link != NULL && count > 0;) {
        if ((*link)->word == word) {
            fake_rouse(link, false);
            count--;
        } else {
            link = &(*link)->next;
        }
    }
}

static void fake_settle(void)
{
    while (fake_sleeping + 1 < fake_threads)
        pthread_cond_wait(&fake_settled, &fake_lock);
}

/* ---- waiting and time --------------------------------------------------------------------------------------- */

int host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    int result = 0;
    pthread_mutex_lock(&fake_lock);
    if (*word == expected && (deadline <= fake_now || !fake_sleep(word, deadline)))
        result = ETIMEDOUT;
    pthread_mutex_unlock(&fake_lock);
    return result;
}

void host_wake(_Atomic uint32_t *word, unsigned count)
{
    pthread_mutex_lock(&fake_lock);
    fake_wake(word, count);
    pthread_mutex_unlock(&fake_lock);
}

uint64_t host_clock_monotonic(void)
{
    pthread_mutex_lock(&fake_lock);
    uint64_t now = fake_now;
    pthread_mutex_unlock(&fake_lock);
    return now;
}

uint64_t host_clock_utc(void)
{
    return host_clock_monotonic() - FAKE_BOOT_MONOTONIC + FAKE_BOOT_UTC;
}

uint64_t host_counter(void)
{
    return host_clock_monotonic();
}

uint64_t host_counter_frequency(void)
{
    return 10000000;
}

void host_yield(void)
{
    pthread_mutex_lock(&fake_lock);
    if (fake_yield_cost != 0)
        fake_set_time(fake_now + fake_yield_cost);
    pthread_mutex_unlock(&fake_lock);
    sched_yield();
}

void fake_host_set_yield_cost(uint64_t cost_100ns)
{
    pthread_mutex_lock(&fake_lock);
    fake_yield_cost = cost_100ns;
    pthread_mutex_unlock(&fake_lock);
}

void fake_host_settle(void)
{
    pthread_mutex_lock(&fake_lock);
    fake_settle();
    pthread_mutex_unlock(&fake_lock);
}

void fake_host_advance(uint64_t by_100ns)
{
    pthread_mutex_lock(&fake_lock);
    uint64_t end = fake_now + by_100ns;
    fake_settle();
    for (uint64_t next = fake_next_deadline(); next <= end && next != HOST_FOREVER; next = fake_next_deadline()) {
        fake_set_time(next);
        fake_settle();
    }
    fake_set_time(end);
    pthread_mutex_unlock(&fake_lock);
}

/* ---- threads ------------------------------------------------------------------------------------------------ */

static void *fake_thread_start(void *data)
{
    struct fake_thread *thread = data;
    fake_self = thread;
    thread->entry(thread->argument);
    if (thread->leave != NULL)
        thread->leave(thread->leave_argument);
    pthread_mutex_lock(&fake_lock);
    bool detached = thread->detached;
    thread->ended = true;
    fake_wake(thread, 1);
    fake_threads--;
    fake_check_idle();
    pthread_mutex_unlock(&fake_lock);
    if (detached)
        free(thread);
    return NULL;
}

int host_thread_create(host_thread *thread, void (*entry)(void *), void *argument)
{
    if (fake_fails(FAKE_THREAD_CREATE))
        return EAGAIN;
    struct fake_thread *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return ENOMEM;
    made->entry = entry;
    made->argument = argument;
    pthread_mutex_lock(&fake_lock);
    fake_threads++;
    int error = pthread_create(&made->pthread, NULL, fake_thread_start, made);
    if (error != 0) {
        fake_threads--;
        free(made);
    } else {
        *thread = (host_thread)made;
    }
    pthread_mutex_unlock(&fake_lock);
    return error;
}

void host_thread_join(host_thread handle)
{
    struct fake_thread *thread = (struct fake_thread *)handle;
    pthread_mutex_lock(&fake_lock);
    if (!thread->ended)
        fake_sleep(thread, HOST_FOREVER);
    pthread_mutex_unlock(&fake_lock);
    pthread_join(thread->pthread, NULL);
    free(thread);
}

void host_thread_detach(host_thread handle)
{
    struct fake_thread *thread = (struct fake_thread *)handle;
    pthread_mutex_lock(&fake_lock);
    bool ended = thread->ended;
    thread->detached = true;
    pthread_detach(thread->pthread);
    pthread_mutex_unlock(&fake_lock);
    if (ended)
        free(thread);
}

host_thread host_thread_self(void)
{
    return (host_thread)fake_self;
}

uint32_t host_thread_id(void)
{
    return (uint32_t)gettid();
}

uint32_t host_process_id(void)
{
    return (uint32_t)getpid();
}

void host_thread_set_name(const char *name)
{
    (void)name;
}

int host_thread_set_pcr(void *pcr)
{
    return syscall(SYS_arch_prctl, ARCH_SET_GS, pcr) == 0 ? 0 : errno;
}

void host_thread_at_exit(void (*leave)(void *), void *argument)
{
    fake_self->leave = leave;
    fake_self->leave_argument = argument;
}

void host_thread_interrupt(host_thread thread)
{
    (void)thread; /* there is no signal: a thread in an endless loop of a driver is nothing a unit test has */
}

unsigned host_processor_count(void)
{
    return FAKE_PROCESSORS;
}

/* ---- faults ------------------------------------------------------------------------------------------------- */

int host_thread_arm_faults(void)
{
    return fake_fails(FAKE_THREAD_ARM_FAULTS) ? ENOMEM : 0;
}

void host_thread_disarm_faults(void)
{
}

int host_faults_install(host_fault_handler fault, host_interrupt_handler interrupt)
{
    (void)interrupt;
    if (fake_fails(FAKE_FAULTS_INSTALL))
        return EINVAL;
    fake_on_fault = fault;
    return 0;
}

void host_faults_remove(void)
{
    fake_on_fault = NULL;
}

bool fake_host_deliver_fault(struct host_fault *fault)
{
    return fake_on_fault != NULL && fake_on_fault(fault);
}

bool host_symbol(uintptr_t address, char *text, size_t size)
{
    (void)address, (void)text, (void)size;
    return false;
}

/* ---- memory ------------------------------------------------------------------------------------------------- */

static int fake_linux_protection(unsigned protection)
{
    return (protection != HOST_NO_ACCESS ? PROT_READ : PROT_NONE) | (protection & HOST_WRITE ? PROT_WRITE : 0) |
           (protection & HOST_EXECUTE ? PROT_EXEC : 0);
}

static bool fake_is_ram(const void *address)
{
    return fake_range.file >= 0 && (uintptr_t)address - fake_range.base < fake_range.ram;
}

int host_ram_create(uintptr_t base, size_t reserve_bytes, size_t ram_bytes)
{
    if (fake_fails(FAKE_RAM_CREATE))
        return ENOMEM;
    if (fake_range.file >= 0)
        return EEXIST;
    int file = memfd_create("fake-ram", MFD_CLOEXEC);
    uint8_t *protection = calloc(ram_bytes / HOST_PAGE_SIZE, 1);
    void *at = mmap((void *)base, reserve_bytes, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (file < 0 || protection == NULL || at != (void *)base || ftruncate(file, (off_t)ram_bytes) != 0 ||
        mmap(at, ram_bytes, PROT_NONE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, file, 0) == MAP_FAILED) {
        perror("fake host: no memory for RAM");
        abort();
    }
    fake_range.base = base;
    fake_range.reserved = reserve_bytes;
    fake_range.ram = ram_bytes;
    fake_range.file = file;
    fake_range.protection = protection;
    return 0;
}

void host_ram_destroy(void)
{
    if (fake_range.file < 0)
        return;
    munmap((void *)fake_range.base, fake_range.reserved);
    close(fake_range.file);
    free(fake_range.protection);
    fake_range.file = -1;
}

int host_mem_protect(void *address, size_t size_bytes, unsigned protection)
{
    if (fake_fails(FAKE_MEM_PROTECT))
        return ENOMEM;
    if (mprotect(address, size_bytes, fake_linux_protection(protection)) != 0)
        return errno;
    if (fake_is_ram(address))
        memset(fake_range.protection + ((uintptr_t)address - fake_range.base) / HOST_PAGE_SIZE, (int)protection,
            (size_bytes + HOST_PAGE_SIZE - 1) / HOST_PAGE_SIZE);
    return 0;
}

unsigned fake_host_protection(const void *address)
{
    return fake_range.protection[((uintptr_t)address - fake_range.base) / HOST_PAGE_SIZE];
}

void host_mem_discard(void *address, size_t size_bytes)
{
    if (fallocate(fake_range.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
            (off_t)((uintptr_t)address - fake_range.base), (off_t)size_bytes) != 0)
        abort();
}

int host_ram_alias(void *address, uint64_t physical, size_t size_bytes, unsigned protection)
{
    if (fake_fails(FAKE_RAM_ALIAS))
        return ENOMEM;
    void *at = mmap(address, size_bytes, fake_linux_protection(protection), MAP_SHARED | MAP_FIXED, fake_range.file,
        (off_t)physical);
    return at == MAP_FAILED ? errno : 0;
}

void host_ram_unalias(void *address, size_t size_bytes)
{
    if (mmap(address, size_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        abort();
}

bool host_mem_accessible(const void *address, bool write)
{
    uint8_t byte;
    struct iovec local = {&byte, 1}, remote = {(void *)(uintptr_t)address, 1};
    if (fake_is_ram(address))
        return fake_host_protection(address) & (write ? HOST_WRITE : HOST_READ | HOST_WRITE | HOST_EXECUTE);
    if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1)
        return false;
    return !write || process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1;
}

void *host_private_allocate(size_t size_bytes)
{
    if (fake_fails(FAKE_PRIVATE_ALLOCATE))
        return NULL;
    void *at = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    pthread_mutex_lock(&fake_lock);
    fake_private_bytes += size_bytes;
    pthread_mutex_unlock(&fake_lock);
    return at;
}

void host_private_free(void *address, size_t size_bytes)
{
    if (address == NULL)
        return;
    munmap(address, size_bytes);
    pthread_mutex_lock(&fake_lock);
    fake_private_bytes -= size_bytes;
    pthread_mutex_unlock(&fake_lock);
}

size_t fake_host_private_bytes(void)
{
    pthread_mutex_lock(&fake_lock);
    size_t bytes = fake_private_bytes;
    pthread_mutex_unlock(&fake_lock);
    return bytes;
}

/* ---- files and the rest ------------------------------------------------------------------------------------- */

void fake_host_add_file(const char *path, const void *data, size_t size)
{
    for (unsigned i = 0; i < FAKE_FILES; i++) {
        if (fake_files[i].path == NULL) {
            fake_files[i].path = path;
            fake_files[i].data = data;
            fake_files[i].size = size;
            return;
        }
    }
    abort();
}

int host_file_read(const char *path, size_t limit, void **data, size_t *size)
{
    if (fake_fails(FAKE_FILE_READ))
        return EIO;
    for (unsigned i = 0; i < FAKE_FILES && fake_files[i].path != NULL; i++) {
        if (strcmp(fake_files[i].path, path) != 0)
            continue;
        if (fake_files[i].size > limit)
            return EFBIG;
        void *copy = host_private_allocate(fake_files[i].size + 1);
        if (copy == NULL)
            return ENOMEM;
        memcpy(copy, fake_files[i].data, fake_files[i].size);
        *data = copy;
        *size = fake_files[i].size;
        return 0;
    }
    return ENOENT;
}

/* The same numbers in every run. */
void host_random(void *buffer, size_t size_bytes)
{
    uint8_t *at = buffer;
    pthread_mutex_lock(&fake_lock);
    for (size_t i = 0; i < size_bytes; i++) {
        fake_random ^= fake_random << 13;
        fake_random ^= fake_random >> 7;
        fake_random ^= fake_random << 17;
        at[i] = (uint8_t)(fake_random >> 32);
    }
    pthread_mutex_unlock(&fake_lock);
}

void host_complain(const char *text)
{
    pthread_mutex_lock(&fake_lock);
    size_t used = strlen(fake_complaints);
    snprintf(fake_complaints + used, sizeof(fake_complaints) - used, "%s", text);
    pthread_mutex_unlock(&fake_lock);
}

const char *fake_host_complaints(void)
{
    return fake_complaints;
}
