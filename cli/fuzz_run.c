/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The parent's side of a fuzzing run: starts the child, waits for it and sees how it ended. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"
#include "machine_program.h"

#define HUNG_SECONDS 20u

struct fuzz_shared *fuzz_share(void)
{
    const int descriptor = memfd_create("dotsys-fuzz", MFD_CLOEXEC);
    struct fuzz_shared *shared = MAP_FAILED;

    if (descriptor >= 0 && ftruncate(descriptor, sizeof(*shared)) == 0)
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (shared == MAP_FAILED) {
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    shared->bytes = sizeof(*shared);
    shared->descriptor = descriptor;
    return shared;
}

/* Waits for the child as long as it gets on. */
static bool await(const struct fuzz_shared *shared, pid_t pid, int *status)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    uint64_t seen = 0;
    time_t since = time(NULL);

    while (waitpid(pid, status, WNOHANG) == 0) {
        if (shared->order != seen) {
            seen = shared->order;
            since = time(NULL);
        }
        if (time(NULL) - since > (time_t)HUNG_SECONDS) {
            kill(pid, SIGKILL);
            waitpid(pid, status, 0);
            return false;
        }
        nanosleep(&pause, NULL);
    }
    return true;
}

static void become_child(struct fuzz_shared *shared)
{
    fcntl(shared->descriptor, F_SETFD, 0);
    machine_program_fuzz(shared->plan.x86, shared->descriptor);
    if (errno == ENOENT && shared->plan.x86)
        snprintf(shared->text, sizeof(shared->text), "%s", machine_program_no_x86);
    else
        snprintf(shared->text, sizeof(shared->text), "the machine's program cannot be run: %s",
            strerror(errno));
    shared->stopped = FUZZ_NOT_LOADED;
    _exit(EXIT_SUCCESS);
}

enum fuzz_end fuzz_run(const struct fuzz_plan *plan, const struct fuzz_op *repeat, size_t count,
    struct fuzz_shared *shared)
{
    int status;

    shared->plan = *plan;
    shared->repeat_count = count;
    if (count != 0)
        memcpy(shared->repeat, repeat, count * sizeof(*repeat));
    memset((char *)shared + offsetof(struct fuzz_shared, order), 0,
        offsetof(struct fuzz_shared, log) - offsetof(struct fuzz_shared, order));
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) {
        snprintf(shared->text, sizeof(shared->text), "no process can be made: %s", strerror(errno));
        return FUZZ_NOT_LOADED;
    }
    if (pid == 0)
        become_child(shared);
    if (!await(shared, pid, &status)) {
        snprintf(shared->text, sizeof(shared->text), "a request did not come back");
        return FUZZ_HUNG;
    }
    if (shared->stopped == FUZZ_DONE &&
        (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)) {
        snprintf(shared->text, sizeof(shared->text), "the machine's process died: signal %d",
            WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        return FUZZ_DIED;
    }
    return shared->stopped;
}
