/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A child with a pipe as its output, and a limit to how long it is waited for. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* pipe2 */
#endif

#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 5000

/* Starts the child with its output in *output; -1: it could not start. */
static pid_t start_child(void (*become)(const void *context), const void *context, int *output)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nothing, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        become(context);
        _exit(127);
    }
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    *output = ends[0];
    return child;
}

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static size_t read_output(int output, char *text, size_t size)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    size_t length = 0;

    while (length < size - 1) {
        struct pollfd poll_output = {.fd = output, .events = POLLIN};
        int64_t left = deadline - now_ms();
        int ready = left > 0 ? poll(&poll_output, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t got = ready > 0 ? read(output, text + length, size - 1 - length) : 0;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    return length;
}

size_t capture_output(
    void (*become)(const void *context), const void *context, char *text, size_t size)
{
    int output;
    pid_t child = start_child(become, context, &output);

    if (child < 0) {
        text[0] = '\0';
        return 0;
    }
    size_t length = read_output(output, text, size);
    close(output);
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return length;
}
