/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The commands of `dotsys run -c` as a client of a machine in another process: every request they
 * make goes through the channel. What becomes of them goes as records to a socket; io_client.c
 * starts this program and shows them. Built for both word sizes.
 *
 *     io_records SOCKET TIMEOUT_MS COMMAND...
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "install.h"
#include "serve.h"
#include "watchdog.h"

#ifdef IO_RECORDS_ALONE

/* Without the rest of the command: what runs commands can open machines and serve programs as well,
 * and a client does not. */

dotsys_status ports_load(dotsys_machine *machine, const char *const *ports, size_t count)
{
    (void)machine, (void)ports, (void)count;
    abort();
}

dotsys_status install_registry(dotsys_machine *machine, int file)
{
    (void)machine, (void)file;
    abort();
}

dotsys_status install_files(const struct run_copy *copies, size_t count)
{
    (void)copies, (void)count;
    abort();
}

void serve_program(dotsys_machine *machine, struct teller *teller, int handoffs)
{
    (void)machine, (void)teller, (void)handoffs;
    abort();
}

void serve_no_more(void)
{
}

bool watchdog_start(uint32_t limit_ms)
{
    (void)limit_ms;
    abort();
}

void choices_fill(const struct machine_choices *choices, dotsys_options *options)
{
    (void)choices, (void)options;
    abort();
}

#else

int cli_usage(const char *verb, const char *format, ...)
{
    (void)verb, (void)format;
    return EXIT_USAGE;
}

#endif

int main(int argc, char **argv)
{
    static struct run_options options;

    if (argc < 3)
        return EXIT_USAGE;
    options.timeout_ms = (uint32_t)strtoul(argv[2], NULL, 10);
    options.commands = calloc((size_t)argc, sizeof(struct command *));
    for (int i = 3; i < argc && options.commands != NULL; i++) {
        struct parse_error error;
        if ((options.commands[options.command_count++] = command_parse(argv[i], &error)) == NULL) {
            fprintf(stderr, "io_records: %s\n", error.text);
            return EXIT_USAGE;
        }
    }
    /* a thread of ours may be inside a driver */
    _exit(machine_session(NULL, NULL, &options, atoi(argv[1])));
}
