/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See caller.h. What is known of a caller is what /proc says of it now. */
#include "caller.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_LIMIT 4096

/* A file of /proc as a string, blanks where it has ends of strings; "": it cannot be read. */
static void read_process_file(pid_t process, const char *name, char text[TEXT_LIMIT])
{
    char path[64];
    ssize_t got = -1;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, text, TEXT_LIMIT - 1);
        close(file);
    }
    text[got > 0 ? got : 0] = '\0';
    for (ssize_t i = 0; i + 1 < got; i++) {
        if (text[i] == '\0')
            text[i] = ' ';
    }
}

static pid_t parent_of(pid_t process)
{
    char text[TEXT_LIMIT];
    int parent = 0;

    read_process_file(process, "stat", text);
    const char *end = strrchr(text, ')'); /* the name may hold anything */
    return end != NULL && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

static void image_of(pid_t process, char image[TEXT_LIMIT])
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/exe", (int)process);
    ssize_t length = readlink(path, image, TEXT_LIMIT - 1);
    image[length > 0 ? length : 0] = '\0';
}

struct creation {
    HANDLE id, parent;
    const char *image, *command;
    bool administrator;
    EPROCESS *process;
};

static NTSTATUS create(void *context)
{
    struct creation *creation = context;

    NTSTATUS status = PsiCreateClientProcess(creation->id, creation->parent, creation->image, creation->command,
        creation->administrator, FALSE, &creation->process);
    if (status == STATUS_OBJECT_NAME_COLLISION) /* its second connection */
        status = PsiCreateClientProcess(NULL, creation->id, creation->image, creation->command,
            creation->administrator, FALSE, &creation->process);
    return status;
}

static NTSTATUS end(void *context)
{
    PsiEndProcess(context, STATUS_SUCCESS);
    return STATUS_SUCCESS;
}

static NTSTATUS expect(void *context)
{
    const struct creation *creation = context;

    PsiExpectCreation(creation->parent, creation->id != NULL);
    return STATUS_SUCCESS;
}

static NTSTATUS ask(void *context)
{
    const struct creation *creation = context;

    return PsiAskProcessCreation(creation->id, creation->parent, creation->image, creation->command);
}

/* Calls into the kernel from a thread that belongs to nobody yet. */
static NTSTATUS call(KE_SERVICE service, void *context)
{
    NTSTATUS status = SysAttach();

    if (NT_SUCCESS(status))
        status = KeEnterKernel(service, context, KernelMode);
    PsDetachHostThread();
    return status;
}

EPROCESS *caller_create(pid_t process, bool administrator)
{
    char image[TEXT_LIMIT], command[TEXT_LIMIT];
    struct creation creation = {.id = (HANDLE)(ULONG_PTR)process,
        .parent = (HANDLE)(ULONG_PTR)parent_of(process),
        .image = image,
        .command = command,
        .administrator = administrator};

    image_of(process, image);
    read_process_file(process, "cmdline", command);
    return NT_SUCCESS(call(create, &creation)) ? creation.process : NULL;
}

void caller_end(EPROCESS *process)
{
    call(end, process);
}

/* The file a program's name stands for, as execvp finds it. */
static void find_program(const char *name, char path[TEXT_LIMIT])
{
    const char *folders = getenv("PATH");

    snprintf(path, TEXT_LIMIT, "%s", name);
    if (strchr(name, '/') != NULL || folders == NULL)
        return;
    while (*folders != '\0') {
        size_t length = strcspn(folders, ":");
        int size = snprintf(path, TEXT_LIMIT, "%.*s/%s", (int)length, folders, name);
        if (size < TEXT_LIMIT && access(path, X_OK) == 0)
            return;
        folders += length + (folders[length] == ':');
    }
    snprintf(path, TEXT_LIMIT, "%s", name);
}

NTSTATUS caller_ask_exec(const struct control_request *request, pid_t parent)
{
    char image[TEXT_LIMIT], command[TEXT_LIMIT];
    struct creation creation = {.id = (HANDLE)(ULONG_PTR)request->number,
        .parent = (HANDLE)(ULONG_PTR)parent,
        .image = image,
        .command = command};
    size_t length = 0;

    if (request->count == 0 || request->number <= 0)
        return STATUS_INVALID_PARAMETER;
    find_program(request->arguments[0], image);
    for (size_t i = 0; i < request->count && length < sizeof(command); i++)
        length += (size_t)snprintf(command + length, sizeof(command) - length, "%s%s", i > 0 ? " " : "",
            request->arguments[i]);
    return call(ask, &creation);
}

NTSTATUS caller_expect_exec(pid_t parent, bool expected)
{
    struct creation creation = {.id = expected ? (HANDLE)(ULONG_PTR)parent : NULL, .parent = (HANDLE)(ULONG_PTR)parent};

    return call(expect, &creation);
}
