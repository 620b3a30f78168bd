/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine's process as a program of its own, which reads the same command line and tells the
 * same records: dotsys-machine32 for drivers of i386, which is built for 32 bits, and
 * dotsys-machine64 for others where there are clients, out of whose way it lies. Both are in
 * libexec when they are installed.
 */
#pragma once

#include <stdbool.h>

#include "run.h"
#include "serve.h"

/* Whether the first driver is an image for i386. What is no image is the loader's to refuse. */
bool machine_program_is_x86(const struct run_options *options);

/*
 * In the child: becomes that program. host: descriptors and drive_c only; storage: of the machine's
 * registry, to be opened by store_remote_open there; -1: it is forgotten. Returns what the process
 * exits with when that fails, after saying why to socket.
 */
int machine_program_run(const struct run_options *options, bool x86,
    const struct machine_host *host, int storage, int socket);
/* The same for a machine that is up: see machine_serve. */
int machine_program_serve(const struct serve_options *options, bool x86,
    const struct machine_host *host, int storage, int records, int handoffs);

/* In the child: becomes that program, which carries out what is in the memory the descriptor is of
 * (fuzz.h). Returns if that fails. */
void machine_program_fuzz(bool x86, int descriptor);
extern const char machine_program_no_x86[]; /* why x86 drivers cannot be run, where that program is
                                               not there */

/* What the two programs hand over, in this order, before the command's own arguments; numbers in
 * decimal, "" for no folder. */
enum machine_argument {
    MACHINE_SELF,
    MACHINE_SOCKET,
    MACHINE_HANDOFFS, /* -1: there will be no clients */
    MACHINE_STORAGE,
    MACHINE_DISK,
    MACHINE_DISK_WRITABLE,
    MACHINE_CMOS,
    MACHINE_BROKER, /* the sandbox's socket to the supervisor */
    MACHINE_START_SERVICES,
    MACHINE_DRIVE_C,
    MACHINE_COMMAND, /* "run" and what follows it, or "serve" and options of choices.h */
};
