/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Each schedule is a whole machine in a process of its own, which is only listened to. A run with
 * something that no run before had, is run again for people to see: the schedule makes it the same.
 */
#include "explore.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "crash.h"
#include "frontier.h"
#include "json.h"
#include "terminal.h"

#include "kd/crash.h"
#include "vf/explore.h"

#define KEY_BYTES 160
#define RACES_RARITY 4 /* looking for races makes a run longer: every fourth does */
#define PROGRESS_MS 200

/* Something that went wrong, and where: the same in two runs when the key is. */
struct discovery {
    char key[KEY_BYTES];
    unsigned long runs;   /* that had it */
    char *schedule;       /* of the first */
    bool fresh;           /* has not been shown */
    struct discovery *next;
};

struct explorer {
    const struct run_options *options;
    struct run_listener listener;
    struct discovery *discoveries, **end;
    const char *schedule;       /* under way */
    uint8_t *trace;
    size_t trace_count;
    unsigned long runs;         /* so far */
    int worst;
    uint64_t shown;             /* when progress was */
};

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

/* ---- What a run tells ------------------------------------------------------------------------ */

static void discover(struct explorer *explorer, const char *key)
{
    struct discovery *found = explorer->discoveries;

    while (found != NULL && strcmp(found->key, key) != 0)
        found = found->next;
    if (found == NULL) {
        found = calloc(1, sizeof(*found));
        if (found == NULL)
            return;
        snprintf(found->key, sizeof(found->key), "%s", key);
        found->schedule = strdup(explorer->schedule);
        found->fresh = true;
        *explorer->end = found;
        explorer->end = &found->next;
    }
    found->runs++;
}

/* The first line, with an asterisk for each number: addresses and the like differ. */
static void key_of_text(char *key, size_t size, struct record_text text)
{
    size_t used = strlen(key);

    for (size_t i = 0; i < text.size && text.bytes[i] != '\n' && used + 1 < size; i++) {
        bool digit = isdigit((unsigned char)text.bytes[i]) ||
            (i > 1 && isxdigit((unsigned char)text.bytes[i]) && key[used - 1] == '*');
        if (!digit)
            key[used++] = text.bytes[i];
        else if (used == 0 || key[used - 1] != '*')
            key[used++] = '*';
    }
    key[used] = '\0';
}

/* Its two places, which stand before the parenthesis. */
static void key_of_race(char *key, size_t size, struct record_text text)
{
    const char *end = memchr(text.bytes, '(', text.size);
    snprintf(key, size, "%.*s", end != NULL && end > text.bytes ? (int)(end - 1 - text.bytes) : 0,
        text.bytes);
}

static void hear_finding(struct explorer *explorer, const struct record *record)
{
    char key[KEY_BYTES];

    if (record->number[0] == DOTSYS_FINDING_DATA_RACE) {
        key_of_race(key, sizeof(key), record->text[2]);
    } else {
        snprintf(key, sizeof(key), "%.*s%s",
            record->text[0].size < 64 ? (int)record->text[0].size : 64, record->text[0].bytes,
            record->text[0].size > 0 ? ": " : "");
        key_of_text(key, sizeof(key), record->text[2]);
        if (record->number[1] != 0)
            snprintf(key + strlen(key), sizeof(key) - strlen(key), " (at +0x%" PRIx64 ")",
                (uint64_t)record->number[1]);
    }
    discover(explorer, key);
}

/* What it was, and the driver's code to blame. */
static void key_of_stop(char *key, size_t size, const struct record *record, const KD_CRASH *crash)
{
    static const ULONG64 parameters[4];
    KD_BUGCHECK_WORDS words;
    size_t used;

    KdDescribeBugcheck((ULONG)record->number[0], parameters, &words);
    snprintf(key, size, "bugcheck 0x%X%s%s", (unsigned)record->number[0],
        words.Name != NULL ? " " : "", words.Name != NULL ? words.Name : "");
    used = strlen(key);
    if (crash != NULL && crash->Culprit < crash->ModuleCount)
        snprintf(key + used, size - used, " in %s+0x%" PRIx64, crash->Module[crash->Culprit].Name,
            crash->CulpritAddress - crash->Module[crash->Culprit].Base);
}

static void hear_stop(void *context, const struct record *record, const struct crash_inbox *inbox)
{
    char key[KEY_BYTES];

    key_of_stop(key, sizeof(key), record, inbox->complete ? inbox->crash : NULL);
    discover(context, key);
}

static void hear(void *context, const struct record *record)
{
    struct explorer *explorer = context;

    switch (record->type) {
    case RECORD_FINDING:
        hear_finding(explorer, record);
        break;
    case RECORD_TRACE:
        free(explorer->trace);
        explorer->trace_count = 0;
        if ((explorer->trace = malloc(record->text[2].size + 1)) != NULL) {
            memcpy(explorer->trace, record->text[2].bytes, record->text[2].size);
            explorer->trace_count = record->text[2].size;
        }
        break;
    default:
        break;
    }
}

static void hear_death(void *context)
{
    discover(context, "the machine's process died");
}

/* ---- One after the other --------------------------------------------------------------------- */

static void show_progress(struct explorer *explorer, bool last)
{
    if (!isatty(STDERR_FILENO) || (!last && now_ms() - explorer->shown < PROGRESS_MS))
        return;
    explorer->shown = now_ms();
    if (last)
        fputs("\r\033[K", stderr);
    else
        fprintf(stderr, "\r%lu of %lu schedules", explorer->runs, explorer->options->explore);
    fflush(stderr);
}

/* The command line that repeats a run. */
static void print_command(FILE *file, const struct run_options *options, const char *schedule)
{
    fputs("dotsys", file);
    for (int i = 0; i < options->argc; i++) {
        const char *word = options->argv[i];
        if (strncmp(word, "--explore", 9) == 0)
            continue;
        if (strcmp(word, "--seed") == 0 || strcmp(word, "--preemptions") == 0) {
            i++;
            continue;
        }
        if (strncmp(word, "--seed=", 7) == 0 || strncmp(word, "--preemptions=", 14) == 0)
            continue;
        bool plain = word[0] != '\0' &&
            word[strspn(word,
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@")] == '\0';
        if (plain)
            fprintf(file, " %s", word);
        else {
            fputs(" '", file);
            for (const char *at = word; *at != '\0'; at++)
                fputs(*at == '\'' ? "'\\''" : (char[]){*at, '\0'}, file);
            fputs("'", file);
        }
        if (i == 0)
            fprintf(file, " --explore --seed %s", schedule);
    }
    fputc('\n', file);
}

static void run_again(const struct explorer *explorer, const char *schedule)
{
    struct run_options options = *explorer->options;
    FILE *file = options.json ? stdout : stderr;

    options.schedule = schedule;
    options.explore = 0;
    if (options.json) {
        json_object *object = json_object_new_object();
        json_add_string(object, "schedule", schedule);
        json_add_number(object, "run", (int64_t)explorer->runs);
        json_print(object);
    } else {
        fprintf(
            file, "%sschedule %s:%s\n", colour_on(file, COLOUR_BAD), schedule, colour_off(file));
    }
    fflush(file);
    supervise(&options);
    if (!options.json) {
        fputs("to repeat it: ", file);
        print_command(file, &options, schedule);
        fputc('\n', file);
    }
}

static int severity(int status)
{
    static const int order[] = {
        EXIT_FINE, EXIT_COMMAND_FAILED, EXIT_FINDING, EXIT_BUGCHECK, EXIT_NOT_LOADED};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (order[i] == status)
            return (int)i;
    }
    return (int)(sizeof(order) / sizeof(order[0]));
}

/* False: no further run makes sense. */
static bool run_one(struct explorer *explorer, const char *schedule)
{
    struct run_options options = *explorer->options;
    bool fresh = false;

    options.schedule = explorer->schedule = schedule;
    options.explore = 0;
    options.listener = &explorer->listener;
    explorer->trace_count = 0;
    show_progress(explorer, false);
    int status = supervise(&options);
    explorer->runs++;
    if (status == EXIT_COMMAND_FAILED)
        status = EXIT_FINE; /* what commands come to is another matter each time */
    for (struct discovery *found = explorer->discoveries; found != NULL; found = found->next) {
        fresh |= found->fresh;
        found->fresh = false;
    }
    if (fresh || status == EXIT_NOT_LOADED) {
        show_progress(explorer, true);
        run_again(explorer, schedule);
    }
    const bool signalled = status > 128, going = severity(status) <= severity(EXIT_BUGCHECK);
    if (signalled ? explorer->worst == EXIT_FINE : severity(status) > severity(explorer->worst))
        explorer->worst = status;
    return going;
}

static void explore_seeds(struct explorer *explorer)
{
    const struct run_options *options = explorer->options;
    uint64_t seed = options->seed != NULL ? strtoull(options->seed, NULL, 10) : 1;
    char schedule[24];
    bool going = run_one(explorer, "rplain");

    for (unsigned long i = 1; going && i < options->explore; i++, seed++) {
        snprintf(
            schedule, sizeof(schedule), "%s%" PRIu64, seed % RACES_RARITY == 0 ? "r" : "", seed);
        going = run_one(explorer, schedule);
    }
}

/* True: there is nothing left within the bound. */
static bool explore_bound(struct explorer *explorer)
{
    struct frontier frontier;
    struct frontier_schedule *schedule;
    const char *text = "";
    bool going = true;

    frontier_open(&frontier, (unsigned)explorer->options->preemptions);
    for (unsigned long i = 0; going && i < explorer->options->explore; i++) {
        if ((text = frontier_next(&frontier, &schedule)) == NULL)
            break;
        going = run_one(explorer, text);
        frontier_done(&frontier, schedule, explorer->trace, explorer->trace_count);
    }
    bool all = going && frontier.waiting == 0 && !frontier.full;
    frontier_close(&frontier);
    return all;
}

static void json_summary(const struct explorer *explorer, bool all)
{
    json_object *object = json_object_new_object(), *list = json_object_new_array();

    json_add_number(object, "schedules", (int64_t)explorer->runs);
    json_object_object_add(object, "all", json_object_new_boolean(all));
    for (const struct discovery *found = explorer->discoveries; found != NULL;
         found = found->next) {
        json_object *one = json_object_new_object();
        json_add_string(one, "what", found->key);
        json_add_string(one, "seed", found->schedule);
        json_add_number(one, "runs", (int64_t)found->runs);
        json_object_array_add(list, one);
    }
    json_object_object_add(object, "found", list);
    json_print(object);
}

static void print_summary(const struct explorer *explorer, bool all, uint64_t took_ms)
{
    unsigned count = 0;

    for (const struct discovery *found = explorer->discoveries; found != NULL; found = found->next)
        count++;
    if (explorer->options->json) {
        json_summary(explorer, all);
        return;
    }
    fprintf(stderr, "dotsys: %lu schedules%s in %.1f s, ", explorer->runs,
        all ? ", all there are with so few interruptions," : "", (double)took_ms / 1000);
    if (count == 0)
        fputs("nothing found\n", stderr);
    else
        fprintf(stderr, "%u finding%s:\n", count, count == 1 ? "" : "s");
    for (const struct discovery *found = explorer->discoveries; found != NULL; found = found->next)
        fprintf(stderr, "  in %lu, --seed %s: %s\n", found->runs, found->schedule, found->key);
}

int explore(const struct run_options *options)
{
    struct explorer explorer = {.options = options, .worst = EXIT_FINE};
    uint64_t start = now_ms();
    bool all = false;

    explorer.end = &explorer.discoveries;
    explorer.listener = (struct run_listener){
        .hear = hear, .stopped = hear_stop, .died = hear_death, .context = &explorer};
    if (options->preemptions >= 0)
        all = explore_bound(&explorer);
    else
        explore_seeds(&explorer);
    show_progress(&explorer, true);
    if (explorer.worst != EXIT_NOT_LOADED && explorer.worst != EXIT_USAGE)
        print_summary(&explorer, all, now_ms() - start);
    for (struct discovery *found = explorer.discoveries, *next; found != NULL; found = next) {
        next = found->next;
        free(found->schedule);
        free(found);
    }
    free(explorer.trace);
    return explorer.worst;
}
