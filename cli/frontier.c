/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See frontier.h. */
#include "frontier.h"

#include <stdio.h>
#include <stdlib.h>

#include "vf/schedule.h"

#define FRONTIER_LIMIT 1000000u
#define DEVIATION_TEXT 16 /* "4294967295:128," */

struct frontier_schedule {
    struct frontier_schedule *next;
    unsigned interruptions, count;
    struct frontier_deviation {
        uint32_t step, choice;
    } deviation[VF_DEVIATIONS];
    char text[VF_DEVIATIONS * DEVIATION_TEXT];
};

static void put(struct frontier *frontier, struct frontier_schedule *schedule)
{
    struct frontier_queue *queue = &frontier->queue[schedule->interruptions];

    schedule->next = NULL;
    *queue->end = schedule;
    queue->end = &schedule->next;
    frontier->waiting++;
}

/* A copy that deviates once more; NULL: no memory. */
static struct frontier_schedule *deviate(
    const struct frontier_schedule *from, uint32_t step, uint32_t choice, unsigned interruptions)
{
    struct frontier_schedule *made = malloc(sizeof(*made));

    if (made == NULL)
        return NULL;
    made->interruptions = interruptions;
    made->count = from->count + 1;
    for (unsigned i = 0; i < from->count; i++)
        made->deviation[i] = from->deviation[i];
    made->deviation[from->count] = (struct frontier_deviation){step, choice};
    return made;
}

void frontier_open(struct frontier *frontier, unsigned bound)
{
    *frontier = (struct frontier){.bound = bound < FRONTIER_BOUNDS ? bound : FRONTIER_BOUNDS - 1};
    for (unsigned i = 0; i < FRONTIER_BOUNDS; i++)
        frontier->queue[i].end = &frontier->queue[i].first;
    struct frontier_schedule *plain = calloc(1, sizeof(*plain));
    if (plain != NULL)
        put(frontier, plain);
}

void frontier_close(struct frontier *frontier)
{
    for (unsigned i = 0; i < FRONTIER_BOUNDS; i++) {
        for (struct frontier_schedule *schedule = frontier->queue[i].first, *next; schedule != NULL;
             schedule = next) {
            next = schedule->next;
            free(schedule);
        }
    }
}

static void write_text(struct frontier_schedule *schedule)
{
    size_t used = 0;

    if (schedule->count == 0)
        snprintf(schedule->text, sizeof(schedule->text), "plain");
    for (unsigned i = 0; i < schedule->count; i++)
        used += (size_t)snprintf(schedule->text + used, sizeof(schedule->text) - used, "%s%u:%u",
            i > 0 ? "," : "", (unsigned)schedule->deviation[i].step,
            (unsigned)schedule->deviation[i].choice);
}

const char *frontier_next(struct frontier *frontier, struct frontier_schedule **schedule)
{
    for (unsigned i = 0; i < FRONTIER_BOUNDS; i++) {
        struct frontier_queue *queue = &frontier->queue[i];
        if (queue->first == NULL)
            continue;
        *schedule = queue->first;
        queue->first = (*schedule)->next;
        if (queue->first == NULL)
            queue->end = &queue->first;
        frontier->waiting--;
        write_text(*schedule);
        return (*schedule)->text;
    }
    return NULL;
}

static void add_choice(struct frontier *frontier, const struct frontier_schedule *schedule,
    uint8_t choice, uint32_t step)
{
    unsigned count = choice & VF_TRACE_COUNT;

    for (unsigned i = 1; i < count; i++) {
        bool interrupts = (choice & VF_TRACE_GOES_ON) ||
            ((choice & VF_TRACE_LATE) && i == count - 1);
        unsigned interruptions = schedule->interruptions + interrupts;
        if (interruptions > frontier->bound)
            continue;
        struct frontier_schedule *made =
            frontier->waiting < FRONTIER_LIMIT ? deviate(schedule, step, i, interruptions) : NULL;
        if (made == NULL)
            frontier->full = true;
        else
            put(frontier, made);
    }
}

void frontier_done(struct frontier *frontier, struct frontier_schedule *schedule,
    const uint8_t *trace, size_t count)
{
    size_t from = schedule->count > 0 ? schedule->deviation[schedule->count - 1].step + 1 : 0;

    if (schedule->count < VF_DEVIATIONS) {
        for (size_t step = from; step < count; step++)
            add_choice(frontier, schedule, trace[step], (uint32_t)step);
    }
    free(schedule);
}

unsigned frontier_interruptions(const struct frontier_schedule *schedule)
{
    return schedule->interruptions;
}
