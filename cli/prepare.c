/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See prepare.h. The text goes into a file in memory, which both the process that is forked and
 * another program can read. */
#include "prepare.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"
#include "inf_run.h"
#include "regwrite.h"

static void add_port(void *context, const char *port)
{
    struct machine_choices *choices = context;
    char *copy = choices->port_count < PORTS_LIMIT ? strdup(port) : NULL;

    if (copy == NULL)
        return;
    choices->ports[choices->port_count++] = copy;
    choices->described_ports++;
}

static bool describe_all(struct machine_choices *choices, const struct prepare *prepare, FILE *file)
{
    const struct device_description description = {
        .service = prepare->run != NULL && prepare->run->driver_count > 0
            ? prepare->run->drivers[0].name
            : NULL,
        .pointer_bytes = prepare->x86 ? 4 : 8,
        .port = add_port,
        .context = choices,
    };
    char why[1024];

    for (size_t i = 0; i < choices->device_count; i++) {
        if (!device_describe(choices->devices[i], &description, file, why, sizeof(why))) {
            cli_usage(prepare->verb, "%s: %s", choices->devices[i], why);
            return false;
        }
    }
    return true;
}

bool prepare_devices(struct machine_choices *choices, const struct prepare *prepare)
{
    if (choices->device_count == 0 && (prepare->run == NULL || prepare->run->inf_count == 0))
        return true;
    int file = memfd_create("registry", MFD_CLOEXEC);
    FILE *stream = file >= 0 ? fdopen(dup(file), "w") : NULL;
    bool good = stream != NULL;

    if (good) {
        regwrite_begin(stream);
        good = (prepare->run == NULL || inf_write(prepare->run, stream)) &&
            describe_all(choices, prepare, stream);
        if (fclose(stream) != 0 && good) {
            fprintf(stderr, "dotsys %s: the devices cannot be written down: %s\n", prepare->verb,
                strerror(errno));
            good = false;
        }
    }
    choices->registry = file;
    return good;
}

void forget_devices(struct machine_choices *choices)
{
    for (; choices->described_ports > 0; choices->described_ports--)
        free((void *)(uintptr_t)choices->ports[--choices->port_count]);
    if (choices->registry >= 0)
        close(choices->registry);
    choices->registry = -1;
}
