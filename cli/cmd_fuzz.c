/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys fuzz: see fuzz.h. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "choices.h"
#include "cli.h"
#include "fuzz.h"
#include "plainfile.h"

#define DEFAULT_COUNT 1000000u

const char cmd_fuzz_help[] =
    "Usage: dotsys fuzz [OPTIONS] DRIVER.sys\n"
    "\n"
    "Sends a driver random requests in a machine with Driver Verifier on: control codes of all "
    "methods, with buffers that\n"
    "are too long, too short, elsewhere or changed meanwhile, reads, writes, opening and closing, "
    "from several threads. What it\n"
    "finds is reduced to the fewest commands that lead there again, and named by what there is to "
    "see of it.\n"
    "\n"
    "Options:\n"
    "      --count N          send N requests (1000000)\n"
    "      --seed N           make them up from this number (1)\n"
    "      --threads N        from this many threads (2)\n"
    "      --user             as an ordinary user instead of an administrator\n"
    "      --verify[=FLAGS]   check what the driver does, by Driver Verifier's flags ('dotsys run "
    "--verify=help'; standard)\n"
    "      --no-change        leave buffers alone while the driver works on them\n"
    "  -h, --help             show this\n"
    "\n"
    "Exit status: 0 nothing found, 2 usage, 3 the driver did not load, 4 bugcheck, 5 a finding or "
    "leak.\n"
    "\n"
    "Example:\n"
    "  dotsys fuzz --count 100000 hello.sys\n";

enum { OPTION_COUNT = 256, OPTION_SEED, OPTION_THREADS, OPTION_USER, OPTION_NO_CHANGE };

static const struct option long_options[] = {
    {"count", required_argument, NULL, OPTION_COUNT},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"user", no_argument, NULL, OPTION_USER},
    {"no-change", no_argument, NULL, OPTION_NO_CHANGE},
    {"verify", optional_argument, NULL, CHOICE_VERIFY},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static bool take_number(const char *text, uint64_t limit, uint64_t *number)
{
    char *end;
    *number = strtoull(text, &end, 0);
    return end != text && *end == 0 && text[0] != '-' && *number <= limit;
}

/* ---- what was found -------------------------------------------------------------------------- */

static void print_data(const struct fuzz_op *op)
{
    uint32_t head = op->in_bytes < FUZZ_HEAD ? op->in_bytes : FUZZ_HEAD;
    if (op->in_place != FUZZ_OWN && op->in_place != FUZZ_UNALIGNED)
        head = 0;
    while (head != 0 && op->head[head - 1] == 0)
        head--;
    if (head != 0)
        printf("hex:");
    for (uint32_t at = 0; at < head; at++)
        printf("%02x", op->head[at]);
    if (head != op->in_bytes)
        printf("%szero:%u", head != 0 ? "," : "", op->in_bytes - head);
}

static void print_address(bool x86, const struct fuzz_op *op, bool output)
{
    const enum fuzz_place place = output ? op->out_place : op->in_place;
    const uint32_t bytes = output ? op->out_bytes : op->in_bytes;
    const char *option = output ? "out-at" : "in-at";
    if (place == FUZZ_UNALIGNED)
        printf(" %s=+7", option); /* a byte less than aligned */
    else if (place != FUZZ_OWN)
        printf(" %s=%#llx", option,
            (unsigned long long)fuzz_address(x86, op->thread, output, place, bytes));
}

void fuzz_print(const struct fuzz_op *op, const struct fuzz_shared *shared, bool *opened)
{
    if (!*opened && op->kind != FUZZ_CLOSE)
        printf(" \\\n      -c 'open %s share=rw overlapped as h%u'", shared->names[op->name],
            op->handle);
    *opened = op->kind != FUZZ_CLOSE;
    if (op->kind == FUZZ_OPEN)
        return;
    printf(" \\\n      -c 'h%u: ", op->handle);
    if (op->kind == FUZZ_CLOSE) {
        printf("close'");
        return;
    }
    if (op->kind == FUZZ_READ) {
        printf("read %u", op->out_bytes);
    } else if (op->kind == FUZZ_WRITE) {
        printf("write ");
        print_data(op);
    } else {
        printf("ioctl %#x", op->code);
        if (op->in_bytes != 0) {
            printf(" in=");
            print_data(op);
        }
        if (op->out_bytes != 0)
            printf(" out=%u", op->out_bytes);
        print_address(shared->plan.x86, op, false);
        print_address(shared->plan.x86, op, true);
    }
    if (op->offset != 0 && op->kind != FUZZ_IOCTL)
        printf(" at=%u", op->offset);
    printf("'");
}

static int tell(const struct fuzz_plan *plan, enum fuzz_end end, const struct fuzz_shared *found,
    const struct fuzz_case *least)
{
    bool opened[FUZZ_THREADS * FUZZ_HANDLES] = {false};

    printf("DEFECT %s\n", least->defect);
    printf("  after %llu requests, --seed %llu, --threads %u; ", (unsigned long long)found->order,
        (unsigned long long)plan->seed, plan->threads);
    if (strcmp(least->defect, "double fetch") == 0)
        printf("these lead there again only with a buffer that changes while the driver works on "
               "it:\n");
    else if (least->again)
        printf("these lead there again:\n");
    else
        printf("on one thread nothing led there again; these were the last:\n");
    printf("    dotsys run --verify=%#x %s%s", plan->verify, plan->ordinary_user ? "--user " : "",
        plan->driver);
    const size_t first = least->again || least->count < 4 ? 0 : least->count - 4;
    for (size_t at = first; at < least->count; at++)
        fuzz_print(&least->ops[at], found, &opened[least->ops[at].handle]);
    printf("\n\n%s\n", found->text);
    return end == FUZZ_CRASH || end == FUZZ_DIED ? EXIT_BUGCHECK : EXIT_FINDING;
}

/* ---- running --------------------------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int reduce(const struct fuzz_plan *plan, enum fuzz_end end, struct fuzz_shared *found,
    struct fuzz_shared *another)
{
    struct fuzz_case least = {
        .ops = calloc((size_t)FUZZ_THREADS * (FUZZ_LOG + FUZZ_STEPS), sizeof(struct fuzz_op))};
    int status = EXIT_COMMAND_FAILED;

    if (least.ops != NULL) {
        fuzz_reduce(plan, &end, found, another, &least);
        status = tell(plan, end, found, &least);
    } else {
        fprintf(stderr, "dotsys fuzz: out of memory\n");
    }
    free(least.ops);
    return status;
}

static int fuzz(const struct fuzz_plan *plan)
{
    struct fuzz_shared *found = fuzz_share(), *another = fuzz_share();
    if (found == NULL || another == NULL) {
        fprintf(stderr, "dotsys fuzz: out of memory\n");
        return EXIT_COMMAND_FAILED;
    }
    const double begin = seconds();
    enum fuzz_end end = fuzz_run(plan, NULL, 0, found);
    const double taken = seconds() - begin;
    if (end == FUZZ_NOT_LOADED) {
        fprintf(stderr, "dotsys fuzz: %s\n", found->text);
        return EXIT_NOT_LOADED;
    }
    if (found->name_count == 0 && end == FUZZ_DONE) {
        fprintf(stderr, "dotsys fuzz: %s has no device a program could open\n", plan->driver);
        return EXIT_COMMAND_FAILED;
    }
    printf("%s: %llu requests, %.0f a second, %u control codes answered\n", plan->driver,
        (unsigned long long)found->order, (double)found->order / taken, found->codes);
    if (end == FUZZ_DONE) {
        printf("no defect found\n");
        return EXIT_FINE;
    }
    return reduce(plan, end, found, another);
}

/* The driver, and its name: "hello" of "/tmp/hello.sys". False: the path is too long. */
static bool take_driver(struct fuzz_plan *plan, const char *path)
{
    const char *file = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    snprintf(plan->service, sizeof(plan->service), "%.*s", (int)strcspn(file, "."), file);
    plan->x86 = plainfile_is_x86(path);
    return (size_t)snprintf(plan->driver, sizeof(plan->driver), "%s", path) < sizeof(plan->driver);
}

int cmd_fuzz(int argc, char **argv)
{
    struct machine_choices choices = {.verify = DOTSYS_VERIFY_STANDARD};
    struct fuzz_plan plan = {.seed = 1, .count = DEFAULT_COUNT, .threads = 2, .changing = true};
    uint64_t threads = 2;
    int option, status;

    while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        switch (option) {
        case 'h':
            return cli_help("fuzz");
        case OPTION_COUNT:
            if (!take_number(optarg, UINT64_MAX, &plan.count) || plan.count == 0)
                return cli_usage("fuzz", "--count %s: a number of requests is wanted", optarg);
            break;
        case OPTION_SEED:
            if (!take_number(optarg, UINT64_MAX, &plan.seed))
                return cli_usage("fuzz", "--seed %s: a number is wanted", optarg);
            break;
        case OPTION_THREADS:
            if (!take_number(optarg, FUZZ_THREADS, &threads) || threads == 0)
                return cli_usage(
                    "fuzz", "--threads %s: a number from 1 to %u is wanted", optarg, FUZZ_THREADS);
            break;
        case OPTION_USER:
            plan.ordinary_user = true;
            break;
        case OPTION_NO_CHANGE:
            plan.changing = false;
            break;
        case CHOICE_VERIFY:
            if ((status = choices_take(&choices, "fuzz", option)) >= 0)
                return status;
            break;
        case ':':
            return cli_usage("fuzz", "%s wants an argument", argv[optind - 1]);
        default:
            return cli_usage("fuzz", "unknown option '%s'", argv[optind - 1]);
        }
    }
    if (optind + 1 != argc)
        return cli_usage("fuzz", "one driver is wanted");
    if (!take_driver(&plan, argv[optind]))
        return cli_usage("fuzz", "the driver's path is too long");
    plan.verify = choices.verify;
    plan.threads = (uint32_t)threads;
    return fuzz(&plan);
}
