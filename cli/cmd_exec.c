/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys exec: starts a program as the machine's. The new process waits until the machine's drivers
 * have been asked; one that watches the creation of processes may refuse it, and then the program
 * never runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "ask.h"
#include "cli.h"
#include "exec.h"
#include "keeper.h"

#include "dotsys/dotsys.h"
#include "host/host.h"
#include "rtl/status.h"

const char cmd_exec_help[] = "Usage: dotsys exec [--machine DIR] [--user] -- PROGRAM [ARGUMENTS]\n"
                             "\n"
                             "Runs a program on a machine that is up: drivers that watch processes "
                             "are told before it begins, and may refuse it.\n"
                             "The program finds the machine in the environment variable "
                             "DOTSYS_MACHINE; with --user it acts as an ordinary user there\n"
                             "(DOTSYS_USER is 1).\n"
                             "\n"
                             "Exit status: the program's own; 1 the machine refused it, is not up, "
                             "or the program cannot be run; 2 usage.\n";

enum { OPTION_MACHINE = 256, OPTION_USER };
#define GO_ON (-1)
#define TICKS_PER_MS 10000u

static const struct option long_options[] = {
    {"machine", required_argument, NULL, OPTION_MACHINE},
    {"user", no_argument, NULL, OPTION_USER},
    {"help", no_argument, NULL, 'h'},
    {0},
};

/* In the new process: waits for the word, and becomes the program. */
static void become_program(int gate, int result, char **arguments)
{
    char word;

    if (read(gate, &word, 1) != 1)
        _exit(EXIT_COMMAND_FAILED);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    execvp(arguments[0], arguments);
    int error = errno;
    if (write(result, &error, sizeof(error)) < 0)
        error = 0;
    _exit(EXIT_COMMAND_FAILED);
}

/* What the machine says to a process, or with none to the fork of one. */
static NTSTATUS ask_machine(int connection, pid_t process, size_t count, char **arguments)
{
    struct control_request request = {.kind = CONTROL_EXEC,
        .number = process,
        .folder = "/",
        .count = count,
        .arguments = arguments};
    NTSTATUS status = STATUS_HOST_DOWN;
    struct record_reader reader;
    struct record record;

    if (!record_reader_open(&reader, connection))
        return STATUS_NO_MEMORY;
    if (control_send(connection, &request) && record_receive(&reader, &record) == RECORD_GOT &&
        record.type == RECORD_DRIVER)
        status = (NTSTATUS)record.number[0];
    record_reader_close(&reader);
    return status;
}

static int refuse(const char *verb, const char *program, NTSTATUS status)
{
    const char *name = dotsys_status_name(status),
               *text = RtlpWin32Text(dotsys_status_win32(status));

    fprintf(stderr, "dotsys %s: the machine refused %s: %s (0x%08X)\n    System error %u: %s\n",
        verb, program, name != NULL ? name : "unknown status", (unsigned)status,
        (unsigned)dotsys_status_win32(status), text != NULL ? text : "");
    return EXIT_COMMAND_FAILED;
}

static bool ends_within(pid_t process, uint32_t milliseconds)
{
    const uint64_t end = host_clock_monotonic() + (uint64_t)milliseconds * TICKS_PER_MS;
    struct pollfd ended = {pidfd_open(process, 0), POLLIN, 0};
    int found;

    if (ended.fd < 0)
        return true;
    do {
        const uint64_t now = host_clock_monotonic();
        found = poll(&ended, 1, now < end ? (int)((end - now) / TICKS_PER_MS) + 1 : 0);
    } while (found < 0 && errno == EINTR);
    close(ended.fd);
    return found != 0;
}

static int wait_for(
    const char *verb, pid_t process, int result, const char *program, struct exec_watch *watch)
{
    int status = 0, error = 0;

    if (read(result, &error, sizeof(error)) == sizeof(error))
        fprintf(stderr, "dotsys %s: %s cannot be run: %s\n", verb, program, strerror(error));
    if (watch != NULL && watch->timeout_ms != 0 && !ends_within(process, watch->timeout_ms)) {
        watch->late = true;
        kill(process, SIGKILL);
    }
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int exec_program(
    const char *verb, int connection, size_t count, char **arguments, struct exec_watch *watch)
{
    int gate[2], result[2];

    NTSTATUS status = ask_machine(connection, 0, 0, NULL);
    if (!NT_SUCCESS(status))
        return refuse(verb, arguments[0], status);
    if (pipe2(gate, O_CLOEXEC) != 0 || pipe2(result, O_CLOEXEC) != 0)
        return cli_usage(verb, "cannot make a pipe: %s", strerror(errno));
    signal(SIGINT, SIG_IGN); /* the terminal's are for the program */
    signal(SIGQUIT, SIG_IGN);
    pid_t child = fork();
    if (child == 0) {
        close(gate[1]);
        close(result[0]);
        become_program(gate[0], result[1], arguments);
    }
    close(gate[0]);
    close(result[1]);
    if (child < 0)
        return cli_usage(verb, "cannot make a process: %s", strerror(errno));
    status = ask_machine(connection, child, count, arguments);
    if (NT_SUCCESS(status) && write(gate[1], "", 1) != 1)
        status = STATUS_UNSUCCESSFUL;
    close(gate[1]);
    if (watch != NULL)
        *watch->process = child;
    int exit_status = wait_for(verb, child, result[0], arguments[0], watch);
    if (watch != NULL)
        *watch->process = 0;
    close(result[0]);
    return NT_SUCCESS(status) ? exit_status : refuse(verb, arguments[0], status);
}

/* What the program finds in its environment; the directory's whole path, since it may change its
 * own. */
static bool prepare_environment(const char *directory, bool as_user)
{
    char *path = keeper_path(directory), *whole = path != NULL ? realpath(path, NULL) : NULL;
    bool done = whole != NULL && setenv("DOTSYS_MACHINE", whole, 1) == 0 &&
        (!as_user || setenv("DOTSYS_USER", "1", 1) == 0);

    free(whole);
    free(path);
    return done;
}

int cmd_exec(int argc, char **argv)
{
    const char *directory = NULL;
    bool as_user = false;
    int option;

    while ((option = getopt_long(argc, argv, "+:h", long_options, NULL)) != -1) {
        if (option == 'h')
            return cli_help("exec");
        if (option == OPTION_MACHINE)
            directory = optarg;
        else if (option == OPTION_USER)
            as_user = true;
        else
            return cli_usage("exec", "'%s' is not understood", argv[optind - 1]);
    }
    if (optind == argc)
        return cli_usage("exec", "no program is given");
    int connection = ask_connect("exec", directory);
    if (connection < 0)
        return EXIT_COMMAND_FAILED;
    if (!prepare_environment(directory, as_user)) {
        fprintf(stderr, "dotsys exec: the environment cannot be set: %s\n", strerror(errno));
        return EXIT_COMMAND_FAILED;
    }
    int status = exec_program("exec", connection, (size_t)(argc - optind), argv + optind, NULL);
    close(connection);
    return status;
}
