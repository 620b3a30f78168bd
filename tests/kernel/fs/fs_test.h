/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * fs_test.h - a folder of the tests' own below C:\Windows\Temp, and short words for opening what is
 * in it.
 */
#ifndef TESTS_KERNEL_FS_FS_TEST_H
#define TESTS_KERNEL_FS_FS_TEST_H

#include <ntifs.h>

#include "ktest.h"

/* Declared nowhere. */
NTSYSAPI NTSTATUS NTAPI NtDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes);

#define FS_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

typedef struct FS_TEST {
    HANDLE Folder;
    ULONG_PTR Information; /* of the last open that went well */
} FS_TEST;

/* A new folder; FALSE: the test cannot go on, as a check says. FsTestEnd removes it with the files
 * in it. */
BOOLEAN FsTestBegin(FS_TEST *Test);
VOID FsTestEnd(FS_TEST *Test);

/* By a name relative to the folder. Synchronous; FILE_ATTRIBUTE_NORMAL unless Attributes. */
NTSTATUS FsTestOpenAs(FS_TEST *Test, const WCHAR *Name, ACCESS_MASK Access, ULONG Attributes,
    ULONG Share, ULONG Disposition, ULONG Options, HANDLE *Handle);
/* The same, shared with everybody, closed at once when it goes well. */
NTSTATUS FsTestTry(
    FS_TEST *Test, const WCHAR *Name, ACCESS_MASK Access, ULONG Disposition, ULONG Options);
/* A file with these bytes. */
BOOLEAN FsTestMake(FS_TEST *Test, const WCHAR *Name, const char *Bytes);
BOOLEAN FsTestExists(FS_TEST *Test, const WCHAR *Name);
NTSTATUS FsTestSetAttributes(FS_TEST *Test, const WCHAR *Name, ULONG Attributes);

NTSTATUS FsTestWrite(HANDLE Handle, const char *Bytes, LONGLONG Offset, ULONG_PTR *Done);
NTSTATUS FsTestRead(HANDLE Handle, char *Buffer, ULONG Length, LONGLONG Offset, ULONG_PTR *Done);
NTSTATUS FsTestDelete(HANDLE Handle); /* FileDispositionInformation */

#define FS_TEST_NO_OFFSET (-2LL) /* the file's position */

#endif
