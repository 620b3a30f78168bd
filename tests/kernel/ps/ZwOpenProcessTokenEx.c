/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenProcessTokenEx - handles to the tokens of processes
 */
#include <ntifs.h>

#include "pstest.h"
#include "token_test.h"

TEST(ZwOpenProcessTokenEx, OpensTheTokenOfAProcess)
{
    PACCESS_TOKEN Primary = PsReferencePrimaryToken(PsGetCurrentProcess()), Found;
    HANDLE Handle = NULL;

    CHECK_STATUS(ZwOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_SUCCESS);
    Found = TokenTestObject(Handle);
    CHECK_PTR(Found, Primary);
    ObDereferenceObject(Found);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
    PsDereferencePrimaryToken(Primary);
}

TEST(ZwOpenProcessTokenEx, RefusesWhatIsNoProcess)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle = NULL, Event = NULL;

    CHECK_STATUS(
        ZwOpenProcessTokenEx(NULL, TOKEN_QUERY, OBJ_KERNEL_HANDLE, &Handle), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwOpenProcessTokenEx(NtCurrentThread(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_OBJECT_TYPE_MISMATCH);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(
        ZwCreateEvent(&Event, 0x1F0003, &Attributes, NotificationEvent, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenProcessTokenEx(Event, TOKEN_QUERY, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Event);
}

TEST(ZwOpenProcessToken, IsTheSameWithoutAttributes)
{
    LATER(ZwOpenProcessToken, NTSTATUS, HANDLE, ACCESS_MASK, PHANDLE)
    HANDLE Handle = NULL;

    if (CHECK_STATUS(ZwOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &Handle), STATUS_SUCCESS))
        CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenProcessToken(NULL, TOKEN_QUERY, &Handle), STATUS_INVALID_HANDLE);
}

TEST(NtOpenProcessTokenEx, IsTheSame)
{
    HANDLE Handle = NULL;

    if (CHECK_STATUS(
            NtOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &Handle),
            STATUS_SUCCESS))
        ZwClose(Handle);
    if (CHECK_STATUS(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &Handle), STATUS_SUCCESS))
        ZwClose(Handle);
    CHECK_STATUS(NtOpenProcessToken(NULL, TOKEN_QUERY, &Handle), STATUS_INVALID_HANDLE);
}
