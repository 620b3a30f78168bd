/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The two halves of `dotsys run`. The supervisor parses everything, forks, and then only listens,
 * prints and decides the exit status; nothing a driver does can take it down. The machine's process
 * starts the drivers, runs the commands and sends what happens as records.
 */
#pragma once

#include "choices.h"
#include "command.h"
#include "machine.h"
#include "server/record.h"

#define INFS_LIMIT    16

struct run_driver {
    const char *path;
    char *name; /* of the service: the file's base name without .sys, or what an INF file calls it
                 */
    bool installed; /* by an INF file; path is allocated */
};

/* An INF file among the drivers, and what it is for: "amd64" or "x86". */
struct run_inf {
    const char *path, *architecture;
};

/* A file an INF file copies: where it is here, and where it goes, C:\\…. */
struct run_copy {
    char *source, *target;
};


struct crash_inbox;

/* Who only listens to a run: nothing of it is shown. */
struct run_listener {
    void (*hear)(void *context, const struct record *record);
    /* a RECORD_STOPPED; NULL: is heard */
    void (*stopped)(void *context, const struct record *record, const struct crash_inbox *inbox);
    void (*died)(void *context); /* the process that held the machine did, without a report */
    void (*late)(void *context); /* the program was ended after --timeout; NULL: nobody wants to
                                    know */
    void *context;
};

struct run_options {
    int argc; /* the command line it was read from, "run" first */
    char **argv;
    struct machine_choices choices;
    struct run_inf infs[INFS_LIMIT];
    size_t inf_count;
    struct run_copy *copies;
    size_t copy_count;
    int stacks; /* memory of systematic low resources, shared with the machine's process; -1: the
                   run is not repeated for them */
    const char *crash_folder; /* where reports of a bugcheck are kept; NULL: in the machine's
                                 directory, if it has one */
    bool user, json;
    uint32_t timeout_ms;
    unsigned long explore; /* schedules to try; 0: none */
    bool explores_many;    /* the number was given */
    const char *seed;      /* the first of them; NULL: from 1 on */
    int preemptions;       /* in each at most, and all of them in order; -1: by chance */
    const char *schedule;  /* as dotsys_options has it */
    const struct run_listener *listener; /* NULL: what happens is shown */
    struct run_driver *drivers;
    size_t driver_count;
    char **program; /* and its arguments, instead of commands; NULL: none */
    size_t program_count;
    int handoffs; /* with a program: where the machine's process gets its clients from */
    struct command **commands;
    size_t command_count;
};

/*
 * The machine's process: runs all of it and reports to the socket. host NULL: a throw-away machine.
 * Returns what the process exits with: 0.
 */
int machine_run(const struct run_options *options, const struct machine_host *host, int socket);

/* The memory of run_options.stacks, in either process; NULL: there is none. */
struct VF_STACKS *machine_map_stacks(int descriptor);

/* The supervisor: runs the machine in a child and returns the exit status of the command line's
 * contract. */
int supervise(const struct run_options *options);
