/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Extended attributes: the lists are checked here, the attributes are the file system's. C: keeps
 * none, as FAT does not. The driver gets a copy of the caller's buffer, by whichever way it looks
 * for it.
 */
#include <string.h>

#include "io/info.h"
#include "ke/zw.h"

/* Bytes of an entry without padding. */
static ULONG IopFullEaBytes(const FILE_FULL_EA_INFORMATION *Entry)
{
    return FIELD_OFFSET(FILE_FULL_EA_INFORMATION, EaName) + Entry->EaNameLength + 1u +
        Entry->EaValueLength;
}

/*
 * IoCheckEaBufferValidity - whether a list of attributes is one: names end with a zero, entries
 * follow each other at multiples of four bytes, and the last ends within EaLength.
 *
 * ErrorOffset: optional; where the entry at fault begins.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; EA_LIST_INCONSISTENT.
 * Source:  DOC ntifs/IoCheckEaBufferValidity; OBS tests/kernel/io/IoCheckEaBufferValidity.c
 */
NTSTATUS NTAPI IoCheckEaBufferValidity(
    FILE_FULL_EA_INFORMATION *EaBuffer, ULONG EaLength, ULONG *ErrorOffset)
{
    ULONG Place = 0;
    for (;;) {
        const FILE_FULL_EA_INFORMATION *Entry =
            (const FILE_FULL_EA_INFORMATION *)(const void *)((const UCHAR *)EaBuffer + Place);
        const ULONG Left = EaLength - Place;
        if (Left < FIELD_OFFSET(FILE_FULL_EA_INFORMATION, EaName) || Left < IopFullEaBytes(Entry) ||
            Entry->EaName[Entry->EaNameLength] != 0)
            break;
        const ULONG Next = Entry->NextEntryOffset;
        if (Next == 0)
            return STATUS_SUCCESS;
        if (Next != ((IopFullEaBytes(Entry) + 3) & ~3u) || Next > Left)
            break;
        Place += Next;
    }
    if (ErrorOffset != NULL)
        *ErrorOffset = Place;
    return STATUS_EA_LIST_INCONSISTENT;
}

/* The same of names alone. */
static BOOLEAN IopIsGetEaList(const UCHAR *List, ULONG Bytes)
{
    ULONG Place = 0;
    for (;;) {
        const FILE_GET_EA_INFORMATION *Entry =
            (const FILE_GET_EA_INFORMATION *)(const void *)(List + Place);
        const ULONG Left = Bytes - Place, Head = FIELD_OFFSET(FILE_GET_EA_INFORMATION, EaName);
        if (Left < Head || Left < Head + Entry->EaNameLength + 1u ||
            Entry->EaName[Entry->EaNameLength] != 0)
            return FALSE;
        if (Entry->NextEntryOffset == 0)
            return TRUE;
        if (Entry->NextEntryOffset % 4 != 0 || Entry->NextEntryOffset > Left ||
            Entry->NextEntryOffset < Head + Entry->EaNameLength + 1u)
            return FALSE;
        Place += Entry->NextEntryOffset;
    }
}

typedef struct IOP_EA_QUESTION {
    void *List; /* pool, or NULL */
    ULONG ListBytes;
    ULONG Index;
    UCHAR Flags;
} IOP_EA_QUESTION;

/* *Information: as IopAskDriver. Question: NULL for a set. */
static NTSTATUS IopSendEa(
    const IOP_INQUIRY *Inquiry, const IOP_EA_QUESTION *Question, ULONG_PTR *Information)
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
    Stack->MajorFunction = Question != NULL ? IRP_MJ_QUERY_EA : IRP_MJ_SET_EA;
    if (Question != NULL) {
        Stack->Flags = Question->Flags;
        Stack->Parameters.QueryEa.Length = Inquiry->Length;
        Stack->Parameters.QueryEa.EaList = Question->List;
        Stack->Parameters.QueryEa.EaListLength = Question->ListBytes;
        Stack->Parameters.QueryEa.EaIndex = Question->Index;
    } else {
        Stack->Parameters.SetEa.Length = Inquiry->Length;
    }
    return IopSendInternal(Inquiry->Device, Irp, Information);
}

/* What the caller asks for besides; List is the caller's to free. */
static NTSTATUS IopReadQuestion(
    const void *EaList, ULONG EaListLength, const ULONG *EaIndex, IOP_EA_QUESTION *Question)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = STATUS_SUCCESS;
    if (EaList != NULL && EaListLength != 0) {
        Question->List = ExiAllocate(NonPagedPoolNx, EaListLength, IOP_TAG_IO, EX_KERNEL_SITE);
        if (Question->List == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Question->ListBytes = EaListLength;
        Status = ObiReadCaller(Question->List, EaList, EaListLength, Mode);
        if (NT_SUCCESS(Status) && !IopIsGetEaList(Question->List, EaListLength))
            Status = STATUS_EA_LIST_INCONSISTENT;
    } else if (EaIndex != NULL) {
        Question->Flags |= SL_INDEX_SPECIFIED;
        Status = ObiReadCaller(&Question->Index, EaIndex, sizeof(Question->Index), Mode);
    }
    return Status;
}

/*
 * NtQueryEaFile - extended attributes of a file: those of EaList by name, those from *EaIndex on,
 * or all there are one after the other.
 *
 * EaList: optional, FILE_GET_EA_INFORMATIONs. EaIndex: optional, from 1.
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status; EA_LIST_INCONSISTENT: EaList is none; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED (no FILE_READ_EA), ACCESS_VIOLATION,
 *          INSUFFICIENT_RESOURCES. Of C: EAS_NOT_SUPPORTED.
 * Source:  DOC ntifs/ZwQueryEaFile; OBS tests/kernel/io/ZwQueryEaFile.c
 */
NTSTATUS NTAPI NtQueryEaFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer,
    ULONG Length, BOOLEAN ReturnSingleEntry, void *EaList, ULONG EaListLength, ULONG *EaIndex,
    BOOLEAN RestartScan)
{
    ULONG_PTR Information = 0;
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = Buffer,
        .Length = Length,
        .Query = TRUE};
    IOP_EA_QUESTION Question = {.Flags = (UCHAR)((RestartScan ? SL_RESTART_SCAN : 0) |
                                    (ReturnSingleEntry ? SL_RETURN_SINGLE_ENTRY : 0))};
    NTSTATUS Status = IopReadQuestion(EaList, EaListLength, EaIndex, &Question);
    if (NT_SUCCESS(Status))
        Status = IopBeginInquiry(&Inquiry, FILE_READ_EA, FALSE);
    if (Status == STATUS_SUCCESS) {
        Status = IopSendEa(&Inquiry, &Question, &Information);
        Status = IopEndInquiry(&Inquiry, Status, Information);
    }
    if (Question.List != NULL)
        ExiFree(Question.List);
    return Status;
}

NTSTATUS NTAPI ZwQueryEaFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer,
    ULONG Length, BOOLEAN ReturnSingleEntry, void *EaList, ULONG EaListLength, ULONG *EaIndex,
    BOOLEAN RestartScan)
{
    return ZW_CALL(QueryEaFile,
        (FileHandle, IoStatusBlock, Buffer, Length, ReturnSingleEntry, EaList, EaListLength,
            EaIndex, RestartScan));
}

/*
 * NtSetEaFile - set, or with values of no length remove, extended attributes of a file.
 *
 * IoStatusBlock.Information: of a list at fault, where its entry begins.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQueryEaFile; EA_LIST_INCONSISTENT: Buffer is no list; ACCESS_DENIED: no
 * FILE_WRITE_EA.
 * Source:  DOC ntifs/ZwSetEaFile; OBS tests/kernel/io/ZwQueryEaFile.c
 */
NTSTATUS NTAPI NtSetEaFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length)
{
    ULONG_PTR Information = 0;
    ULONG Offset = 0;
    IOP_INQUIRY Inquiry = {
        .Handle = FileHandle, .IoStatus = IoStatusBlock, .UserBuffer = Buffer, .Length = Length};
    NTSTATUS Status = IopBeginInquiry(&Inquiry, FILE_WRITE_EA, TRUE);
    if (Status != STATUS_SUCCESS)
        return Status;
    Status = Inquiry.Buffer != NULL ? IoCheckEaBufferValidity(Inquiry.Buffer, Length, &Offset)
                                    : STATUS_EA_LIST_INCONSISTENT;
    if (NT_SUCCESS(Status))
        return IopEndInquiry(&Inquiry, IopSendEa(&Inquiry, NULL, &Information), 0);
    return IopEndAtFault(&Inquiry, Status, Offset);
}

NTSTATUS NTAPI ZwSetEaFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length)
{
    return ZW_CALL(SetEaFile, (FileHandle, IoStatusBlock, Buffer, Length));
}
