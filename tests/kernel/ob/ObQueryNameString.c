/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObQueryNameString - the path of an object, and how long it is.
 */
#include "ob_test.h"

#define OB_TEST_PATH OB_TEST_FOLDER L"DotsysQueryName"

typedef union OB_TEST_ANSWER {
    OBJECT_NAME_INFORMATION Information;
    UCHAR Bytes[256];
} OB_TEST_ANSWER;

TEST(ObQueryNameString, SpellsOutThePath)
{
    OB_TEST_ANSWER Answer;
    OB_TEST_NAME Name;
    HANDLE Handle;
    PVOID Event;
    ULONG Length = 0;

    ObTestName(&Name, OB_TEST_PATH, 0);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS)) {
        CHECK_STATUS(
            ObQueryNameString(Event, &Answer.Information, sizeof(Answer), &Length), STATUS_SUCCESS);
        CHECK_STRING(&Answer.Information.Name, OB_TEST_PATH);
        CHECK_EQ(Answer.Information.Name.MaximumLength, sizeof(OB_TEST_PATH));
        CHECK_EQ(Answer.Information.Name.Buffer[Answer.Information.Name.Length / sizeof(WCHAR)], 0);
        CHECK_EQ(Length, sizeof(OBJECT_NAME_INFORMATION) + sizeof(OB_TEST_PATH));
        ObDereferenceObject(Event);
    }
    ZwClose(Handle);
}

TEST(ObQueryNameString, SaysHowMuchItNeeds)
{
    OB_TEST_ANSWER Answer;
    OB_TEST_NAME Name;
    HANDLE Handle;
    PVOID Event;
    ULONG Length = 0;

    ObTestName(&Name, OB_TEST_PATH, 0);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS)) {
        CHECK_STATUS(ObQueryNameString(Event, NULL, 0, &Length), STATUS_INFO_LENGTH_MISMATCH);
        CHECK_EQ(Length, sizeof(OBJECT_NAME_INFORMATION) + sizeof(OB_TEST_PATH));
        CHECK_STATUS(ObQueryNameString(Event, &Answer.Information, Length - 1, &Length),
                     STATUS_INFO_LENGTH_MISMATCH);
        CHECK_STATUS(
            ObQueryNameString(Event, &Answer.Information, Length, &Length), STATUS_SUCCESS);
        ObDereferenceObject(Event);
    }
    ZwClose(Handle);
}

TEST(ObQueryNameString, WithoutANameThereIsNone)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    OB_TEST_ANSWER Answer;
    ULONG Length = 0;
    PVOID Event;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ObQueryNameString(Event, &Answer.Information, sizeof(Answer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Answer.Information.Name.Length, 0);
    CHECK_PTR(Answer.Information.Name.Buffer, NULL);
    CHECK_EQ(Length, sizeof(OBJECT_NAME_INFORMATION));
    ObDereferenceObject(Event);
    ZwClose(Handle);
}

/* Of a file's name the beginning is returned where there is room for more than nothing. */
TEST(ObQueryNameString, AFilesNameOverflows)
{
    OB_TEST_ANSWER Answer;
    IO_STATUS_BLOCK IoStatus;
    OB_TEST_NAME Name;
    HANDLE Handle;
    PVOID File;
    ULONG Length = 0;
    const ULONG Whole = sizeof(OBJECT_NAME_INFORMATION) + sizeof(L"\\Device\\Null");

    ObTestName(&Name, L"\\Device\\Null", OBJ_CASE_INSENSITIVE);
    if (!CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES, &Name.Attributes, &IoStatus,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, 0),
                      STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &File, NULL), STATUS_SUCCESS)) {
        CHECK_STATUS(
            ObQueryNameString(File, &Answer.Information, sizeof(Answer), &Length), STATUS_SUCCESS);
        CHECK_EQ(Length, Whole);
        Length = 0;
        CHECK_STATUS(ObQueryNameString(File, &Answer.Information, 4, &Length),
                     STATUS_INFO_LENGTH_MISMATCH);
        if (KtestIsSince(6, 0))
            CHECK_EQ(Length, Whole);
        Length = 0;
        CHECK_STATUS(ObQueryNameString(File, &Answer.Information, Whole - 2, &Length),
                     STATUS_BUFFER_OVERFLOW);
        CHECK_EQ(Length, Whole);
        ObDereferenceObject(File);
    }
    ZwClose(Handle);
}
