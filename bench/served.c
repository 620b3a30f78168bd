/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A request to a machine in another process, beside two processes that pass a turn to and fro in the same way. */
#include <err.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "server/channel.h"

static char bench_folder[] = "/tmp/dotsys-bench-XXXXXX";
static char bench_directory[sizeof(bench_folder) + 8];

static void bench_call_dotsys(const char *const words[])
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

void bench_served_child(void)
{
    struct bench_ioctl request = {.device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};

    printf("%f\n", bench_time(bench_repeat_ioctl, &request));
    CloseHandle(request.device);
    exit(0);
}

static double bench_served_value(void *context)
{
    char command[sizeof(bench_paths.self) + sizeof(bench_directory) + 64];
    double time = 0;
    (void)context;

    snprintf(command, sizeof(command), "DOTSYS_MACHINE=%s exec %s --served", bench_directory, bench_paths.self);
    FILE *child = popen(command, "r");
    if (child == NULL || fscanf(child, "%lf", &time) != 1 || pclose(child) != 0)
        errx(1, "the client of the machine said nothing");
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

void bench_serving(void)
{
    const struct bench_row row = {"ioctl_served", "ns", "a turn passed to another process and back", "within 1.5 x",
        bench_served_value, bench_turn_value, NULL};

    if (!bench_wanted(row.name))
        return;
    if (mkdtemp(bench_folder) == NULL)
        err(1, "%s", bench_folder);
    snprintf(bench_directory, sizeof(bench_directory), "%s/machine", bench_folder);
    bench_call_dotsys((const char *const[]){bench_paths.dotsys, "sc", "--machine", bench_directory, "create", "bench",
        "binPath=", bench_paths.driver, "type=", "kernel", "start=", "auto", NULL});
    bench_call_dotsys((const char *const[]){bench_paths.dotsys, "up", "--machine", bench_directory, NULL});
    bench_measure(&row);
    bench_call_dotsys((const char *const[]){bench_paths.dotsys, "down", "--machine", bench_directory, NULL});
    char command[sizeof(bench_folder) + 16];
    snprintf(command, sizeof(command), "rm -rf %s", bench_folder);
    if (system(command) != 0)
        warnx("%s is left", bench_folder);
}
