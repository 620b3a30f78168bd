/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * procapc.c - prints a line for every process that is created or exits. A routine of the program is
 * called for each: ReadFileEx queues it to the thread, which lets it in with SleepEx.
 *
 *     procapc [-n COUNT] [-p PID]  see watch.h
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

#define REPORT_PROGRAM "procapc"
#include "watch.h"

/* The routine gets the OVERLAPPED's address, which is this one's. One thread has it all. */
struct reader {
    OVERLAPPED overlapped;
    HANDLE device;
    PROCEVT_ENTRY entry; /* the driver's while reading */
    struct watch watch;
    BOOL reading;
    BOOL failed;
};

static void begin(struct reader *reader);

static VOID CALLBACK read_done(DWORD error, DWORD received, LPOVERLAPPED overlapped)
{
    struct reader *reader = CONTAINING_RECORD(overlapped, struct reader, overlapped);

    reader->reading = FALSE;
    if (error == ERROR_SUCCESS && received == sizeof(reader->entry)) {
        watch_show(&reader->watch, &reader->entry);
        if (!reader->watch.ended)
            begin(reader);
    } else if (error != ERROR_OPERATION_ABORTED) {
        report_code("ReadFileEx", error);
        reader->failed = TRUE;
    }
}

static void begin(struct reader *reader)
{
    reader->reading = ReadFileEx(reader->device, &reader->entry, sizeof(reader->entry),
                                 &reader->overlapped, read_done);
    if (!reader->reading) {
        report_error("ReadFileEx");
        reader->failed = TRUE;
    }
}

static BOOL run(const struct watch *watch)
{
    struct reader reader;

    memset(&reader, 0, sizeof(reader));
    reader.watch = *watch;
    reader.device = watch_open(FILE_FLAG_OVERLAPPED);
    if (reader.device == INVALID_HANDLE_VALUE)
        return FALSE;
    begin(&reader);
    watch_ready();
    while (reader.reading)
        SleepEx(INFINITE, TRUE);
    return watch_close(reader.device) && !reader.failed;
}

int main(int argc, char **argv)
{
    struct watch watch;

    if (!watch_parse(argc, argv, &watch))
        return 2;
    return report_end(run(&watch));
}
