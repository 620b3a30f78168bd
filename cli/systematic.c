/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * First the run as it is, with nothing failing, for people to see. Then runs that are only listened
 * to, each with one allocation more that fails, until one comes upon no new stack. A run that
 * stopped the machine, or in which drivers did something wrong that they do not do otherwise, is
 * run once more for people to see, after the stack it is due to. The stacks are in memory shared
 * with the machine's process, whatever becomes of that.
 */
#include "systematic.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "json.h"
#include "stack.h"
#include "terminal.h"

#include "vf/lowres.h"

#define FOUND_LIMIT 1024u
#define STACK_TEXT  2048u

struct search {
    const struct run_options *options;
    struct run_listener listener;
    VF_STACKS *stacks;
    int memory;                 /* descriptor of stacks */
    uint64_t found[FOUND_LIMIT]; /* hashes of findings and bugchecks, each once */
    size_t found_count;
    bool fresh;                 /* the run under way has one that none before had */
    unsigned runs;
    time_t told;                /* when their number was */
    unsigned crashes, findings; /* stacks that led to them */
    int worst;
};

#define PROGRESS_SECONDS 10
#define LATE             1u /* in place of a hash: the program was ended after --timeout */

/* ---- What a run tells ------------------------------------------------------------------------ */

static uint64_t hash(uint64_t value, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        value = (value ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return value;
}

/* One of them has been there in this run. */
static void note(struct search *search, uint64_t key)
{
    for (size_t i = 0; i < search->found_count; i++) {
        if (search->found[i] == key)
            return;
    }
    if (search->found_count < FOUND_LIMIT)
        search->found[search->found_count++] = key;
    search->fresh = true;
}

static void hear(void *context, const struct record *record)
{
    struct search *search = context;
    uint64_t key = hash(14695981039346656037u, &record->type, sizeof(record->type));

    if (record->type == RECORD_STOPPED) /* the code, and what it was about */
        key = hash(key, record->number, 3 * sizeof(record->number[0]));
    else if (record->type == RECORD_FINDING)
        key = hash(hash(key, record->number, 2 * sizeof(record->number[0])), record->text[0].bytes,
            record->text[0].size);
    else
        return;
    note(search, key);
}

static void hear_death(void *context)
{
    ((struct search *)context)->fresh = true;
}

static void hear_late(void *context)
{
    note(context, LATE);
}

/* ---- Runs ------------------------------------------------------------------------------------ */

/* On a terminal each time, elsewhere now and then. */
static void show_progress(struct search *search)
{
    const bool terminal = isatty(STDERR_FILENO);
    const time_t now = time(NULL);

    search->runs++;
    if (search->told == 0)
        search->told = now;
    if (search->options->json || (!terminal && now - search->told < PROGRESS_SECONDS))
        return;
    search->told = now;
    fprintf(stderr, "%sdotsys: low resources: run %u, %u call stacks have failed so far%s",
        terminal ? "\r" : "", search->runs, (unsigned)search->stacks->Count, terminal ? "" : "\n");
    fflush(stderr);
}

static void hide_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* Somebody wants it to end, or it cannot go on. */
static bool is_over(int status)
{
    return status == EXIT_USAGE || status == 128 + SIGINT || status == 128 + SIGTERM;
}

/* One run; armed: the next new stack fails. */
static int run(struct search *search, bool armed, bool shown)
{
    struct run_options options = *search->options;

    options.stacks = search->memory;
    options.listener = shown ? NULL : &search->listener;
    search->stacks->Armed = armed;
    search->stacks->Failed = 0;
    search->fresh = false;
    if (!shown)
        show_progress(search);
    const int status = supervise(&options);
    if (!shown)
        hide_progress();
    return status;
}

/* The stack as lines "  01 name.sys+0x1234", named where there are symbols; malloc. */
static char *stack_text(const struct search *search, const VF_STACK *stack)
{
    char text[STACK_TEXT];
    size_t length = 0;

    for (ULONG i = 0; i < stack->FrameCount && i < VF_STACK_FRAMES && length < sizeof(text); i++) {
        const ULONG module = stack->Frame[i].Module < VF_STACK_MODULES ? stack->Frame[i].Module : 0;
        length += (size_t)snprintf(text + length, sizeof(text) - length, "  %02u %.63s+0x%x\n",
            (unsigned)i + 1, search->stacks->Module[module], (unsigned)stack->Frame[i].Offset);
    }
    return stack_name_frames(
        search->options, text, length < sizeof(text) ? length : sizeof(text) - 1);
}

static void show_stack(const struct search *search, const VF_STACK *stack)
{
    char *text = stack_text(search, stack), tag[8] = "";

    memcpy(tag, &stack->Tag, sizeof(stack->Tag));
    if (search->options->json) {
        json_object *object = json_object_new_object();
        json_add_number(object, "failed_allocation", (int64_t)(stack - search->stacks->Stack) + 1);
        json_add_string(object, "stack", text != NULL ? text : "");
        json_print(object);
    } else {
        fprintf(stderr, "\n%swhen this allocation fails%s%s%s:%s\n%s",
            colour_on(stderr, COLOUR_BAD), tag[0] != '\0' ? ", of tag " : "", tag, "",
            colour_off(stderr), text != NULL ? text : "");
    }
    free(text);
}

/* After a run in which one failed: what it led to. False: there is nothing to go on for. */
static bool judge(struct search *search, int status)
{
    const ULONG number = search->stacks->Failed - 1;

    if (search->fresh) {
        search->crashes += status == EXIT_BUGCHECK;
        search->findings += status != EXIT_BUGCHECK;
        show_stack(search, &search->stacks->Stack[number]);
        search->stacks->Count = number; /* it is new once more */
        run(search, true, true);
        search->stacks->Count = number + 1;
        if (search->worst != EXIT_BUGCHECK)
            search->worst = status == EXIT_BUGCHECK ? EXIT_BUGCHECK : EXIT_FINDING;
    }
    return !is_over(status) && search->stacks->Count < VF_STACK_LIMIT;
}

static void print_summary(const struct search *search)
{
    const unsigned count = search->stacks->Count;

    if (search->options->json) {
        json_object *object = json_object_new_object();
        json_add_number(object, "runs", search->runs);
        json_add_number(object, "stacks", count);
        json_add_number(object, "crashes", search->crashes);
        json_add_number(object, "with_findings", search->findings);
        json_print(object);
        return;
    }
    fprintf(stderr,
        "dotsys: low resources: %u call stack%s that allocate%s failed once each%s: ", count,
        count == 1 ? "" : "s", count == 1 ? "s" : "",
        search->stacks->Full || count == VF_STACK_LIMIT ? ", and there are more" : "");
    if (search->crashes + search->findings == 0)
        fprintf(stderr, "the drivers coped\n");
    else
        fprintf(stderr, "%u stopped the machine, %u led to findings\n", search->crashes,
            search->findings);
}

static bool open_search(struct search *search, const struct run_options *options)
{
    *search = (struct search){.options = options, .memory = memfd_create("stacks", MFD_CLOEXEC)};
    search->listener = (struct run_listener){
        .hear = hear, .died = hear_death, .late = hear_late, .context = search};
    if (search->memory >= 0 && ftruncate(search->memory, sizeof(VF_STACKS)) == 0)
        search->stacks = machine_map_stacks(search->memory);
    if (search->stacks == NULL && search->memory >= 0)
        close(search->memory);
    return search->stacks != NULL;
}

int systematic(const struct run_options *options)
{
    struct search search;
    int status;

    if (!open_search(&search, options)) {
        fprintf(stderr, "dotsys: out of memory\n");
        return EXIT_NOT_LOADED;
    }
    run(&search, false, false);
    search.worst = run(&search, false, true);
    if (search.worst != EXIT_NOT_LOADED && !is_over(search.worst)) {
        do
            status = run(&search, true, false);
        while (search.stacks->Failed != 0 && judge(&search, status));
        if (is_over(status) && search.worst == EXIT_FINE)
            search.worst = status;
        print_summary(&search);
    }
    munmap(search.stacks, sizeof(VF_STACKS));
    close(search.memory);
    return search.worst;
}
