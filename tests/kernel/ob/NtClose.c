/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtClose - the Nt forms of services
 */
#include "ob_test.h"

TEST(NtClose, ClosesOnce)
{
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);

    CHECK_STATUS(NtClose(Handle), STATUS_SUCCESS);
    CHECK_EQ(ObTestGranted(Handle), 0);
}

TEST(NtCreateEvent, MakesAnEvent)
{
    OB_LATER(NtSetEvent, NTSTATUS, HANDLE, PLONG)
    OB_LATER(NtCreateEvent, NTSTATUS, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, EVENT_TYPE, BOOLEAN)
    OB_LATER(NtWaitForSingleObject, NTSTATUS, HANDLE, BOOLEAN, PLARGE_INTEGER)
    LARGE_INTEGER Now = {.QuadPart = 0};
    OB_TEST_NAME Name;
    HANDLE Handle = NULL;
    LONG State = 9;

    if (!CHECK_STATUS(NtCreateEvent(&Handle, EVENT_ALL_ACCESS, ObTestName(&Name, NULL, 0),
                          NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(NtWaitForSingleObject(Handle, FALSE, &Now), STATUS_TIMEOUT);
    CHECK_STATUS(NtSetEvent(Handle, &State), STATUS_SUCCESS);
    CHECK_EQ(State, 0);
    CHECK_STATUS(NtWaitForSingleObject(Handle, FALSE, &Now), STATUS_SUCCESS);
    CHECK_STATUS(NtClose(Handle), STATUS_SUCCESS);
    CHECK_STATUS(NtWaitForSingleObject(Handle, FALSE, &Now), STATUS_INVALID_HANDLE);
    CHECK_STATUS(NtSetEvent(Handle, NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(NtCreateEvent(&Handle, EVENT_ALL_ACCESS, NULL, (EVENT_TYPE)9, FALSE),
        STATUS_INVALID_PARAMETER);
}

TEST(NtDuplicateObject, MakesASecondHandle)
{
    OB_LATER(
        NtDuplicateObject, NTSTATUS, HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG, ULONG)
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, 0), Copy = NULL;

    if (CHECK_STATUS(NtDuplicateObject(
                         NtCurrentProcess(), Handle, NtCurrentProcess(), &Copy, SYNCHRONIZE, 0, 0),
            STATUS_SUCCESS)) {
        CHECK_EQ(ObTestGranted(Copy), SYNCHRONIZE);
        NtClose(Copy);
    }
    CHECK_STATUS(NtDuplicateObject(NtCurrentProcess(), Handle, NULL, &Copy, 0, 0, 0),
        STATUS_INVALID_PARAMETER);
    NtClose(Handle);
    CHECK_STATUS(NtDuplicateObject(NtCurrentProcess(), Handle, NtCurrentProcess(), &Copy, 0, 0, 0),
        STATUS_INVALID_HANDLE);
}

TEST(NtMakePermanentObject, KeepsTheName)
{
    OB_LATER(NtMakePermanentObject, NTSTATUS, HANDLE)
    OB_LATER(ObMakeTemporaryObject, VOID, PVOID)
    HANDLE Handle = NULL, Second = NULL;
    PVOID Object = NULL;
    OB_TEST_NAME Name;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysPermanent", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    CHECK_STATUS(NtMakePermanentObject(Handle), STATUS_SUCCESS);
    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    NtClose(Handle);
    CHECK_STATUS(NtMakePermanentObject(Handle), STATUS_INVALID_HANDLE);
    if (CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_SUCCESS))
        ZwClose(Second);
    ObMakeTemporaryObject(Object);
    CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    ObDereferenceObject(Object);
}

TEST(ObMakeTemporaryObject, LeavesTheNameWhileThereIsAHandle)
{
    OB_LATER(ObMakeTemporaryObject, VOID, PVOID)
    HANDLE Handle = NULL, Second = NULL;
    PVOID Object = NULL;
    OB_TEST_NAME Name;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysTemporary", OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    ObMakeTemporaryObject(Object);
    Name.Attributes.Attributes &= ~(ULONG)OBJ_PERMANENT;
    if (CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_SUCCESS))
        ZwClose(Second);
    ZwClose(Handle);
    CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    ObDereferenceObject(Object);
}

TEST(ObGetObjectType, IsTheTypesOwn)
{
    OB_LATER(ObGetObjectType, POBJECT_TYPE, PVOID)
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Object = NULL;

    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    CHECK_PTR(ObGetObjectType(Object), OB_TEST_EVENT);
    CHECK(ObGetObjectType(PsGetCurrentProcess()) != OB_TEST_EVENT);
    ObDereferenceObject(Object);
    ZwClose(Handle);
}

TEST(ObDereferenceObject, IsAFunctionToo)
{
    LONG_PTR(NTAPI * Function)(PVOID) = (PVOID)KtestExport(L"ObDereferenceObject");
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Object = NULL;

    if (Function == NULL) {
        skip("not on this Windows");
    } else {
        CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
        ObReferenceObject(Object);
        CHECK_EQ(Function(Object), 2);
        CHECK_EQ(Function(Object), 1);
    }
    ZwClose(Handle);
}
