/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoSetActivityIdIrp, IoGetActivityIdIrp, IoSetActivityIdThread, IoPropagateActivityIdToThread -
 * what a request belongs to.
 */
#include "io_test.h"

static const GUID First = {0x1111, 1, 1, {1, 2, 3, 4, 5, 6, 7, 8}}, Second = {0x2222, 2, 2, {1}};

typedef struct CALLS {
    NTSTATUS(NTAPI *GetIrp)(PIRP Irp, GUID *Guid);
    NTSTATUS(NTAPI *SetIrp)(PIRP Irp, const GUID *Guid);
    const GUID *(NTAPI *GetThread)(VOID);
    const GUID *(NTAPI *SetThread)(const GUID *Guid);
    VOID(NTAPI *ClearThread)(const GUID *Original);
    NTSTATUS(NTAPI *Propagate)(PIRP Irp, GUID *Copy, const GUID **Original);
    VOID(NTAPI *Transfer)(const GUID *Guid, const GUID *Related);
} CALLS;

static BOOLEAN Find(CALLS *Calls)
{
    Calls->GetIrp = (PVOID)KtestExport(L"IoGetActivityIdIrp");
    Calls->SetIrp = (PVOID)KtestExport(L"IoSetActivityIdIrp");
    Calls->GetThread = (PVOID)KtestExport(L"IoGetActivityIdThread");
    Calls->SetThread = (PVOID)KtestExport(L"IoSetActivityIdThread");
    Calls->ClearThread = (PVOID)KtestExport(L"IoClearActivityIdThread");
    Calls->Propagate = (PVOID)KtestExport(L"IoPropagateActivityIdToThread");
    Calls->Transfer = (PVOID)KtestExport(L"IoTransferActivityId");
    if (Calls->SetIrp == NULL)
        skip("new in Windows 8");
    return Calls->SetIrp != NULL;
}

/* FALSE: nobody traces I/O on this Windows, which keeps no activities then. */
static BOOLEAN Set(const CALLS *Calls, PIRP Irp)
{
    NTSTATUS Status = Calls->SetIrp(Irp, &First);

    if (Status == STATUS_UNSUCCESSFUL)
        skip("I/O is not traced");
    else
        CHECK_STATUS(Status, STATUS_SUCCESS);
    return NT_SUCCESS(Status);
}

static BOOLEAN Same(const GUID *A, const GUID *B)
{
    return RtlCompareMemory(A, B, sizeof(GUID)) == sizeof(GUID);
}

TEST(IoSetActivityIdIrp, StaysWithTheRequest)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    GUID Guid;
    CALLS Calls;

    if (!CHECK(Irp != NULL))
        return;
    if (Find(&Calls)) {
        CHECK_STATUS(Calls.GetIrp(Irp, &Guid), STATUS_NOT_FOUND);
        CHECK_STATUS(Calls.SetIrp(Irp, NULL), STATUS_NOT_SUPPORTED);
        if (!Set(&Calls, Irp)) {
            IoFreeIrp(Irp);
            return;
        }
        CHECK_STATUS(Calls.GetIrp(Irp, &Guid), STATUS_SUCCESS);
        CHECK(Same(&Guid, &First));
        CHECK_STATUS(Calls.SetIrp(Irp, &Second), STATUS_SUCCESS);
        CHECK_STATUS(Calls.GetIrp(Irp, &Guid), STATUS_SUCCESS);
        CHECK(Same(&Guid, &Second));
        Calls.Transfer(&First, &Second);
    }
    IoFreeIrp(Irp);
}

TEST(IoPropagateActivityIdToThread, GoesFromARequestToTheThread)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    const GUID *Original, *Before;
    GUID Copy;
    CALLS Calls;

    if (!CHECK(Irp != NULL))
        return;
    if (Find(&Calls)) {
        CHECK_STATUS(Calls.Propagate(Irp, &Copy, &Original), STATUS_NOT_FOUND);
        Before = Calls.GetThread();
        if (!Set(&Calls, Irp)) {
            IoFreeIrp(Irp);
            return;
        }
        CHECK_STATUS(Calls.Propagate(Irp, &Copy, &Original), STATUS_SUCCESS);
        CHECK(Same(&Copy, &First));
        CHECK_PTR(Original, Before);
        CHECK(Calls.GetThread() != NULL && Same(Calls.GetThread(), &First));
        Calls.ClearThread(Original);
        CHECK_PTR(Calls.GetThread(), Before);
    }
    IoFreeIrp(Irp);
}

TEST(IoSetActivityIdThread, NestsWhatTheThreadIsAt)
{
    const GUID *Outer, *Inner;
    CALLS Calls;

    if (!Find(&Calls))
        return;
    Outer = Calls.SetThread(&First);
    CHECK(Same(Calls.GetThread(), &First));
    Inner = Calls.SetThread(&Second);
    CHECK(Inner != NULL && Same(Inner, &First));
    CHECK(Same(Calls.GetThread(), &Second));
    Calls.ClearThread(Inner);
    CHECK(Same(Calls.GetThread(), &First));
    Calls.ClearThread(Outer);
}
