/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * fsrtl: who wants to know what changes in a folder (notify.c), and telling them (notifyreport.c).
 */
#pragma once

#include "fsrtl/fsrtl.h"
#include "se/se.h"

/* What a PNOTIFY_SYNC points to. */
typedef struct FSRTL_SYNC {
    FAST_MUTEX Mutex; /* guards the watches of one or more lists, but not their requests */
} FSRTL_SYNC;

typedef NTSTATUS NTAPI FSRTL_TRAVERSE(
    void *NotifyContext, void *TargetContext, SECURITY_SUBJECT_CONTEXT *SubjectContext);
typedef BOOLEAN NTAPI FSRTL_FILTER(void *NotifyContext, void *FilterContext);

/* ---- for file systems of ours: nothing raises, and requests are completed when no lock is held */

/* What a watch is asked for with. */
typedef struct FSRTL_WATCHING {
    void *FsContext;         /* one watch each */
    const STRING *Directory; /* stays the caller's: who renames the folder changes it */
    ULONG Filter;            /* FILE_NOTIFY_CHANGE_… */
    BOOLEAN Tree, IgnoreBuffer;
    FSRTL_TRAVERSE *Traverse;
    SECURITY_SUBJECT_CONTEXT *Subject; /* pool; the watch's from now on */
    FSRTL_FILTER *Accept;
} FSRTL_WATCHING;

typedef struct FSRTL_CHANGE {
    const STRING *Target;   /* the whole path */
    USHORT NameOffset;      /* bytes, of its last part */
    const STRING *Stream;   /* NULL: none */
    const STRING *Parent;   /* NULL: as Target begins */
    ULONG Filter, Action;   /* FILE_NOTIFY_CHANGE_…, FILE_ACTION_… */
    void *TargetContext, *FilterContext;
} FSRTL_CHANGE;

/* A sync is begun by ExiInitializeFastMutex. */
/*
 * PENDING: the request is marked so, and queued or in Done. INSUFFICIENT_RESOURCES: it was not
 * touched.
 */
NTSTATUS FsrtlWatch(
    FSRTL_SYNC *Sync, LIST_ENTRY *List, const FSRTL_WATCHING *Watching, IRP *Irp, LIST_ENTRY *Done);
/* Done: requests (by Tail.Overlay.ListEntry) that are to be completed with what they hold. */
void FsrtlEndWatch(FSRTL_SYNC *Sync, LIST_ENTRY *List, const void *FsContext, LIST_ENTRY *Done);
void FsrtlReport(
    FSRTL_SYNC *Sync, const LIST_ENTRY *List, const FSRTL_CHANGE *Change, LIST_ENTRY *Done);
void FsrtlDeleteWatched(
    FSRTL_SYNC *Sync, const LIST_ENTRY *List, const STRING *Directory, LIST_ENTRY *Done);
void FsrtlCompleteDone(LIST_ENTRY *Done);

/* ---- for the two files ----------------------------------------------------------------------- */

typedef struct FSRTLP_WATCH {
    LIST_ENTRY Link; /* the caller's list */
    FSRTL_WATCHING As;
    LIST_ENTRY Irps; /* under FsrtlpIrpLock, so that they can be cancelled at any IRQL */
    UCHAR *Buffer;   /* FILE_NOTIFY_INFORMATION that nobody has taken yet; pool; NULL: made when
                        needed */
    ULONG Room;      /* bytes of it: those of the first request's buffer, for good */
    ULONG Used;
    ULONG Last;      /* offset of the last entry */
    BOOLEAN Missed;  /* more changed than there is room for */
    BOOLEAN Waits;   /* an old name was told, and the new one follows */
    BOOLEAN Deleted; /* the folder goes */
} FSRTLP_WATCH;

/* The first request that is not being cancelled, off its list; NULL: none. */
IRP *FsrtlpTakeIrp(FSRTLP_WATCH *Watch);
/* What has been gathered goes into the request, which goes to Done. */
void FsrtlpDeliver(FSRTLP_WATCH *Watch, IRP *Irp, LIST_ENTRY *Done);

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI FsRtlNotifyInitializeSync(FSRTL_SYNC **NotifySync);
void NTAPI FsRtlNotifyUninitializeSync(FSRTL_SYNC **NotifySync);
void NTAPI FsRtlNotifyFilterChangeDirectory(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    void *FsContext, STRING *FullDirectoryName, BOOLEAN WatchTree, BOOLEAN IgnoreBuffer,
    ULONG CompletionFilter, IRP *NotifyIrp, FSRTL_TRAVERSE *TraverseCallback,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, FSRTL_FILTER *FilterCallback);
void NTAPI FsRtlNotifyFullChangeDirectory(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    void *FsContext, STRING *FullDirectoryName, BOOLEAN WatchTree, BOOLEAN IgnoreBuffer,
    ULONG CompletionFilter, IRP *NotifyIrp, FSRTL_TRAVERSE *TraverseCallback,
    SECURITY_SUBJECT_CONTEXT *SubjectContext);
void NTAPI FsRtlNotifyChangeDirectory(FSRTL_SYNC *NotifySync, void *FsContext,
    STRING *FullDirectoryName, LIST_ENTRY *NotifyList, BOOLEAN WatchTree, ULONG CompletionFilter,
    IRP *NotifyIrp);
void NTAPI FsRtlNotifyFilterReportChange(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    STRING *FullTargetName, USHORT TargetNameOffset, STRING *StreamName,
    STRING *NormalizedParentName, ULONG FilterMatch, ULONG Action, void *TargetContext,
    void *FilterContext);
void NTAPI FsRtlNotifyFullReportChange(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    STRING *FullTargetName, USHORT TargetNameOffset, STRING *StreamName,
    STRING *NormalizedParentName, ULONG FilterMatch, ULONG Action, void *TargetContext);
void NTAPI FsRtlNotifyReportChange(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    STRING *FullTargetName, USHORT *FileNamePartLength, ULONG FilterMatch);
void NTAPI FsRtlNotifyCleanup(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList, void *FsContext);
void NTAPI FsRtlNotifyCleanupAll(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList);
