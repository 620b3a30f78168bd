/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Resources and lookaside lists, which the system keeps in drivers' memory: initialised once,
 * deleted once, and not in memory that goes. What is initialised stands in a table; when it is
 * full, further ones are not looked at.
 *
 * A lookaside list of a verified driver keeps no entries, so that each is a block of its own each
 * time.
 */
#include <string.h>

#include "ex/lookaside.h"
#include "ex/resource.h"
#include "ke/ke.h"
#include "vf/live.h"
#include "vf/pool.h"

#define VFP_LIVE_LIMIT 1024u

enum VFP_LIVE_KIND { VFP_NO_OBJECT, VFP_RESOURCE, VFP_LOOKASIDE };

typedef struct VFP_LIVE {
    enum VFP_LIVE_KIND Kind;
    ULONG Bytes;
    ULONG_PTR Object;
    ULONG_PTR Site; /* who initialised it */
} VFP_LIVE;

static KSPIN_LOCK VfpLock;
static VFP_LIVE VfpLive[VFP_LIVE_LIMIT];
static ULONG VfpEnd;            /* no entry from here on is in use */
static BOOLEAN VfpFull; /* one was not entered: what is not found may be there all the same */

void VfpPrepareLive(void)
{
    VfpLock = 0;
    VfpEnd = 0;
    VfpFull = FALSE;
    memset(VfpLive, 0, sizeof(VfpLive));
}

static VFP_LIVE *VfpFindLocked(enum VFP_LIVE_KIND Kind, ULONG_PTR Object)
{
    for (ULONG Index = 0; Index < VfpEnd; Index++) {
        if (VfpLive[Index].Kind == Kind &&
            (Kind == VFP_NO_OBJECT || VfpLive[Index].Object == Object))
            return &VfpLive[Index];
    }
    return NULL;
}

static void VfpEnter(enum VFP_LIVE_KIND Kind, const void *Object, ULONG Bytes, ULONG_PTR Site)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_LIVE *Entry = VfpFindLocked(VFP_NO_OBJECT, 0);
    if (Entry == NULL && VfpEnd < VFP_LIVE_LIMIT)
        Entry = &VfpLive[VfpEnd++];
    if (Entry != NULL)
        *Entry = (VFP_LIVE){Kind, Bytes, (ULONG_PTR)Object, Site};
    else
        VfpFull = TRUE;
    KiReleaseLock(&VfpLock, Old);
}

static BOOLEAN VfpIsLive(enum VFP_LIVE_KIND Kind, const void *Object)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    const BOOLEAN Found = VfpFindLocked(Kind, (ULONG_PTR)Object) != NULL;
    KiReleaseLock(&VfpLock, Old);
    return Found;
}

/* FALSE: it was never initialised, or has been deleted. */
static BOOLEAN VfpLeave(enum VFP_LIVE_KIND Kind, const void *Object)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_LIVE *Entry = VfpFindLocked(Kind, (ULONG_PTR)Object);
    if (Entry != NULL)
        Entry->Kind = VFP_NO_OBJECT;
    const BOOLEAN Found = Entry != NULL || VfpFull;
    KiReleaseLock(&VfpLock, Old);
    return Found;
}

/* The first one that lies in a range, or that somebody in it initialised. */
static BOOLEAN VfpFindIn(ULONG_PTR Start, SIZE_T Bytes, BOOLEAN BySite, VFP_LIVE *Found)
{
    BOOLEAN Any = FALSE;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Index = 0; Index < VfpEnd && !Any; Index++) {
        Any = VfpLive[Index].Kind != VFP_NO_OBJECT &&
            (VfpLive[Index].Object - Start < Bytes ||
                (BySite && VfpLive[Index].Site - Start < Bytes));
        if (Any)
            *Found = VfpLive[Index];
    }
    KiReleaseLock(&VfpLock, Old);
    return Any;
}

void VfpCheckLive(const void *Block, SIZE_T Bytes, ULONG PoolType, ULONG_PTR Site)
{
    VFP_LIVE Live;
    if (!VfpFindIn((ULONG_PTR)Block, Bytes, FALSE, &Live))
        return;
    if (Live.Kind == VFP_LOOKASIDE)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCC, Live.Object, (ULONG_PTR)Block, Bytes, Site,
            "a block was freed with a lookaside list in it, at %p, that has not been deleted",
            (void *)Live.Object);
    if (((const ERESOURCE *)Live.Object)->ActiveEntries != 0)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x17, Live.Object, PoolType, (ULONG_PTR)Block,
            Site, "a block was freed with a resource in it, at %p, that somebody owns",
            (void *)Live.Object);
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xD2, Live.Object, (ULONG_PTR)Block, Bytes, Site,
        "a block was freed with a resource in it, at %p, that has not been deleted",
        (void *)Live.Object);
}

void VfpCheckLiveOf(const LDR_IMAGE *Image)
{
    VFP_LIVE Live;
    if (!VfpFindIn((ULONG_PTR)Image->Base, Image->SizeOfImage, TRUE, &Live))
        return;
    if (Live.Kind == VFP_LOOKASIDE)
        VfStop(DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS, Live.Object, 0, Live.Site, 0,
            Live.Site, "the driver was unloaded, and its lookaside list at %p has not been deleted",
            (void *)Live.Object);
    if (Live.Object - (ULONG_PTR)Image->Base < Image->SizeOfImage)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xD2, Live.Object, (ULONG_PTR)Image->Base,
            Image->SizeOfImage, Live.Site,
            "the driver was unloaded, and its resource at %p has not been deleted",
            (void *)Live.Object);
}

/* ---- Resources ------------------------------------------------------------------------------- */

static NTSTATUS NTAPI VfExInitializeResourceLite(ERESOURCE *Resource)
{
    if (VfpIsLive(VFP_RESOURCE, Resource))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xD0, (ULONG_PTR)Resource, 0, 0, VF_CALLER,
            "ExInitializeResourceLite(%p): it is initialised already", (void *)Resource);
    const NTSTATUS Status = ExInitializeResourceLite(Resource);
    if (NT_SUCCESS(Status))
        VfpEnter(VFP_RESOURCE, Resource, sizeof(*Resource), VF_CALLER);
    return Status;
}

static NTSTATUS NTAPI VfExDeleteResourceLite(ERESOURCE *Resource)
{
    if (!VfpLeave(VFP_RESOURCE, Resource))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xD1, (ULONG_PTR)Resource, 0, 0, VF_CALLER,
            "ExDeleteResourceLite(%p): it is not initialised", (void *)Resource);
    return ExDeleteResourceLite(Resource);
}

/* ---- Lookaside lists ------------------------------------------------------------------------- */

static void VfpCheckNewList(const void *List, SIZE_T Size, ULONG_PTR Site)
{
    if (VfpIsLive(VFP_LOOKASIDE, List))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCA, (ULONG_PTR)List, 0, 0, Site,
            "the lookaside list at %p was initialised twice", List);
    if (Size < sizeof(SLIST_ENTRY))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCD, (ULONG_PTR)List, Size, sizeof(SLIST_ENTRY),
            Site, "a lookaside list of blocks of %llu bytes: an entry of its list takes %u",
            (unsigned long long)Size, (unsigned)sizeof(SLIST_ENTRY));
}

static void VfpEnterList(GENERAL_LOOKASIDE_POOL *List, ULONG_PTR Site)
{
    if (VfIsOn(VF_SPECIAL_POOL))
        List->Depth = 0;
    VfpEnter(VFP_LOOKASIDE, List, sizeof(*List), Site);
}

static void VfpLeaveList(const void *List, ULONG_PTR Site)
{
    if (!VfpLeave(VFP_LOOKASIDE, List))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCB, (ULONG_PTR)List, 0, 0, Site,
            "the lookaside list at %p was deleted, and is not initialised", List);
}

static void NTAPI VfExInitializeNPagedLookasideList(NPAGED_LOOKASIDE_LIST *Lookaside,
    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
    USHORT Depth)
{
    VfpCheckNewList(Lookaside, Size, VF_CALLER);
    ExInitializeNPagedLookasideList(Lookaside, Allocate, Free, Flags, Size, Tag, Depth);
    VfpEnterList((GENERAL_LOOKASIDE_POOL *)(void *)Lookaside, VF_CALLER);
}

static void NTAPI VfExDeleteNPagedLookasideList(NPAGED_LOOKASIDE_LIST *Lookaside)
{
    VfpLeaveList(Lookaside, VF_CALLER);
    ExDeleteNPagedLookasideList(Lookaside);
}

static void NTAPI VfExInitializePagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside,
    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
    USHORT Depth)
{
    VfpCheckNewList(Lookaside, Size, VF_CALLER);
    ExInitializePagedLookasideList(Lookaside, Allocate, Free, Flags, Size, Tag, Depth);
    VfpEnterList((GENERAL_LOOKASIDE_POOL *)(void *)Lookaside, VF_CALLER);
}

static void NTAPI VfExDeletePagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside)
{
    VfpLeaveList(Lookaside, VF_CALLER);
    ExDeletePagedLookasideList(Lookaside);
}

static NTSTATUS NTAPI VfExInitializeLookasideListEx(LOOKASIDE_LIST_EX *Lookaside,
    PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
    SIZE_T Size, ULONG Tag, USHORT Depth)
{
    VfpCheckNewList(Lookaside, Size, VF_CALLER);
    const NTSTATUS Status = ExInitializeLookasideListEx(
        Lookaside, Allocate, Free, PoolType, Flags, Size, Tag, Depth);
    if (NT_SUCCESS(Status))
        VfpEnterList(&Lookaside->L, VF_CALLER);
    return Status;
}

static void NTAPI VfExDeleteLookasideListEx(LOOKASIDE_LIST_EX *Lookaside)
{
    VfpLeaveList(Lookaside, VF_CALLER);
    ExDeleteLookasideListEx(Lookaside);
}

#define VFP_LIVE_FLAGS (VF_POOL_TRACKING | VF_MISC)

const LDR_REPLACEMENT VfpLiveTable[] = {
    VF_REPLACE(ExInitializeResourceLite, VFP_LIVE_FLAGS),
    VF_REPLACE(ExDeleteResourceLite, VFP_LIVE_FLAGS),
    VF_REPLACE(ExInitializeNPagedLookasideList, VFP_LIVE_FLAGS),
    VF_REPLACE(ExDeleteNPagedLookasideList, VFP_LIVE_FLAGS),
    VF_REPLACE(ExInitializePagedLookasideList, VFP_LIVE_FLAGS),
    VF_REPLACE(ExDeletePagedLookasideList, VFP_LIVE_FLAGS),
    VF_REPLACE(ExInitializeLookasideListEx, VFP_LIVE_FLAGS),
    VF_REPLACE(ExDeleteLookasideListEx, VFP_LIVE_FLAGS),
    VF_REPLACE_END,
};
