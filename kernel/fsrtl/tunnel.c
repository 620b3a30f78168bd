/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tunnel caches: what a file system wants remembered of a name it took away, for a file that soon
 *          gets it again. Entries are few and short-lived, so one list by age serves; whoever uses
 *          a cache drops what has grown old.
 */
#include <string.h>

#include "ex/mutex.h"
#include "fsrtl/tunnel.h"
#include "rtl/rtl.h"

#define FSRTLP_TUNNEL_ENTRIES 256         /* Windows: MaximumTunnelEntries */
#define FSRTLP_TUNNEL_AGE_100NS 150000000 /* 15 s: MaximumTunnelEntryAgeInSeconds */

typedef struct FSRTLP_TUNNELLED {
    LIST_ENTRY Link;
    LONGLONG Added;
    ULONGLONG Directory;
    BOOLEAN ByShortName;
    UNICODE_STRING Short, Long; /* behind Data */
    ULONG DataBytes;
    __attribute__((aligned(8))) UCHAR Data[];
} FSRTLP_TUNNELLED;

static LONGLONG FsrtlpNow(void)
{
    LARGE_INTEGER Now;
    KeQuerySystemTime(&Now);
    return Now.QuadPart;
}

/* ---- under the cache's mutex ----------------------------------------------------------------- */

static void FsrtlpForget(FSRTL_TUNNEL *Cache, FSRTLP_TUNNELLED *Entry)
{
    RemoveEntryList(&Entry->Link);
    Cache->NumEntries--;
    ExiFree(Entry);
}

static void FsrtlpForgetOld(FSRTL_TUNNEL *Cache)
{
    const LONGLONG Now = FsrtlpNow();
    while (!IsListEmpty(&Cache->TimerQueue)) {
        FSRTLP_TUNNELLED *Oldest = CONTAINING_RECORD(
            Cache->TimerQueue.Flink, FSRTLP_TUNNELLED, Link);
        if (Cache->NumEntries <= FSRTLP_TUNNEL_ENTRIES &&
            Now - Oldest->Added < FSRTLP_TUNNEL_AGE_100NS && Now >= Oldest->Added)
            return;
        FsrtlpForget(Cache, Oldest);
    }
}

static FSRTLP_TUNNELLED *FsrtlpFindTunnelled(
    FSRTL_TUNNEL *Cache, ULONGLONG Directory, const UNICODE_STRING *Name)
{
    for (LIST_ENTRY *Link = Cache->TimerQueue.Flink; Link != &Cache->TimerQueue;
         Link = Link->Flink) {
        FSRTLP_TUNNELLED *Entry = CONTAINING_RECORD(Link, FSRTLP_TUNNELLED, Link);
        if (Entry->Directory == Directory &&
            RtlEqualUnicodeString(Entry->ByShortName ? &Entry->Short : &Entry->Long, Name, TRUE))
            return Entry;
    }
    return NULL;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlInitializeTunnelCache - an empty one. IRQL: <= APC_LEVEL. Owner: FsRtlDeleteTunnelCache.
 * Source: DOC ntifs.
 */
void NTAPI FsRtlInitializeTunnelCache(FSRTL_TUNNEL *Cache)
{
    ExiInitializeFastMutex(&Cache->Mutex);
    InitializeListHead(&Cache->TimerQueue);
    Cache->Unused = NULL;
    Cache->NumEntries = 0;
}

static UNICODE_STRING FsrtlpKeep(UCHAR *Room, const UNICODE_STRING *Name)
{
    const USHORT Bytes = Name != NULL ? Name->Length : 0;
    if (Bytes != 0)
        memcpy(Room, Name->Buffer, Bytes);
    return (UNICODE_STRING){Bytes, Bytes, (WCHAR *)(void *)Room};
}

/*
 * FsRtlAddToTunnelCache - remember a name that is taken away. One that is there already is
 * replaced.
 *
 * ShortName, LongName: that which is no key is optional. Data: DataLength bytes of the file
 *          system's.
 * IRQL:    <= APC_LEVEL
 * Returns: nothing: what there is no memory for is not remembered.
 * Source:  DOC ntifs/FsRtlAddToTunnelCache; INF the failure, and that the last one counts
 */
void NTAPI FsRtlAddToTunnelCache(FSRTL_TUNNEL *Cache, ULONGLONG DirectoryKey,
    UNICODE_STRING *ShortName, UNICODE_STRING *LongName, BOOLEAN KeyByShortName, ULONG DataLength,
    PVOID Data)
{
    const SIZE_T NamesAt = ((SIZE_T)DataLength + 1) & ~(SIZE_T)1;
    const SIZE_T ShortBytes = ShortName != NULL ? ShortName->Length : 0;
    const SIZE_T LongBytes = LongName != NULL ? LongName->Length : 0;
    FSRTLP_TUNNELLED *Entry = ExiAllocate(
        PagedPool, sizeof(*Entry) + NamesAt + ShortBytes + LongBytes, FSRTL_TAG, EX_CALLER);
    if (Entry == NULL)
        return;
    Entry->Added = FsrtlpNow();
    Entry->Directory = DirectoryKey;
    Entry->ByShortName = KeyByShortName;
    Entry->DataBytes = DataLength;
    if (DataLength != 0)
        memcpy(Entry->Data, Data, DataLength);
    Entry->Short = FsrtlpKeep(Entry->Data + NamesAt, ShortName);
    Entry->Long = FsrtlpKeep(Entry->Data + NamesAt + ShortBytes, LongName);
    ExAcquireFastMutex(&Cache->Mutex);
    FSRTLP_TUNNELLED *Known = FsrtlpFindTunnelled(
        Cache, DirectoryKey, KeyByShortName ? &Entry->Short : &Entry->Long);
    if (Known != NULL)
        FsrtlpForget(Cache, Known);
    InsertTailList(&Cache->TimerQueue, &Entry->Link);
    Cache->NumEntries++;
    FsrtlpForgetOld(Cache);
    ExReleaseFastMutex(&Cache->Mutex);
}

/* Into the caller's string, or one of ours that it frees. FALSE: there is no memory for that. */
static BOOLEAN FsrtlpGiveLong(const UNICODE_STRING *Kept, UNICODE_STRING *LongName)
{
    if (Kept->Length > LongName->MaximumLength) {
        WCHAR *Larger = ExiAllocate(PagedPool, Kept->Length, FSRTL_TAG, EX_KERNEL_SITE);
        if (Larger == NULL)
            return FALSE;
        LongName->Buffer = Larger;
        LongName->MaximumLength = Kept->Length;
    }
    if (Kept->Length != 0)
        memcpy(LongName->Buffer, Kept->Buffer, Kept->Length);
    LongName->Length = Kept->Length;
    return TRUE;
}

/*
 * FsRtlFindInTunnelCache - what is remembered of a name, in any case of letters.
 *
 * ShortName: has room for 12 characters. LongName: is given another buffer, from paged pool, if its
 *          own is too small.
 * DataLength: bytes Data has room for, at least as many as were remembered; those written.
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: nothing is remembered, or there is no memory; nothing is written.
 * Owner:   the caller, of LongName's buffer when it is not its own any more.
 * Source:  DOC ntifs/FsRtlFindInTunnelCache
 */
BOOLEAN NTAPI FsRtlFindInTunnelCache(FSRTL_TUNNEL *Cache, ULONGLONG DirectoryKey,
    UNICODE_STRING *Name, UNICODE_STRING *ShortName, UNICODE_STRING *LongName, ULONG *DataLength,
    PVOID Data)
{
    ExAcquireFastMutex(&Cache->Mutex);
    FsrtlpForgetOld(Cache);
    const FSRTLP_TUNNELLED *Entry = FsrtlpFindTunnelled(Cache, DirectoryKey, Name);
    const BOOLEAN Found = Entry != NULL && FsrtlpGiveLong(&Entry->Long, LongName);
    if (Found) {
        ShortName->Length = Entry->Short.Length;
        if (Entry->Short.Length != 0)
            memcpy(ShortName->Buffer, Entry->Short.Buffer, Entry->Short.Length);
        if (Entry->DataBytes != 0)
            memcpy(Data, Entry->Data, Entry->DataBytes);
        *DataLength = Entry->DataBytes;
    }
    ExReleaseFastMutex(&Cache->Mutex);
    return Found;
}

/*
 * FsRtlDeleteKeyFromTunnelCache - forget all of a directory. IRQL: <= APC_LEVEL. Source: DOC ntifs.
 */
void NTAPI FsRtlDeleteKeyFromTunnelCache(FSRTL_TUNNEL *Cache, ULONGLONG DirectoryKey)
{
    ExAcquireFastMutex(&Cache->Mutex);
    for (LIST_ENTRY *Link = Cache->TimerQueue.Flink, *Next; Link != &Cache->TimerQueue;
         Link = Next) {
        FSRTLP_TUNNELLED *Entry = CONTAINING_RECORD(Link, FSRTLP_TUNNELLED, Link);
        Next = Link->Flink;
        if (Entry->Directory == DirectoryKey)
            FsrtlpForget(Cache, Entry);
    }
    ExReleaseFastMutex(&Cache->Mutex);
}

/*
 * FsRtlDeleteTunnelCache - forget all; nobody uses it any more. IRQL: <= APC_LEVEL. Source: DOC
 * ntifs.
 */
void NTAPI FsRtlDeleteTunnelCache(FSRTL_TUNNEL *Cache)
{
    while (!IsListEmpty(&Cache->TimerQueue))
        FsrtlpForget(Cache, CONTAINING_RECORD(Cache->TimerQueue.Flink, FSRTLP_TUNNELLED, Link));
}
