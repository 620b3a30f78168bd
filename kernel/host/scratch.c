/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Folders that live as long as a machine. Each is locked by the process it belongs to, so that the
 * next process to make one can tell the folders of dead processes and remove them. Only folders of
 * the same user are touched.
 */
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_SCRATCH_NAME "dotsys-c-"
#define HOST_SCRATCH_TRIES 8
#define HOST_SCRATCH_DEPTH 200 /* folders in folders; whoever has made more keeps them */

struct host_removal {
    int folder;
    unsigned depth;
    bool removed; /* something */
};

static void host_empty(int folder, unsigned depth);

static bool host_remove_entry(void *context, const char *name)
{
    struct host_removal *removal = context;
    int inside;
    if (unlinkat(removal->folder, name, 0) == 0) {
        removal->removed = true;
        return true;
    }
    if (removal->depth >= HOST_SCRATCH_DEPTH ||
        host_folder_open(removal->folder, name, &inside) != 0)
        return true;
    host_empty(inside, removal->depth + 1);
    close(inside);
    if (unlinkat(removal->folder, name, AT_REMOVEDIR) == 0)
        removal->removed = true;
    return true;
}

/* A listing may miss entries while others go: until one pass removes nothing. */
static void host_empty(int folder, unsigned depth)
{
    struct host_removal removal = {.folder = folder, .depth = depth};
    do {
        removal.removed = false;
        host_folder_list(folder, host_remove_entry, &removal);
    } while (removal.removed);
}

static bool host_is_ours(int folder)
{
    struct stat status;
    return fstat(folder, &status) == 0 && status.st_uid == geteuid() && status.st_nlink != 0;
}

/* Removes the folder of that name if its process is gone. */
static bool host_sweep_entry(void *context, const char *name)
{
    int parent = *(int *)context, folder;
    if (strncmp(name, HOST_SCRATCH_NAME, strlen(HOST_SCRATCH_NAME)) != 0 ||
        host_folder_open(parent, name, &folder) != 0)
        return true;
    if (host_is_ours(folder) && flock(folder, LOCK_EX | LOCK_NB) == 0) {
        host_empty(folder, 0);
        unlinkat(parent, name, AT_REMOVEDIR);
    }
    close(folder);
    return true;
}

static const char *host_scratch_parent(void)
{
    const char *parent = getenv("TMPDIR");
    return parent != NULL && parent[0] == '/' ? parent : "/tmp";
}

/* A folder nobody could sweep between its creation and the lock. EAGAIN: somebody did. */
static int host_scratch_try(char *path, size_t path_bytes, int *folder)
{
    if ((size_t)snprintf(path, path_bytes, "%s/" HOST_SCRATCH_NAME "XXXXXX",
            host_scratch_parent()) >= path_bytes)
        return ENAMETOOLONG;
    if (mkdtemp(path) == NULL)
        return errno;
    int error = host_folder_open(-1, path, folder);
    if (error != 0)
        return error == ENOENT ? EAGAIN : error;
    if (flock(*folder, LOCK_EX | LOCK_NB) == 0 && host_is_ours(*folder))
        return 0;
    close(*folder);
    return EAGAIN;
}

int host_scratch_create(char *path, size_t path_bytes, int *folder)
{
    int parent, error = host_folder_open(-1, host_scratch_parent(), &parent);
    if (error != 0)
        return error;
    host_folder_list(parent, host_sweep_entry, &parent);
    close(parent);
    error = EAGAIN;
    for (unsigned count = 0; error == EAGAIN && count < HOST_SCRATCH_TRIES; count++)
        error = host_scratch_try(path, path_bytes, folder);
    return error;
}

void host_scratch_remove(const char *path, int folder)
{
    host_empty(folder, 0);
    rmdir(path);
    close(folder);
}
