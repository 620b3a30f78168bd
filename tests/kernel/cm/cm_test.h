/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * cm_test.h - keys the tests of cm work in: all below the driver's own key, and gone when a test is
 * over.
 */
#ifndef TESTS_KERNEL_CM_CM_TEST_H
#define TESTS_KERNEL_CM_CM_TEST_H

#include "ktest.h"

#define CM_TEST_TAG 'tseT'

/* What mingw's ntddk.h does not declare. */
#ifndef REG_OPTION_OPEN_LINK
#define REG_OPTION_OPEN_LINK 8
#endif

/* A key Name in the driver's own, emptied if an earlier run left it; NULL: could not be made,
 * recorded. */
HANDLE CmTestKey(const WCHAR *Name);
/* Deletes a key of CmTestKey with all that is in it and closes the handle. */
VOID CmTestEnd(HANDLE Key);

/* Opens or creates Name below Root with KEY_ALL_ACCESS. */
NTSTATUS CmTestCreate(HANDLE Root, const WCHAR *Name, ULONG Options, PHANDLE Key);
NTSTATUS CmTestOpen(HANDLE Root, const WCHAR *Name, PHANDLE Key);
/* Creates a subkey and closes it again; records a failure. */
VOID CmTestSubkey(HANDLE Root, const WCHAR *Name);

NTSTATUS CmTestSet(HANDLE Key, const WCHAR *Name, ULONG Type, const VOID *Data, ULONG Size);
NTSTATUS CmTestSetNumber(HANDLE Key, const WCHAR *Name, ULONG Value);
/* The REG_DWORD Name; 0xDEADBEEF: there is none. */
ULONG CmTestNumber(HANDLE Key, const WCHAR *Name);
/* The full path of a key, in a buffer of the test's own; empty on failure. */
VOID CmTestPath(HANDLE Key, PUNICODE_STRING Path);

#endif
