/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a machine stands on outside its process's memory, and opening one on it. The embedder's
 * library opens a machine directory for it (server/embed.c); the command's supervisor hands its
 * machine process these as descriptors and a storage that talks back to it. NULL instead of a whole
 * machine_host: a throw-away machine.
 */
#pragma once

#include "cm/storage.h"
#include "dotsys/dotsys.h"
#include "ke/ke.h"

struct machine_host {
    const struct cm_storage *storage; /* the registry; NULL: it is forgotten */
    const char *drive_c;              /* host folder that is C:; NULL: one made when first needed and removed at
                            the end */
    int disk;                         /* what PhysicalDrive0 is, owned by the caller; -1: an image in memory */
    bool disk_writable;
    int cmos;                 /* file with the CMOS's contents, owned by the caller; -1: in memory */
    int broker;               /* of the command's: the sandbox's socket to the supervisor (server/sandbox.h); -1:
                   none */
    struct VF_STACKS *stacks; /* of earlier runs with systematic low resources (vf/lowres.h); NULL:
                                 there were none */
    bool start_services;      /* start those whose Start says so, as Windows does when it boots */
    /* The machine is open, no service has started: the place to plug in devices. A failure closes
     * it. May be NULL. */
    dotsys_status (*opened)(void *opened_context, dotsys_machine *machine);
    void *opened_context;
    void (*closed)(void *context); /* the machine has let go of all of it; may be NULL */
    void *context;
};

/* As dotsys_machine_open. host and what it points to outlive the machine, until closed is
 * called. */
dotsys_status machine_open(
    const dotsys_options *options, const struct machine_host *host, dotsys_machine **machine);

/* On the calling thread, attached the first time: within the kernel; the machine stays open if
 * nobody closes it. */
NTSTATUS machine_enter(KE_SERVICE service, void *arguments);
/* The same, one call at a time, and not while the machine is opened or closed. HOST_DOWN: there is
 * none. */
NTSTATUS machine_call(KE_SERVICE service, void *arguments);

/* What dotsys_last_message says on this thread; returns the status. */
dotsys_status machine_fail(dotsys_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for a call that failed before or after the machine's part of it. */
void machine_set_message(const char *text);
