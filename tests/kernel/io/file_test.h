/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * file_test.h - a device that notes every request that comes from a handle, and answers as told.
 */
#ifndef TESTS_KERNEL_IO_FILE_TEST_H
#define TESTS_KERNEL_IO_FILE_TEST_H

#include "io_test.h"

/* Declared in ntifs.h only. */
NTSYSAPI NTSTATUS NTAPI ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                      BOOLEAN InitialState);
NTSYSAPI NTSTATUS NTAPI ZwFsControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                        PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                        ULONG FsControlCode, PVOID InputBuffer,
                                        ULONG InputBufferLength, PVOID OutputBuffer,
                                        ULONG OutputBufferLength);

#define FILE_TEST_NAME  L"\\Device\\KtestIoFileTest"
#define FILE_TEST_BYTES 64

#ifndef IO_REPARSE
#define IO_REPARSE 0
#endif

/* A request as the dispatch routine saw it. */
typedef struct FILE_TEST_REQUEST {
    UCHAR MajorFunction;
    PFILE_OBJECT File;
    KPROCESSOR_MODE Mode;
    ULONG IrpFlags;
    PVOID SystemBuffer;
    PVOID UserBuffer;
    PMDL Mdl;
    UCHAR SystemData[FILE_TEST_BYTES]; /* what the system buffer held */
    IO_STACK_LOCATION Stack;
    LARGE_INTEGER Position; /* the file's */
    PFILE_OBJECT Related;   /* to what the file is opened relative */
    KIRQL Irql;
} FILE_TEST_REQUEST;

typedef struct FILE_TEST {
    PDEVICE_OBJECT Device;
    NTSTATUS Status; /* answer of requests other than create, cleanup and close */
    ULONG_PTR Information;
    BOOLEAN Pend; /* from another thread: IoTestJoin */
    NTSTATUS CreateStatus;
    ULONG_PTR CreateInformation;
    const WCHAR *Redirect;    /* where the next create begins anew; NULL: it does not */
    CHAR Fill;                /* what buffers are filled with before the answer; 0: left alone */
    FILE_TEST_REQUEST Last;   /* of those */
    FILE_TEST_REQUEST Create; /* the last create */
    WCHAR CreateName[64];     /* the name it was for */
    CHAR Trail
        [32]; /* a letter each: C create, l cleanup, c close, r, w, i, f(lush), s(ystem control) */
    ULONG Length;
} FILE_TEST;

/* The device with name FILE_TEST_NAME. Flags as IoTestCreate. One at a time. */
BOOLEAN FileTestBegin(FILE_TEST *Test, ULONG Flags);
VOID FileTestEnd(FILE_TEST *Test);

BOOLEAN FileTestTrailIs(const FILE_TEST *Test, const char *Trail);

/*
 * A handle for all access; Synchronous: whose requests are waited for. NULL, and failed, without.
 */
HANDLE FileTestOpen(BOOLEAN Synchronous);

#endif
