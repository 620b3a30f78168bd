/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Every call of the host that can fail, failing (life.h). The program is linked with --wrap for
 * each function of the table; what stands only in one of the two does not link. What these
 * functions call in turn fails in system_failure_test.c.
 *
 * Not failed:
 *   host_thread_set_pcr: Linux refuses none of the kernel's addresses; nobody looks at its failure
 *   host_mem_accessible, host_stack_bounds, host_user_query, host_path_exists, host_process_bits,
 *     host_process_has_thread, host_unwind_frame, host_symbol: no, nothing and none are answers
 *   host_process_watch_next: its one error is that of a watch that was stopped
 *   host_process_read, _write, _touch, _connector, _names, host_page_install: they serve machines
 *     that are processes of their own, which this one is not
 *   host_told_start, host_told_exit: this life tells of no processes
 *   host_library_open, host_library_symbol: this life has no plugins
 *   host_disk_size: called for a disk and a CMOS that are files, which this life has none of
 *   host_user_flush, host_ram_transfer: not called by this life
 *   what returns nothing, a number or a time
 */
#include <errno.h>
#include <stdint.h>

#include "host/host.h"
#include "life.h"

/* F(what it returns, its name, what it returns failing, parameters, their names) */
#define HOST_CALLS_EVERYWHERE(F)                                                                   \
    F(int, host_ram_create, ENOMEM, (uintptr_t base, size_t reserve, size_t ram),                  \
        (base, reserve, ram))                                                                      \
    F(int, host_mem_protect, ENOMEM, (void *at, size_t size, unsigned protection),                 \
        (at, size, protection))                                                                    \
    F(int, host_ram_alias, ENOMEM,                                                                 \
        (void *at, uint64_t physical, size_t size, unsigned protection),                           \
        (at, physical, size, protection))                                                          \
    F(void *, host_private_allocate, NULL, (size_t size), (size))                                  \
    F(uintptr_t, host_user_find, 0,                                                                \
        (uint32_t process, size_t size, uintptr_t low, uintptr_t high, size_t align,               \
            bool top_down),                                                                        \
        (process, size, low, high, align, top_down))                                               \
    F(int, host_user_map, ENOMEM,                                                                  \
        (uintptr_t at, size_t size, unsigned protection, int file, uint64_t offset, bool shared),  \
        (at, size, protection, file, offset, shared))                                              \
    F(int, host_view_map, ENOMEM,                                                                  \
        (void *at, size_t size, unsigned protection, int file, uint64_t offset, bool shared),      \
        (at, size, protection, file, offset, shared))                                              \
    F(int, host_thread_create, EAGAIN,                                                             \
        (host_thread * thread, void (*entry)(void *), void *argument), (thread, entry, argument))  \
    F(int, host_thread_arm_faults, ENOMEM, (void), ())                                             \
    F(int, host_faults_install, EINVAL,                                                            \
        (host_fault_handler fault, host_interrupt_handler interrupt), (fault, interrupt))          \
    F(int, host_wait, 0 /* for nothing */,                                                         \
        (_Atomic uint32_t *word, uint32_t expected, uint64_t deadline),                            \
        (word, expected, deadline))                                                                \
    F(int, host_folder_open, EMFILE, (int folder, const char *name, int *opened),                  \
        (folder, name, opened))                                                                    \
    F(int, host_folder_status, EACCES,                                                             \
        (int folder, const char *name, struct host_file_status *status), (folder, name, status))   \
    F(int, host_folder_create, ENOSPC, (int folder, const char *name), (folder, name))             \
    F(int, host_folder_remove, EACCES, (int folder, const char *name, bool is_folder),             \
        (folder, name, is_folder))                                                                 \
    F(int, host_folder_list, EIO,                                                                  \
        (int folder, bool (*visit)(void *, const char *), void *context),                          \
        (folder, visit, context))                                                                  \
    F(int, host_file_open, EMFILE, (int folder, const char *name, unsigned flags, int *file),      \
        (folder, name, flags, file))                                                               \
    F(int, host_file_query, EIO, (int file, struct host_file_status *status), (file, status))      \
    F(int, host_file_read_at, EIO,                                                                 \
        (int file, void *buffer, size_t size, uint64_t offset, size_t *done),                      \
        (file, buffer, size, offset, done))                                                        \
    F(int, host_file_write_at, ENOSPC,                                                             \
        (int file, const void *buffer, size_t size, uint64_t offset, size_t *done),                \
        (file, buffer, size, offset, done))                                                        \
    F(int, host_file_resize, ENOSPC, (int file, uint64_t size), (file, size))                      \
    F(int, host_file_flush, EIO, (int file), (file))                                               \
    F(int, host_folder_rename, EACCES,                                                             \
        (int from, const char *name, int to, const char *new_name, bool replace),                  \
        (from, name, to, new_name, replace))                                                       \
    F(int, host_file_set_times, EPERM, (int file, uint64_t accessed, uint64_t written),            \
        (file, accessed, written))                                                                 \
    F(int, host_file_set_read_only, EPERM, (int file, bool read_only), (file, read_only))          \
    F(int, host_file_volume, EIO, (int file, uint64_t *total, uint64_t *room),                     \
        (file, total, room))                                                                       \
    F(int, host_file_set_mark, ENOTSUP, (int file, uint32_t attributes, uint64_t created),         \
        (file, attributes, created))                                                               \
    F(int, host_scratch_create, ENOSPC, (char *path, size_t path_bytes, int *folder),              \
        (path, path_bytes, folder))                                                                \
    F(int, host_process_query, ESRCH, (uint32_t id, struct host_process * process), (id, process)) \
    F(int, host_process_path, EACCES, (uint32_t id, char *path, size_t size), (id, path, size))    \
    F(int, host_process_command_line, EACCES, (uint32_t id, char *text, size_t size),              \
        (id, text, size))                                                                          \
    F(int, host_process_watch_open, EMFILE,                                                        \
        (enum host_process_source source, size_t bytes, struct host_process_watch * *watch),       \
        (source, bytes, watch))                                                                    \
    F(int, host_file_read, EIO, (const char *path, size_t limit, void **data, size_t *size),       \
        (path, limit, data, size))                                                                 \
    F(int, host_disk_memory, EMFILE, (int *file), (file))                                          \
    F(int, host_disk_resize, ENOSPC, (int file, uint64_t size), (file, size))                      \
    F(int, host_disk_read, EIO, (int file, void *data, size_t size, uint64_t offset),              \
        (file, data, size, offset))                                                                \
    F(int, host_disk_write, ENOSPC, (int file, const void *data, size_t size, uint64_t offset),    \
        (file, data, size, offset))                                                                \
    F(int, host_disk_flush, EIO, (int file), (file))

#ifdef __x86_64__
#define HOST_CALLS(F) HOST_CALLS_EVERYWHERE(F)
#else
#define HOST_CALLS(F) HOST_CALLS_EVERYWHERE(F) F(int, host_page_reserve, ENOMEM, (void *at), (at))
#endif

#define NUMBER(type, name, failure, parameters, arguments) NUMBER_##name,
enum {
    HOST_CALLS(NUMBER) FUNCTIONS
};

#define NAME(type, name, failure, parameters, arguments) #name,
static const char *const Names[] = {HOST_CALLS(NAME)};

static int Chosen = -1;     /* the function to fail; -1: none */
static unsigned ChosenCall; /* which call of it, from 1 */
static _Atomic unsigned Calls[FUNCTIONS];

static bool Fails(int Function)
{
    return ++Calls[Function] == ChosenCall && Function == Chosen;
}

#define WRAPPER(type, name, failure, parameters, arguments) \
    type __real_##name parameters;                          \
    type __wrap_##name parameters;                          \
    type __wrap_##name parameters                           \
    {                                                       \
        if (Fails(NUMBER_##name))                           \
            return failure;                                 \
        return __real_##name arguments;                     \
    }
HOST_CALLS(WRAPPER)


static unsigned CallsOf(unsigned Function)
{
    return Calls[Function];
}

static void Choose(int Function, unsigned Call)
{
    Chosen = Function;
    ChosenCall = Call;
}

int main(void)
{
    return LifeTest(&(LIFE_TEST){Names, FUNCTIONS, true, false, CallsOf, Choose, NULL});
}
