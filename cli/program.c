/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See program.h. */
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli.h"
#include "exec.h"
#include "host/host.h"
#include "serve.h"
#include "server/control.h"

static const char *program_directory(const struct program *program)
{
    return program->path[0] != '\0' ? program->path : program->options->choices.directory;
}

/* One whose process was killed is removed by whoever makes the next. */
static bool make_folder(struct program *program)
{
    int error = host_scratch_create(program->path, sizeof(program->path), &program->folder);

    if (error != 0)
        fprintf(stderr, "dotsys run: cannot make a folder for the machine's socket: %s\n",
            strerror(error));
    return error == 0;
}

static void remove_folder(struct program *program)
{
    if (program->path[0] != '\0')
        host_scratch_remove(program->path, program->folder);
}

bool program_prepare(struct program *program, const struct run_options *options)
{
    *program = (struct program){.options = options, .listening = -1};
    if (options->choices.directory == NULL && !make_folder(program))
        return false;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, program->handoffs) == 0)
        return true;
    fprintf(stderr, "dotsys run: cannot make a socket: %s\n", strerror(errno));
    remove_folder(program);
    return false;
}

static void *accept_thread(void *argument)
{
    struct program *program = argument;
    struct handoff handoff;
    int connection;

    while ((connection = accept4(program->listening, NULL, NULL, SOCK_CLOEXEC)) >= 0 ||
        errno == EINTR || errno == ECONNABORTED) {
        if (connection < 0)
            continue;
        if (control_peer(connection, &handoff.process, &handoff.user)) {
            handoff.administrator =
                !program->options->user && (handoff.user == 0 || handoff.user == getuid());
            broker_add_client(program->broker, handoff.process);
            handoff_send(program->handoffs[0], &handoff, connection);
        }
        close(connection);
    }
    return NULL;
}

static void *run_thread(void *argument)
{
    struct program *program = argument;
    const struct run_options *options = program->options;
    int connection = control_connect(program_directory(program));

    program->status = EXIT_COMMAND_FAILED;
    if (connection >= 0 && setenv("DOTSYS_MACHINE", program_directory(program), 1) == 0) {
        struct exec_watch watch = {.timeout_ms = options->stacks >= 0 ? options->timeout_ms : 0,
            .process = &program->process};
        program->status = exec_program(
            "run", connection, options->program_count, options->program, &watch);
        program->late = watch.late;
        if (watch.late)
            program->status = EXIT_COMMAND_FAILED;
        close(connection);
    }
    shutdown(program->handoffs[0], SHUT_RDWR);
    return NULL;
}

void program_start(struct program *program, struct broker *broker)
{
    program->broker = broker;
    close(program->handoffs[1]);
    unsetenv("DOTSYS_DRIVERS"); /* the program is a client, and opens no machine */
    program->listening = control_listen(program_directory(program));
    program->started = program->listening >= 0 &&
        pthread_create(&program->accepting, NULL, accept_thread, program) == 0 &&
        pthread_create(&program->running, NULL, run_thread, program) == 0;
    if (program->started)
        return;
    fprintf(stderr, "dotsys run: the program cannot be started: %s\n", strerror(errno));
    program->status = EXIT_COMMAND_FAILED;
    shutdown(program->handoffs[0], SHUT_RDWR);
}

void program_finish(struct program *program)
{
    if (program->started) {
        pthread_join(program->running, NULL);
        shutdown(program->listening, SHUT_RDWR);
        pthread_join(program->accepting, NULL);
    }
    if (program->listening >= 0) {
        close(program->listening);
        control_remove(program_directory(program));
    }
    close(program->handoffs[0]);
    remove_folder(program);
}
