/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CmRegisterCallback, CmRegisterCallbackEx, CmUnRegisterCallback - what a callback is told and can
 * do.
 */
#include "cm_test.h"

/* Numbers of REG_NOTIFY_CLASS that mingw's headers may lack. */
#define PRE_SET_VALUE 1
#define PRE_CREATE_EX 26
#define POST_CREATE_EX 27
#define POST_SET_VALUE 16
#define STATUS_BYPASS ((NTSTATUS)0xC0000503)

typedef NTSTATUS (NTAPI *CALLBACK)(PVOID Context, PVOID Class, PVOID Information);
typedef NTSTATUS (NTAPI *REGISTER)(CALLBACK, PVOID, PLARGE_INTEGER);
typedef NTSTATUS(NTAPI *REGISTER_EX)(
    CALLBACK, PCUNICODE_STRING, PVOID, PVOID, PLARGE_INTEGER, PVOID);
typedef NTSTATUS (NTAPI *UNREGISTER)(LARGE_INTEGER);

typedef struct WATCHER {
    ULONG Pre, Post;
    NTSTATUS Answer;     /* to setting a value called "Watched" */
    NTSTATUS PostStatus; /* what the second call said */
    PVOID CallContext;
    ULONG Order;
} WATCHER;

static ULONG Turn;
static PETHREAD Me;

typedef struct SET_VALUE { /* REG_SET_VALUE_KEY_INFORMATION */
    PVOID Object;
    PUNICODE_STRING ValueName;
    ULONG TitleIndex, Type;
    PVOID Data;
    ULONG DataSize;
    PVOID CallContext, ObjectContext, Reserved;
} SET_VALUE;

typedef struct POST_OPERATION { /* REG_POST_OPERATION_INFORMATION */
    PVOID Object;
    NTSTATUS Status;
    PVOID PreInformation;
    NTSTATUS ReturnStatus;
    PVOID CallContext, ObjectContext, Reserved;
} POST_OPERATION;

static NTSTATUS NTAPI Watch(PVOID Context, PVOID Class, PVOID Information)
{
    WATCHER *Watcher = Context;

    if (PsGetCurrentThread() != Me)
        return STATUS_SUCCESS;
    if ((ULONG_PTR)Class == PRE_SET_VALUE) {
        SET_VALUE *Set = Information;
        UNICODE_STRING Name;

        RtlInitUnicodeString(&Name, L"Watched");
        if (!RtlEqualUnicodeString(Set->ValueName, &Name, TRUE))
            return STATUS_SUCCESS;
        Watcher->Pre++;
        Watcher->Order = ++Turn;
        Set->CallContext = Watcher;
        return Watcher->Answer;
    }
    if ((ULONG_PTR)Class == POST_SET_VALUE) {
        POST_OPERATION *Post = Information;

        if (Post->CallContext != NULL) {
            Watcher->Post++;
            Watcher->PostStatus = Post->Status;
            Watcher->CallContext = Post->CallContext;
        }
    }
    return STATUS_SUCCESS;
}

static BOOLEAN Find(REGISTER *Register, REGISTER_EX *RegisterEx, UNREGISTER *Unregister)
{
    *Register = (REGISTER)(ULONG_PTR)KtestExport(L"CmRegisterCallback");
    *RegisterEx = (REGISTER_EX)(ULONG_PTR)KtestExport(L"CmRegisterCallbackEx");
    *Unregister = (UNREGISTER)(ULONG_PTR)KtestExport(L"CmUnRegisterCallback");
    Me = PsGetCurrentThread();
    Turn = 0;
    if (*RegisterEx == NULL)
        skip("new in Windows Vista");
    return *RegisterEx != NULL;
}

TEST(CmRegisterCallback, IsToldBeforeAndAfter)
{
    WATCHER Watcher = {0};
    REGISTER Register;
    REGISTER_EX RegisterEx;
    UNREGISTER Unregister;
    LARGE_INTEGER Cookie;
    HANDLE Key;

    if (!Find(&Register, &RegisterEx, &Unregister) || (Key = CmTestKey(L"Callback")) == NULL)
        return;
    if (CHECK_STATUS(Register(Watch, &Watcher, &Cookie), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSetNumber(Key, L"Watched", 1), STATUS_SUCCESS);
        CHECK_EQ(Watcher.Pre, 1);
        CHECK_EQ(Watcher.Post, 1);
        CHECK_STATUS(Watcher.PostStatus, STATUS_SUCCESS);
        CHECK_PTR(Watcher.CallContext, &Watcher);
        CHECK_EQ(CmTestNumber(Key, L"Watched"), 1);
        CHECK_STATUS(Unregister(Cookie), STATUS_SUCCESS);
    }
    CmTestEnd(Key);
}

TEST(CmRegisterCallbackEx, MayForbidOrTakeOver)
{
    WATCHER Watcher = {0};
    REGISTER Register;
    REGISTER_EX RegisterEx;
    UNREGISTER Unregister;
    LARGE_INTEGER Cookie;
    KTEST_STRING(Altitude, L"383991.1");
    HANDLE Key;

    if (!Find(&Register, &RegisterEx, &Unregister) || (Key = CmTestKey(L"Callback")) == NULL)
        return;
    if (CHECK_STATUS(RegisterEx(Watch, &Altitude, KtestDriverObject, &Watcher, &Cookie, NULL),
            STATUS_SUCCESS)) {
        Watcher.Answer = STATUS_ACCESS_DENIED;
        CHECK_STATUS(CmTestSetNumber(Key, L"Watched", 1), STATUS_ACCESS_DENIED);
        CHECK_EQ(CmTestNumber(Key, L"Watched"), 0xDEADBEEF);
        CHECK_STATUS(CmTestSetNumber(Key, L"Other", 1), STATUS_SUCCESS);
        Watcher.Answer = STATUS_BYPASS;
        CHECK_STATUS(CmTestSetNumber(Key, L"Watched", 1), STATUS_SUCCESS);
        CHECK_EQ(CmTestNumber(Key, L"Watched"), 0xDEADBEEF);
        CHECK_STATUS(Unregister(Cookie), STATUS_SUCCESS);
    }
    CHECK_STATUS(CmTestSetNumber(Key, L"Watched", 1), STATUS_SUCCESS);
    CHECK_EQ(Watcher.Pre, 2);
    CmTestEnd(Key);
}

TEST(CmRegisterCallbackEx, HigherAltitudesComeFirst)
{
    WATCHER Low = {0}, High = {0};
    REGISTER Register;
    REGISTER_EX RegisterEx;
    UNREGISTER Unregister;
    LARGE_INTEGER LowCookie, HighCookie, Third;
    KTEST_STRING(LowAltitude, L"383991.1");
    KTEST_STRING(HighAltitude, L"383991.25");
    HANDLE Key;

    if (!Find(&Register, &RegisterEx, &Unregister) || (Key = CmTestKey(L"Callback")) == NULL)
        return;
    CHECK_STATUS(
        RegisterEx(Watch, &LowAltitude, KtestDriverObject, &Low, &LowCookie, NULL), STATUS_SUCCESS);
    CHECK_STATUS(RegisterEx(Watch, &HighAltitude, KtestDriverObject, &High, &HighCookie, NULL),
        STATUS_SUCCESS);
    CHECK_STATUS(RegisterEx(Watch, &HighAltitude, KtestDriverObject, &High, &Third, NULL),
                 (NTSTATUS)0xC01C0011 /* STATUS_FLT_INSTANCE_ALTITUDE_COLLISION */);
    CHECK_STATUS(CmTestSetNumber(Key, L"Watched", 1), STATUS_SUCCESS);
    CHECK_EQ(High.Order, 1);
    CHECK_EQ(Low.Order, 2);
    CHECK_EQ(High.Post, 1);
    CHECK_EQ(Low.Post, 1);
    /* The one above is told what the one below has decided. */
    Low.Answer = STATUS_ACCESS_DENIED;
    CHECK_STATUS(CmTestSetNumber(Key, L"Watched", 2), STATUS_ACCESS_DENIED);
    CHECK_STATUS(High.PostStatus, STATUS_ACCESS_DENIED);
    CHECK_EQ(CmTestNumber(Key, L"Watched"), 1);
    CHECK_STATUS(Unregister(LowCookie), STATUS_SUCCESS);
    CHECK_STATUS(Unregister(HighCookie), STATUS_SUCCESS);
    CmTestEnd(Key);
}

TEST(CmUnRegisterCallback, KnowsItsCookies)
{
    WATCHER Watcher = {0};
    REGISTER Register;
    REGISTER_EX RegisterEx;
    UNREGISTER Unregister;
    LARGE_INTEGER Cookie;

    if (!Find(&Register, &RegisterEx, &Unregister))
        return;
    CHECK_STATUS(Register(Watch, &Watcher, &Cookie), STATUS_SUCCESS);
    CHECK_STATUS(Unregister(Cookie), STATUS_SUCCESS);
    CHECK_STATUS(Unregister(Cookie), STATUS_INVALID_PARAMETER);
}

TEST(CmGetCallbackVersion, TellsAVersion)
{
    VOID(NTAPI * Get)
    (PULONG Major, PULONG Minor) = (VOID(NTAPI *)(PULONG, PULONG))(ULONG_PTR)KtestExport(
        L"CmGetCallbackVersion");
    ULONG Major = 0, Minor = 99;

    if (Get == NULL) {
        skip("Windows Vista and later");
        return;
    }
    Get(&Major, &Minor);
    CHECK(Major >= 1 && Minor < 99);
    Get(NULL, NULL);
}

TEST(CmGetBoundTransaction, HasNoneWithoutTransactions)
{
    PVOID(NTAPI * Get)(PLARGE_INTEGER Cookie, PVOID Object) =
        (PVOID(NTAPI *)(PLARGE_INTEGER, PVOID))(ULONG_PTR)KtestExport(L"CmGetBoundTransaction");
    HANDLE Key = CmTestKey(L"Transaction");
    LARGE_INTEGER Cookie = {.QuadPart = 1};
    PVOID Object;

    if (Key == NULL)
        return;
    if (Get == NULL) {
        skip("Windows Vista and later");
    } else if (CHECK_STATUS(
                   ObReferenceObjectByHandle(Key, KEY_READ, NULL, KernelMode, &Object, NULL),
                   STATUS_SUCCESS)) {
        CHECK_PTR(Get(&Cookie, Object), NULL);
        ObDereferenceObject(Object);
    }
    CmTestEnd(Key);
}
