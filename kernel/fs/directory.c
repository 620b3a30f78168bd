/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IRP_MJ_DIRECTORY_CONTROL: listing a folder (watching one is in watch.c). The first query of an
 * open sets its pattern and takes the names that match, in order; restarting takes them anew. Each
 * query then looks at the files themselves, and leaves out those that have gone.
 */
#include <string.h>

#include "fs/fsp.h"

/* ---- the names ------------------------------------------------------------------------------- */

/* Names as they are gathered: Text is of the host's memory, as it may grow. */
typedef struct FSP_GATHER {
    const UNICODE_STRING *Pattern;
    char *Text;
    SIZE_T Bytes, Room;
    ULONG Count;
    BOOLEAN Failed;
} FSP_GATHER;

static BOOLEAN FspMatches(const UNICODE_STRING *Pattern, const char *Text)
{
    WCHAR Buffer[FSP_NAME_CHARACTERS];
    ULONG Characters = FspToNtName(Text, Buffer);
    UNICODE_STRING Name = {.Length = (USHORT)(Characters * sizeof(WCHAR)), .Buffer = Buffer},
                   Expression = *Pattern;
    if (Characters == 0)
        return FALSE;
    return Pattern->Length == 0 || FsRtlIsNameInExpression(&Expression, &Name, TRUE, NULL);
}

static bool FspGatherName(void *Context, const char *Text)
{
    FSP_GATHER *Gather = Context;
    SIZE_T Bytes = strlen(Text) + 1;
    if (!FspMatches(Gather->Pattern, Text))
        return true;
    if (Gather->Bytes + Bytes > Gather->Room) {
        SIZE_T Room = Gather->Room * 2 + 1024;
        char *Larger = ExiAllocate(PagedPool, Room, FSP_TAG, EX_KERNEL_SITE);
        if (Larger == NULL) {
            Gather->Failed = TRUE;
            return false;
        }
        if (Gather->Text != NULL) {
            memcpy(Larger, Gather->Text, Gather->Bytes);
            ExiFree(Gather->Text);
        }
        Gather->Text = Larger;
        Gather->Room = Room;
    }
    memcpy(Gather->Text + Gather->Bytes, Text, Bytes);
    Gather->Bytes += Bytes;
    Gather->Count++;
    return true;
}

/* In upper case, as NTFS keeps its folders. */
static int FspCompareNames(const void *Left, const void *Right)
{
    WCHAR First[FSP_NAME_CHARACTERS], Second[FSP_NAME_CHARACTERS];
    SIZE_T FirstLength = FspToNtName(*(char *const *)Left, First);
    SIZE_T SecondLength = FspToNtName(*(char *const *)Right, Second);
    return RtlCompareUnicodeStrings(First, FirstLength, Second, SecondLength, TRUE);
}

static void FspSiftDown(const char **Names, ULONG Root, ULONG Count)
{
    for (ULONG Child; (Child = Root * 2 + 1) < Count; Root = Child) {
        if (Child + 1 < Count && FspCompareNames(&Names[Child], &Names[Child + 1]) < 0)
            Child++;
        if (FspCompareNames(&Names[Root], &Names[Child]) >= 0)
            return;
        const char *Other = Names[Root];
        Names[Root] = Names[Child];
        Names[Child] = Other;
    }
}

/* A heap sort: qsort allocates, and the thread may be taken out of it. */
static void FspSort(const char **Names, ULONG Count)
{
    for (ULONG Root = Count / 2; Root-- != 0;)
        FspSiftDown(Names, Root, Count);
    for (ULONG End = Count; End > 1; End--) {
        const char *Largest = Names[0];
        Names[0] = Names[End - 1];
        Names[End - 1] = Largest;
        FspSiftDown(Names, 0, End - 1);
    }
}

/* Gives the open the gathered names in order. */
static NTSTATUS FspKeepNames(FSP_OPEN *Open, const FSP_GATHER *Gather)
{
    if (Gather->Count == 0)
        return STATUS_SUCCESS;
    const char **Names = ExiAllocate(
        PagedPool, Gather->Count * sizeof(char *), FSP_TAG, EX_KERNEL_SITE);
    char *Sorted = ExiAllocate(PagedPool, Gather->Bytes, FSP_TAG, EX_KERNEL_SITE);
    if (Names == NULL || Sorted == NULL) {
        if (Names != NULL)
            ExiFree(Names);
        if (Sorted != NULL)
            ExiFree(Sorted);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    const char *At = Gather->Text;
    for (ULONG Index = 0; Index < Gather->Count; Index++, At += strlen(At) + 1)
        Names[Index] = At;
    FspSort(Names, Gather->Count);
    char *To = Sorted;
    for (ULONG Index = 0; Index < Gather->Count; Index++)
        To = stpcpy(To, Names[Index]) + 1;
    ExiFree(Names);
    Open->Names = Sorted;
    Open->NamesBytes = Gather->Bytes;
    return STATUS_SUCCESS;
}

static NTSTATUS FspGatherAll(FSP_OPEN *Open)
{
    FSP_GATHER Gather = {.Pattern = &Open->Pattern};
    if (Open->Names != NULL)
        ExiFree(Open->Names);
    Open->Names = NULL;
    Open->NamesBytes = Open->NamesAt = 0;
    Open->Dots = Open->File->Path[0] == 0 ? 2 : 0; /* the root has neither */
    int Error = host_folder_list(Open->Handle, FspGatherName, &Gather);
    NTSTATUS Status = Gather.Failed ? STATUS_INSUFFICIENT_RESOURCES : FspStatusFromHost(Error);
    if (NT_SUCCESS(Status))
        Status = FspKeepNames(Open, &Gather);
    if (Gather.Text != NULL)
        ExiFree(Gather.Text);
    return Status;
}

/* The pattern of the first query holds for all. "*" and none are everything. */
static NTSTATUS FspSetPattern(FSP_OPEN *Open, const UNICODE_STRING *Pattern)
{
    if (Pattern == NULL || Pattern->Length == 0 ||
        (Pattern->Length == sizeof(WCHAR) && Pattern->Buffer[0] == u'*'))
        return STATUS_SUCCESS;
    WCHAR *Copy = ExiAllocate(PagedPool, Pattern->Length, FSP_TAG, EX_KERNEL_SITE);
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Index = 0; Index < Pattern->Length / sizeof(WCHAR); Index++)
        Copy[Index] = RtlUpcaseUnicodeChar(Pattern->Buffer[Index]);
    if (Open->Pattern.Buffer != NULL)
        ExiFree(Open->Pattern.Buffer); /* of a first query that failed */
    Open->Pattern = (UNICODE_STRING){
        .Length = Pattern->Length, .MaximumLength = Pattern->Length, .Buffer = Copy};
    return STATUS_SUCCESS;
}

void FspEndQuery(FSP_OPEN *Open)
{
    if (Open->Pattern.Buffer != NULL)
        ExiFree(Open->Pattern.Buffer);
    if (Open->Names != NULL)
        ExiFree(Open->Names);
}

/* ---- entries --------------------------------------------------------------------------------- */

/* Where each class has what. All begin with NextEntryOffset and FileIndex. */
typedef struct FSP_LAYOUT {
    FILE_INFORMATION_CLASS Class;
    UCHAR NameLength, Name, Id;
    BOOLEAN Times;
} FSP_LAYOUT;

#define FSP_LAYOUT_OF(Type) \
    .NameLength = FIELD_OFFSET(Type, FileNameLength), .Name = FIELD_OFFSET(Type, FileName)

static const FSP_LAYOUT FspLayout[] = {
    {FileDirectoryInformation, FSP_LAYOUT_OF(FILE_DIRECTORY_INFORMATION), .Times = TRUE},
    {FileFullDirectoryInformation, FSP_LAYOUT_OF(FILE_FULL_DIR_INFORMATION), .Times = TRUE},
    {FileIdFullDirectoryInformation, FSP_LAYOUT_OF(FILE_ID_FULL_DIR_INFORMATION),
        .Id = FIELD_OFFSET(FILE_ID_FULL_DIR_INFORMATION, FileId), .Times = TRUE},
    {FileBothDirectoryInformation, FSP_LAYOUT_OF(FILE_BOTH_DIR_INFORMATION), .Times = TRUE},
    {FileIdBothDirectoryInformation, FSP_LAYOUT_OF(FILE_ID_BOTH_DIR_INFORMATION),
        .Id = FIELD_OFFSET(FILE_ID_BOTH_DIR_INFORMATION, FileId), .Times = TRUE},
    {FileNamesInformation, FSP_LAYOUT_OF(FILE_NAMES_INFORMATION)},
};

static const FSP_LAYOUT *FspLayoutOf(FILE_INFORMATION_CLASS Class)
{
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(FspLayout); Index++) {
        if (FspLayout[Index].Class == Class)
            return &FspLayout[Index];
    }
    return NULL;
}

typedef struct FSP_LISTING {
    FSP_OPEN *Open;
    const FSP_LAYOUT *Layout;
    UCHAR *Buffer;
    ULONG Length;
    ULONG At;    /* bytes used, the last entry's padding left out */
    ULONG *Link; /* NextEntryOffset of the last entry */
} FSP_LISTING;

static void FspFillTimes(UCHAR *Entry, const struct host_file_status *Status)
{
    FILE_DIRECTORY_INFORMATION *Times = (FILE_DIRECTORY_INFORMATION *)(void *)Entry;
    Times->CreationTime.QuadPart = (LONGLONG)Status->created;
    Times->LastAccessTime.QuadPart = (LONGLONG)Status->accessed;
    Times->LastWriteTime.QuadPart = (LONGLONG)Status->written;
    Times->ChangeTime.QuadPart = (LONGLONG)Status->changed;
    Times->EndOfFile.QuadPart = (LONGLONG)Status->size_bytes;
    Times->AllocationSize.QuadPart = (LONGLONG)Status->allocated_bytes;
    Times->FileAttributes = FspAttributes(Status);
}

/* BUFFER_OVERFLOW: the first entry, and its name is cut. NO_MORE_FILES: no room for another; it
 * comes next time. */
static NTSTATUS FspAddEntry(
    FSP_LISTING *List, const WCHAR *Name, ULONG Characters, const struct host_file_status *Status)
{
    const ULONG NameBytes = Characters * (ULONG)sizeof(WCHAR);
    const ULONG Start = (List->At + 7) & ~7u;
    UCHAR *Entry = List->Buffer + Start;
    if (Start + List->Layout->Name + NameBytes > List->Length) {
        if (List->At != 0)
            return STATUS_NO_MORE_FILES;
        if (List->Layout->Name > List->Length)
            return STATUS_BUFFER_OVERFLOW;
    }
    ULONG Room = List->Length - Start - List->Layout->Name;
    ULONG Taken = NameBytes < Room ? NameBytes : Room & ~1u;
    memset(Entry, 0, List->Layout->Name);
    if (List->Layout->Times)
        FspFillTimes(Entry, Status);
    if (List->Layout->Id != 0)
        memcpy(Entry + List->Layout->Id, &Status->inode, sizeof(ULONG64));
    memcpy(Entry + List->Layout->NameLength, &NameBytes, sizeof(ULONG));
    memcpy(Entry + List->Layout->Name, Name, Taken);
    if (List->Link != NULL)
        *List->Link = Start - (ULONG)((UCHAR *)List->Link - List->Buffer);
    List->Link = (ULONG *)(void *)Entry;
    List->At = Start + List->Layout->Name + Taken;
    return Taken == NameBytes ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

/* . and .., of which the second stands for the folder this one is in; its times are not worth a
 * walk. */
static NTSTATUS FspAddDots(FSP_LISTING *List, BOOLEAN Single)
{
    struct host_file_status Status;
    FSP_OPEN *Open = List->Open;
    for (; Open->Dots < 2; Open->Dots++) {
        UNICODE_STRING Name = {
            .Length = (USHORT)((Open->Dots + 1) * sizeof(WCHAR)), .Buffer = (WCHAR[]){u'.', u'.'}};
        if (Open->Pattern.Length != 0 &&
            !FsRtlIsNameInExpression(&Open->Pattern, &Name, TRUE, NULL))
            continue;
        int Error = host_file_query(Open->Handle, &Status);
        if (Error != 0)
            return FspStatusFromHost(Error);
        NTSTATUS Result = FspAddEntry(List, Name.Buffer, Open->Dots + 1u, &Status);
        if (Result != STATUS_SUCCESS)
            return Result;
        if (Single) {
            Open->Dots++;
            return STATUS_NO_MORE_FILES;
        }
    }
    return STATUS_SUCCESS;
}

static NTSTATUS FspAddNames(FSP_LISTING *List, BOOLEAN Single)
{
    WCHAR Name[FSP_NAME_CHARACTERS];
    struct host_file_status Status;
    FSP_OPEN *Open = List->Open;
    NTSTATUS Result = FspAddDots(List, Single);
    while (Result == STATUS_SUCCESS && Open->NamesAt < Open->NamesBytes) {
        const char *Text = Open->Names + Open->NamesAt;
        const SIZE_T Bytes = strlen(Text) + 1;
        if (host_folder_status(Open->Handle, Text, &Status) == 0 &&
            Status.kind != HOST_FILE_OTHER) {
            Result = FspAddEntry(List, Name, FspToNtName(Text, Name), &Status);
            if (Result == STATUS_NO_MORE_FILES)
                break;
            if (Single && Result == STATUS_SUCCESS)
                Result = STATUS_NO_MORE_FILES;
        }
        Open->NamesAt += Bytes;
    }
    return Result == STATUS_NO_MORE_FILES ? STATUS_SUCCESS : Result;
}

/* ---- the request ----------------------------------------------------------------------------- */

static NTSTATUS FspQueryDirectory(FSP_OPEN *Open, const IO_STACK_LOCATION *Stack, FSP_LISTING *List)
{
    const BOOLEAN First = !Open->Searched;
    NTSTATUS Status = STATUS_SUCCESS;
    if (First)
        Status = FspSetPattern(Open, Stack->Parameters.QueryDirectory.FileName);
    if (NT_SUCCESS(Status) && (First || (Stack->Flags & SL_RESTART_SCAN)))
        Status = FspGatherAll(Open);
    if (!NT_SUCCESS(Status))
        return Status;
    Open->Searched = TRUE;
    Status = FspAddNames(List, (Stack->Flags & SL_RETURN_SINGLE_ENTRY) != 0);
    if (Status == STATUS_SUCCESS && List->At == 0)
        Status = First ? STATUS_NO_SUCH_FILE : STATUS_NO_MORE_FILES;
    return Status;
}

/* From the first entry, by a pattern of its own; the handle's query stays where it is. */
static NTSTATUS FspQueryApart(
    const FSP_OPEN *Open, const IO_STACK_LOCATION *Stack, FSP_LISTING *List)
{
    FSP_OPEN Apart = *Open;
    Apart.Searched = FALSE;
    Apart.Pattern = (UNICODE_STRING){0};
    Apart.Names = NULL;
    List->Open = &Apart;
    NTSTATUS Status = FspQueryDirectory(&Apart, Stack, List);
    FspEndQuery(&Apart);
    return Status;
}

static NTSTATUS FspList(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    FSP_LISTING List = {.Open = Open,
        .Layout = FspLayoutOf(Stack->Parameters.QueryDirectory.FileInformationClass),
        .Buffer = Irp->AssociatedIrp.SystemBuffer != NULL ? Irp->AssociatedIrp.SystemBuffer
                                                          : FspBuffer(Irp),
        .Length = Stack->Parameters.QueryDirectory.Length};
    if (List.Layout == NULL)
        return STATUS_INVALID_INFO_CLASS;
    if (List.Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    FspAcquireLock();
    NTSTATUS Status = STATUS_DELETE_PENDING;
    if (!Open->File->Removed)
        Status = (Stack->Flags & SL_NO_CURSOR_UPDATE_QUERY) ? FspQueryApart(Open, Stack, &List)
                                                            : FspQueryDirectory(Open, Stack, &List);
    FspUnlock();
    *Information = List.At;
    return Status;
}

NTSTATUS FspDirectoryControl(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    *Information = 0;
    if (Stack->MinorFunction != IRP_MN_QUERY_DIRECTORY &&
        Stack->MinorFunction != IRP_MN_NOTIFY_CHANGE_DIRECTORY)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Open == NULL || Open->Volume || !Open->File->Folder)
        return STATUS_INVALID_PARAMETER;
    if (Stack->MinorFunction == IRP_MN_NOTIFY_CHANGE_DIRECTORY)
        return FspWatch(Open, Irp, Stack);
    return FspList(Irp, Stack, Information);
}
