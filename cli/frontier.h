/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Systematic exploration: which schedules are still to be tried, those with fewer interruptions
 * first. A schedule is what kernel/vf/schedule.h says: deviations from what happens when no thread
 * is interrupted. Each run's trace of choices yields the schedules that deviate once more, behind
 * its own last deviation.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRONTIER_BOUNDS 8

struct frontier_schedule;

struct frontier {
    unsigned bound; /* interruptions at most; less than FRONTIER_BOUNDS */
    struct frontier_queue {
        struct frontier_schedule *first, **end;
    } queue[FRONTIER_BOUNDS]; /* by interruptions */
    size_t waiting;
    bool full; /* some were left out: there were too many */
};

void frontier_open(struct frontier *frontier, unsigned bound);
void frontier_close(struct frontier *frontier);
/* The next one, in text; *schedule is to be freed by frontier_done. NULL: all have been tried. */
const char *frontier_next(struct frontier *frontier, struct frontier_schedule **schedule);
/* What choices there were in its run. */
void frontier_done(struct frontier *frontier, struct frontier_schedule *schedule,
    const uint8_t *trace, size_t count);
/* How many times it interrupts a thread. */
unsigned frontier_interruptions(const struct frontier_schedule *schedule);
