/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See caller.h. What is known of a caller is what the host says of it now. */
#include "caller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"

#define TEXT_LIMIT 4096

struct creation {
    HANDLE id, parent;
    const char *image, *command;
    bool administrator, wow64;
    EPROCESS *process;
};

static NTSTATUS create(void *context)
{
    struct creation *creation = context;

    NTSTATUS status = PsiCreateClientProcess(creation->id, creation->parent, creation->image,
        creation->command, creation->administrator, creation->wow64, &creation->process);
    if (status == STATUS_OBJECT_NAME_COLLISION) /* its second connection */
        status = PsiCreateClientProcess(NULL, creation->id, creation->image, creation->command,
            creation->administrator, creation->wow64, &creation->process);
    return status;
}

static NTSTATUS end(void *context)
{
    PsiEndProcess(context, STATUS_SUCCESS);
    return STATUS_SUCCESS;
}

struct expectation {
    HANDLE parent;
    bool expected;
};

static NTSTATUS expect(void *context)
{
    const struct expectation *expectation = context;

    PsiExpectCreation(expectation->parent, expectation->expected);
    return STATUS_SUCCESS;
}

static NTSTATUS ask(void *context)
{
    const struct creation *creation = context;

    return PsiAskProcessCreation(
        creation->id, creation->parent, creation->image, creation->command);
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

EPROCESS *caller_create(pid_t process, bool administrator, bool wow64)
{
    char image[TEXT_LIMIT], command[TEXT_LIMIT];
    struct creation creation = {.id = (HANDLE)(ULONG_PTR)process,
        .image = image,
        .command = command,
        .administrator = administrator,
        .wow64 = wow64};
    struct host_process known;

    if (host_process_query((uint32_t)process, &known) == 0)
        creation.parent = (HANDLE)(ULONG_PTR)known.parent;
    if (host_process_path((uint32_t)process, image, sizeof(image)) != 0)
        image[0] = '\0';
    if (host_process_command_line((uint32_t)process, command, sizeof(command)) != 0)
        command[0] = '\0';
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
        length += (size_t)snprintf(command + length, sizeof(command) - length, "%s%s",
            i > 0 ? " " : "", request->arguments[i]);
    return call(ask, &creation);
}

NTSTATUS caller_expect_exec(pid_t parent, bool expected)
{
    struct expectation expectation = {(HANDLE)(ULONG_PTR)parent, expected};

    return call(expect, &expectation);
}
