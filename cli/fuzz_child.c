/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The child of a fuzzing run: a machine with the driver, threads that send it requests, and one
 * that changes their buffers while the driver works on them. All handles are opened for overlapped
 * I/O, so that a request that stays with the driver can be taken back.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "dotsys/dotsys.h"
#include "fuzz.h"
#include "kd/kd.h"
#include "win32/windows.h"

#define PENDING_MS     20u
#define CANCELLED_MS   5000u
#define OVERLAPPEDS    16u

static struct fuzz_shared *shared_memory;

struct worker {
    const struct fuzz_plan *plan;
    pthread_t thread;
    uint32_t number;
    struct fuzz_maker *maker;
    HANDLE handle[FUZZ_THREADS * FUZZ_HANDLES], event;
    OVERLAPPED overlapped[OVERLAPPEDS]; /* in turn: one that is written late does no harm */
    _Atomic(uint32_t *) changed; /* the word the changing thread is at; NULL: none */
    _Atomic uint32_t change;
};

static struct worker workers[FUZZ_THREADS];
static _Thread_local uint64_t current; /* order of the operation this thread is in */
static _Atomic bool all_done;

static bool map_buffers(void)
{
    for (uint32_t area = 0; area < 2 * FUZZ_THREADS; area++) {
        void *wanted = (void *)(uintptr_t)(fuzz_ground(sizeof(void *) == 4)->buffers +
            area * (uint64_t)FUZZ_AREA_BYTES);
        uint8_t *base = mmap(wanted, FUZZ_AREA_BYTES, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (base == MAP_FAILED || mprotect(base + FUZZ_AREA_BYTES - 4096, 4096, PROT_NONE) != 0)
            return false;
    }
    return true;
}

static void stop(enum fuzz_end end)
{
    uint32_t running = FUZZ_DONE;
    atomic_compare_exchange_strong(&shared_memory->stopped, &running, end);
    all_done = true;
}

/* ---- what the machine reports ---------------------------------------------------------------- */

static void on_crash(const KD_CRASH *crash)
{
    memcpy(&shared_memory->crash, crash, sizeof(*crash));
    shared_memory->blamed = current;
}

static void on_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    if (shared_memory->stopped == FUZZ_DONE && !all_done) {
        shared_memory->blamed = current;
        snprintf(shared_memory->text, sizeof(shared_memory->text), "%s: %s",
            finding->driver != NULL ? finding->driver : "dotsys", finding->text);
        stop(FUZZ_FOUND);
    }
}

static void on_log(void *context, const dotsys_log_line *line)
{
    (void)context;
    (void)line;
}

/* ---- one operation --------------------------------------------------------------------------- */

/* A buffer that begins as the request says. */
static void *place_buffer(const struct fuzz_op *op, bool output)
{
    const uint8_t place = output ? op->out_place : op->in_place;
    const uint32_t bytes = output ? op->out_bytes : op->in_bytes,
                   head = bytes < FUZZ_HEAD ? bytes : FUZZ_HEAD;
    uint8_t *at = (uint8_t *)(uintptr_t)fuzz_address(
        sizeof(void *) == 4, op->thread, output, place, bytes);
    if (place == FUZZ_OWN || place == FUZZ_UNALIGNED) {
        memcpy(at, op->head, head);
        if (!output)
            memset(at + head, 0, bytes - head);
    }
    return at;
}

/* The word that is to change, in the buffer the driver reaches in place; NULL: none is. */
static uint32_t *word_to_change(const struct fuzz_op *op, void *in, void *out)
{
    const bool direct = (op->code & 3) != METHOD_NEITHER;
    const uint8_t place = direct ? op->out_place : op->in_place;
    if (op->kind != FUZZ_IOCTL || op->changed == FUZZ_STAYS ||
        (place != FUZZ_OWN && place != FUZZ_UNALIGNED))
        return NULL;
    return (uint32_t *)((uint8_t *)(direct ? out : in) + 4 * op->changed);
}

static void open_handle(struct worker *worker, const struct fuzz_op *op)
{
    HANDLE *handle = &worker->handle[op->handle];
    if (*handle == INVALID_HANDLE_VALUE)
        *handle = CreateFileA(shared_memory->names[op->name], GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
}

static void close_handle(struct worker *worker, const struct fuzz_op *op)
{
    HANDLE *handle = &worker->handle[op->handle];
    if (*handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = INVALID_HANDLE_VALUE;
}

/* Waits for a request that pended for a moment, then takes it back. */
static uint32_t finish(struct worker *worker, HANDLE handle, OVERLAPPED *overlapped, DWORD *bytes)
{
    WaitForSingleObject(worker->event, PENDING_MS);
    for (uint32_t waited = 0; !HasOverlappedIoCompleted(overlapped); waited++) {
        if (waited == 0)
            CancelIoEx(handle, overlapped);
        if (waited >= CANCELLED_MS) {
            snprintf(shared_memory->text, sizeof(shared_memory->text),
                "a request was cancelled and not completed");
            stop(FUZZ_HUNG);
            _exit(0); /* its buffers must not go while the driver has it */
        }
        usleep(1000);
    }
    return GetOverlappedResult(handle, overlapped, bytes, FALSE) ? ERROR_SUCCESS : GetLastError();
}

static uint32_t transfer(struct worker *worker, const struct fuzz_op *op, DWORD *bytes)
{
    HANDLE handle = worker->handle[op->handle];
    OVERLAPPED *overlapped =
        &worker->overlapped[shared_memory->logged[worker->number] % OVERLAPPEDS];
    void *in = place_buffer(op, false), *out = place_buffer(op, true);
    BOOL done;

    *overlapped = (OVERLAPPED){.hEvent = worker->event, .Offset = op->offset};
    worker->change = op->change;
    worker->changed = worker->plan->changing ? word_to_change(op, in, out) : NULL;
    *bytes = 0;
    if (op->kind == FUZZ_READ)
        done = ReadFile(handle, out, op->out_bytes, bytes, overlapped);
    else if (op->kind == FUZZ_WRITE)
        done = WriteFile(handle, in, op->in_bytes, bytes, overlapped);
    else
        done = DeviceIoControl(
            handle, op->code, in, op->in_bytes, out, op->out_bytes, bytes, overlapped);
    uint32_t error = done ? ERROR_SUCCESS : GetLastError();
    if (error == ERROR_IO_PENDING)
        error = finish(worker, handle, overlapped, bytes);
    worker->changed = NULL;
    return error;
}

static void carry_out(struct worker *worker, const struct fuzz_op *op)
{
    const uint64_t number = shared_memory->logged[worker->number];
    struct fuzz_op *logged = &shared_memory->log[worker->number][number % FUZZ_LOG];
    DWORD bytes = 0;

    *logged = *op;
    logged->order = current = atomic_fetch_add(&shared_memory->order, 1) + 1;
    atomic_store(&shared_memory->logged[worker->number], number + 1);
    if (op->kind == FUZZ_CLOSE) {
        close_handle(worker, op);
        return;
    }
    open_handle(worker, op);
    if (op->kind == FUZZ_OPEN || worker->handle[op->handle] == INVALID_HANDLE_VALUE)
        return;
    uint32_t error = transfer(worker, op, &bytes);
    if (error == ERROR_HOST_DOWN)
        stop(FUZZ_CRASH);
    else if (worker->maker != NULL && fuzz_learn(worker->maker, op, error, bytes) &&
             shared_memory->step_count[worker->number] < FUZZ_STEPS)
        shared_memory->steps[worker->number][shared_memory->step_count[worker->number]++] = *logged;
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *work(void *argument)
{
    struct worker *worker = argument;
    const struct fuzz_plan *plan = worker->plan;

    for (uint32_t handle = 0; handle < FUZZ_THREADS * FUZZ_HANDLES; handle++)
        worker->handle[handle] = INVALID_HANDLE_VALUE;
    worker->event = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (shared_memory->repeat_count != 0) {
        const time_t until = time(NULL) + (time_t)plan->seconds;
        for (uint32_t round = 0; round < plan->rounds && !all_done && time(NULL) <= until;
             round++) {
            for (size_t at = 0;
                 at < shared_memory->repeat_count && !all_done && time(NULL) <= until; at++)
                carry_out(worker, &shared_memory->repeat[at]);
        }
    } else {
        struct fuzz_op op;
        while (!all_done && shared_memory->order < plan->count) {
            fuzz_make(worker->maker, &op);
            carry_out(worker, &op);
        }
    }
    for (uint8_t handle = 0; handle < FUZZ_THREADS * FUZZ_HANDLES; handle++)
        close_handle(worker, &(struct fuzz_op){.handle = handle});
    CloseHandle(worker->event);
    return NULL;
}

typedef uint32_t word_anywhere __attribute__((aligned(1)));

/* Alternates between what the requests under way said and what their changes say. */
static void *change(void *argument)
{
    const struct fuzz_plan *plan = argument;
    while (!all_done) {
        for (uint32_t number = 0; number < plan->threads; number++) {
            struct worker *worker = &workers[number];
            volatile word_anywhere *word = worker->changed;
            if (word == NULL)
                continue;
            const uint32_t before = *word, after = worker->change;
            for (unsigned turn = 0; turn < 64 && worker->changed == word; turn++) {
                *word = after;
                *word = before;
            }
        }
    }
    return NULL;
}

static bool run_threads(const struct fuzz_plan *plan)
{
    const bool repeating = shared_memory->repeat_count != 0;
    const uint32_t count = repeating ? 1 : plan->threads;
    pthread_t changer;
    uint32_t started = 0;
    bool changing = plan->changing &&
        pthread_create(&changer, NULL, change, (void *)(uintptr_t)plan) == 0;

    for (; started < count; started++) {
        struct worker *worker = &workers[started];
        worker->plan = plan;
        worker->number = started;
        worker->maker = repeating ? NULL
                                  : fuzz_maker_create(plan, started, shared_memory->name_count);
        if ((!repeating && worker->maker == NULL) ||
            pthread_create(&worker->thread, NULL, work, worker) != 0)
            break;
    }
    for (uint32_t number = 0; number < started; number++)
        pthread_join(workers[number].thread, NULL);
    all_done = true;
    if (changing)
        pthread_join(changer, NULL);
    for (uint32_t number = 0; number < started && !repeating; number++) {
        shared_memory->codes += fuzz_codes_known(workers[number].maker);
        fuzz_maker_destroy(workers[number].maker);
    }
    return started == count;
}

/* ---- the machine ----------------------------------------------------------------------------- */

/* The names a program can open now and could not before. */
static void find_names(const char *before)
{
    char now[16384];
    QueryDosDeviceA(NULL, now, sizeof(now));
    for (const char *name = now; *name != 0 && shared_memory->name_count < FUZZ_NAMES;
         name += strlen(name) + 1) {
        const char *known = before;
        while (*known != 0 && strcmp(known, name) != 0)
            known += strlen(known) + 1;
        if (*known == 0)
            snprintf(shared_memory->names[shared_memory->name_count++],
                sizeof(shared_memory->names[0]), "\\\\.\\%.58s", name);
    }
}

static void carry_plan_out(const struct fuzz_plan *plan)
{
    const dotsys_options options = {.size = sizeof(options),
        .verify = plan->verify,
        .ordinary_user = plan->ordinary_user,
        .log = on_log,
        .finding = on_finding};
    dotsys_machine *machine;
    const char *report;
    char before[16384];

    if (!map_buffers() || dotsys_machine_open(&options, &machine) != DOTSYS_OK) {
        snprintf(shared_memory->text, sizeof(shared_memory->text), "%s", dotsys_last_message());
        stop(FUZZ_NOT_LOADED);
        return;
    }
    KdCrashed = on_crash;
    QueryDosDeviceA(NULL, before, sizeof(before));
    if (dotsys_driver_start(machine, plan->service, plan->driver) != DOTSYS_OK &&
        !dotsys_machine_stopped(machine, NULL)) {
        snprintf(shared_memory->text, sizeof(shared_memory->text), "%s", dotsys_last_message());
        stop(FUZZ_NOT_LOADED);
        return;
    }
    find_names(before);
    if (shared_memory->name_count != 0 && !run_threads(plan)) {
        snprintf(shared_memory->text, sizeof(shared_memory->text), "no memory for threads");
        stop(FUZZ_NOT_LOADED);
        return;
    }
    if (dotsys_machine_stopped(machine, &report)) {
        snprintf(shared_memory->text, sizeof(shared_memory->text), "%s", report);
        stop(FUZZ_CRASH);
        return;
    }
    all_done = false; /* findings count again: what the driver leaves behind */
    dotsys_driver_stop(machine, plan->service);
    if (dotsys_machine_stopped(machine, &report)) {
        snprintf(shared_memory->text, sizeof(shared_memory->text), "%s", report);
        stop(FUZZ_CRASH);
        return;
    }
    dotsys_machine_close(machine);
}

int fuzz_child(int descriptor)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    shared_memory = mmap(
        NULL, sizeof(*shared_memory), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (shared_memory == MAP_FAILED || shared_memory->bytes != sizeof(*shared_memory))
        return EXIT_FAILURE;
    close(descriptor);
    carry_plan_out(&shared_memory->plan);
    return EXIT_SUCCESS;
}
