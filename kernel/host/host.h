/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The boundary to Linux. Nothing outside kernel/host calls the operating system; the kernel above sees this page and
 * nothing else, and tests/lib/fake_host.c replaces it with a virtual clock and failing calls.
 *
 * Errors are 0 or an errno value. Times are in units of 100 ns. No function here knows what a driver is, raises an NT
 * exception or takes a kernel lock. Every function may be called from any thread unless it says otherwise.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nt/kpcr.h"

/* ---- Memory ------------------------------------------------------------------------------------------------- */

#define HOST_PAGE_SIZE 4096u

enum host_protection {
    HOST_NO_ACCESS = 0,
    HOST_READ = 1,
    HOST_WRITE = 2,
    HOST_EXECUTE = 4,
};

/*
 * Reserves [Base, Base + ReserveBytes) inaccessible and backs its first RamBytes with a memory file that plays
 * physical memory: the byte at physical address N is the byte at Base + N. EEXIST: something else lives there.
 * One reservation a process; host_ram_destroy ends it.
 */
int host_ram_create(uintptr_t base, size_t reserve_bytes, size_t ram_bytes);
void host_ram_destroy(void);

/* Page-aligned part of the reservation; protection is a mask of enum host_protection. ENOMEM: nothing changed. */
int host_mem_protect(void *address, size_t size_bytes, unsigned protection);

/* Gives pages back to Linux: they read as zero when made accessible again. */
void host_mem_discard(void *address, size_t size_bytes);

/* Maps physical memory a second time, at a page-aligned place in the reservation above RamBytes. */
int host_ram_alias(void *address, uint64_t physical, size_t size_bytes, unsigned protection);
void host_ram_unalias(void *address, size_t size_bytes);

/* True when the process may read (and, if write, write) the page holding address. Slow: asks the kernel. */
bool host_mem_accessible(const void *address, bool write);

/* Memory of our own that no driver may reach: outside the reservation, zero-filled. NULL: out of memory. */
void *host_private_allocate(size_t size_bytes);
void host_private_free(void *address, size_t size_bytes);

/* Tells a sanitizer that what lies here is ordinary memory again, after frames on it were abandoned. */
void host_sanitizer_forget(void *address, size_t size_bytes);

/*
 * Told of a change of stacks: entering before and entered after going to [limit, limit + size), leaving before and left
 * after coming back. Nothing without a sanitizer.
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

/* ---- Threads ------------------------------------------------------------------------------------------------ */

typedef uintptr_t host_thread;

int host_thread_create(host_thread *thread, void (*entry)(void *), void *argument);
void host_thread_join(host_thread thread);
void host_thread_detach(host_thread thread); /* nobody will join it */
host_thread host_thread_self(void);
uint32_t host_thread_id(void);
uint32_t host_process_id(void);
void host_thread_set_name(const char *name);

/* The segment register drivers reach their KPCR by (gs on x86-64, fs on i386) points at pcr for this thread. */
int host_thread_set_pcr(void *pcr);

/* Calls leave(argument) when this thread ends; NULL cancels it. */
void host_thread_at_exit(void (*leave)(void *), void *argument);

/* Makes this thread able to take faults: gives it a signal stack. Undone by host_thread_disarm_faults. */
int host_thread_arm_faults(void);
void host_thread_disarm_faults(void);

/* Has the interrupt handler given to host_faults_install run on that thread, soon and once. */
void host_thread_interrupt(host_thread thread);

/*
 * Every other thread of the process passes a full memory barrier between call and return. For locks whose frequent side
 * then does with plain loads and stores: this side pays for both.
 */
void host_process_barrier(void);

unsigned host_processor_count(void);
void host_yield(void);

static inline void host_pause(void)
{
    __builtin_ia32_pause();
}

/* ---- Waiting ------------------------------------------------------------------------------------------------ */

#define HOST_FOREVER UINT64_MAX

/*
 * Sleeps while *word == expected, until woken or host_clock_monotonic() reaches deadline. Returns 0 when woken (or
 * at once when *word differs: the caller looks again), ETIMEDOUT. May return 0 spuriously.
 */
int host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void host_wake(_Atomic uint32_t *word, unsigned count);

/* ---- Time --------------------------------------------------------------------------------------------------- */

uint64_t host_clock_monotonic(void); /* since the host started */
uint64_t host_clock_utc(void);       /* since 1601-01-01 */
uint64_t host_counter(void);         /* cheap, monotonic, in ticks */
uint64_t host_counter_frequency(void);

/* Local time less UTC now, as the user has it set; *summer: it is daylight saving time. Reads files the first time. */
int64_t host_local_offset(bool *summer);

/* ---- Faults ------------------------------------------------------------------------------------------------- */

enum host_fault_kind {
    HOST_FAULT_PAGE,        /* address, access are valid */
    HOST_FAULT_PROTECTION,  /* general protection: privileged instruction or non-canonical address; no address known */
    HOST_FAULT_ILLEGAL,     /* illegal opcode */
    HOST_FAULT_DIVIDE,
    HOST_FAULT_OVERFLOW,
    HOST_FAULT_FLOAT,
    HOST_FAULT_BREAKPOINT,
    HOST_FAULT_STEP,
    HOST_FAULT_ALIGNMENT,
};

enum host_access { HOST_ACCESS_READ, HOST_ACCESS_WRITE, HOST_ACCESS_EXECUTE };

struct host_fault {
    enum host_fault_kind kind;
    enum host_access access;
    uintptr_t address;
    CONTEXT *context; /* the interrupted registers; changes take effect on return */
};

/*
 * Process-wide handlers. Both run on the thread's signal stack with the interrupted registers; they may change
 * them and return true to resume there, or return false to decline: a declined fault takes the action it had
 * before host_faults_install. Neither may block.
 */
typedef bool (*host_fault_handler)(struct host_fault *fault);
typedef bool (*host_interrupt_handler)(CONTEXT *context);

int host_faults_install(host_fault_handler fault, host_interrupt_handler interrupt);
void host_faults_remove(void);

/*
 * Steps a context from a frame of our own (ELF) code to its caller's, by the call-frame information of the library
 * the instruction pointer is in. after_call: the instruction pointer is a return address, not where a fault happened.
 * False: no information there or the outermost frame; context is unchanged.
 */
bool host_unwind_frame(CONTEXT *context, bool after_call);

/* Name of the function of our own code that holds address, for reports: "libdotsys.so!IofCallDriver+0x12". */
bool host_symbol(uintptr_t address, char *text, size_t size);

/* ---- Files and the rest ------------------------------------------------------------------------------------- */

/* Reads a whole file, up to limit bytes. data is freed with host_private_free(data, size + 1). EFBIG: larger. */
int host_file_read(const char *path, size_t limit, void **data, size_t *size);

void host_random(void *buffer, size_t size_bytes);

/* Writes to standard error; the last resort of code that has nowhere else to report. */
void host_complain(const char *text);
