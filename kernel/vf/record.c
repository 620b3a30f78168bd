/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What verified drivers have: the calls by which they got blocks, references and handles, with the
 * stacks they came from, until they give them back. A table hashed by key; records come from pages
 * of the host's that stay. One lock guards all of it.
 */
#include "ke/ke.h"
#include "vf/pool.h"

#define VFP_BUCKETS 4096u
#define VFP_SLAB_RECORDS 512u

static KSPIN_LOCK VfpLock;
static VFP_RECORD *VfpBucket[VFP_BUCKETS];
static VFP_RECORD *VfpSpare;

void VfpPrepareRecords(void)
{
    VfpLock = 0;
    for (ULONG Bucket = 0; Bucket < VFP_BUCKETS; Bucket++) {
        for (VFP_RECORD *Record = VfpBucket[Bucket], *Next; Record != NULL; Record = Next) {
            Next = Record->Next;
            Record->Next = VfpSpare;
            VfpSpare = Record;
        }
        VfpBucket[Bucket] = NULL;
    }
}

static VFP_RECORD **VfpBucketOf(ULONG Kind, ULONG_PTR Key)
{
    return &VfpBucket[(Key / 16 * 2654435761u + Kind * 40503u) % VFP_BUCKETS];
}

static BOOLEAN VfpAddSlabLocked(void)
{
    VFP_RECORD *Slab = host_private_allocate(VFP_SLAB_RECORDS * sizeof(VFP_RECORD));
    if (Slab == NULL)
        return FALSE;
    for (ULONG Index = 0; Index < VFP_SLAB_RECORDS; Index++) {
        Slab[Index].Next = VfpSpare;
        VfpSpare = &Slab[Index];
    }
    return TRUE;
}

BOOLEAN VfpRemember(enum VFP_RECORD_KIND Kind, const void *Key, const char *Routine, ULONG_PTR Site)
{
    VFP_STACK Stack;
    VfpCaptureStack(&Stack);
    VFP_RECORD **Bucket = VfpBucketOf(Kind, (ULONG_PTR)Key);
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_RECORD *Record = VfpSpare != NULL || VfpAddSlabLocked() ? VfpSpare : NULL;
    if (Record != NULL) {
        VfpSpare = Record->Next;
        *Record = (VFP_RECORD){.Next = *Bucket,
            .Key = (ULONG_PTR)Key,
            .Process = PsGetCurrentProcess(),
            .Site = Site,
            .Routine = Routine,
            .Kind = Kind,
            .Stack = Stack};
        *Bucket = Record;
    }
    KiReleaseLock(&VfpLock, Old);
    return Record != NULL;
}

static void VfpUnlinkLocked(VFP_RECORD **Link)
{
    VFP_RECORD *Record = *Link;
    *Link = Record->Next;
    Record->Next = VfpSpare;
    VfpSpare = Record;
}

/* The latest of a kind and key; of Site's driver if there is one of it. */
static VFP_RECORD **VfpFindLocked(ULONG Kind, ULONG_PTR Key, const LDR_IMAGE *Driver)
{
    VFP_RECORD **Found = NULL;
    for (VFP_RECORD **Link = VfpBucketOf(Kind, Key); *Link != NULL; Link = &(*Link)->Next) {
        if ((*Link)->Key != Key || (*Link)->Kind != Kind)
            continue;
        if (Driver == NULL || LdrFindImage((*Link)->Site) == Driver)
            return Link;
        if (Found == NULL)
            Found = Link;
    }
    return Found;
}

BOOLEAN VfpForget(enum VFP_RECORD_KIND Kind, const void *Key, ULONG_PTR Site)
{
    const LDR_IMAGE *Driver = Site != 0 ? LdrFindImage(Site) : NULL;
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_RECORD **Link = VfpFindLocked(Kind, (ULONG_PTR)Key, Driver);
    if (Link != NULL)
        VfpUnlinkLocked(Link);
    KiReleaseLock(&VfpLock, Old);
    return Link != NULL;
}

BOOLEAN VfpRecall(enum VFP_RECORD_KIND Kind, const void *Key, VFP_RECORD *Record)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_RECORD **Link = VfpFindLocked(Kind, (ULONG_PTR)Key, NULL);
    if (Link != NULL)
        *Record = **Link;
    KiReleaseLock(&VfpLock, Old);
    return Link != NULL;
}

BOOLEAN VfpTakeRecord(
    enum VFP_RECORD_KIND Kind, const LDR_IMAGE *Image, const void *Process, VFP_RECORD *Record)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Bucket = 0; Bucket < VFP_BUCKETS && !Found; Bucket++) {
        for (VFP_RECORD **Link = &VfpBucket[Bucket]; *Link != NULL && !Found;
             Link = &(*Link)->Next) {
            Found = (*Link)->Kind == (ULONG)Kind &&
                (Image == NULL || LdrFindImage((*Link)->Site) == Image) &&
                (Process == NULL || (*Link)->Process == Process);
            if (Found) {
                *Record = **Link;
                VfpUnlinkLocked(Link);
                break;
            }
        }
    }
    KiReleaseLock(&VfpLock, Old);
    return Found;
}
