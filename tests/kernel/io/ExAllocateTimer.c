/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocateTimer, ExSetTimer, ExCancelTimer, ExDeleteTimer - newer than the Windows we build for
 * has.
 */
#include "ktest.h"

#define NOTIFICATION 0x80000000
#define HIGH_RESOLUTION 4
#define NO_WAKE 8
#define HOUR_100NS (3600 * 10000000LL)

typedef VOID(NTAPI *EXPIRED)(PVOID Timer, PVOID Context);
typedef struct DELETING {
    ULONG Version, Reserved;
    VOID(NTAPI *Deleted)(PVOID Context);
    PVOID Context;
} DELETING;

static PVOID(NTAPI *Allocate)(EXPIRED, PVOID, ULONG);
static BOOLEAN(NTAPI *Set)(PVOID, LONGLONG, LONGLONG, PVOID);
static BOOLEAN(NTAPI *Cancel)(PVOID, PVOID);
static BOOLEAN(NTAPI *Delete)(PVOID, BOOLEAN, BOOLEAN, DELETING *);

static BOOLEAN FindThem(VOID)
{
    Allocate = KtestExport(L"ExAllocateTimer");
    Set = KtestExport(L"ExSetTimer");
    Cancel = KtestExport(L"ExCancelTimer");
    Delete = KtestExport(L"ExDeleteTimer");
    if (Allocate != NULL && Set != NULL && Cancel != NULL && Delete != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

typedef struct CALLS {
    KEVENT Event;
    LONG Count, Wanted;
    KIRQL Irql;
} CALLS;

static VOID NTAPI Count(PVOID Timer, PVOID Context)
{
    CALLS *Calls = Context;

    UNREFERENCED_PARAMETER(Timer);
    Calls->Irql = KeGetCurrentIrql();
    if (InterlockedIncrement(&Calls->Count) == Calls->Wanted)
        KeSetEvent(&Calls->Event, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI Deleted(PVOID Context)
{
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
}

static VOID Expire(LONG Times, LONGLONG Period)
{
    CALLS Calls = {.Wanted = Times};
    PVOID Timer;

    KeInitializeEvent(&Calls.Event, NotificationEvent, FALSE);
    Timer = Allocate(Count, &Calls, 0);
    if (!CHECK(Timer != NULL))
        return;
    CHECK(!Set(Timer, -10000, Period, NULL));
    KeWaitForSingleObject(&Calls.Event, Executive, KernelMode, FALSE, NULL);
    Delete(Timer, TRUE, TRUE, NULL);
    CHECK(Calls.Count >= Times);
    CHECK_EQ(Calls.Irql, DISPATCH_LEVEL);
}

TEST(ExSetTimer, CallsWhenItExpires)
{
    if (FindThem())
        Expire(1, 0);
}

TEST(ExSetTimer, CallsAgain)
{
    if (FindThem())
        Expire(3, 10000);
}

TEST(ExCancelTimer, SaysWhetherItWasSet)
{
    PVOID Timer;

    if (!FindThem())
        return;
    Timer = Allocate(NULL, NULL, HIGH_RESOLUTION);
    if (!CHECK(Timer != NULL))
        return;
    CHECK(!Cancel(Timer, NULL));
    CHECK(!Set(Timer, -HOUR_100NS, 0, NULL));
    CHECK(Set(Timer, -HOUR_100NS, 0, NULL));
    CHECK(Cancel(Timer, NULL));
    CHECK(!Cancel(Timer, NULL));
    CHECK(!Delete(Timer, TRUE, TRUE, NULL));
}

TEST(ExAllocateTimer, CanBeWaitedFor)
{
    LARGE_INTEGER NoTime = {.QuadPart = 0};
    PVOID Timer;

    if (!FindThem())
        return;
    Timer = Allocate(NULL, NULL, NOTIFICATION);
    if (!CHECK(Timer != NULL))
        return;
    CHECK_STATUS(
        KeWaitForSingleObject(Timer, Executive, KernelMode, FALSE, &NoTime), STATUS_TIMEOUT);
    Set(Timer, -10000, 0, NULL);
    CHECK_STATUS(KeWaitForSingleObject(Timer, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        KeWaitForSingleObject(Timer, Executive, KernelMode, FALSE, &NoTime), STATUS_SUCCESS);
    Delete(Timer, TRUE, TRUE, NULL);
}

TEST(ExAllocateTimer, RefusesAttributes)
{
    if (!FindThem())
        return;
    CHECK(Allocate(NULL, NULL, HIGH_RESOLUTION | NO_WAKE) == NULL);
    CHECK(Allocate(NULL, NULL, 0x100) == NULL);
}

TEST(ExDeleteTimer, TellsWhenItIsGone)
{
    DELETING Deleting = {0, 0, Deleted, NULL};
    KEVENT Gone;
    PVOID Timer;

    if (!FindThem())
        return;
    KeInitializeEvent(&Gone, NotificationEvent, FALSE);
    Deleting.Context = &Gone;
    Timer = Allocate(NULL, NULL, 0);
    if (!CHECK(Timer != NULL))
        return;
    Set(Timer, -HOUR_100NS, 0, NULL);
    CHECK(Delete(Timer, TRUE, FALSE, &Deleting));
    KeWaitForSingleObject(&Gone, Executive, KernelMode, FALSE, NULL);
}
