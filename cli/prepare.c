/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See prepare.h. The text goes into a file in memory, which both the process that is forked and another program can read. */
#include "prepare.h"

#include <errno.h>
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
    struct run_options *options = context;
    char *copy = options->choices.port_count < PORTS_LIMIT ? strdup(port) : NULL;

    if (copy == NULL)
        return;
    options->choices.ports[options->choices.port_count++] = copy;
    options->described_ports++;
}

static bool describe_all(struct run_options *options, FILE *file, bool machine32)
{
    const struct device_description description = {
        .service = options->driver_count > 0 ? options->drivers[0].name : NULL,
        .pointer_bytes = machine32 ? 4 : 8,
        .port = add_port,
        .context = options,
    };
    char why[1024];

    for (size_t i = 0; i < options->device_count; i++) {
        if (!device_describe(options->devices[i], &description, file, why, sizeof(why))) {
            cli_usage("run", "%s: %s", options->devices[i], why);
            return false;
        }
    }
    return true;
}

bool prepare_devices(struct run_options *options, bool machine32)
{
    if (options->device_count == 0 && options->inf_count == 0)
        return true;
    int file = memfd_create("registry", MFD_CLOEXEC);
    FILE *stream = file >= 0 ? fdopen(dup(file), "w") : NULL;
    bool good = stream != NULL;

    if (good) {
        regwrite_begin(stream);
        good = inf_write(options, stream) && describe_all(options, stream, machine32);
        if (fclose(stream) != 0 && good) {
            fprintf(stderr, "dotsys run: the devices cannot be written down: %s\n", strerror(errno));
            good = false;
        }
    }
    options->registry = file;
    return good;
}
