/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The process that holds the machine. One thread works: it opens the machine, starts the drivers, runs the commands and
 * undoes it all; the first thread watches it. Log lines, findings and results go to the supervisor as they happen, from
 * whatever thread they happen on.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* sem_clockwait */
#endif

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "install.h"
#include "client.h"
#include "serve.h"
#include "tell.h"

#include "kd/kd.h"

struct machine {
    const struct run_options *options;
    struct machine_host host;
    struct teller teller;
    dotsys_machine *machine; /* NULL: it is another process's, and this one a client */
    EPROCESS *process; /* whose thread runs the commands of a connection */
    struct session session;
    struct watch watch;
    char doing[256]; /* under way, for the report when it never ends; the working thread writes before watch_enter */
    const char *starting, *stopping; /* the driver being started or stopped; NULL: neither */
    bool requesting; /* what is under way sends requests to a driver */
    size_t remaining; /* commands after the one under way */
    sem_t reported;  /* posted when the requests drivers hold have been reported */
};

/* The signal handler has nothing else to reach the watch by. */
static struct machine *the_machine;

static bool is_client(const struct machine *machine)
{
    return machine->machine == NULL;
}

static void tell_begin(struct machine *machine, const char *what, const char *name)
{
    snprintf(machine->doing, sizeof(machine->doing), "%s%s", what, name);
    tell(&machine->teller, (struct record){.type = RECORD_BEGIN, .text = {record_string(machine->doing)}});
}

/* ---- The working thread ---------------------------------------------------------------------------------------------- */

static dotsys_status load_ports(void *context, dotsys_machine *opened)
{
    const struct machine *machine = context;
    dotsys_status status = ports_load(opened, machine->options->choices.ports, machine->options->choices.port_count);

    if (NT_SUCCESS(status))
        status = install_registry(opened, machine->options->registry);
    return NT_SUCCESS(status) ? install_files(machine->options->copies, machine->options->copy_count) : status;
}

static bool open_machine(struct machine *machine)
{
    dotsys_options options = {
        .size = sizeof(options),
        .ordinary_user = machine->options->user,
        .log = tell_log,
        .finding = tell_finding,
        .context = &machine->teller,
    };

    choices_fill(&machine->options->choices, &options);
    tell_begin(machine, "starting the machine", "");
    watch_enter_machine(&machine->watch);
    dotsys_status status = machine_open(&options, &machine->host, &machine->machine);
    watch_leave(&machine->watch);
    if (!NT_SUCCESS(status))
        tell_failed(&machine->teller, status);
    return NT_SUCCESS(status);
}

/* Starts the drivers in order up to the first that fails; how many run. */
static size_t start_drivers(struct machine *machine)
{
    size_t started = 0;

    for (; started < machine->options->driver_count && !machine->watch.interrupted; started++) {
        const struct run_driver *driver = &machine->options->drivers[started];
        tell_begin(machine, "starting ", driver->name);
        machine->starting = driver->name;
        watch_enter(&machine->watch, NULL);
        dotsys_status status = dotsys_driver_start(machine->machine, driver->name, driver->path);
        watch_leave(&machine->watch);
        machine->starting = NULL;
        if (status == STATUS_IMAGE_ALREADY_LOADED && driver->installed)
            status = STATUS_SUCCESS; /* its device was there already */
        tell_driver(&machine->teller, DRIVER_START, driver->name, status);
        if (!NT_SUCCESS(status))
            break;
    }
    return started;
}

/* Runs the commands; false when the machine stopped. */
static bool run_commands(struct machine *machine)
{
    const struct run_options *options = machine->options;

    for (size_t i = 0; i < options->command_count; i++) {
        struct outcome outcome;
        if (machine->watch.interrupted) {
            tell_skipped(&machine->teller, options->command_count - i, "the run was interrupted");
            return true;
        }
        tell_begin(machine, options->commands[i]->text, "");
        enum command_verb verb = options->commands[i]->verb;
        machine->remaining = options->command_count - i - 1;
        machine->requesting = verb != COMMAND_START && verb != COMMAND_STOP && verb != COMMAND_SLEEP;
        session_run(&machine->session, options->commands[i], &outcome);
        machine->requesting = false;
        tell_outcome(&machine->teller, options->commands[i], &outcome);
        outcome_free(&outcome);
        if (tell_stopped(&machine->teller) || (is_client(machine) && outcome.status == STATUS_HOST_DOWN)) {
            tell_skipped(&machine->teller, machine->remaining, "the machine has stopped");
            return false;
        }
    }
    return true;
}

static void stop_drivers(struct machine *machine, size_t count)
{
    while (count-- > 0) {
        const struct run_driver *driver = &machine->options->drivers[count];
        tell_begin(machine, "stopping ", driver->name);
        machine->stopping = driver->name;
        watch_enter_machine(&machine->watch);
        dotsys_status status = dotsys_driver_stop(machine->machine, driver->name);
        watch_leave(&machine->watch);
        machine->stopping = NULL;
        if (tell_stopped(&machine->teller))
            return;
        if (status != STATUS_OBJECT_NAME_NOT_FOUND) /* a command has stopped it already */
            tell_driver(&machine->teller, DRIVER_STOP, driver->name, status);
    }
}

/* Neither the commands nor the program are run. */
static void tell_not_begun(struct machine *machine, const char *why)
{
    char text[512];

    tell_skipped(&machine->teller, machine->options->command_count, why);
    if (machine->options->program == NULL)
        return;
    snprintf(text, sizeof(text), "%s was not run: %s", machine->options->program[0], why);
    tell(&machine->teller, (struct record){.type = RECORD_NOTE, .text = {record_string(text)}});
}

/* The program is gone; a driver that keeps a request of it for good is reported like one that keeps a command's. */
static void end_clients(struct machine *machine)
{
    tell_begin(machine, "the requests of a program that has ended", "");
    machine->requesting = true;
    watch_enter(&machine->watch, NULL);
    serve_no_more();
    watch_leave(&machine->watch);
    machine->requesting = false;
}

static void run_machine(struct machine *machine)
{
    size_t count = machine->options->driver_count, started = start_drivers(machine);
    bool running = !tell_stopped(&machine->teller);

    if (running && started == count && machine->options->program != NULL) {
        tell_begin(machine, "running ", machine->options->program[0]);
        serve_program(machine->machine, &machine->teller, machine->options->handoffs);
        end_clients(machine);
        running = !tell_stopped(&machine->teller);
    } else if (running && started == count)
        running = run_commands(machine);
    else
        tell_not_begun(machine, !running             ? "the machine has stopped"
                : machine->watch.interrupted ? "the run was interrupted"
                                             : "a driver did not load");
    tell_begin(machine, "closing the handles still open", "");
    session_close(&machine->session);
    if (running && !tell_stopped(&machine->teller))
        stop_drivers(machine, started);
}

/* The commands of a connection, or of a client, on a machine that others use, too. */
static void *work_session(void *argument)
{
    struct machine *machine = argument;

    if (is_client(machine) || NT_SUCCESS(PsAttachHostThread(machine->process))) {
        run_commands(machine);
        tell_begin(machine, "closing the handles still open", "");
        session_close(&machine->session);
        if (!is_client(machine))
            PsDetachHostThread();
    } else {
        tell_skipped(&machine->teller, machine->options->command_count, "the machine has stopped, or is out of memory");
    }
    watch_finish(&machine->watch);
    return NULL;
}

static void *work(void *argument)
{
    struct machine *machine = argument;

    if (open_machine(machine)) {
        machine->session =
            (struct session){.machine = machine->machine, .options = machine->options, .watch = &machine->watch};
        run_machine(machine);
        tell_begin(machine, "closing the machine", "");
        watch_enter_machine(&machine->watch);
        dotsys_machine_close(machine->machine);
        watch_leave(&machine->watch);
        tell_stopped(&machine->teller);
        session_free(&machine->session);
    }
    tell(&machine->teller, (struct record){.type = RECORD_END});
    watch_finish(&machine->watch);
    return NULL;
}

/* ---- The watching thread --------------------------------------------------------------------------------------------- */

static void on_interrupt(int number)
{
    (void)number;
    watch_interrupt(&the_machine->watch);
}

static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* Writes how long an operation was waited for. */
static void describe_patience(const struct machine *machine, char *text, size_t size)
{
    if (machine->watch.interrupted)
        snprintf(text, size, "still not when the run was interrupted, nor %u ms after that", WATCH_GRACE_MS);
    else if (machine->watch.handle != NULL)
        snprintf(text, size, "still not after %u ms (--timeout), nor %u ms after it was cancelled",
            (unsigned)machine->watch.patience_ms, WATCH_GRACE_MS);
    else
        snprintf(text, size, "still not after %u ms", (unsigned)machine->watch.patience_ms);
}

static BOOLEAN report_irp(IRP *Irp, void *Context)
{
    (void)Context;
    if (Irp->CurrentLocation <= Irp->StackCount)
        IoiReportIrp(Irp);
    return TRUE;
}

static NTSTATUS report_irps(void *context)
{
    IoiEnumerateIrps(report_irp, context);
    return STATUS_SUCCESS;
}

static void *report_thread(void *argument)
{
    struct machine *machine = argument;

    if (NT_SUCCESS(SysAttach()))
        KeEnterKernel(report_irps, NULL, KernelMode);
    sem_post(&machine->reported);
    return NULL;
}

/* Has the machine name the requests drivers hold, if it still can. False: nothing was told. */
static bool tell_held_requests(struct machine *machine)
{
    unsigned before = machine->teller.findings;
    struct timespec end;
    pthread_t thread;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec++;
    if (sem_init(&machine->reported, 0, 0) != 0 || pthread_create(&thread, NULL, report_thread, machine) != 0)
        return false;
    while (sem_clockwait(&machine->reported, CLOCK_MONOTONIC, &end) != 0 && errno == EINTR)
        continue;
    return machine->teller.findings != before;
}

static void tell_unfinished(struct machine *machine, const char *patience)
{
    const char *driver = machine->stopping;
    char text[512];

    if (driver == NULL && machine->options->driver_count == 1)
        driver = machine->options->drivers[0].name;
    snprintf(text, sizeof(text), "%s: not %s, %s", machine->doing, machine->requesting ? "completed" : "finished",
        patience);
    if (machine->requesting && !is_client(machine) && tell_held_requests(machine)) {
        tell(&machine->teller, (struct record){.type = RECORD_NOTE, .text = {record_string(text)}});
        return;
    }
    tell(&machine->teller,
        (struct record){.type = RECORD_FINDING,
            .number = {machine->requesting ? DOTSYS_FINDING_IRP_NOT_COMPLETED : DOTSYS_FINDING_OTHER},
            .text = {record_string(driver), {NULL, 0}, record_string(text)}});
}

/* Reports an operation that cannot be brought to an end. */
static void tell_stuck(struct machine *machine)
{
    char patience[128], text[256];

    describe_patience(machine, patience, sizeof(patience));
    if (machine->starting != NULL) {
        snprintf(text, sizeof(text), "its DriverEntry did not return, %s", patience);
        tell(&machine->teller,
            (struct record){.type = RECORD_DRIVER,
                .number = {STATUS_TIMEOUT, DRIVER_START},
                .text = {record_string(machine->starting), record_string(text)}});
        machine->remaining = machine->options->command_count;
    } else {
        tell_unfinished(machine, patience);
    }
    tell_skipped(&machine->teller, machine->remaining, "the machine is stuck");
}

/* Starts the working thread, which takes no signal meant for this one; so do the threads it makes. */
static bool start_work(struct machine *machine, void *(*routine)(void *), pthread_t *thread)
{
    sigset_t signals, before;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    int error = pthread_create(thread, NULL, routine, machine);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

int machine_run(const struct run_options *options, const struct machine_host *host, int socket)
{
    static struct machine machine;
    pthread_t thread;

    machine.options = options;
    machine.host = host != NULL ? *host : (struct machine_host){.disk = -1, .cmos = -1};
    machine.host.opened = load_ports;
    machine.host.opened_context = &machine;
    machine.teller.socket = socket;
    the_machine = &machine;
    if (!watch_init(&machine.watch, options->timeout_ms))
        return EXIT_FAILURE;
    catch_interrupts();
    if (!start_work(&machine, work, &thread))
        return EXIT_FAILURE;
    if (watch_run(&machine.watch, session_cancel) == WATCH_STUCK) {
        tell_stuck(&machine);
        tell(&machine.teller, (struct record){.type = RECORD_END});
        _Exit(0); /* a thread is inside the driver: nothing can be taken down in order */
    }
    pthread_join(thread, NULL);
    return 0;
}

int machine_session(dotsys_machine *opened, EPROCESS *process, const struct run_options *options, int socket)
{
    struct machine *machine = calloc(1, sizeof(*machine));
    pthread_t thread;

    if (machine == NULL)
        return EXIT_COMMAND_FAILED;
    machine->options = options;
    machine->teller.socket = socket;
    machine->machine = opened;
    machine->process = process;
    machine->session = (struct session){.machine = opened, .options = options, .watch = &machine->watch};
    if (!watch_init(&machine->watch, options->timeout_ms) || !start_work(machine, work_session, &thread)) {
        free(machine);
        return EXIT_COMMAND_FAILED;
    }
    if (watch_run(&machine->watch, session_cancel) == WATCH_STUCK) {
        tell_stuck(machine);
        return EXIT_FINDING; /* the thread is inside the driver, with what it needs */
    }
    pthread_join(thread, NULL);
    bool stopped = KdGetReport() != NULL;
    session_free(&machine->session);
    free(machine);
    return stopped ? EXIT_BUGCHECK : EXIT_FINE;
}
