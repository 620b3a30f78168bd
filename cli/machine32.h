/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine's process for drivers of i386: another program, built for 32 bits, which reads the same command line and tells the
 * same records. It is in libexec when it is installed.
 */
#pragma once

#include <stdbool.h>

#include "run.h"
#include "serve.h"

/* Whether the first driver is an image for i386. What is no image is the loader's to refuse. */
bool machine32_wanted(const struct run_options *options);

/*
 * In the child: becomes that program. host: descriptors and drive_c only; storage: of the machine's registry, to be opened by
 * store_remote_open there; -1: it is forgotten. Returns what the process exits with when that fails, after saying why to socket.
 */
int machine32_run(const struct run_options *options, const struct machine_host *host, int storage, int socket);
/* The same for a machine that is up: see machine_serve. */
int machine32_serve(const struct serve_options *options, const struct machine_host *host, int storage, int records, int handoffs);

/* What the two programs hand over, in this order, before the command's own arguments; numbers in decimal, "" for no folder. */
enum machine32_argument {
    MACHINE32_SELF,
    MACHINE32_SOCKET,
    MACHINE32_HANDOFFS, /* -1: there will be no clients */
    MACHINE32_STORAGE,
    MACHINE32_DISK,
    MACHINE32_DISK_WRITABLE,
    MACHINE32_CMOS,
    MACHINE32_START_SERVICES,
    MACHINE32_DRIVE_C,
    MACHINE32_COMMAND, /* "run" and what follows it, or "serve" and options of choices.h */
};
