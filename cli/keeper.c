/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See keeper.h. The registry is served on a thread of its own, until the machine's process is gone. */
#include "keeper.h"

#include "diskfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "host/host.h"
#include "server/directory.h"
#include "server/store_remote.h"

#define LAST_BREATH_MS 2000 /* how long the process of a machine may outlive its supervisor that was killed */

/* True when the process that had the directory is gone: what still holds it is about to be. */
static bool owner_is_dying(const char *directory)
{
    char *path = keeper_path(directory);
    struct host_process known;
    pid_t owner;
    bool dying = path != NULL && directory_owner(path, &owner) == 0 && owner > 0 &&
        host_process_query((uint32_t)owner, &known) == ESRCH;

    free(path);
    return dying;
}

static bool take_directory(struct keeper *keeper, const char *directory, char message[DIRECTORY_MESSAGE_BYTES])
{
    const struct timespec moment = {0, 10 * 1000000};

    for (int left = LAST_BREATH_MS / 10;; left--) {
        int32_t status = directory_open(directory, 0, &keeper->directory, message);
        if (status >= 0)
            return true;
        if (status != STATUS_SHARING_VIOLATION || left == 0 || !owner_is_dying(directory))
            return false;
        nanosleep(&moment, NULL);
    }
}

bool keeper_open(struct keeper *keeper, const char *directory, const char *disk, bool disk_writable, char *why,
    size_t why_size)
{
    char message[DIRECTORY_MESSAGE_BYTES];

    *keeper = (struct keeper){.disk = -1, .storage_socket = -1, .disk_writable = disk == NULL || disk_writable};
    if (!take_directory(keeper, directory, message)) {
        snprintf(why, why_size, "%s", message);
        return false;
    }
    if (disk == NULL || (keeper->disk = diskfile_open(disk, disk_writable, why, why_size)) >= 0)
        return true;
    directory_close(keeper->directory);
    return false;
}

static void *serve_registry(void *argument)
{
    struct keeper *keeper = argument;

    store_serve(keeper->storage_socket, directory_storage(keeper->directory));
    return NULL;
}

/* In the child. */
static int become_machine(struct keeper *keeper, int socket, bool start_services,
    int (*child)(void *context, const struct machine_host *host), void *context)
{
    struct machine_host host = {
        .drive_c = directory_drive_c(keeper->directory),
        .disk = keeper->disk >= 0 ? keeper->disk : directory_disk(keeper->directory),
        .disk_writable = keeper->disk_writable,
        .cmos = directory_cmos(keeper->directory),
        .start_services = start_services,
    };
    struct store_remote *remote;

    keeper->child_storage = socket;
    if (keeper->hand_over)
        return child(context, &host);
    if (store_remote_open(socket, &remote) < 0)
        return EXIT_FAILURE;
    host.storage = store_remote_storage(remote);
    return child(context, &host);
}

pid_t keeper_fork(struct keeper *keeper, bool start_services,
    int (*child)(void *context, const struct machine_host *host), void *context)
{
    pid_t self = getpid(), process;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    process = fork();
    if (process == 0) {
        close(ends[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self)
            _exit(EXIT_FAILURE);
        exit(become_machine(keeper, ends[1], start_services, child, context));
    }
    close(ends[1]);
    keeper->storage_socket = ends[0];
    keeper->serving = process > 0 && pthread_create(&keeper->server, NULL, serve_registry, keeper) == 0;
    if (process > 0 && !keeper->serving)
        close(ends[0]); /* the child finds nobody there, and ends */
    return process;
}

void keeper_close(struct keeper *keeper)
{
    if (keeper->serving) {
        pthread_join(keeper->server, NULL);
        close(keeper->storage_socket);
    }
    if (keeper->disk >= 0)
        close(keeper->disk);
    directory_close(keeper->directory);
}

char *keeper_path(const char *directory)
{
    char path[4096];

    if (directory != NULL)
        return strdup(directory);
    return directory_default_path(path, sizeof(path)) ? strdup(path) : NULL;
}
