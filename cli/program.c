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
#include "serve.h"
#include "server/control.h"

static const char *program_directory(const struct program *program)
{
    return program->folder[0] != '\0' ? program->folder : program->options->directory;
}

bool program_prepare(struct program *program, const struct run_options *options)
{
    const char *place = getenv("TMPDIR");

    *program = (struct program){.options = options, .listening = -1};
    if (options->directory == NULL) {
        if (place == NULL || strlen(place) > sizeof(program->folder) - sizeof("/dotsys-run-XXXXXX"))
            place = "/tmp";
        snprintf(program->folder, sizeof(program->folder), "%s/dotsys-run-XXXXXX", place);
        if (mkdtemp(program->folder) == NULL) {
            fprintf(stderr, "dotsys run: cannot make a folder in %s: %s\n", place, strerror(errno));
            return false;
        }
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, program->handoffs) == 0)
        return true;
    fprintf(stderr, "dotsys run: cannot make a socket: %s\n", strerror(errno));
    if (program->folder[0] != '\0')
        rmdir(program->folder);
    return false;
}

void program_in_machine(struct program *program)
{
    close(program->handoffs[0]);
}

static void *accept_thread(void *argument)
{
    struct program *program = argument;
    struct handoff handoff;
    int connection;

    while ((connection = accept4(program->listening, NULL, NULL, SOCK_CLOEXEC)) >= 0 || errno == EINTR ||
        errno == ECONNABORTED) {
        if (connection < 0)
            continue;
        if (control_peer(connection, &handoff.process, &handoff.user)) {
            handoff.administrator =
                !program->options->user && (handoff.user == 0 || handoff.user == getuid());
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
        program->status = exec_program("run", connection, options->program_count, options->program);
        close(connection);
    }
    shutdown(program->handoffs[0], SHUT_RDWR);
    return NULL;
}

void program_start(struct program *program)
{
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
    if (program->folder[0] != '\0')
        rmdir(program->folder);
}
