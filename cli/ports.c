/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See ports.h. What follows the first comma is for the library. */
#include "ports.h"

#include <stdio.h>
#include <string.h>

#include "dotsys/port.h"

static dotsys_status load(dotsys_machine *machine, const char *port)
{
    size_t length = strcspn(port, ",");
    char path[4096];

    /* A name without a slash would be looked for among the system's libraries. */
    snprintf(path, sizeof(path), "%s%.*s", memchr(port, '/', length) != NULL ? "" : "./",
        (int)length, port);
    return dotsys_port_load(machine, path, port[length] == ',' ? port + length + 1 : "");
}

dotsys_status ports_load(dotsys_machine *machine, const char *const *ports, size_t count)
{
    dotsys_status status = DOTSYS_OK;

    for (size_t i = 0; i < count && status == DOTSYS_OK; i++)
        status = load(machine, ports[i]);
    return status;
}
