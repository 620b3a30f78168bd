/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The two halves of `dotsys run`. The supervisor parses everything, forks, and then only listens, prints and decides the
 * exit status; nothing a driver does can take it down. The machine's process starts the drivers, runs the commands
 * and sends what happens as records.
 */
#pragma once

#include "command.h"
#include "machine.h"
#include "ports.h"

struct run_driver {
    const char *path;
    char *name; /* of the service: the file's base name without .sys */
};


struct run_options {
    int argc; /* the command line it was read from, "run" first */
    char **argv;
    const char *os; /* NULL: the default */
    const char *directory; /* of the machine; NULL: a throw-away one */
    const char *disk;      /* what PhysicalDrive0 is; NULL: the machine's own */
    bool disk_writable;
    const char *ports[PORTS_LIMIT]; /* libraries of devices, "FILE.so[,ARGUMENTS]" */
    size_t port_count;
    bool user, verify, json;
    uint32_t timeout_ms;
    struct run_driver *drivers;
    size_t driver_count;
    char **program; /* and its arguments, instead of commands; NULL: none */
    size_t program_count;
    int handoffs; /* with a program: where the machine's process gets its clients from */
    struct command **commands;
    size_t command_count;
};

/*
 * The machine's process: runs all of it and reports to the socket. host NULL: a throw-away machine. Returns what the process
 * exits with: 0.
 */
int machine_run(const struct run_options *options, const struct machine_host *host, int socket);

/* The supervisor: runs the machine in a child and returns the exit status of the command line's contract. */
int supervise(const struct run_options *options);
