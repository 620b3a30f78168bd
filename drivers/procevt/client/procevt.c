/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * procevt.c - prints a line for every process that is created or exits. Gives the driver an event,
 * waits for it, and then fetches entries until there are none.
 *
 *     procevt [-n COUNT] [-p PID]  see watch.h
 *     procevt errors               shows how the driver refuses: handles that are no events, and
 *                                  buffers that are too small, for which it waits for one entry
 *
 * Exit status: 0, 1 if something was refused that should not be, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#include <stdio.h>
#include <string.h>

#include <windows.h>
#ifdef _WIN32
#include <winioctl.h>
#endif

#define REPORT_PROGRAM "procevt"
#include "watch.h"

/* FALSE: see the last error. */
static BOOL set_event(HANDLE device, HANDLE event)
{
    PROCEVT_EVENT input;
    DWORD returned;

    input.Handle = (ULONG_PTR)event;
    return DeviceIoControl(device, IOCTL_SET_EVENT_HANDLE, &input, sizeof(input), NULL, 0,
                           &returned, NULL);
}

/* *returned is 0 if there is no entry. FALSE, reported: failed. */
static BOOL get_entry(HANDLE device, PROCEVT_ENTRY *entry, DWORD *returned)
{
    if (DeviceIoControl(device, IOCTL_GET_PROCESS_ENTRY, NULL, 0, entry, sizeof(*entry), returned,
                        NULL))
        return TRUE;
    report_error("IOCTL_GET_PROCESS_ENTRY");
    return FALSE;
}

static BOOL drain(HANDLE device, struct watch *watch)
{
    PROCEVT_ENTRY entry;
    DWORD returned;

    while (!watch->ended) {
        if (!get_entry(device, &entry, &returned))
            return FALSE;
        if (returned == 0)
            return TRUE;
        watch_show(watch, &entry);
    }
    return TRUE;
}

static BOOL wait_for(HANDLE event)
{
    if (WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0)
        return TRUE;
    report_error("WaitForSingleObject");
    return FALSE;
}

static BOOL watch_events(HANDLE device, HANDLE event, struct watch *watch)
{
    if (!set_event(device, event)) {
        report_error("IOCTL_SET_EVENT_HANDLE");
        return FALSE;
    }
    watch_ready();
    while (!watch->ended) {
        if (!wait_for(event) || !drain(device, watch))
            return FALSE;
    }
    return TRUE;
}

/* ---- Errors --------------------------------------------------------------------------------- */

static void show_refusal(const char *what, BOOL done)
{
    DWORD error = GetLastError();

    if (done)
        printf("%s: no error\n", what);
    else
        printf("%s: error %lu\n", what, (unsigned long)error);
}

/* An error loses the number of bytes, a warning does not: "returned" tells. */
static void show_small(HANDLE device, const char *what, ULONG flags, DWORD room)
{
    PROCEVT_ENTRY entry;
    DWORD returned = 0;
    BOOL done;

    memset(&entry, 0, sizeof(entry));
    done = DeviceIoControl(device, IOCTL_GET_PROCESS_ENTRY, &flags, sizeof(flags), &entry, room,
                           &returned, NULL);
    show_refusal(what, done);
    printf("    %lu bytes returned, size %lu\n", (unsigned long)returned,
           (unsigned long)entry.Size);
}

static BOOL show_errors(HANDLE device, HANDLE event)
{
    PROCEVT_ENTRY entry;
    DWORD returned;

    show_refusal("handle 0 as event", set_event(device, NULL));
    show_refusal("the device as event", set_event(device, device));
    if (!set_event(device, event)) {
        report_error("IOCTL_SET_EVENT_HANDLE");
        return FALSE;
    }
    watch_ready();
    if (!wait_for(event))
        return FALSE;
    show_small(device, "room for the size", 0, sizeof(ULONG));
    show_small(device, "room for the size, strict", PROCEVT_STRICT, sizeof(ULONG));
    show_small(device, "no room", 0, 0);
    if (!get_entry(device, &entry, &returned))
        return FALSE;
    printf("the entry is still there: %lu bytes, size %lu\n", (unsigned long)returned,
           (unsigned long)entry.Size);
    return TRUE;
}

/* ---- main ----------------------------------------------------------------------------------- */

static BOOL run(struct watch *watch, BOOL errors)
{
    HANDLE device, event;
    BOOL done;

    device = watch_open(FILE_ATTRIBUTE_NORMAL);
    if (device == INVALID_HANDLE_VALUE)
        return FALSE;
    /* Resets itself when a wait ends: an entry after that sets it again. */
    event = CreateEventA(NULL, FALSE, FALSE, NULL);
    if (event == NULL) {
        report_error("CreateEvent");
        watch_close(device);
        return FALSE;
    }
    done = errors ? show_errors(device, event) : watch_events(device, event, watch);
    done = watch_close(device) && done;
    return watch_close(event) && done;
}

int main(int argc, char **argv)
{
    BOOL errors = argc == 2 && strcmp(argv[1], "errors") == 0;
    struct watch watch;

    if (!errors && !watch_parse(argc, argv, &watch))
        return 2;
    return report_end(run(&watch, errors));
}
