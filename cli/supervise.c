/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The supervisor of `dotsys run`: forks the process that holds the machine, shows what it tells,
 * passes SIGINT and SIGTERM on (the second one ends it at once) and turns what happened into the
 * exit status. When the child goes without saying that it is done, the supervisor reports that. The
 * child dies with its supervisor.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "cli.h"
#include "explore.h"
#include "keeper.h"
#include "machine_program.h"
#include "output.h"
#include "prepare.h"
#include "program.h"
#include "systematic.h"
#include "tally.h"
#include "visible.h"

struct supervisor {
    pthread_mutex_t lock; /* guards the next two */
    const struct run_listener *listener; /* NULL: output shows it */
    struct output output;
    struct tally tally;      /* of what has been told */
    bool greeted;            /* RECORD_HELLO came */
    bool stranger;           /* it, or what came in its place, is of another version */
    bool ended;              /* RECORD_END came */
    bool lost;               /* something before it did not, which has been told */
    struct program *program; /* NULL: none */
    struct broker *broker;
    struct crash_files files;                  /* where the reports of a bugcheck go */
    char doing[256];                           /* the last RECORD_BEGIN */
};

static volatile pid_t the_child;
static struct program *volatile the_program; /* whose process hears of signals, too; NULL: none */
static volatile sig_atomic_t the_signal; /* the first SIGINT or SIGTERM */

static void pass_on(int number)
{
    int error = errno;

    const pid_t process = the_program != NULL ? the_program->process : 0;
    if (process > 0)
        kill(process, number);
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
    size_t length = text.size < sizeof(supervisor->doing) - 1 ? text.size
                                                              : sizeof(supervisor->doing) - 1;

    memcpy(supervisor->doing, text.bytes, length);
    supervisor->doing[length] = '\0';
    visible_text(supervisor->doing, length);
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
        "): install dotsys and its machines' programs from one build",
        version[0] != '\0' ? "there " : "an older one", version);
    output_record(&supervisor->output,
        &(struct record){.type = RECORD_FAILED,
            .number = {STATUS_REVISION_MISMATCH},
            .text[0] = record_string(text)});
    kill(the_child, SIGKILL);
    return false;
}

static void show(struct supervisor *supervisor, const struct record *record)
{
    pthread_mutex_lock(&supervisor->lock);
    tally_add(&supervisor->tally, record);
    if (supervisor->listener != NULL && record->type == RECORD_STOPPED &&
        supervisor->listener->stopped != NULL)
        supervisor->listener->stopped(
            supervisor->listener->context, record, &supervisor->output.inbox);
    else if (supervisor->listener != NULL)
        supervisor->listener->hear(supervisor->listener->context, record);
    else
        output_record(&supervisor->output, record);
    pthread_mutex_unlock(&supervisor->lock);
}

/* What the machine's process tried and may not. */
static void tell_refused(void *context, const char *text)
{
    show(context,
        &(struct record){.type = RECORD_FINDING,
            .number = {DOTSYS_FINDING_OTHER},
            .text[2] = record_string(text)});
}

/* A part of what is known of a bugcheck: with the last one the child waits. */
static void take_crash(struct supervisor *supervisor, int socket, const struct record *record)
{
    struct crash_inbox *inbox = &supervisor->output.inbox;

    if (crash_receive(inbox, record))
        crash_keep(&supervisor->files, inbox, the_child, socket, record);
    else
        crash_answer(socket, record);
}

static void tell_files(struct supervisor *supervisor)
{
    const struct crash_files *files = &supervisor->files;
    char text[1024];

    snprintf(text, sizeof(text), "all that is known is in %s/%s.txt, %s", files->folder,
        files->name, supervisor->tally.stopped ? ".json and .dmp" : "and .json");
    if (files->name[0] != '\0')
        show(supervisor, &(struct record){.type = RECORD_NOTE, .text[0] = record_string(text)});
    if (files->trouble[0] != '\0')
        show(supervisor,
            &(struct record){.type = RECORD_NOTE, .text[0] = record_string(files->trouble)});
}

/* Shows what the child tells until it has nothing more to say. False: out of memory. */
static bool listen_to(struct supervisor *supervisor, int socket)
{
    enum record_answer answer;
    struct record_reader reader;
    struct record record;

    if (!record_reader_open(&reader, socket))
        return false;
    while ((answer = record_receive(&reader, &record)) == RECORD_GOT) {
        if (!supervisor->greeted) {
            if (!greet(supervisor, &record))
                break;
            continue;
        }
        if (record.type == RECORD_READY)
            program_start(supervisor->program, supervisor->broker);
        if (record.type == RECORD_BEGIN)
            keep_doing(supervisor, record.text[0]);
        if (record.type == RECORD_LOG)
            crash_note_line(&supervisor->files, &record);
        supervisor->ended |= record.type == RECORD_END;
        if (record.type == RECORD_CRASH)
            take_crash(supervisor, socket, &record);
        else
            show(supervisor, &record);
        if (record.type == RECORD_STOPPED)
            tell_files(supervisor);
    }
    record_reader_close(&reader);
    if (answer == RECORD_GARBLED)
        tell_refused(supervisor, RECORD_GARBLED_TEXT);
    supervisor->lost = answer == RECORD_LOST;
    if (supervisor->lost)
        show(supervisor,
            &(struct record){.type = RECORD_NOTE, .text[0] = record_string(RECORD_LOST_END)});
    if (!supervisor->ended)
        kill(the_child, SIGKILL); /* whoever closed the socket, if it was not its end */
    return true;
}

/* The child is gone without having said so. */
static void tell_death(struct supervisor *supervisor, pid_t child, int signal, int code)
{
    char what[OUTPUT_DEATH_BYTES];

    output_describe_death(signal, code, what);
    output_died(&supervisor->output, signal, code, supervisor->doing);
    crash_keep_death(&supervisor->files, child, what, supervisor->doing);
    tell_files(supervisor);
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
        if (supervisor->listener != NULL)
            supervisor->listener->died(supervisor->listener->context);
        else if (!supervisor->lost)
            tell_death(supervisor, child, killed ? WTERMSIG(status) : 0, WEXITSTATUS(status));
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
    if (supervisor->listener == NULL)
        output_clean(&supervisor->output);
    return supervisor->tally.failed ? EXIT_COMMAND_FAILED : EXIT_FINE;
}

/* What the child is started with. */
struct start {
    const struct run_options *options;
    int ends[2]; /* ours first */
    struct program *program; /* NULL: none */
    bool x86, alone; /* alone: the machine's process is a program of its own */
    const struct keeper *keeper;
};

static int run_child(void *context, const struct machine_host *host)
{
    const struct start *start = context;

    const int kept[] = {start->ends[1], start->options->choices.registry, start->options->stacks,
        start->program != NULL ? start->options->handoffs : -1};

    keeper_close_rest(start->keeper, host, kept, sizeof(kept) / sizeof(kept[0]));
    setpgid(0, 0); /* the terminal's Ctrl-C is for the supervisor, which passes it on */
    if (start->alone)
        return machine_program_run(
            start->options, start->x86, host, start->keeper->child_storage, start->ends[1]);
    record_send_hello(start->ends[1]);
    return machine_run(start->options, host, start->ends[1]);
}

static pid_t start_machine(
    struct start *start, struct keeper *keeper, struct supervisor *supervisor)
{
    const struct run_options *options = start->options;
    const struct machine_choices *choices = &options->choices;
    char why[1024];

    if (choices->directory != NULL ? !keeper_open(keeper, choices->directory, choices->disk,
                                         choices->disk_writable, why, sizeof(why))
                                   : !keeper_open_throw_away(keeper, choices->disk,
                                         choices->disk_writable, why, sizeof(why))) {
        fprintf(stderr, "dotsys run: %s\n", why);
        return -1;
    }
    keeper->broker.refused = tell_refused;
    keeper->broker.context = supervisor;
    supervisor->broker = &keeper->broker;
    keeper->hand_over = start->alone;
    start->keeper = keeper;
    pid_t child = keeper_fork(keeper, true, run_child, start);
    if (child < 0) {
        fprintf(stderr, "dotsys: cannot make a process: %s\n", strerror(errno));
        keeper_close(keeper);
    }
    return child;
}

static void end_program(struct supervisor *supervisor)
{
    const struct run_options *options = supervisor->program->options;
    char text[128];

    program_finish(supervisor->program);
    the_program = NULL;
    if (!supervisor->program->late)
        return;
    snprintf(text, sizeof(text),
        "the program was ended: it was still running after %u ms (--timeout)",
        (unsigned)options->timeout_ms);
    show(supervisor, &(struct record){.type = RECORD_NOTE, .text[0] = record_string(text)});
    if (supervisor->listener != NULL && supervisor->listener->late != NULL)
        supervisor->listener->late(supervisor->listener->context);
}

static void set_files(struct crash_files *files, const struct run_options *options)
{
    static char folder[4096];

    *files = (struct crash_files){
        .folder = options->crash_folder, .argc = options->argc, .argv = options->argv};
    if (files->folder != NULL || options->choices.directory == NULL)
        return;
    snprintf(folder, sizeof(folder), "%s/crash", options->choices.directory);
    files->folder = folder;
}

int supervise(const struct run_options *options)
{
    struct supervisor supervisor = {
        .lock = PTHREAD_MUTEX_INITIALIZER, .listener = options->listener};
    struct start start = {.options = options, .x86 = machine_program_is_x86(options)};
    struct run_options with_program = *options;
    struct program program;
    struct keeper keeper;

    if (options->explore > 0)
        return explore(options);
    if ((options->choices.verify & DOTSYS_VERIFY_SYSTEMATIC) && options->stacks < 0)
        return systematic(options);
    if (!prepare_devices(&with_program.choices,
            &(struct prepare){.verb = "run", .run = &with_program, .x86 = start.x86}))
        return EXIT_USAGE;
    start.options = &with_program;
    start.alone = start.x86 || options->program != NULL;
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
    if (options->listener == NULL)
        set_files(&supervisor.files, options);
    pid_t child = start_machine(&start, &keeper, &supervisor);
    close(start.ends[1]);
    if (child < 0)
        return EXIT_NOT_LOADED;
    the_child = child;
    the_program = start.program;
    catch_signals();
    if (!listen_to(&supervisor, start.ends[0]))
        fprintf(stderr, "dotsys: out of memory\n");
    close(start.ends[0]);
    if (options->program != NULL)
        end_program(&supervisor);
    int status = conclude(&supervisor, child);
    if (options->program != NULL && status == EXIT_FINE)
        status = program.status;
    keeper_close(&keeper);
    output_close(&supervisor.output);
    forget_devices(&with_program.choices);
    return status;
}
