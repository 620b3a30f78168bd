/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * msjdrvr and procevt on a machine where the Nth allocation fails, once or with all later ones, for
 * every N until nothing is refused any more: requests may fail then, but nothing may crash, hang or
 * be left behind.
 *
 *     drivers_fault FOLDER
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <windows.h>

#include "dotsys/dotsys.h"
#include "drivers/msjdrvr/msjdrvr.h"
#include "drivers/procevt/procevt.h"

#define ENOUGH 16 /* runs in a row without a refusal */
#define MOST   4000

static atomic_uint failures;
static int number;
static const char *mode;

/* A link is deleted by its name, and the name is looked up, which takes memory: as on Windows it
 * may stay. */
static void on_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    if (finding->kind == DOTSYS_FINDING_LINK_LEFT || strstr(finding->text, "SymbolicLink") != NULL)
        return;
    fprintf(stderr, "drivers_fault: allocation %d, %s: %s\n", number, mode, finding->text);
    atomic_fetch_add(&failures, 1);
}

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

/* ---- msjdrvr --------------------------------------------------------------------------------- */

/* FALSE: something was refused. */
static BOOL ask(HANDLE device, DWORD code, OVERLAPPED *overlapped)
{
    unsigned char output[MSJDRVR_SECTOR_BYTES];
    DWORD returned = 0;
    ResetEvent(overlapped->hEvent);
    if (DeviceIoControl(device, code, NULL, 0, output, sizeof(output), NULL, overlapped) ||
        GetLastError() == ERROR_IO_PENDING)
        return GetOverlappedResult(device, overlapped, &returned, TRUE) && returned != 0;
    return FALSE;
}

static BOOL use_msjdrvr(void)
{
    static const DWORD codes[] = {IOCTL_MSJDRVR_GET_STRING, IOCTL_MSJDRVR_READ_CMOS,
        IOCTL_MSJDRVR_READ_MBR, IOCTL_MSJDRVR_READ_MBR_ASYNC, IOCTL_MSJDRVR_GET_GEOMETRY};
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    HANDLE device = CreateFileA(
        MSJDRVR_USER_NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    BOOL all = device != INVALID_HANDLE_VALUE && overlapped.hEvent != NULL;
    for (unsigned i = 0;
         device != INVALID_HANDLE_VALUE && overlapped.hEvent != NULL && i < ARRAYSIZE(codes); i++)
        all = ask(device, codes[i], &overlapped) && all;
    if (device != INVALID_HANDLE_VALUE)
        CloseHandle(device);
    if (overlapped.hEvent != NULL)
        CloseHandle(overlapped.hEvent);
    return all;
}

/* ---- procevt --------------------------------------------------------------------------------- */

static BOOL run_process(void)
{
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid(pid, &status, 0) == pid;
}

static BOOL fetch(HANDLE device)
{
    PROCEVT_ENTRY entry;
    DWORD returned;
    do {
        if (!DeviceIoControl(
                device, IOCTL_GET_PROCESS_ENTRY, NULL, 0, &entry, sizeof(entry), &returned, NULL))
            return FALSE;
        if (returned != 0 &&
            (returned != sizeof(entry) || entry.Size != sizeof(entry) ||
                entry.Kind > PROCEVT_LOST || (entry.Kind == PROCEVT_LOST) != (entry.Lost != 0))) {
            fprintf(stderr, "drivers_fault: allocation %d, %s: a wrong entry of kind %u\n", number,
                mode, entry.Kind);
            atomic_fetch_add(&failures, 1);
        }
    } while (returned != 0);
    return TRUE;
}

static BOOL use_procevt(void)
{
    PROCEVT_ENTRY entry;
    OVERLAPPED overlapped = {0};
    DWORD returned;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE device = CreateFileA(PROCEVT_USER_NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE waiter = CreateFileA(
        PROCEVT_USER_NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    PROCEVT_EVENT input = {.Handle = (ULONG_PTR)event};
    BOOL all = event != NULL && device != INVALID_HANDLE_VALUE && waiter != INVALID_HANDLE_VALUE,
         waits = FALSE;
    if (device != INVALID_HANDLE_VALUE)
        all = DeviceIoControl(device, IOCTL_SET_EVENT_HANDLE, &input, sizeof(input), NULL, 0,
                  &returned, NULL) &&
            all;
    if (waiter != INVALID_HANDLE_VALUE)
        waits = ReadFile(waiter, &entry, sizeof(entry), NULL, &overlapped) ||
            GetLastError() == ERROR_IO_PENDING;
    all = run_process() && waits && all;
    if (device != INVALID_HANDLE_VALUE) {
        all = fetch(device) && all;
        CloseHandle(device);
    }
    if (waits) {
        CancelIo(waiter);
        GetOverlappedResult(waiter, &overlapped, &returned, TRUE);
    }
    if (waiter != INVALID_HANDLE_VALUE)
        CloseHandle(waiter);
    if (event != NULL)
        CloseHandle(event);
    return all;
}

/* ---- Lives ----------------------------------------------------------------------------------- */

static BOOL live(const char *name, const char *path, BOOL (*use)(void), BOOL forever)
{
    const dotsys_options options = {.size = sizeof(options),
        .finding = on_finding,
        .log = no_log,
        .fail_allocation = number,
        .fail_forever = forever};
    dotsys_machine *machine;
    const char *report;
    BOOL all = FALSE;
    if (dotsys_machine_open(&options, &machine) != DOTSYS_OK) {
        fprintf(stderr, "drivers_fault: no machine: %s\n", dotsys_last_message());
        atomic_fetch_add(&failures, 1);
        return FALSE;
    }
    if (dotsys_driver_start(machine, name, path) == DOTSYS_OK)
        all = use();
    if (dotsys_machine_stopped(machine, &report)) {
        fprintf(stderr, "drivers_fault: %s, allocation %d, %s:\n%s", name, number, mode, report);
        atomic_fetch_add(&failures, 1);
    }
    dotsys_machine_close(machine);
    return all;
}

static void run_lives(const char *folder, const char *name, BOOL (*use)(void), BOOL forever)
{
    char path[1024];
    unsigned good = 0, refused = 0;
    snprintf(path, sizeof(path), "%s/%s.sys", folder, name);
    mode = forever ? "for good" : "once";
    for (number = 1; good < ENOUGH && number < MOST && failures == 0; number++) {
        BOOL all = live(name, path, use, forever);
        good = all ? good + 1 : 0;
        refused += !all;
    }
    printf("%s, %s: %u of %d lives had something refused, %u failures\n", name, mode, refused,
        number - 1, failures);
    if (refused == 0 || good < ENOUGH)
        atomic_fetch_add(&failures, 1);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "Usage: drivers_fault FOLDER\n");
        return 2;
    }
    run_lives(argv[1], "msjdrvr", use_msjdrvr, FALSE);
    run_lives(argv[1], "msjdrvr", use_msjdrvr, TRUE);
    run_lives(argv[1], "procevt", use_procevt, FALSE);
    run_lives(argv[1], "procevt", use_procevt, TRUE);
    return failures != 0;
}
