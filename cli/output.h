/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How a run is shown, as text for people or as JSON, one object a line. Results go to standard
 * output, everything else of the text form to standard error; JSON goes to standard output whole.
 * Every line is flushed as it is written.
 */
#pragma once

#include "crash.h"
#include "server/record.h"
#include "run.h"

struct output {
    const struct run_options *options;
    struct crash_inbox inbox; /* what is known of the bugcheck, for when the machine is said to have
                                 stopped */
    uint64_t start; /* 100 ns units since 1601: what log lines count from, when the machine does not
                       tell its start */
    bool log_is_result; /* log lines go to standard output */
};

void output_open(struct output *output, const struct run_options *options);
void output_close(struct output *output); /* forgets what it knows */

/* 100 ns units since 1601. */
uint64_t output_now(void);

/* Shows one record. RECORD_BEGIN and RECORD_END show nothing. */
void output_record(struct output *output, const struct record *record);

/* "was killed by signal 9 (Killed)" or how else it ended. signal 0: it exited with code. */
#define OUTPUT_DEATH_BYTES 128
void output_describe_death(int signal, int code, char what[OUTPUT_DEATH_BYTES]);

/* The machine's process ended in a way it did not announce. signal 0: it exited with code. during
 * may be "". */
void output_died(const struct output *output, int signal, int code, const char *during);

/* After an orderly end: says so when there was nothing to complain of. */
void output_clean(const struct output *output);
