/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetIoPriorityHint, IoSetIoPriorityHint - of an IRP, and through its thread.
 */
#include "io_test.h"

#define HINT_VERY_LOW 0
#define HINT_LOW      1
#define HINT_NORMAL   2
#define HINT_HIGH     3
#define HINT_TOO_MUCH 5 /* MaxIoPriorityTypes */

typedef ULONG(NTAPI *GET_HINT)(PIRP Irp);
typedef NTSTATUS(NTAPI *SET_HINT)(PIRP Irp, ULONG Hint);
typedef NTSTATUS(NTAPI *SET_THREAD_HINT)(PETHREAD Thread, ULONG Hint);

static GET_HINT GetHint;
static SET_HINT SetHint;

static BOOLEAN FindThem(VOID)
{
    GetHint = (GET_HINT)(ULONG_PTR)KtestExport(L"IoGetIoPriorityHint");
    SetHint = (SET_HINT)(ULONG_PTR)KtestExport(L"IoSetIoPriorityHint");
    if (GetHint != NULL && SetHint != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

TEST(IoGetIoPriorityHint, IsNormalAtFirst)
{
    PIRP Irp;

    if (!FindThem())
        return;
    Irp = IoAllocateIrp(1, FALSE);
    if (!CHECK(Irp != NULL))
        return;
    CHECK_EQ(GetHint(Irp), HINT_NORMAL);
    IoFreeIrp(Irp);
}

TEST(IoSetIoPriorityHint, IsRememberedAndChangesNoOtherFlag)
{
    PIRP Irp;
    ULONG Flags;

    if (!FindThem())
        return;
    Irp = IoAllocateIrp(1, FALSE);
    if (!CHECK(Irp != NULL))
        return;
    Flags = Irp->Flags = IRP_NOCACHE | IRP_PAGING_IO;
    CHECK_STATUS(SetHint(Irp, HINT_VERY_LOW), STATUS_SUCCESS);
    CHECK_EQ(GetHint(Irp), HINT_VERY_LOW);
    CHECK_STATUS(SetHint(Irp, HINT_HIGH), STATUS_SUCCESS);
    CHECK_EQ(GetHint(Irp), HINT_HIGH);
    CHECK_EQ(Irp->Flags & (IRP_NOCACHE | IRP_PAGING_IO | IRP_SYNCHRONOUS_API | IRP_ASSOCIATED_IRP),
        Flags);
    Irp->Flags = 0;
    IoFreeIrp(Irp);
}

TEST(IoSetIoPriorityHint, ThereIsNoSuchPriority)
{
    PIRP Irp;

    if (!FindThem())
        return;
    Irp = IoAllocateIrp(1, FALSE);
    if (!CHECK(Irp != NULL))
        return;
    CHECK_STATUS(SetHint(Irp, HINT_TOO_MUCH), STATUS_INVALID_PARAMETER);
    CHECK_EQ(GetHint(Irp), HINT_NORMAL);
    IoFreeIrp(Irp);
}

TEST(IoSetIoPriorityHintIntoThread, IsThatOfItsRequestsWithoutOne)
{
    SET_THREAD_HINT SetThreadHint = (SET_THREAD_HINT)(ULONG_PTR)KtestExport(
        L"IoSetIoPriorityHintIntoThread");
    PIRP Irp;

    if (!FindThem() || SetThreadHint == NULL)
        return;
    Irp = IoAllocateIrp(1, FALSE);
    if (!CHECK(Irp != NULL))
        return;
    Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    CHECK_STATUS(SetThreadHint(PsGetCurrentThread(), HINT_LOW), STATUS_SUCCESS);
    CHECK_EQ(GetHint(Irp), HINT_LOW);
    CHECK_STATUS(SetHint(Irp, HINT_HIGH), STATUS_SUCCESS);
    CHECK_EQ(GetHint(Irp), HINT_HIGH);
    CHECK_STATUS(SetThreadHint(PsGetCurrentThread(), HINT_TOO_MUCH), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SetThreadHint(PsGetCurrentThread(), HINT_NORMAL), STATUS_SUCCESS);
    Irp->Tail.Overlay.Thread = NULL;
    IoFreeIrp(Irp);
}

TEST(IoGetPagingIoPriority, IsThatOfPagingAlone)
{
    ULONG(FASTCALL * Get)(PIRP Irp) = (PVOID)KtestExport(L"IoGetPagingIoPriority");
    PIRP Irp = IoAllocateIrp(1, FALSE);

    if (!CHECK(Irp != NULL))
        return;
    if (Get == NULL) {
        skip("new in Windows Server 2003");
    } else {
        CHECK_EQ(Get(Irp), 0); /* IoPagingPriorityInvalid */
        Irp->Flags |= IRP_PAGING_IO;
        CHECK_EQ(Get(Irp), 1); /* IoPagingPriorityNormal */
        Irp->Flags |= 0x8000; /* IRP_HIGH_PRIORITY_PAGING_IO */
        CHECK_EQ(Get(Irp), 2); /* IoPagingPriorityHigh */
        Irp->Flags = 0;
    }
    IoFreeIrp(Irp);
}
