/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys ps: what runs on a machine that is up. The one tool that looks into the kernel: no Win32
 * call tells this. */
#include "tool.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "json.h"
#include "server/sandbox.h"

#include "dotsys/dotsys.h"

const char cmd_ps_help[] = "Usage: dotsys ps [--machine DIR] [--json]\n"
                           "\n"
                           "Shows a machine that is up: its Windows version and architecture, how "
                           "it watches the host's processes, what keeps\n"
                           "its drivers from the host, its drivers and the processes that use it.\n"
                           "\n"
                           "Exit status: 0 the machine is up, 1 it is not, 2 usage.\n";

#define CLIENT_LIMIT 1024u
#define POOL_LIMIT 1024u

struct survey {
    struct tool *tool;
    bool json;
    PSI_CLIENT *clients;
    ULONG count;
    const char *watching;
};

static NTSTATUS survey_kernel(void *context)
{
    struct survey *survey = context;

    survey->count = PsiListClients(survey->clients, CLIENT_LIMIT);
    survey->watching = PsWatchSource();
    return STATUS_SUCCESS;
}

static int by_id(const void *a, const void *b)
{
    ULONG_PTR x = (ULONG_PTR)((const PSI_CLIENT *)a)->Id,
              y = (ULONG_PTR)((const PSI_CLIENT *)b)->Id;

    return (x > y) - (x < y);
}

static BOOLEAN show_driver(LDR_IMAGE *image, void *context)
{
    const struct survey *survey = context;

    if (survey->json) {
        json_object *object = json_object_new_object();
        json_add_string(object, "driver", image->Name);
        json_add_hex(object, "base", (uintptr_t)image->Base, 1);
        json_add_number(object, "size", image->SizeOfImage);
        json_add_string(object, "path", image->HostPath);
        json_write(survey->tool->out, object);
    } else {
        fprintf(survey->tool->out, "%-16s %12p %8u  %s\n", image->Name, (void *)image->Base,
            (unsigned)image->SizeOfImage, image->HostPath);
    }
    return TRUE;
}

static void show_client(const struct survey *survey, const PSI_CLIENT *client)
{
    const char *user = client->Administrator ? "administrator" : "user";

    if (survey->json) {
        json_object *object = json_object_new_object();
        json_add_number(object, "pid", (int64_t)(ULONG_PTR)client->Id);
        json_add_number(object, "parent", (int64_t)(ULONG_PTR)client->ParentId);
        json_add_string(object, "image", client->ImageName);
        json_add_string(object, "user", user);
        json_write(survey->tool->out, object);
    } else {
        fprintf(survey->tool->out, "%8" PRIuPTR " %8" PRIuPTR "  %-16s %s\n", (uintptr_t)client->Id,
            (uintptr_t)client->ParentId, client->ImageName, user);
    }
}

/* What the machine and its drivers have of the pools: a test sees by it whether clients left
 * something. */
static void add_pools(json_object *object)
{
    dotsys_pool_usage *usage = calloc(POOL_LIMIT, sizeof(*usage));
    size_t count = usage != NULL ? dotsys_pool_query(NULL, usage, POOL_LIMIT) : 0;
    int64_t bytes = 0, blocks = 0;

    for (size_t i = 0; i < count; i++) {
        bytes += (int64_t)usage[i].bytes;
        blocks += (int64_t)usage[i].blocks;
    }
    json_add_number(object, "pool_bytes", bytes);
    json_add_number(object, "pool_blocks", blocks);
    free(usage);
}

static void show(const struct survey *survey)
{
    const char *watching = survey->watching != NULL ? survey->watching : "nobody asks";
    const char *architecture = sizeof(void *) == 8 ? "x64" : "x86";
    char sandbox[256];
    FILE *out = survey->tool->out;

    sandbox_describe(sandbox, sizeof(sandbox));
    if (survey->json) {
        json_object *object = json_object_new_object();
        json_add_string(object, "windows", LdrVersionName(LdrTargetVersion));
        json_add_string(object, "architecture", architecture);
        json_add_number(object, "process", getpid());
        json_add_string(object, "process_events", watching);
        json_add_string(object, "sandbox", sandbox);
        add_pools(object);
        json_write(out, object);
    } else {
        fprintf(out,
            "%s for %s, in process %d\nprocess events: %s\nsandbox: %s\n\nDRIVER                   "
            "BASE     SIZE  IMAGE\n",
            LdrVersionName(LdrTargetVersion), architecture, (int)getpid(), watching, sandbox);
    }
    LdrEnumerateImages(show_driver, (void *)(ULONG_PTR)survey);
    if (!survey->json)
        fprintf(out, "\n     PID   PARENT  PROCESS          RIGHTS\n");
    for (ULONG i = 0; i < survey->count; i++)
        show_client(survey, &survey->clients[i]);
}

int tool_ps(struct tool *tool, int argc, char **argv)
{
    struct survey survey = {.tool = tool};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") != 0)
            return fprintf(tool->err, "dotsys ps: '%s' is not understood\n", argv[i]), EXIT_USAGE;
        survey.json = true;
    }
    survey.clients = calloc(CLIENT_LIMIT, sizeof(*survey.clients));
    if (survey.clients == NULL || !NT_SUCCESS(KeEnterKernel(survey_kernel, &survey, KernelMode))) {
        free(survey.clients);
        return EXIT_COMMAND_FAILED;
    }
    qsort(survey.clients, survey.count, sizeof(*survey.clients), by_id);
    show(&survey);
    free(survey.clients);
    return EXIT_FINE;
}
