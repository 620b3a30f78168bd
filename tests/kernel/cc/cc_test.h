/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * cc_test.h - a file system of one file in memory, on a device of the test driver. The file has
 * bytes of a pattern (CcByte); the tests are its callers, and look at what the cache asks of it.
 */
#ifndef TESTS_KERNEL_CC_CC_TEST_H
#define TESTS_KERNEL_CC_CC_TEST_H

#include <ntifs.h>

#include "kthread.h"

/* Bytes there are for the file; beyond them it has the pattern, whatever is written. */
#define CC_ROOM (3 * VACB_MAPPING_GRANULARITY)
#define CC_TAG  'tseT'

typedef struct CC_FILE {
    FSRTL_COMMON_FCB_HEADER Header; /* FILE_OBJECT.FsContext */
    SECTION_OBJECT_POINTERS Pointers;
    ERESOURCE Resource, PagingIoResource;
    PUCHAR Data;
    LONG Reads, Writes;                   /* paging requests */
    LONG LazyWrites, ReadAheads; /* times the file was acquired for that */
    LONGLONG Advanced;                    /* valid data the lazy writer told of */
    NTSTATUS ReadStatus, WriteStatus; /* what paging requests are answered with, if no success */
    PKEVENT ReadStarted, ReadGoOn;        /* NULL: paging reads do not wait */
    KEVENT LazilyWritten, HasReadAhead;
} CC_FILE;

extern CC_FILE CcFile;
extern PDEVICE_OBJECT CcDevice;
extern CACHE_MANAGER_CALLBACKS CcCallbacks;

static inline UCHAR CcByte(LONGLONG Offset)
{
    return (UCHAR)(Offset * 7 + (Offset >> 8) * 3 + (Offset >> 16) + 1);
}

/* Makes the device and the file of Bytes bytes and opens it. NULL: a check failed, and nothing is
 * left. */
PFILE_OBJECT CcTestOpen(ULONG Bytes);
/* The same, and the cache has it; nothing is read ahead. */
PFILE_OBJECT CcTestOpenCached(ULONG Bytes);
VOID CcTestCache(PFILE_OBJECT File, LONGLONG ValidDataLength);
/* Undoes all of it, whatever the cache still has. */
VOID CcTestClose(PFILE_OBJECT File);

/* A second file object of the file. */
PFILE_OBJECT CcTestOpenAgain(VOID);
VOID CcTestCloseAgain(PFILE_OBJECT File);

/* CcUninitializeCacheMap, and waits until the cache is gone. */
VOID CcTestUncache(PFILE_OBJECT File, PLARGE_INTEGER TruncateSize);

/* CcCopyRead and CcCopyWrite that wait; what they raise, or the status. */
NTSTATUS CcTestRead(PFILE_OBJECT File, LONGLONG Offset, ULONG Length, PVOID Buffer);
NTSTATUS CcTestWrite(PFILE_OBJECT File, LONGLONG Offset, ULONG Length, PVOID Buffer);
NTSTATUS CcTestFlush(LONGLONG Offset, ULONG Length);

/* Whether bytes are those of the pattern from an offset on, or all the same. */
BOOLEAN CcTestIsPattern(const void *Bytes, LONGLONG Offset, ULONG Length);
BOOLEAN CcTestIsFilled(const void *Bytes, ULONG Length, UCHAR With);

static inline LARGE_INTEGER CcTestOffset(LONGLONG Value)
{
    LARGE_INTEGER Offset;

    Offset.QuadPart = Value;
    return Offset;
}

#endif
