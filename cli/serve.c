/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See serve.h. A connection's thread is a thread of a process object that stands for the caller,
 * who opens the files its command line names.
 */
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "caller.h"
#include "cli.h"
#include "client.h"
#include "install.h"
#include "server/channel.h"
#include "server/control.h"
#include "server/descriptor.h"
#include "server/sandbox.h"
#include "server/session.h"
#include "tell.h"
#include "tool.h"
#include "watchdog.h"

#include "kd/kd.h"
#include "numbers.h"

struct server {
    const struct serve_options *options;
    struct teller *teller;
    struct machine_host host;
    dotsys_machine *machine;
};

/* Connections of clients, to be ended before the machine closes. */
static pthread_mutex_t clients_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t clients_gone = PTHREAD_COND_INITIALIZER;
static struct connection *clients;
static bool clients_refused;
static unsigned answering; /* connections that are told what came of commands; under clients_lock */

#define ANSWERING_TIME_S 1 /* they get once the machine has stopped */

struct connection {
    struct connection *next; /* in clients */
    struct server *server;
    int socket;
    struct handoff caller;
    struct control_request *request;
    EPROCESS *process;
    bool stuck; /* a thread of its process is inside a driver and stays there */
};

/* ---- Handing over ---------------------------------------------------------------------------- */

bool handoff_send(int socket, const struct handoff *handoff, int connection)
{
    return descriptor_send(socket, handoff, sizeof(*handoff), connection);
}

/* ---- Output ---------------------------------------------------------------------------------- */

/* Where a tool's stream goes. */
struct outlet {
    int socket, number;
};

static ssize_t outlet_write(void *cookie, const char *bytes, size_t size)
{
    const struct outlet *outlet = cookie;
    struct record record = {
        .type = RECORD_OUTPUT, .number = {outlet->number}, .text[2] = {bytes, size}};

    return record_send(outlet->socket, &record) ? (ssize_t)size : 0;
}

static FILE *outlet_open(struct outlet *outlet)
{
    static const cookie_io_functions_t functions = {.write = outlet_write};
    FILE *file = fopencookie(outlet, "w", functions);

    if (file != NULL)
        setvbuf(file, NULL, outlet->number == STDERR_FILENO ? _IOLBF : _IOFBF, 32 * 1024);
    return file;
}

static void tell_exit(int socket, int status)
{
    struct record record = {.type = RECORD_EXIT, .number = {status}};

    record_send(socket, &record);
}

static void tell_note(const struct connection *connection, const char *text)
{
    const struct record note = {.type = RECORD_NOTE, .text[0] = record_string(text)};

    record_send(connection->socket, &note);
}

static const char no_memory[] = "the machine is out of memory, or has stopped";

/* ---- Requests -------------------------------------------------------------------------------- */

static const struct {
    const char *verb;
    tool_main main;
} tools[] = {
    {"dosdev", tool_dosdev},
    {"reg", tool_reg},
    {"sc", tool_sc},
    {"tree", tool_tree},
    {"ps", tool_ps},
    {"irps", tool_irps},
};

static bool confirm(struct tool *tool, const char *question)
{
    const struct connection *connection = tool->context;
    struct record record = {.type = RECORD_QUESTION, .text[0] = record_string(question)};
    struct record_reader reader;
    bool yes = false;

    fflush(tool->out);
    if (!record_send(connection->socket, &record) ||
        !record_reader_open(&reader, connection->socket))
        return false;
    if (record_receive(&reader, &record) == RECORD_GOT)
        yes = record.type == RECORD_ANSWER && record.number[0] == 1;
    record_reader_close(&reader);
    return yes;
}

/* Has who asks open a file: this process may not, and theirs are the rights that count. */
static FILE *open_there(const struct connection *connection, const char *path, bool write)
{
    const struct record record = {
        .type = RECORD_OPEN, .number = {write}, .text[0] = record_string(path)};
    int32_t error = EIO;
    int file = record_send(connection->socket, &record)
        ? descriptor_receive(connection->socket, &error, sizeof(error))
        : -1;

    if (file >= 0 && error == 0)
        return fdopen(file, write ? "wb" : "rb");
    if (file >= 0)
        close(file);
    errno = error;
    return NULL;
}

static FILE *open_for_tool(struct tool *tool, const char *path, bool write)
{
    return open_there(tool->context, path, write);
}

static FILE *open_for_data(void *context, const char *path)
{
    return open_there(context, path, false);
}

static int run_tool(struct connection *connection, FILE *out, FILE *err)
{
    const struct control_request *request = connection->request;
    struct tool tool = {.out = out,
        .err = err,
        .folder = request->folder,
        .colour = request->colour,
        .confirm = request->attended ? confirm : NULL,
        .open = open_for_tool,
        .context = connection};
    const char *verb = request->count > 0 ? request->arguments[0] : "";

    for (size_t i = 0; i < RTL_NUMBER_OF(tools); i++) {
        if (strcmp(tools[i].verb, verb) == 0)
            return tools[i].main(&tool, (int)request->count, request->arguments);
    }
    fprintf(err, "dotsys: this machine knows no '%s': it runs another version of dotsys\n", verb);
    return EXIT_USAGE;
}

static int serve_tool(struct connection *connection)
{
    struct outlet outlet[2] = {
        {connection->socket, STDOUT_FILENO}, {connection->socket, STDERR_FILENO}};
    FILE *out = outlet_open(&outlet[0]), *err = outlet_open(&outlet[1]);
    int status = EXIT_COMMAND_FAILED;

    if (out != NULL && err != NULL && NT_SUCCESS(PsAttachHostThread(connection->process))) {
        status = run_tool(connection, out, err);
        PsDetachHostThread();
    } else {
        tell_note(connection, no_memory);
    }
    if (out != NULL)
        fclose(out);
    if (err != NULL)
        fclose(err);
    return status;
}

/* The commands of a request. An exit status that is not fine: what is there so far is to be freed
 * all the same. */
static int parse_commands_from(const struct connection *connection, struct run_options *options)
{
    const struct control_request *request = connection->request;

    options->commands = calloc(request->count + 1, sizeof(struct command *));
    if (options->commands == NULL) {
        tell_note(connection, no_memory);
        return EXIT_COMMAND_FAILED;
    }
    for (size_t i = 0; i < request->count; i++) {
        struct parse_error error;
        options->commands[i] = command_parse(request->arguments[i], &error);
        if (options->commands[i] == NULL) {
            tell_note(connection, error.text);
            return EXIT_USAGE;
        }
        options->command_count++;
    }
    return EXIT_FINE;
}

static int parse_commands(const struct connection *connection, struct run_options *options)
{
    const struct data_files files = {open_for_data, (void *)(uintptr_t)connection};

    data_files = &files;
    int status = parse_commands_from(connection, options);
    data_files = NULL;
    return status;
}

static int serve_commands(struct connection *connection)
{
    const struct control_request *request = connection->request;
    struct run_options options = {.timeout_ms = request->timeout_ms, .user = request->as_user};
    int status = parse_commands(connection, &options);

    if (status == EXIT_FINE) {
        status = machine_session(
            connection->server->machine, connection->process, &options, connection->socket);
        connection->stuck = status == EXIT_FINDING;
    }
    if (connection->stuck)
        return status; /* the commands are still in use */
    for (size_t i = 0; i < options.command_count; i++)
        command_free(options.commands[i]);
    free(options.commands);
    return status;
}

/*
 * Asks the drivers that watch processes whether one may become the program it is to be. The caller
 * says that it is about to fork, gets an answer, and says which process it is.
 */
static void serve_exec(struct connection *connection)
{
    struct teller teller = {.socket = connection->socket};
    struct control_request *request = NULL;
    struct record_reader reader;
    struct record record;

    NTSTATUS status = caller_expect_exec(connection->caller.process, true);
    tell(&teller, (struct record){.type = RECORD_DRIVER, .number = {status}});
    if (NT_SUCCESS(status) && record_reader_open(&reader, connection->socket)) {
        if (record_receive(&reader, &record) == RECORD_GOT)
            request = control_parse(&record);
        record_reader_close(&reader);
    }
    if (request != NULL) {
        status = caller_ask_exec(request, connection->caller.process);
        tell(&teller, (struct record){.type = RECORD_DRIVER, .number = {status}});
    }
    caller_expect_exec(connection->caller.process, false);
    free(request);
}

/* Whether this machine can serve a program; before there is a process object for it, of which
 * drivers are told. */
static NTSTATUS judge_client(const struct connection *connection)
{
    const struct control_request *request = connection->request;
    const unsigned bits = host_process_bits((uint32_t)connection->caller.process);

    if ((uint32_t)request->number != SysServiceHash() + CHANNEL_REVISION)
        return STATUS_REVISION_MISMATCH;
    if ((request->bits != 32 && request->bits != 64) || (bits != 0 && bits != request->bits))
        return STATUS_INVALID_PARAMETER; /* it is not what it says */
    return request->bits <= CONTROL_BITS ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/* False: it is gone. */
static bool answer_client(const struct connection *connection, NTSTATUS status)
{
    const struct record record = {.type = RECORD_DRIVER,
        .number =
            {[ANSWER_STATUS] = status, [ANSWER_PROCESS] = getpid(), [ANSWER_BITS] = CONTROL_BITS},
        .text[0] = record_string(DOTSYS_VERSION)};

    return record_send(connection->socket, &record);
}

static void serve_client(struct connection *connection)
{
    if (!answer_client(connection, STATUS_SUCCESS))
        return;
    pthread_mutex_lock(&clients_lock);
    bool refused = clients_refused;
    if (!refused) {
        connection->next = clients;
        clients = connection;
    }
    pthread_mutex_unlock(&clients_lock);
    if (!refused)
        session_serve(connection->socket, connection->process, (ULONG)connection->caller.process);
}

static void client_gone(struct connection *connection)
{
    pthread_mutex_lock(&clients_lock);
    for (struct connection **link = &clients; *link != NULL; link = &(*link)->next) {
        if (*link == connection) {
            *link = connection->next;
            break;
        }
    }
    pthread_cond_broadcast(&clients_gone);
    pthread_mutex_unlock(&clients_lock);
}

void serve_no_more(void)
{
    pthread_mutex_lock(&clients_lock);
    clients_refused = true;
    for (struct connection *connection = clients; connection != NULL; connection = connection->next)
        shutdown(connection->socket, SHUT_RDWR);
    while (clients != NULL)
        pthread_cond_wait(&clients_gone, &clients_lock);
    pthread_mutex_unlock(&clients_lock);
}

/* ---- Connections ----------------------------------------------------------------------------- */

static void count_answering(int change)
{
    pthread_mutex_lock(&clients_lock);
    answering += (unsigned)change;
    pthread_cond_broadcast(&clients_gone);
    pthread_mutex_unlock(&clients_lock);
}

/* The exit status is told last: who gets it may close the machine. */
static void serve(struct connection *connection)
{
    const struct control_request *request = connection->request;
    int status = EXIT_USAGE;
    NTSTATUS judged;

    if (request->kind == CONTROL_EXEC) {
        serve_exec(connection);
        return;
    }
    if (request->kind == CONTROL_CLIENT && !NT_SUCCESS(judged = judge_client(connection))) {
        answer_client(connection, judged);
        return;
    }
    connection->process = caller_create(connection->caller.process,
        connection->caller.administrator && !request->as_user,
        request->kind == CONTROL_CLIENT && request->bits < CONTROL_BITS);
    if (connection->process == NULL) {
        tell_note(connection, no_memory);
        tell_exit(connection->socket, KdGetReport() != NULL ? EXIT_BUGCHECK : EXIT_COMMAND_FAILED);
        return;
    }
    if (request->kind == CONTROL_CLIENT) {
        serve_client(connection);
        caller_end(connection->process);
        client_gone(connection);
        return;
    }
    count_answering(1);
    if (request->kind == CONTROL_TOOL)
        status = serve_tool(connection);
    else if (request->kind == CONTROL_IO)
        status = serve_commands(connection);
    if (!connection->stuck)
        caller_end(connection->process);
    tell_exit(connection->socket,
        request->kind == CONTROL_TOOL && KdGetReport() != NULL ? EXIT_BUGCHECK : status);
    count_answering(-1);
}

static void *connection_thread(void *argument)
{
    struct connection *connection = argument;
    struct record_reader reader;
    struct record record;

    if (record_reader_open(&reader, connection->socket)) {
        if (record_receive(&reader, &record) == RECORD_GOT &&
            !control_refuse_stranger(connection->socket, &record))
            connection->request = control_parse(&record);
        record_reader_close(&reader);
    }
    if (connection->request != NULL)
        serve(connection);
    close(connection->socket);
    free(connection->request);
    free(connection);
    return NULL;
}

static void take_connection(struct server *server, int socket, const struct handoff *handoff)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    pthread_t thread;

    if (connection == NULL) {
        close(socket);
        return;
    }
    *connection = (struct connection){.server = server, .socket = socket, .caller = *handoff};
    if (pthread_create(&thread, NULL, connection_thread, connection) != 0) {
        close(socket);
        free(connection);
        return;
    }
    pthread_detach(thread);
}

static dotsys_status plug_ports(void *context, dotsys_machine *opened)
{
    const struct server *server = context;

    dotsys_status status = ports_load(
        opened, server->options->choices.ports, server->options->choices.port_count);

    if (NT_SUCCESS(status))
        status = install_registry(opened, server->options->choices.registry);
    if (NT_SUCCESS(status))
        sandbox_enter(&(struct sandbox_options){.broker = server->host.broker, .clients = true});
    return status;
}

static bool open_served(struct server *server, const struct machine_host *host)
{
    dotsys_options options = {
        .size = sizeof(options),
        .log = tell_log,
        .finding = tell_finding,
        .context = server->teller,
    };

    choices_fill(&server->options->choices, &options);
    tell_crashes(server->teller);
    server->host = *host;
    server->host.opened = plug_ports;
    server->host.opened_context = server;
    dotsys_status status = machine_open(&options, &server->host, &server->machine);

    if (!NT_SUCCESS(status) && !tell_stopped(server->teller))
        tell_failed(server->teller, status);
    return NT_SUCCESS(status);
}

/* Tells of a bugcheck as soon as there is one, nobody may be calling; but first those are told
 * whose requests it ended. */
static void *stop_thread(void *argument)
{
    struct server *server = argument;
    struct timespec end;

    KeWaitUntilStopped();
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += ANSWERING_TIME_S;
    pthread_mutex_lock(&clients_lock);
    while (answering > 0 &&
        pthread_cond_clockwait(&clients_gone, &clients_lock, CLOCK_MONOTONIC, &end) == 0)
        continue;
    pthread_mutex_unlock(&clients_lock);
    tell_stopped(server->teller);
    return NULL;
}

static void watch_stop(struct server *server)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, stop_thread, server) == 0)
        pthread_detach(thread);
}

static void take_connections(struct server *server, int handoffs)
{
    struct handoff handoff;
    int socket;

    while ((socket = descriptor_receive(handoffs, &handoff, sizeof(handoff))) >= 0)
        take_connection(server, socket, &handoff);
}

void serve_program(dotsys_machine *machine, struct teller *teller, int handoffs)
{
    static const struct serve_options none;
    static struct server server;

    server.options = &none;
    server.machine = machine;
    server.teller = teller;
    watch_stop(&server);
    tell(server.teller, (struct record){.type = RECORD_READY});
    watchdog_enter(WATCHDOG_RUNNING);
    take_connections(&server, handoffs);
    watchdog_enter(WATCHDOG_OVER); /* the command's own timeout is enough from here on */
}

int machine_serve(
    const struct serve_options *options, const struct machine_host *host, int records, int handoffs)
{
    static struct teller teller;
    static struct server server = {.teller = &teller};

    signal(SIGINT, SIG_IGN); /* the supervisor decides when to end */
    signal(SIGTERM, SIG_IGN);
    server.options = options;
    teller.socket = records;
    teller.start = (int64_t)host_clock_utc();
    watchdog_start(options->choices.watchdog_ms);
    watch_stop(&server);
    if (!open_served(&server, host))
        return 0;
    watchdog_enter(WATCHDOG_RUNNING);
    tell(server.teller, (struct record){.type = RECORD_BEGIN, .text[0] = record_string("up")});
    take_connections(&server, handoffs);
    tell(server.teller,
        (struct record){.type = RECORD_BEGIN, .text[0] = record_string("closing the machine")});
    watchdog_enter(WATCHDOG_CLOSING);
    serve_no_more();
    dotsys_machine_close(server.machine);
    watchdog_enter(WATCHDOG_OVER);
    tell_stopped(server.teller);
    tell(server.teller, (struct record){.type = RECORD_END});
    return 0;
}
