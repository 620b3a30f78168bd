/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The supervisor of `dotsys run`: forks the process that holds the machine, shows what it tells, passes SIGINT and SIGTERM
 * on (the second one ends it at once) and turns what happened into the exit status. When the child goes without
 * saying that it is done, the supervisor reports that. The child dies with its supervisor.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "cli.h"
#include "diskfile.h"
#include "keeper.h"
#include "machine32.h"
#include "output.h"
#include "prepare.h"
#include "program.h"
#include "tally.h"

struct supervisor {
    struct output output;
    struct tally tally; /* of what has been told */
    bool greeted;                              /* RECORD_HELLO came */
    bool stranger;                             /* it, or what came in its place, is of another version */
    bool ended;                                /* RECORD_END came */
    struct program *program;                   /* NULL: none */
    char doing[256];                           /* the last RECORD_BEGIN */
};

static volatile pid_t the_child;
static volatile sig_atomic_t the_signal; /* the first SIGINT or SIGTERM */

static void pass_on(int number)
{
    int error = errno;

    kill(the_child, the_signal == 0 ? number : SIGKILL);
    if (the_signal == 0)
        the_signal = number;
    errno = error;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void keep_doing(struct supervisor *supervisor, struct record_text text)
{
    size_t length = text.size < sizeof(supervisor->doing) - 1 ? text.size : sizeof(supervisor->doing) - 1;

    memcpy(supervisor->doing, text.bytes, length);
    supervisor->doing[length] = '\0';
}

/* The first record. False: it cannot be understood what comes after it, which has been said. */
static bool greet(struct supervisor *supervisor, const struct record *record)
{
    char version[32], text[256];

    supervisor->greeted = true;
    supervisor->stranger = !record_check_hello(record, version);
    if (!supervisor->stranger)
        return true;
    snprintf(text, sizeof(text),
        "its process is of another build of dotsys than this command (%s%s, here " DOTSYS_VERSION
        "): install dotsys and dotsys-machine32 from one build", version[0] != '\0' ? "there " : "an older one", version);
    output_record(&supervisor->output, &(struct record){.type = RECORD_FAILED, .number = {STATUS_REVISION_MISMATCH},
                                           .text[0] = record_string(text)});
    kill(the_child, SIGKILL);
    return false;
}

/* Shows what the child tells until it has nothing more to say. False: out of memory. */
static bool listen_to(struct supervisor *supervisor, int socket)
{
    struct record_reader reader;
    struct record record;

    if (!record_reader_open(&reader, socket))
        return false;
    while (record_receive(&reader, &record) == RECORD_GOT) {
        if (!supervisor->greeted) {
            if (!greet(supervisor, &record))
                break;
            continue;
        }
        if (record.type == RECORD_READY)
            program_start(supervisor->program);
        if (record.type == RECORD_BEGIN)
            keep_doing(supervisor, record.text[0]);
        tally_add(&supervisor->tally, &record);
        supervisor->ended |= record.type == RECORD_END;
        output_record(&supervisor->output, &record);
    }
    record_reader_close(&reader);
    return true;
}

/* The end of the child, and the exit status of everything. */
static int conclude(struct supervisor *supervisor, pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (supervisor->stranger)
        return EXIT_NOT_LOADED;
    bool killed = WIFSIGNALED(status), wrong = killed || WEXITSTATUS(status) != 0;
    if (the_signal == 0 && (wrong || !supervisor->ended)) {
        output_died(&supervisor->output, killed ? WTERMSIG(status) : 0, WEXITSTATUS(status), supervisor->doing);
        return EXIT_BUGCHECK;
    }
    if (supervisor->tally.stopped)
        return EXIT_BUGCHECK;
    if (supervisor->tally.not_loaded)
        return EXIT_NOT_LOADED;
    if (supervisor->tally.finding)
        return EXIT_FINDING;
    if (the_signal != 0)
        return 128 + the_signal;
    output_clean(&supervisor->output);
    return supervisor->tally.failed ? EXIT_COMMAND_FAILED : EXIT_FINE;
}

/* What the child is started with. */
struct start {
    const struct run_options *options;
    int ends[2]; /* ours first */
    struct program *program; /* NULL: none */
    bool machine32;
    const struct keeper *keeper; /* of a machine with a directory, or NULL */
};

static int run_child(void *context, const struct machine_host *host)
{
    const struct start *start = context;

    close(start->ends[0]);
    if (start->program != NULL)
        program_in_machine(start->program);
    setpgid(0, 0); /* the terminal's Ctrl-C is for the supervisor, which passes it on */
    if (start->machine32)
        return machine32_run(
            start->options, host, start->keeper != NULL ? start->keeper->child_storage : -1, start->ends[1]);
    record_send_hello(start->ends[1]);
    return machine_run(start->options, host, start->ends[1]);
}

/* Forks for a machine without a directory; disk: what PhysicalDrive0 is, or -1. */
static pid_t fork_throw_away(struct start *start, int disk)
{
    const struct machine_host host = {.disk = disk, .disk_writable = start->options->choices.disk_writable, .cmos = -1};
    pid_t self = getpid(), child = fork();

    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != self)
        _exit(EXIT_FAILURE);
    exit(run_child(start, &host));
}

static pid_t start_throw_away(struct start *start)
{
    const struct run_options *options = start->options;
    char why[1024];
    int file = -1;

    if (options->choices.disk != NULL && (file = diskfile_open(options->choices.disk, options->choices.disk_writable, why, sizeof(why))) < 0) {
        fprintf(stderr, "dotsys run: %s\n", why);
        return -1;
    }
    pid_t child = fork_throw_away(start, file);
    if (child < 0)
        fprintf(stderr, "dotsys: cannot make a process: %s\n", strerror(errno));
    if (file >= 0)
        close(file);
    return child;
}

static pid_t start_kept(struct start *start, struct keeper *keeper)
{
    const struct run_options *options = start->options;
    char why[1024];

    if (!keeper_open(keeper, options->choices.directory, options->choices.disk, options->choices.disk_writable, why, sizeof(why))) {
        fprintf(stderr, "dotsys run: %s\n", why);
        return -1;
    }
    keeper->hand_over = start->machine32;
    start->keeper = keeper;
    pid_t child = keeper_fork(keeper, true, run_child, start);
    if (child < 0) {
        fprintf(stderr, "dotsys: cannot make a process: %s\n", strerror(errno));
        keeper_close(keeper);
    }
    return child;
}

int supervise(const struct run_options *options)
{
    struct supervisor supervisor = {0};
    struct start start = {.options = options, .machine32 = machine32_wanted(options)};
    struct run_options with_program = *options;
    struct program program;
    struct keeper keeper;

    if (!prepare_devices(&with_program, start.machine32))
        return EXIT_USAGE;
    start.options = &with_program;
    if (options->program != NULL) {
        if (!program_prepare(&program, options))
            return EXIT_NOT_LOADED;
        with_program.handoffs = program.handoffs[1];
        start.program = supervisor.program = &program;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, start.ends) != 0) {
        fprintf(stderr, "dotsys: cannot make a socket: %s\n", strerror(errno));
        return EXIT_NOT_LOADED;
    }
    output_open(&supervisor.output, options);
    pid_t child = options->choices.directory != NULL ? start_kept(&start, &keeper) : start_throw_away(&start);
    close(start.ends[1]);
    if (child < 0)
        return EXIT_NOT_LOADED;
    the_child = child;
    catch_signals();
    if (!listen_to(&supervisor, start.ends[0]))
        fprintf(stderr, "dotsys: out of memory\n");
    close(start.ends[0]);
    if (options->program != NULL)
        program_finish(&program);
    int status = conclude(&supervisor, child);
    if (options->program != NULL && status == EXIT_FINE)
        status = program.status;
    if (options->choices.directory != NULL)
        keeper_close(&keeper);
    return status;
}
