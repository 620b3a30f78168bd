/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Choosing and starting the machine's process for drivers of i386. Its memory is laid out for them, and for its clients.
 */
#include "machine32.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <unistd.h>

#include "nt/ntimage.h"
#include "nt/ntstatus.h"
#include "server/record.h"

#define PROGRAM "dotsys-machine32"
#define STACK_GAP 0x30000000u

bool machine32_wanted(const struct run_options *options)
{
    IMAGE_DOS_HEADER head;
    IMAGE_NT_HEADERS32 headers;
    int file = options->driver_count > 0 ? open(options->drivers[0].path, O_RDONLY | O_CLOEXEC) : -1;

    if (file < 0)
        return false;
    ssize_t got = pread(file, &head, sizeof(head), 0);
    bool image = got == (ssize_t)sizeof(head) && head.e_magic == IMAGE_DOS_SIGNATURE && head.e_lfanew > 0 &&
                 pread(file, &headers, sizeof(headers), head.e_lfanew) == (ssize_t)sizeof(headers);
    close(file);
    return image && headers.Signature == IMAGE_NT_SIGNATURE && headers.FileHeader.Machine == IMAGE_FILE_MACHINE_I386;
}

static void fail(int socket, int error)
{
    char text[256];

    if (error == ENOENT)
        snprintf(text, sizeof(text), PROGRAM " is not installed: x86 drivers run in it, and it is built where the compiler has "
                                             "-m32 (gcc-multilib)");
    else
        snprintf(text, sizeof(text), PROGRAM " cannot be run: %s", strerror(error));
    record_send_hello(socket);
    record_send(socket, &(struct record){.type = RECORD_FAILED, .number = {STATUS_NOT_SUPPORTED}, .text = {record_string(text)}});
    record_send(socket, &(struct record){.type = RECORD_END});
}

/* The program in libexec, unless this is a build. */
static void execute(char **arguments)
{
    char here[PATH_MAX], program[PATH_MAX + 32];
    ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);

    if (length > 0) {
        here[length] = '\0';
        *strrchr(here, '/') = '\0';
        snprintf(program, sizeof(program), "%s/i386/" PROGRAM, here);
        execv(program, arguments);
    }
    if (errno == ENOENT)
        execv(DOTSYS_LIBEXEC "/" PROGRAM, arguments);
}

/*
 * Where Linux puts what the process maps. Without clients it is from below, where a client of Windows has its memory. With them
 * it is where they, whose addresses mean the same here, have nothing: downwards from far below the first stack, a limit of which
 * says how far. Nothing is shuffled to where Windows has what drivers know the address of.
 */
static void lay_out_memory(bool clients)
{
    struct rlimit stack;

    personality(clients ? ADDR_NO_RANDOMIZE : ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT);
    if (clients && getrlimit(RLIMIT_STACK, &stack) == 0) {
        stack.rlim_cur = stack.rlim_max < STACK_GAP ? stack.rlim_max : STACK_GAP;
        setrlimit(RLIMIT_STACK, &stack);
    }
}

static char *keep_open(int descriptor, char text[12])
{
    if (descriptor >= 0)
        fcntl(descriptor, F_SETFD, 0);
    snprintf(text, 12, "%d", descriptor);
    return text;
}

/* Becomes the program with what it is handed and, behind that, its command. */
static int become(const struct machine_host *host, int storage, int socket, int handoffs, char **command, size_t count)
{
    char number[5][12], **arguments = calloc(MACHINE32_COMMAND + count + 1, sizeof(char *));

    if (arguments == NULL)
        return EXIT_FAILURE;
    arguments[MACHINE32_SELF] = (char[]){PROGRAM};
    arguments[MACHINE32_SOCKET] = keep_open(socket, number[0]);
    arguments[MACHINE32_HANDOFFS] = keep_open(handoffs, number[4]);
    arguments[MACHINE32_STORAGE] = keep_open(storage, number[1]);
    arguments[MACHINE32_DISK] = keep_open(host->disk, number[2]);
    arguments[MACHINE32_DISK_WRITABLE] = host->disk_writable ? (char[]){"1"} : (char[]){"0"};
    arguments[MACHINE32_CMOS] = keep_open(host->cmos, number[3]);
    arguments[MACHINE32_START_SERVICES] = host->start_services ? (char[]){"1"} : (char[]){"0"};
    arguments[MACHINE32_DRIVE_C] = host->drive_c != NULL ? strdup(host->drive_c) : (char[]){""};
    memcpy(arguments + MACHINE32_COMMAND, command, count * sizeof(char *));
    lay_out_memory(handoffs >= 0);
    execute(arguments);
    fail(socket, errno);
    return EXIT_SUCCESS;
}

int machine32_run(const struct run_options *options, const struct machine_host *host, int storage, int socket)
{
    static char port[] = "--port";
    char **command = calloc((size_t)options->argc + 3 + 2 * PORTS_LIMIT, sizeof(char *)), number[12];
    size_t count = 0;

    if (command == NULL)
        return EXIT_FAILURE;
    command[count++] = options->argv[0];
    command[count++] = (char[]){"--registry-descriptor"};
    command[count++] = keep_open(options->registry, number);
    for (size_t i = options->choices.port_count - options->described_ports; i < options->choices.port_count; i++) {
        command[count++] = port;
        command[count++] = (char *)(uintptr_t)options->choices.ports[i];
    }
    memcpy(command + count, options->argv + 1, ((size_t)options->argc - 1) * sizeof(char *));
    count += (size_t)options->argc - 1;
    return become(host, storage, socket, options->program != NULL ? options->handoffs : -1, command, count);
}

int machine32_serve(const struct serve_options *options, const struct machine_host *host, int storage, int records, int handoffs)
{
    char *command[1 + CHOICES_WORDS] = {(char[]){"serve"}}, verify[32];

    return become(host, storage, records, handoffs, command, 1 + choices_words(&options->choices, command + 1, verify));
}
