/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * token_test.h - tokens for the tests of ps. After ntifs.h.
 */
#ifndef DOTSYS_TOKEN_TEST_H
#define DOTSYS_TOKEN_TEST_H

#include "ktest.h"

#define TOKEN_TEST_ALL 0x000F01FF

/* A copy of the System process's token to impersonate with, as a kernel handle. */
static inline HANDLE TokenTestCopy(SECURITY_IMPERSONATION_LEVEL Level)
{
    SECURITY_QUALITY_OF_SERVICE Quality = {
        sizeof(Quality), SecurityAnonymous, SECURITY_STATIC_TRACKING, FALSE};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Own = NULL, Copy = NULL;

    Quality.ImpersonationLevel = Level;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Attributes.SecurityQualityOfService = &Quality;
    CHECK_STATUS(ZwOpenProcessTokenEx(NtCurrentProcess(), TOKEN_DUPLICATE, OBJ_KERNEL_HANDLE, &Own),
        STATUS_SUCCESS);
    CHECK_STATUS(
        ZwDuplicateToken(Own, TOKEN_TEST_ALL, &Attributes, FALSE, TokenImpersonation, &Copy),
        STATUS_SUCCESS);
    ZwClose(Own);
    return Copy;
}

/* The token of a handle, with a reference. */
static inline PACCESS_TOKEN TokenTestObject(HANDLE Handle)
{
    PVOID Token = NULL;

    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Token, NULL), STATUS_SUCCESS);
    return Token;
}

#endif
