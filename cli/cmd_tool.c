/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The subcommands that ask a machine: sc, reg, dosdev, tree, ps, io and log. --machine and --user
 * may stand anywhere, the rest is the tool's own.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ask.h"
#include "cli.h"
#include "command.h"
#include "tool.h"

#define DEFAULT_TIMEOUT_MS 10000u
#define GO_ON (-1)

const char cmd_io_help[] =
    "Usage: dotsys io [--machine DIR] [--user] [--json] [--timeout MS] -c COMMAND...\n"
    "\n"
    "Runs the commands of 'dotsys run' on a machine that is up. Handles live as long as this call; "
    "see 'dotsys run --help'\n"
    "for the commands.\n"
    "\n"
    "Exit status: 0 fine, 1 a command failed or the machine is not up, 2 usage, 4 bugcheck, 5 a "
    "request was never completed.\n"
    "\n"
    "Example:\n"
    "  dotsys io -c 'open \\\\.\\HelloDrv' -c 'read 64'\n";

const char cmd_log_help[] =
    "Usage: dotsys log [--machine DIR] [-f | --irps] [--json]\n"
    "\n"
    "Shows what drivers of a machine that is up have printed, the last 1000 lines, with time and "
    "driver.\n"
    "\n"
    "Options:\n"
    "      --irps             show the last 20 requests of each device instead, of a machine with "
    "--verify=irp_logging\n"
    "  -f                     go on as lines come, until the machine is down\n"
    "      --json             print one JSON object a line\n";

enum { OPTION_MACHINE = 256, OPTION_USER, OPTION_JSON, OPTION_TIMEOUT, OPTION_IRPS };

struct parsed {
    struct ask_options ask;
    struct control_request request;
    bool irps;
};

static const struct option long_options[] = {
    {"machine", required_argument, NULL, OPTION_MACHINE},
    {"user", no_argument, NULL, OPTION_USER},
    {"json", no_argument, NULL, OPTION_JSON},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"irps", no_argument, NULL, OPTION_IRPS},
    {"command", required_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int take_option(const char *verb, struct parsed *parsed, int option, char **argv)
{
    struct parse_error error;
    uint64_t number;

    switch (option) {
    case OPTION_MACHINE:
        parsed->ask.directory = optarg;
        return GO_ON;
    case OPTION_USER:
        parsed->request.as_user = true;
        return GO_ON;
    case OPTION_JSON:
        parsed->ask.json = true;
        return GO_ON;
    case OPTION_TIMEOUT:
        if (!number_parse(optarg, strlen(optarg), INT32_MAX, false, "--timeout", &number, &error))
            return cli_usage(verb, "%s", error.text);
        parsed->request.timeout_ms = (uint32_t)number;
        return number != 0 ? GO_ON : cli_usage(verb, "--timeout 0 would end every request at once");
    case 'c':
        parsed->request.arguments[parsed->request.count++] = optarg;
        return GO_ON;
    case OPTION_IRPS:
        parsed->irps = true;
        return strcmp(verb, "log") == 0 ? GO_ON
                                        : cli_usage(verb, "--irps is an option of 'dotsys log'");
    case 'f':
        parsed->request.number = 1;
        return GO_ON;
    case 'h':
        return cli_help(verb);
    case ':':
        return cli_usage(verb, "%s wants an argument", argv[optind - 1]);
    default:
        return cli_usage(verb, "unknown option '%s'", argv[optind - 1]);
    }
}

/* ---- Tools ----------------------------------------------------------------------------------- */

/* True when the next word is this one's value, whatever it looks like: "/d TEXT", "binPath=
 * FILE". */
static bool takes_value(const char *word)
{
    size_t length = strlen(word);

    return strcasecmp(word, "/d") == 0 || strcasecmp(word, "-d") == 0 ||
        (length > 0 && word[length - 1] == '=');
}

/* As programs that open a machine themselves: see dotsys(1). */
static bool environment_says_user(void)
{
    const char *user = getenv("DOTSYS_USER");

    return user != NULL && strcmp(user, "1") == 0;
}

/* Takes out --machine and --user, wherever they stand; what is left is the tool's. */
static int take_ours(struct parsed *parsed, int *argc, char **argv)
{
    int kept = 1;

    for (int i = 1; i < *argc; i++) {
        bool value = kept > 1 && takes_value(argv[kept - 1]);
        if (!value &&
            (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 ||
                strcmp(argv[i], "/?") == 0))
            return cli_help(argv[0]);
        if (!value && strcmp(argv[i], "--user") == 0) {
            parsed->request.as_user = true;
        } else if (!value && strncmp(argv[i], "--machine=", 10) == 0) {
            parsed->ask.directory = argv[i] + 10;
        } else if (!value && strcmp(argv[i], "--machine") == 0) {
            if (++i == *argc)
                return cli_usage(argv[0], "--machine wants an argument");
            parsed->ask.directory = argv[i];
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    return GO_ON;
}

static int run_tool(int argc, char **argv, bool must_be_up)
{
    struct parsed parsed = {.request = {.kind = CONTROL_TOOL, .as_user = environment_says_user()},
        .ask.must_be_up = must_be_up};
    int status = take_ours(&parsed, &argc, argv);

    if (status != GO_ON)
        return status;
    parsed.request.arguments = argv;
    parsed.request.count = (size_t)argc;
    if (strcmp(argv[0], "sc") == 0 && argc > 1 && strcasecmp(argv[1], "start") == 0)
        parsed.ask.must_be_up = true; /* otherwise what it starts would end with it */
    return ask(argv[0], &parsed.ask, &parsed.request);
}

int cmd_sc(int argc, char **argv)
{
    return run_tool(argc, argv, false);
}

int cmd_reg(int argc, char **argv)
{
    return run_tool(argc, argv, false);
}

int cmd_dosdev(int argc, char **argv)
{
    return run_tool(argc, argv, false);
}

int cmd_tree(int argc, char **argv)
{
    return run_tool(argc, argv, false);
}

int cmd_ps(int argc, char **argv)
{
    return run_tool(argc, argv, true);
}

/* ---- io and log ------------------------------------------------------------------------------ */

/* What is wrong with a command is said before the machine hears of any. */
static int check_commands(const struct control_request *request)
{
    if (request->count == 0)
        return cli_usage("io", "no command is given: -c COMMAND");
    for (size_t i = 0; i < request->count; i++) {
        struct parse_error error;
        struct command *command = command_parse(request->arguments[i], &error);
        if (command == NULL)
            return cli_usage("io", "-c '%s': %s", request->arguments[i], error.text);
        command_free(command);
    }
    return GO_ON;
}

static int run_options(struct parsed *parsed, const char *letters, int argc, char **argv)
{
    int option, status = GO_ON;

    while (status == GO_ON && (option = getopt_long(argc, argv, letters, long_options, NULL)) != -1)
        status = take_option(argv[0], parsed, option, argv);
    if (status == GO_ON && optind < argc)
        status = cli_usage(argv[0], "'%s' is not understood", argv[optind]);
    return status;
}

int cmd_io(int argc, char **argv)
{
    struct parsed parsed = {.request = {.kind = CONTROL_IO,
                                .timeout_ms = DEFAULT_TIMEOUT_MS,
                                .as_user = environment_says_user()},
        .ask.must_be_up = true};

    parsed.request.arguments = calloc((size_t)argc + 1, sizeof(char *));
    if (parsed.request.arguments == NULL)
        return cli_usage("io", "out of memory");
    int status = run_options(&parsed, "+:c:h", argc, argv);
    if (status == GO_ON)
        status = check_commands(&parsed.request);
    if (status == GO_ON)
        status = ask("io", &parsed.ask, &parsed.request);
    free(parsed.request.arguments);
    return status;
}

int cmd_log(int argc, char **argv)
{
    struct parsed parsed = {.request.kind = CONTROL_LOG, .ask.must_be_up = true};
    char *irps[] = {"irps", "--json"};
    int status = run_options(&parsed, "+:fh", argc, argv);

    if (status == GO_ON && parsed.irps && parsed.request.number != 0)
        return cli_usage("log", "-f and --irps do not go together");
    if (parsed.irps) {
        parsed.request.kind = CONTROL_TOOL;
        parsed.request.arguments = irps;
        parsed.request.count = parsed.ask.json ? 2 : 1;
    }
    return status == GO_ON ? ask("log", &parsed.ask, &parsed.request) : status;
}
