/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Telling watches what changed: which of them it concerns, and the entry that is gathered for a
 *          request. Names are compared as they are given, byte by byte; those of one byte a
 *          character become Unicode in the entry.
 */
#include <string.h>

#include "ex/mutex.h"
#include "fsrtl/notify.h"
#include "rtl/rtl.h"

/* A change's name taken apart. All in Target's characters. */
typedef struct FSRTLP_PLACE {
    ULONG CharacterBytes;
    STRING Parent; /* the folder, without a backslash behind it unless it is the root */
    STRING Last;
    STRING Below;  /* of Parent, what lies below the watched folder */
} FSRTLP_PLACE;

static ULONG FsrtlpCharacterBytes(const STRING *Path)
{
    const BOOLEAN Wide =
        Path->Length >= sizeof(WCHAR) && Path->Buffer[0] == '\\' && Path->Buffer[1] == 0;
    return Wide ? sizeof(WCHAR) : sizeof(CHAR);
}

static STRING FsrtlpPart(const STRING *Whole, ULONG Start, ULONG End)
{
    return (STRING){(USHORT)(End - Start), (USHORT)(End - Start), Whole->Buffer + Start};
}

static FSRTLP_PLACE FsrtlpPlaceOf(const FSRTL_CHANGE *Change)
{
    FSRTLP_PLACE Place = {0};
    if (Change->Target == NULL)
        return Place;
    const ULONG One = FsrtlpCharacterBytes(Change->Target), Offset = Change->NameOffset;
    Place.CharacterBytes = One;
    Place.Last = FsrtlpPart(Change->Target, Offset, Change->Target->Length);
    if (Change->Parent != NULL && Change->Parent->Length != 0)
        Place.Parent = *Change->Parent;
    else
        Place.Parent = FsrtlpPart(Change->Target, 0, Offset > One ? Offset - One : Offset);
    return Place;
}

/* Whether the folder a change is in is the watched one or below it; sets Place->Below. */
static BOOLEAN FsrtlpIsIn(const STRING *Directory, FSRTLP_PLACE *Place)
{
    const STRING *Parent = &Place->Parent;
    const ULONG One = Place->CharacterBytes;
    if (Directory->Length <= One) { /* the root has everything below it */
        Place->Below = FsrtlpPart(
            Parent, Parent->Length >= One ? One : Parent->Length, Parent->Length);
        return TRUE;
    }
    if (Parent->Length < Directory->Length ||
        memcmp(Parent->Buffer, Directory->Buffer, Directory->Length) != 0)
        return FALSE;
    if (Parent->Length == Directory->Length) {
        Place->Below = FsrtlpPart(Parent, 0, 0);
        return TRUE;
    }
    if (Parent->Buffer[Directory->Length] != '\\')
        return FALSE;
    Place->Below = FsrtlpPart(Parent, Directory->Length + One, Parent->Length);
    return TRUE;
}

static BOOLEAN FsrtlpConcerns(
    const FSRTLP_WATCH *Watch, const FSRTL_CHANGE *Change, FSRTLP_PLACE *Place)
{
    const FSRTL_WATCHING *As = &Watch->As;
    if (!(As->Filter & Change->Filter) || (As->Directory == NULL) != (Change->Target == NULL))
        return FALSE;
    if (As->Directory != NULL) {
        if (!FsrtlpIsIn(As->Directory, Place) || (Place->Below.Length != 0 && !As->Tree))
            return FALSE;
        if (Place->Below.Length != 0 && As->Traverse != NULL &&
            !NT_SUCCESS(As->Traverse(As->FsContext, Change->TargetContext, As->Subject)))
            return FALSE;
    }
    return As->Accept == NULL || As->Accept(As->FsContext, Change->FilterContext);
}

/* ---- entries --------------------------------------------------------------------------------- */

static ULONG FsrtlpPut(UCHAR *To, const STRING *Piece, ULONG CharacterBytes)
{
    ULONG Bytes = Piece->Length;
    if (CharacterBytes == sizeof(CHAR))
        RtlOemToUnicodeN(
            (WCHAR *)(void *)To, Bytes * (ULONG)sizeof(WCHAR), &Bytes, Piece->Buffer, Bytes);
    else
        memcpy(To, Piece->Buffer, Bytes);
    return Bytes;
}

static ULONG FsrtlpPutCharacter(UCHAR *To, WCHAR Character)
{
    *(WCHAR *)(void *)To = Character;
    return sizeof(WCHAR);
}

/* Folders below the watched one, the name, a stream: "a\b\c.txt:s". */
static ULONG FsrtlpNameBytes(const FSRTL_CHANGE *Change, const FSRTLP_PLACE *Place)
{
    const ULONG Scale = Place->CharacterBytes == sizeof(CHAR) ? sizeof(WCHAR) : 1;
    ULONG Bytes = (Place->Below.Length + Place->Last.Length) * Scale;
    if (Place->Below.Length != 0)
        Bytes += sizeof(WCHAR);
    if (Change->Stream != NULL)
        Bytes += Change->Stream->Length * Scale + (Change->Target != NULL ? sizeof(WCHAR) : 0);
    return Bytes;
}

static void FsrtlpPutName(UCHAR *To, const FSRTL_CHANGE *Change, const FSRTLP_PLACE *Place)
{
    if (Place->Below.Length != 0) {
        To += FsrtlpPut(To, &Place->Below, Place->CharacterBytes);
        To += FsrtlpPutCharacter(To, u'\\');
    }
    To += FsrtlpPut(To, &Place->Last, Place->CharacterBytes);
    if (Change->Stream == NULL)
        return;
    if (Change->Target != NULL)
        To += FsrtlpPutCharacter(To, u':');
    FsrtlpPut(To, Change->Stream, Place->CharacterBytes);
}

/* FALSE: there is no room. */
static BOOLEAN FsrtlpGather(
    FSRTLP_WATCH *Watch, const FSRTL_CHANGE *Change, const FSRTLP_PLACE *Place)
{
    const ULONG NameBytes = FsrtlpNameBytes(Change, Place);
    const ULONG64 Start = ((ULONG64)Watch->Used + 3) & ~3ull;
    if (Start + FIELD_OFFSET(FILE_NOTIFY_INFORMATION, FileName) + NameBytes > Watch->Room)
        return FALSE;
    if (Watch->Buffer == NULL)
        Watch->Buffer = ExiAllocateZero(PagedPool, Watch->Room, FSRTL_TAG, EX_KERNEL_SITE);
    if (Watch->Buffer == NULL)
        return FALSE;
    FILE_NOTIFY_INFORMATION *Entry = (FILE_NOTIFY_INFORMATION *)(void *)(Watch->Buffer + Start);
    FILE_NOTIFY_INFORMATION *Last = (FILE_NOTIFY_INFORMATION *)(void *)(Watch->Buffer +
        Watch->Last);
    if (Watch->Used != 0)
        Last->NextEntryOffset = (ULONG)Start - Watch->Last;
    Entry->NextEntryOffset = 0;
    Entry->Action = Change->Action;
    Entry->FileNameLength = NameBytes;
    FsrtlpPutName((UCHAR *)Entry->FileName, Change, Place);
    Watch->Last = (ULONG)Start;
    Watch->Used = (ULONG)Start + FIELD_OFFSET(FILE_NOTIFY_INFORMATION, FileName) + NameBytes;
    return TRUE;
}

/* ---- reports --------------------------------------------------------------------------------- */

static void FsrtlpTell(
    FSRTLP_WATCH *Watch, const FSRTL_CHANGE *Change, const FSRTLP_PLACE *Place, LIST_ENTRY *Done)
{
    if (!Watch->Missed && (Change->Action == 0 || !FsrtlpGather(Watch, Change, Place)))
        Watch->Missed = TRUE;
    /* The new name is told together with the old one. */
    Watch->Waits = Change->Action == FILE_ACTION_RENAMED_OLD_NAME && !Watch->Missed;
    IRP *Irp = Watch->Waits ? NULL : FsrtlpTakeIrp(Watch);
    if (Irp != NULL)
        FsrtlpDeliver(Watch, Irp, Done);
}

void FsrtlReport(
    FSRTL_SYNC *Sync, const LIST_ENTRY *List, const FSRTL_CHANGE *Change, LIST_ENTRY *Done)
{
    FSRTLP_PLACE Place = FsrtlpPlaceOf(Change);
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&Sync->Mutex);
    for (LIST_ENTRY *Link = List->Flink; Link != List; Link = Link->Flink) {
        FSRTLP_WATCH *Watch = CONTAINING_RECORD(Link, FSRTLP_WATCH, Link);
        if (FsrtlpConcerns(Watch, Change, &Place))
            FsrtlpTell(Watch, Change, &Place, Done);
    }
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&Sync->Mutex);
}

/*
 * FsRtlNotifyFilterReportChange, FsRtlNotifyFullReportChange, FsRtlNotifyReportChange - something
 * in a folder changed.
 *
 * FullTargetName, TargetNameOffset (bytes): what; NULL: what the watches without a directory name
 * are about, StreamName being the name.
 * StreamName, NormalizedParentName: optional; the latter is the folder's full name in place of the
 *          former's beginning.
 * FileNamePartLength: bytes of FullTargetName's last part. FilterMatch: FILE_NOTIFY_CHANGE_…, a
 *          watch with any of them is told.
 * Action:  FILE_ACTION_…; after RENAMED_OLD_NAME requests wait for the next. TargetContext: for the
 *          traverse callbacks,
 * FilterContext: for the filter callbacks.
 * IRQL:    <= APC_LEVEL
 * Returns: nothing: what finds no room makes a watch's next request end with NOTIFY_ENUM_DIR. One
 *          request a watch is completed.
 * Source:  DOC ntifs/FsRtlNotifyFilterReportChange, FsRtlNotifyFullReportChange; MS-FSCC 2.7.1 for
 *          the entries; INF what no name means, and that an action of 0, as the last of the three
 *          reports, leaves nothing to read
 */
void NTAPI FsRtlNotifyFilterReportChange(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    STRING *FullTargetName, USHORT TargetNameOffset, STRING *StreamName,
    STRING *NormalizedParentName, ULONG FilterMatch, ULONG Action, void *TargetContext,
    void *FilterContext)
{
    const FSRTL_CHANGE Change = {FullTargetName, TargetNameOffset, StreamName, NormalizedParentName,
        FilterMatch, Action, TargetContext, FilterContext};
    LIST_ENTRY Done;
    InitializeListHead(&Done);
    FsrtlReport(NotifySync, NotifyList, &Change, &Done);
    FsrtlCompleteDone(&Done);
}

void NTAPI FsRtlNotifyFullReportChange(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    STRING *FullTargetName, USHORT TargetNameOffset, STRING *StreamName,
    STRING *NormalizedParentName, ULONG FilterMatch, ULONG Action, void *TargetContext)
{
    FsRtlNotifyFilterReportChange(NotifySync, NotifyList, FullTargetName, TargetNameOffset,
        StreamName, NormalizedParentName, FilterMatch, Action, TargetContext, NULL);
}

void NTAPI FsRtlNotifyReportChange(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    STRING *FullTargetName, USHORT *FileNamePartLength, ULONG FilterMatch)
{
    const USHORT Offset = (USHORT)(FullTargetName->Length - *FileNamePartLength);
    FsRtlNotifyFilterReportChange(
        NotifySync, NotifyList, FullTargetName, Offset, NULL, NULL, FilterMatch, 0, NULL, NULL);
}
