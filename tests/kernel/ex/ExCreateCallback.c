/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Callback objects - created, opened, registered with, notified.
 */
#include "kthread.h"

static PCALLBACK_OBJECT Create(const WCHAR *Name, BOOLEAN Make, BOOLEAN Multiple, NTSTATUS *Status)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING String;
    PCALLBACK_OBJECT Object = NULL;

    if (Name != NULL)
        RtlInitUnicodeString(&String, Name);
    InitializeObjectAttributes(
        &Attributes, Name != NULL ? &String : NULL, OBJ_CASE_INSENSITIVE, NULL, NULL);
    *Status = ExCreateCallback(&Object, &Attributes, Make, Multiple);
    return Object;
}

typedef struct CALLED {
    LONG Count;
    LONG Place; /* among all calls */
    PVOID Argument1, Argument2;
    KIRQL Irql;
} CALLED;

static LONG CallbackCalls;

static VOID NTAPI Called(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    CALLED *This = Context;

    This->Count++;
    This->Place = ++CallbackCalls;
    This->Argument1 = Argument1;
    This->Argument2 = Argument2;
    This->Irql = KeGetCurrentIrql();
}

TEST(ExCreateCallback, OpensWhatTheSystemHas)
{
    NTSTATUS Status;
    PCALLBACK_OBJECT First = Create(L"\\Callback\\PowerState", FALSE, FALSE, &Status);
    PCALLBACK_OBJECT Second;

    if (!CHECK_STATUS(Status, STATUS_SUCCESS))
        return;
    Second = Create(L"\\Callback\\POWERSTATE", FALSE, FALSE, &Status);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_PTR(First, Second);
    ObDereferenceObject(First);
    if (Second != NULL)
        ObDereferenceObject(Second);
    First = Create(L"\\Callback\\SetSystemTime", FALSE, FALSE, &Status);
    if (CHECK_STATUS(Status, STATUS_SUCCESS))
        ObDereferenceObject(First);
}

TEST(ExCreateCallback, NoSuchName)
{
    NTSTATUS Status;

    Create(L"\\Callback\\DotsysNoSuchThing", FALSE, FALSE, &Status);
    CHECK_STATUS(Status, STATUS_OBJECT_NAME_NOT_FOUND);
    Create(L"\\DotsysNoSuchFolder\\Thing", FALSE, FALSE, &Status);
    CHECK_STATUS(Status, STATUS_OBJECT_PATH_NOT_FOUND);
}

TEST(ExRegisterCallback, IsCalledWithItsContext)
{
    NTSTATUS Status;
    PCALLBACK_OBJECT Object = Create(NULL, TRUE, TRUE, &Status);
    CALLED First = {0}, Second = {0};
    PVOID One, Two;

    if (!CHECK_STATUS(Status, STATUS_SUCCESS))
        return;
    CallbackCalls = 0;
    One = ExRegisterCallback(Object, Called, &First);
    Two = ExRegisterCallback(Object, Called, &Second);
    if (CHECK(One != NULL) && CHECK(Two != NULL)) {
        ExNotifyCallback(Object, &First, &Second);
        CHECK_EQ(First.Count, 1);
        CHECK_EQ(Second.Count, 1);
        CHECK_EQ(First.Place, 1);
        CHECK_EQ(Second.Place, 2);
        CHECK_PTR(First.Argument1, &First);
        CHECK_PTR(First.Argument2, &Second);
        ExUnregisterCallback(One);
        ExNotifyCallback(Object, NULL, NULL);
        CHECK_EQ(First.Count, 1);
        CHECK_EQ(Second.Count, 2);
        ExUnregisterCallback(Two);
        ExNotifyCallback(Object, NULL, NULL);
        CHECK_EQ(Second.Count, 2);
    }
    ObDereferenceObject(Object);
}

TEST(ExRegisterCallback, OnlyOne)
{
    NTSTATUS Status;
    PCALLBACK_OBJECT Object = Create(NULL, TRUE, FALSE, &Status);
    CALLED This = {0};
    PVOID One;

    if (!CHECK_STATUS(Status, STATUS_SUCCESS))
        return;
    One = ExRegisterCallback(Object, Called, &This);
    if (CHECK(One != NULL)) {
        CHECK_PTR(ExRegisterCallback(Object, Called, &This), NULL);
        ExUnregisterCallback(One);
        One = ExRegisterCallback(Object, Called, &This);
        if (CHECK(One != NULL))
            ExUnregisterCallback(One);
    }
    ObDereferenceObject(Object);
}

TEST(ExNotifyCallback, AtTheCallersIrql)
{
    NTSTATUS Status;
    PCALLBACK_OBJECT Object = Create(NULL, TRUE, TRUE, &Status);
    CALLED This = {0};
    PVOID One;
    KIRQL Old;

    if (!CHECK_STATUS(Status, STATUS_SUCCESS))
        return;
    One = ExRegisterCallback(Object, Called, &This);
    if (CHECK(One != NULL)) {
        ExNotifyCallback(Object, NULL, NULL);
        CHECK_EQ(This.Irql, PASSIVE_LEVEL);
        KeRaiseIrql(DISPATCH_LEVEL, &Old);
        ExNotifyCallback(Object, NULL, NULL);
        KeLowerIrql(Old);
        CHECK_EQ(This.Irql, DISPATCH_LEVEL);
        ExUnregisterCallback(One);
    }
    ObDereferenceObject(Object);
}

typedef struct SLOW {
    PCALLBACK_OBJECT Object;
    KEVENT Entered, GoOn;
    volatile LONG Left;
} SLOW;

static VOID NTAPI SlowCallback(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    SLOW *Slow = Context;

    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeSetEvent(&Slow->Entered, IO_NO_INCREMENT, FALSE);
    KtestWait(&Slow->GoOn);
    InterlockedExchange(&Slow->Left, 1);
}

static VOID NTAPI NotifyThread(PVOID Context)
{
    SLOW *Slow = Context;

    ExNotifyCallback(Slow->Object, NULL, NULL);
}

static VOID NTAPI GoOnThread(PVOID Context)
{
    SLOW *Slow = Context;

    KeSetEvent(&Slow->GoOn, IO_NO_INCREMENT, FALSE);
}

TEST(ExUnregisterCallback, WaitsForACallUnderWay)
{
    NTSTATUS Status;
    SLOW Slow = {0};
    PVOID One, Notifier, Other;

    Slow.Object = Create(NULL, TRUE, TRUE, &Status);
    if (!CHECK_STATUS(Status, STATUS_SUCCESS))
        return;
    KeInitializeEvent(&Slow.Entered, NotificationEvent, FALSE);
    KeInitializeEvent(&Slow.GoOn, NotificationEvent, FALSE);
    One = ExRegisterCallback(Slow.Object, SlowCallback, &Slow);
    if (CHECK(One != NULL)) {
        Notifier = KtestStartThread(NotifyThread, &Slow);
        CHECK_STATUS(KtestWait(&Slow.Entered), STATUS_SUCCESS);
        Other = KtestStartThread(GoOnThread, &Slow);
        ExUnregisterCallback(One);
        CHECK_EQ(Slow.Left, 1);
        KtestJoinThread(Other);
        KtestJoinThread(Notifier);
    }
    ObDereferenceObject(Slow.Object);
}
