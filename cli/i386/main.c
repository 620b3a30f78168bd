/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys-machine32: the machine's process for drivers of i386. The dotsys command starts it (machine32.c), having found nothing
 * wrong with the command line, and is its supervisor; it is of no use by itself.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "cli.h"
#include "dotsys/dotsys.h"
#include "machine32.h"
#include "nt/ntstatus.h"
#include "serve.h"
#include "server/record.h"
#include "server/store_remote.h"

static char **handed_over; /* enum machine32_argument */

static int handed_number(enum machine32_argument which)
{
    return atoi(handed_over[which]);
}

int cli_usage(const char *verb, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "dotsys-machine32%s%s: ", verb != NULL ? " " : "", verb != NULL ? verb : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nThis program is started by 'dotsys run' and 'dotsys up'.\n");
    return EXIT_USAGE;
}

int cli_help(const char *verb)
{
    (void)verb;
    printf("The machine for x86 drivers. 'dotsys run' and 'dotsys up' start it.\n");
    return EXIT_FINE;
}

/* Threads' stacks: Linux' limit, which they have by default, says where mappings are (machine32.c). */
#define STACK_BYTES (1024u * 1024u)
#define STACK_USED  (3u * 1024u)   /* of the first stack, below the frame that waits */
#define STACK_MOST  (256u * 1024u) /* that Linux maps of it in advance */

/* What is outside the machine. False: out of memory. */
static bool take_host(struct machine_host *host)
{
    int storage = handed_number(MACHINE32_STORAGE);
    struct store_remote *remote;

    *host = (struct machine_host){
        .drive_c = handed_over[MACHINE32_DRIVE_C][0] != '\0' ? handed_over[MACHINE32_DRIVE_C] : NULL,
        .disk = handed_number(MACHINE32_DISK),
        .disk_writable = handed_number(MACHINE32_DISK_WRITABLE) != 0,
        .cmos = handed_number(MACHINE32_CMOS),
        .start_services = handed_number(MACHINE32_START_SERVICES) != 0,
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

    with_clients.handoffs = handed_number(MACHINE32_HANDOFFS);
    return take_host(&host) ? machine_run(&with_clients, &host, handed_number(MACHINE32_SOCKET)) : EXIT_FAILURE;
}

/* The machine of "dotsys up". */
static int serve(int argc, char **argv)
{
    static const struct option table[] = {CHOICES_OPTIONS, {0}};
    struct serve_options options = {0};
    struct machine_host host;
    int option;

    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (option == '?' || choices_take(&options.choices, "up", option) >= 0)
            return EXIT_FAILURE;
    }
    return take_host(&host)
               ? machine_serve(&options, &host, handed_number(MACHINE32_SOCKET), handed_number(MACHINE32_HANDOFFS))
               : EXIT_FAILURE;
}

struct work {
    int argc;
    char **argv;
    int status;
};

static void *work_thread(void *argument)
{
    struct work *work = argument;

    if (strcmp(work->argv[MACHINE32_COMMAND], "serve") == 0)
        work->status = serve(work->argc - MACHINE32_COMMAND, work->argv + MACHINE32_COMMAND);
    else
        work->status = cmd_run(work->argc - MACHINE32_COMMAND, work->argv + MACHINE32_COMMAND);
    return NULL;
}

/*
 * Clients have their first stacks where this process has its own, and their addresses mean the same here: what is not in use of it
 * goes, Linux must not make it larger when an address below it is touched, and all is done on another one.
 */
static int work_elsewhere(struct work *work)
{
    const uintptr_t page = 4096, here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t end = (here - STACK_USED) & ~(page - 1);
    struct rlimit limit;
    pthread_attr_t attributes;
    pthread_t thread;

    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0 ||
        pthread_setattr_default_np(&attributes) != 0 || pthread_create(&thread, NULL, work_thread, work) != 0)
        return EXIT_FAILURE;
    munmap((void *)(end - STACK_MOST), STACK_MOST);
    if (getrlimit(RLIMIT_STACK, &limit) == 0) {
        limit.rlim_cur = page; /* it is that large already */
        setrlimit(RLIMIT_STACK, &limit);
    }
    pthread_join(thread, NULL);
    return work->status;
}

int main(int argc, char **argv)
{
    struct work work = {argc, argv, EXIT_FAILURE};

    if (argc <= MACHINE32_COMMAND)
        return argc == 2 && strcmp(argv[1], "--version") == 0 ? cli_version() : cli_usage(NULL, "too few arguments");
    handed_over = argv;
    for (enum machine32_argument which = MACHINE32_SOCKET; which <= MACHINE32_CMOS; which++) {
        if (which != MACHINE32_DISK_WRITABLE && handed_number(which) >= 0)
            fcntl(handed_number(which), F_SETFD, FD_CLOEXEC);
    }
    record_send_hello(handed_number(MACHINE32_SOCKET)); /* before what another version would not understand */
    if (handed_number(MACHINE32_HANDOFFS) >= 0)
        return work_elsewhere(&work);
    work_thread(&work);
    return work.status;
}
