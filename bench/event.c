/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From the end of a process of the host to a driver's notify routine running, and to a client
 * waking up whose event that routine signals, beside a thread that waits for the same end with a
 * pidfd. The process writes down when it ends, last of all; what Linux takes to tear it down is in
 * both.
 */
#include <err.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "ps/export.h"
#include "services.h"

#define BENCH_EXITS 33

struct bench_exits {
    double *ended; /* when, as bench_now_ns; shared with the process that ends */
    _Atomic uintptr_t awaited;
    double noted;
    atomic_bool done;
    HANDLE event; /* the client's */
    KEVENT *object; /* the same, as a driver has it; referenced */
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
    KeSetEvent(bench_exits.object, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS bench_set_routine(void *remove)
{
    if (remove != NULL) {
        PsSetCreateProcessNotifyRoutine(bench_note_end, TRUE);
        ObfDereferenceObject(bench_exits.object);
        return STATUS_SUCCESS;
    }
    NTSTATUS status = ObReferenceObjectByHandle(
        bench_exits.event, EVENT_MODIFY_STATE, NULL, UserMode, (void **)&bench_exits.object, NULL);
    return NT_SUCCESS(status) ? PsSetCreateProcessNotifyRoutine(bench_note_end, FALSE) : status;
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

/* context: NULL: to the routine; otherwise to the client that waits for its event. */
static double bench_routine_value(void *context)
{
    double value[BENCH_EXITS];

    bench_exits.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    if (KeEnterKernel(bench_set_routine, NULL, KernelMode) != STATUS_SUCCESS)
        errx(1, "no notify routine could be set");
    for (unsigned i = 0; i < BENCH_EXITS; i++) {
        int go;
        pid_t id = bench_fork(&go);
        bench_exits.done = false;
        bench_exits.awaited = (uintptr_t)id;
        usleep(1000); /* until it waits, and the watcher does */
        close(go);
        WaitForSingleObject(bench_exits.event, INFINITE);
        double woken = bench_now_ns();
        value[i] = ((context != NULL ? woken : bench_exits.noted) - *bench_exits.ended) / 1000;
        waitpid(id, NULL, 0);
    }
    KeEnterKernel(bench_set_routine, &bench_exits, KernelMode);
    CloseHandle(bench_exits.event);
    return bench_median(value, BENCH_EXITS);
}

/* A thread of its own, as the machine has one: who ends the process is not who hears of it. */
static void *bench_await_pidfd(void *context)
{
    while (poll(context, 1, -1) != 1)
        ;
    bench_exits.noted = bench_now_ns();
    return NULL;
}

static double bench_pidfd_value(void *context)
{
    double value[BENCH_EXITS];
    pthread_t waiter;
    (void)context;

    for (unsigned i = 0; i < BENCH_EXITS; i++) {
        int go;
        pid_t id = bench_fork(&go);
        struct pollfd file = {(int)syscall(SYS_pidfd_open, id, 0), POLLIN, 0};
        if (file.fd < 0 || pthread_create(&waiter, NULL, bench_await_pidfd, &file) != 0)
            errx(1, "nobody can wait for a process");
        usleep(1000);
        close(go);
        pthread_join(waiter, NULL);
        value[i] = (bench_exits.noted - *bench_exits.ended) / 1000;
        close(file.fd);
        waitpid(id, NULL, 0);
    }
    return bench_median(value, BENCH_EXITS);
}

void bench_process_event(void)
{
    const struct bench_row row = {"process_event", "us", "pidfd poll wake-up of the same end",
        "within 1.5 x", bench_routine_value, bench_pidfd_value, NULL};
    const struct bench_row client = {"process_event_client", "us",
        "pidfd poll wake-up of the same end", NULL, bench_routine_value, bench_pidfd_value,
        &bench_exits};

    if (!bench_wanted(row.name) && !bench_wanted(client.name))
        return;
    bench_exits.ended = mmap(NULL, sizeof(*bench_exits.ended), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bench_exits.ended == MAP_FAILED)
        err(1, "mmap");
    bench_unpin(); /* the watcher's thread is made here */
    bench_measure(&row);
    bench_measure(&client);
    bench_pin(0);
    munmap(bench_exits.ended, sizeof(*bench_exits.ended));
}
