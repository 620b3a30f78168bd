/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A driver's test as an ordinary C program: a machine in this process, the hello driver in it, and
 * the Win32 calls its clients use. Fails if the driver answers wrongly, stops the machine, or
 * leaves anything behind.
 *
 *     embed HELLO.SYS      the checked one, which prints
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dotsys/dotsys.h>
#include <windows.h>

#define CHECK(condition) check((condition), #condition, __LINE__)

static unsigned failures;

static bool check(bool held, const char *text, int line)
{
    if (!held) {
        fprintf(stderr, "line %d: %s (last error %u)\n", line, text, (unsigned)GetLastError());
        failures++;
    }
    return held;
}

/* What the driver printed with DbgPrint. Called from whatever thread printed; here there is one. */
static void show_line(void *context, const dotsys_log_line *line)
{
    unsigned *lines = context;

    printf("[%s] %s\n", line->source, line->text);
    ++*lines;
}

static void show_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    fprintf(stderr, "%s: %s\n", finding->driver != NULL ? finding->driver : "machine",
        finding->text);
}

static void test_echo(void)
{
    static const char zeros[1025];
    char answer[64];
    DWORD bytes = 0;

    HANDLE device = CreateFileA(
        "\\\\.\\HelloDrv", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (!CHECK(device != INVALID_HANDLE_VALUE))
        return;
    CHECK(WriteFile(device, "hello", 5, &bytes, NULL) && bytes == 5);
    CHECK(!WriteFile(device, zeros, sizeof(zeros), &bytes, NULL));
    CHECK(GetLastError() == ERROR_NO_SYSTEM_RESOURCES);
    CHECK(ReadFile(device, answer, sizeof(answer), &bytes, NULL));
    CHECK(bytes == 5 && memcmp(answer, "hello", 5) == 0);
    CHECK(!DeviceIoControl(device, 0x222000, NULL, 0, NULL, 0, &bytes, NULL));
    CHECK(CloseHandle(device));
}

int main(int argc, char **argv)
{
    dotsys_machine *machine;
    unsigned lines = 0;
    const char *report;
    const dotsys_options options = {
        .size = sizeof(options),
        .os = "win7",
        .verify = DOTSYS_VERIFY_STANDARD,
        .log = show_line,
        .finding = show_finding,
        .context = &lines,
    };

    if (argc != 2) {
        fprintf(stderr, "usage: embed HELLO.SYS\n");
        return EXIT_FAILURE;
    }
    dotsys_status status = dotsys_machine_open(&options, &machine);
    if (status == DOTSYS_OK)
        status = dotsys_driver_start(machine, "hello", argv[1]);
    if (status != DOTSYS_OK) {
        fprintf(stderr, "%s: %s\n", dotsys_status_name(status), dotsys_last_message());
        dotsys_machine_close(machine);
        return EXIT_FAILURE;
    }
    test_echo();
    if (dotsys_machine_stopped(machine, &report)) {
        fputs(report, stderr);
        failures++;
    } else {
        CHECK(dotsys_driver_stop(machine, "hello") == DOTSYS_OK);
    }
    CHECK(dotsys_machine_close(machine) == 0); /* the number of findings: leaks, lost requests */
    CHECK(lines > 0);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
