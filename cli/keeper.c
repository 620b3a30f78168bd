/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See keeper.h. The registry is served on a thread of its own, until the machine's process is
 * gone. */
#include "keeper.h"

#include "diskfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#include "host/host.h"
#include "server/directory.h"
#include "server/sandbox.h"
#include "server/store_remote.h"

/* how long the process of a machine may outlive its supervisor that was killed */
#define LAST_BREATH_MS 2000

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

static bool take_directory(
    struct keeper *keeper, const char *directory, char message[DIRECTORY_MESSAGE_BYTES])
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

/* What both kinds of machine have. False: what is there so far is to be closed. */
static bool begin(
    struct keeper *keeper, const char *disk, bool disk_writable, char *why, size_t why_size)
{
    *keeper = (struct keeper){.disk = -1,
        .storage_socket = -1,
        .child_storage = -1,
        .scratch_folder = -1,
        .disk_writable = disk == NULL || disk_writable};
    if (!broker_open(&keeper->broker)) {
        snprintf(why, why_size, "cannot make a socket: %s", strerror(errno));
        return false;
    }
    if (disk == NULL || (keeper->disk = diskfile_open(disk, disk_writable, why, why_size)) >= 0)
        return true;
    broker_finish(&keeper->broker);
    return false;
}

bool keeper_open(struct keeper *keeper, const char *directory, const char *disk, bool disk_writable,
    char *why, size_t why_size)
{
    char message[DIRECTORY_MESSAGE_BYTES];

    if (!begin(keeper, disk, disk_writable, why, why_size))
        return false;
    if (take_directory(keeper, directory, message)) {
        keeper->broker.drive_c = directory_drive_c(keeper->directory);
        return true;
    }
    snprintf(why, why_size, "%s", message);
    keeper_close(keeper);
    return false;
}

bool keeper_open_throw_away(
    struct keeper *keeper, const char *disk, bool disk_writable, char *why, size_t why_size)
{
    char path[PATH_MAX];

    if (!begin(keeper, disk, disk_writable, why, why_size))
        return false;
    int error = host_scratch_create(path, sizeof(path), &keeper->scratch_folder);
    if (error == 0) {
        keeper->broker.drive_c = keeper->scratch = realpath(path, NULL);
        return true;
    }
    snprintf(why, why_size, "cannot make a folder for C: %s", strerror(error));
    keeper->scratch_folder = -1;
    keeper_close(keeper);
    return false;
}

static void *serve_registry(void *argument)
{
    struct keeper *keeper = argument;

    store_serve(keeper->storage_socket, directory_storage(keeper->directory));
    return NULL;
}

void keeper_close_rest(
    const struct keeper *keeper, const struct machine_host *host, const int *kept, size_t count)
{
    int all[16] = {host->disk, host->cmos, host->broker, keeper->child_storage};

    memcpy(all + 4, kept, count * sizeof(*kept));
    sandbox_close_descriptors(all, 4 + count);
}

/* In the child. */
static int become_machine(struct keeper *keeper, bool start_services,
    int (*child)(void *context, const struct machine_host *host), void *context)
{
    struct machine_host host = {
        .drive_c = keeper->broker.drive_c,
        .disk = keeper->disk >= 0 || keeper->directory == NULL ? keeper->disk
                                                               : directory_disk(keeper->directory),
        .disk_writable = keeper->disk_writable,
        .cmos = keeper->directory != NULL ? directory_cmos(keeper->directory) : -1,
        .broker = broker_in_child(&keeper->broker),
        .start_services = start_services && keeper->directory != NULL,
    };
    struct store_remote *remote;

    if (keeper->hand_over || keeper->directory == NULL)
        return child(context, &host);
    if (store_remote_open(keeper->child_storage, &remote) < 0)
        return EXIT_FAILURE;
    host.storage = store_remote_storage(remote);
    return child(context, &host);
}

/* The process, if there is one and its registry is served; else -1: errno. */
static pid_t begin_serving(struct keeper *keeper, pid_t process, const int ends[2])
{
    int error = process < 0 ? errno : 0;

    close(ends[1]);
    keeper->storage_socket = ends[0];
    if (process > 0)
        error = pthread_create(&keeper->server, NULL, serve_registry, keeper);
    keeper->serving = error == 0;
    if (keeper->serving)
        return process;
    close(ends[0]);
    if (process > 0) {
        kill(process, SIGKILL);
        waitpid(process, NULL, 0);
    }
    errno = error;
    return -1;
}

pid_t keeper_fork(struct keeper *keeper, bool start_services,
    int (*child)(void *context, const struct machine_host *host), void *context)
{
    pid_t self = getpid(), process;
    int ends[2] = {-1, -1};

    if (keeper->directory != NULL && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    keeper->child_storage = ends[1];
    process = fork();
    if (process == 0) {
        if (ends[0] >= 0)
            close(ends[0]); /* whoever waits for an answer must see that there will be none */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self)
            _exit(EXIT_FAILURE);
        exit(become_machine(keeper, start_services, child, context));
    }
    sandbox_hide_supervisor();
    if (keeper->directory != NULL)
        process = begin_serving(keeper, process, ends);
    broker_start(&keeper->broker, process);
    return process;
}

void keeper_close(struct keeper *keeper)
{
    if (keeper->serving) {
        pthread_join(keeper->server, NULL);
        close(keeper->storage_socket);
    }
    broker_finish(&keeper->broker);
    if (keeper->scratch_folder >= 0)
        host_scratch_remove(keeper->scratch, keeper->scratch_folder);
    free(keeper->scratch);
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
