/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See install.h. */
#include "install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "machine.h"
#include "nt/ntstatus.h"
#include "plainfile.h"

static bool read_all(int file, char *text, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t now = pread(file, text + got, size - got, (off_t)got);
        if (now <= 0 && !(now < 0 && errno == EINTR))
            return false;
        got += now > 0 ? (size_t)now : 0;
    }
    return true;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* C:\a\b\c: a and b, unless they are there. */
static void make_folders(const char *path)
{
    char folder[1024];

    for (const char *at = strchr(path + 3, '\\'); at != NULL; at = strchr(at + 1, '\\')) {
        snprintf(folder, sizeof(folder), "%.*s", (int)(at - path), path);
        CreateDirectoryA(folder, NULL);
    }
}

static bool copy_data(int source, HANDLE target)
{
    char data[16384];
    ssize_t got;
    DWORD written;

    while ((got = read(source, data, sizeof(data))) > 0) {
        if (!WriteFile(target, data, (DWORD)got, &written, NULL) || written != (DWORD)got)
            return false;
    }
    return got == 0;
}

static bool copy_file(const struct run_copy *copy)
{
    int source = plainfile_open(copy->source);
    bool good = false;

    if (source < 0)
        return false;
    make_folders(copy->target);
    HANDLE target = CreateFileA(
        copy->target, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (target != INVALID_HANDLE_VALUE) {
        good = copy_data(source, target);
        CloseHandle(target);
    }
    close(source);
    return good;
}

dotsys_status install_files(const struct run_copy *copies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!copy_file(&copies[i])) {
            char text[2048];
            snprintf(text, sizeof(text), "%s could not be copied to %s", copies[i].source,
                copies[i].target);
            machine_set_message(text);
            return STATUS_UNSUCCESSFUL;
        }
    }
    return DOTSYS_OK;
}

/* ---- the registry ---------------------------------------------------------------------------- */

dotsys_status install_registry(dotsys_machine *machine, int file)
{
    struct stat state;

    if (file < 0)
        return DOTSYS_OK;
    if (fstat(file, &state) != 0)
        return STATUS_INVALID_HANDLE;
    char *text = malloc((size_t)state.st_size + 1);
    if (text == NULL)
        return STATUS_NO_MEMORY;
    dotsys_status status = read_all(file, text, (size_t)state.st_size)
                               ? dotsys_registry_import_text(machine, text, (size_t)state.st_size)
                               : STATUS_UNEXPECTED_IO_ERROR;
    free(text);
    return status;
}
