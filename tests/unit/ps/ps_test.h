/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the tests of ps share: a machine, real children, and a notify routine of the program itself
 * that keeps what it is told. Tests wait until something has been told; patience only bounds how
 * long a failure takes.
 */
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "ps/export.h"
#include "ps/ps.h"
#include "services.h"

#define PATIENCE_SECONDS 30
#define NOTES 65536

extern char **environ;

static dotsys_machine *machine;

typedef struct note {
    pid_t id, parent;
    int create;
    NTSTATUS status;
    char name[16];
} note;

static note notes[NOTES];
static unsigned note_count;
static pthread_mutex_t note_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t note_made = PTHREAD_COND_INITIALIZER;
static int gate_closed, at_gate; /* under note_lock: while closed, the routine waits */

/* The classic routine: identifiers, and the image's name from a lookup. */
static __attribute__((unused)) void NTAPI note_process(HANDLE parent, HANDLE id, BOOLEAN create)
{
    EPROCESS *process;
    note made = {(pid_t)(ULONG_PTR)id, (pid_t)(ULONG_PTR)parent, create, STATUS_PENDING, "?"};
    if (NT_SUCCESS(PsLookupProcessByProcessId(id, &process))) {
        memcpy(made.name, PsGetProcessImageFileName(process), sizeof(made.name));
        made.status = PsGetProcessExitStatus(process);
        ObfDereferenceObject(process);
    }
    pthread_mutex_lock(&note_lock);
    if (note_count < NOTES)
        notes[note_count++] = made;
    at_gate = gate_closed;
    pthread_cond_broadcast(&note_made);
    while (gate_closed)
        pthread_cond_wait(&note_made, &note_lock);
    at_gate = 0;
    pthread_mutex_unlock(&note_lock);
}

static __attribute__((unused)) void set_gate(int closed)
{
    pthread_mutex_lock(&note_lock);
    gate_closed = closed;
    pthread_cond_broadcast(&note_made);
    pthread_mutex_unlock(&note_lock);
}

static int wait_noted_locked(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_SECONDS;
    return pthread_cond_timedwait(&note_made, &note_lock, &until);
}

static unsigned count_locked(pid_t id, int create)
{
    unsigned count = 0;
    for (unsigned i = 0; i < note_count; i++)
        count += notes[i].id == id && notes[i].create == create;
    return count;
}

static __attribute__((unused)) unsigned count_notes(pid_t id, int create)
{
    pthread_mutex_lock(&note_lock);
    unsigned count = count_locked(id, create);
    pthread_mutex_unlock(&note_lock);
    return count;
}

/* The first note of that kind about id; the test fails if none comes. */
static __attribute__((unused)) note await_note(pid_t id, int create)
{
    int error = 0;
    note found = {0};
    pthread_mutex_lock(&note_lock);
    while (count_locked(id, create) == 0 && error == 0)
        error = wait_noted_locked();
    for (unsigned i = 0; i < note_count && found.id == 0; i++) {
        if (notes[i].id == id && notes[i].create == create)
            found = notes[i];
    }
    pthread_mutex_unlock(&note_lock);
    if (error != 0)
        fail_msg("nothing was told of the %s of %d", create ? "start" : "end", (int)id);
    return found;
}

static __attribute__((unused)) void await_gate(void)
{
    int error = 0;
    pthread_mutex_lock(&note_lock);
    while (!at_gate && error == 0)
        error = wait_noted_locked();
    pthread_mutex_unlock(&note_lock);
    assert_int_equal(error, 0);
}

static __attribute__((unused)) unsigned place_of(pid_t id, int create)
{
    unsigned place = 0;
    pthread_mutex_lock(&note_lock);
    while (place < note_count && !(notes[place].id == id && notes[place].create == create))
        place++;
    pthread_mutex_unlock(&note_lock);
    return place;
}

/* ---- children -------------------------------------------------------------------------------- */

static __attribute__((unused)) pid_t spawn(const char *const arguments[])
{
    pid_t id;
    char *copy[8] = {NULL};
    for (unsigned i = 0; i < 7 && arguments[i] != NULL; i++)
        copy[i] = strdup(arguments[i]);
    assert_int_equal(posix_spawn(&id, copy[0], NULL, NULL, copy, environ), 0);
    for (unsigned i = 0; i < 7; i++)
        free(copy[i]);
    return id;
}

#define SPAWN(...) spawn((const char *const[]){__VA_ARGS__, NULL})

/* A copy of this program that ends when told to. */
typedef struct child {
    pid_t id;
    int end;
} child;

static __attribute__((unused)) child fork_child(int code)
{
    int ends[2];
    char byte;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    child made = {fork(), ends[1]};
    assert_true(made.id >= 0);
    if (made.id == 0) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) < 0)
            ;
        _exit(code);
    }
    close(ends[0]);
    return made;
}

static __attribute__((unused)) void end_child(child ending)
{
    assert_int_equal(write(ending.end, "x", 1), 1);
    close(ending.end);
    assert_int_equal(waitpid(ending.id, NULL, 0), ending.id);
}

/* ---- in the kernel --------------------------------------------------------------------------- */

typedef struct set_call {
    void *routine;
    BOOLEAN remove;
} set_call;

static NTSTATUS set_service(void *context)
{
    const set_call *call = context;
    return PsSetCreateProcessNotifyRoutine(
        (PCREATE_PROCESS_NOTIFY_ROUTINE)(uintptr_t)call->routine, call->remove);
}

static __attribute__((unused)) NTSTATUS set_routine(
    PCREATE_PROCESS_NOTIFY_ROUTINE routine, BOOLEAN remove)
{
    set_call call = {(void *)(uintptr_t)routine, remove};
    return KeEnterKernel(set_service, &call, KernelMode);
}

static __attribute__((unused)) NTSTATUS run_body(void *context)
{
    ((void (*)(void))(uintptr_t)context)();
    return STATUS_SUCCESS;
}

/* No cmocka assertion inside: they leave by longjmp. */
static __attribute__((unused)) void in_kernel(void (*body)(void))
{
    assert_int_equal(KeEnterKernel(run_body, (void *)(uintptr_t)body, KernelMode), STATUS_SUCCESS);
}

/* What bodies in the kernel leave for the test outside. */
static __attribute__((unused)) NTSTATUS status[8];
static __attribute__((unused)) EPROCESS *process, *second;
static __attribute__((unused)) HANDLE handle;
static __attribute__((unused)) child watched;
static __attribute__((unused))
LARGE_INTEGER patience = {.QuadPart = -10000000LL * PATIENCE_SECONDS};

/* ---- the machine ----------------------------------------------------------------------------- */

/* When the last routine is gone the watcher leaves, at the latest when it is through with the event
 * it was at. */
static __attribute__((unused)) void await_no_watch(void)
{
    time_t until = time(NULL) + PATIENCE_SECONDS;
    while (PsWatchSource() != NULL) {
        assert_true(time(NULL) < until);
        sched_yield();
    }
}

static unsigned findings;
static char last_finding[512];

static void quiet(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static void note_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    findings++;
    snprintf(last_finding, sizeof(last_finding), "%s", finding->text);
}

static __attribute__((unused)) int open_machine(void **state)
{
    const dotsys_options options = {.size = sizeof(options), .log = quiet, .finding = note_finding};
    (void)state;
    findings = 0;
    pthread_mutex_lock(&note_lock);
    note_count = 0;
    pthread_mutex_unlock(&note_lock);
    return dotsys_machine_open(&options, &machine) == DOTSYS_OK ? 0 : -1;
}

static __attribute__((unused)) int close_machine(void **state)
{
    (void)state;
    PsiWatchSource = HOST_PROCESS_BEST;
    PsiWatchBytes = 0;
    return dotsys_machine_close(machine) == 0 ? 0 : -1;
}
