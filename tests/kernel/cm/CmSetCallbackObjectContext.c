/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CmSetCallbackObjectContext - what a callback keeps with a key it finds again, and is told to
 * clean up.
 */
#include "callback_test.h"

static PETHREAD Me;
static LARGE_INTEGER TheCookie;
static SET_CONTEXT SetContext;
static UNREGISTER Unregister;

typedef struct KEEPER {
    PVOID Keep;           /* put with the key a create makes */
    PVOID Old;            /* what the second call of SetContext gave back */
    PVOID Created;        /* the key */
    PVOID Before, After;  /* what querying a value found */
    ULONG CleanUps;
    PVOID CleanedObject, CleanedContext;
} KEEPER;

static NTSTATUS NTAPI Keep(PVOID Context, PVOID Class, PVOID Information)
{
    POST_OPERATION *Post = Information;
    KEEPER *Keeper = Context;
    PVOID *Member = Information;

    if (PsGetCurrentThread() != Me)
        return STATUS_SUCCESS;
    switch ((ULONG_PTR)Class) {
    case CLASS_POST_CREATE:
        Keeper->Created = Post->Object;
        if (NT_SUCCESS(Post->Status) && Keeper->Keep != NULL) {
            Keeper->Old = Keeper;
            CHECK_STATUS(
                SetContext(Post->Object, &TheCookie, Keeper, &Keeper->Old), STATUS_SUCCESS);
            CHECK_PTR(Keeper->Old, NULL);
            CHECK_STATUS(
                SetContext(Post->Object, &TheCookie, Keeper->Keep, &Keeper->Old), STATUS_SUCCESS);
        }
        break;
    case CLASS_PRE_QUERY_VALUE:
        Keeper->Before = ((PREG_QUERY_VALUE_KEY_INFORMATION)Information)->ObjectContext;
        break;
    case CLASS_POST_QUERY_VALUE:
        Keeper->After = Post->ObjectContext;
        break;
    case CLASS_CLEANUP:
        Keeper->CleanUps++;
        Keeper->CleanedObject = Member[0];
        Keeper->CleanedContext = Member[1];
        break;
    }
    return STATUS_SUCCESS;
}

/* FALSE: not on this Windows, recorded; then the key is gone. */
static BOOLEAN Begin(HANDLE Key, KEEPER *Keeper)
{
    REGISTER_EX Register = (REGISTER_EX)(ULONG_PTR)KtestExport(L"CmRegisterCallbackEx");
    KTEST_STRING(Altitude, L"383991.8");

    RtlZeroMemory(Keeper, sizeof(*Keeper));
    Me = PsGetCurrentThread();
    SetContext = (SET_CONTEXT)(ULONG_PTR)KtestExport(L"CmSetCallbackObjectContext");
    Unregister = (UNREGISTER)(ULONG_PTR)KtestExport(L"CmUnRegisterCallback");
    if (Register == NULL || SetContext == NULL) {
        skip("new in Windows Vista");
        CmTestEnd(Key);
        return FALSE;
    }
    return CHECK_STATUS(
        Register(Keep, &Altitude, KtestDriverObject, Keeper, &TheCookie, NULL), STATUS_SUCCESS);
}

TEST(CmSetCallbackObjectContext, IsFoundAgainAndCleanedUp)
{
    HANDLE Key = CmTestKey(L"Context"), Child;
    ULONG Kept;
    KEEPER Keeper;

    if (Key == NULL || !Begin(Key, &Keeper))
        return;
    Keeper.Keep = &Kept;
    CHECK_STATUS(CmTestCreate(Key, L"Child", 0, &Child), STATUS_SUCCESS);
    CHECK_PTR(Keeper.Old, &Keeper);
    CHECK_EQ(Keeper.CleanUps, 0);
    CHECK_EQ(CmTestNumber(Child, L"None"), 0xDEADBEEF);
    CHECK_PTR(Keeper.Before, &Kept);
    CHECK_PTR(Keeper.After, &Kept);
    CHECK_STATUS(ZwDeleteKey(Child), STATUS_SUCCESS);
    ZwClose(Child);
    CHECK_EQ(Keeper.CleanUps, 1);
    CHECK_PTR(Keeper.CleanedObject, Keeper.Created);
    CHECK_PTR(Keeper.CleanedContext, &Kept);
    CHECK_STATUS(Unregister(TheCookie), STATUS_SUCCESS);
    CHECK_EQ(Keeper.CleanUps, 1);
    CmTestEnd(Key);
}

TEST(CmSetCallbackObjectContext, IsCleanedUpWhenTheCallbackGoes)
{
    HANDLE Key = CmTestKey(L"Context"), Child;
    ULONG Kept;
    KEEPER Keeper;

    if (Key == NULL || !Begin(Key, &Keeper))
        return;
    Keeper.Keep = &Kept;
    CHECK_STATUS(CmTestCreate(Key, L"Child", 0, &Child), STATUS_SUCCESS);
    CHECK_STATUS(Unregister(TheCookie), STATUS_SUCCESS);
    CHECK_EQ(Keeper.CleanUps, 1);
    CHECK_PTR(Keeper.CleanedContext, &Kept);
    CHECK_STATUS(ZwDeleteKey(Child), STATUS_SUCCESS);
    ZwClose(Child);
    CHECK_EQ(Keeper.CleanUps, 1);
    CmTestEnd(Key);
}

TEST(CmSetCallbackObjectContext, KnowsCookies)
{
    HANDLE Key = CmTestKey(L"Context");
    LARGE_INTEGER Other = {.QuadPart = 0x7FFFFFFFFFFF};
    PVOID Object;
    KEEPER Keeper;

    if (Key == NULL || !Begin(Key, &Keeper))
        return;
    CHECK_STATUS(
        ObReferenceObjectByHandle(Key, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(SetContext(Object, &Other, &Keeper, NULL)));
    CHECK_STATUS(SetContext(Object, &TheCookie, &Keeper, NULL), STATUS_SUCCESS);
    ObDereferenceObject(Object);
    CHECK_STATUS(Unregister(TheCookie), STATUS_SUCCESS);
    CHECK_EQ(Keeper.CleanUps, 1);
    CmTestEnd(Key);
}
