/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What takes processes of its own: a whole `dotsys run`, and the memory of an idle machine. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define BENCH_PROCESSES 4

extern char **environ;

/* Starts a program whose output goes to descriptor. */
static pid_t bench_spawn(char *const arguments[], int descriptor)
{
    posix_spawn_file_actions_t actions;
    pid_t child;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDERR_FILENO);
    int error = posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        errx(1, "%s: %s", arguments[0], strerror(error));
    return child;
}

static void bench_await(pid_t child, const char *name)
{
    int status;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            err(1, "waitpid");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        errx(1, "%s did not end well (wait status 0x%x)", name, (unsigned)status);
}

/* ---- a whole process ----------------------------------------------------------------------- */

static double bench_process_time(char *const arguments[])
{
    double time[BENCH_PROCESSES];
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere < 0)
        err(1, "/dev/null");
    for (unsigned i = 0; i < BENCH_PROCESSES; i++) {
        double start = bench_now_ns();
        bench_await(bench_spawn(arguments, nowhere), arguments[0]);
        time[i] = (bench_now_ns() - start) / 1e6;
    }
    close(nowhere);
    return bench_median(time, BENCH_PROCESSES);
}

static double bench_run_value(void *context)
{
    char request[32];
    char *arguments[] = {bench_paths.dotsys, "run", bench_paths.driver, "-c",
        "open " BENCH_BUFFERED_NAME, "-c", request, NULL};
    (void)context;

    snprintf(request, sizeof(request), "ioctl 0x%x", BENCH_NULL_BUFFERED);
    return bench_process_time(arguments);
}

static double bench_hand_process_value(void *context)
{
    char *arguments[] = {bench_paths.self, "--by-hand", NULL};
    (void)context;

    return bench_process_time(arguments);
}

/* ---- an idle machine ----------------------------------------------------------------------- */

void bench_idle_child(void)
{
    char line[256];

    bench_open_machine();
    bench_start_driver();
    struct bench_ioctl request = {
        .device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
    bench_repeat_ioctl(&request, 1);
    FILE *file = fopen("/proc/self/status", "re");
    if (file == NULL)
        err(1, "/proc/self/status");
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            printf("%s", line + 6);
    }
    fclose(file);
    CloseHandle(request.device);
    bench_stop_driver();
    bench_close_machine();
    exit(0);
}

static double bench_idle_value(void *context)
{
    char *arguments[] = {bench_paths.self, "--idle", NULL};
    char text[64] = "";
    int ends[2];
    (void)context;

    if (pipe2(ends, O_CLOEXEC) != 0)
        err(1, "pipe");
    pid_t child = bench_spawn(arguments, ends[1]);
    close(ends[1]);
    if (read(ends[0], text, sizeof(text) - 1) <= 0)
        errx(1, "the idle machine said nothing");
    bench_await(child, "the idle machine");
    close(ends[0]);
    return strtod(text, NULL) / 1024;
}

void bench_processes(void)
{
    const struct bench_row run = {"run_process", "ms", "a process that maps and relocates by hand",
        "under 10 ms", bench_run_value, bench_hand_process_value, NULL};
    const struct bench_row idle = {
        "idle_rss_mib", "MiB", NULL, "under 16 MiB", bench_idle_value, NULL, NULL};

    bench_measure(&run);
    bench_measure_pairs(&idle, BENCH_FEW_PAIRS);
}
