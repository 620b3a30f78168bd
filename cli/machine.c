/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The process that holds the machine. One thread works: it opens the machine, starts the drivers,
 * runs the commands and undoes it all; the first thread watches it. Log lines, findings and results
 * go to the supervisor as they happen, from whatever thread they happen on.
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
#include <sys/mman.h>
#include <time.h>

#include "cli.h"
#include "install.h"
#include "machinep.h"
#include "client.h"
#include "serve.h"
#include "server/sandbox.h"
#include "tell.h"
#include "watchdog.h"

#include "kd/kd.h"
#include "ke/turns.h"
#include "po/po.h"
#include "vf/explore.h"
#include "vf/lowres.h"

/* The signal handler has nothing else to reach the watch by. */
static struct machine *the_machine;

bool machine_is_client(const struct machine *machine)
{
    return machine->machine == NULL;
}

static void tell_begin(struct machine *machine, const char *what, const char *name)
{
    snprintf(machine->doing, sizeof(machine->doing), "%s%s", what, name);
    tell(machine->teller,
        (struct record){.type = RECORD_BEGIN, .text = {record_string(machine->doing)}});
}

/* ---- The working thread ---------------------------------------------------------------------- */

static dotsys_status load_ports(void *context, dotsys_machine *opened)
{
    const struct machine *machine = context;
    dotsys_status status = ports_load(
        opened, machine->options->choices.ports, machine->options->choices.port_count);

    if (NT_SUCCESS(status))
        status = install_registry(opened, machine->options->choices.registry);
    if (NT_SUCCESS(status))
        status = install_files(machine->options->copies, machine->options->copy_count);
    if (NT_SUCCESS(status))
        sandbox_enter(&(struct sandbox_options){
            .broker = machine->host.broker, .clients = machine->options->program != NULL});
    return status;
}

/* Of the host's processes drivers hear nothing then. */
static bool tells_processes(const struct run_options *options)
{
    bool tells = options->schedule != NULL;

    for (size_t i = 0; i < options->command_count; i++)
        tells |= options->commands[i]->verb == COMMAND_PROCESS;
    return tells;
}

static bool open_machine(struct machine *machine)
{
    dotsys_options options = {
        .size = sizeof(options),
        .ordinary_user = machine->options->user,
        .log = tell_log,
        .finding = tell_finding,
        .context = machine->teller,
    };

    choices_fill(&machine->options->choices, &options);
    options.schedule = machine->options->schedule;
    PsiWatchSource = tells_processes(machine->options) ? HOST_PROCESS_TOLD : HOST_PROCESS_BEST;
    tell_crashes(machine->teller);
    tell_begin(machine, "starting the machine", "");
    watch_enter_machine(&machine->watch);
    dotsys_status status = machine_open(&options, &machine->host, &machine->machine);
    watch_leave(&machine->watch);
    if (!NT_SUCCESS(status))
        tell_failed(machine->teller, status);
    else if (options.schedule != NULL)
        machine->teller->start = (int64_t)host_clock_utc(); /* its time is its own */
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
        watch_enter_machine(&machine->watch);
        dotsys_status status = dotsys_driver_start(machine->machine, driver->name, driver->path);
        watch_leave(&machine->watch);
        machine->starting = NULL;
        if (status == STATUS_IMAGE_ALREADY_LOADED && driver->installed)
            status = STATUS_SUCCESS; /* its device was there already */
        tell_driver(machine->teller, DRIVER_START, driver->name, status);
        if (!NT_SUCCESS(status))
            break;
    }
    return started;
}

/* ---- The commands ---------------------------------------------------------------------------- */

static bool is_interrupted(const struct machine *machine)
{
    return machine->watch.interrupted ||
        (machine->leader != NULL && machine->leader->watch.interrupted);
}

static void begin_session(struct machine *machine, dotsys_machine *opened)
{
    session_table_init(&machine->own_table);
    machine->session = (struct session){.machine = opened,
        .options = machine->options,
        .watch = &machine->watch,
        .table = &machine->own_table};
}

/* What a driver answers, and could leave unanswered. */
static bool is_request(enum command_verb verb)
{
    return verb != COMMAND_START && verb != COMMAND_STOP && verb != COMMAND_SLEEP &&
        verb != COMMAND_POWER && verb != COMMAND_PROCESS && verb != COMMAND_EVENT;
}

/* False when the machine stopped. */
static bool run_command(struct machine *machine, const struct command *command, size_t remaining)
{
    struct outcome outcome;

    tell_begin(machine, command->text, "");
    machine->remaining = remaining;
    machine->requesting = is_request(command->verb);
    session_run(&machine->session, command, &outcome);
    machine->requesting = false;
    tell_outcome(machine->teller, command, &outcome);
    outcome_free(&outcome);
    if (!tell_stopped(machine->teller) &&
        !(machine_is_client(machine) && outcome.status == STATUS_HOST_DOWN))
        return true;
    tell_skipped(machine->teller, remaining, "the machine has stopped");
    return false;
}

bool machine_run_commands(struct machine *machine)
{
    const struct run_options *options = machine->options;

    for (size_t i = 0; i < options->command_count;) {
        size_t count = machine->leader != NULL ? 0 : members_count(options, i);
        if (is_interrupted(machine)) {
            tell_skipped(machine->teller, options->command_count - i, "the run was interrupted");
            return true;
        }
        if (count > 0 ? !members_run(machine, i, count)
                      : !run_command(machine, options->commands[i], options->command_count - i - 1))
            return false;
        i += count > 0 ? count : 1;
    }
    return true;
}

#define LETS_GO_100NS 10000000u

/* A request of a program that has ended may hold its file for a moment yet: in use is a driver that
 * stays so. */
static dotsys_status stop_driver(struct machine *machine, const char *name)
{
    const struct timespec moment = {0, 1000000};
    const uint64_t until = host_clock_monotonic() + LETS_GO_100NS;
    dotsys_status status = dotsys_driver_stop(machine->machine, name);

    while (status == STATUS_PENDING && !KeTakesTurns && host_clock_monotonic() < until) {
        nanosleep(&moment, NULL);
        status = dotsys_driver_stop(machine->machine, name);
        if (status == STATUS_OBJECT_NAME_NOT_FOUND)
            return DOTSYS_OK;
    }
    return status;
}

static void stop_drivers(struct machine *machine, size_t count)
{
    while (count-- > 0) {
        const struct run_driver *driver = &machine->options->drivers[count];
        tell_begin(machine, "stopping ", driver->name);
        machine->stopping = driver->name;
        watch_enter_machine(&machine->watch);
        dotsys_status status = stop_driver(machine, driver->name);
        watch_leave(&machine->watch);
        machine->stopping = NULL;
        if (tell_stopped(machine->teller))
            return;
        if (status != STATUS_OBJECT_NAME_NOT_FOUND) /* a command has stopped it already */
            tell_driver(machine->teller, DRIVER_STOP, driver->name, status);
    }
}

/* Neither the commands nor the program are run. */
static void tell_not_begun(struct machine *machine, const char *why)
{
    char text[512];

    tell_skipped(machine->teller, machine->options->command_count, why);
    if (machine->options->program == NULL)
        return;
    snprintf(text, sizeof(text), "%s was not run: %s", machine->options->program[0], why);
    tell(machine->teller, (struct record){.type = RECORD_NOTE, .text = {record_string(text)}});
}

/* The program is gone; a driver that keeps a request of it for good is reported like one that keeps
 * a command's. */
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
    if (machine->options->choices.watchdog_ms != 0)
        PoRequestLimitMs = machine->options->choices.watchdog_ms;
    size_t count = machine->options->driver_count, started = start_drivers(machine);
    bool running = !tell_stopped(machine->teller);

    if (running && started == count && machine->options->program != NULL) {
        tell_begin(machine, "running ", machine->options->program[0]);
        watchdog_start(machine->options->choices.watchdog_ms);
        serve_program(machine->machine, machine->teller, machine->options->handoffs);
        end_clients(machine);
        running = !tell_stopped(machine->teller);
    } else if (running && started == count)
        running = machine_run_commands(machine);
    else
        tell_not_begun(machine, !running             ? "the machine has stopped"
                : machine->watch.interrupted ? "the run was interrupted"
                                             : "a driver did not load");
    tell_begin(machine, "closing the handles still open", "");
    session_close(&machine->session);
    if (running)
        tell_requests(machine->teller);
    if (running && !tell_stopped(machine->teller))
        stop_drivers(machine, started);
}

/* The commands of a connection, or of a client, on a machine that others use, too. */
static void *work_session(void *argument)
{
    struct machine *machine = argument;

    if (machine_is_client(machine) || NT_SUCCESS(PsAttachHostThread(machine->process))) {
        machine_run_commands(machine);
        tell_begin(machine, "closing the handles still open", "");
        session_close(&machine->session);
        if (!machine_is_client(machine))
            PsDetachHostThread();
    } else {
        tell_skipped(machine->teller, machine->options->command_count,
            "the machine has stopped, or is out of memory");
    }
    watch_finish(&machine->watch);
    return NULL;
}

/* For who explores. */
static void tell_trace(const struct machine *machine)
{
    ULONG count;
    const UCHAR *trace = VfGetTrace(&count);

    if (machine->options->schedule != NULL)
        tell(machine->teller,
            (struct record){.type = RECORD_TRACE, .text[2] = {(const char *)trace, count}});
}

static void *work(void *argument)
{
    struct machine *machine = argument;

    if (open_machine(machine)) {
        begin_session(machine, machine->machine);
        run_machine(machine);
        tell_begin(machine, "closing the machine", "");
        watch_enter_machine(&machine->watch);
        dotsys_machine_close(machine->machine);
        watch_leave(&machine->watch);
        tell_trace(machine);
        tell_stopped(machine->teller);
        session_table_free(&machine->own_table);
    }
    tell(machine->teller, (struct record){.type = RECORD_END});
    watch_finish(&machine->watch);
    return NULL;
}

/* ---- The watching thread --------------------------------------------------------------------- */

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
        snprintf(text, size, "still not when the run was interrupted, nor %u ms after that",
            WATCH_GRACE_MS);
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

/* Where the driver is that does not return, if it runs. */
static void find_place(char *text, size_t size)
{
    KE_STUCK stuck;
    const LDR_IMAGE *image = KeFindStuck(&stuck) ? LdrFindImage(stuck.Place) : NULL;

    if (image != NULL)
        snprintf(text, size, "; thread %u is at %.60s+0x%zx, at IRQL %u", (unsigned)stuck.ThreadId,
            image->Name, (size_t)(stuck.Place - (ULONG_PTR)image->Base), stuck.Irql);
}

static NTSTATUS report_irps(void *context)
{
    struct machine *machine = context;

    find_place(machine->place, sizeof(machine->place));
    if (machine->requesting)
        IoiEnumerateIrps(report_irp, NULL);
    return STATUS_SUCCESS;
}

static void *report_thread(void *argument)
{
    struct machine *machine = argument;

    if (NT_SUCCESS(SysAttach()))
        KeEnterKernel(report_irps, machine, KernelMode);
    sem_post(&machine->reported);
    return NULL;
}

/* Has the machine name the requests drivers hold, if it still can. False: nothing was told. */
static bool tell_held_requests(struct machine *machine)
{
    unsigned before = machine->teller->findings;
    struct timespec end;
    pthread_t thread;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec++;
    if (sem_init(&machine->reported, 0, 0) != 0 ||
        pthread_create(&thread, NULL, report_thread, machine) != 0)
        return false;
    while (sem_clockwait(&machine->reported, CLOCK_MONOTONIC, &end) != 0 && errno == EINTR)
        continue;
    return machine->teller->findings != before;
}

static void tell_unfinished(struct machine *machine, const char *patience)
{
    const char *driver = machine->stopping;
    char text[640];

    if (driver == NULL && machine->options->driver_count == 1)
        driver = machine->options->drivers[0].name;
    bool held = !machine_is_client(machine) && tell_held_requests(machine);
    snprintf(text, sizeof(text), "%s: not %s, %s%s", machine->doing,
        machine->requesting ? "completed" : "finished", patience, machine->place);
    if (held) {
        tell(machine->teller, (struct record){.type = RECORD_NOTE, .text = {record_string(text)}});
        return;
    }
    tell(machine->teller,
        (struct record){.type = RECORD_FINDING,
            .number = {machine->requesting ? DOTSYS_FINDING_IRP_NOT_COMPLETED
                                           : DOTSYS_FINDING_OTHER},
            .text = {record_string(driver), {NULL, 0}, record_string(text)}});
}

void machine_tell_stuck(struct machine *machine)
{
    char patience[128], text[384];

    describe_patience(machine, patience, sizeof(patience));
    if (machine->starting != NULL) {
        tell_held_requests(machine);
        snprintf(
            text, sizeof(text), "its DriverEntry did not return, %s%s", patience, machine->place);
        tell(machine->teller,
            (struct record){.type = RECORD_DRIVER,
                .number = {STATUS_TIMEOUT, DRIVER_START},
                .text = {record_string(machine->starting), record_string(text)}});
        machine->remaining = machine->options->command_count;
    } else {
        tell_unfinished(machine, patience);
    }
    tell_skipped(machine->teller, machine->remaining, "the machine is stuck");
}

struct VF_STACKS *machine_map_stacks(int descriptor)
{
    void *memory = descriptor < 0
        ? MAP_FAILED
        : mmap(NULL, sizeof(VF_STACKS), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);

    return memory != MAP_FAILED ? memory : NULL;
}

int machine_run(const struct run_options *options, const struct machine_host *host, int socket)
{
    static struct machine machine;
    pthread_t thread;

    machine.options = options;
    machine.host = host != NULL ? *host
                                : (struct machine_host){.disk = -1, .cmos = -1, .broker = -1};
    machine.host.opened = load_ports;
    machine.host.opened_context = &machine;
    machine.host.stacks = machine_map_stacks(options->stacks);
    machine.own_teller.socket = socket;
    machine.teller = &machine.own_teller;
    the_machine = &machine;
    if (!watch_init(&machine.watch, options->timeout_ms))
        return EXIT_FAILURE;
    machine.watch.never_cancels = options->schedule != NULL;
    catch_interrupts();
    if (options->program == NULL && options->choices.port_count == 0)
        sandbox_isolate();
    sandbox_expect_thread();
    if (!watch_start_thread(work, &machine, &thread))
        return EXIT_FAILURE;
    sandbox_confine_thread(&(struct sandbox_options){.clients = options->program != NULL});
    sandbox_let_go();
    if (watch_run(&machine.watch, session_cancel) == WATCH_STUCK) {
        machine_tell_stuck(&machine);
        tell(machine.teller, (struct record){.type = RECORD_END});
        _Exit(0); /* a thread is inside the driver: nothing can be taken down in order */
    }
    pthread_join(thread, NULL);
    return 0;
}

int machine_session(
    dotsys_machine *opened, EPROCESS *process, const struct run_options *options, int socket)
{
    struct machine *machine = calloc(1, sizeof(*machine));
    pthread_t thread;

    if (machine != NULL) {
        machine->options = options;
        machine->teller = &machine->own_teller;
        machine->own_teller.socket = socket;
        machine->machine = opened;
        machine->process = process;
        begin_session(machine, opened);
    }
    if (machine == NULL || !watch_init(&machine->watch, options->timeout_ms) ||
        !watch_start_thread(work_session, machine, &thread)) {
        tell(&(struct teller){.socket = socket},
            (struct record){.type = RECORD_NOTE,
                .text[0] = record_string("the machine is out of memory or threads")});
        free(machine);
        return EXIT_COMMAND_FAILED;
    }
    if (watch_run(&machine->watch, session_cancel) == WATCH_STUCK) {
        machine_tell_stuck(machine);
        return EXIT_FINDING; /* the thread is inside the driver, with what it needs */
    }
    pthread_join(thread, NULL);
    bool stopped = KdGetReport() != NULL;
    session_table_free(&machine->own_table);
    free(machine);
    return stopped ? EXIT_BUGCHECK : EXIT_FINE;
}
