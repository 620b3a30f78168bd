/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * For tests of clients, included before everything in them: with DOTSYS_MACHINE set they run as
 * clients of that machine, which is up with the drivers they ask for, instead of opening one. A
 * 32-bit program that opens one gets the drivers for x86.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dotsys/dotsys.h"

static inline bool machine_elsewhere(void)
{
    return getenv("DOTSYS_MACHINE") != NULL;
}

static inline dotsys_status anywhere_open(const dotsys_options *options, dotsys_machine **machine)
{
    static char none;

    if (!machine_elsewhere())
        return dotsys_machine_open(options, machine);
    *machine = (dotsys_machine *)(void *)&none;
    return DOTSYS_OK;
}

static inline dotsys_status anywhere_start(
    dotsys_machine *machine, const char *name, const char *path)
{
    char here[2048];
    const char *arch = strstr(path, "/x64/");

    if (machine_elsewhere())
        return DOTSYS_OK;
    snprintf(here, sizeof(here), "%s", path);
    if (sizeof(void *) == 4 && arch != NULL)
        memcpy(here + (arch - path), "/x86/", 5);
    return dotsys_driver_start(machine, name, here);
}

static inline dotsys_status anywhere_close(dotsys_machine *machine)
{
    return machine_elsewhere() ? DOTSYS_OK : dotsys_machine_close(machine);
}

#define dotsys_machine_open anywhere_open
#define dotsys_driver_start anywhere_start
#define dotsys_machine_close anywhere_close
