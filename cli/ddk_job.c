/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Commands, several at a time. A job is left out if what it makes is there, was made by the same
 * command and is newer than all it was made from. The command is recorded only when it succeeded,
 * so that whatever interrupts a build, the next one goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ddk.h"

extern char **environ;

struct running {
    struct ddk_job *job;
    pid_t pid;
    int output; /* a file in memory: what it says */
    bool over;
    int status;
};

/* ---- Is there anything to do? ---------------------------------------------------------------- */

/* The next file of a make rule; backslashes hide white space, line ends and themselves. */
static char *next_dependency(const char **at)
{
    struct ddk_buffer name = {0};

    while (**at == ' ' || **at == '\n' || (**at == '\\' && (*at)[1] == '\n'))
        *at += **at == '\\' ? 2 : 1;
    for (; **at != '\0' && **at != ' ' && **at != '\n'; (*at)++) {
        if (**at == '\\' && ((*at)[1] == ' ' || (*at)[1] == '#'))
            (*at)++;
        else if (**at == '\\' && (*at)[1] == '\n')
            break;
        else if (**at == '$' && (*at)[1] == '$')
            (*at)++;
        ddk_append(&name, *at, 1);
    }
    return name.text;
}

static bool newer_than(const char *path, const struct timespec *made)
{
    struct timespec age;

    return !ddk_age(path, &age) || ddk_newer(&age, made);
}

static bool headers_changed(const struct ddk_job *job, const struct timespec *made)
{
    const char *text = ddk_read(job->depfile, NULL), *at, *name;

    if (text == NULL)
        return true;
    at = strstr(text, ": ");
    if (at == NULL)
        return true;
    for (at += 2; (name = next_dependency(&at)) != NULL;) {
        if (newer_than(name, made))
            return true;
    }
    return false;
}

static bool out_of_date(const struct ddk_build *build, const struct ddk_job *job)
{
    const char *recorded = ddk_read(job->record, NULL);
    struct timespec made;

    if (build->force || !ddk_age(job->output, &made))
        return true;
    if (recorded == NULL || strcmp(recorded, ddk_join(&job->command, "\n")) != 0)
        return true;
    for (size_t i = 0; i < job->inputs.count; i++) {
        if (newer_than(job->inputs.item[i], &made))
            return true;
    }
    return job->depfile != NULL && !build->trust && headers_changed(job, &made);
}

/* ---- Running --------------------------------------------------------------------------------- */

static bool start(struct running *running, const struct ddk_list *command)
{
    posix_spawn_file_actions_t actions;
    const char **arguments = ddk_alloc((command->count + 1) * sizeof(*arguments));
    int error;

    memcpy(arguments, command->item, command->count * sizeof(*arguments));
    running->output = memfd_create("build", MFD_CLOEXEC);
    if (running->output < 0 || posix_spawn_file_actions_init(&actions) != 0)
        return false;
    error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, running->output, 1);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, running->output, 2);
    if (error == 0)
        error = posix_spawn(
            &running->pid, arguments[0], &actions, NULL, (char **)(void *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    errno = error;
    return error == 0;
}

static char *said(int output)
{
    struct ddk_buffer text = {0};
    char piece[4096];
    ssize_t got;

    ddk_append(&text, "", 0);
    lseek(output, 0, SEEK_SET);
    while ((got = read(output, piece, sizeof(piece))) > 0)
        ddk_append(&text, piece, (size_t)got);
    close(output);
    return text.text;
}

char *ddk_capture(const struct ddk_list *command)
{
    struct running running = {.output = -1};
    int status = -1;

    if (!start(&running, command)) {
        if (running.output >= 0)
            close(running.output);
        return NULL;
    }
    while (waitpid(running.pid, &status, 0) < 0 && errno == EINTR)
        ;
    char *text = said(running.output);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : NULL;
}

/* Says what a job that is over had to say. */
static void finish(struct ddk_build *build, struct running *running)
{
    struct ddk_job *job = running->job;
    char *text = said(running->output), *command = ddk_join(&job->command, "\n");

    job->failed = !WIFEXITED(running->status) || WEXITSTATUS(running->status) != 0;
    /* GNU ld takes the image's first byte then. */
    job->failed |= strstr(text, "cannot find entry symbol") != NULL;
    ddk_say(build, "%s", job->title);
    ddk_record(build, ddk_join(&job->command, " "));
    ddk_diagnostics(build, job->project, text, job->failed);
    if (job->failed) {
        job->project->failed = true;
        unlink(job->output);
        return;
    }
    ++*job->counter;
    if (!ddk_write(job->record, command, strlen(command))) {
        ddk_error(build, job->record, 0, "%s", strerror(errno));
        job->project->failed = job->failed = true;
    }
}

static void wait_for_one(struct running *running, size_t count)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);

    for (size_t i = 0; i < count; i++) {
        if (running[i].job != NULL && !running[i].over && running[i].pid == pid) {
            running[i].over = true;
            running[i].status = status;
        }
    }
}

static void banner(
    struct ddk_build *build, const struct ddk_job *job, const struct ddk_project **last)
{
    if (job->project != *last)
        ddk_say(build, "BUILD: %s %s directory",
            job->counter == &build->log.compiled ? "Compiling" : "Linking", job->project->folder);
    *last = job->project;
}

void ddk_run(struct ddk_build *build, struct ddk_job **jobs, size_t count)
{
    struct running *running = ddk_alloc((count + 1) * sizeof(*running));
    const struct ddk_project *last = NULL;
    size_t started = 0, told = 0, active = 0, to_do = 0;

    for (size_t i = 0; i < count; i++) {
        if (out_of_date(build, jobs[i]))
            running[to_do++].job = jobs[i];
    }
    while (told < to_do) {
        while (started < to_do && active < build->jobs) {
            struct running *next = &running[started++];
            unlink(next->job->record);
            unlink(next->job->output);
            if (start(next, &next->job->command)) {
                active++;
                continue;
            }
            ddk_error(build, next->job->command.item[0], 0, "%s", strerror(errno));
            next->job->failed = next->job->project->failed = next->over = true;
            next->job->output = NULL;
        }
        if (active > 0) {
            wait_for_one(running, started);
            active = 0;
            for (size_t i = 0; i < started; i++)
                active += !running[i].over;
        }
        for (; told < started && running[told].over; told++) {
            banner(build, running[told].job, &last);
            if (running[told].job->output != NULL)
                finish(build, &running[told]);
        }
    }
}
