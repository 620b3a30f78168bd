/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys run: reads the command line in full, so that whatever is wrong with it is said before anything runs. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"
#include "inf_run.h"
#include "run.h"

#define DEFAULT_TIMEOUT_MS 10000u

const char cmd_run_help[] =
    "Usage: dotsys run [OPTIONS] DRIVER.sys... [-c COMMAND]... [-- PROGRAM [ARGUMENTS]]\n"
    "\n"
    "Boots a throw-away machine, starts the drivers in order, runs the commands, stops the drivers in reverse order\n"
    "and reports what they left behind. A program instead of commands finds the machine by DOTSYS_MACHINE in its\n"
    "environment, as its client. Without either the drivers are only loaded and unloaded. A driver's service is called as\n"
    "its file, without .sys. An INF file in place of a driver is installed: its services, files and registry values.\n"
    "\n"
    "Options:\n"
    "  -c, --command COMMAND  run a command (below); may be given many times\n"
    CHOICES_HELP_OS
    "      --user             act as an ordinary user instead of an administrator\n"
    CHOICES_HELP
    "      --machine DIR      use the machine of this directory: its registry, services, disk\n"
    "      --disk FILE        a file or device as PhysicalDrive0, read-only (a small disk in memory)\n"
    CHOICES_HELP_PORT
    "      --device FILE      have the devices that FILE describes (JSON), for plug and play drivers; many times\n"
    "      --timeout MS       cancel a request that takes longer (10000)\n"
    "      --json             print one JSON object a line\n"
    "  -h, --help             show this\n"
    "      --version          show the version\n"
    "\n"
    "Commands:\n"
    "  open NAME [access=rw] [share=rw] [overlapped] [as H]   open \\\\.\\NAME; 'H: COMMAND' then acts on H\n"
    "  close\n"
    "  read N [at=OFFSET]\n"
    "  write DATA [at=OFFSET]\n"
    "  seek OFFSET\n"
    "  ioctl CODE [in=DATA] [out=N] [method=buffered|in-direct|out-direct|neither]\n"
    "  cancel                        cancel the handle's requests\n"
    "  wait                          wait for the oldest pending request of the handle\n"
    "  sleep MS\n"
    "  start SERVICE, stop SERVICE\n"
    "  repeat N COMMAND              print number of calls, mean, median and 99th percentile in ns\n"
    "\n"
    "DATA is \"text\", hex:68656c6c6f, u16:N, u32:N, u64:N, zero:N, file:PATH, joined by commas.\n"
    "CODE is a number or CTL_CODE(type,function,method,access), with numbers or the DDK's names.\n"
    "\n"
    "Exit status: 0 fine, 1 a command failed, 2 usage, 3 a driver did not load, 4 bugcheck, 5 a finding or leak.\n"
    "\n"
    "Example:\n"
    "  dotsys run hello.sys -c 'open \\\\.\\HelloDrv' -c 'write \"hello\"' -c 'read 64' -c close\n";

enum { OPTION_USER = 256, OPTION_TIMEOUT, OPTION_JSON, OPTION_DEVICE, OPTION_REGISTRY, OPTION_VERSION };

static const struct option long_options[] = {
    CHOICES_OPTIONS,
    {"command", required_argument, NULL, 'c'},
    {"user", no_argument, NULL, OPTION_USER},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"json", no_argument, NULL, OPTION_JSON},
    {"device", required_argument, NULL, OPTION_DEVICE},
    {"registry-descriptor", required_argument, NULL, OPTION_REGISTRY}, /* from one of the two programs to the other */
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPTION_VERSION},
    {0},
};

/* A status no exit status has: go on. */
#define GO_ON (-1)

/* The service of a driver file: its base name without .sys. */
static char *service_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name);

    if (length > 4 && strcasecmp(name + length - 4, ".sys") == 0)
        length -= 4;
    return strndup(name, length);
}

static int add_driver(struct run_options *options, const char *path)
{
    char *name = service_name(path);
    struct run_driver *moved = realloc(options->drivers, (options->driver_count + 1) * sizeof(*moved));

    if (moved != NULL)
        options->drivers = moved;
    if (moved == NULL || name == NULL) {
        free(name);
        return cli_usage("run", "out of memory");
    }
    for (size_t i = 0; i < options->driver_count; i++) {
        if (strcasecmp(options->drivers[i].name, name) == 0) {
            int status = cli_usage("run", "two drivers would both be called %s", name);
            free(name);
            return status;
        }
    }
    options->drivers[options->driver_count++] = (struct run_driver){.path = path, .name = name};
    return GO_ON;
}

static int add_command(struct run_options *options, const char *text)
{
    struct parse_error error;
    struct command *command = command_parse(text, &error);

    if (command == NULL)
        return cli_usage("run", "-c '%s': %s", text, error.text);
    struct command **moved = realloc(options->commands, (options->command_count + 1) * sizeof(*moved));
    if (moved == NULL) {
        command_free(command);
        return cli_usage("run", "out of memory");
    }
    options->commands = moved;
    options->commands[options->command_count++] = command;
    return GO_ON;
}

static int set_timeout(struct run_options *options, const char *text)
{
    struct parse_error error;
    uint64_t number;

    if (!number_parse(text, strlen(text), INT32_MAX, false, "--timeout", &number, &error))
        return cli_usage("run", "%s", error.text);
    if (number == 0)
        return cli_usage("run", "--timeout 0 would end every request at once");
    options->timeout_ms = (uint32_t)number;
    return GO_ON;
}

/* One option; GO_ON or an exit status. */
static int take_option(struct run_options *options, int option, char **argv)
{
    if (option >= CHOICE_OS)
        return choices_take(&options->choices, "run", option);
    switch (option) {
    case 1:
        return add_driver(options, optarg);
    case 'c':
        return add_command(options, optarg);
    case OPTION_USER:
        options->user = true;
        return GO_ON;
    case OPTION_TIMEOUT:
        return set_timeout(options, optarg);
    case OPTION_JSON:
        options->json = true;
        return GO_ON;
    case OPTION_REGISTRY:
        options->registry = atoi(optarg);
        return GO_ON;
    case OPTION_DEVICE:
        if (options->device_count == DEVICES_LIMIT)
            return cli_usage("run", "--device can be given %d times", DEVICES_LIMIT);
        options->devices[options->device_count++] = optarg;
        return GO_ON;
    case 'h':
        return cli_help("run");
    case OPTION_VERSION:
        return cli_version();
    case ':':
        return cli_usage("run", "%s wants an argument", argv[optind - 1]);
    default:
        return cli_usage("run", "unknown option '%s'", argv[optind - 1]);
    }
}

static int parse_arguments(struct run_options *options, int argc, char **argv)
{
    int option, status = GO_ON;

    while (status == GO_ON && (option = getopt_long(argc, argv, "-:c:h", long_options, NULL)) != -1)
        status = take_option(options, option, argv);
    if (status != GO_ON)
        return status;
    if (optind < argc) {
        options->program = argv + optind;
        options->program_count = (size_t)(argc - optind);
    }
    if (options->program != NULL && options->command_count > 0)
        return cli_usage("run", "commands and a program are not for the same run");
    if (options->driver_count == 0)
        return cli_usage("run", "no driver is given");
    if (!inf_expand(options))
        return EXIT_USAGE;
    if (options->driver_count == 0)
        return cli_usage("run", "the INF file installs no driver");
    return choices_check(&options->choices, "run");
}

static void free_options(struct run_options *options)
{
    inf_forget(options);
    for (size_t i = 0; i < options->command_count; i++)
        command_free(options->commands[i]);
    free(options->commands);
}

int cmd_run(int argc, char **argv)
{
    struct run_options options = {.argc = argc, .argv = argv, .timeout_ms = DEFAULT_TIMEOUT_MS, .registry = -1};
    int status = parse_arguments(&options, argc, argv);

    if (status == GO_ON)
        status = supervise(&options);
    free_options(&options);
    return status;
}
