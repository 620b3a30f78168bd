/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From the end of a process of the host to a driver's notify routine running, beside a thread that
 * waits for the same end with a pidfd. The process writes down when it ends, last of all; what Linux
 * takes to tear it down is in both.
 */
#include <err.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "ps/export.h"
#include "services.h"

#define BENCH_EXITS 100

struct bench_exits {
    double *ended; /* when, as bench_now_ns; shared with the process that ends */
    _Atomic uintptr_t awaited;
    double noted;
    atomic_bool done;
};
static struct bench_exits bench_exits;

/* Called in the machine's kernel as a driver's routine is. */
static void NTAPI bench_note_end(HANDLE parent, HANDLE id, BOOLEAN create)
{
    (void)parent;
    if (create || (uintptr_t)id != bench_exits.awaited)
        return;
    bench_exits.noted = bench_now_ns();
    bench_exits.done = true;
}

static NTSTATUS bench_set_routine(void *remove)
{
    return PsSetCreateProcessNotifyRoutine(bench_note_end, remove != NULL);
}

/* A copy of this process that ends when the pipe is closed. */
static pid_t bench_fork(int *go)
{
    int ends[2];
    char byte;

    if (pipe(ends) != 0)
        err(1, "pipe");
    pid_t id = fork();
    if (id < 0)
        err(1, "fork");
    if (id == 0) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) < 0)
            ;
        *bench_exits.ended = bench_now_ns();
        _exit(0);
    }
    close(ends[0]);
    *go = ends[1];
    return id;
}

static double bench_routine_value(void *context)
{
    double value[BENCH_EXITS];
    (void)context;

    if (KeEnterKernel(bench_set_routine, NULL, KernelMode) != STATUS_SUCCESS)
        errx(1, "no notify routine could be set");
    for (unsigned i = 0; i < BENCH_EXITS; i++) {
        int go;
        pid_t id = bench_fork(&go);
        bench_exits.done = false;
        bench_exits.awaited = (uintptr_t)id;
        usleep(1000); /* until it waits, and the watcher does */
        close(go);
        while (!bench_exits.done)
            usleep(100);
        value[i] = (bench_exits.noted - *bench_exits.ended) / 1000;
        waitpid(id, NULL, 0);
    }
    KeEnterKernel(bench_set_routine, &bench_exits, KernelMode);
    return bench_median(value, BENCH_EXITS);
}

static double bench_pidfd_value(void *context)
{
    double value[BENCH_EXITS];
    (void)context;

    for (unsigned i = 0; i < BENCH_EXITS; i++) {
        int go;
        pid_t id = bench_fork(&go);
        struct pollfd file = {(int)syscall(SYS_pidfd_open, id, 0), POLLIN, 0};
        usleep(1000);
        close(go);
        while (poll(&file, 1, -1) != 1)
            ;
        value[i] = (bench_now_ns() - *bench_exits.ended) / 1000;
        close(file.fd);
        waitpid(id, NULL, 0);
    }
    return bench_median(value, BENCH_EXITS);
}

void bench_process_event(void)
{
    const struct bench_row row = {"process_event", "us", "pidfd poll wake-up of the same end",
        "within 1.5 x", bench_routine_value, bench_pidfd_value, NULL};

    if (!bench_wanted(row.name))
        return;
    bench_exits.ended = mmap(
        NULL, sizeof(*bench_exits.ended), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bench_exits.ended == MAP_FAILED)
        err(1, "mmap");
    bench_unpin(); /* the watcher's thread is made here */
    bench_measure(&row);
    bench_pin(0);
    munmap(bench_exits.ended, sizeof(*bench_exits.ended));
}
