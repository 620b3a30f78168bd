/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See ask.h. */
#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "cli.h"
#include "keeper.h"
#include "output.h"
#include "plainfile.h"
#include "serve.h"
#include "server/descriptor.h"
#include "server/directory.h"
#include "tally.h"
#include "terminal.h"
#include "visible.h"

#define SUPERVISOR_PATIENCE_MS 5000 /* it writes the report of what has stopped, and ends */

/* What came back so far. */
struct answer {
    struct run_options shown; /* for output: json or not */
    struct output output;
    int connection; /* where answers to questions go */
    const struct control_request *request;
    char *written;  /* a file that was opened for the machine to write; NULL: none */
    bool history; /* what comes is of the past: only the machine's own status counts */
    struct tally tally;
    bool lost;  /* part of what it said */
    int status; /* -1: the machine has not said */
};

static void show_output(const struct record *record)
{
    FILE *file = record->number[0] == STDERR_FILENO ? stderr : stdout;

    fflush(file == stderr ? stdout : stderr);
    char *shown = isatty(fileno(file)) ? malloc(record->text[2].size + 1) : NULL;
    if (shown != NULL) {
        memcpy(shown, record->text[2].bytes, record->text[2].size);
        visible_colours(shown, record->text[2].size);
    }
    fwrite(shown != NULL ? shown : record->text[2].bytes, 1, record->text[2].size, file);
    free(shown);
}

/* Asks who is at the terminal; anything but a yes is a no. */
static void answer_question(const struct answer *answer, const struct record *record)
{
    struct record reply = {.type = RECORD_ANSWER};
    char line[16] = "";

    fflush(stdout);
    visible_print(stderr, record->text[0].bytes, record->text[0].size);
    fputc(' ', stderr);
    fflush(stderr);
    if (fgets(line, sizeof(line), stdin) == NULL)
        fputc('\n', stderr);
    reply.number[0] = line[0] == 'y' || line[0] == 'Y';
    record_send(answer->connection, &reply);
}

/* Whether an argument is this path, or it is that of data: "…file:PATH…". */
static bool names(const char *argument, const char *path)
{
    const size_t length = strlen(path);

    if (strcmp(argument, path) == 0)
        return true;
    for (const char *data = strstr(argument, "file:"); data != NULL;
         data = strstr(data + 1, "file:")) {
        const char *named = data + 5 + (data[5] == '"');
        if (strncmp(named, path, length) == 0 &&
            (named[length] == '\0' || strchr("\", ", named[length]) != NULL))
            return true;
    }
    return false;
}

/* The machine may have gone bad: what it asks for must have been said here. */
static bool was_named(const struct control_request *request, const char *path)
{
    const size_t folder = strlen(request->folder);
    const char *within = strncmp(path, request->folder, folder) == 0 && path[folder] == '/'
        ? path + folder + 1
        : path;

    for (size_t i = 0; i < request->count; i++) {
        if (names(request->arguments[i], path) || names(request->arguments[i], within))
            return true;
    }
    return false;
}

/* One verb makes files. */
static bool makes_file(const struct control_request *request)
{
    return request->kind == CONTROL_TOOL && request->count > 1 &&
        strcmp(request->arguments[0], "reg") == 0 &&
        strcasecmp(request->arguments[1], "export") == 0;
}

static void open_file(struct answer *answer, const struct record *record)
{
    const bool write = record->number[0] == 1;
    char *path = strndup(record->text[0].bytes, record->text[0].size);
    bool named = path != NULL && was_named(answer->request, path) &&
        (!write || makes_file(answer->request));
    int file = !named ? -1
        : write       ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
                      : plainfile_open(path);
    int32_t error = file >= 0 ? 0 : named ? errno : EACCES;

    descriptor_send(
        answer->connection, &error, sizeof(error), file >= 0 ? file : answer->connection);
    if (file >= 0)
        close(file);
    if (write && file >= 0 && answer->written == NULL)
        answer->written = path;
    else
        free(path);
}

static void take(struct answer *answer, const struct record *record)
{
    switch (record->type) {
    case RECORD_OPEN:
        open_file(answer, record);
        return;
    case RECORD_QUESTION:
        answer_question(answer, record);
        return;
    case RECORD_OUTPUT:
        show_output(record);
        return;
    case RECORD_EXIT:
        answer->status = (int)record->number[0];
        return;
    default:
        break;
    }
    tally_add(&answer->tally, record);
    output_record(&answer->output, record);
}

static int judge_records(const struct answer *answer)
{
    if (answer->history && answer->status >= 0)
        return answer->status;
    if (answer->tally.stopped)
        return EXIT_BUGCHECK;
    if (answer->tally.not_loaded)
        return EXIT_NOT_LOADED;
    if (answer->status > EXIT_COMMAND_FAILED)
        return answer->status;
    if (answer->tally.finding)
        return EXIT_FINDING;
    if (answer->lost) {
        fflush(stdout);
        fprintf(stderr, "dotsys: " RECORD_LOST_TEXT "\n");
        return EXIT_COMMAND_FAILED;
    }
    if (answer->status < 0) {
        fflush(stdout);
        fprintf(stderr, "dotsys: the machine went away before it was done\n");
        return EXIT_BUGCHECK;
    }
    return answer->tally.failed ? EXIT_COMMAND_FAILED : answer->status;
}

/* A file the machine did not write to its end is none. */
static int judge(struct answer *answer)
{
    int status = judge_records(answer);

    if (answer->written != NULL && status != EXIT_FINE)
        unlink(answer->written);
    free(answer->written);
    output_close(&answer->output);
    return status;
}

/* False: no more will come. */
static bool receive_record(
    struct answer *answer, struct record_reader *reader, struct record *record)
{
    const enum record_answer came = record_receive(reader, record);

    answer->lost |= came == RECORD_LOST;
    return came == RECORD_GOT;
}

/* Takes one record of the request. False: no more will come. */
static bool receive(struct answer *answer, struct record_reader *reader)
{
    struct record record;

    if (!receive_record(answer, reader, &record))
        return false;
    take(answer, &record);
    return answer->status < 0;
}

static void complete(struct control_request *request, char *folder, size_t folder_size)
{
    request->folder = getcwd(folder, folder_size) != NULL ? folder : "/";
    request->colour = colour_on(stdout, COLOUR_GOOD)[0] != '\0';
    request->attended = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void start_answer(
    struct answer *answer, const struct ask_options *options, const struct control_request *request)
{
    *answer = (struct answer){.status = -1, .request = request, .shown = {.json = options->json}};
    output_open(&answer->output, &answer->shown);
}

/* ---- A machine that is up -------------------------------------------------------------------- */

int ask_connect(const char *verb, const char *directory)
{
    char *path = keeper_path(directory);
    int connection = path != NULL ? control_connect(path) : -1;

    if (connection < 0) {
        const char *shown = path != NULL ? path : "";
        if (path == NULL || errno == ENOENT || errno == ECONNREFUSED)
            fprintf(stderr, "dotsys %s: the machine %s is not up: start it with 'dotsys up%s%s'\n",
                verb, shown, directory != NULL ? " --machine " : "",
                directory != NULL ? directory : "");
        else
            fprintf(stderr, "dotsys %s: the machine %s cannot be reached: %s\n", verb, shown,
                strerror(errno));
    }
    free(path);
    return connection;
}

static int converse(const char *verb, int connection, const struct ask_options *options,
    const struct control_request *request)
{
    struct record_reader reader;
    struct answer answer;

    start_answer(&answer, options, request);
    answer.history = request->kind == CONTROL_LOG;
    answer.output.log_is_result = answer.history;
    answer.connection = connection;
    if (!record_reader_open(&reader, connection) || !control_send(connection, request)) {
        fprintf(stderr, "dotsys %s: cannot ask the machine: %s\n", verb, strerror(errno));
        answer.status = EXIT_COMMAND_FAILED;
    }
    while (answer.status < 0 && receive(&answer, &reader))
        continue;
    record_reader_close(&reader);
    return judge(&answer);
}

/* Waits for the supervisor of a machine that has stopped, so that the machine can be brought up
 * again at once. */
static void wait_until_down(const char *directory)
{
    char *path = keeper_path(directory);
    pid_t owner = 0;
    int process = path != NULL && directory_owner(path, &owner) == 0 && owner > 0
        ? pidfd_open(owner, 0)
        : -1;
    struct pollfd end = {process, POLLIN, 0};

    free(path);
    if (process < 0)
        return;
    poll(&end, 1, SUPERVISOR_PATIENCE_MS);
    close(process);
}

/* ---- A machine opened for the occasion ------------------------------------------------------- */

struct occasion {
    struct keeper keeper;
    struct serve_options serve;
    int records[2], handoffs[2], connection[2]; /* ours first */
};

static int occasion_child(void *context, const struct machine_host *host)
{
    const struct occasion *occasion = context;
    /* the connection comes with a message */
    const int kept[] = {occasion->records[1], occasion->handoffs[1]};

    keeper_close_rest(&occasion->keeper, host, kept, sizeof(kept) / sizeof(kept[0]));
    return machine_serve(&occasion->serve, host, occasion->records[1], occasion->handoffs[1]);
}

static void tell_refused(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "dotsys: %s\n", text);
}

static bool make_sockets(struct occasion *occasion)
{
    int *pairs[] = {occasion->records, occasion->handoffs, occasion->connection};

    for (size_t i = 0; i < 3; i++) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pairs[i]) != 0)
            return false;
    }
    return true;
}

/* Nothing more will be asked: the machine closes. */
static void end_asking(struct occasion *occasion)
{
    if (occasion->handoffs[0] >= 0)
        close(occasion->handoffs[0]);
    occasion->handoffs[0] = -1;
}

/* Takes what comes from the request and from the machine itself, until neither has more. */
static void listen_to_both(struct answer *answer, struct occasion *occasion)
{
    struct pollfd polled[2] = {
        {occasion->connection[0], POLLIN, 0}, {occasion->records[0], POLLIN, 0}};
    struct record_reader reader[2];

    if (!record_reader_open(&reader[0], polled[0].fd) ||
        !record_reader_open(&reader[1], polled[1].fd))
        return;
    while (polled[0].fd >= 0 || polled[1].fd >= 0) {
        if (poll(polled, 2, -1) < 0) {
            if (errno != EINTR)
                break;
            continue; /* what it said the last time does not count */
        }
        if (polled[0].fd >= 0 && polled[0].revents != 0 && !receive(answer, &reader[0])) {
            polled[0].fd = -1;
            end_asking(occasion);
        }
        struct record record;
        if (polled[1].fd < 0 || polled[1].revents == 0)
            continue;
        if (!receive_record(answer, &reader[1], &record))
            polled[1].fd = -1;
        else if (record.type == RECORD_CRASH)
            crash_answer(polled[1].fd, &record); /* who asked is told of it, too */
        else if (record.type != RECORD_LOG)
            take(answer, &record);
    }
    record_reader_close(&reader[0]);
    record_reader_close(&reader[1]);
}

static int ask_for_the_occasion(
    const char *verb, const struct ask_options *options, const struct control_request *request)
{
    struct occasion occasion = {.serve.choices = {.directory = options->directory, .registry = -1}};
    struct handoff handoff = {getpid(), getuid(), 1};
    struct answer answer;
    char why[512];

    if (!keeper_open(&occasion.keeper, options->directory, NULL, false, why, sizeof(why))) {
        fprintf(stderr, "dotsys %s: %s\n", verb, why);
        return EXIT_NOT_LOADED;
    }
    occasion.keeper.broker.refused = tell_refused;
    start_answer(&answer, options, request);
    pid_t child = make_sockets(&occasion)
        ? keeper_fork(&occasion.keeper, false, occasion_child, &occasion)
        : -1;
    if (child < 0) {
        fprintf(stderr, "dotsys %s: cannot make a process: %s\n", verb, strerror(errno));
        keeper_close(&occasion.keeper);
        return EXIT_NOT_LOADED;
    }
    close(occasion.records[1]);
    close(occasion.handoffs[1]);
    if (handoff_send(occasion.handoffs[0], &handoff, occasion.connection[1]) &&
        control_send(occasion.connection[0], request)) {
        close(occasion.connection[1]);
        answer.connection = occasion.connection[0];
        listen_to_both(&answer, &occasion);
    } else {
        fprintf(stderr, "dotsys %s: cannot ask the machine: %s\n", verb, strerror(errno));
    }
    end_asking(&occasion);
    waitpid(child, NULL, 0);
    keeper_close(&occasion.keeper);
    return judge(&answer);
}

int ask(const char *verb, const struct ask_options *options, struct control_request *request)
{
    char folder[4096];
    char *path = keeper_path(options->directory);
    int connection = path != NULL ? control_connect(path) : -1;

    free(path);
    complete(request, folder, sizeof(folder));
    if (connection < 0 && options->must_be_up)
        connection = ask_connect(verb, options->directory);
    if (connection < 0 && options->must_be_up)
        return EXIT_COMMAND_FAILED;
    if (connection < 0)
        return ask_for_the_occasion(verb, options, request);
    int status = converse(verb, connection, options, request);
    close(connection);
    if (status == EXIT_BUGCHECK && request->kind != CONTROL_DOWN)
        wait_until_down(options->directory);
    return status;
}
