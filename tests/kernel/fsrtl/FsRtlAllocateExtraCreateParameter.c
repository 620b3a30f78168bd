/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Extra create parameters - lists, parameters in them, and their way with a request.
 */
#include "ktest.h"

static const GUID Kind = {0xABCD, 1, 2, {3}}, Other = {0xABCD, 1, 2, {4}};

typedef VOID(NTAPI *CLEANUP)(PVOID Context, const GUID *Kind);

typedef struct CALLS {
    NTSTATUS(NTAPI *AllocateList)(ULONG Flags, PVOID *List);
    VOID(NTAPI *FreeList)(PVOID List);
    NTSTATUS(NTAPI *Allocate)
    (const GUID *Kind, ULONG Size, ULONG Flags, CLEANUP Cleanup, ULONG Tag, PVOID *Context);
    VOID(NTAPI *Free)(PVOID Context);
    NTSTATUS(NTAPI *Insert)(PVOID List, PVOID Context);
    NTSTATUS(NTAPI *Find)(PVOID List, const GUID *Kind, PVOID *Context, PULONG Size);
    NTSTATUS(NTAPI *Remove)(PVOID List, const GUID *Kind, PVOID *Context, PULONG Size);
    NTSTATUS(NTAPI *Next)(PVOID List, PVOID Current, GUID *Kind, PVOID *Context, PULONG Size);
    NTSTATUS(NTAPI *FromIrp)(PIRP Irp, PVOID *List);
    NTSTATUS(NTAPI *IntoIrp)(PIRP Irp, PVOID List);
    VOID(NTAPI *Acknowledge)(PVOID Context);
    BOOLEAN(NTAPI *IsAcknowledged)(PVOID Context);
    VOID(NTAPI *Reuse)(PVOID Context);
    BOOLEAN(NTAPI *IsFromUser)(PVOID Context);
    VOID(NTAPI *InitLookaside)(PVOID Lookaside, ULONG Flags, SIZE_T Size, ULONG Tag);
    VOID(NTAPI *DeleteLookaside)(PVOID Lookaside, ULONG Flags);
    NTSTATUS(NTAPI *FromLookaside)
    (const GUID *Kind, ULONG Size, ULONG Flags, CLEANUP Cleanup, PVOID Lookaside, PVOID *Context);
} CALLS;

static CALLS Calls;
static LONG CleanedUp;

static VOID NTAPI CleanUp(PVOID Context, const GUID *Type)
{
    CHECK_EQ(*(PULONG)Context, 77);
    CHECK_EQ(Type->Data1, Kind.Data1);
    CleanedUp++;
}

static BOOLEAN FindCalls(VOID)
{
    Calls.AllocateList = (PVOID)KtestExport(L"FsRtlAllocateExtraCreateParameterList");
    Calls.FreeList = (PVOID)KtestExport(L"FsRtlFreeExtraCreateParameterList");
    Calls.Allocate = (PVOID)KtestExport(L"FsRtlAllocateExtraCreateParameter");
    Calls.Free = (PVOID)KtestExport(L"FsRtlFreeExtraCreateParameter");
    Calls.Insert = (PVOID)KtestExport(L"FsRtlInsertExtraCreateParameter");
    Calls.Find = (PVOID)KtestExport(L"FsRtlFindExtraCreateParameter");
    Calls.Remove = (PVOID)KtestExport(L"FsRtlRemoveExtraCreateParameter");
    Calls.Next = (PVOID)KtestExport(L"FsRtlGetNextExtraCreateParameter");
    Calls.FromIrp = (PVOID)KtestExport(L"FsRtlGetEcpListFromIrp");
    Calls.IntoIrp = (PVOID)KtestExport(L"FsRtlSetEcpListIntoIrp");
    Calls.Acknowledge = (PVOID)KtestExport(L"FsRtlAcknowledgeEcp");
    Calls.IsAcknowledged = (PVOID)KtestExport(L"FsRtlIsEcpAcknowledged");
    Calls.Reuse = (PVOID)KtestExport(L"FsRtlPrepareToReuseEcp");
    Calls.IsFromUser = (PVOID)KtestExport(L"FsRtlIsEcpFromUserMode");
    Calls.InitLookaside = (PVOID)KtestExport(L"FsRtlInitExtraCreateParameterLookasideList");
    Calls.DeleteLookaside = (PVOID)KtestExport(L"FsRtlDeleteExtraCreateParameterLookasideList");
    Calls.FromLookaside = (PVOID)KtestExport(L"FsRtlAllocateExtraCreateParameterFromLookasideList");
    CleanedUp = 0;
    if (Calls.AllocateList == NULL)
        skip("new in Windows Vista");
    return Calls.AllocateList != NULL;
}

/* A list with one parameter of Kind, which is 77. */
static PVOID MakeList(PVOID *Context)
{
    PVOID List = NULL;

    if (!CHECK_STATUS(Calls.AllocateList(0, &List), STATUS_SUCCESS))
        return NULL;
    if (!CHECK_STATUS(
            Calls.Allocate(&Kind, sizeof(ULONG), 0, CleanUp, 'tseT', Context), STATUS_SUCCESS))
        return NULL;
    *(PULONG)*Context = 77;
    CHECK_STATUS(Calls.Insert(List, *Context), STATUS_SUCCESS);
    return List;
}

TEST(FsRtlInsertExtraCreateParameter, OneOfAKind)
{
    PVOID List, Context, Second, Found;
    ULONG Size = 0;

    if (!FindCalls() || (List = MakeList(&Context)) == NULL)
        return;
    CHECK_STATUS(Calls.Allocate(&Kind, sizeof(ULONG), 2 /* non-paged */, NULL, 'tseT', &Second),
        STATUS_SUCCESS);
    CHECK_STATUS(Calls.Insert(List, Second), STATUS_INVALID_PARAMETER);
    Calls.Free(Second);
    CHECK_STATUS(Calls.Find(List, &Kind, &Found, &Size), STATUS_SUCCESS);
    CHECK_PTR(Found, Context);
    CHECK_EQ(Size, sizeof(ULONG));
    CHECK_STATUS(Calls.Find(List, &Other, NULL, NULL), STATUS_NOT_FOUND);
    CHECK_EQ(CleanedUp, 0);
    Calls.FreeList(List);
    CHECK_EQ(CleanedUp, 1);
}

TEST(FsRtlRemoveExtraCreateParameter, GivesItBack)
{
    PVOID List, Context, Found = NULL;

    if (!FindCalls() || (List = MakeList(&Context)) == NULL)
        return;
    CHECK_STATUS(Calls.Remove(List, &Other, &Found, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(Calls.Remove(List, &Kind, &Found, NULL), STATUS_SUCCESS);
    CHECK_PTR(Found, Context);
    CHECK_STATUS(Calls.Find(List, &Kind, NULL, NULL), STATUS_NOT_FOUND);
    Calls.Free(Found);
    CHECK_EQ(CleanedUp, 1);
    Calls.FreeList(List);
    CHECK_EQ(CleanedUp, 1);
}

TEST(FsRtlGetNextExtraCreateParameter, WalksTheList)
{
    PVOID List, Context, Second, Seen = NULL;
    GUID Type;
    ULONG Size = 0;

    if (!FindCalls() || (List = MakeList(&Context)) == NULL)
        return;
    CHECK_STATUS(Calls.Allocate(&Other, 8, 0, NULL, 'tseT', &Second), STATUS_SUCCESS);
    CHECK_STATUS(Calls.Insert(List, Second), STATUS_SUCCESS);
    CHECK_STATUS(Calls.Next(List, NULL, &Type, &Seen, &Size), STATUS_SUCCESS);
    CHECK(Seen == Context || Seen == Second);
    CHECK_EQ(Size, Seen == Context ? sizeof(ULONG) : 8);
    CHECK_STATUS(Calls.Next(List, Seen, NULL, &Seen, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Calls.Next(List, Seen, NULL, NULL, NULL), STATUS_NOT_FOUND);
    Calls.FreeList(List);
}

TEST(FsRtlAcknowledgeEcp, MarksIt)
{
    PVOID List, Context;

    if (!FindCalls() || (List = MakeList(&Context)) == NULL)
        return;
    CHECK(!Calls.IsAcknowledged(Context));
    Calls.Acknowledge(Context);
    CHECK(Calls.IsAcknowledged(Context));
    if (Calls.Reuse != NULL) {
        Calls.Reuse(Context);
        CHECK(!Calls.IsAcknowledged(Context));
    }
    CHECK(!Calls.IsFromUser(Context));
    Calls.FreeList(List);
}

TEST(FsRtlAllocateExtraCreateParameterFromLookasideList, TakesFromBothKinds)
{
    PAGED_LOOKASIDE_LIST Paged;
    PNPAGED_LOOKASIDE_LIST NonPaged = ExAllocatePoolWithTag(
        NonPagedPool, sizeof(*NonPaged), 'tseT');
    PVOID Context;

    if (!CHECK(NonPaged != NULL))
        return;
    if (FindCalls()) {
        Calls.InitLookaside(&Paged, 0, 16, 'tseT');
        if (CHECK_STATUS(
                Calls.FromLookaside(&Kind, 16, 0, CleanUp, &Paged, &Context), STATUS_SUCCESS)) {
            *(PULONG)Context = 77;
            Calls.Free(Context);
            CHECK_EQ(CleanedUp, 1);
        }
        Calls.DeleteLookaside(&Paged, 0);
        Calls.InitLookaside(NonPaged, 2, 16, 'tseT');
        if (CHECK_STATUS(
                Calls.FromLookaside(&Kind, 8, 2, NULL, NonPaged, &Context), STATUS_SUCCESS))
            Calls.Free(Context);
        Calls.DeleteLookaside(NonPaged, 2);
    }
    ExFreePoolWithTag(NonPaged, 'tseT');
}

/* ---- requests -------------------------------------------------------------------------------- */

#define DEVICE_NAME L"\\Device\\KtestEcp"

typedef struct DRIVER_CONTEXT { /* IO_DRIVER_CREATE_CONTEXT of Windows Vista */
    SHORT Size;
    PVOID Extra;
    PVOID Hint;
    PVOID Transaction;
} DRIVER_CONTEXT;

typedef NTSTATUS(NTAPI *CREATE_EX)(PHANDLE Handle, ACCESS_MASK Access,
    POBJECT_ATTRIBUTES Attributes, PIO_STATUS_BLOCK IoStatus, PLARGE_INTEGER Size,
    ULONG FileAttributes, ULONG Share, ULONG Disposition, ULONG Options, PVOID Ea, ULONG EaLength,
    CREATE_FILE_TYPE Type, PVOID Extra, ULONG Flags, PVOID Context);

static PVOID SeenList;
static NTSTATUS SeenStatus, AgainStatus, ReadStatus;

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PVOID List = NULL, Found;

    UNREFERENCED_PARAMETER(Device);
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_CREATE) {
        SeenStatus = Calls.FromIrp(Irp, &SeenList);
        if (SeenList != NULL && NT_SUCCESS(Calls.Find(SeenList, &Kind, &Found, NULL))) {
            Calls.Acknowledge(Found);
            AgainStatus = Calls.IntoIrp(Irp, SeenList);
        } else if (SeenList == NULL && NT_SUCCESS(Calls.AllocateList(0, &List))) {
            AgainStatus = Calls.IntoIrp(Irp, List); /* goes with the request */
        }
    } else if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_READ) {
        ReadStatus = Calls.FromIrp(Irp, &List);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS OpenWith(CREATE_EX Create, PVOID List)
{
    DRIVER_CONTEXT Context = {sizeof(Context), List, NULL, NULL};
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    CHAR Byte;
    HANDLE Handle;
    NTSTATUS Status;
    KTEST_STRING(Name, DEVICE_NAME);

    SeenList = NULL;
    SeenStatus = AgainStatus = ReadStatus = STATUS_UNSUCCESSFUL;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = Create(&Handle, FILE_READ_DATA | SYNCHRONIZE, &Attributes, &IoStatus, NULL, 0, 0,
        FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0, CreateFileTypeNone, NULL,
        IO_NO_PARAMETER_CHECKING, &Context);
    if (NT_SUCCESS(Status)) {
        CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, &Byte, 1, &Offset, NULL),
            STATUS_SUCCESS);
        ZwClose(Handle);
    }
    return Status;
}

TEST(FsRtlGetEcpListFromIrp, FindsWhatTheIssuerGave)
{
    CREATE_EX Create = (CREATE_EX)(ULONG_PTR)KtestExport(L"IoCreateFileEx");
    PDEVICE_OBJECT Device;
    PVOID List, Context;
    ULONG Major;
    KTEST_STRING(Name, DEVICE_NAME);

    if (!FindCalls() || (List = MakeList(&Context)) == NULL)
        return;
    for (Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        KtestDriverObject->MajorFunction[Major] = Dispatch;
    if (CHECK_STATUS(
            IoCreateDevice(KtestDriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
            STATUS_SUCCESS)) {
        Device->Flags |= DO_BUFFERED_IO;
        Device->Flags &= ~DO_DEVICE_INITIALIZING;
        CHECK_STATUS(OpenWith(Create, List), STATUS_SUCCESS);
        CHECK_PTR(SeenList, List);
        CHECK(Calls.IsAcknowledged(Context));
        CHECK_STATUS(SeenStatus, STATUS_SUCCESS);
        CHECK_STATUS(AgainStatus, STATUS_INVALID_PARAMETER_3);
        CHECK_STATUS(ReadStatus, STATUS_INVALID_PARAMETER);
        CHECK_STATUS(OpenWith(Create, NULL), STATUS_SUCCESS);
        CHECK_PTR(SeenList, NULL);
        CHECK_STATUS(SeenStatus, STATUS_SUCCESS);
        CHECK_STATUS(AgainStatus, STATUS_SUCCESS);
        IoDeleteDevice(Device);
    }
    CHECK_EQ(CleanedUp, 0);
    Calls.FreeList(List);
}

TEST(IoSetIrpExtraCreateParameter, IsOnAndOff)
{
    NTSTATUS(NTAPI * Get)
    (PIRP Irp, PVOID * List) = (PVOID)KtestExport(L"IoGetIrpExtraCreateParameter");
    NTSTATUS(NTAPI * Set)
    (PIRP Irp, PVOID List) = (PVOID)KtestExport(L"IoSetIrpExtraCreateParameter");
    VOID(NTAPI * Clear)(PIRP Irp) = (PVOID)KtestExport(L"IoClearIrpExtraCreateParameter");
    PVOID List, Context, Seen = NULL;
    PIRP Irp;

    if (Set == NULL) {
        skip("new in Windows 7");
        return;
    }
    if (!FindCalls() || (List = MakeList(&Context)) == NULL)
        return;
    Irp = IoAllocateIrp(1, FALSE);
    if (CHECK(Irp != NULL)) {
        Irp->Flags |= IRP_CREATE_OPERATION;
        IoSetNextIrpStackLocation(Irp);
        IoGetCurrentIrpStackLocation(Irp)->MajorFunction = IRP_MJ_CREATE;
        CHECK_STATUS(Set(Irp, List), STATUS_SUCCESS);
        CHECK_STATUS(Get(Irp, &Seen), STATUS_SUCCESS);
        CHECK_PTR(Seen, List);
        Clear(Irp);
        CHECK_STATUS(Get(Irp, &Seen), STATUS_SUCCESS);
        CHECK_PTR(Seen, NULL);
        IoFreeIrp(Irp);
    }
    Calls.FreeList(List);
}
