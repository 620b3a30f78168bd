/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys run: reads the command line in full, so that whatever is wrong with it is said before
 * anything runs. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/personality.h>
#include <unistd.h>

#include "cli.h"
#include "frontier.h"
#include "inf_run.h"
#include "run.h"
#include "vf/schedule.h"

#define DEFAULT_TIMEOUT_MS 10000u
#define DEFAULT_SCHEDULES 1000u
#define QUERY_PERSONALITY 0xFFFFFFFFu

const char cmd_run_help[] =
    "Usage: dotsys run [OPTIONS] DRIVER.sys... [-c COMMAND]... [-- PROGRAM [ARGUMENTS]]\n"
    "\n"
    "Boots a throw-away machine, starts the drivers in order, runs the commands, stops the drivers "
    "in reverse order\n"
    "and reports what they left behind. A program instead of commands finds the machine by "
    "DOTSYS_MACHINE in its\n"
    "environment, as its client. Without either the drivers are only loaded and unloaded. A "
    "driver's service is called as\n"
    "its file, without .sys. An INF file in place of a driver is installed: its services, files "
    "and registry values.\n"
    "\n"
    "Options:\n"
    "  -c, --command COMMAND  run a command (below); may be given many times\n" CHOICES_HELP_OS
    "      --user             act as an ordinary user instead of an administrator\n" CHOICES_HELP
    "      --machine DIR      use the machine of this directory: its registry, services, disk\n"
    "      --disk FILE        a file or device as PhysicalDrive0, read-only (a small disk in "
    "memory)\n" CHOICES_HELP_PORT "      --explore[=N]      run the commands N times (1000), each "
                                  "time with the threads in another order; print what is\n"
    "                         found, and the seed of that run\n"
    "      --seed SEED        the run that SEED stands for alone; with --explore=N the first of N\n"
    "      --preemptions K    explore all orders in which a thread is interrupted K times at most\n"
    "      --timeout MS       cancel a request that takes longer (10000)\n"
    "      --crash DIR        keep the report of a bugcheck in DIR, also as JSON and as a minidump "
    "(crash in the machine's)\n"
    "      --json             print one JSON object a line\n"
    "  -h, --help             show this\n"
    "      --version          show the version\n"
    "\n"
    "Commands:\n"
    "  open NAME [access=rw] [share=rw] [overlapped] [as H]   open \\\\.\\NAME; 'H: COMMAND' then "
    "acts on H\n"
    "  close\n"
    "  read N [at=OFFSET]\n"
    "  write DATA [at=OFFSET]\n"
    "  seek OFFSET\n"
    "  ioctl CODE [in=DATA] [out=N] [method=buffered|in-direct|out-direct|neither]\n"
    "        [in-at=ADDRESS] [out-at=ADDRESS]   pass this address for the buffer instead; +N: one "
    "that is\n"
    "                                           N bytes, 4095 at most, further than an aligned "
    "one\n"
    "  cancel                        cancel the handle's requests\n"
    "  wait                          wait for the oldest pending request of the handle\n"
    "  sleep MS\n"
    "  power s1|s2|s3|s4             have the system go to sleep, and wake\n"
    "  start SERVICE, stop SERVICE\n"
    "  @T COMMAND                    on a thread T, beside those of other names; a command without "
    "waits for them\n"
    "  event as H                    an event; 'H: wait' waits for it, handle:H is its value\n"
    "  process start NAME [as P], process exit P   tell the machine of a process; it hears of no "
    "real ones then\n"
    "  repeat N COMMAND              print number of calls, mean, median and 99th percentile in "
    "ns\n"
    "\n"
    "DATA is \"text\", hex:68656c6c6f, u16:N, u32:N, u64:N, zero:N, handle:H, file:PATH, joined by "
    "commas.\n"
    "CODE is a number or CTL_CODE(type,function,method,access), with numbers or the DDK's names.\n"
    "\n"
    "Exit status: 0 fine, 1 a command failed, 2 usage, 3 a driver did not load, 4 bugcheck, 5 a "
    "finding or leak.\n"
    "\n"
    "Example:\n"
    "  dotsys run hello.sys -c 'open \\\\.\\HelloDrv' -c 'write \"hello\"' -c 'read 64' -c close\n";

enum {
    OPTION_USER = 256,
    OPTION_EXPLORE,
    OPTION_SEED,
    OPTION_PREEMPTIONS,
    OPTION_SCHEDULE,
    OPTION_TIMEOUT,
    OPTION_CRASH,
    OPTION_JSON,
    OPTION_STACKS,
    OPTION_VERSION
};

static const struct option long_options[] = {
    CHOICES_OPTIONS,
    {"command", required_argument, NULL, 'c'},
    {"user", no_argument, NULL, OPTION_USER},
    {"explore", optional_argument, NULL, OPTION_EXPLORE},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"preemptions", required_argument, NULL, OPTION_PREEMPTIONS},
    {"schedule", required_argument, NULL, OPTION_SCHEDULE}, /* from one of the two programs to the
                                                               other */
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"crash", required_argument, NULL, OPTION_CRASH},
    {"json", no_argument, NULL, OPTION_JSON},
    {"stacks-descriptor", required_argument, NULL, OPTION_STACKS},
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
    struct run_driver *moved = realloc(
        options->drivers, (options->driver_count + 1) * sizeof(*moved));

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
    struct command **moved = realloc(
        options->commands, (options->command_count + 1) * sizeof(*moved));
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

static int set_number(const char *text, uint64_t limit, const char *option, uint64_t *number)
{
    struct parse_error error;

    return number_parse(text, strlen(text), limit, false, option, number, &error)
        ? GO_ON
        : cli_usage("run", "%s", error.text);
}

static int set_explore(struct run_options *options, const char *text)
{
    uint64_t number = DEFAULT_SCHEDULES;
    int status = text != NULL ? set_number(text, INT32_MAX, "--explore", &number) : GO_ON;

    if (status == GO_ON && number == 0)
        return cli_usage("run", "--explore=0 explores nothing");
    options->explore = (unsigned long)number;
    options->explores_many = text != NULL;
    return status;
}

static int set_preemptions(struct run_options *options, const char *text)
{
    uint64_t number;
    int status = set_number(text, FRONTIER_BOUNDS - 1, "--preemptions", &number);

    options->preemptions = (int)number;
    return status;
}

/* How threads run, of what was asked for. */
static int choose_schedule(struct run_options *options)
{
    VF_SCHEDULE parsed;

    if (options->seed != NULL && !VfParseSchedule(options->seed, &parsed))
        return cli_usage(
            "run", "--seed %s is no number, nor anything that --explore says", options->seed);
    if (options->seed != NULL && !options->explores_many) {
        options->explore = 0; /* this one alone */
        options->schedule = options->schedule != NULL ? options->schedule : options->seed;
    }
    if (options->schedule != NULL)
        options->explore = 0;
    if (options->explore > 0 && options->seed != NULL &&
        options->seed[strspn(options->seed, "0123456789")] != '\0')
        return cli_usage(
            "run", "--explore=%lu counts from a --seed that is a number", options->explore);
    if ((options->explore > 0 || options->schedule != NULL) && options->program != NULL)
        return cli_usage(
            "run", "what a program does cannot be repeated: --explore and --seed are for commands");
    if (options->explore > 0 &&
        (options->choices.directory != NULL || options->choices.disk_writable))
        return cli_usage("run",
            "each schedule begins with a machine that is new: --explore goes with neither "
            "--machine nor --disk-writable");
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
    case OPTION_EXPLORE:
        return set_explore(options, optarg);
    case OPTION_SEED:
        options->seed = optarg;
        return GO_ON;
    case OPTION_PREEMPTIONS:
        return set_preemptions(options, optarg);
    case OPTION_SCHEDULE:
        options->schedule = optarg;
        return GO_ON;
    case OPTION_TIMEOUT:
        return set_timeout(options, optarg);
    case OPTION_CRASH:
        options->crash_folder = optarg;
        return GO_ON;
    case OPTION_JSON:
        options->json = true;
        return GO_ON;
    case OPTION_STACKS:
        options->stacks = atoi(optarg);
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
    status = choose_schedule(options);
    return status == GO_ON ? choices_check(&options->choices, "run") : status;
}

static void free_options(struct run_options *options)
{
    inf_forget(options);
    for (size_t i = 0; i < options->command_count; i++)
        command_free(options->commands[i]);
    free(options->commands);
}

/*
 * Begins anew with addresses that are the same each time, so that what is repeated says the same.
 * Returns when they are already, or when this Linux does not do that.
 */
static void stay_where_we_were(const struct run_options *options)
{
    const int now = personality(QUERY_PERSONALITY);
    char **arguments = calloc((size_t)options->argc + 2, sizeof(char *)), self[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (length > 0 && now != -1 && !(now & ADDR_NO_RANDOMIZE) && arguments != NULL &&
        personality((unsigned long)now | ADDR_NO_RANDOMIZE) != -1) {
        self[length] = '\0';
        arguments[0] = program_invocation_name;
        memcpy(arguments + 1, options->argv, (size_t)options->argc * sizeof(char *));
        execv(self, arguments);
    }
    free(arguments);
}

int cmd_run(int argc, char **argv)
{
    struct run_options options = {.argc = argc,
        .argv = argv,
        .timeout_ms = DEFAULT_TIMEOUT_MS,
        .choices.registry = -1,
        .stacks = -1,
        .preemptions = -1};
    int status = parse_arguments(&options, argc, argv);

    if (status == GO_ON && (options.explore > 0 || options.schedule != NULL))
        stay_where_we_were(&options);
    if (status == GO_ON)
        status = supervise(&options);
    free_options(&options);
    return status;
}
