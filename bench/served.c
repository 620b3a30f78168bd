/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests to a machine in another process: a null request beside a turn passed to another process
 * and back, and long transfers beside a copy. A client of the machine does both, in turn, when it
 * is told to: same thread, same processors, and everybody who takes part in the one is there,
 * asleep, during the other.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static char bench_folder[] = "/tmp/dotsys-bench-XXXXXX";
static char bench_directory[sizeof(bench_folder) + 8];

void bench_call_dotsys(const char *const words[])
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        execv(bench_paths.dotsys, (char *const *)(uintptr_t)words);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
        errx(1, "dotsys %s failed", words[1]);
}

/* ---- the client's side --------------------------------------------------------------------- */

enum { BENCH_VALUE = 'v', BENCH_LIMIT = 'l', BENCH_READY = 'r' };

/* Measures what it is told to, until nobody tells any more. */
static void bench_obey(
    bench_repeat value, void *value_context, bench_repeat limit, void *limit_context)
{
    char what = BENCH_READY;
    double time = 0;

    do {
        if (what == BENCH_VALUE)
            time = bench_time(value, value_context);
        else if (what == BENCH_LIMIT)
            time = bench_time(limit, limit_context);
        if (write(STDOUT_FILENO, &time, sizeof(time)) != sizeof(time))
            err(1, "write");
    } while (read(STDIN_FILENO, &what, 1) == 1);
}

static void bench_obey_request(void)
{
    struct bench_ioctl request = {
        .device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
    struct bench_turn turn;

    bench_open_turn(&turn, true, true);
    bench_pin(0);
    bench_obey(bench_repeat_ioctl, &request, bench_repeat_turn, &turn);
    bench_close_turn(&turn);
    CloseHandle(request.device);
}

/* The part of it that is not the machine's: a turn of a channel. */
static void bench_obey_turn(void)
{
    struct bench_turn channel, plain;

    bench_open_turn(&channel, false, true);
    bench_open_turn(&plain, true, true);
    bench_pin(0);
    bench_obey(bench_repeat_turn, &channel, bench_repeat_turn, &plain);
    bench_close_turn(&plain);
    bench_close_turn(&channel);
}

static void bench_obey_transfer(const char *kind)
{
    struct bench_transfer transfer = bench_new_transfer(strstr(kind, "read") == NULL);

    transfer.device = bench_open(
        strstr(kind, "direct") != NULL ? BENCH_DIRECT_NAME : BENCH_BUFFERED_NAME);
    bench_pin(0);
    bench_obey(bench_repeat_transfer, &transfer, bench_repeat_copy, &transfer);
    CloseHandle(transfer.device);
    bench_free_transfer(&transfer);
}

void bench_served_child(const char *what)
{
    if (strcmp(what, "null") == 0)
        bench_obey_request();
    else if (strcmp(what, "turn") == 0)
        bench_obey_turn();
    else
        bench_obey_transfer(what);
    exit(0);
}

/* ---- whoever tells it ---------------------------------------------------------------------- */

#define BENCH_TOLD 20

struct bench_client {
    const char *what;
    double unit; /* ns */
    pid_t process;
    int socket;
    unsigned told; /* how often */
};

static double bench_hear(const struct bench_client *client)
{
    double time;

    if (read(client->socket, &time, sizeof(time)) != sizeof(time))
        errx(1, "the client of the machine said nothing");
    return time / client->unit;
}

/* Returns when the client has a device open, and so a thread in the machine. */
static void bench_start_client(struct bench_client *client)
{
    char role[64];
    int ends[2];

    snprintf(role, sizeof(role), "--served=%s", client->what);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        err(1, "socketpair");
    client->process = fork();
    if (client->process < 0)
        err(1, "fork");
    if (client->process == 0) {
        dup2(ends[1], STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        setenv("DOTSYS_MACHINE", bench_directory, 1);
        execl(bench_paths.self, bench_paths.self, role, NULL);
        _exit(127);
    }
    close(ends[1]);
    client->socket = ends[0];
    bench_hear(client);
}

static void bench_close_client(struct bench_client *client)
{
    int status;

    close(client->socket);
    if (waitpid(client->process, &status, 0) < 0 || status != 0)
        errx(1, "the client of the machine failed");
}

/* The machine is on the other processor. */
static void bench_open_client(struct bench_client *client)
{
    struct bench_threads threads;

    bench_start_client(client);
    bench_find_threads(bench_directory, &threads);
    bench_pin_threads(&threads, 1);
}

/*
 * How long a turn takes depends on which pages and lists the two have happened to get from Linux,
 * so a client is one of several.
 */
static double bench_tell(struct bench_client *client, char what)
{
    if (client->told++ % BENCH_TOLD == 0) {
        if (client->told > 1)
            bench_close_client(client);
        bench_open_client(client);
    }
    if (write(client->socket, &what, 1) != 1)
        err(1, "write");
    return bench_hear(client);
}

static double bench_served_value(void *context)
{
    return bench_tell(context, BENCH_VALUE);
}

static double bench_served_limit(void *context)
{
    return bench_tell(context, BENCH_LIMIT);
}

static void bench_measure_client(
    struct bench_row row, const char *what, double unit, unsigned pairs)
{
    struct bench_client client = {.what = what, .unit = unit};
    struct bench_threads threads;

    if (!bench_wanted(row.name))
        return;
    row.value = bench_served_value;
    row.limit = bench_served_limit;
    row.context = &client;
    bench_measure_pairs(&row, pairs);
    bench_close_client(&client);
    bench_find_threads(bench_directory, &threads);
    bench_unpin_threads(&threads);
}

/* ---- the copy ------------------------------------------------------------------------------ */

struct bench_between {
    pid_t process;
    struct iovec here, there;
};

static void bench_repeat_between(void *context, unsigned long count)
{
    const struct bench_between *between = context;

    while (count-- > 0) {
        if (process_vm_readv(between->process, &between->here, 1, &between->there, 1, 0) !=
            BENCH_LONG_TRANSFER)
            err(1, "process_vm_readv");
    }
}

static double bench_copy_value(void *context)
{
    return bench_time(bench_repeat_copy, context) / 1000;
}

/* The bytes of another process's memory, which is the least a served transfer can take. */
static double bench_between_value(void *context)
{
    const struct bench_transfer *transfer = context;
    pid_t child = fork();

    if (child < 0)
        err(1, "fork");
    if (child == 0) {
        memset(transfer->buffer, 3, BENCH_LONG_TRANSFER);
        for (;;)
            pause();
    }
    struct bench_between between = {
        child, {transfer->other, BENCH_LONG_TRANSFER}, {transfer->buffer, BENCH_LONG_TRANSFER}};
    double time = bench_time(bench_repeat_between, &between) / 1000;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return time;
}

/* ---- the rows ------------------------------------------------------------------------------ */

static void bench_served_transfers(void)
{
    static const struct {
        const char *name, *kind, *target;
    } rows[] = {
        {"transfer_served_buffered_1m", "buffered-write", "what copying between processes takes"},
        {"transfer_served_buffered_read_1m", "buffered-read",
            "what copying between processes takes"},
        {"transfer_served_direct_1m", "direct-write", "what copying between processes takes"},
        {"transfer_served_direct_read_1m", "direct-read", "what copying between processes takes"},
    };
    struct bench_transfer transfer = bench_new_transfer(true);
    const struct bench_row between = {"copy_between_processes_1m", "us", "memcpy of the same bytes",
        NULL, bench_between_value, bench_copy_value, &transfer};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct bench_row row = {.name = rows[i].name,
            .unit = "us",
            .limit_name = between.limit_name,
            .target = rows[i].target};
        bench_measure_client(row, rows[i].kind, 1000, BENCH_PAIRS);
    }
    bench_measure(&between);
    bench_free_transfer(&transfer);
}

void bench_serving(void)
{
    const struct bench_row request = {.name = "ioctl_served", .unit = "ns",
        .limit_name = "a turn passed to another process and back", .target = "within 1.5 x"};
    const struct bench_row turn = {
        .name = "turn_served", .unit = "ns", .limit_name = request.limit_name};

    if (!bench_wanted("ioctl_served") && !bench_wanted("turn_served") &&
        !bench_wanted("transfer_served") && !bench_wanted("copy_between") &&
        !bench_wanted("crowd") && !bench_wanted("scale_2_cores_served"))
        return;
    if (mkdtemp(bench_folder) == NULL)
        err(1, "%s", bench_folder);
    snprintf(bench_directory, sizeof(bench_directory), "%s/machine", bench_folder);
    bench_call_dotsys(
        (const char *const[]){bench_paths.dotsys, "sc", "--machine", bench_directory, "create",
            "bench", "binPath=", bench_paths.driver, "type=", "kernel", "start=", "auto", NULL});
    bench_call_dotsys(
        (const char *const[]){bench_paths.dotsys, "up", "--machine", bench_directory, NULL});
    bench_measure_client(request, "null", 1, BENCH_MOST_PAIRS);
    bench_measure_client(turn, "turn", 1, BENCH_PAIRS);
    bench_served_transfers();
    bench_crowds(bench_directory);
    bench_call_dotsys(
        (const char *const[]){bench_paths.dotsys, "down", "--machine", bench_directory, NULL});
    char command[sizeof(bench_folder) + 16];
    snprintf(command, sizeof(command), "rm -rf %s", bench_folder);
    if (system(command) != 0)
        warnx("%s is left", bench_folder);
}
