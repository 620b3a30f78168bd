/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys-machine32 and dotsys-machine64: the machine's process for drivers of i386, and for others
 * where there are clients. The dotsys command starts them (machine_program.c), having found nothing
 * wrong with the command line, and is their supervisor; they are of no use by themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "cli.h"
#include "dotsys/dotsys.h"
#include "fuzz.h"
#include "machine_program.h"
#include "nt/ntstatus.h"
#include "serve.h"
#include "server/record.h"
#include "server/sandbox.h"
#include "server/store_remote.h"

static char **handed_over; /* enum machine_argument */

static int handed_number(enum machine_argument which)
{
    return atoi(handed_over[which]);
}

int cli_usage(const char *verb, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s%s%s: ", program_invocation_short_name, verb != NULL ? " " : "",
        verb != NULL ? verb : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nThis program is started by 'dotsys run' and 'dotsys up'.\n");
    return EXIT_USAGE;
}

int cli_help(const char *verb)
{
    (void)verb;
    printf("A machine's process. 'dotsys run' and 'dotsys up' start it.\n");
    return EXIT_FINE;
}

/* Threads' stacks: Linux' limit, which they have by default, says where mappings are
 * (machine_program.c). */
#define STACK_BYTES (sizeof(void *) * 1024u * 1024u / 4u)
#define STACK_USED  1024u          /* of the first stack, below the frame that waits */
#define STACK_MOST  (256u * 1024u) /* that Linux maps of it in advance */

/* What is outside the machine. False: out of memory. */
static bool take_host(struct machine_host *host)
{
    int storage = handed_number(MACHINE_STORAGE);
    struct store_remote *remote;

    *host = (struct machine_host){
        .drive_c = handed_over[MACHINE_DRIVE_C][0] != '\0' ? handed_over[MACHINE_DRIVE_C] : NULL,
        .disk = handed_number(MACHINE_DISK),
        .disk_writable = handed_number(MACHINE_DISK_WRITABLE) != 0,
        .cmos = handed_number(MACHINE_CMOS),
        .broker = handed_number(MACHINE_BROKER),
        .start_services = handed_number(MACHINE_START_SERVICES) != 0,
    };
    if (storage < 0)
        return true;
    if (store_remote_open(storage, &remote) < 0)
        return false;
    host->storage = store_remote_storage(remote);
    return true;
}

/* What the command's cmd_run has its supervisor do; here the machine itself is run. */
int supervise(const struct run_options *options)
{
    struct run_options with_clients = *options;
    struct machine_host host;

    with_clients.handoffs = handed_number(MACHINE_HANDOFFS);
    return take_host(&host) ? machine_run(&with_clients, &host, handed_number(MACHINE_SOCKET))
                            : EXIT_FAILURE;
}

/* The machine of "dotsys up". */
static int serve(int argc, char **argv)
{
    static const struct option table[] = {CHOICES_OPTIONS, {0}};
    struct serve_options options = {.choices.registry = -1};
    struct machine_host host;
    int option;

    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (option == '?' || choices_take(&options.choices, "up", option) >= 0)
            return EXIT_FAILURE;
    }
    return take_host(&host) ? machine_serve(&options, &host, handed_number(MACHINE_SOCKET),
                                  handed_number(MACHINE_HANDOFFS))
                            : EXIT_FAILURE;
}

struct work {
    int argc;
    char **argv;
};

static int do_work(const struct work *work)
{
    if (strcmp(work->argv[MACHINE_COMMAND], "serve") == 0)
        return serve(work->argc - MACHINE_COMMAND, work->argv + MACHINE_COMMAND);
    return cmd_run(work->argc - MACHINE_COMMAND, work->argv + MACHINE_COMMAND);
}

/* Ends the process itself: there is no room on the first stack for what is done then. */
static void *work_thread(void *argument)
{
    exit(do_work(argument));
}

/*
 * Of the first stack all but the end with what the process was started with, and what it needs to
 * wait. Sanitizers look at it: what there is of it stays then.
 */
static void leave_stack(void)
{
    struct rlimit limit;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const uintptr_t page = 4096, here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t end = (here - STACK_USED) & ~(page - 1);

    munmap((void *)(end - STACK_MOST), STACK_MOST);
#endif
    if (getrlimit(RLIMIT_STACK, &limit) == 0) {
        limit.rlim_cur = STACK_USED; /* it is larger already */
        setrlimit(RLIMIT_STACK, &limit);
    }
}

/*
 * Clients have their first stacks where this process has its own, and their addresses mean the same
 * here: what is not in use of it goes, Linux must not make it larger when an address below it is
 * touched, and all is done on another one. No signal comes here: a processor's registers alone may
 * take more than is left.
 */
static int work_elsewhere(struct work *work)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;

    sigfillset(&all);
    sandbox_expect_thread();
    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0 ||
        pthread_setattr_default_np(&attributes) != 0 ||
        pthread_create(&thread, NULL, work_thread, work) != 0)
        return EXIT_FAILURE;
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    sandbox_confine_thread(&(struct sandbox_options){.clients = true});
    leave_stack();
    sandbox_let_go();
    pthread_join(thread, NULL);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct work work = {argc, argv};

    mallopt(M_ARENA_MAX, 2); /* threads come and go with clients: what each one's arena keeps would
                                stay */
    if (argc == 3 && strcmp(argv[1], "fuzz") == 0)
        return fuzz_child(atoi(argv[2]));
    if (argc <= MACHINE_COMMAND)
        return argc == 2 && strcmp(argv[1], "--version") == 0
            ? cli_version()
            : cli_usage(NULL, "too few arguments");
    handed_over = argv;
    for (enum machine_argument which = MACHINE_SOCKET; which <= MACHINE_BROKER; which++) {
        if (which != MACHINE_DISK_WRITABLE && handed_number(which) >= 0)
            fcntl(handed_number(which), F_SETFD, FD_CLOEXEC);
    }
    record_send_hello(handed_number(MACHINE_SOCKET)); /* before what another version would not
                                                         understand */
    if (handed_number(MACHINE_HANDOFFS) >= 0)
        return work_elsewhere(&work);
    return do_work(&work);
}
