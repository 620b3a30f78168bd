/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryDirectoryObject - what is in a folder.
 */
#include "ob_test.h"

typedef struct OB_TEST_ENTRY {
    UNICODE_STRING Name;
    UNICODE_STRING TypeName;
} OB_TEST_ENTRY;

NTSYSAPI NTSTATUS NTAPI ZwQueryDirectoryObject(HANDLE DirectoryHandle, PVOID Buffer, ULONG Length,
    BOOLEAN ReturnSingleEntry, BOOLEAN RestartScan, PULONG Context, PULONG ReturnLength);

#define COUNT 3

static HANDLE Directory, Child[COUNT];

static BOOLEAN Fill(VOID)
{
    static const WCHAR *const Path[COUNT] = {L"One", L"Two", L"Three"};
    OB_TEST_NAME Name;
    ULONG Index;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysQueryDirectory", 0);
    if (!CHECK_STATUS(ZwCreateDirectoryObject(&Directory, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                      STATUS_SUCCESS))
        return FALSE;
    for (Index = 0; Index < COUNT; Index++) {
        ObTestName(&Name, Path[Index], 0);
        Name.Attributes.RootDirectory = Directory;
        CHECK_STATUS(ZwCreateEvent(&Child[Index], EVENT_ALL_ACCESS, &Name.Attributes,
                         NotificationEvent, FALSE),
            STATUS_SUCCESS);
    }
    return TRUE;
}

static VOID Empty(VOID)
{
    ULONG Index;

    for (Index = 0; Index < COUNT; Index++)
        ZwClose(Child[Index]);
    ZwClose(Directory);
}

TEST(ZwQueryDirectoryObject, ListsAllAtOnce)
{
    OB_TEST_ENTRY Entry[64];
    ULONG Context = 99, Length = 0, Index;

    if (!Fill())
        return;
    CHECK_STATUS(
        ZwQueryDirectoryObject(Directory, Entry, sizeof(Entry), FALSE, TRUE, &Context, &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Context, COUNT);
    for (Index = 0; Index < COUNT; Index++) {
        CHECK(Entry[Index].Name.Length >= 6);
        CHECK_STRING(&Entry[Index].TypeName, L"Event");
    }
    CHECK_PTR(Entry[COUNT].Name.Buffer, NULL);
    CHECK_STATUS(
        ZwQueryDirectoryObject(Directory, Entry, sizeof(Entry), FALSE, FALSE, &Context, &Length),
        STATUS_NO_MORE_ENTRIES);
    Empty();
}

TEST(ZwQueryDirectoryObject, ListsOneByOne)
{
    OB_TEST_ENTRY Entry[16];
    ULONG Context = 99, Length = 0, Index;

    if (!Fill())
        return;
    for (Index = 0; Index < COUNT; Index++) {
        CHECK_STATUS(ZwQueryDirectoryObject(
                         Directory, Entry, sizeof(Entry), TRUE, Index == 0, &Context, &Length),
            STATUS_SUCCESS);
        CHECK_EQ(Context, Index + 1);
    }
    CHECK_STATUS(
        ZwQueryDirectoryObject(Directory, Entry, sizeof(Entry), TRUE, FALSE, &Context, &Length),
        STATUS_NO_MORE_ENTRIES);
    CHECK_STATUS(
        ZwQueryDirectoryObject(Directory, Entry, sizeof(Entry[0]), TRUE, TRUE, &Context, &Length),
        STATUS_BUFFER_TOO_SMALL);
    CHECK(Length > sizeof(Entry[0]));
    Empty();
}
