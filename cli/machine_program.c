/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Choosing and starting the program the machine's process becomes. Its memory is laid out for its
 * clients, whose addresses mean the same there.
 */
#include "machine_program.h"

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

#include "nt/ntstatus.h"
#include "plainfile.h"
#include "server/record.h"

#define PROGRAM32 "dotsys-machine32"
#define PROGRAM64 "dotsys-machine64"
const char machine_program_no_x86[] = PROGRAM32
    " is not installed: x86 drivers run in it, and it is built where the compiler has "
    "-m32 (gcc-multilib)";
#define STACK_GAP32 0x30000000u
/* From the end of a program's addresses down to that of dotsys-machine64's own, which begin with
 * its image (meson.build). */
#define STACK_GAP64 (0x7FFFFFFFF000u - 0x6A0000000000u)

bool machine_program_is_x86(const struct run_options *options)
{
    return options->driver_count > 0 && plainfile_is_x86(options->drivers[0].path);
}

static void fail(int socket, bool x86, int error)
{
    char text[256];

    if (error != ENOENT)
        snprintf(text, sizeof(text), "%s cannot be run: %s", x86 ? PROGRAM32 : PROGRAM64,
            strerror(error));
    else if (x86)
        snprintf(text, sizeof(text), "%s", machine_program_no_x86);
    else
        snprintf(
            text, sizeof(text), PROGRAM64 " is not installed: machines with clients run in it");
    record_send_hello(socket);
    record_send(socket,
        &(struct record){.type = RECORD_FAILED,
            .number = {STATUS_NOT_SUPPORTED},
            .text = {record_string(text)}});
    record_send(socket, &(struct record){.type = RECORD_END});
}

/* The program in libexec, unless this is a build. */
static void execute(bool x86, char **arguments)
{
    char here[PATH_MAX], program[PATH_MAX + 32];
    ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);

    if (length > 0) {
        here[length] = '\0';
        *strrchr(here, '/') = '\0';
        snprintf(program, sizeof(program), "%s/%s", here, x86 ? "i386/" PROGRAM32 : PROGRAM64);
        execv(program, arguments);
    }
    if (errno == ENOENT)
        execv(x86 ? DOTSYS_LIBEXEC "/" PROGRAM32 : DOTSYS_LIBEXEC "/" PROGRAM64, arguments);
}

/* Linux puts what a program maps downwards from so far below the end of its addresses. False:
 * whoever set limits does not let it. */
static bool leave_gap(rlim_t bytes)
{
    struct rlimit stack;

    if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_max < bytes)
        return false;
    stack.rlim_cur = bytes;
    return setrlimit(RLIMIT_STACK, &stack) == 0;
}

/*
 * Where Linux puts what the process maps: nothing is shuffled, since it would be to where clients
 * have something, or to where Windows has what drivers know the address of. With clients all is
 * below a gap, where programs of their word size have nothing. Where no gap can be had, and for x86
 * without clients, it is from below: there an x86 program of Windows has its memory, and few
 * programs of 64 bits.
 */
static void lay_out_memory(bool x86, bool clients)
{
#ifdef __SANITIZE_THREAD__
    if (!x86)
        return; /* it keeps no shadow of such places */
#endif
    bool gap = clients && leave_gap(x86 ? STACK_GAP32 : STACK_GAP64);

    personality(gap ? ADDR_NO_RANDOMIZE : ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT);
}

/* The descriptor as an argument of the program that is to have it. NULL: errno. */
static char *keep_open(int descriptor, char text[12])
{
    if (descriptor >= 0 && fcntl(descriptor, F_SETFD, 0) != 0)
        return NULL;
    snprintf(text, 12, "%d", descriptor);
    return text;
}

/* One that could not be made is NULL, and would end them early. */
static bool are_all(char *const *arguments, size_t count)
{
    while (count > 0 && arguments[count - 1] != NULL)
        count--;
    return count == 0;
}

/* Becomes the program with what it is handed and, behind that, its command. */
static int become(bool x86, const struct machine_host *host, int storage, int socket, int handoffs,
    char **command, size_t count)
{
    char number[6][12], **arguments = calloc(MACHINE_COMMAND + count + 1, sizeof(char *));

    if (arguments == NULL)
        return EXIT_FAILURE;
    arguments[MACHINE_SELF] = x86 ? (char[]){PROGRAM32} : (char[]){PROGRAM64};
    arguments[MACHINE_SOCKET] = keep_open(socket, number[0]);
    arguments[MACHINE_HANDOFFS] = keep_open(handoffs, number[4]);
    arguments[MACHINE_STORAGE] = keep_open(storage, number[1]);
    arguments[MACHINE_DISK] = keep_open(host->disk, number[2]);
    arguments[MACHINE_DISK_WRITABLE] = host->disk_writable ? (char[]){"1"} : (char[]){"0"};
    arguments[MACHINE_CMOS] = keep_open(host->cmos, number[3]);
    arguments[MACHINE_BROKER] = keep_open(host->broker, number[5]);
    arguments[MACHINE_START_SERVICES] = host->start_services ? (char[]){"1"} : (char[]){"0"};
    arguments[MACHINE_DRIVE_C] = host->drive_c != NULL ? strdup(host->drive_c) : (char[]){""};
    memcpy(arguments + MACHINE_COMMAND, command, count * sizeof(char *));
    if (are_all(arguments, MACHINE_COMMAND + count)) {
        lay_out_memory(x86, handoffs >= 0);
        execute(x86, arguments);
    }
    fail(socket, x86, errno);
    return EXIT_SUCCESS;
}

int machine_program_run(const struct run_options *options, bool x86,
    const struct machine_host *host, int storage, int socket)
{
    static char port[] = "--port", schedule[] = "--schedule";
    char **command = calloc((size_t)options->argc + 7 + 2 * PORTS_LIMIT, sizeof(char *)),
         number[2][12];
    size_t count = 0;

    if (command == NULL)
        return EXIT_FAILURE;
    command[count++] = options->argv[0];
    command[count++] = (char[]){"--registry-descriptor"};
    command[count++] = keep_open(options->choices.registry, number[0]);
    command[count++] = (char[]){"--stacks-descriptor"};
    command[count++] = keep_open(options->stacks, number[1]);
    if (options->schedule != NULL) {
        command[count++] = schedule;
        command[count++] = (char *)(uintptr_t)options->schedule;
    }
    for (size_t i = options->choices.port_count - options->choices.described_ports;
         i < options->choices.port_count; i++) {
        command[count++] = port;
        command[count++] = (char *)(uintptr_t)options->choices.ports[i];
    }
    memcpy(command + count, options->argv + 1, ((size_t)options->argc - 1) * sizeof(char *));
    count += (size_t)options->argc - 1;
    return become(x86, host, storage, socket, options->program != NULL ? options->handoffs : -1,
        command, count);
}

void machine_program_fuzz(bool x86, int descriptor)
{
    char number[12],
        *arguments[] = {
            x86 ? (char[]){PROGRAM32} : (char[]){PROGRAM64}, (char[]){"fuzz"}, number, NULL};

    snprintf(number, sizeof(number), "%d", descriptor);
    lay_out_memory(x86, false);
    execute(x86, arguments);
}

int machine_program_serve(const struct serve_options *options, bool x86,
    const struct machine_host *host, int storage, int records, int handoffs)
{
    char *command[3 + CHOICES_WORDS] = {(char[]){"serve"}, (char[]){"--registry-descriptor"}},
                      numbers[2][32], registry[12];

    command[2] = keep_open(options->choices.registry, registry);
    return become(x86, host, storage, records, handoffs, command,
        3 + choices_words(&options->choices, command + 3, numbers));
}
