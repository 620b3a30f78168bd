/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * procinv.c - prints a line for every process that is created or exits, by inverted calls: requests
 * wait in the driver, which completes the oldest one when something happens.
 *
 *     procinv [-n COUNT] [-p PID]  see watch.h
 *
 * Exit status: 0, 1 if something was refused, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#include <stdio.h>
#include <string.h>

#include <windows.h>
#ifdef _WIN32
#include <winioctl.h>
#endif

#define REPORT_PROGRAM "procinv"
#include "watch.h"

/* Several wait, so that one is there while the program is busy with another. */
#define CALLS 4

struct call {
    OVERLAPPED overlapped;
    PROCEVT_ENTRY entry; /* the driver's while pending */
    BOOL pending;
};

/* Also if the answer came at once: overlapped tells. */
static BOOL begin(HANDLE device, struct call *call)
{
    ResetEvent(call->overlapped.hEvent);
    call->pending = DeviceIoControl(device, IOCTL_WAIT_PROCESS_ENTRY, NULL, 0, &call->entry,
                                    sizeof(call->entry), NULL, &call->overlapped) ||
                    GetLastError() == ERROR_IO_PENDING;
    if (!call->pending)
        report_error("IOCTL_WAIT_PROCESS_ENTRY");
    return call->pending;
}

/* Waits for the end of a call. *error is 0 if there is an entry. */
static void finish(HANDLE device, struct call *call, DWORD *error)
{
    DWORD returned = 0;

    *error = ERROR_SUCCESS;
    if (!GetOverlappedResult(device, &call->overlapped, &returned, TRUE))
        *error = GetLastError();
    call->pending = FALSE;
}

/* Requests are completed oldest first: round and round they keep the order of the events. */
static BOOL watch_calls(HANDLE device, struct call *calls, struct watch *watch)
{
    DWORD error;
    size_t i;

    for (i = 0; i < CALLS; i++) {
        if (!begin(device, &calls[i]))
            return FALSE;
    }
    watch_ready();
    for (i = 0;; i = (i + 1) % CALLS) {
        finish(device, &calls[i], &error);
        if (error != ERROR_SUCCESS) {
            report_code("IOCTL_WAIT_PROCESS_ENTRY", error);
            return FALSE;
        }
        watch_show(watch, &calls[i].entry);
        if (watch->ended)
            return TRUE;
        if (!begin(device, &calls[i]))
            return FALSE;
    }
}

/* What is pending is the driver's until it has answered. It may have answered before the cancel. */
static BOOL cancel_calls(HANDLE device, struct call *calls)
{
    BOOL done = TRUE;
    DWORD error;
    size_t i;

    if (!CancelIo(device)) {
        report_error("CancelIo");
        done = FALSE;
    }
    for (i = 0; i < CALLS; i++) {
        if (!calls[i].pending)
            continue;
        finish(device, &calls[i], &error);
        if (error != ERROR_SUCCESS && error != ERROR_OPERATION_ABORTED) {
            report_code("cancelled", error);
            done = FALSE;
        }
    }
    return done;
}

static BOOL create_events(struct call *calls)
{
    size_t i;

    for (i = 0; i < CALLS; i++) {
        calls[i].overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        if (calls[i].overlapped.hEvent == NULL) {
            report_error("CreateEvent");
            return FALSE;
        }
    }
    return TRUE;
}

static BOOL run(struct watch *watch)
{
    struct call calls[CALLS];
    HANDLE device;
    BOOL done;
    size_t i;

    memset(calls, 0, sizeof(calls));
    device = watch_open(FILE_FLAG_OVERLAPPED);
    if (device == INVALID_HANDLE_VALUE)
        return FALSE;
    done = create_events(calls) && watch_calls(device, calls, watch);
    done = cancel_calls(device, calls) && done;
    for (i = 0; i < CALLS; i++) {
        if (calls[i].overlapped.hEvent != NULL)
            done = watch_close(calls[i].overlapped.hEvent) && done;
    }
    return watch_close(device) && done;
}

int main(int argc, char **argv)
{
    struct watch watch;

    if (!watch_parse(argc, argv, &watch))
        return 2;
    return report_end(run(&watch));
}
