/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * NtQueryDirectoryObject: a directory's children, some at a time. The caller's context is the
 *          position in the sorted directory, so a name that comes or goes between two calls may
 *          shift what the next one begins with, as on Windows.
 */
#include "ob/obp.h"

typedef struct OBP_LISTING {
    OBJECT_HEADER **Child; /* pool; referenced */
    ULONG Count;           /* taken from the directory */
    ULONG Fitting;         /* of those, how many go into the caller's buffer */
    ULONG Bytes;           /* what the fitting ones take, or one if none fits */
    BOOLEAN More;          /* the directory goes on behind Count */
} OBP_LISTING;

static NTSTATUS ObpTakeChildren(
    OB_DIRECTORY *Directory, ULONG Start, ULONG Limit, OBP_LISTING *Listing)
{
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&ObpNameLock);
    ULONG Left = Start < Directory->Count ? Directory->Count - Start : 0;
    Listing->Count = Left < Limit ? Left : Limit;
    Listing->More = Left > Listing->Count;
    if (Left == 0) {
        Status = STATUS_NO_MORE_ENTRIES;
    } else {
        Listing->Child = ExiAllocate(NonPagedPoolNx, Listing->Count * sizeof(*Listing->Child),
            OBP_TAG_QUERY, EX_KERNEL_SITE);
        if (Listing->Child == NULL)
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    for (ULONG Index = 0; NT_SUCCESS(Status) && Index < Listing->Count; Index++) {
        Listing->Child[Index] = Directory->Child[Start + Index];
        ObiReference(Listing->Child[Index]->Body);
    }
    KiReleaseLock(&ObpNameLock, Old);
    return Status;
}

static void ObpReleaseChildren(OBP_LISTING *Listing)
{
    if (Listing->Child == NULL)
        return;
    for (ULONG Index = 0; Index < Listing->Count; Index++)
        ObfDereferenceObject(Listing->Child[Index]->Body);
    ExiFree(Listing->Child);
}

static ULONG ObpEntryBytes(const OBJECT_HEADER *Header)
{
    return sizeof(OBJECT_DIRECTORY_INFORMATION) + Header->Name.Length + Header->Type->Name.Length +
        2 * (ULONG)sizeof(WCHAR);
}

/* An entry of zeros ends the array, so there must be room for one more than there are. */
static void ObpMeasure(OBP_LISTING *Listing, ULONG Length)
{
    Listing->Bytes = sizeof(OBJECT_DIRECTORY_INFORMATION);
    for (Listing->Fitting = 0; Listing->Fitting < Listing->Count; Listing->Fitting++) {
        ULONG Bytes = ObpEntryBytes(Listing->Child[Listing->Fitting]);
        if (Length < Listing->Bytes || Length - Listing->Bytes < Bytes) {
            if (Listing->Fitting == 0)
                Listing->Bytes += Bytes;
            return;
        }
        Listing->Bytes += Bytes;
    }
}

/* Text goes to Answer + Offset; the string will be seen at User + Offset. */
static ULONG ObpPutString(
    UCHAR *Answer, UCHAR *User, ULONG Offset, const UNICODE_STRING *Text, UNICODE_STRING *String)
{
    String->Length = Text->Length;
    String->MaximumLength = (USHORT)(Text->Length + sizeof(WCHAR));
    String->Buffer = (WCHAR *)(void *)(User + Offset);
    __builtin_memcpy(Answer + Offset, Text->Buffer, Text->Length);
    return Offset + String->MaximumLength;
}

static NTSTATUS ObpWriteListing(const OBP_LISTING *Listing, void *User, KPROCESSOR_MODE Mode)
{
    UCHAR *Answer = ExiAllocateZero(NonPagedPoolNx, Listing->Bytes, OBP_TAG_QUERY, EX_KERNEL_SITE);
    if (Answer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    OBJECT_DIRECTORY_INFORMATION *Entry = (OBJECT_DIRECTORY_INFORMATION *)(void *)Answer;
    ULONG Offset = (Listing->Fitting + 1) * (ULONG)sizeof(*Entry);
    for (ULONG Index = 0; Index < Listing->Fitting; Index++) {
        const OBJECT_HEADER *Child = Listing->Child[Index];
        Offset = ObpPutString(Answer, User, Offset, &Child->Name, &Entry[Index].Name);
        Offset = ObpPutString(Answer, User, Offset, &Child->Type->Name, &Entry[Index].TypeName);
    }
    NTSTATUS Status = ObiWriteCaller(User, Answer, Listing->Bytes, Mode);
    ExiFree(Answer);
    return Status;
}

static NTSTATUS ObpReturnCounts(
    ULONG *Context, ULONG Position, ULONG *ReturnLength, ULONG Bytes, KPROCESSOR_MODE Mode)
{
    NTSTATUS Status = ObiWriteCaller(Context, &Position, sizeof(Position), Mode);
    if (NT_SUCCESS(Status) && ReturnLength != NULL)
        Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), Mode);
    return Status;
}

/*
 * NtQueryDirectoryObject - lists children of a directory: an array of OBJECT_DIRECTORY_INFORMATION
 * ended by one of zeros, the texts behind it.
 *
 * SingleEntry: one child only. RestartScan: begin at the first child, otherwise at *Context.
 *              ReturnLength: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: these were all that were left, or the one asked for; MORE_ENTRIES: the buffer
 *          is full; NO_MORE_ENTRIES; BUFFER_TOO_SMALL: not even one fits, *ReturnLength is what one
 *          takes; ACCESS_DENIED: no DIRECTORY_QUERY.
 * Source:  DOC devnotes/NtQueryDirectoryObject
 */
NTSTATUS NTAPI NtQueryDirectoryObject(HANDLE DirectoryHandle, void *Buffer, ULONG Length,
    BOOLEAN SingleEntry, BOOLEAN RestartScan, ULONG *Context, ULONG *ReturnLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    OBP_LISTING Listing = {0};
    ULONG Start = 0;
    void *Directory;

    NTSTATUS Status = ObiProbeOutput(Buffer, Length, sizeof(WCHAR), Mode);
    if (NT_SUCCESS(Status) && !RestartScan)
        Status = ObiReadCaller(&Start, Context, sizeof(Start), Mode);
    if (NT_SUCCESS(Status))
        Status = ObpReferenceFor(
            DirectoryHandle, DIRECTORY_QUERY, ObpDirectoryObjectType, &Directory);
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Limit = SingleEntry ? 1 : Length / (ULONG)sizeof(OBJECT_DIRECTORY_INFORMATION) + 1;
    Status = ObpTakeChildren(Directory, Start, Limit, &Listing);
    if (NT_SUCCESS(Status)) {
        ObpMeasure(&Listing, Length);
        if (Listing.Fitting == 0)
            Status = STATUS_BUFFER_TOO_SMALL;
        else if (!SingleEntry && (Listing.More || Listing.Fitting < Listing.Count))
            Status = STATUS_MORE_ENTRIES;
    }
    if (NT_SUCCESS(Status)) {
        NTSTATUS Written = ObpWriteListing(&Listing, Buffer, Mode);
        if (!NT_SUCCESS(Written))
            Status = Written;
    }
    if (NT_SUCCESS(Status) || Status == STATUS_BUFFER_TOO_SMALL ||
        Status == STATUS_NO_MORE_ENTRIES) {
        NTSTATUS Written = ObpReturnCounts(
            Context, Start + Listing.Fitting, ReturnLength, Listing.Bytes, Mode);
        if (!NT_SUCCESS(Written))
            Status = Written;
    }
    ObpReleaseChildren(&Listing);
    ObfDereferenceObject(Directory);
    return Status;
}
