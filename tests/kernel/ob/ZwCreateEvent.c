/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateEvent - by name and without, new and existing.
 */
#include "ob_test.h"

TEST(ZwCreateEvent, HasTypeAndState)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);

    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    ZwClose(Handle);
    Handle = ObTestEvent(EVENT_ALL_ACCESS, SynchronizationEvent, TRUE, OBJ_KERNEL_HANDLE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    ZwClose(Handle);
    Handle = ObTestEvent(EVENT_ALL_ACCESS, SynchronizationEvent, FALSE, OBJ_KERNEL_HANDLE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    ZwClose(Handle);
}

TEST(ZwCreateEvent, CollidesOrOpens)
{
    OB_TEST_NAME Name;
    HANDLE First, Second;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysCreateEvent", 0);
    if (!CHECK_STATUS(
            ZwCreateEvent(&First, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ZwCreateEvent(&Second, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_NAME_COLLISION);
    Name.Attributes.Attributes |= OBJ_OPENIF;
    if (CHECK_STATUS(
            ZwCreateEvent(&Second, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, TRUE),
            STATUS_OBJECT_NAME_EXISTS)) {
        CHECK_STATUS(ObTestPoll(Second), STATUS_TIMEOUT);
        ZwSetEvent(First, NULL);
        CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
        ZwClose(Second);
    }
    ZwClose(First);
}

TEST(ZwCreateEvent, NeedsAGoodPath)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, L"DotsysNoBackslash", 0);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_PATH_SYNTAX_BAD);
    ObTestName(&Name, OB_TEST_FOLDER L"DotsysNoFolder\\Event", 0);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, NULL, (EVENT_TYPE)2, FALSE),
                 STATUS_INVALID_PARAMETER);
}

/* Since Vista another type is told before the name that is taken. */
TEST(ZwCreateEvent, TellsOfAnotherTypeOfThatName)
{
    OB_TEST_NAME Name;
    HANDLE Directory, Event;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysCreateOther", 0);
    if (!CHECK_STATUS(ZwCreateDirectoryObject(&Directory, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                      STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        KtestIsSince(6, 0) ? STATUS_OBJECT_TYPE_MISMATCH : STATUS_OBJECT_NAME_COLLISION);
    Name.Attributes.Attributes |= OBJ_OPENIF;
    CHECK_STATUS(
        ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Directory);
}

static NTSTATUS CreateAndClose(POBJECT_ATTRIBUTES Attributes)
{
    HANDLE Event;
    NTSTATUS Status =
        ZwCreateEvent(&Event, EVENT_ALL_ACCESS, Attributes, NotificationEvent, FALSE);

    if (NT_SUCCESS(Status))
        ZwClose(Event);
    return Status;
}

/* Without a name there is nothing to look up, and the root directory does not matter. */
TEST_FORBIDDEN(ZwCreateEvent, LooksAtTheNameBeforeTheRoot)
{
    HANDLE Stale = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    OB_TEST_NAME Name;

    ZwClose(Stale);
    ObTestName(&Name, L"", 0);
    Name.Attributes.RootDirectory = Stale;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_SUCCESS);
    Name.Attributes.ObjectName = NULL;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_OBJECT_NAME_INVALID);
    ObTestName(&Name, L"ab", 0);
    Name.Attributes.RootDirectory = Stale;
    Name.Path.Length = 3;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_OBJECT_NAME_INVALID);
    Name.Path.Length = 2;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_INVALID_HANDLE);
}

TEST(ZwCreateEvent, WantsWholeAttributes)
{
    OB_TEST_NAME Name;

    ObTestName(&Name, NULL, 0);
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_SUCCESS);
    Name.Attributes.Length--;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_INVALID_PARAMETER);
    Name.Attributes.Length += 2;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_INVALID_PARAMETER);
}

/* 65534 bytes are one character too many: a terminator must fit. */
TEST(ZwCreateEvent, RefusesTheLongestName)
{
    OB_TEST_NAME Name;
    WCHAR *Text = ExAllocatePoolWithTag(PagedPool, 65536, 'tseT');
    ULONG Index;

    if (Text == NULL)
        return;
    ObTestName(&Name, L"\\", 0);
    for (Index = 0; Index < 32767; Index++)
        Text[Index] = Index == 0 ? L'\\' : L'a';
    Name.Path.Buffer = Text;
    Name.Path.Length = Name.Path.MaximumLength = 65534;
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_OBJECT_NAME_INVALID);
    ExFreePool(Text);
}

/* A device is no directory, and asks no driver for an object to be made below it. */
TEST(ZwCreateEvent, HasNoPlaceBelowADevice)
{
    OB_TEST_NAME Name;

    ObTestName(&Name, L"\\Device\\Null\\DotsysBelow", 0);
    CHECK_STATUS(CreateAndClose(&Name.Attributes), STATUS_OBJECT_PATH_NOT_FOUND);
}
