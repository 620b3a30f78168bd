/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * host/host.h for unit tests, but for threads and time (fake_time.c): see fake_host.h. Memory is a
 * memory file at the address asked for, no signal handler is installed, and any call that can fail
 * fails on demand. Unwinding through frames and telling a sanitizer are the host's own (unwind.c,
 * sanitizer.c): they ask Linux for nothing.
 *
 * fake_lock guards counts, random numbers and complaints; the rest is set while one thread runs.
 */
#include "fake_hostp.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAKE_FILES 8
#define FAKE_RANDOM_SEED 0x9E3779B97F4A7C15u

static pthread_mutex_t fake_lock = PTHREAD_MUTEX_INITIALIZER;

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

#define FAKE_PROCESS_EVENTS 64u

static struct {
    struct host_process known[FAKE_PROCESS_EVENTS];
    struct host_process_event event[FAKE_PROCESS_EVENTS];
    unsigned known_count, first, count;
    bool stopped;
    _Atomic uint32_t change;
} fake_processes;

/* ---- failing --------------------------------------------------------------------------------- */

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

bool fake_fails(enum fake_host_call call)
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
    memset(&fake_processes, 0, sizeof(fake_processes));
    fake_reset_clock();
    fake_random = FAKE_RANDOM_SEED;
    fake_complaints[0] = 0;
}

/* ---- faults ---------------------------------------------------------------------------------- */

int host_thread_arm_faults(void)
{
    return fake_fails(FAKE_THREAD_ARM_FAULTS) ? ENOMEM : 0;
}

void host_thread_disarm_faults(void)
{
}

int host_interrupts_install(host_interrupt_handler interrupt)
{
    (void)interrupt;
    return fake_fails(FAKE_FAULTS_INSTALL) ? EINVAL : 0;
}

int host_faults_install(host_fault_handler fault, host_interrupt_handler interrupt)
{
    (void)interrupt;
    if (fake_fails(FAKE_FAULTS_INSTALL))
        return EINVAL;
    fake_on_fault = fault;
    return 0;
}

int host_process_read(uint32_t process, void *to, const void *from, size_t size_bytes)
{
    (void)process;
    memcpy(to, from, size_bytes);
    return 0;
}

int host_process_touch(uint32_t process, const void *from, size_t size_bytes)
{
    (void)process, (void)from, (void)size_bytes;
    return 0;
}

int host_process_write(uint32_t process, void *to, const void *from, size_t size_bytes)
{
    (void)process;
    memcpy(to, from, size_bytes);
    return 0;
}

int host_ram_file(void)
{
    return fake_range.file;
}

int host_ram_transfer(uint64_t physical, void *buffer, size_t size_bytes, bool write)
{
    const int kept = errno;
    ssize_t done = write ? pwrite(fake_range.file, buffer, size_bytes, (off_t)physical)
                         : pread(fake_range.file, buffer, size_bytes, (off_t)physical);
    errno = kept;
    return done == (ssize_t)size_bytes ? 0 : -1;
}

int host_user_query(uint32_t process, uintptr_t address, struct host_user_memory *memory)
{
    (void)process;
    *memory = (struct host_user_memory){.base = address};
    return ESRCH;
}

uintptr_t host_user_find(uint32_t process, size_t size_bytes, uintptr_t low, uintptr_t high,
    size_t align_bytes, bool top_down)
{
    (void)process;
    (void)size_bytes;
    (void)low;
    (void)high;
    (void)align_bytes;
    (void)top_down;
    return 0;
}

int host_user_map(uintptr_t address, size_t size_bytes, unsigned protection, int file,
    uint64_t offset, bool shared)
{
    (void)address;
    (void)size_bytes;
    (void)protection;
    (void)file;
    (void)offset;
    (void)shared;
    return ENOMEM;
}

void host_user_unmap(uintptr_t address, size_t size_bytes)
{
    (void)address;
    (void)size_bytes;
}

void host_user_discard(uintptr_t address, size_t size_bytes)
{
    (void)address;
    (void)size_bytes;
}

int host_user_flush(uintptr_t address, size_t size_bytes)
{
    (void)address;
    (void)size_bytes;
    return 0;
}

int host_view_map(
    void *address, size_t size_bytes, unsigned protection, int file, uint64_t offset, bool shared)
{
    (void)shared;
    (void)protection;
    (void)offset;
    (void)file;
    (void)address;
    (void)size_bytes;
    return ENOMEM;
}

int host_page_install(uintptr_t address, const void *data)
{
    (void)address;
    (void)data;
    return EEXIST;
}

void host_page_remove(uintptr_t address)
{
    (void)address;
}

void host_faults_renew(void)
{
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

void host_image(uintptr_t *base, size_t *size_bytes)
{
    *base = 0;
    *size_bytes = 0;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static int fake_linux_protection(unsigned protection)
{
    return (protection != HOST_NO_ACCESS ? PROT_READ : PROT_NONE) |
        (protection & HOST_WRITE ? PROT_WRITE : 0) | (protection & HOST_EXECUTE ? PROT_EXEC : 0);
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
    if (file < 0 || protection == NULL || at != (void *)base ||
        ftruncate(file, (off_t)ram_bytes) != 0 ||
        mmap(at, ram_bytes, PROT_NONE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, file, 0) ==
            MAP_FAILED) {
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
        memset(fake_range.protection + ((uintptr_t)address - fake_range.base) / HOST_PAGE_SIZE,
            (int)protection, (size_bytes + HOST_PAGE_SIZE - 1) / HOST_PAGE_SIZE);
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
    void *at = mmap(address, size_bytes, fake_linux_protection(protection), MAP_SHARED | MAP_FIXED,
        fake_range.file, (off_t)physical);
    return at == MAP_FAILED ? errno : 0;
}

void host_ram_unalias(void *address, size_t size_bytes)
{
    if (mmap(address, size_bytes, PROT_NONE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        abort();
}

#if defined(__i386__)
int host_page_reserve(void *address)
{
    (void)address;
    return EEXIST;
}
#endif

bool host_mem_accessible(const void *address, bool write)
{
    uint8_t byte;
    struct iovec local = {&byte, 1}, remote = {(void *)(uintptr_t)address, 1};
    if (fake_is_ram(address))
        return fake_host_protection(address) &
            (write ? HOST_WRITE : HOST_READ | HOST_WRITE | HOST_EXECUTE);
    if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1)
        return false;
    return !write || process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1;
}

void *host_private_allocate(size_t size_bytes)
{
    if (fake_fails(FAKE_PRIVATE_ALLOCATE))
        return NULL;
    void *at = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
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

/* ---- processes ------------------------------------------------------------------------------- */

void fake_host_add_process(const struct host_process *process)
{
    pthread_mutex_lock(&fake_lock);
    if (fake_processes.known_count == FAKE_PROCESS_EVENTS)
        abort();
    fake_processes.known[fake_processes.known_count++] = *process;
    pthread_mutex_unlock(&fake_lock);
}

void fake_host_post_process(const struct host_process_event *event)
{
    pthread_mutex_lock(&fake_lock);
    if (fake_processes.count == FAKE_PROCESS_EVENTS)
        abort();
    fake_processes.event[(fake_processes.first + fake_processes.count++) % FAKE_PROCESS_EVENTS] =
        *event;
    pthread_mutex_unlock(&fake_lock);
    fake_processes.change++;
    host_wake(&fake_processes.change, 1);
}

int host_process_query(uint32_t id, struct host_process *process)
{
    int error = ESRCH;
    pthread_mutex_lock(&fake_lock);
    for (unsigned i = 0; i < fake_processes.known_count; i++) {
        if (fake_processes.known[i].id == id) {
            *process = fake_processes.known[i];
            error = 0;
        }
    }
    pthread_mutex_unlock(&fake_lock);
    return error;
}

int host_told_start(const char *name, uint32_t parent, uint32_t *id)
{
    (void)name, (void)parent, (void)id;
    return ENOSPC;
}

int host_told_exit(uint32_t id)
{
    (void)id;
    return ESRCH;
}

bool host_told_settle(uint64_t until)
{
    (void)until;
    return true;
}

int host_process_path(uint32_t id, char *path, size_t size)
{
    struct host_process process;
    int error = host_process_query(id, &process);
    if (error == 0)
        snprintf(path, size, "/fake/%s", process.name);
    return error;
}

int host_process_command_line(uint32_t id, char *text, size_t size)
{
    struct host_process process;
    int error = host_process_query(id, &process);
    if (error == 0)
        snprintf(text, size, "%s --fake", process.name);
    return error;
}

bool host_process_has_thread(uint32_t id, uint32_t thread)
{
    (void)id;
    (void)thread;
    return false;
}

unsigned host_process_bits(uint32_t id)
{
    (void)id;
    return 0;
}

int host_process_watch_open(
    enum host_process_source source, size_t receive_bytes, struct host_process_watch **watch)
{
    (void)source, (void)receive_bytes;
    if (fake_fails(FAKE_PROCESS_WATCH))
        return EPERM;
    fake_processes.stopped = false;
    *watch = (struct host_process_watch *)(void *)&fake_processes;
    return 0;
}

int host_process_watch_next(struct host_process_watch *watch, struct host_process_event *event)
{
    (void)watch;
    for (;;) {
        uint32_t change = fake_processes.change;
        bool got = false;
        pthread_mutex_lock(&fake_lock);
        if (!fake_processes.stopped && fake_processes.count > 0) {
            *event = fake_processes.event[fake_processes.first];
            fake_processes.first = (fake_processes.first + 1) % FAKE_PROCESS_EVENTS;
            fake_processes.count--;
            got = true;
        }
        bool stopped = fake_processes.stopped;
        pthread_mutex_unlock(&fake_lock);
        if (got || stopped)
            return got ? 0 : ECANCELED;
        host_wait(&fake_processes.change, change, HOST_FOREVER);
    }
}

void host_process_watch_stop(struct host_process_watch *watch)
{
    (void)watch;
    pthread_mutex_lock(&fake_lock);
    fake_processes.stopped = true;
    pthread_mutex_unlock(&fake_lock);
    fake_processes.change++;
    host_wake(&fake_processes.change, 1);
}

void host_process_watch_close(struct host_process_watch *watch)
{
    (void)watch;
}

const char *host_process_watch_source(const struct host_process_watch *watch)
{
    (void)watch;
    return "fake";
}

/* ---- files and the rest ---------------------------------------------------------------------- */

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

/* ---- Disks and libraries: this host has none, and says so ------------------------------------ */

int host_disk_memory(int *file)
{
    (void)file;
    return ENODEV;
}

int host_disk_size(int file, uint64_t *size_bytes, uint32_t *sector_bytes)
{
    (void)file;
    (void)size_bytes;
    (void)sector_bytes;
    return ENODEV;
}

int host_disk_resize(int file, uint64_t size_bytes)
{
    (void)file;
    (void)size_bytes;
    return ENODEV;
}

int host_disk_read(int file, void *data, size_t size, uint64_t offset)
{
    (void)file;
    (void)data;
    (void)size;
    (void)offset;
    return ENODEV;
}

int host_disk_write(int file, const void *data, size_t size, uint64_t offset)
{
    (void)file;
    (void)data;
    (void)size;
    (void)offset;
    return ENODEV;
}

int host_disk_flush(int file)
{
    (void)file;
    return ENODEV;
}

void host_disk_close(int file)
{
    (void)file;
}

void *host_library_open(const char *path, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: there are no libraries", path);
    return NULL;
}

void *host_library_symbol(void *library, const char *name)
{
    (void)library;
    (void)name;
    return NULL;
}

void host_library_close(void *library)
{
    (void)library;
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

void fake_host_forget_complaints(void)
{
    fake_complaints[0] = 0;
}

/* ---- nothing of these in tests that have no host --------------------------------------------- */

int host_process_connector(int *socket)
{
    (void)socket;
    return ENOSYS;
}

int host_process_names(unsigned processor, int *ring)
{
    (void)processor;
    (void)ring;
    return ENOSYS;
}

void host_program(struct host_program *program)
{
    *program = (struct host_program){0};
}

bool host_stack_bounds(uintptr_t *low, uintptr_t *high)
{
    (void)low;
    (void)high;
    return false;
}
