/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Host threads: pthreads with the segment register drivers use pointed at their KPCR. Linux leaves
 * gs (x86-64) and fs (i386) to programs, so nothing else in the process is disturbed.
 */
#include "host/host.h"

#include <asm/prctl.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/hostp.h"

#define HOST_THREAD_STACK_BYTES (512u * 1024u)

struct host_start {
    void (*entry)(void *);
    void *argument;
    struct host_turn_thread *turn; /* NULL: it takes none */
};

static pthread_mutex_t host_exit_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t host_exit_key; /* under the lock until it is there, as is what follows */
static bool host_exit_key_made;
static _Thread_local void (*host_exit_routine)(void *);

static void host_run_exit(void *argument)
{
    if (host_exit_routine != NULL)
        host_exit_routine(argument);
}

static int host_make_exit_key(void)
{
    pthread_mutex_lock(&host_exit_lock);
    int error = host_exit_key_made ? 0 : pthread_key_create(&host_exit_key, host_run_exit);
    host_exit_key_made = error == 0;
    pthread_mutex_unlock(&host_exit_lock);
    return error;
}

static void *host_thread_start(void *data)
{
    struct host_start start = *(struct host_start *)data;
    free(data);
    if (start.turn != NULL)
        host_turn_first(start.turn);
    start.entry(start.argument);
    if (start.turn != NULL)
        host_turn_last();
    return NULL;
}

static int host_make_thread(pthread_t *made, struct host_start *start)
{
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0)
        return error;
    error = pthread_attr_setstacksize(&attributes, HOST_THREAD_STACK_BYTES);
    if (error == 0)
        error = pthread_create(made, &attributes, host_thread_start, start);
    pthread_attr_destroy(&attributes);
    return error;
}

int host_thread_create(host_thread *thread, void (*entry)(void *), void *argument)
{
    struct host_start *start = malloc(sizeof(*start));
    if (start == NULL)
        return ENOMEM;
    *start = (struct host_start){
        entry, argument, host_turn_self != NULL ? host_turn_prepare() : NULL};
    if (host_turn_self != NULL && start->turn == NULL) {
        free(start);
        return EAGAIN;
    }
    struct host_turn_thread *turn = start->turn;

    pthread_t made;
    int error = host_make_thread(&made, start);
    if (error != 0) {
        if (turn != NULL)
            host_turn_discard(turn);
        free(start);
        return error;
    }
    if (turn != NULL)
        host_turn_started(turn, (uintptr_t)made);
    *thread = (host_thread)made;
    return 0;
}

void host_thread_join(host_thread thread)
{
    if (host_turn_self != NULL)
        host_turn_join(thread);
    pthread_join((pthread_t)thread, NULL);
}

void host_thread_detach(host_thread thread)
{
    if (host_turn_self != NULL)
        host_turn_detach(thread);
    pthread_detach((pthread_t)thread);
}

host_thread host_thread_self(void)
{
    return (host_thread)pthread_self();
}

uint32_t host_thread_id(void)
{
    return host_turn_self != NULL ? HOST_TURNS_PROCESS + 4 * (host_turn_number() + 1)
                                  : (uint32_t)gettid();
}

uint64_t host_thread_time(host_thread thread)
{
    struct timespec run;
    clockid_t clock;

    if (host_turns_on || pthread_getcpuclockid((pthread_t)thread, &clock) != 0 ||
        clock_gettime(clock, &run) != 0)
        return 0;
    return (uint64_t)run.tv_sec * 10000000u + (uint64_t)run.tv_nsec / 100;
}

uint32_t host_process_id(void)
{
    return host_turns_on ? HOST_TURNS_PROCESS : (uint32_t)getpid();
}

void host_thread_set_name(const char *name)
{
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

int host_thread_set_pcr(void *pcr)
{
#if defined(__x86_64__)
    return syscall(SYS_arch_prctl, ARCH_SET_GS, pcr) == 0 ? 0 : errno;
#else
    return host_i386_set_fs(pcr);
#endif
}

int host_thread_at_exit(void (*leave)(void *), void *argument)
{
    int error = host_make_exit_key();
    if (error == 0)
        error = pthread_setspecific(host_exit_key, leave == NULL ? NULL : argument);
    if (error == 0)
        host_exit_routine = leave;
    return error;
}

void host_thread_interrupt(host_thread thread)
{
    pthread_kill((pthread_t)thread, HOST_INTERRUPT_SIGNAL);
}

/* Taking access to a page away interrupts every processor that runs a thread of the process. */
static void host_barrier_by_protection(void)
{
    static __attribute__((aligned(HOST_PAGE_SIZE))) uint8_t page[HOST_PAGE_SIZE];
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    pthread_mutex_lock(&lock);
    if (mprotect(page, sizeof(page), PROT_READ | PROT_WRITE) != 0)
        abort();
    *(volatile uint8_t *)page = 1;
    if (mprotect(page, sizeof(page), PROT_READ) != 0)
        abort();
    pthread_mutex_unlock(&lock);
}

void host_process_barrier(void)
{
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0)
        return;
    /* The first time, or not on this Linux. */
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0 ||
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0)
        host_barrier_by_protection();
}

static unsigned host_count_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > 64 ? 64 : (unsigned)count;
}

unsigned host_processor_count(void)
{
    static unsigned counted;
    if (host_turns_on)
        return HOST_TURNS_PROCESSORS;
    unsigned count = __atomic_load_n(&counted, __ATOMIC_RELAXED);
    if (count == 0) {
        count = host_count_processors();
        __atomic_store_n(&counted, count, __ATOMIC_RELAXED);
    }
    return count;
}

void host_yield(void)
{
    if (__builtin_expect(host_turn_self != NULL, 0))
        host_turn_yield();
    else
        sched_yield();
}
