/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys up and dotsys down. `up` returns when the machine takes connections; a process of its own
 * looks after it then. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.h"
#include "cli.h"
#include "keeper.h"
#include "prepare.h"
#include "up.h"

const char cmd_up_help[] =
    "Usage: dotsys up [OPTIONS]\n"
    "\n"
    "Brings a machine up: boots it and starts its boot, system and auto-start services. It stays "
    "up until 'dotsys down'.\n"
    "What it keeps is in the machine directory; see 'dotsys sc' and 'dotsys reg' for setting it "
    "up.\n"
    "\n"
    "Options:\n"
    "      --machine DIR      the machine directory, made if it is not there "
    "($XDG_DATA_HOME/dotsys/default)\n"
    "      --arch ARCH        for drivers and programs of x64, or for those of x86 alone "
    "(x64)\n" CHOICES_HELP_OS CHOICES_HELP
    "      --disk FILE        a file or device as PhysicalDrive0, read-only (disk0.img of the "
    "directory, writable)\n" CHOICES_HELP_PORT
    "      --foreground       stay, and end with the machine\n"
    "  -h, --help             show this\n"
    "\n"
    "Exit status: 0 the machine is up, 2 usage, 3 it did not start, 4 bugcheck.\n"
    "\n"
    "Example:\n"
    "  dotsys sc create hello binPath= hello.sys\n"
    "  dotsys up && dotsys sc start hello && dotsys io -c 'open \\\\.\\HelloDrv' -c 'write "
    "\"hello\"'; dotsys down\n";

const char cmd_down_help[] =
    "Usage: dotsys down [--machine DIR]\n"
    "\n"
    "Stops the drivers of a machine that is up, closes it and shows what drivers left behind.\n"
    "\n"
    "Exit status: 0 fine, 1 the machine is not up, 2 usage, 4 bugcheck, 5 a finding or leak.\n";

enum { OPTION_ARCH = 256, OPTION_FOREGROUND };

static const struct option up_options[] = {
    CHOICES_OPTIONS,
    {"arch", required_argument, NULL, OPTION_ARCH},
    {"foreground", no_argument, NULL, OPTION_FOREGROUND},
    {"help", no_argument, NULL, 'h'},
    {0},
};

#define GO_ON (-1)

static int take_option(struct up_options *options, bool *foreground, int option, char **argv)
{
    if (option >= CHOICE_OS)
        return choices_take(&options->serve.choices, "up", option);
    switch (option) {
    case OPTION_ARCH:
        options->x86 = strcmp(optarg, "x86") == 0;
        return options->x86 || strcmp(optarg, "x64") == 0
            ? GO_ON
            : cli_usage("up", "--arch '%s' is neither x86 nor x64", optarg);
    case OPTION_FOREGROUND:
        *foreground = true;
        return GO_ON;
    case 'h':
        return cli_help("up");
    case ':':
        return cli_usage("up", "%s wants an argument", argv[optind - 1]);
    default:
        return cli_usage("up", "unknown option '%s'", argv[optind - 1]);
    }
}

/* What the process that stays says to the one that was started. */
struct verdict {
    int status;
    char why[1024];
};

static void tell_starter(void *context, const char *why, int status)
{
    int *pipe_end = context;
    struct verdict verdict = {.status = status};

    snprintf(verdict.why, sizeof(verdict.why), "%s", why != NULL ? why : "");
    if (write(*pipe_end, &verdict, sizeof(verdict)) != sizeof(verdict))
        _exit(EXIT_FAILURE); /* nobody waits any more */
    close(*pipe_end);
}

/* Lets go of what the starter's shell waits for. False: errno. */
static bool leave_terminal(void)
{
    int null = open("/dev/null", O_RDWR);

    setsid();
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0)
        return false;
    if (null > STDERR_FILENO)
        close(null);
    return true;
}

static int cannot_leave(int *pipe_end)
{
    char why[128];

    snprintf(why, sizeof(why), "/dev/null cannot be used: %s", strerror(errno));
    tell_starter(pipe_end, why, EXIT_NOT_LOADED);
    return EXIT_NOT_LOADED;
}

static int say(const struct verdict *verdict, const char *directory)
{
    char *path = keeper_path(directory);

    if (verdict->status == EXIT_FINE)
        fprintf(stderr, "dotsys: the machine %s is up\n", path != NULL ? path : "");
    else
        fprintf(stderr, "dotsys up: %s\n", verdict->why);
    free(path);
    return verdict->status;
}

static void say_here(void *context, const char *why, int status)
{
    const struct up_options *options = context;
    struct verdict verdict = {.status = status};

    snprintf(verdict.why, sizeof(verdict.why), "%s", why != NULL ? why : "");
    say(&verdict, options->serve.choices.directory);
}

static int stay_behind(const struct up_options *options)
{
    struct verdict verdict = {
        .status = EXIT_NOT_LOADED, .why = "the process that holds the machine went away"};
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return cli_usage("up", "cannot make a pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        exit(leave_terminal() ? up_run(options, tell_starter, &ends[1]) : cannot_leave(&ends[1]));
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &verdict, sizeof(verdict)) != sizeof(verdict))
        verdict.status = EXIT_NOT_LOADED;
    close(ends[0]);
    if (child > 0 && verdict.status != EXIT_FINE) {
        kill(child, SIGTERM); /* it may be up, and that was not heard */
        waitpid(child, NULL, 0);
    }
    return say(&verdict, options->serve.choices.directory);
}

int cmd_up(int argc, char **argv)
{
    struct up_options options = {.argc = argc, .argv = argv, .serve.choices.registry = -1};
    bool foreground = false;
    int option, status = GO_ON;

    while (status == GO_ON && (option = getopt_long(argc, argv, "+:h", up_options, NULL)) != -1)
        status = take_option(&options, &foreground, option, argv);
    if (status == GO_ON && optind < argc)
        status = cli_usage("up", "'%s' is not understood", argv[optind]);
    if (status == GO_ON)
        status = choices_check(&options.serve.choices, "up");
    if (status == GO_ON &&
        !prepare_devices(
            &options.serve.choices, &(struct prepare){.verb = "up", .x86 = options.x86}))
        status = EXIT_USAGE;
    if (status == GO_ON)
        status = foreground ? up_run(&options, say_here, &options) : stay_behind(&options);
    forget_devices(&options.serve.choices);
    return status;
}

int cmd_down(int argc, char **argv)
{
    struct control_request request = {.kind = CONTROL_DOWN};
    struct ask_options options = {.must_be_up = true};
    int option, status = GO_ON;

    while (status == GO_ON && (option = getopt_long(argc, argv, "+:h", up_options, NULL)) != -1) {
        if (option == CHOICE_MACHINE)
            options.directory = optarg;
        else if (option == 'h')
            status = cli_help("down");
        else
            status = cli_usage("down", "'%s' is not understood", argv[optind - 1]);
    }
    if (status == GO_ON && optind < argc)
        status = cli_usage("down", "'%s' is not understood", argv[optind]);
    return status != GO_ON ? status : ask("down", &options, &request);
}
