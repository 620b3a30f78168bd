/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwDuplicateObject - another handle, with the same access or less.
 */
#include "ob_test.h"

NTSYSAPI NTSTATUS NTAPI ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
    HANDLE TargetProcessHandle, PHANDLE TargetHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Options);

TEST(ZwDuplicateObject, MakesAnotherHandle)
{
    HANDLE Handle = ObTestEvent(SYNCHRONIZE | EVENT_MODIFY_STATE, NotificationEvent, TRUE, 0);
    HANDLE Second = NULL;

    CHECK_STATUS(ZwDuplicateObject(NtCurrentProcess(), Handle, NtCurrentProcess(), &Second, 0, 0,
                                   DUPLICATE_SAME_ACCESS), STATUS_SUCCESS);
    CHECK(Second != NULL && Second != Handle);
    CHECK_EQ(ObTestGranted(Second), SYNCHRONIZE | EVENT_MODIFY_STATE);
    CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
    ZwClose(Second);
    CHECK_STATUS(ZwDuplicateObject(NtCurrentProcess(), Handle, NtCurrentProcess(), &Second,
                     SYNCHRONIZE, 0, DUPLICATE_CLOSE_SOURCE),
        STATUS_SUCCESS);
    CHECK_EQ(ObTestGranted(Second), SYNCHRONIZE);
    CHECK_EQ(ObTestGranted(Handle), 0);
    ZwClose(Second);
}

TEST(ZwDuplicateObject, RefusesWhatIsNoHandle)
{
    HANDLE Second = NULL;

    CHECK_STATUS(ZwDuplicateObject(NtCurrentProcess(), NULL, NtCurrentProcess(), &Second, 0, 0,
                                   DUPLICATE_SAME_ACCESS), STATUS_INVALID_HANDLE);
    CHECK_PTR(Second, NULL);
}

TEST(ZwDuplicateObject, WantsProcesses)
{
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, TRUE, 0), Second = NULL;

    CHECK_STATUS(ZwDuplicateObject(NtCurrentThread(), Handle, NtCurrentProcess(), &Second, 0, 0,
                                   DUPLICATE_SAME_ACCESS), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwDuplicateObject(NtCurrentProcess(), Handle, NtCurrentThread(), &Second, 0, 0,
                                   DUPLICATE_SAME_ACCESS), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwDuplicateObject(NULL, Handle, NULL, &Second, 0, 0, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwDuplicateObject(NtCurrentProcess(), Handle, NULL, &Second, 0, 0, 0),
        STATUS_INVALID_PARAMETER);
    CHECK_EQ(ObTestGranted(Handle), SYNCHRONIZE);
    CHECK_STATUS(
        ZwDuplicateObject(NtCurrentProcess(), Handle, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE),
        STATUS_SUCCESS);
    CHECK_EQ(ObTestGranted(Handle), 0);
}
