/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Quotas: the lists are checked here, the quotas are the file system's. C: has none, as FAT has
 * none. The driver gets a copy of the caller's buffer, by whichever way it looks for it.
 */
#include "io/check.h"
#include "io/info.h"
#include "io/quota.h"
#include "ke/zw.h"

#define IOP_SID_BYTES 68u /* of one with as many parts as there may be */

/* What is asked for besides. */
typedef struct IOP_QUOTA_QUESTION {
    FILE_GET_QUOTA_INFORMATION *List; /* pool; NULL: all */
    ULONG ListBytes;
    BOOLEAN Starts; /* at Start */
    union {
        UCHAR Bytes[IOP_SID_BYTES];
        ULONG Aligned;
    } Start;
    UCHAR Flags;
} IOP_QUOTA_QUESTION;

/* A list of SIDs: each of the length it says, the next behind it at a multiple of four bytes. */
static BOOLEAN IopIsSidList(const UCHAR *List, ULONG Bytes)
{
    const ULONG Head = FIELD_OFFSET(FILE_GET_QUOTA_INFORMATION, Sid);
    const ULONG LeastSid = FIELD_OFFSET(FILE_GET_QUOTA_INFORMATION, Sid.SubAuthority) - Head;
    ULONG Place = 0;
    for (;;) {
        const void *At = List + Place;
        const FILE_GET_QUOTA_INFORMATION *Entry = At;
        const ULONG Left = Bytes - Place;
        if (Left < Head || Entry->SidLength < LeastSid || Left - Head < Entry->SidLength ||
            !RtlValidSid((PSID)(ULONG_PTR)&Entry->Sid) ||
            RtlLengthSid((PSID)(ULONG_PTR)&Entry->Sid) != Entry->SidLength)
            return FALSE;
        if (Entry->NextEntryOffset == 0)
            return TRUE;
        if (Entry->NextEntryOffset % sizeof(ULONG) != 0 || Entry->NextEntryOffset > Left ||
            Entry->NextEntryOffset < Head + Entry->SidLength)
            return FALSE;
        Place += Entry->NextEntryOffset;
    }
}

static NTSTATUS IopReadSidList(const void *SidList, ULONG Bytes, IOP_QUOTA_QUESTION *Question)
{
    Question->List = ExiAllocate(NonPagedPoolNx, Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Question->List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Question->ListBytes = Bytes;
    NTSTATUS Status = ObiReadCaller(Question->List, SidList, Bytes, KiPreviousMode());
    if (NT_SUCCESS(Status) && !IopIsSidList((const UCHAR *)Question->List, Bytes))
        Status = STATUS_QUOTA_LIST_INCONSISTENT;
    return Status;
}

static NTSTATUS IopReadStart(const UCHAR *StartSid, IOP_QUOTA_QUESTION *Question)
{
    const ULONG Head = 8; /* up to the parts, whose number is the second byte */
    UCHAR *Start = Question->Start.Bytes;
    NTSTATUS Status = ObiReadCaller(Start, StartSid, Head, KiPreviousMode());
    if (!NT_SUCCESS(Status))
        return Status;
    const ULONG Rest = Start[1] * (ULONG)sizeof(ULONG);
    if (Rest > IOP_SID_BYTES - Head)
        return STATUS_INVALID_SID;
    Status = ObiReadCaller(Start + Head, StartSid + Head, Rest, KiPreviousMode());
    if (NT_SUCCESS(Status) && !RtlValidSid(Start))
        Status = STATUS_INVALID_SID;
    Question->Starts = NT_SUCCESS(Status);
    Question->Flags |= SL_INDEX_SPECIFIED;
    return Status;
}

/* Question: NULL for a set. */
static NTSTATUS IopSendQuota(
    const IOP_INQUIRY *Inquiry, IOP_QUOTA_QUESTION *Question, ULONG_PTR *Information)
{
    IRP *Irp = IopAllocateIrp(Inquiry->Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Irp->RequestorMode = Inquiry->Mode;
    Irp->AssociatedIrp.SystemBuffer = Inquiry->Buffer;
    Irp->UserBuffer = Inquiry->Buffer;
    Irp->Tail.Overlay.OriginalFileObject = Inquiry->File;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->FileObject = Inquiry->File;
    Stack->MajorFunction = Question != NULL ? IRP_MJ_QUERY_QUOTA : IRP_MJ_SET_QUOTA;
    Stack->Parameters.SetQuota.Length = Inquiry->Length; /* QueryQuota begins alike */
    if (Question != NULL) {
        Stack->Flags = Question->Flags;
        Stack->Parameters.QueryQuota.StartSid = Question->Starts ? Question->Start.Bytes : NULL;
        Stack->Parameters.QueryQuota.SidList = (void *)Question->List;
        Stack->Parameters.QueryQuota.SidListLength = Question->ListBytes;
    }
    return IopSendInternal(Inquiry->Device, Irp, Information);
}

/*
 * NtQueryQuotaInformationFile - quotas of users of a volume: those of SidList, or all there are one
 * after the other, from StartSid on.
 *
 * FileHandle: of any file of it. SidList: optional, FILE_GET_QUOTA_INFORMATIONs. StartSid:
 *          optional; not looked at beside a list.
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status; QUOTA_LIST_INCONSISTENT: SidList is none; INVALID_SID: StartSid is
 *          none; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED (no FILE_READ_DATA),
 *          ACCESS_VIOLATION, INSUFFICIENT_RESOURCES. Of C: INVALID_DEVICE_REQUEST.
 * Source:  DOC ntifs/ZwQueryQuotaInformationFile, ifs/irp-mj-query-quota; OBS
 *          tests/kernel/io/ZwQueryQuotaInformationFile.c
 */
NTSTATUS NTAPI NtQueryQuotaInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Buffer, ULONG Length, BOOLEAN ReturnSingleEntry, void *SidList, ULONG SidListLength,
    PSID StartSid, BOOLEAN RestartScan)
{
    ULONG_PTR Information = 0;
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = Buffer,
        .Length = Length,
        .Query = TRUE};
    IOP_QUOTA_QUESTION Question = {.Flags = (UCHAR)((RestartScan ? SL_RESTART_SCAN : 0) |
                                       (ReturnSingleEntry ? SL_RETURN_SINGLE_ENTRY : 0))};
    NTSTATUS Status = STATUS_SUCCESS;
    if (SidList != NULL && SidListLength != 0)
        Status = IopReadSidList(SidList, SidListLength, &Question);
    else if (StartSid != NULL)
        Status = IopReadStart(StartSid, &Question);
    if (NT_SUCCESS(Status))
        Status = IopBeginInquiry(&Inquiry, FILE_READ_DATA, FALSE);
    if (Status == STATUS_SUCCESS) {
        Status = IopSendQuota(&Inquiry, &Question, &Information);
        Status = IopEndInquiry(&Inquiry, Status, Information);
    }
    if (Question.List != NULL)
        ExiFree(Question.List);
    return Status;
}

NTSTATUS NTAPI ZwQueryQuotaInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Buffer, ULONG Length, BOOLEAN ReturnSingleEntry, void *SidList, ULONG SidListLength,
    PSID StartSid, BOOLEAN RestartScan)
{
    return ZW_CALL(QueryQuotaInformationFile,
        (FileHandle, IoStatusBlock, Buffer, Length, ReturnSingleEntry, SidList, SidListLength,
            StartSid, RestartScan));
}

/*
 * NtSetQuotaInformationFile - change quotas of users of a volume.
 *
 * IoStatusBlock.Information: of a list at fault, where its entry begins.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQueryQuotaInformationFile; QUOTA_LIST_INCONSISTENT: Buffer is no list;
 *          ACCESS_DENIED: no FILE_WRITE_DATA.
 * Source:  DOC ntifs/ZwSetQuotaInformationFile, ifs/irp-mj-set-quota; OBS
 *          tests/kernel/io/ZwQueryQuotaInformationFile.c
 */
NTSTATUS NTAPI NtSetQuotaInformationFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length)
{
    ULONG_PTR Information = 0;
    ULONG Offset = 0;
    IOP_INQUIRY Inquiry = {
        .Handle = FileHandle, .IoStatus = IoStatusBlock, .UserBuffer = Buffer, .Length = Length};
    NTSTATUS Status = IopBeginInquiry(&Inquiry, FILE_WRITE_DATA, TRUE);
    if (Status != STATUS_SUCCESS)
        return Status;
    Status = Inquiry.Buffer != NULL ? IoCheckQuotaBufferValidity(Inquiry.Buffer, Length, &Offset)
                                    : STATUS_QUOTA_LIST_INCONSISTENT;
    if (NT_SUCCESS(Status))
        return IopEndInquiry(&Inquiry, IopSendQuota(&Inquiry, NULL, &Information), 0);
    return IopEndAtFault(&Inquiry, Status, Offset);
}

NTSTATUS NTAPI ZwSetQuotaInformationFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length)
{
    return ZW_CALL(SetQuotaInformationFile, (FileHandle, IoStatusBlock, Buffer, Length));
}
