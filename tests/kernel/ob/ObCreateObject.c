/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObCreateObject - objects a driver makes itself
 */
#include "ob_test.h"

typedef NTSTATUS(NTAPI *CREATE)(KPROCESSOR_MODE, POBJECT_TYPE, POBJECT_ATTRIBUTES, KPROCESSOR_MODE,
    PVOID, ULONG, ULONG, ULONG, PVOID *);

static PVOID Make(CREATE ObCreateObject, POBJECT_ATTRIBUTES Attributes)
{
    PVOID Object = NULL;

    if (!CHECK_STATUS(ObCreateObject(KernelMode, OB_TEST_EVENT, Attributes, KernelMode, NULL,
                          sizeof(KEVENT), 0, 0, &Object),
            STATUS_SUCCESS))
        return NULL;
    KeInitializeEvent(Object, NotificationEvent, TRUE);
    return Object;
}

#define CREATE_EXPORTS                                                                    \
    OB_LATER(ObCreateObject, NTSTATUS, KPROCESSOR_MODE, POBJECT_TYPE, POBJECT_ATTRIBUTES, \
        KPROCESSOR_MODE, PVOID, ULONG, ULONG, ULONG, PVOID *)

TEST(ObCreateObject, MakesOneThatGoesWithItsReference)
{
    CREATE_EXPORTS
    PVOID Object = Make(ObCreateObject, NULL);

    if (Object == NULL)
        return;
    CHECK_STATUS(ObReferenceObjectByPointer(Object, 0, OB_TEST_EVENT, KernelMode), STATUS_SUCCESS);
    CHECK_EQ(ObDereferenceObject(Object), 1);
    CHECK_EQ(ObDereferenceObject(Object), 0);
}

TEST(ObInsertObject, NamesItAndMakesAHandle)
{
    CREATE_EXPORTS
    OB_TEST_NAME Name;
    PVOID Object = Make(ObCreateObject,
              ObTestName(&Name, OB_TEST_FOLDER L"DotsysInserted", OBJ_CASE_INSENSITIVE)),
          Same = NULL;
    HANDLE Handle = NULL, Second = NULL;

    if (Object == NULL ||
        !CHECK_STATUS(
            ObInsertObject(Object, NULL, EVENT_ALL_ACCESS, 1, &Same, &Handle), STATUS_SUCCESS))
        return;
    CHECK_PTR(Same, Object);
    CHECK_EQ(ObTestGranted(Handle), EVENT_ALL_ACCESS);
    CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
    ZwClose(Second);
    ObDereferenceObject(Object);
    ZwClose(Handle);
    CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ObInsertObject, LetsGoOfWhatItCannotInsert)
{
    CREATE_EXPORTS
    OB_TEST_NAME Name;
    HANDLE First = NULL, Handle = NULL;
    PVOID Object;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysTaken", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(
        ZwCreateEvent(&First, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    Object = Make(ObCreateObject, &Name.Attributes);
    if (Object != NULL) {
        ObReferenceObject(Object);
        CHECK_STATUS(ObInsertObject(Object, NULL, EVENT_ALL_ACCESS, 0, NULL, &Handle),
            STATUS_OBJECT_NAME_COLLISION);
        CHECK_EQ(ObDereferenceObject(Object), 0);
    }
    ZwClose(First);
}

TEST(ObInsertObject, OpensWhatIsThereIfAsked)
{
    CREATE_EXPORTS
    OB_TEST_NAME Name;
    HANDLE First = NULL, Handle = NULL;
    PVOID Object;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysThere", OBJ_CASE_INSENSITIVE | OBJ_OPENIF);
    CHECK_STATUS(
        ZwCreateEvent(&First, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    Object = Make(ObCreateObject, &Name.Attributes);
    if (Object != NULL &&
        CHECK_STATUS(ObInsertObject(Object, NULL, EVENT_ALL_ACCESS, 0, NULL, &Handle),
            STATUS_OBJECT_NAME_EXISTS)) {
        CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
        ZwClose(Handle);
    }
    ZwClose(First);
}

TEST(ObCreateObject, RefusesBadAttributes)
{
    CREATE_EXPORTS
    OBJECT_ATTRIBUTES Attributes;
    PVOID Object = NULL;

    InitializeObjectAttributes(&Attributes, NULL, 0, NULL, NULL);
    Attributes.Length = 4;
    CHECK_STATUS(ObCreateObject(KernelMode, OB_TEST_EVENT, &Attributes, KernelMode, NULL,
                     sizeof(KEVENT), 0, 0, &Object),
        STATUS_INVALID_PARAMETER);
    CHECK_PTR(Object, NULL);
}

TEST(ObDeleteCapturedInsertInfo, LeavesAnObjectWithoutName)
{
    CREATE_EXPORTS
    OB_LATER(ObDeleteCapturedInsertInfo, VOID, PVOID)
    OB_TEST_NAME Name;
    PVOID Object = Make(
        ObCreateObject, ObTestName(&Name, OB_TEST_FOLDER L"DotsysForgotten", OBJ_CASE_INSENSITIVE));
    HANDLE Second = NULL;

    if (Object == NULL)
        return;
    ObDeleteCapturedInsertInfo(Object);
    CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    ObDereferenceObject(Object);
}
