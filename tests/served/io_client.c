/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Starts a client that runs commands (io_records.c), shows what becomes of them as `dotsys run`
 * does, and exits as that would.
 *
 *     dotsys run DRIVER.sys... -- io_client [--by PROGRAM] [--json] [--timeout MS] -c COMMAND...
 *
 * --by: the client, if it is not the io_records beside this program.
 */
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "output.h"
#include "tally.h"

#define TIMEOUT_MS "10000"

static struct run_options options;
static const char *program;
static const char *timeout = TIMEOUT_MS;
static char **commands;

static int usage(const char *what)
{
    fprintf(stderr,
        "io_client: %s\nUsage: io_client [--by PROGRAM] [--json] [--timeout MS] -c COMMAND...\n",
        what);
    return EXIT_USAGE;
}

static int parse(int argc, char **argv)
{
    static const struct option known[] = {{"by", required_argument, NULL, 'b'},
        {"json", no_argument, NULL, 'j'}, {"timeout", required_argument, NULL, 't'}, {0}};
    size_t count = 0;
    int option;

    commands = calloc((size_t)argc + 1, sizeof(char *));
    if (commands == NULL)
        return usage("out of memory");
    while ((option = getopt_long(argc, argv, "c:", known, NULL)) != -1) {
        switch (option) {
        case 'b':
            program = optarg;
            break;
        case 'j':
            options.json = true;
            break;
        case 't':
            timeout = optarg;
            break;
        case 'c':
            commands[count++] = optarg;
            break;
        default:
            return usage("an option is unknown");
        }
    }
    return optind == argc ? EXIT_FINE : usage("an argument is unknown");
}

/* In the new process. */
static void become_client(int socket)
{
    char here[PATH_MAX] = "", beside[PATH_MAX + 16], number[12];
    size_t count = 0;

    if (program == NULL && readlink("/proc/self/exe", here, sizeof(here) - 1) > 0) {
        snprintf(beside, sizeof(beside), "%s/io_records", dirname(here));
        program = beside;
    }
    while (commands[count] != NULL)
        count++;
    char **words = calloc(count + 4, sizeof(char *));
    if (words == NULL || program == NULL)
        _exit(EXIT_COMMAND_FAILED);
    snprintf(number, sizeof(number), "%d", socket);
    words[0] = (char *)(uintptr_t)program;
    words[1] = number;
    words[2] = (char *)(uintptr_t)timeout;
    memcpy(words + 3, commands, count * sizeof(char *));
    execv(program, words);
    perror(program);
    _exit(EXIT_COMMAND_FAILED);
}

/* Shows what is told until the client is gone. */
static struct tally show_records(int socket)
{
    struct tally tally = {0};
    struct record_reader reader;
    struct output output;
    struct record record;

    output_open(&output, &options);
    if (!record_reader_open(&reader, socket))
        exit(usage("out of memory"));
    while (record_receive(&reader, &record) == RECORD_GOT) {
        tally_add(&tally, &record);
        output_record(&output, &record);
    }
    record_reader_close(&reader);
    return tally;
}

int main(int argc, char **argv)
{
    int ends[2], end, status = parse(argc, argv);

    if (status != EXIT_FINE)
        return status;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        return usage("no socket");
    pid_t child = fork();
    if (child < 0)
        return usage("no process");
    if (child == 0) {
        close(ends[0]);
        become_client(ends[1]);
    }
    close(ends[1]);
    const struct tally tally = show_records(ends[0]);
    if (waitpid(child, &end, 0) != child || !WIFEXITED(end)) {
        fprintf(stderr, "io_client: the client was killed by signal %d\n", WTERMSIG(end));
        return EXIT_BUGCHECK;
    }
    if (WEXITSTATUS(end) != EXIT_FINE)
        return WEXITSTATUS(end);
    return tally.finding   ? EXIT_FINDING
        : tally.not_loaded ? EXIT_NOT_LOADED
        : tally.failed     ? EXIT_COMMAND_FAILED
                           : EXIT_FINE;
}
