/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwWaitForMultipleObjects - any or all.
 */
#include "ob_test.h"

NTSYSAPI NTSTATUS NTAPI ZwWaitForMultipleObjects(ULONG Count, HANDLE Handles[], WAIT_TYPE WaitType,
                                                 BOOLEAN Alertable, PLARGE_INTEGER Timeout);

#define COUNT 5

TEST(ZwWaitForMultipleObjects, AnyOrAll)
{
    HANDLE Handle[COUNT];
    LARGE_INTEGER Now;
    ULONG Index;

    Now.QuadPart = 0;
    for (Index = 0; Index < COUNT; Index++)
        Handle[Index] = ObTestEvent(
            EVENT_ALL_ACCESS, SynchronizationEvent, FALSE, OBJ_KERNEL_HANDLE);
    CHECK_STATUS(ZwWaitForMultipleObjects(COUNT, Handle, WaitAny, FALSE, &Now), STATUS_TIMEOUT);
    ZwSetEvent(Handle[3], NULL);
    CHECK_STATUS(ZwWaitForMultipleObjects(COUNT, Handle, WaitAll, FALSE, &Now), STATUS_TIMEOUT);
    CHECK_STATUS(ZwWaitForMultipleObjects(COUNT, Handle, WaitAny, FALSE, NULL), STATUS_WAIT_0 + 3);
    for (Index = 0; Index < COUNT; Index++)
        ZwSetEvent(Handle[Index], NULL);
    CHECK_STATUS(ZwWaitForMultipleObjects(COUNT, Handle, WaitAll, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForMultipleObjects(COUNT, Handle, WaitAny, FALSE, &Now), STATUS_TIMEOUT);
    for (Index = 0; Index < COUNT; Index++)
        ZwClose(Handle[Index]);
}

TEST(ZwWaitForMultipleObjects, RefusesBadLists)
{
    HANDLE Handle[2];
    LARGE_INTEGER Now;

    Now.QuadPart = 0;
    Handle[0] = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);
    Handle[1] = Handle[0];
    CHECK_STATUS(
        ZwWaitForMultipleObjects(0, Handle, WaitAny, FALSE, &Now), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(
        ZwWaitForMultipleObjects(65, Handle, WaitAny, FALSE, &Now), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(
        ZwWaitForMultipleObjects(2, Handle, WaitAll, FALSE, &Now), STATUS_INVALID_PARAMETER_MIX);
    CHECK_STATUS(ZwWaitForMultipleObjects(2, Handle, WaitAny, FALSE, &Now), STATUS_WAIT_0);
    ZwClose(Handle[0]);
}
