/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The boundary to Linux. Nothing outside kernel/host calls the operating system; the kernel above
 * sees this page and nothing else, and tests/lib/fake_host.c replaces it with a virtual clock and
 * failing calls.
 *
 * Errors are 0 or an errno value. Times are in units of 100 ns. No function here knows what a
 * driver is, raises an NT exception or takes a kernel lock. Every function may be called from any
 * thread unless it says otherwise.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nt/kpcr.h"

/* ---- Memory ---------------------------------------------------------------------------------- */

#define HOST_PAGE_SIZE 4096u

enum host_protection {
    HOST_NO_ACCESS = 0,
    HOST_READ = 1,
    HOST_WRITE = 2,
    HOST_EXECUTE = 4,
};

/*
 * Reserves [Base, Base + ReserveBytes) inaccessible and backs its first RamBytes with a memory file
 * that plays physical memory: the byte at physical address N is the byte at Base + N. EEXIST:
 * something else lives there. One reservation a process; host_ram_destroy ends it.
 */
int host_ram_create(uintptr_t base, size_t reserve_bytes, size_t ram_bytes);
void host_ram_destroy(void);

/* Page-aligned part of the reservation; protection is a mask of enum host_protection. ENOMEM:
 * nothing changed. */
int host_mem_protect(void *address, size_t size_bytes, unsigned protection);

/* Gives pages back to Linux: they read as zero when made accessible again. */
void host_mem_discard(void *address, size_t size_bytes);

/* Maps physical memory a second time, at a page-aligned place in the reservation above RamBytes. */
int host_ram_alias(void *address, uint64_t physical, size_t size_bytes, unsigned protection);
void host_ram_unalias(void *address, size_t size_bytes);

/* True when the process may read (and, if write, write) the page holding address. Slow: asks the
 * kernel. */
bool host_mem_accessible(const void *address, bool write);

#if defined(__i386__)
/* Takes the page at an address drivers know, inaccessible and for good. EEXIST: something else is
 * there. */
int host_page_reserve(void *address);
#endif

/* Memory of our own that no driver may reach: outside the reservation, zero-filled. NULL: out of
 * memory. */
void *host_private_allocate(size_t size_bytes);
void host_private_free(void *address, size_t size_bytes);

/* Tells a sanitizer that what lies here is ordinary memory again, after frames on it were
 * abandoned. */
void host_sanitizer_forget(void *address, size_t size_bytes);

/*
 * Told of a change of stacks: entering before and entered after going to [limit, limit + size),
 * leaving before and left after coming back. Nothing without a sanitizer.
 */
#ifdef __SANITIZE_ADDRESS__
void host_stack_entering(void *limit, size_t size_bytes);
void host_stack_entered(void);
void host_stack_leaving(void);
void host_stack_left(void);
#else
static inline void host_stack_entering(void *limit, size_t size_bytes)
{
    (void)limit;
    (void)size_bytes;
}
static inline void host_stack_entered(void)
{
}
static inline void host_stack_leaving(void)
{
}
static inline void host_stack_left(void)
{
}
#endif

/*
 * Memory of another process of the same user, or of any for root. EFAULT: not all of it is there,
 * part may have been moved; EPERM, ESRCH.
 */
int host_process_read(uint32_t process, void *to, const void *from, size_t size_bytes);
int host_process_write(uint32_t process, void *to, const void *from, size_t size_bytes);
/* Whether all pages of a range can be read there. */
int host_process_touch(uint32_t process, const void *from, size_t size_bytes);

/*
 * A page of memory of this process at a page-aligned address where there is none, with a copy of
 * data. EEXIST: there is something. For what another process has there; undone by host_page_remove.
 * Both may be called in fault handling.
 */
int host_page_install(uintptr_t address, const void *data);
void host_page_remove(uintptr_t address);

/* ---- User memory of this process (user.c) ---------------------------------------------------- */

/* What Linux has mapped at an address; ENOENT: nothing, and base and size_bytes are those of the
 * gap. process 0: this one. */
struct host_user_memory {
    uintptr_t base;
    size_t size_bytes;
    unsigned protection; /* mask of enum host_protection */
    bool shared, file;
};
int host_user_query(uint32_t process, uintptr_t address, struct host_user_memory *memory);

/* Where so many bytes are free from low up to high, aligned; 0: nowhere. Somebody else may be
 * faster: map and see. */
uintptr_t host_user_find(uint32_t process, size_t size_bytes, uintptr_t low, uintptr_t high,
    size_t align_bytes, bool top_down);

/*
 * Pages of a file (-1: memory of its own; HOST_RAM_FILE: physical memory) where there is nothing;
 * not shared: what is written is seen here alone. EEXIST: there is something; EACCES: the file is
 * not open for that.
 */
#define HOST_RAM_FILE (-2)
int host_ram_file(void); /* its descriptor */
/* Copies out of or into RAM whatever protection its pages have; -1: not all of it. In signal
 * handlers, too. */
int host_ram_transfer(uint64_t physical, void *buffer, size_t size_bytes, bool write);
int host_user_map(uintptr_t address, size_t size_bytes, unsigned protection, int file,
    uint64_t offset, bool shared);
void host_user_unmap(uintptr_t address, size_t size_bytes);
void host_user_discard(uintptr_t address, size_t size_bytes); /* of memory of its own: reads as zero
                                                                 afterwards */
int host_user_flush(uintptr_t address, size_t size_bytes); /* what was written to a file's pages is
                                                              on its device */
/* Pages of a file in the system range, above RamBytes, in place of what is there; undone by
 * host_ram_unalias. */
int host_view_map(
    void *address, size_t size_bytes, unsigned protection, int file, uint64_t offset, bool shared);

/* ---- Threads --------------------------------------------------------------------------------- */

typedef uintptr_t host_thread;

int host_thread_create(host_thread *thread, void (*entry)(void *), void *argument);
void host_thread_join(host_thread thread);
void host_thread_detach(host_thread thread); /* nobody will join it */
host_thread host_thread_self(void);
uint32_t host_thread_id(void);
/* How long that thread has run, in 100 ns; it has not ended. 0: not known. */
uint64_t host_thread_time(host_thread thread);
uint32_t host_process_id(void);
void host_thread_set_name(const char *name);

/* The segment register drivers reach their KPCR by (gs on x86-64, fs on i386) points at pcr for
 * this thread. */
int host_thread_set_pcr(void *pcr);

/* Calls leave(argument) when this thread ends; NULL cancels it, without fail. EAGAIN, ENOMEM:
 * nothing is changed. */
int host_thread_at_exit(void (*leave)(void *), void *argument);

/* Makes this thread able to take faults: gives it a signal stack. Undone by
 * host_thread_disarm_faults. */
int host_thread_arm_faults(void);
void host_thread_disarm_faults(void);

/* Has the interrupt handler given to host_faults_install run on that thread, soon and once. */
void host_thread_interrupt(host_thread thread);

/*
 * Every other thread of the process passes a full memory barrier between call and return. For locks
 * whose frequent side then does with plain loads and stores: this side pays for both.
 */
void host_process_barrier(void);

unsigned host_processor_count(void); /* those this process could use when it was first asked */
void host_yield(void);

static inline void host_pause(void)
{
    __builtin_ia32_pause();
}

/* ---- Turns (turns.c) ------------------------------------------------------------------------- */

/*
 * From host_turns_begin on, one thread runs at a time of the one that calls it and those that
 * threads among them make by host_thread_create, and who goes on is decided by `choose` alone: at
 * each host_turn_point, host_yield, host_wait and at a thread's end. Their clocks stand still but
 * for a little with each look and point, and go on to the next deadline when nobody else can run;
 * processors, numbers of thread and process and host_random are the same in every run. Other
 * threads wait and wake as ever.
 */
#define HOST_TURNS_LIMIT 128u
#define HOST_TURNS_BOOT 100000000u /* what host_clock_monotonic says at first */

struct host_turn {
    unsigned thread; /* who has it: numbers are in the order threads were made, and used again */
    unsigned count;  /* of those that could have the next one: more than one */
    bool goes_on;    /* the first of them is `thread` itself: another one's turn interrupts it */
    bool late;       /* the last of them waits, for a time that is near: its turn makes it come */
    uint8_t candidate[HOST_TURNS_LIMIT + 1];
};

struct host_turns {
    unsigned (*choose)(void *context, const struct host_turn *turn); /* the index of a candidate */
    /*
     * All of them wait, and for no time, or look in vain whether something has changed. On the last
     * one that did not: has to see to it that one can go on, or not to return.
     */
    void (*stuck)(void *context);
    void *context;
};

void host_turns_begin(const struct host_turns *how);
void host_turns_end(void); /* by the thread that began, alone by then */
void host_turn_point(void); /* somebody else's turn may come; nothing happens on a thread that takes
                               none */
unsigned host_turn_number(void); /* of this thread; HOST_TURNS_LIMIT: it takes none */

/* ---- Waiting --------------------------------------------------------------------------------- */

#define HOST_FOREVER UINT64_MAX

/*
 * Sleeps while *word == expected, until woken or host_clock_monotonic() reaches deadline. Returns 0
 * when woken (or at once when *word differs: the caller looks again), ETIMEDOUT. May return 0
 * spuriously.
 */
int host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void host_wake(_Atomic uint32_t *word, unsigned count);

/* ---- Time ------------------------------------------------------------------------------------ */

uint64_t host_clock_monotonic(void); /* since the host started */
uint64_t host_clock_utc(void);       /* since 1601-01-01 */
uint64_t host_counter(void);         /* cheap, monotonic, in ticks */
uint64_t host_counter_frequency(void);

/* Local time less UTC now, as the user has it set; *summer: it is daylight saving time. Reads files
 * the first time. */
int64_t host_local_offset(bool *summer);

/* ---- Faults ---------------------------------------------------------------------------------- */

enum host_fault_kind {
    HOST_FAULT_PAGE,       /* address, access are valid */
    HOST_FAULT_PROTECTION, /* general protection: privileged instruction or non-canonical address;
                              no address known */
    HOST_FAULT_ILLEGAL,    /* illegal opcode */
    HOST_FAULT_DIVIDE,
    HOST_FAULT_OVERFLOW,
    HOST_FAULT_FLOAT,
    HOST_FAULT_BREAKPOINT,
    HOST_FAULT_STEP,
    HOST_FAULT_ALIGNMENT,
    HOST_FAULT_SYSTEM_CALL, /* of Linux, which the process may not make from there; number is valid
                             */
};

enum host_access { HOST_ACCESS_READ, HOST_ACCESS_WRITE, HOST_ACCESS_EXECUTE };

struct host_fault {
    enum host_fault_kind kind;
    enum host_access access;
    uintptr_t address;
    int number; /* ~number: called as processes of the other word size do */
    CONTEXT *context; /* the interrupted registers; changes take effect on return */
};

/*
 * Process-wide handlers. Both run on the thread's signal stack with the interrupted registers; they
 * may change them and return true to resume there, or return false to decline: a declined fault
 * takes the action it had before host_faults_install. Neither may block.
 */
typedef bool (*host_fault_handler)(struct host_fault *fault);
typedef bool (*host_interrupt_handler)(CONTEXT *context);

int host_faults_install(host_fault_handler fault, host_interrupt_handler interrupt);
/* Of a process without a machine, whose threads are interrupted all the same. */
int host_interrupts_install(host_interrupt_handler interrupt);
void host_faults_remove(void);
/* For a program that gives its handlers up before its machine, as Mono does at its end: ours are
 * there again where there are none. */
void host_faults_renew(void);

/*
 * Steps a context from a frame of our own (ELF) code to its caller's, by the call-frame information
 * of the library the instruction pointer is in. after_call: the instruction pointer is a return
 * address, not where a fault happened.
 * False: no information there or the outermost frame; context is unchanged.
 */
bool host_unwind_frame(CONTEXT *context, bool after_call);

/* Name of the function of our own code that holds address, for reports:
 * "libdotsys.so!IofCallDriver+0x12". */
bool host_symbol(uintptr_t address, char *text, size_t size);
/* Where our own code and its data were loaded. */
void host_image(uintptr_t *base, size_t *size_bytes);

/* The program of this process (program.c), and the stack of the calling thread; false: that is not
 * known. */
struct host_program {
    uintptr_t base, entry;
    size_t size_bytes;
};
void host_program(struct host_program *program);
bool host_stack_bounds(uintptr_t *low, uintptr_t *high);

/* ---- Folders and the files in them (folder.c) ------------------------------------------------ */

enum host_file_kind { HOST_FILE_REGULAR, HOST_FILE_FOLDER, HOST_FILE_OTHER };

struct host_file_status {
    enum host_file_kind kind;
    bool read_only;  /* nobody may write to it */
    uint32_t links;
    uint32_t attributes; /* what host_file_set_mark stored, or 0 */
    uint64_t device, inode;
    uint64_t size_bytes, allocated_bytes;
    uint64_t created, accessed, written, changed; /* since 1601-01-01 */
};

enum host_file_flags {
    HOST_FILE_READ = 1,
    HOST_FILE_WRITE = 2,
    HOST_FILE_NEW = 4, /* EEXIST: there is one */
    HOST_FILE_TREE = 8, /* a folder */
};

/*
 * name is one component: no function here follows a symbolic link, nor takes a name with a slash in
 * it (EINVAL). Only host_folder_open with folder -1 takes a path of the host as it is. Descriptors
 * are closed with host_file_close.
 */
int host_folder_open(int folder, const char *name, int *opened);
int host_path_exists(const char *path); /* of the host, links followed: 0 or why not */
int host_folder_status(int folder, const char *name, struct host_file_status *status);
int host_folder_create(int folder, const char *name);
int host_folder_remove(int folder, const char *name, bool is_folder);
/* EEXIST: replace is false and there is something of that name. */
int host_folder_rename(int from, const char *name, int to, const char *new_name, bool replace);
/* Calls visit with every name but . and .. until it returns false. */
int host_folder_list(int folder, bool (*visit)(void *context, const char *name), void *context);

/* Never waits for the other end of a pipe. flags 0: for its status and to change its marks only. */
int host_file_open(int folder, const char *name, unsigned flags, int *file);
void host_file_close(int file);
int host_file_query(int file, struct host_file_status *status);
/* done: bytes moved; less than asked for at the file's end, or when the device ran full after
 * some. */
int host_file_read_at(int file, void *buffer, size_t size_bytes, uint64_t offset, size_t *done);
int host_file_write_at(
    int file, const void *buffer, size_t size_bytes, uint64_t offset, size_t *done);
int host_file_resize(int file, uint64_t size_bytes);
int host_file_flush(int file);
int host_file_set_times(int file, uint64_t accessed, uint64_t written); /* 0: as it is */
int host_file_set_read_only(int file, bool read_only);
/* Kept with the file where its file system can: attributes, and the time of creation unless it is
 * 0. */
int host_file_set_mark(int file, uint32_t attributes, uint64_t created);
int host_file_volume(int file, uint64_t *total_bytes, uint64_t *free_bytes);

/*
 * A new folder of this process alone under $TMPDIR, held by a lock on *folder: those whose process
 * has died are removed on the way. host_scratch_remove closes it and removes it with all that is in
 * it.
 */
int host_scratch_create(char *path, size_t path_bytes, int *folder);
void host_scratch_remove(const char *path, int folder);

/* ---- Processes of the host ------------------------------------------------------------------- */

/* A process, never a thread of one and never a thread of Linux's own. */
struct host_process {
    uint32_t id, parent;
    uint64_t started; /* UTC, as host_clock_utc */
    char name[16];    /* the first 15 bytes of its image's file name */
};

/* What is known of a process now; ESRCH: there is none, or it has ended. */
int host_process_query(uint32_t id, struct host_process *process);
/* Path of its image and its command line, arguments separated by spaces; errno if that is not for
 * us to know or it is gone. */
int host_process_path(uint32_t id, char *path, size_t size);
int host_process_command_line(uint32_t id, char *text, size_t size);
bool host_process_has_thread(uint32_t id, uint32_t thread); /* false also: that is not for us to
                                                               know */
/* Its word size, 32 or 64; 0: that is not for us to know, or it is gone. */
unsigned host_process_bits(uint32_t id);

enum host_process_source {
    HOST_PROCESS_BEST,      /* the connector if we may, else the scan */
    /*
     * Events of Linux itself, outside any container: for who has CAP_NET_ADMIN, since Linux 6.6 for
     * everybody. Without CAP_PERFMON a process that is gone before /proc could be asked has its
     * parent's name.
     */
    HOST_PROCESS_CONNECTOR,
    HOST_PROCESS_SCAN, /* /proc looked at often: a process that lives for less than that may be
                          missed */
    HOST_PROCESS_TOLD, /* none of Linux: those of host_told_start. One watch at a time */
};

enum host_process_event_kind {
    HOST_PROCESS_STARTED,
    HOST_PROCESS_RENAMED, /* one that was reported started or was there before, and runs another
                             image now */
    HOST_PROCESS_ENDED,
};

enum host_process_end {
    HOST_END_UNKNOWN,
    HOST_END_EXITED, /* with a code of its own */
    HOST_END_KILLED,
    HOST_END_INTERRUPTED,
    HOST_END_ABORTED,
    HOST_END_PAGE_FAULT,
    HOST_END_ILLEGAL_INSTRUCTION,
    HOST_END_ARITHMETIC,
};

struct host_process_event {
    enum host_process_event_kind kind;
    struct host_process process;
    uint64_t time; /* when it happened, as far as is known; UTC */
    enum host_process_end end;
    uint32_t code; /* HOST_END_EXITED */
};

/*
 * Watching: every process that starts after host_process_watch_open has returned is reported
 * started once and ended once, one that was there before is only reported ended; a parent's start
 * comes before its children's. Nothing is lost for good when Linux drops events: what is there is
 * then compared with what was reported. A process starts with the first image it gets: what only
 * forks is reported when it ends, when a child of its own is, or a tenth of a second after the
 * fork, under its parent's name.
 *
 * receive_bytes: room for events not read yet; 0: plenty. EPERM, ENOSYS, EMFILE, ENOMEM: no watch.
 */
struct host_process_watch;
int host_process_watch_open(
    enum host_process_source source, size_t receive_bytes, struct host_process_watch **watch);
/* Waits for the next event; by one thread at a time. ECANCELED: stopped. */
int host_process_watch_next(struct host_process_watch *watch, struct host_process_event *event);
void host_process_watch_stop(struct host_process_watch *watch); /* any thread; what waits returns */
void host_process_watch_close(struct host_process_watch *watch);
/* "proc connector", "/proc scan" or "told" */
const char *host_process_watch_source(const struct host_process_watch *watch);

/*
 * What a watch of HOST_PROCESS_CONNECTOR listens to, for a process that may not make it itself: the
 * socket, on which Linux is asked already, and of a processor's names of images the ring. The first
 * one's answer is still to be read. errno of socket and its kin.
 */
int host_process_connector(int *socket);
int host_process_names(unsigned processor, int *ring);

/*
 * A process that is not there starts, and exits with 0: for watches of HOST_PROCESS_TOLD,
 * host_process_query and host_process_path, which is the name in the root folder. ENOSPC; ESRCH.
 */
int host_told_start(const char *name, uint32_t parent, uint32_t *id);
int host_told_exit(uint32_t id);
/* Waits until the watch, if there is one, is done with all it was told. until as for host_wait;
 * false: the time has come first. */
bool host_told_settle(uint64_t until);

/* ---- Files and the rest ---------------------------------------------------------------------- */

/* Reads a whole file, up to limit bytes. data is freed with host_private_free(data, size + 1).
 * EFBIG: larger. */
int host_file_read(const char *path, size_t limit, void **data, size_t *size);

/*
 * Images of disks, block devices, the contents of the CMOS, by open descriptor, whose position none
 * of these moves. host_disk_write may be called in a signal handler.
 */

/* Anonymous memory as a file, empty. */
int host_disk_memory(int *file);
/* Size in bytes, a block device's too, and what it is read and written in units of: 512 or more.
 * EINVAL: neither. */
int host_disk_size(int file, uint64_t *size_bytes, uint32_t *sector_bytes);
int host_disk_resize(int file, uint64_t size_bytes);
/* All of it or an error; EIO: the file ends before. */
int host_disk_read(int file, void *data, size_t size, uint64_t offset);
int host_disk_write(int file, const void *data, size_t size, uint64_t offset);
int host_disk_flush(int file); /* what was written survives loss of power */
void host_disk_close(int file);

/* A library of the embedder's, loaded with all its symbols bound. NULL: error says why. */
void *host_library_open(const char *path, char *error, size_t error_size);
void *host_library_symbol(void *library, const char *name); /* NULL: it has none of that name */
void host_library_close(void *library);

void host_random(void *buffer, size_t size_bytes);

/* Writes to standard error; the last resort of code that has nowhere else to report. */
void host_complain(const char *text);
