/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Opening a machine in a 32-bit embedder's process. A machine directory takes SQLite, which is not there for 32 bits: such a
 * machine is opened through the command, whose supervisor keeps the directory.
 */
#include <stddef.h>
#include <string.h>

#include "machine.h"
#include "nt/ntstatus.h"

static const char *embed_refusal(const dotsys_options *options)
{
    const size_t directory_end = offsetof(dotsys_options, directory) + sizeof(options->directory);
    const size_t disk_end = offsetof(dotsys_options, disk) + sizeof(options->disk);
    if (options == NULL)
        return NULL;
    if (options->size >= directory_end && options->directory != NULL)
        return "a 32-bit program has throw-away machines only: use the dotsys command for a machine directory";
    if (options->size >= disk_end && options->disk != NULL)
        return "a 32-bit program's machine has its disk in memory: use the dotsys command for a disk of the host's";
    return NULL;
}

dotsys_status dotsys_machine_open(const dotsys_options *options, dotsys_machine **machine)
{
    const char *refusal = embed_refusal(options);
    if (refusal == NULL)
        return machine_open(options, NULL, machine);
    *machine = NULL;
    machine_set_message(refusal);
    return STATUS_NOT_SUPPORTED;
}
