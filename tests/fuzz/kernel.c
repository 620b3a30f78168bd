/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See kernel.h. */
#include "tests/fuzz/kernel.h"

#include <stdio.h>
#include <stdlib.h>

#include "kd/kd.h"
#include "services.h"

static void no_line(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static void no_finding(void *context, const dotsys_finding *finding)
{
    (void)context, (void)finding;
}

void fuzz_fail(const char *what)
{
    const char *report = KdGetReport();

    fprintf(stderr, "%s\n%s", what, report != NULL ? report : "");
    abort();
}

dotsys_machine *fuzz_machine(void)
{
    static const dotsys_options options = {
        .size = sizeof(options), .log = no_line, .finding = no_finding};
    static dotsys_machine *machine;

    if (machine == NULL && dotsys_machine_open(&options, &machine) != DOTSYS_OK)
        fuzz_fail(dotsys_last_message());
    return machine;
}

NTSTATUS fuzz_in_kernel(KE_SERVICE service, void *context)
{
    fuzz_machine();
    NTSTATUS status = KeAttached() ? STATUS_SUCCESS : SysAttach();
    if (NT_SUCCESS(status))
        status = KeEnterKernel(service, context, KernelMode);
    if (KdGetReport() != NULL)
        fuzz_fail("the machine has stopped");
    return status;
}
