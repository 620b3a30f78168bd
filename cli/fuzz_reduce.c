/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From a run that ended badly to the least that ends so: what led there is repeated on one thread,
 * ever less of it, then with ever plainer data. What it takes tells defects apart that end alike: a
 * buffer that has to change while the driver works, a number that has to be so large that a product
 * of it wraps.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"

#define MOST_RUNS    160u /* a run takes some 30 ms */
#define MOST_SECONDS 40
#define RUN_SECONDS  2u
#define RACE_ROUNDS 1000000u /* as many as RUN_SECONDS allow */
#define RACE_ATTEMPTS 2u
#define LARGE       0x01000000u

struct search {
    struct fuzz_plan plan; /* with rounds and changing to be set */
    enum fuzz_end end;
    struct fuzz_shared *found;
    struct fuzz_shared *another;
    unsigned runs;
    time_t until;
};

static enum fuzz_end run(struct search *search, const struct fuzz_op *ops, size_t count)
{
    if (count == 0 || search->runs == MOST_RUNS || time(NULL) > search->until)
        return FUZZ_DONE;
    search->runs++;
    return fuzz_run(&search->plan, ops, count, search->another);
}

static bool leads_astray(struct search *search, const struct fuzz_op *ops, size_t count)
{
    return run(search, ops, count) == FUZZ_CRASH;
}

static bool leads_there(struct search *search, const struct fuzz_op *ops, size_t count)
{
    enum fuzz_end end = run(search, ops, count);
    if (search->end == FUZZ_DIED && end == FUZZ_CRASH) {
        search->end = end;
        memcpy(search->found->text, search->another->text, sizeof(search->found->text));
        search->found->crash = search->another->crash;
    }
    return fuzz_same(search->end, search->found, end, search->another);
}

static int by_order(const void *first, const void *second)
{
    const struct fuzz_op *a = first, *b = second;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Ends with the operation of that order: others begun just after it may have been over before
 * it. */
static size_t end_with(struct fuzz_op *ops, size_t count, uint64_t order, uint64_t overtaking)
{
    while (count > 1 && ops[count - 1].order - order > overtaking && ops[count - 1].order > order)
        count--;
    for (size_t at = count; at-- != 0;) {
        if (ops[at].order == order) {
            const struct fuzz_op blamed = ops[at];
            memmove(&ops[at], &ops[at + 1], (count - at - 1) * sizeof(*ops));
            ops[count - 1] = blamed;
            break;
        }
    }
    return count;
}

/* What all threads have done last, in order, and before that what was answered in new ways. */
static size_t gather(const struct fuzz_plan *plan, const struct fuzz_shared *found,
    uint64_t overtaking, struct fuzz_op *ops)
{
    size_t count = 0;
    for (uint32_t thread = 0; thread < plan->threads; thread++) {
        const uint64_t logged = found->logged[thread],
                       first = logged > FUZZ_LOG ? logged - FUZZ_LOG : 0;
        for (uint32_t at = 0; at < found->step_count[thread]; at++) {
            if (found->steps[thread][at].order < found->log[thread][first % FUZZ_LOG].order)
                ops[count++] = found->steps[thread][at];
        }
        for (uint64_t at = first; at < logged; at++)
            ops[count++] = found->log[thread][at % FUZZ_LOG];
    }
    qsort(ops, count, sizeof(*ops), by_order);
    return found->blamed != 0 ? end_with(ops, count, found->blamed, overtaking) : count;
}

static void remove_ops(struct fuzz_op *ops, size_t *count, size_t at, size_t many)
{
    memmove(&ops[at], &ops[at + many], (*count - at - many) * sizeof(*ops));
    *count -= many;
}

/* Leaves out what it does not take: halves, quarters and so on down to single ones. */
static void leave_out(struct search *search, struct fuzz_case *least)
{
    struct fuzz_op *trial = malloc(least->count * sizeof(*trial));
    for (size_t many = least->count / 2; trial != NULL && many != 0; many /= 2) {
        for (size_t at = 0; at + many <= least->count && least->count > 1;) {
            size_t count = least->count;
            memcpy(trial, least->ops, count * sizeof(*trial));
            remove_ops(trial, &count, at, many);
            if (leads_there(search, trial, count))
                remove_ops(least->ops, &least->count, at, many);
            else
                at += many;
        }
    }
    free(trial);
}

static void try_op(struct search *search, struct fuzz_case *least, struct fuzz_op *op,
    const struct fuzz_op *plainer)
{
    const struct fuzz_op before = *op;
    if (memcmp(&before, plainer, sizeof(before)) == 0)
        return;
    *op = *plainer;
    if (!leads_there(search, least->ops, least->count))
        *op = before;
}

static void make_plain(struct search *search, struct fuzz_case *least, struct fuzz_op *op)
{
    struct fuzz_op plainer = *op;
    plainer.in_place = op->in_place == FUZZ_UNALIGNED ? FUZZ_OWN : op->in_place;
    plainer.out_place = op->out_place == FUZZ_UNALIGNED ? FUZZ_OWN : op->out_place;
    plainer.changed = search->plan.changing ? op->changed : FUZZ_STAYS;
    try_op(search, least, op, &plainer);
    plainer = *op;
    plainer.in_place = FUZZ_OWN;
    try_op(search, least, op, &plainer);
    plainer = *op;
    plainer.out_place = FUZZ_OWN;
    try_op(search, least, op, &plainer);
    plainer = *op;
    plainer.out_bytes = 0;
    try_op(search, least, op, &plainer);
    for (uint32_t at = 0; at < FUZZ_HEAD; at += 4) {
        plainer = *op;
        memset(plainer.head + at, 0, 4);
        try_op(search, least, op, &plainer);
    }
    while (op->in_bytes > 4) {
        plainer = *op;
        plainer.in_bytes = op->in_bytes / 2;
        try_op(search, least, op, &plainer);
        if (op->in_bytes != plainer.in_bytes)
            break;
    }
}

/* Only a number so large that it wraps leads there, and none that is merely large. */
static bool needs_wrapping(struct search *search, struct fuzz_case *least)
{
    static const uint32_t merely_large[] = {0x1000, 0x10000, 0x100000};
    struct fuzz_op *last = &least->ops[least->count - 1];
    for (uint32_t at = 0; at + 4 <= FUZZ_HEAD && at + 4 <= last->in_bytes; at += 4) {
        const struct fuzz_op before = *last;
        uint32_t value, tried = 0;
        memcpy(&value, last->head + at, 4);
        if (value < LARGE)
            continue;
        for (; tried < 3; tried++) {
            memcpy(last->head + at, &merely_large[tried], 4);
            if (leads_there(search, least->ops, least->count))
                break;
        }
        *last = before;
        if (tried == 3)
            return true;
    }
    return false;
}

/* Where the processor went astray, when ops had an address in them that nothing else has. NULL: not
 * there. */
static const char *follow(struct search *search, const struct fuzz_case *least, const char *by)
{
    if (!leads_astray(search, least->ops, least->count))
        return NULL;
    const struct fuzz_fault fault = fuzz_fault(&search->another->crash);
    if (!fault.known || fault.address - fuzz_ground(search->plan.x86)->kernel >= FUZZ_NEAR)
        return NULL;
    return by != NULL   ? by
        : fault.execute ? "type confusion"
        : fault.write   ? "arbitrary write"
                        : "arbitrary read";
}

static const char *follow_data(struct search *search, struct fuzz_case *least, struct fuzz_op *op)
{
    const struct fuzz_ground *ground = fuzz_ground(search->plan.x86);
    const struct fuzz_op before = *op;
    const char *defect = NULL;
    for (uint32_t at = 0;
         at + ground->word <= FUZZ_HEAD && at + ground->word <= op->in_bytes && defect == NULL;
         at += 4) {
        memcpy(op->head + at, &ground->kernel, ground->word);
        defect = follow(search, least, NULL);
        *op = before;
    }
    return defect;
}

/* Whose address it was: one of the data, or of a buffer. */
static const char *class_by_following(struct search *search, struct fuzz_case *least)
{
    struct fuzz_op *last = &least->ops[least->count - 1];
    const struct fuzz_op before = *last;
    const char *defect = NULL;
    if (last->kind == FUZZ_IOCTL && (last->code & 3) == 3) {
        last->out_place = FUZZ_KERNEL;
        defect = follow(search, least, "missing probe");
        *last = before;
        if (defect == NULL) {
            last->in_place = FUZZ_KERNEL;
            defect = follow(search, least, "missing probe");
            *last = before;
        }
    }
    for (size_t at = 0; at < least->count && at < 8 && defect == NULL; at++)
        defect = follow_data(search, least, &least->ops[at]);
    return defect != NULL ? defect : least->defect;
}

/* The fewest of the last ones, by powers of two, that lead there. */
static bool find_tail(struct search *search, struct fuzz_case *least, size_t most)
{
    const size_t count = least->count;
    for (size_t tail = 1;; tail *= 2) {
        if (tail > count)
            tail = count;
        if (leads_there(search, &least->ops[count - tail], tail)) {
            remove_ops(least->ops, &least->count, 0, count - tail);
            return true;
        }
        if (tail == count || tail >= most)
            return false;
    }
}

/* Classes that say more than where the processor went astray. */
static bool is_settled(const char *defect)
{
    static const char *const open[] = {
        "NULL dereference", "call of NULL", "wild write", "wild read"};
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        if (strcmp(defect, open[i]) == 0)
            return false;
    }
    return true;
}

/* The request a thread was in, again and again with its buffer changing: true, if one of them leads
 * there, and only so. */
static bool find_race(struct search *search, const struct fuzz_plan *plan, struct fuzz_case *least)
{
    search->plan.rounds = RACE_ROUNDS;
    search->runs = 0;
    for (uint32_t attempt = 0; attempt < RACE_ATTEMPTS * plan->threads; attempt++) {
        const uint32_t thread = attempt % plan->threads;
        const uint64_t logged = search->found->logged[thread];
        const struct fuzz_op *op = &search->found->log[thread][(logged - 1) % FUZZ_LOG];
        if (logged == 0 || op->kind != FUZZ_IOCTL || op->changed == FUZZ_STAYS)
            continue;
        search->plan.changing = true;
        const bool changing = leads_there(search, op, 1);
        search->plan.changing = false;
        if (changing && !leads_there(search, op, 1)) {
            least->ops[0] = *op;
            least->count = 1;
            return true;
        }
    }
    return false;
}

void fuzz_reduce(const struct fuzz_plan *plan, enum fuzz_end *end, struct fuzz_shared *found,
    struct fuzz_shared *another, struct fuzz_case *least)
{
    struct search search = {.plan = *plan,
        .end = *end,
        .found = found,
        .another = another,
        .until = time(NULL) + MOST_SECONDS};
    /* How many operations begun after the one that ended it may have been over before it. */
    static const uint64_t overtaking[] = {16, 0, 256, UINT64_MAX};
    bool race = false;

    search.plan.seconds = RUN_SECONDS;
    search.plan.rounds = 1;
    search.plan.changing = false;
    for (size_t at = 0; at < sizeof(overtaking) / sizeof(overtaking[0]) && !least->again; at++) {
        least->count = gather(plan, found, overtaking[at], least->ops);
        least->again = find_tail(&search, least, SIZE_MAX);
    }
    if (!least->again) {
        race = plan->changing && find_race(&search, plan, least);
        least->again = race;
    } else {
        leave_out(&search, least);
        for (size_t at = 0; at < least->count && least->count <= 8; at++)
            make_plain(&search, least, &least->ops[at]);
    }
    *end = search.end;
    least->defect = fuzz_class(*end, found, least->ops, least->count);
    if (!least->again)
        return;
    search.runs = 0;
    if (race)
        least->defect = "double fetch";
    else if (*end == FUZZ_CRASH && strcmp(least->defect, "pool overflow") == 0 &&
        needs_wrapping(&search, least))
        least->defect = "integer overflow";
    else if (*end == FUZZ_CRASH && fuzz_fault(&found->crash).known)
        least->defect = is_settled(least->defect) ? least->defect
                                                  : class_by_following(&search, least);
}
