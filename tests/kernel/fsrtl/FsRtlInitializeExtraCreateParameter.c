/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlInitializeExtraCreateParameter, FsRtlInitializeExtraCreateParameterList - parameters and
 * lists in memory of the driver's own.
 */
#include "ktest.h"

/* What is before a context, and a list: their fields are Windows' own, their sizes are needed. */
#define HEADER_BYTES (32 + 5 * sizeof(PVOID))
#define LIST_BYTES   (8 + 2 * sizeof(PVOID))

typedef VOID(NTAPI *CLEANUP)(PVOID Context, const GUID *Kind);

static const GUID Kind = {0xABCD, 2, 2, {3}}, Other = {0xABCD, 2, 2, {4}};

static NTSTATUS(NTAPI *InitializeList)(PVOID List);
static VOID(NTAPI *Initialize)(
    PVOID Ecp, ULONG Flags, CLEANUP Cleanup, ULONG TotalSize, const GUID *Kind, PVOID List);
static NTSTATUS(NTAPI *Insert)(PVOID List, PVOID Context);
static NTSTATUS(NTAPI *Find)(PVOID List, const GUID *Kind, PVOID *Context, PULONG Size);
static NTSTATUS(NTAPI *Remove)(PVOID List, const GUID *Kind, PVOID *Context, PULONG Size);
static VOID(NTAPI *Acknowledge)(PVOID Context);
static BOOLEAN(NTAPI *IsAcknowledged)(PVOID Context);

typedef struct PARAMETER {
    DECLSPEC_ALIGN(8) UCHAR Header[HEADER_BYTES];
    ULONG Context[4];
} PARAMETER;

typedef struct LIST {
    DECLSPEC_ALIGN(8) UCHAR Bytes[LIST_BYTES];
    ULONG After;
} LIST;

static BOOLEAN FindCalls(VOID)
{
    InitializeList = (PVOID)KtestExport(L"FsRtlInitializeExtraCreateParameterList");
    Initialize = (PVOID)KtestExport(L"FsRtlInitializeExtraCreateParameter");
    Insert = (PVOID)KtestExport(L"FsRtlInsertExtraCreateParameter");
    Find = (PVOID)KtestExport(L"FsRtlFindExtraCreateParameter");
    Remove = (PVOID)KtestExport(L"FsRtlRemoveExtraCreateParameter");
    Acknowledge = (PVOID)KtestExport(L"FsRtlAcknowledgeEcp");
    IsAcknowledged = (PVOID)KtestExport(L"FsRtlIsEcpAcknowledged");
    if (InitializeList == NULL)
        skip("new in Windows 7");
    return InitializeList != NULL;
}

TEST(FsRtlInitializeExtraCreateParameterList, IsEmpty)
{
    LIST List;

    if (!FindCalls())
        return;
    RtlFillMemory(&List, sizeof(List), 0xEE);
    CHECK_STATUS(InitializeList(&List), STATUS_SUCCESS);
    CHECK_EQ(List.After, 0xEEEEEEEE);
    CHECK_STATUS(Find(&List, &Kind, NULL, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(Remove(&List, &Kind, NULL, NULL), STATUS_NOT_FOUND);
}

TEST(FsRtlInitializeExtraCreateParameter, IsLikeAnAllocatedOne)
{
    PARAMETER First, Second, Again;
    LIST List;
    PVOID Context = NULL;
    ULONG Size = 0;

    if (!FindCalls())
        return;
    RtlFillMemory(&First, sizeof(First), 0xEE);
    RtlFillMemory(&Second, sizeof(Second), 0xEE);
    CHECK_STATUS(InitializeList(&List), STATUS_SUCCESS);
    First.Context[0] = 77;
    Initialize(&First, 0, NULL, HEADER_BYTES + sizeof(First.Context), &Kind, NULL);
    Initialize(&Second, 0, NULL, HEADER_BYTES + sizeof(ULONG), &Other, NULL);
    Initialize(&Again, 0, NULL, HEADER_BYTES + sizeof(Again.Context), &Kind, NULL);
    CHECK_EQ(First.Context[0], 77);
    CHECK_EQ(First.Context[3], 0xEEEEEEEE);
    CHECK_STATUS(Insert(&List, First.Context), STATUS_SUCCESS);
    CHECK_STATUS(Insert(&List, Second.Context), STATUS_SUCCESS);
    CHECK_STATUS(Insert(&List, Again.Context), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Find(&List, &Kind, &Context, &Size), STATUS_SUCCESS);
    CHECK_PTR(Context, First.Context);
    CHECK_EQ(Size, sizeof(First.Context));
    CHECK(!IsAcknowledged(First.Context));
    Acknowledge(First.Context);
    CHECK(IsAcknowledged(First.Context));
    CHECK(!IsAcknowledged(Second.Context));
    CHECK_STATUS(Remove(&List, &Other, &Context, &Size), STATUS_SUCCESS);
    CHECK_PTR(Context, Second.Context);
    CHECK_EQ(Size, sizeof(ULONG));
    CHECK_STATUS(Remove(&List, &Kind, &Context, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Find(&List, &Kind, &Context, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(Insert(&List, Again.Context), STATUS_SUCCESS);
    CHECK_STATUS(Remove(&List, &Kind, &Context, NULL), STATUS_SUCCESS);
    CHECK_PTR(Context, Again.Context);
}
