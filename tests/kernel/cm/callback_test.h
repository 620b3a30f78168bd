/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * callback_test.h - what tests of registry callbacks share: the calls newer than Windows XP, and a
 * registration that counts what the test's own thread makes it be told.
 */
#ifndef TESTS_KERNEL_CM_CALLBACK_TEST_H
#define TESTS_KERNEL_CM_CALLBACK_TEST_H

#include "cm_test.h"

/* REG_NOTIFY_CLASS, which mingw's headers do not have whole. */
#define CLASS_PRE_DELETE_KEY 0
#define CLASS_PRE_QUERY_VALUE 8
#define CLASS_PRE_CLOSE 14
#define CLASS_POST_DELETE_KEY 15
#define CLASS_POST_QUERY_VALUE 23
#define CLASS_POST_CLOSE 25
#define CLASS_PRE_CREATE 26
#define CLASS_POST_CREATE 27
#define CLASS_PRE_OPEN 28
#define CLASS_POST_OPEN 29
#define CLASS_PRE_FLUSH 30
#define CLASS_PRE_LOAD 32
#define CLASS_PRE_UNLOAD 34
#define CLASS_PRE_QUERY_SECURITY 36
#define CLASS_PRE_SET_SECURITY 38
#define CLASS_CLEANUP 40
#define CLASS_PRE_RESTORE 41
#define CLASS_PRE_SAVE 43
#define CLASS_PRE_QUERY_NAME 47
#define CLASS_COUNT 64

typedef NTSTATUS (NTAPI *CALLBACK)(PVOID Context, PVOID Class, PVOID Information);
typedef NTSTATUS(NTAPI *REGISTER_EX)(
    CALLBACK, PCUNICODE_STRING, PVOID, PVOID, PLARGE_INTEGER, PVOID);
typedef NTSTATUS (NTAPI *UNREGISTER)(LARGE_INTEGER);
typedef NTSTATUS (NTAPI *SET_CONTEXT)(PVOID Object, PLARGE_INTEGER Cookie, PVOID New, PVOID *Old);

typedef struct POST_OPERATION { /* REG_POST_OPERATION_INFORMATION */
    PVOID Object;
    NTSTATUS Status;
    PVOID PreInformation;
    NTSTATUS ReturnStatus;
    PVOID CallContext, ObjectContext, Reserved;
} POST_OPERATION;

#endif
