/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsInsertSiloContext and its kin - what drivers keep with the host's silo.
 */
#include "ktest.h"

typedef VOID(NTAPI *CLEANUP)(PVOID Context);

typedef struct CALLS {
    NTSTATUS(NTAPI *AllocSlot)(ULONG_PTR Reserved, PULONG Slot);
    NTSTATUS(NTAPI *FreeSlot)(ULONG Slot);
    NTSTATUS(NTAPI *Create)
    (PVOID Silo, ULONG Size, POOL_TYPE Type, CLEANUP CleanUp, PVOID *Context);
    VOID(NTAPI *Dereference)(PVOID Context);
    VOID(NTAPI *Reference)(PVOID Context);
    NTSTATUS(NTAPI *Insert)(PVOID Silo, ULONG Slot, PVOID Context);
    NTSTATUS(NTAPI *Get)(PVOID Silo, ULONG Slot, PVOID *Context);
    NTSTATUS(NTAPI *Replace)(PVOID Silo, ULONG Slot, PVOID Context, PVOID *Old);
    NTSTATUS(NTAPI *Remove)(PVOID Silo, ULONG Slot, PVOID *Context);
    NTSTATUS(NTAPI *InsertPermanent)(PVOID Silo, ULONG Slot, PVOID Context);
    NTSTATUS(NTAPI *GetPermanent)(PVOID Silo, ULONG Slot, PVOID *Context);
    NTSTATUS(NTAPI *MakePermanent)(PVOID Silo, ULONG Slot);
} CALLS;

static CALLS Calls;
static LONG CleanedUp;

static VOID NTAPI CleanUp(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    CleanedUp++;
}

static BOOLEAN Find(VOID)
{
    Calls.AllocSlot = (PVOID)KtestExport(L"PsAllocSiloContextSlot");
    Calls.FreeSlot = (PVOID)KtestExport(L"PsFreeSiloContextSlot");
    Calls.Create = (PVOID)KtestExport(L"PsCreateSiloContext");
    Calls.Reference = (PVOID)KtestExport(L"PsReferenceSiloContext");
    Calls.Dereference = (PVOID)KtestExport(L"PsDereferenceSiloContext");
    Calls.Insert = (PVOID)KtestExport(L"PsInsertSiloContext");
    Calls.Get = (PVOID)KtestExport(L"PsGetSiloContext");
    Calls.Replace = (PVOID)KtestExport(L"PsReplaceSiloContext");
    Calls.Remove = (PVOID)KtestExport(L"PsRemoveSiloContext");
    Calls.InsertPermanent = (PVOID)KtestExport(L"PsInsertPermanentSiloContext");
    Calls.GetPermanent = (PVOID)KtestExport(L"PsGetPermanentSiloContext");
    Calls.MakePermanent = (PVOID)KtestExport(L"PsMakeSiloContextPermanent");
    CleanedUp = 0;
    if (Calls.AllocSlot == NULL)
        skip("new in Windows 10, version 1607");
    return Calls.AllocSlot != NULL;
}

TEST(PsInsertSiloContext, KeepsAContext)
{
    PVOID First, Second, Seen = NULL;
    ULONG Slot;

    if (!Find() || !CHECK_STATUS(Calls.AllocSlot(0, &Slot), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Calls.Create(NULL, 64, NonPagedPool, CleanUp, &First), STATUS_SUCCESS);
    CHECK_STATUS(Calls.Create(NULL, 64, NonPagedPool, CleanUp, &Second), STATUS_SUCCESS);
    CHECK_STATUS(Calls.Get(NULL, Slot, &Seen), STATUS_NOT_FOUND);
    CHECK_STATUS(Calls.Insert(NULL, Slot, First), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(Calls.Insert(NULL, Slot, Second)));
    CHECK_STATUS(Calls.Get(NULL, Slot, &Seen), STATUS_SUCCESS);
    CHECK_PTR(Seen, First);
    Calls.Dereference(Seen);
    CHECK_STATUS(Calls.Replace(NULL, Slot, Second, &Seen), STATUS_SUCCESS);
    CHECK_PTR(Seen, First);
    Calls.Dereference(Seen);
    Calls.Reference(First);
    Calls.Dereference(First);
    CHECK_EQ(CleanedUp, 0);
    Calls.Dereference(First);
    CHECK_EQ(CleanedUp, 1);
    CHECK_STATUS(Calls.Remove(NULL, Slot, &Seen), STATUS_SUCCESS);
    CHECK_PTR(Seen, Second);
    Calls.Dereference(Seen);
    Calls.Dereference(Second);
    CHECK_EQ(CleanedUp, 2);
    CHECK_STATUS(Calls.Remove(NULL, Slot, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(Calls.FreeSlot(Slot), STATUS_SUCCESS);
}

TEST(PsInsertPermanentSiloContext, Stays)
{
    PVOID Context, Seen = NULL;
    ULONG Slot;

    if (!Find() || !CHECK_STATUS(Calls.AllocSlot(0, &Slot), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Calls.Create(NULL, 16, NonPagedPool, CleanUp, &Context), STATUS_SUCCESS);
    CHECK_STATUS(Calls.InsertPermanent(NULL, Slot, Context), STATUS_SUCCESS);
    CHECK_STATUS(Calls.GetPermanent(NULL, Slot, &Seen), STATUS_SUCCESS);
    CHECK_PTR(Seen, Context);
    CHECK(!NT_SUCCESS(Calls.Remove(NULL, Slot, NULL)));
    CHECK_STATUS(Calls.MakePermanent(NULL, Slot), STATUS_SUCCESS);
    Calls.Dereference(Context);
    CHECK_EQ(CleanedUp, 0);
    CHECK_STATUS(Calls.FreeSlot(Slot), STATUS_SUCCESS);
    CHECK_EQ(CleanedUp, 1);
}
