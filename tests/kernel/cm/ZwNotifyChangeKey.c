/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwNotifyChangeKey - which changes set the event.
 */
#include "cm_test.h"

/* mingw has these in ntifs.h, which does not go with ntddk.h. */
NTSYSAPI NTSTATUS NTAPI ZwNotifyChangeKey(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK,
    ULONG, BOOLEAN, PVOID, ULONG, BOOLEAN);
NTSYSAPI NTSTATUS NTAPI ZwCreateEvent(
    PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, EVENT_TYPE, BOOLEAN);
NTSYSAPI NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE, BOOLEAN, PLARGE_INTEGER);

typedef struct WATCH {
    HANDLE Key, Event;
    IO_STATUS_BLOCK IoStatus;
} WATCH;

static BOOLEAN Start(WATCH *Watch, HANDLE Root, ULONG Filter, BOOLEAN Tree)
{
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(CmTestOpen(Root, L"", &Watch->Key), STATUS_SUCCESS))
        return FALSE;
    if (!CHECK_STATUS(
            ZwCreateEvent(&Watch->Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS)) {
        ZwClose(Watch->Key);
        return FALSE;
    }
    CHECK_STATUS(ZwNotifyChangeKey(Watch->Key, Watch->Event, NULL, NULL, &Watch->IoStatus, Filter,
                     Tree, NULL, 0, TRUE),
        STATUS_PENDING);
    return TRUE;
}

static BOOLEAN Fired(WATCH *Watch)
{
    LARGE_INTEGER Now;

    Now.QuadPart = 0;
    return ZwWaitForSingleObject(Watch->Event, FALSE, &Now) == STATUS_SUCCESS;
}

static VOID End(WATCH *Watch)
{
    ZwClose(Watch->Key);
    CHECK(Fired(Watch)); /* by the change, or because the handle is closed */
    ZwClose(Watch->Event);
}

TEST(ZwNotifyChangeKey, TellsOfValues)
{
    HANDLE Key = CmTestKey(L"Notify");
    WATCH Watch;

    if (Key == NULL)
        return;
    if (Start(&Watch, Key, REG_NOTIFY_CHANGE_LAST_SET, FALSE)) {
        CmTestSubkey(Key, L"Child");
        CHECK(!Fired(&Watch));
        CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
        CHECK(Fired(&Watch));
        CHECK_STATUS(Watch.IoStatus.Status, STATUS_NOTIFY_ENUM_DIR);
        End(&Watch);
    }
    CmTestEnd(Key);
}

TEST(ZwNotifyChangeKey, WatchesATree)
{
    HANDLE Key = CmTestKey(L"Notify"), Child;
    WATCH Alone, Tree;

    if (Key == NULL)
        return;
    if (CHECK_STATUS(CmTestCreate(Key, L"Child", 0, &Child), STATUS_SUCCESS)) {
        if (Start(&Alone, Key, REG_NOTIFY_CHANGE_LAST_SET, FALSE)) {
            if (Start(&Tree, Key, REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_NAME, TRUE)) {
                CHECK_STATUS(CmTestSetNumber(Child, L"N", 1), STATUS_SUCCESS);
                CHECK(!Fired(&Alone));
                CHECK(Fired(&Tree));
                End(&Tree);
            }
            End(&Alone);
            CHECK_STATUS(Alone.IoStatus.Status, STATUS_NOTIFY_CLEANUP);
        }
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwNotifyChangeKey, TellsOfNames)
{
    HANDLE Key = CmTestKey(L"Notify");
    WATCH Watch;

    if (Key == NULL)
        return;
    if (Start(&Watch, Key, REG_NOTIFY_CHANGE_NAME, FALSE)) {
        CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
        CHECK(!Fired(&Watch));
        CmTestSubkey(Key, L"New");
        CHECK(Fired(&Watch));
        End(&Watch);
    }
    CmTestEnd(Key);
}

TEST(ZwNotifyChangeKey, RefusesBadFilters)
{
    HANDLE Key = CmTestKey(L"Notify");
    IO_STATUS_BLOCK IoStatus;

    if (Key == NULL)
        return;
    CHECK_STATUS(ZwNotifyChangeKey(Key, NULL, NULL, NULL, &IoStatus, 0x80, FALSE, NULL, 0, TRUE),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwNotifyChangeKey((HANDLE)(ULONG_PTR)0x7FFC, NULL, NULL, NULL, &IoStatus,
                                   REG_NOTIFY_CHANGE_NAME, FALSE, NULL, 0, TRUE),
                 STATUS_INVALID_HANDLE);
    CmTestEnd(Key);
}

static KEVENT Worked;

static VOID NTAPI Work(PVOID Context)
{
    CHECK_PTR(Context, &Worked);
    KeSetEvent(&Worked, IO_NO_INCREMENT, FALSE);
}

/* A driver has no APCs delivered: a work item is queued in place of the routine. */
TEST(ZwNotifyChangeKey, QueuesADriversWorkItem)
{
    HANDLE Key = CmTestKey(L"Notify"), Watched;
    IO_STATUS_BLOCK IoStatus;
    WORK_QUEUE_ITEM Item;
    ULONG Value = 5;
    KTEST_STRING(Name, L"Worked");

    if (Key == NULL)
        return;
    if (CHECK_STATUS(CmTestOpen(Key, L"", &Watched), STATUS_SUCCESS)) {
        KeInitializeEvent(&Worked, NotificationEvent, FALSE);
        ExInitializeWorkItem(&Item, Work, &Worked);
        CHECK_STATUS(ZwNotifyChangeKey(Watched, NULL, (PIO_APC_ROUTINE)(ULONG_PTR)&Item,
                         (PVOID)(ULONG_PTR)DelayedWorkQueue, &IoStatus, REG_NOTIFY_CHANGE_LAST_SET,
                         FALSE, NULL, 0, TRUE),
            STATUS_PENDING);
        CHECK_STATUS(
            ZwSetValueKey(Key, &Name, 0, REG_DWORD, &Value, sizeof(Value)), STATUS_SUCCESS);
        CHECK_STATUS(
            KeWaitForSingleObject(&Worked, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
        CHECK_STATUS(IoStatus.Status, STATUS_NOTIFY_ENUM_DIR);
        ZwClose(Watched);
    }
    CmTestEnd(Key);
}

TEST(ZwNotifyChangeKey, RefusesOtherHandles)
{
    IO_STATUS_BLOCK IoStatus;

    CHECK_STATUS(ZwNotifyChangeKey((HANDLE)0x7FFF0, NULL, NULL, NULL, &IoStatus,
                     REG_NOTIFY_CHANGE_NAME, FALSE, NULL, 0, TRUE),
        STATUS_INVALID_HANDLE);
}
