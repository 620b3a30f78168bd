/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See up.h. The main thread listens to the machine's process and relays to those who follow; a
 * second one accepts connections, a third each reads what is wanted: one that keeps silent keeps
 * nobody waiting. What `down` and a signal do is to close the socket connections are handed over
 * by: that is the machine's sign to close. A machine that does not within some seconds is killed.
 * State is under one lock.
 */
#include "up.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "cli.h"
#include "server/control.h"
#include "crash.h"
#include "keeper.h"
#include "machine_program.h"
#include "output.h"
#include "server/record.h"
#include "visible.h"

#include "dotsys/dotsys.h"

#define KEPT_LINES 1000u        /* of the log, for those who ask later */
#define KEPT_BYTES 65536u       /* of one of them; who tells more is up to something */
#define CLOSING_TIME_MS 15000u  /* what an orderly end may take */

/* A record kept: its numbers, and its three texts in one block. */
struct kept {
    struct record record;
    char *texts;
};

struct supervisor {
    const struct up_options *options;
    char *path;
    struct keeper keeper;
    pid_t child;
    int records, handoffs, listening;
    pthread_mutex_t lock;      /* the rest */
    struct kept kept[KEPT_LINES];
    size_t kept_next;
    struct follower {
        int socket;
        bool until_end;        /* waits for the machine to be down */
        struct follower *next;
    } *followers;
    bool closing, finding, stopped;
    bool ended;            /* the machine has said all it has to say */
    char why[1024];            /* it did not start */
    bool greeted, up, not_started;
    struct crash_inbox inbox;  /* these three: what becomes of a bugcheck */
    struct crash_files files;
    char crash_folder[4096];
};

/* ---- Those who follow ------------------------------------------------------------------------ */

static void keep(struct supervisor *supervisor, const struct record *record)
{
    struct kept *kept = &supervisor->kept[supervisor->kept_next % KEPT_LINES];
    size_t size = record->text[0].size + record->text[1].size + record->text[2].size;
    char *texts = size <= KEPT_BYTES ? malloc(size + 1) : NULL, *next = texts;

    if (texts == NULL)
        return;
    free(kept->texts);
    *kept = (struct kept){.record = *record, .texts = texts};
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        memcpy(
            next, record->text[i].bytes != NULL ? record->text[i].bytes : "", record->text[i].size);
        kept->record.text[i].bytes = next;
        next += record->text[i].size;
    }
    supervisor->kept_next++;
}

/* Sends a record to all who follow; who does not keep up is left. */
static void relay(struct supervisor *supervisor, const struct record *record)
{
    pthread_mutex_lock(&supervisor->lock);
    if (record->type == RECORD_LOG || record->type == RECORD_FINDING)
        keep(supervisor, record);
    if (record->type == RECORD_LOG)
        crash_note_line(&supervisor->files, record);
    for (struct follower **link = &supervisor->followers; *link != NULL;) {
        struct follower *follower = *link;
        bool wanted = !follower->until_end || record->type != RECORD_LOG;
        if (!wanted || record_send(follower->socket, record)) {
            link = &follower->next;
            continue;
        }
        *link = follower->next;
        close(follower->socket);
        free(follower);
    }
    pthread_mutex_unlock(&supervisor->lock);
}

/* What the machine's process tried and may not. */
static void tell_refused(void *context, const char *text)
{
    struct supervisor *supervisor = context;

    supervisor->finding = true;
    relay(supervisor,
        &(struct record){.type = RECORD_FINDING,
            .number = {DOTSYS_FINDING_OTHER},
            .text[2] = record_string(text)});
}

static bool follow(struct supervisor *supervisor, int socket, bool until_end)
{
    struct follower *follower = malloc(sizeof(*follower));

    if (follower == NULL)
        return false;
    fcntl(socket, F_SETFL, O_NONBLOCK);
    *follower = (struct follower){socket, until_end, supervisor->followers};
    supervisor->followers = follower;
    return true;
}

static void end_followers(struct supervisor *supervisor, int status)
{
    struct record record = {.type = RECORD_EXIT, .number = {status}};

    pthread_mutex_lock(&supervisor->lock);
    while (supervisor->followers != NULL) {
        struct follower *follower = supervisor->followers;
        supervisor->followers = follower->next;
        record_send(follower->socket, &record);
        close(follower->socket);
        free(follower);
    }
    pthread_mutex_unlock(&supervisor->lock);
}

/* ---- Closing --------------------------------------------------------------------------------- */

static void *patience_thread(void *argument)
{
    const struct timespec patience = {CLOSING_TIME_MS / 1000, 0};
    pid_t child = *(pid_t *)argument;

    nanosleep(&patience, NULL);
    kill(child, SIGKILL); /* not reaped before this process ends, so it is still the same */
    return NULL;
}

/* Has the machine close; once. With the lock held. */
static void begin_to_close(struct supervisor *supervisor)
{
    pthread_t thread;

    if (supervisor->closing)
        return;
    supervisor->closing = true;
    shutdown(supervisor->handoffs, SHUT_RDWR);
    if (pthread_create(&thread, NULL, patience_thread, &supervisor->child) == 0)
        pthread_detach(thread);
}

/* ---- Connections ----------------------------------------------------------------------------- */

struct arrival {
    struct supervisor *supervisor;
    int socket;
};

/*
 * Takes a request that is answered here: what is left unread when a socket is closed takes the
 * answers with it. One packet, whose rest goes with it: who asks decides on nothing that is kept.
 */
static void take_request(int socket)
{
    char byte;

    while (recv(socket, &byte, sizeof(byte), 0) < 0 && errno == EINTR)
        continue;
}

/* What a connection wants, without taking it; false: it is gone, or speaks something else. */
static bool peek(int socket, int64_t number[RECORD_NUMBERS])
{
    struct record record;

    if (!record_peek(socket, &record) || record.type != RECORD_REQUEST)
        return false;
    if (record.number[REQUEST_VERSION] != CONTROL_VERSION) {
        take_request(socket);
        control_refuse_stranger(socket, &record);
        return false;
    }
    memcpy(number, record.number, sizeof(record.number));
    return true;
}

static void send_log(struct supervisor *supervisor, int socket, bool go_on)
{
    struct record end = {.type = RECORD_EXIT};

    for (size_t i = 0; i < KEPT_LINES; i++) {
        const struct kept *kept = &supervisor->kept[(supervisor->kept_next + i) % KEPT_LINES];
        if (kept->texts != NULL && !record_send(socket, &kept->record))
            break;
    }
    if (go_on && follow(supervisor, socket, false))
        return;
    record_send(socket, &end);
    close(socket);
}

static void refuse(int socket, const char *why)
{
    const struct record note = {.type = RECORD_NOTE, .text[0] = record_string(why)},
                        end = {.type = RECORD_EXIT, .number = {EXIT_COMMAND_FAILED}};

    record_send(socket, &note);
    record_send(socket, &end);
    close(socket);
}

/* To the machine's process; of one that ends anyway, whoever asks hears the end. */
static void hand_over(struct supervisor *supervisor, const struct handoff *handoff, int socket)
{
    if (handoff_send(supervisor->handoffs, handoff, socket) || supervisor->closing ||
        supervisor->stopped) {
        close(socket);
        return;
    }
    take_request(socket);
    refuse(socket, "the machine cannot be reached: it has ended, or Linux is out of memory");
}

static void *arrival_thread(void *argument)
{
    struct arrival arrival = *(struct arrival *)argument;
    struct supervisor *supervisor = arrival.supervisor;
    int64_t number[RECORD_NUMBERS];
    struct handoff handoff;

    free(argument);
    if (!control_peer(arrival.socket, &handoff.process, &handoff.user) ||
        !peek(arrival.socket, number)) {
        close(arrival.socket);
        return NULL;
    }
    handoff.administrator = handoff.user == 0 || handoff.user == getuid();
    if (number[REQUEST_KIND] == CONTROL_DOWN || number[REQUEST_KIND] == CONTROL_LOG)
        take_request(arrival.socket);
    pthread_mutex_lock(&supervisor->lock);
    if (number[REQUEST_KIND] == CONTROL_DOWN && handoff.administrator &&
        follow(supervisor, arrival.socket, true)) {
        begin_to_close(supervisor);
    } else if (number[REQUEST_KIND] == CONTROL_LOG && handoff.administrator) {
        send_log(supervisor, arrival.socket, number[REQUEST_NUMBER] != 0);
    } else if (number[REQUEST_KIND] == CONTROL_DOWN || number[REQUEST_KIND] == CONTROL_LOG) {
        refuse(arrival.socket,
            handoff.administrator ? "the machine is out of memory"
                                  : "Access is denied: this is for the machine's owner and root");
    } else {
        if (number[REQUEST_KIND] == CONTROL_CLIENT)
            broker_add_client(&supervisor->keeper.broker, handoff.process);
        hand_over(supervisor, &handoff, arrival.socket);
    }
    pthread_mutex_unlock(&supervisor->lock);
    return NULL;
}

static void *accept_thread(void *argument)
{
    struct supervisor *supervisor = argument;
    int socket;

    while ((socket = accept4(supervisor->listening, NULL, NULL, SOCK_CLOEXEC)) >= 0 ||
        errno != EINVAL) {
        struct arrival *arrival = socket >= 0 ? malloc(sizeof(*arrival)) : NULL;
        pthread_t thread;
        if (arrival != NULL)
            *arrival = (struct arrival){supervisor, socket};
        if (arrival != NULL && pthread_create(&thread, NULL, arrival_thread, arrival) == 0) {
            pthread_detach(thread);
            continue;
        }
        free(arrival);
        if (socket >= 0)
            close(socket);
        else
            poll(NULL, 0, 10); /* out of descriptors: others will be closed */
    }
    return NULL;
}

static void *signal_thread(void *argument)
{
    struct supervisor *supervisor = argument;
    sigset_t signals;
    int number;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigwait(&signals, &number);
    pthread_mutex_lock(&supervisor->lock);
    begin_to_close(supervisor);
    pthread_mutex_unlock(&supervisor->lock);
    return NULL;
}

/* ---- The machine's process ------------------------------------------------------------------- */

static int up_child(void *context, const struct machine_host *host)
{
    const struct supervisor *supervisor = context;

    const int kept[] = {
        supervisor->records, supervisor->handoffs, supervisor->options->serve.choices.registry};

    keeper_close_rest(&supervisor->keeper, host, kept, sizeof(kept) / sizeof(kept[0]));
    return machine_program_serve(&supervisor->options->serve, supervisor->options->x86, host,
        supervisor->keeper.child_storage, supervisor->records, supervisor->handoffs);
}

/* A part of what is known of a bugcheck: with the last one the machine waits, and the report is
 * kept in its directory. */
static void take_crash(struct supervisor *supervisor, const struct record *record)
{
    if (crash_receive(&supervisor->inbox, record))
        crash_keep(
            &supervisor->files, &supervisor->inbox, supervisor->child, supervisor->records, record);
    else
        crash_answer(supervisor->records, record);
}

static void take(struct supervisor *supervisor, const struct record *record)
{
    switch (record->type) {
    case RECORD_FINDING:
        supervisor->finding = true;
        break;
    case RECORD_END:
        supervisor->ended = true;
        break;
    case RECORD_CRASH:
        take_crash(supervisor, record);
        break;
    case RECORD_STOPPED:
        supervisor->stopped = true;
        if (supervisor->files.trouble[0] != '\0')
            relay(supervisor,
                &(struct record){
                    .type = RECORD_NOTE, .text[0] = record_string(supervisor->files.trouble)});
        break;
    case RECORD_FAILED:
        supervisor->not_started = true;
        snprintf(supervisor->why, sizeof(supervisor->why), "%.*s (0x%08X)",
            (int)record->text[0].size, record->text[0].bytes, (unsigned)record->number[0]);
        visible_text(supervisor->why, strlen(supervisor->why));
        break;
    case RECORD_BEGIN:
        supervisor->up |= record->text[0].size == 2 && memcmp(record->text[0].bytes, "up", 2) == 0;
        return;
    default:
        break;
    }
    relay(supervisor, record);
}

/* The first record. False: what comes after it cannot be understood. */
static bool greet(struct supervisor *supervisor, const struct record *record)
{
    char version[32];

    supervisor->greeted = true;
    if (record_check_hello(record, version))
        return true;
    supervisor->not_started = true;
    snprintf(supervisor->why, sizeof(supervisor->why),
        "its process is of another build of dotsys (%s) than this command (" DOTSYS_VERSION
        "): install all of it from one build",
        version[0] != '\0' ? version : "an older one");
    kill(supervisor->child, SIGKILL);
    return false;
}

/* Takes what the machine's process tells until wanted is true, or it is gone. */
static void listen_until(
    struct supervisor *supervisor, struct record_reader *reader, const bool *wanted)
{
    enum record_answer answer = RECORD_GOT;
    struct record record;

    while (!*wanted && (answer = record_receive(reader, &record)) == RECORD_GOT) {
        if (!supervisor->greeted) {
            if (!greet(supervisor, &record))
                break;
            continue;
        }
        take(supervisor, &record);
        if (supervisor->stopped)
            kill(supervisor->child, SIGKILL); /* it has nothing more to say */
    }
    if (answer == RECORD_GARBLED)
        tell_refused(supervisor, RECORD_GARBLED_TEXT);
    if (answer == RECORD_LOST) {
        snprintf(supervisor->why, sizeof(supervisor->why), RECORD_LOST_END);
        relay(supervisor,
            &(struct record){.type = RECORD_NOTE, .text[0] = record_string(RECORD_LOST_END)});
    }
    if (answer != RECORD_GOT && !supervisor->ended)
        kill(supervisor->child, SIGKILL); /* whoever closed the socket, if it was not its end */
}

static bool start_threads(struct supervisor *supervisor)
{
    void *(*const routines[])(void *) = {accept_thread, signal_thread};
    pthread_t thread;

    for (size_t i = 0; i < 2; i++) {
        if (pthread_create(&thread, NULL, routines[i], supervisor) != 0)
            return false;
        pthread_detach(thread);
    }
    return true;
}

/* Everything a machine needs but its process. False: why says why. */
static bool prepare(struct supervisor *supervisor)
{
    const struct up_options *options = supervisor->options;

    supervisor->path = keeper_path(options->serve.choices.directory);
    if (supervisor->path == NULL || pthread_mutex_init(&supervisor->lock, NULL) != 0) {
        snprintf(supervisor->why, sizeof(supervisor->why), "out of memory");
        return false;
    }
    if (!keeper_open(&supervisor->keeper, options->serve.choices.directory,
            options->serve.choices.disk, options->serve.choices.disk_writable, supervisor->why,
            sizeof(supervisor->why)))
        return false;
    snprintf(
        supervisor->crash_folder, sizeof(supervisor->crash_folder), "%s/crash", supervisor->path);
    supervisor->files = (struct crash_files){
        .folder = supervisor->crash_folder, .argc = options->argc, .argv = options->argv};
    supervisor->listening = control_listen(supervisor->path);
    if (supervisor->listening < 0) {
        snprintf(supervisor->why, sizeof(supervisor->why),
            "%s: cannot make the socket 'control': %s", supervisor->path, strerror(errno));
        keeper_close(&supervisor->keeper);
        return false;
    }
    return true;
}

static bool start_process(struct supervisor *supervisor)
{
    int records[2], handoffs[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, records) != 0)
        return false;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, handoffs) != 0) {
        close(records[0]);
        close(records[1]);
        return false;
    }
    /* The child sees its ends in the copy it gets. */
    supervisor->records = records[1];
    supervisor->handoffs = handoffs[1];
    supervisor->keeper.broker.refused = tell_refused;
    supervisor->keeper.broker.context = supervisor;
    supervisor->keeper.hand_over = true;
    supervisor->child = keeper_fork(&supervisor->keeper, true, up_child, supervisor);
    supervisor->records = records[0];
    supervisor->handoffs = handoffs[0];
    close(records[1]);
    close(handoffs[1]);
    return supervisor->child > 0;
}

static int conclude(struct supervisor *supervisor)
{
    int status = 0;

    while (waitpid(supervisor->child, &status, 0) < 0 && errno == EINTR)
        continue;
    bool died = WIFSIGNALED(status) && !supervisor->stopped;
    if (died && !supervisor->closing) {
        char what[OUTPUT_DEATH_BYTES];
        output_describe_death(WTERMSIG(status), 0, what);
        crash_keep_death(&supervisor->files, supervisor->child, what, "");
    }
    control_remove(supervisor->path);
    shutdown(supervisor->listening, SHUT_RDWR);
    keeper_close(&supervisor->keeper);
    int result = supervisor->stopped || died ? EXIT_BUGCHECK
        : supervisor->not_started            ? EXIT_NOT_LOADED
        : supervisor->finding                ? EXIT_FINDING
                                             : EXIT_FINE;
    if (died) {
        struct record record = {.type = RECORD_NOTE};
        char text[160];
        snprintf(text, sizeof(text),
            supervisor->closing ? "the machine did not close in time and was ended"
                                : "the machine's process was killed by signal %d (%s)",
            WTERMSIG(status), strsignal(WTERMSIG(status)));
        record.text[0] = record_string(text);
        relay(supervisor, &record);
        if (supervisor->why[0] == '\0')
            snprintf(supervisor->why, sizeof(supervisor->why), "%s", text);
    }
    end_followers(supervisor, result);
    return result;
}

/* Whoever is told that it is not up may try again at once. */
static void give_up(struct supervisor *supervisor)
{
    if (supervisor->child > 0) {
        kill(supervisor->child, SIGKILL);
        waitpid(supervisor->child, NULL, 0);
    }
    control_remove(supervisor->path);
    keeper_close(&supervisor->keeper);
}

int up_run(const struct up_options *options,
    void (*ready)(void *context, const char *why, int status), void *context)
{
    static struct supervisor supervisor;
    struct record_reader reader;
    static const bool never;
    sigset_t signals;

    supervisor.options = options;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (!prepare(&supervisor)) {
        ready(context, supervisor.why, EXIT_NOT_LOADED);
        return EXIT_NOT_LOADED;
    }
    if (!start_process(&supervisor) || !record_reader_open(&reader, supervisor.records)) {
        give_up(&supervisor);
        ready(context, "out of memory or processes", EXIT_NOT_LOADED);
        return EXIT_NOT_LOADED;
    }
    listen_until(&supervisor, &reader, &supervisor.up);
    if (supervisor.up && !start_threads(&supervisor)) {
        snprintf(supervisor.why, sizeof(supervisor.why), "out of memory or threads");
        supervisor.up = false;
        supervisor.not_started = true;
        pthread_mutex_lock(&supervisor.lock);
        begin_to_close(&supervisor);
        pthread_mutex_unlock(&supervisor.lock);
        listen_until(&supervisor, &reader, &never);
    } else if (supervisor.up) {
        ready(context, NULL, EXIT_FINE);
        listen_until(&supervisor, &reader, &never);
    }
    record_reader_close(&reader);
    int status = conclude(&supervisor);
    if (!supervisor.up)
        ready(context,
            supervisor.why[0] != '\0' ? supervisor.why : "the machine stopped while it started",
            status);
    return status;
}
