/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys-machine32: the machine's process for drivers of i386. The dotsys command starts it (machine32.c), having found nothing
 * wrong with the command line, and is its supervisor; it is of no use by itself.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    fprintf(stderr, "\nThis program is started by 'dotsys run'.\n");
    return EXIT_USAGE;
}

int cli_help(const char *verb)
{
    (void)verb;
    printf("The machine of 'dotsys run' for x86 drivers. It is started by that command.\n");
    return EXIT_FINE;
}

/* The command has refused this already: clients of other processes are served by 64-bit machines only. */
void serve_program(dotsys_machine *machine, int records, int handoffs)
{
    (void)machine;
    (void)handoffs;
    record_send(records, &(struct record){.type = RECORD_FAILED, .number = {STATUS_NOT_SUPPORTED},
                             .text = {record_string("a program cannot be a client of a 32-bit machine")}});
}

/* What the command's cmd_run has its supervisor do; here the machine itself is run. */
int supervise(const struct run_options *options)
{
    struct machine_host host = {
        .drive_c = handed_over[MACHINE32_DRIVE_C][0] != '\0' ? handed_over[MACHINE32_DRIVE_C] : NULL,
        .disk = handed_number(MACHINE32_DISK),
        .disk_writable = handed_number(MACHINE32_DISK_WRITABLE) != 0,
        .cmos = handed_number(MACHINE32_CMOS),
        .start_services = handed_number(MACHINE32_START_SERVICES) != 0,
    };
    int storage = handed_number(MACHINE32_STORAGE);
    struct store_remote *remote;

    if (storage >= 0) {
        if (store_remote_open(storage, &remote) < 0)
            return EXIT_FAILURE;
        host.storage = store_remote_storage(remote);
    }
    return machine_run(options, &host, handed_number(MACHINE32_SOCKET));
}

int main(int argc, char **argv)
{
    if (argc <= MACHINE32_COMMAND)
        return argc == 2 && strcmp(argv[1], "--version") == 0 ? cli_version() : cli_usage(NULL, "too few arguments");
    handed_over = argv;
    for (enum machine32_argument which = MACHINE32_SOCKET; which <= MACHINE32_CMOS; which++) {
        if (which != MACHINE32_DISK_WRITABLE && handed_number(which) >= 0)
            fcntl(handed_number(which), F_SETFD, FD_CLOEXEC);
    }
    return cmd_run(argc - MACHINE32_COMMAND, argv + MACHINE32_COMMAND);
}
