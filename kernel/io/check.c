/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Checks that services make of what they are given, for drivers that pass on what others ask over
 * another way: classes of information and their lengths, what a request takes of a handle, quotas.
 */
#include "io/check.h"
#include "io/info.h"

/*
 * IoCheckQuerySetFileInformation, IoCheckQuerySetVolumeInformation - whether there is such a class
 * of information to query, or to set, and whether so many bytes are enough of it.
 * IRQL: any. Returns: SUCCESS; INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH. Source: INF: ntifs.h,
 * undocumented; OBS tests/kernel/io/IoCheckQuerySetFileInformation.c
 */
NTSTATUS NTAPI IoCheckQuerySetFileInformation(
    FILE_INFORMATION_CLASS FileInformationClass, ULONG Length, BOOLEAN SetOperation)
{
    ACCESS_MASK Access;
    return IopCheckFileClass((ULONG)FileInformationClass, Length, !SetOperation, &Access);
}

NTSTATUS NTAPI IoCheckQuerySetVolumeInformation(
    FS_INFORMATION_CLASS FsInformationClass, ULONG Length, BOOLEAN SetOperation)
{
    ACCESS_MASK Access;
    return IopCheckVolumeClass((ULONG)FsInformationClass, Length, !SetOperation, &Access);
}

/* ---- what a request takes ---------------------------------------------------------------- */

typedef struct IOP_NEED {
    ACCESS_MASK All, Any; /* 0: nothing */
} IOP_NEED;

static NTSTATUS IopNeedOfClass(UCHAR Major, const FILE_INFORMATION_CLASS *FileClass,
    const FS_INFORMATION_CLASS *FsClass, ACCESS_MASK *Access)
{
    switch (Major) {
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
        if (FileClass == NULL)
            return STATUS_INVALID_PARAMETER;
        return IopCheckFileClass(
            (ULONG)*FileClass, MAXULONG, Major == IRP_MJ_QUERY_INFORMATION, Access);
    default:
        if (FsClass == NULL)
            return STATUS_INVALID_PARAMETER;
        return IopCheckVolumeClass(
            (ULONG)*FsClass, MAXULONG, Major == IRP_MJ_QUERY_VOLUME_INFORMATION, Access);
    }
}

/* STATUS_INVALID_DEVICE_REQUEST: nothing a program asks for. */
static NTSTATUS IopNeedOf(UCHAR Major, UCHAR Minor, ULONG ControlCode, IOP_NEED *Need)
{
    switch (Major) {
    case IRP_MJ_CREATE:
    case IRP_MJ_CREATE_NAMED_PIPE:
    case IRP_MJ_CREATE_MAILSLOT:
    case IRP_MJ_CLOSE:
    case IRP_MJ_CLEANUP:
        break;
    case IRP_MJ_READ:
        Need->All = FILE_READ_DATA;
        break;
    case IRP_MJ_WRITE:
    case IRP_MJ_FLUSH_BUFFERS:
        Need->Any = FILE_WRITE_DATA | FILE_APPEND_DATA;
        break;
    case IRP_MJ_QUERY_EA:
        Need->All = FILE_READ_EA;
        break;
    case IRP_MJ_SET_EA:
        Need->All = FILE_WRITE_EA;
        break;
    case IRP_MJ_DIRECTORY_CONTROL:
        Need->All = FILE_LIST_DIRECTORY;
        if (Minor != IRP_MN_QUERY_DIRECTORY && Minor != IRP_MN_NOTIFY_CHANGE_DIRECTORY)
            return STATUS_INVALID_DEVICE_REQUEST;
        break;
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_FILE_SYSTEM_CONTROL: /* FILE_READ_ACCESS is FILE_READ_DATA, and so on */
        Need->All = ControlCode >> 14 & (FILE_READ_DATA | FILE_WRITE_DATA);
        break;
    case IRP_MJ_LOCK_CONTROL:
        Need->Any = FILE_READ_DATA | FILE_WRITE_DATA;
        break;
    case IRP_MJ_QUERY_SECURITY:
        Need->All = READ_CONTROL;
        break;
    case IRP_MJ_SET_SECURITY:
        Need->Any = WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY;
        break;
    case IRP_MJ_QUERY_QUOTA:
        Need->All = FILE_READ_DATA;
        break;
    case IRP_MJ_SET_QUOTA:
        Need->All = FILE_WRITE_DATA;
        break;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return STATUS_SUCCESS;
}

/*
 * IoCheckFunctionAccess - whether a handle that grants so much may be used for a request.
 *
 * IoControlCode: of a control request. Argument1, Argument2: the class of information about a file,
 *          and about a volume; for the requests that have one.
 * IRQL:    any
 * Returns: SUCCESS; ACCESS_DENIED; INVALID_DEVICE_REQUEST: no such request; INVALID_PARAMETER: no
 *          class; INVALID_INFO_CLASS: there is none such.
 * Source:  INF: ntifs.h, undocumented; what is needed is what the services that make the requests
 *          document; OBS tests/kernel/io/IoCheckQuerySetFileInformation.c
 */
NTSTATUS NTAPI IoCheckFunctionAccess(ACCESS_MASK GrantedAccess, UCHAR MajorFunction,
    UCHAR MinorFunction, ULONG IoControlCode, const FILE_INFORMATION_CLASS *Argument1,
    const FS_INFORMATION_CLASS *Argument2)
{
    IOP_NEED Need = {0, 0};
    NTSTATUS Status;
    switch (MajorFunction) {
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_VOLUME_INFORMATION:
        Status = IopNeedOfClass(MajorFunction, Argument1, Argument2, &Need.All);
        break;
    default:
        Status = IopNeedOf(MajorFunction, MinorFunction, IoControlCode, &Need);
        break;
    }
    if (!NT_SUCCESS(Status))
        return Status;
    if ((Need.All & ~GrantedAccess) != 0 || (Need.Any != 0 && !(Need.Any & GrantedAccess)))
        return STATUS_ACCESS_DENIED;
    return STATUS_SUCCESS;
}

/* ---- quotas ------------------------------------------------------------------------------- */

/* The entry is a whole one of at most Left bytes. */
static BOOLEAN IopIsQuotaEntry(const FILE_QUOTA_INFORMATION *Entry, ULONG Left)
{
    const ULONG Head = FIELD_OFFSET(FILE_QUOTA_INFORMATION, Sid);
    const ULONG LeastSid = FIELD_OFFSET(FILE_QUOTA_INFORMATION, Sid.SubAuthority) - Head;
    if (Left < Head || Entry->SidLength < LeastSid || Left - Head < Entry->SidLength)
        return FALSE;
    return RtlValidSid((PSID)(ULONG_PTR)&Entry->Sid) &&
           RtlLengthSid((PSID)(ULONG_PTR)&Entry->Sid) == Entry->SidLength;
}

/*
 * IoCheckQuotaBufferValidity - whether a list of quotas is one: each entry with a SID of the length
 * it says, the next behind it at a multiple of four bytes, and the last one's end within
 * QuotaLength.
 *
 * ErrorOffset: where the entry at fault begins.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; DATATYPE_MISALIGNMENT: the list is not at a multiple of four;
 *          QUOTA_LIST_INCONSISTENT.
 * Source:  DOC ntifs/IoCheckQuotaBufferValidity; OBS tests/kernel/io/IoCheckQuotaBufferValidity.c
 */
NTSTATUS NTAPI IoCheckQuotaBufferValidity(
    const FILE_QUOTA_INFORMATION *QuotaBuffer, ULONG QuotaLength, ULONG *ErrorOffset)
{
    ULONG Place = 0;
    *ErrorOffset = 0;
    if ((ULONG_PTR)QuotaBuffer % sizeof(ULONG) != 0)
        return STATUS_DATATYPE_MISALIGNMENT;
    for (;;) {
        const UCHAR *At = (const UCHAR *)QuotaBuffer + Place;
        const FILE_QUOTA_INFORMATION *Entry = (const FILE_QUOTA_INFORMATION *)(const void *)At;
        const ULONG Left = QuotaLength - Place;
        *ErrorOffset = Place;
        if ((LONG)QuotaLength < 0 || !IopIsQuotaEntry(Entry, Left))
            return STATUS_QUOTA_LIST_INCONSISTENT;
        const ULONG Next = Entry->NextEntryOffset;
        const ULONG Bytes = FIELD_OFFSET(FILE_QUOTA_INFORMATION, Sid) + Entry->SidLength;
        if (Next == 0)
            return STATUS_SUCCESS;
        if (Next % sizeof(ULONG) != 0 || Next < Bytes || Next > Left)
            return STATUS_QUOTA_LIST_INCONSISTENT;
        Place += Next;
    }
}
