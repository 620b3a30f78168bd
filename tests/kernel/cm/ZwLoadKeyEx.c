/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwLoadKeyEx, ZwUnloadKeyEx - with a handle to the hive, and an event for its end.
 */
#include "hive_test.h"

#define FILE_NAME        L"\\SystemRoot\\ktesthive.ex"
#define LOAD_OPEN_HANDLE 0x800

typedef NTSTATUS(NTAPI *LOAD_EX)(POBJECT_ATTRIBUTES, POBJECT_ATTRIBUTES, ULONG, HANDLE, HANDLE,
                                 ACCESS_MASK, HANDLE *, PIO_STATUS_BLOCK);
typedef NTSTATUS(NTAPI *UNLOAD_EX)(POBJECT_ATTRIBUTES, HANDLE);

TEST(ZwLoadKeyEx, GivesAHandleAndTellsOfTheEnd)
{
    LOAD_EX LoadEx = (LOAD_EX)(ULONG_PTR)KtestExport(L"ZwLoadKeyEx");
    UNLOAD_EX UnloadEx = (UNLOAD_EX)(ULONG_PTR)KtestExport(L"ZwUnloadKeyEx");
    HANDLE Root = NULL, Event;
    PKEVENT Object;
    HIVE_ATTRIBUTES(Target, HIVE_NAME);
    HIVE_ATTRIBUTES(Source, FILE_NAME);
    KTEST_STRING(EventName, L"\\BaseNamedObjects\\KtestHive");

    if (LoadEx == NULL || UnloadEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!HiveMake(FILE_NAME, 5))
        return;
    Object = IoCreateNotificationEvent(&EventName, &Event);
    if (CHECK(Object != NULL)) {
        KeClearEvent(Object);
        CHECK_STATUS(LoadEx(&Target, &Source, 0x80000000, NULL, NULL, 0, NULL, NULL),
                     STATUS_INVALID_PARAMETER);
        CHECK_STATUS(LoadEx(&Target, &Source, 0, NULL, (HANDLE)(ULONG_PTR)0x7FFC, 0, NULL, NULL),
                     STATUS_INVALID_HANDLE);
        if (CHECK_STATUS(
                LoadEx(&Target, &Source, LOAD_OPEN_HANDLE, NULL, Event, KEY_READ, &Root, NULL),
                STATUS_SUCCESS)) {
            CHECK_EQ(CmTestNumber(Root, L"Number"), 5);
            ZwClose(Root);
            CHECK(!KeReadStateEvent(Object));
            CHECK_STATUS(UnloadEx(&Target, NULL), STATUS_SUCCESS);
            CHECK(KeReadStateEvent(Object));
        }
        ZwClose(Event);
    }
    HiveDeleteFile(FILE_NAME);
}
