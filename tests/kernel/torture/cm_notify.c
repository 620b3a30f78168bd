/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waiting for changes of a key by event, by work item and in the call, while other threads make
 * changes and handles are closed: each wait ends, once. Registry callbacks that come and go under
 * load: none is called once it has gone, each context is cleaned up.
 */
#include "../cm/callback_test.h"
#include "torture.h"

/* mingw has these in ntifs.h, which does not go with ntddk.h. */
NTSYSAPI NTSTATUS NTAPI ZwNotifyChangeKey(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK,
                                          ULONG, BOOLEAN, PVOID, ULONG, BOOLEAN);
NTSYSAPI NTSTATUS NTAPI ZwCreateEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, EVENT_TYPE,
                                      BOOLEAN);

/* ---- notification ---------------------------------------------------------------------------- */

#define NOTIFY_WATCHERS 3

typedef struct NOTIFY_RACE {
    HANDLE Root;
    volatile LONG Over;
} NOTIFY_RACE;

typedef struct NOTIFY_WATCHER {
    IO_STATUS_BLOCK IoStatus;
    WORK_QUEUE_ITEM Item;
    KEVENT Done;
    volatile LONG Calls;
    HANDLE Event;
    PVOID EventObject;
} NOTIFY_WATCHER;

static VOID NTAPI NotifyWork(PVOID Context)
{
    NOTIFY_WATCHER *Watcher = Context;

    InterlockedIncrement(&Watcher->Calls);
    KeSetEvent(&Watcher->Done, IO_NO_INCREMENT, FALSE);
}

/* In the call: ends when somebody else changes the key. */
static VOID NotifyInCall(TORTURE_THREAD *Self, NOTIFY_WATCHER *Watcher, HANDLE Key)
{
    NTSTATUS Status = ZwNotifyChangeKey(Key, NULL, NULL, NULL, &Watcher->IoStatus,
                                        REG_NOTIFY_CHANGE_LAST_SET, FALSE, NULL, 0, FALSE);

    TORTURE_CHECK(Self->Torture,
                  Status == STATUS_NOTIFY_ENUM_DIR && Watcher->IoStatus.Status == Status);
    ZwClose(Key);
}

/* By event or work item; the handle may be closed before anything has changed. */
static BOOLEAN NotifyLater(TORTURE_THREAD *Self, NOTIFY_WATCHER *Watcher, HANDLE Key)
{
    BOOLEAN Work = TortureRandom(Self, 2) != 0, Close = TortureRandom(Self, 2) != 0;
    NTSTATUS Status;
    LONG Calls = Watcher->Calls;

    KeClearEvent(&Watcher->Done);
    Watcher->IoStatus.Status = STATUS_PENDING;
    ExInitializeWorkItem(&Watcher->Item, NotifyWork, Watcher);
    Status = ZwNotifyChangeKey(Key, Work ? NULL : Watcher->Event,
                               Work ? (PIO_APC_ROUTINE)(ULONG_PTR)&Watcher->Item : NULL,
                               Work ? (PVOID)(ULONG_PTR)DelayedWorkQueue : NULL, &Watcher->IoStatus,
                               REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_NAME,
                               TortureRandom(Self, 2) != 0, NULL, 0, TRUE);
    if (TORTURE_CHECK(Self->Torture, Status == STATUS_PENDING)) {
        if (Close)
            ZwClose(Key);
        if (!TORTURE_WAIT(Self->Torture, Work ? (PVOID)&Watcher->Done : Watcher->EventObject))
            return FALSE;
        Status = Watcher->IoStatus.Status;
        TORTURE_CHECK(Self->Torture, Status == STATUS_NOTIFY_ENUM_DIR ||
                                         (Close && Status == STATUS_NOTIFY_CLEANUP));
        TORTURE_CHECK(Self->Torture, Watcher->Calls == Calls + (Work ? 1 : 0));
    }
    if (!Close)
        ZwClose(Key);
    return TRUE;
}

static VOID NTAPI NotifyThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    NOTIFY_RACE *Race = Self->Context;
    NOTIFY_WATCHER *Watcher = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Watcher), TORTURE_TAG);
    OBJECT_ATTRIBUTES Attributes;
    BOOLEAN GoesOn = TRUE;

    if (!TORTURE_CHECK(Self->Torture, Watcher != NULL))
        return;
    RtlZeroMemory(Watcher, sizeof(*Watcher));
    KeInitializeEvent(&Watcher->Done, NotificationEvent, FALSE);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    GoesOn = TORTURE_CHECK(Self->Torture,
                           NT_SUCCESS(ZwCreateEvent(&Watcher->Event, EVENT_ALL_ACCESS, &Attributes,
                                                    NotificationEvent, FALSE))) &&
             TORTURE_CHECK(Self->Torture, NT_SUCCESS(ObReferenceObjectByHandle(
                                              Watcher->Event, EVENT_ALL_ACCESS, NULL, KernelMode,
                                              &Watcher->EventObject, NULL)));
    while (GoesOn && TortureGoesOn(Self)) {
        HANDLE Key;

        if (!TORTURE_CHECK(Self->Torture, NT_SUCCESS(CmTestOpen(Race->Root, L"", &Key))))
            break;
        if (TortureRandom(Self, 3) == 0)
            NotifyInCall(Self, Watcher, Key);
        else
            GoesOn = NotifyLater(Self, Watcher, Key);
    }
    if (Watcher->EventObject != NULL)
        ObDereferenceObject(Watcher->EventObject);
    if (Watcher->Event != NULL)
        ZwClose(Watcher->Event);
    if (GoesOn) /* else it may be written to yet */
        ExFreePoolWithTag(Watcher, TORTURE_TAG);
}

static VOID NTAPI NotifyChanger(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    NOTIFY_RACE *Race = Self->Context;

    while (Race->Over == 0) {
        HANDLE Key;

        TORTURE_CHECK(Self->Torture,
                      NT_SUCCESS(CmTestSetNumber(Race->Root, L"Number", TortureRandom(Self, 100))));
        if (TortureRandom(Self, 3) == 0 &&
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(CmTestCreate(Race->Root, L"Below",
                                                                 REG_OPTION_VOLATILE, &Key)))) {
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(CmTestSetNumber(Key, L"Number", 1)));
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(ZwDeleteKey(Key)));
            ZwClose(Key);
        }
        TortureYield();
    }
}

TEST(ZwNotifyChangeKey, EachWaitEnds)
{
    TORTURE Torture;
    NOTIFY_RACE Race = {CmTestKey(L"Torture"), 0};
    ULONG Index;

    if (Race.Root == NULL)
        return;
    TortureBegin(&Torture, 300);
    for (Index = 0; Index < NOTIFY_WATCHERS; Index++)
        TortureStart(&Torture, NotifyThread, &Race);
    TortureStart(&Torture, NotifyChanger, &Race);
    for (Index = 0; Index < NOTIFY_WATCHERS; Index++) {
        if (Torture.Thread[Index].Object != NULL)
            KeWaitForSingleObject(Torture.Thread[Index].Object, Executive, KernelMode, FALSE, NULL);
    }
    InterlockedExchange(&Race.Over, 1);
    TortureJoin(&Torture);
    CmTestEnd(Race.Root);
}

/* ---- callbacks ------------------------------------------------------------------------------- */

typedef struct CALLBACK_RACE {
    HANDLE Root;
    REGISTER_EX Register;
    UNREGISTER Unregister;
    SET_CONTEXT SetContext;
    volatile LONG Over;
} CALLBACK_RACE;

typedef struct CALLBACK_WATCHER {
    TORTURE *Torture;
    volatile LONG There;           /* registered, or about to be */
    volatile LONG Before, After;   /* queries of a value */
    volatile LONG Kept, CleanedUp; /* contexts */
} CALLBACK_WATCHER;

static NTSTATUS NTAPI CallbackTold(PVOID Context, PVOID Class, PVOID Information)
{
    CALLBACK_WATCHER *Watcher = Context;

    TORTURE_CHECK(Watcher->Torture, Watcher->There != 0);
    switch ((ULONG_PTR)Class) {
    case CLASS_PRE_QUERY_VALUE:
        InterlockedIncrement(&Watcher->Before);
        ((PREG_QUERY_VALUE_KEY_INFORMATION)Information)->CallContext = Watcher;
        break;
    case CLASS_POST_QUERY_VALUE:
        if (((POST_OPERATION *)Information)->CallContext == Watcher)
            InterlockedIncrement(&Watcher->After);
        break;
    case CLASS_CLEANUP: InterlockedIncrement(&Watcher->CleanedUp); break;
    }
    return STATUS_SUCCESS;
}

/* A context with a key of its own, which is closed before the callback goes, or after it. */
static HANDLE CallbackKeep(TORTURE_THREAD *Self, CALLBACK_RACE *Race, CALLBACK_WATCHER *Watcher,
                           PLARGE_INTEGER Cookie)
{
    PVOID Object, Old = Self;
    HANDLE Key;

    if (!TORTURE_CHECK(Self->Torture, NT_SUCCESS(CmTestOpen(Race->Root, L"", &Key))))
        return NULL;
    if (TORTURE_CHECK(Self->Torture, NT_SUCCESS(ObReferenceObjectByHandle(
                                         Key, KEY_READ, NULL, KernelMode, &Object, NULL)))) {
        if (TORTURE_CHECK(Self->Torture,
                          NT_SUCCESS(Race->SetContext(Object, Cookie, Watcher, &Old)) &&
                              Old == NULL))
            Watcher->Kept++;
        ObDereferenceObject(Object);
    }
    if (TortureRandom(Self, 2) != 0)
        return Key;
    ZwClose(Key);
    return NULL;
}

static VOID NTAPI CallbackRegistrar(PVOID Context)
{
    static const WCHAR *const Altitudes[] = {L"383991.21", L"383991.22", L"383991.23"};
    TORTURE_THREAD *Self = Context;
    CALLBACK_RACE *Race = Self->Context;
    CALLBACK_WATCHER *Watcher = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Watcher), TORTURE_TAG);
    UNICODE_STRING Altitude;

    RtlInitUnicodeString(&Altitude, Altitudes[Self->Index]);
    while (Watcher != NULL && TortureGoesOn(Self)) {
        ULONG Spin = TortureRandom(Self, 2000);
        LARGE_INTEGER Cookie;
        HANDLE Key;

        RtlZeroMemory(Watcher, sizeof(*Watcher));
        Watcher->Torture = Self->Torture;
        Watcher->There = 1;
        if (!TORTURE_CHECK(Self->Torture,
                           NT_SUCCESS(Race->Register(CallbackTold, &Altitude, KtestDriverObject,
                                                     Watcher, &Cookie, NULL))))
            break;
        Key = CallbackKeep(Self, Race, Watcher, &Cookie);
        while (Spin-- > 0)
            YieldProcessor();
        TORTURE_CHECK(Self->Torture, CmTestNumber(Race->Root, L"Number") == 5);
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->Unregister(Cookie)));
        Watcher->There = 0;
        TORTURE_CHECK(Self->Torture, Watcher->Before >= 1 && Watcher->After >= 1 &&
                                         Watcher->After <= Watcher->Before);
        TORTURE_CHECK(Self->Torture, Watcher->CleanedUp == Watcher->Kept);
        if (Key != NULL)
            ZwClose(Key);
        TORTURE_CHECK(Self->Torture, Watcher->CleanedUp == Watcher->Kept);
    }
    if (TORTURE_CHECK(Self->Torture, Watcher != NULL))
        ExFreePoolWithTag(Watcher, TORTURE_TAG);
}

static VOID NTAPI CallbackLoad(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    CALLBACK_RACE *Race = Self->Context;

    while (Race->Over == 0) {
        HANDLE Key;

        TORTURE_CHECK(Self->Torture, CmTestNumber(Race->Root, L"Number") == 5);
        if (TORTURE_CHECK(Self->Torture, NT_SUCCESS(CmTestOpen(Race->Root, L"", &Key))))
            ZwClose(Key);
    }
}

TEST(CmUnRegisterCallback, IsNotCalledAfterwards)
{
    TORTURE Torture;
    CALLBACK_RACE Race = {NULL, NULL, NULL, NULL, 0};
    ULONG Index;

    Race.Register = (REGISTER_EX)(ULONG_PTR)KtestExport(L"CmRegisterCallbackEx");
    Race.Unregister = (UNREGISTER)(ULONG_PTR)KtestExport(L"CmUnRegisterCallback");
    Race.SetContext = (SET_CONTEXT)(ULONG_PTR)KtestExport(L"CmSetCallbackObjectContext");
    if (Race.Register == NULL || Race.SetContext == NULL) {
        skip("new in Windows Vista");
        return;
    }
    Race.Root = CmTestKey(L"Torture");
    if (Race.Root == NULL)
        return;
    CHECK_STATUS(CmTestSetNumber(Race.Root, L"Number", 5), STATUS_SUCCESS);
    TortureBegin(&Torture, 300);
    for (Index = 0; Index < 3; Index++)
        TortureStart(&Torture, CallbackRegistrar, &Race);
    TortureStart(&Torture, CallbackLoad, &Race);
    for (Index = 0; Index < 3; Index++) {
        if (Torture.Thread[Index].Object != NULL)
            KeWaitForSingleObject(Torture.Thread[Index].Object, Executive, KernelMode, FALSE, NULL);
    }
    InterlockedExchange(&Race.Over, 1);
    TortureJoin(&Torture);
    CmTestEnd(Race.Root);
}
