/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Opening a machine in an embedder's process: what options name on the host is opened here, handed
 * to the machine, and closed when the machine says it is done with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "nt/ntstatus.h"
#include "server/directory.h"
#include "server/directory_lock.h"

struct embed {
    struct machine_host host;
    struct directory *directory; /* NULL: none */
    int disk;                    /* that of options; -1: none */
    bool *closed;                /* set when this is gone, while the machine is being opened */
};

static void embed_close(void *context)
{
    struct embed *embed = context;
    if (embed->closed != NULL)
        *embed->closed = true;
    if (embed->disk >= 0)
        close(embed->disk);
    directory_close(embed->directory);
    free(embed);
}

static int32_t embed_fail_disk(const char *path, int error)
{
    char message[DIRECTORY_MESSAGE_BYTES];
    snprintf(
        message, sizeof(message), "%.400s: the disk cannot be opened: %s", path, strerror(error));
    machine_set_message(message);
    return directory_status(error);
}

/* A disk that the host has mounted is not opened for writing. */
static int32_t embed_open_disk(const char *path, bool writable, int *disk)
{
    struct stat stat_of;
    if (stat(path, &stat_of) != 0)
        return embed_fail_disk(path, errno);
    if (!S_ISREG(stat_of.st_mode) && !S_ISBLK(stat_of.st_mode))
        return embed_fail_disk(path, S_ISDIR(stat_of.st_mode) ? EISDIR : ENODEV);
    int flags = writable ? O_RDWR : O_RDONLY;
    *disk = open(path, flags | O_CLOEXEC | (writable && S_ISBLK(stat_of.st_mode) ? O_EXCL : 0));
    return *disk >= 0 ? 0 : embed_fail_disk(path, errno);
}

static int32_t embed_open_parts(struct embed *embed, const dotsys_options *options)
{
    char message[DIRECTORY_MESSAGE_BYTES];
    if (options->directory != NULL) {
        int32_t status = directory_open(options->directory, 0, &embed->directory, message);
        if (status != 0) {
            machine_set_message(message);
            return status;
        }
        embed->host.storage = directory_storage(embed->directory);
        embed->host.drive_c = directory_drive_c(embed->directory);
        embed->host.cmos = directory_cmos(embed->directory);
        embed->host.disk = directory_disk(embed->directory);
        embed->host.disk_writable = true;
        embed->host.start_services = true;
    }
    if (options->disk == NULL)
        return 0;
    embed->host.disk_writable = options->disk_writable;
    int32_t status = embed_open_disk(options->disk, options->disk_writable, &embed->disk);
    embed->host.disk = embed->disk;
    return status;
}

static dotsys_status embed_open(
    struct embed *embed, const dotsys_options *options, dotsys_machine **machine)
{
    char message[DIRECTORY_MESSAGE_BYTES] = "";
    bool closed = false;
    int32_t status = embed_open_parts(embed, options);
    if (status == 0) {
        embed->closed = &closed;
        status = machine_open(options, &embed->host, machine);
    }
    if (closed)
        return status;
    if (status >= 0) {
        embed->closed = NULL;
        return status;
    }
    if (embed->directory != NULL)
        snprintf(message, sizeof(message), "%s", directory_storage_message(embed->directory));
    if (message[0] != 0)
        machine_set_message(message);
    embed_close(embed);
    return status;
}

/* Those of a program built against an older header end earlier. False: the size is none. */
static bool embed_options(const dotsys_options *given, dotsys_options *options)
{
    memset(options, 0, sizeof(*options));
    if (given == NULL)
        return true;
    if (given->size > sizeof(*options) || given->size < sizeof(size_t))
        return false;
    memcpy(options, given, given->size);
    return true;
}

dotsys_status dotsys_machine_open(const dotsys_options *options, dotsys_machine **machine)
{
    dotsys_options all;
    *machine = NULL;
    if (!embed_options(options, &all) || (all.directory == NULL && all.disk == NULL))
        return machine_open(options, NULL, machine);
    struct embed *embed = calloc(1, sizeof(*embed));
    if (embed == NULL) {
        machine_set_message("out of memory");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    embed->disk = -1;
    embed->host = (struct machine_host){
        .disk = -1, .cmos = -1, .broker = -1, .closed = embed_close, .context = embed};
    return embed_open(embed, options, machine);
}
