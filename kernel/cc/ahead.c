/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading ahead: who reads where he left off finds the next bytes in the cache. A worker reads
 * them, one request a file at a time; what goes wrong is found out again by who reads them.
 */
#include "cc/ccp.h"

typedef struct CCP_AHEAD {
    WORK_QUEUE_ITEM Item;
    CCP_MAP *Map; /* held */
    LONGLONG Start, End;
} CCP_AHEAD;

static void CcpReadAheadPart(CCP_MAP *Map, const CCP_PART *Part)
{
    CCP_VIEW *View = CcpEnterView(Map, Part->Index);
    if (View == NULL)
        return;
    CcpBringIn(View, CcpMask(Part->First, Part->End), TRUE);
    CcpLeaveView(View);
}

static void NTAPI CcpReadAhead(void *Parameter)
{
    CCP_AHEAD *Ahead = Parameter;
    CCP_MAP *Map = Ahead->Map;
    if (Map->Callbacks->AcquireForReadAhead(Map->Context, TRUE)) {
        for (LONGLONG At = Ahead->Start; At < Ahead->End;) {
            const CCP_PART Part = CcpPartAt(At, Ahead->End);
            CcpReadAheadPart(Map, &Part);
            At += Part.End - Part.First;
        }
        Map->Callbacks->ReleaseFromReadAhead(Map->Context);
    }
    ExiFree(Ahead);
    KIRQL Old = KiAcquireLock(&CcpLock);
    Map->ReadingAhead = FALSE;
    KiReleaseLock(&CcpLock, Old);
    CcpReleaseMap(Map);
}

/* What is to be read ahead of a range that is read. FALSE: nothing. */
static BOOLEAN CcpPlanLocked(FILE_OBJECT *File, LONGLONG Offset, ULONG Length, CCP_AHEAD *Ahead)
{
    CCP_MAP *Map = File->SectionObjectPointer->SharedCacheMap;
    CCP_PRIVATE *Private = File->PrivateCacheMap;
    if (Map == NULL || Private == NULL || Map->ReadAheadOff || Map->ReadingAhead ||
        (File->Flags & FO_RANDOM_ACCESS))
        return FALSE;
    const LONGLONG Mask = (LONGLONG)Private->Granularity - 1;
    Ahead->Start = (Offset + Length + Mask) & ~Mask;
    Ahead->End = Ahead->Start + Private->Granularity;
    if (Ahead->Start < Private->Ahead)
        Ahead->Start = Private->Ahead;
    if (Ahead->End > Map->FileSize.QuadPart)
        Ahead->End = Map->FileSize.QuadPart;
    if (Ahead->Start >= Ahead->End)
        return FALSE;
    Private->Ahead = Ahead->End;
    Map->ReadingAhead = TRUE;
    Map->Holds++;
    Ahead->Map = Map;
    return TRUE;
}

static void CcpSchedule(FILE_OBJECT *File, LONGLONG Offset, ULONG Length)
{
    CCP_AHEAD *Ahead = ExiAllocate(NonPagedPoolNx, sizeof(*Ahead), CCP_TAG, EX_KERNEL_SITE);
    if (Ahead == NULL)
        return;
    KIRQL Old = KiAcquireLock(&CcpLock);
    const BOOLEAN Planned = CcpPlanLocked(File, Offset, Length, Ahead);
    KiReleaseLock(&CcpLock, Old);
    if (!Planned) {
        ExiFree(Ahead);
        return;
    }
    ExInitializeWorkItem(&Ahead->Item, CcpReadAhead, Ahead);
    ExQueueWorkItem(&Ahead->Item, CriticalWorkQueue);
}

void CcpNoteRead(FILE_OBJECT *File, LONGLONG Offset, ULONG Length)
{
    BOOLEAN Sequential = FALSE;
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_PRIVATE *Private = File->PrivateCacheMap;
    if (Private != NULL) {
        const BOOLEAN GoesOn = Offset != 0 && Offset == Private->Next;
        Sequential = Length != 0 && (GoesOn || (File->Flags & FO_SEQUENTIAL_ONLY));
        if (Offset < Private->Next)
            Private->Ahead = 0;
        Private->Next = Offset + Length;
    }
    KiReleaseLock(&CcpLock, Old);
    if (Sequential)
        CcpSchedule(File, Offset, Length);
}

/*
 * CcSetReadAheadGranularity - in pieces of how many bytes a file is read ahead for a file object.
 * Granularity: a power of two, PAGE_SIZE at least. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * ntifs/CcSetReadAheadGranularity; OBS tests/kernel/cc/CcSetReadAheadGranularity.c
 */
void NTAPI CcSetReadAheadGranularity(FILE_OBJECT *FileObject, ULONG Granularity)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_PRIVATE *Private = FileObject->PrivateCacheMap;
    if (Private != NULL)
        Private->Granularity = Granularity;
    KiReleaseLock(&CcpLock, Old);
}

/*
 * CcScheduleReadAhead, CcScheduleReadAheadEx - a range of a cached file is being read: have what
 * follows it read, too, by another thread. Not for file objects of random access, or when that is
 * turned off (CcSetAdditionalCacheAttributes), or there is no memory for it.
 * IoIssuerThread: optional; nobody is charged. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs/CcScheduleReadAhead, CcScheduleReadAheadEx; OBS tests/kernel/cc/CcSetReadAheadGranularity.c
 */
void NTAPI CcScheduleReadAhead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length)
{
    CcpSchedule(FileObject, FileOffset->QuadPart, Length);
}

void NTAPI CcScheduleReadAheadEx(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ETHREAD *IoIssuerThread)
{
    (void)IoIssuerThread;
    CcpSchedule(FileObject, FileOffset->QuadPart, Length);
}
