/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObReferenceObjectByHandleWithTag - references with a tag
 */
#include "ob_test.h"

#define TAG 'tseT'

TEST(ObReferenceObjectByHandleWithTag, IsAReference)
{
    OB_LATER(ObReferenceObjectByHandleWithTag, NTSTATUS, HANDLE, ACCESS_MASK, POBJECT_TYPE,
        KPROCESSOR_MODE, ULONG, PVOID *, POBJECT_HANDLE_INFORMATION)
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    OBJECT_HANDLE_INFORMATION Information;
    PVOID Object = NULL;

    CHECK_STATUS(ObReferenceObjectByHandleWithTag(
                     Handle, 0, OB_TEST_EVENT, KernelMode, TAG, &Object, &Information),
        STATUS_SUCCESS);
    CHECK_EQ(Information.GrantedAccess, EVENT_ALL_ACCESS);
    ZwClose(Handle);
    CHECK_EQ(ObDereferenceObject(Object), 0);
    CHECK_STATUS(
        ObReferenceObjectByHandleWithTag(Handle, 0, OB_TEST_EVENT, KernelMode, TAG, &Object, NULL),
        STATUS_INVALID_HANDLE);
    CHECK_PTR(Object, NULL);
}

TEST(ObReferenceObjectByHandleWithTag, LooksAtTypeAndAccess)
{
    OB_LATER(ObReferenceObjectByHandleWithTag, NTSTATUS, HANDLE, ACCESS_MASK, POBJECT_TYPE,
        KPROCESSOR_MODE, ULONG, PVOID *, POBJECT_HANDLE_INFORMATION)
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, 0);
    PVOID Object = NULL;

    CHECK_STATUS(ObReferenceObjectByHandleWithTag(
                     Handle, 0, OB_TEST_SEMAPHORE, KernelMode, TAG, &Object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ObReferenceObjectByHandleWithTag(
                     Handle, EVENT_MODIFY_STATE, OB_TEST_EVENT, UserMode, TAG, &Object, NULL),
        STATUS_ACCESS_DENIED);
    ZwClose(Handle);
}

TEST(ObReferenceObjectByPointerWithTag, LooksAtTheType)
{
    OB_LATER(ObReferenceObjectByPointerWithTag, NTSTATUS, PVOID, ACCESS_MASK, POBJECT_TYPE,
        KPROCESSOR_MODE, ULONG)
    OB_LATER(ObDereferenceObjectDeferDeleteWithTag, VOID, PVOID, ULONG)
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Object = NULL;

    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByPointerWithTag(Object, 0, OB_TEST_EVENT, KernelMode, TAG),
        STATUS_SUCCESS);
    ObDereferenceObjectDeferDeleteWithTag(Object, TAG);
    CHECK_STATUS(ObReferenceObjectByPointerWithTag(Object, 0, OB_TEST_SEMAPHORE, UserMode, TAG),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Handle);
    CHECK_EQ(ObReferenceObject(Object), 2);
    ObDereferenceObject(Object);
    ObDereferenceObject(Object);
}

TEST(ObfReferenceObjectWithTag, Counts)
{
    LONG_PTR(__fastcall * ObfReferenceObjectWithTag)
    (PVOID, ULONG) = (PVOID)KtestExport(L"ObfReferenceObjectWithTag");
    LONG_PTR(__fastcall * ObfDereferenceObjectWithTag)
    (PVOID, ULONG) = (PVOID)KtestExport(L"ObfDereferenceObjectWithTag");
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Object = NULL;

    if (ObfReferenceObjectWithTag == NULL || ObfDereferenceObjectWithTag == NULL) {
        skip("not on this Windows");
    } else {
        CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
        ZwClose(Handle);
        CHECK_EQ(ObfReferenceObjectWithTag(Object, TAG), 2);
        CHECK_EQ(ObfDereferenceObjectWithTag(Object, TAG), 1);
        CHECK_EQ(ObfDereferenceObjectWithTag(Object, TAG), 0);
        return;
    }
    ZwClose(Handle);
}

TEST(ObOpenObjectByPointerWithTag, MakesAHandle)
{
    OB_LATER(ObOpenObjectByPointerWithTag, NTSTATUS, PVOID, ULONG, PACCESS_STATE, ACCESS_MASK,
        POBJECT_TYPE, KPROCESSOR_MODE, ULONG, PHANDLE)
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE),
           Second = NULL;
    PVOID Object = NULL;

    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    if (CHECK_STATUS(ObOpenObjectByPointerWithTag(Object, OBJ_KERNEL_HANDLE, NULL, SYNCHRONIZE,
                         OB_TEST_EVENT, KernelMode, TAG, &Second),
            STATUS_SUCCESS)) {
        CHECK_EQ(ObTestGranted(Second), SYNCHRONIZE);
        ZwClose(Second);
    }
    CHECK_STATUS(ObOpenObjectByPointerWithTag(Object, OBJ_KERNEL_HANDLE, NULL, SYNCHRONIZE,
                     OB_TEST_SEMAPHORE, UserMode, TAG, &Second),
        STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(Object);
    ZwClose(Handle);
}
