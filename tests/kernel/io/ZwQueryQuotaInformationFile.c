/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryQuotaInformationFile, NtQueryQuotaInformationFile, ZwSetQuotaInformationFile,
 * NtSetQuotaInformationFile - quotas, as their driver is asked for them.
 */
#include <ntifs.h>

#include "io_test.h"

#define QUOTA_NAME L"\\Device\\KtestIoQuota"

typedef NTSTATUS(NTAPI *QUERY)(HANDLE File, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length,
    BOOLEAN Single, PVOID List, ULONG ListLength, PSID Start, BOOLEAN Restart);
typedef NTSTATUS(NTAPI *SET)(HANDLE File, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length);

static QUERY Query;
static SET Set;

/* The Zw forms are new in Windows Vista; before there are the others. */
static VOID FindThem(VOID)
{
    Query = (QUERY)(ULONG_PTR)KtestExport(L"ZwQueryQuotaInformationFile");
    Set = (SET)(ULONG_PTR)KtestExport(L"ZwSetQuotaInformationFile");
    if (Query == NULL)
        Query = NtQueryQuotaInformationFile;
    if (Set == NULL)
        Set = NtSetQuotaInformationFile;
}

static ULONG SeenLength, SeenListLength, SeenPart;
static UCHAR SeenFlags;
static PVOID SeenStart, SeenList;
static LONGLONG SeenLimit;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_QUOTA_INFORMATION Quota = Irp->AssociatedIrp.SystemBuffer;

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction == IRP_MJ_SET_QUOTA) {
        SeenLength = Stack->Parameters.SetQuota.Length;
        SeenLimit = Quota->QuotaLimit.QuadPart;
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    }
    if (Stack->MajorFunction != IRP_MJ_QUERY_QUOTA)
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    SeenLength = Stack->Parameters.QueryQuota.Length;
    SeenFlags = Stack->Flags;
    SeenStart = Stack->Parameters.QueryQuota.StartSid;
    SeenList = Stack->Parameters.QueryQuota.SidList;
    SeenListLength = Stack->Parameters.QueryQuota.SidListLength;
    SeenPart = SeenStart != NULL ? *RtlSubAuthoritySid(SeenStart, 0) : 0;
    Quota->QuotaLimit.QuadPart = 4711;
    return IoTestComplete(Irp, STATUS_SUCCESS, sizeof(*Quota));
}

/* S-1-5-Part */
static VOID FillSid(PSID Sid, ULONG Part)
{
    SID_IDENTIFIER_AUTHORITY Authority = {{0, 0, 0, 0, 0, 5}};

    RtlInitializeSid(Sid, &Authority, 1);
    *RtlSubAuthoritySid(Sid, 0) = Part;
}

static HANDLE OpenQuota(VOID)
{
    HANDLE Handle = NULL;

    FindThem();
    CHECK_STATUS(IoTestOpen(QUOTA_NAME, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
                     FILE_SYNCHRONOUS_IO_NONALERT, &Handle),
        STATUS_SUCCESS);
    return Handle;
}

TEST(ZwQueryQuotaInformationFile, AsksTheDriver)
{
    PDEVICE_OBJECT Device = IoTestCreate(QUOTA_NAME, DO_BUFFERED_IO, Answer);
    HANDLE File = Device != NULL ? OpenQuota() : NULL;
    FILE_QUOTA_INFORMATION Quota;
    IO_STATUS_BLOCK Io;
    union {
        FILE_GET_QUOTA_INFORMATION Entry;
        UCHAR Bytes[64];
    } List;
    SID Start;

    if (File != NULL) {
        FillSid(&Start, 18);
        RtlZeroMemory(&List, sizeof(List));
        List.Entry.SidLength = RtlLengthSid(&Start);
        FillSid(&List.Entry.Sid, 19);
        CHECK_STATUS(Query(
                         File, &Io, &Quota, sizeof(Quota), TRUE, NULL, 0, &Start, TRUE),
            STATUS_SUCCESS);
        CHECK_EQ(Io.Information, sizeof(Quota));
        CHECK_EQ(Quota.QuotaLimit.QuadPart, 4711);
        CHECK_EQ(SeenLength, sizeof(Quota));
        CHECK(SeenFlags & SL_RESTART_SCAN);
        CHECK(SeenFlags & SL_RETURN_SINGLE_ENTRY);
        CHECK(SeenFlags & SL_INDEX_SPECIFIED);
        CHECK_EQ(SeenPart, 18);
        CHECK_PTR(SeenList, NULL);
        CHECK_STATUS(NtQueryQuotaInformationFile(File, &Io, &Quota, sizeof(Quota), FALSE,
                         &List.Entry, sizeof(List.Entry), NULL, FALSE),
            STATUS_SUCCESS);
        CHECK_EQ(SeenFlags, 0);
        CHECK_PTR(SeenStart, NULL);
        CHECK(SeenList != NULL);
        CHECK_EQ(SeenListLength, sizeof(List.Entry));
        ZwClose(File);
    }
    if (Device != NULL)
        IoDeleteDevice(Device);
}

TEST(ZwQueryQuotaInformationFile, ChecksListsAndSids)
{
    PDEVICE_OBJECT Device = IoTestCreate(QUOTA_NAME, DO_BUFFERED_IO, Answer);
    HANDLE File = Device != NULL ? OpenQuota() : NULL;
    FILE_QUOTA_INFORMATION Quota;
    FILE_GET_QUOTA_INFORMATION Entry;
    IO_STATUS_BLOCK Io;
    SID Start;

    SeenLength = 0;
    if (File != NULL) {
        FillSid(&Start, 18);
        Start.Revision = 9;
        CHECK_STATUS(Query(
                         File, &Io, &Quota, sizeof(Quota), TRUE, NULL, 0, &Start, TRUE),
            STATUS_INVALID_SID);
        RtlZeroMemory(&Entry, sizeof(Entry));
        FillSid(&Entry.Sid, 19);
        Entry.SidLength = sizeof(Entry.Sid) + 100;
        CHECK_STATUS(Query(
                         File, &Io, &Quota, sizeof(Quota), TRUE, &Entry, sizeof(Entry), NULL, TRUE),
            STATUS_QUOTA_LIST_INCONSISTENT);
        Entry.SidLength = RtlLengthSid(&Entry.Sid);
        Entry.NextEntryOffset = 5;
        CHECK_STATUS(NtQueryQuotaInformationFile(
                         File, &Io, &Quota, sizeof(Quota), TRUE, &Entry, sizeof(Entry), NULL, TRUE),
            STATUS_QUOTA_LIST_INCONSISTENT);
        CHECK_EQ(SeenLength, 0);
        ZwClose(File);
    }
    CHECK_STATUS(Query(
                     (HANDLE)0x7FFF0, &Io, &Quota, sizeof(Quota), TRUE, NULL, 0, NULL, TRUE),
        STATUS_INVALID_HANDLE);
    if (Device != NULL)
        IoDeleteDevice(Device);
}

TEST(ZwSetQuotaInformationFile, GivesTheDriverAList)
{
    PDEVICE_OBJECT Device = IoTestCreate(QUOTA_NAME, DO_BUFFERED_IO, Answer);
    HANDLE File = Device != NULL ? OpenQuota() : NULL;
    FILE_QUOTA_INFORMATION Quota;
    IO_STATUS_BLOCK Io;

    if (File != NULL) {
        RtlZeroMemory(&Quota, sizeof(Quota));
        FillSid(&Quota.Sid, 18);
        Quota.SidLength = RtlLengthSid(&Quota.Sid);
        Quota.QuotaLimit.QuadPart = 7;
        CHECK_STATUS(Set(File, &Io, &Quota, sizeof(Quota)), STATUS_SUCCESS);
        CHECK_EQ(SeenLimit, 7);
        CHECK_EQ(SeenLength, sizeof(Quota));
        Quota.QuotaLimit.QuadPart = 8;
        CHECK_STATUS(NtSetQuotaInformationFile(File, &Io, &Quota, sizeof(Quota)), STATUS_SUCCESS);
        CHECK_EQ(SeenLimit, 8);
        Quota.QuotaLimit.QuadPart = 9;
        Quota.SidLength++;
        CHECK_STATUS(Set(File, &Io, &Quota, sizeof(Quota)),
            STATUS_QUOTA_LIST_INCONSISTENT);
        CHECK_EQ(SeenLimit, 8);
        ZwClose(File);
    }
    CHECK_STATUS(NtSetQuotaInformationFile((HANDLE)0x7FFF0, &Io, &Quota, sizeof(Quota)),
        STATUS_INVALID_HANDLE);
    if (Device != NULL)
        IoDeleteDevice(Device);
}
