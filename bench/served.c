/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests to a machine in another process: a null request beside two processes that pass a turn to and fro in the same way, and
 * long transfers beside a copy.
 */
#include <err.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "server/channel.h"

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

/* ---- the request --------------------------------------------------------------------------- */

void bench_served_child(const char *what)
{
    if (strcmp(what, "null") != 0) {
        printf("%f\n", bench_transfer_time(what));
        exit(0);
    }
    struct bench_ioctl request = {.device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};

    printf("%f\n", bench_time(bench_repeat_ioctl, &request));
    CloseHandle(request.device);
    exit(0);
}

static double bench_served_value(void *context)
{
    char command[sizeof(bench_paths.self) + sizeof(bench_directory) + 64];
    double time = 0;

    snprintf(command, sizeof(command), "DOTSYS_MACHINE=%s exec %s --served=%s", bench_directory, bench_paths.self,
        (const char *)context);
    FILE *child = popen(command, "r");
    if (child == NULL || fscanf(child, "%lf", &time) != 1 || pclose(child) != 0)
        errx(1, "the client of the machine said nothing");
    return time;
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
        if (process_vm_readv(between->process, &between->here, 1, &between->there, 1, 0) != BENCH_LONG_TRANSFER)
            err(1, "process_vm_readv");
    }
}

/* The bytes of another process's memory, which is the least a served transfer can take. */
static double bench_between_value(void *context)
{
    char *bytes = aligned_alloc(4096, BENCH_LONG_TRANSFER), *here = aligned_alloc(4096, BENCH_LONG_TRANSFER);
    (void)context;

    if (bytes == NULL || here == NULL)
        errx(1, "out of memory");
    memset(bytes, 1, BENCH_LONG_TRANSFER);
    memset(here, 2, BENCH_LONG_TRANSFER);
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0) {
        memset(bytes, 3, BENCH_LONG_TRANSFER);
        for (;;)
            pause();
    }
    struct bench_between between = {child, {here, BENCH_LONG_TRANSFER}, {bytes, BENCH_LONG_TRANSFER}};
    double time = bench_time(bench_repeat_between, &between) / 1000;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    free(bytes);
    free(here);
    return time;
}

/* ---- the turn ------------------------------------------------------------------------------ */

static void bench_repeat_turn(void *context, unsigned long count)
{
    struct channel *channel = context;
    unsigned spins = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? CHANNEL_SPINS : 0;

    while (count-- > 0) {
        channel_pass(channel, CHANNEL_CLIENT, CHANNEL_SERVER);
        channel_wait(channel, CHANNEL_SERVER, spins, channel_sleep);
    }
}

static double bench_turn_value(void *context)
{
    struct channel *channel =
        mmap(NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned spins = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? CHANNEL_SPINS : 0;
    (void)context;

    if (channel == MAP_FAILED)
        err(1, "mmap");
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0) {
        while (channel_wait(channel, CHANNEL_CLIENT, spins, channel_sleep) == CHANNEL_SERVER)
            channel_pass(channel, CHANNEL_SERVER, CHANNEL_CLIENT);
        _exit(0);
    }
    double time = bench_time(bench_repeat_turn, channel);
    atomic_store(&channel->turn, CHANNEL_DEAD);
    channel_wake(&channel->turn);
    waitpid(child, NULL, 0);
    munmap(channel, CHANNEL_BYTES);
    return time;
}

static double bench_served_copy(void *context)
{
    (void)context;
    return bench_copy_time();
}

static void bench_served_transfers(void)
{
    static const struct {
        const char *name, *kind, *target;
    } rows[] = {
        {"transfer_served_buffered_1m", "buffered-write", "what copying between processes takes"},
        {"transfer_served_buffered_read_1m", "buffered-read", "what copying between processes takes"},
        {"transfer_served_direct_1m", "direct-write", "what copying between processes takes"},
        {"transfer_served_direct_read_1m", "direct-read", "what copying between processes takes"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        bench_measure(&(struct bench_row){rows[i].name, "us", "memcpy of the same bytes", rows[i].target, bench_served_value,
            bench_served_copy, (void *)(uintptr_t)rows[i].kind});
    bench_measure(&(struct bench_row){"copy_between_processes_1m", "us", "memcpy of the same bytes", NULL, bench_between_value,
        bench_served_copy, NULL});
}

void bench_serving(void)
{
    const struct bench_row row = {"ioctl_served", "ns", "a turn passed to another process and back", "within 1.5 x",
        bench_served_value, bench_turn_value, (char[]){"null"}};

    if (!bench_wanted("ioctl_served") && !bench_wanted("transfer_served") && !bench_wanted("copy_between") &&
        !bench_wanted("crowd") && !bench_wanted("scale_2_cores_served"))
        return;
    if (mkdtemp(bench_folder) == NULL)
        err(1, "%s", bench_folder);
    snprintf(bench_directory, sizeof(bench_directory), "%s/machine", bench_folder);
    bench_call_dotsys((const char *const[]){bench_paths.dotsys, "sc", "--machine", bench_directory, "create", "bench",
        "binPath=", bench_paths.driver, "type=", "kernel", "start=", "auto", NULL});
    bench_call_dotsys((const char *const[]){bench_paths.dotsys, "up", "--machine", bench_directory, NULL});
    bench_measure(&row);
    bench_served_transfers();
    bench_crowds(bench_directory);
    bench_call_dotsys((const char *const[]){bench_paths.dotsys, "down", "--machine", bench_directory, NULL});
    char command[sizeof(bench_folder) + 16];
    snprintf(command, sizeof(command), "rm -rf %s", bench_folder);
    if (system(command) != 0)
        warnx("%s is left", bench_folder);
}
