/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * One function for each verb. A request has its status block, event and buffer together on the
 * heap, because on an overlapped handle it outlives the command that sent it, and the kernel writes
 * to them when the driver completes it.
 */
#include "sessionp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "ke/turns.h"
#include "ps/ps.h"
#include "scm/scm.h"

#define TICKS_PER_MS 10000u

/* ---- Requests -------------------------------------------------------------------------------- */

static void request_free(struct session_request *request)
{
    if (request == NULL)
        return;
    if (request->event != NULL)
        SysClose(request->event);
    free(request->buffer);
    free(request->input);
    free(request);
}

/* The data to send, with the values of the handles that it names. False: outcome says why. */
static bool request_fill(struct session *session, const struct command *command,
    struct session_request *request, struct outcome *outcome)
{
    const struct data *data = &command->data;
    bool several;

    if (data->handles == NULL && (command->data_ahead == 0 || data->size == 0))
        return true;
    outcome->status = STATUS_NO_MEMORY;
    if ((request->input = malloc(command->data_ahead + data->size)) == NULL)
        return false;
    uint8_t *bytes = request->input + command->data_ahead;
    memcpy(bytes, data->bytes, data->size);
    for (const struct data_handle *named = data->handles; named != NULL; named = named->next) {
        pthread_mutex_lock(&session->table->lock);
        const struct session_handle *handle = session_find_locked(
            session->table, named->name, &several);
        const uint64_t value = handle != NULL ? (uintptr_t)handle->handle : 0;
        pthread_mutex_unlock(&session->table->lock);
        if (handle == NULL) {
            outcome->status = STATUS_INVALID_HANDLE;
            snprintf(outcome->note, sizeof(outcome->note), "no handle is called %s", named->name);
            return false;
        }
        memcpy(bytes + named->offset, &value, sizeof(value));
    }
    return true;
}

/* A request for a command on a handle; NULL: outcome says why. */
static struct session_request *request_new(struct session *session,
    const struct session_handle *handle, const struct command *command, struct outcome *outcome)
{
    bool returns_data = command->verb != COMMAND_WRITE && !command->buffer_at;
    struct session_request *request = calloc(1, sizeof(*request));

    outcome->status = STATUS_NO_MEMORY;
    if (request == NULL)
        return NULL;
    request->io.Status = STATUS_PENDING;
    request->returns_data = returns_data;
    request->ahead = command->buffer_ahead;
    request->size = command->verb != COMMAND_WRITE ? command->length : 0;
    if ((request->size > 0 &&
            (request->buffer = calloc(1, command->buffer_ahead + request->size)) == NULL) ||
        !request_fill(session, command, request, outcome)) {
        request_free(request);
        return NULL;
    }
    if (handle->overlapped) {
        outcome->status = SysCreateEvent(
            &request->event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
        if (!NT_SUCCESS(outcome->status)) {
            request->event = NULL;
            request_free(request);
            return NULL;
        }
    }
    return request;
}

/* Sends the request a read, write or ioctl command means. */
static NTSTATUS request_send(const struct session_handle *handle, const struct command *command,
    struct session_request *request)
{
    LARGE_INTEGER offset = {.QuadPart = (LONGLONG)command->offset};
    LARGE_INTEGER *where = command->at || handle->overlapped ? &offset : NULL;
    const struct data *data = &command->data;
    uint8_t *input = request->input != NULL ? request->input + command->data_ahead : data->bytes;
    void *in = command->data_at ? (void *)(uintptr_t)command->data_address : input;
    void *out = command->buffer_at ? (void *)(uintptr_t)command->buffer_address
        : request->buffer != NULL  ? request->buffer + command->buffer_ahead
                                   : NULL;

    switch (command->verb) {
    case COMMAND_READ:
        return SysReadFile(handle->handle, request->event, NULL, NULL, &request->io,
            request->buffer, request->size, where, NULL);
    case COMMAND_WRITE:
        return SysWriteFile(handle->handle, request->event, NULL, NULL, &request->io, input,
            (ULONG)data->size, where, NULL);
    default:
        if (command->code >> 16 == FILE_DEVICE_FILE_SYSTEM)
            return SysFsControlFile(handle->handle, request->event, NULL, NULL, &request->io,
                command->code, in, (ULONG)data->size, out, request->size);
        return SysDeviceIoControlFile(handle->handle, request->event, NULL, NULL, &request->io,
            command->code, in, (ULONG)data->size, out, request->size);
    }
}

/* Waits for a request that is pending; its final status. */
static NTSTATUS request_wait(const struct session_handle *handle, struct session_request *request)
{
    NTSTATUS status = SysWaitForSingleObject(
        request->event != NULL ? request->event : handle->handle, FALSE, NULL);

    return NT_SUCCESS(status) ? __atomic_load_n(&request->io.Status, __ATOMIC_ACQUIRE) : status;
}

/* Fills an outcome from a request that is complete; takes the request's buffer. */
static void request_result(
    struct session_request *request, NTSTATUS status, struct outcome *outcome)
{
    outcome->status = status;
    outcome->has_bytes = true;
    if (NT_ERROR(status) || status == STATUS_PENDING)
        return;
    outcome->bytes = request->io.Information;
    if (!request->returns_data || request->buffer == NULL)
        return;
    memmove(request->buffer, request->buffer + request->ahead, request->size);
    outcome->data = request->buffer;
    outcome->size = outcome->bytes < request->size ? (size_t)outcome->bytes : request->size;
    request->buffer = NULL;
    if (outcome->bytes > request->size)
        snprintf(outcome->note, sizeof(outcome->note),
            "the driver says it returned more than the buffer holds, %u bytes",
            (unsigned)request->size);
}

static void note_cancelled(const struct session *session, struct outcome *outcome)
{
    if (session->watch->interrupted)
        snprintf(outcome->note, sizeof(outcome->note), "cancelled: the run was interrupted");
    else
        snprintf(outcome->note, sizeof(outcome->note),
            "cancelled: it was still pending after %u ms (--timeout)",
            (unsigned)session->watch->timeout_ms);
}

/* ---- Verbs ----------------------------------------------------------------------------------- */

static void run_open(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    ULONG options = FILE_NON_DIRECTORY_FILE |
        (command->overlapped ? 0 : FILE_SYNCHRONOUS_IO_NONALERT);
    OBJECT_ATTRIBUTES object;
    IO_STATUS_BLOCK io;
    BASEP_PATH path;
    HANDLE handle;

    outcome->status = BasepPathFromUtf8(command->name, &path);
    if (!NT_SUCCESS(outcome->status)) {
        snprintf(outcome->note, sizeof(outcome->note),
            "there is no current directory: a device is opened as \\\\.\\NAME");
        return;
    }
    InitializeObjectAttributes(&object, &path.Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    watch_enter(session->watch, NULL);
    outcome->status = SysCreateFile(&handle, command->access | SYNCHRONIZE | FILE_READ_ATTRIBUTES,
        &object, &io, NULL, FILE_ATTRIBUTE_NORMAL, command->share, FILE_OPEN, options, NULL, 0);
    watch_leave(session->watch);
    BasepFreePath(&path);
    if (NT_SUCCESS(outcome->status) && !session_add(session, command, handle)) {
        SysClose(handle);
        outcome->status = STATUS_NO_MEMORY;
    }
}

static void run_close(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    struct session_handle *handle = session_get(session, command, outcome);

    if (handle != NULL)
        outcome->status = session_end(session, handle);
}

static void run_transfer(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    struct session_handle *handle = session_get(session, command, outcome);
    struct session_request *request = handle != NULL
        ? request_new(session, handle, command, outcome)
        : NULL;

    if (request == NULL)
        return;
    watch_enter(session->watch, handle->handle);
    NTSTATUS status = request_send(handle, command, request);
    if (status == STATUS_PENDING && !handle->overlapped)
        status = request_wait(handle, request);
    if (watch_leave(session->watch))
        note_cancelled(session, outcome);
    request_result(request, status, outcome);
    if (status != STATUS_PENDING) {
        request_free(request);
        return;
    }
    pthread_mutex_lock(&session->table->lock);
    struct session_request **end = handle->closed ? &session->table->abandoned : &handle->pending;
    while (*end != NULL)
        end = &(*end)->next;
    *end = request;
    pthread_mutex_unlock(&session->table->lock);
}

static void wait_event(
    struct session *session, const struct session_handle *handle, struct outcome *outcome)
{
    LARGE_INTEGER timeout = {.QuadPart = -(LONGLONG)session->options->timeout_ms * TICKS_PER_MS};

    watch_enter_machine(session->watch);
    outcome->status = SysWaitForSingleObject(
        handle->handle, FALSE, session->options->schedule != NULL ? NULL : &timeout);
    watch_leave(session->watch);
    if (outcome->status == STATUS_TIMEOUT)
        outcome->status = STATUS_IO_TIMEOUT; /* a failure: nothing came */
}

static void run_event(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    HANDLE event;

    outcome->status = SysCreateEvent(&event, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE);
    if (NT_SUCCESS(outcome->status) && !session_add(session, command, event)) {
        SysClose(event);
        outcome->status = STATUS_NO_MEMORY;
    }
}

static void run_wait(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    struct session_handle *handle = session_get(session, command, outcome);
    struct session_request *request = NULL;

    if (handle == NULL)
        return;
    if (handle->event) {
        wait_event(session, handle, outcome);
        return;
    }
    pthread_mutex_lock(&session->table->lock);
    if ((request = handle->pending) != NULL)
        handle->pending = request->next; /* it is this thread's now */
    pthread_mutex_unlock(&session->table->lock);
    if (request == NULL) {
        outcome->status = STATUS_NOT_FOUND;
        snprintf(outcome->note, sizeof(outcome->note), "no request is pending on this handle");
        return;
    }
    watch_enter(session->watch, handle->handle);
    NTSTATUS status = request_wait(handle, request);
    if (watch_leave(session->watch))
        note_cancelled(session, outcome);
    request_result(request, status, outcome);
    if (request->io.Status != STATUS_PENDING) {
        request_free(request);
        return;
    }
    pthread_mutex_lock(&session->table->lock);
    request->next = handle->pending;
    handle->pending = request;
    pthread_mutex_unlock(&session->table->lock);
}

static void run_cancel(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    struct session_handle *handle = session_get(session, command, outcome);
    IO_STATUS_BLOCK io;

    if (handle == NULL)
        return;
    watch_enter(session->watch, NULL);
    outcome->status = SysCancelIoFileEx(handle->handle, NULL, &io);
    watch_leave(session->watch);
}

static void run_seek(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    FILE_POSITION_INFORMATION position = {.CurrentByteOffset.QuadPart = (LONGLONG)command->offset};
    struct session_handle *handle = session_get(session, command, outcome);
    IO_STATUS_BLOCK io;

    if (handle == NULL)
        return;
    watch_enter(session->watch, handle->handle);
    outcome->status = SysSetInformationFile(
        handle->handle, &io, &position, sizeof(position), FilePositionInformation);
    watch_leave(session->watch);
}

/* Starts or stops a service that the machine has but is no driver of the run. */
static NTSTATUS installed_service(const char *name, bool start, struct outcome *outcome)
{
    HANDLE manager, service;
    SCM_STATUS state = {0};
    UNICODE_STRING text;
    BASEP_WIDE wide;
    NTSTATUS status = BasepWiden(name, &wide);

    if (!NT_SUCCESS(status))
        return status;
    text.Buffer = wide.Text;
    text.Length = text.MaximumLength = (USHORT)(BasepWideLength(wide.Text) * sizeof(WCHAR));
    status = SysScmOpenManager(&manager, SC_MANAGER_CONNECT);
    if (NT_SUCCESS(status)) {
        status = SysScmOpenService(manager, &text, start ? SERVICE_START : SERVICE_STOP, &service);
        SysScmClose(manager);
    }
    BasepFreeWide(&wide);
    if (!NT_SUCCESS(status)) {
        if (status != SCM_ERROR(ERROR_SERVICE_DOES_NOT_EXIST))
            return status;
        snprintf(outcome->note, sizeof(outcome->note),
            "no driver of this run is called %s, and no service", name);
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    status = start ? SysScmStart(service) : SysScmControl(service, SERVICE_CONTROL_STOP, &state);
    SysScmClose(service);
    if (start && status == SCM_ERROR(ERROR_SERVICE_ALREADY_RUNNING)) {
        status = STATUS_IMAGE_ALREADY_LOADED; /* the same error, with a name */
    } else if (start) {
        outcome->load_failed = !NT_SUCCESS(status);
    } else if (NT_SUCCESS(status) && state.State == SERVICE_STOP_PENDING) {
        status = STATUS_PENDING;
        snprintf(outcome->note, sizeof(outcome->note),
            "%s is in use: it stops when its last handle is closed", name);
    }
    return status;
}

static void run_service(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    const struct run_options *options = session->options;
    bool start = command->verb == COMMAND_START;

    for (size_t i = 0; i < options->driver_count; i++) {
        const struct run_driver *driver = &options->drivers[i];
        if (strcmp(driver->name, command->name) != 0)
            continue;
        watch_enter(session->watch, NULL);
        outcome->status = start ? dotsys_driver_start(session->machine, driver->name, driver->path)
                                : dotsys_driver_stop(session->machine, driver->name);
        watch_leave(session->watch);
        if (outcome->status != STATUS_SUCCESS) {
            snprintf(outcome->note, sizeof(outcome->note), "%s", dotsys_last_message());
            outcome->load_failed = start && !NT_SUCCESS(outcome->status) &&
                outcome->status != STATUS_IMAGE_ALREADY_LOADED;
        }
        return;
    }
    watch_enter(session->watch, NULL);
    outcome->status = installed_service(command->name, start, outcome);
    watch_leave(session->watch);
}

static void run_sleep(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    static _Atomic uint32_t never;

    if (session->options->schedule != NULL)
        /* in the machine's time */
        host_wait(&never, 0, host_clock_monotonic() + command->milliseconds * TICKS_PER_MS);
    else
        watch_sleep(session->watch, command->milliseconds);
    outcome->status = STATUS_SUCCESS;
}

/* To the state and back. */
static void run_power(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    const bool hibernate = command->state == 4;

    watch_enter(session->watch, NULL);
    outcome->status = SysInitiatePowerAction(hibernate ? PowerActionHibernate : PowerActionSleep,
        hibernate ? PowerSystemHibernate : PowerSystemWorking + command->state, 0, FALSE);
    watch_leave(session->watch);
}

#define SETTLE_100NS 500000u /* how often to look whether the machine has stopped meanwhile */

static void run_process(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    if (PsiWatchSource != HOST_PROCESS_TOLD) {
        outcome->status = STATUS_NOT_SUPPORTED;
        snprintf(
            outcome->note, sizeof(outcome->note), "only 'dotsys run' can be told of processes");
    } else if (command->name != NULL) {
        outcome->status = session_start_process(session->table, command);
    } else if (host_told_exit(session_find_process(session->table, command->handle)) != 0) {
        outcome->status = STATUS_INVALID_CID;
        snprintf(outcome->note, sizeof(outcome->note), "no process is called %s, or it has exited",
            command->handle);
    }
    /* What follows comes after the drivers' routines, unless another order is what is looked
     * for. */
    while (NT_SUCCESS((NTSTATUS)outcome->status) && !KeTakesTurns && !KiStopped &&
        !host_told_settle(host_clock_monotonic() + SETTLE_100NS))
        ;
}

static void run_one(struct session *session, const struct command *command, struct outcome *outcome)
{
    static void (*const run[])(struct session *, const struct command *, struct outcome *) = {
        [COMMAND_OPEN] = run_open,
        [COMMAND_CLOSE] = run_close,
        [COMMAND_READ] = run_transfer,
        [COMMAND_WRITE] = run_transfer,
        [COMMAND_SEEK] = run_seek,
        [COMMAND_IOCTL] = run_transfer,
        [COMMAND_CANCEL] = run_cancel,
        [COMMAND_WAIT] = run_wait,
        [COMMAND_SLEEP] = run_sleep,
        [COMMAND_POWER] = run_power,
        [COMMAND_START] = run_service,
        [COMMAND_STOP] = run_service,
        [COMMAND_PROCESS] = run_process,
        [COMMAND_EVENT] = run_event,
    };

    run[command->verb](session, command, outcome);
}

/* ---- Repeating ------------------------------------------------------------------------------- */

/* The times of repeated calls, in nanoseconds. */
struct timing {
    uint32_t *times; /* one a call; a longer one counts as the longest there is */
    uint32_t count;
    uint64_t overhead; /* what reading the clock costs */
    uint64_t total;
};

static inline uint64_t clock_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t clock_overhead(void)
{
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < 1000; i++) {
        uint64_t before = clock_ns(), after = clock_ns();
        if (after - before < least)
            least = after - before;
    }
    return least;
}

static inline void timing_add(struct timing *timing, uint64_t time)
{
    time = time > timing->overhead ? time - timing->overhead : 0;
    timing->total += time;
    timing->times[timing->count++] = time < UINT32_MAX ? (uint32_t)time : UINT32_MAX;
}

static int compare_times(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void timing_result(struct timing *timing, struct outcome *outcome)
{
    outcome->calls = timing->count;
    if (timing->count == 0)
        return;
    qsort(timing->times, timing->count, sizeof(*timing->times), compare_times);
    outcome->mean = (double)timing->total / timing->count;
    outcome->median = timing->times[timing->count / 2];
    outcome->p99 = timing->times[(uint64_t)timing->count * 99 / 100];
}

/* The same request sent again and again; nothing else happens between two calls. */
static void repeat_transfer(struct session *session, const struct command *command, uint32_t times,
    struct timing *timing, struct outcome *outcome)
{
    struct session_handle *handle = session_get(session, command, outcome);
    struct session_request *request = handle != NULL
        ? request_new(session, handle, command, outcome)
        : NULL;
    NTSTATUS worst = STATUS_SUCCESS, status = STATUS_SUCCESS;
    bool stop = false;

    if (request == NULL)
        return;
    watch_enter(session->watch, handle->handle);
    for (uint32_t i = 0; i < times && !stop; i++) {
        uint64_t before = clock_ns();
        status = request_send(handle, command, request);
        if (status == STATUS_PENDING)
            status = request_wait(handle, request);
        timing_add(timing, clock_ns() - before);
        atomic_store_explicit(&session->watch->progress, i + 1u, memory_order_relaxed);
        if (!NT_SUCCESS(status)) {
            outcome->failed++;
            worst = NT_SUCCESS(worst) ? status : worst;
            stop = status == STATUS_HOST_DOWN || status == STATUS_CANCELLED;
        }
    }
    if (watch_leave(session->watch))
        note_cancelled(session, outcome);
    outcome->status = NT_SUCCESS(worst) ? status : worst;
    outcome->has_bytes = true;
    outcome->bytes = NT_ERROR(status) ? 0 : request->io.Information;
    request_free(request);
}

static void repeat_other(struct session *session, const struct command *command, uint32_t times,
    struct timing *timing, struct outcome *outcome)
{
    struct outcome first_failure = {0}, one = {0};

    for (uint32_t i = 0; i < times && !session->watch->interrupted; i++) {
        one = (struct outcome){0};
        uint64_t before = clock_ns();
        run_one(session, command, &one);
        timing_add(timing, clock_ns() - before);
        outcome_free(&one);
        if (!NT_SUCCESS(one.status) && outcome->failed++ == 0)
            first_failure = one;
        if (one.status == STATUS_HOST_DOWN)
            break;
    }
    if (outcome->failed > 0)
        one = first_failure;
    outcome->status = one.status;
    outcome->load_failed = one.load_failed;
    memcpy(outcome->note, one.note, sizeof(one.note));
}

static void run_repeat(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    const struct command *repeated = command->repeated;
    struct timing timing = {.overhead = clock_overhead()};
    bool transfer = repeated->verb == COMMAND_READ || repeated->verb == COMMAND_WRITE ||
        repeated->verb == COMMAND_IOCTL;

    timing.times = malloc((size_t)command->times * sizeof(*timing.times));
    if (timing.times == NULL) {
        outcome->status = STATUS_NO_MEMORY;
        return;
    }
    if (transfer)
        repeat_transfer(session, repeated, command->times, &timing, outcome);
    else
        repeat_other(session, repeated, command->times, &timing, outcome);
    timing_result(&timing, outcome);
    free(timing.times);
}

/* ---- The session ----------------------------------------------------------------------------- */

void session_run(struct session *session, const struct command *command, struct outcome *outcome)
{
    *outcome = (struct outcome){0};
    if (command->verb == COMMAND_REPEAT)
        run_repeat(session, command, outcome);
    else
        run_one(session, command, outcome);
}

void outcome_free(struct outcome *outcome)
{
    free(outcome->data);
    outcome->data = NULL;
}

void session_cancel(void *handle)
{
    IO_STATUS_BLOCK io;

    SysCancelIoFileEx(handle, NULL, &io);
}
