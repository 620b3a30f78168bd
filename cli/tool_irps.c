/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys log --irps: the last requests of each device of a machine that is up. Like ps it looks
 * into the kernel.
 */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "logged.h"

#include "kd/crash.h"
#include "vf/vf.h"

static void show(const struct tool *tool, const KD_DEVICE_LOG *log, bool json)
{
    const uint64_t now = host_clock_utc();

    for (ULONG i = 0; i < log->Count && i < KD_CRASH_REQUESTS; i++) {
        const struct logged logged = {log->Driver, log->Name, &log->Request[i]};
        if (json)
            logged_json(tool->out, &logged, now);
        else
            logged_text(tool->out, &logged, now, i == 0);
    }
}

int tool_irps(struct tool *tool, int argc, char **argv)
{
    const bool json = argc > 1 && strcmp(argv[1], "--json") == 0;

    if (!VfIsOn(VF_IRP_LOGGING)) {
        fprintf(tool->err, "dotsys log: the machine logs no requests: it was brought up without "
                           "--verify=irp_logging\n");
        return EXIT_COMMAND_FAILED;
    }
    KD_DEVICE_LOG *logs = calloc(KD_CRASH_DEVICES, sizeof(*logs));
    if (logs == NULL) {
        fprintf(tool->err, "dotsys log: out of memory\n");
        return EXIT_COMMAND_FAILED;
    }
    ULONG count = KdListRequests(logs, KD_CRASH_DEVICES);
    for (ULONG i = 0; i < count; i++)
        show(tool, &logs[i], json);
    free(logs);
    return EXIT_FINE;
}
