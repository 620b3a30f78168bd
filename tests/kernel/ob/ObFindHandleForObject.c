/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObFindHandleForObject - the handle of an object
 */
#include "ob_test.h"

TEST(ObFindHandleForObject, FindsAHandleThatIsOpen)
{
    OB_LATER(ObFindHandleForObject, BOOLEAN, PEPROCESS, PVOID, POBJECT_TYPE,
        POBJECT_HANDLE_INFORMATION, PHANDLE)
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, 0), Found = NULL;
    OBJECT_HANDLE_INFORMATION Information = {0, EVENT_MODIFY_STATE};
    PVOID Object = NULL;

    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, OB_TEST_EVENT, KernelMode, &Object, NULL),
        STATUS_SUCCESS);
    CHECK(ObFindHandleForObject(PsGetCurrentProcess(), Object, OB_TEST_EVENT, NULL, &Found));
    CHECK_EQ((ULONG)(ULONG_PTR)Found & 0x7FFFFFFF, (ULONG)(ULONG_PTR)Handle & 0x7FFFFFFF);
    CHECK(!ObFindHandleForObject(PsGetCurrentProcess(), Object, OB_TEST_SEMAPHORE, NULL, &Found));
    CHECK(!ObFindHandleForObject(PsGetCurrentProcess(), Object, NULL, &Information, &Found));
    Information.GrantedAccess = EVENT_ALL_ACCESS;
    CHECK(ObFindHandleForObject(PsGetCurrentProcess(), Object, NULL, &Information, &Found));
    ZwClose(Handle);
    CHECK(!ObFindHandleForObject(PsGetCurrentProcess(), Object, NULL, NULL, &Found));
    ObDereferenceObject(Object);
}
