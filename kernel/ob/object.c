/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Objects from creation to deletion. The counts in the header are changed by single interlocked
 * operations and by nothing else. Whoever brings the pointer count to zero owns the object alone:
 * at PASSIVE_LEVEL it is deleted on the spot, above it goes onto a list that the next thread of the
 * kernel's at PASSIVE_LEVEL empties: what a deletion may call, a driver's close and unload routines
 * among it, wants a thread to run on.
 */
#include "ob/create.h"
#include "ob/obp.h"

static OBJECT_HEADER *ObpDeadList; /* OBJECT_HEADER.NextDead; pushed and taken whole by interlocked
                                      operations */
static ULONG ObpDrainers;          /* threads that delete what they have taken from it; atomic */

void (*ObDeletionPending)(void);

NTSTATUS ObiCreateObject(OBJECT_TYPE *Type, SIZE_T BodyBytes, ULONG_PTR Site, void **Object)
{
    OBJECT_HEADER *Header = ExiAllocateZero(
        NonPagedPoolNx, sizeof(OBJECT_HEADER) + BodyBytes, Type->PoolTag, EX_KERNEL_SITE);
    if (Header == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Header->PointerCount = 1;
    Header->Type = Type;
    Header->Site = Site;
    Type->ObjectCount++;
    KIRQL Old = KiAcquireLock(&Type->ListLock);
    InsertTailList(&Type->ObjectList, &Header->TypeLink);
    KiReleaseLock(&Type->ListLock, Old);
    *Object = Header->Body;
    return STATUS_SUCCESS;
}

static void ObpDestroy(OBJECT_HEADER *Header)
{
    OBJECT_TYPE *Type = Header->Type;
    if (Type->Procedures.Delete != NULL)
        Type->Procedures.Delete(Header->Body);
    KIRQL Old = KiAcquireLock(&Type->ListLock);
    RemoveEntryList(&Header->TypeLink);
    KiReleaseLock(&Type->ListLock, Old);
    Type->ObjectCount--;
    ObpReleasePending(Header);
    if (Header->Name.Buffer != NULL)
        ExiFree(Header->Name.Buffer);
    if (Header->Security != NULL)
        ExiFree(Header->Security);
    ExiFree(Header);
}

static void ObpDeferDeletion(OBJECT_HEADER *Header)
{
    OBJECT_HEADER *First = __atomic_load_n(&ObpDeadList, __ATOMIC_RELAXED);
    do
        Header->NextDead = First;
    while (!__atomic_compare_exchange_n(
        &ObpDeadList, &First, Header, TRUE, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    if (First == NULL && ObDeletionPending != NULL)
        ObDeletionPending();
}

void ObDrainDeletions(void)
{
    if (KiCurrentThread() == NULL)
        return;
    while (__atomic_load_n(&ObpDeadList, __ATOMIC_ACQUIRE) != NULL) {
        __atomic_fetch_add(&ObpDrainers, 1, __ATOMIC_RELAXED); /* before the list is seen to be
                                                                  empty */
        OBJECT_HEADER *Header = __atomic_exchange_n(&ObpDeadList, NULL, __ATOMIC_ACQ_REL);
        while (Header != NULL) {
            OBJECT_HEADER *Next = Header->NextDead;
            ObpDestroy(Header);
            Header = Next;
        }
        __atomic_fetch_sub(&ObpDrainers, 1, __ATOMIC_RELEASE);
    }
}

#define OBP_DRAINING_PATIENCE 100000u

void ObAwaitDeletions(void)
{
    ObDrainDeletions();
    /* One that a driver's close routine takes its time about is not waited for. */
    for (ULONG Patience = OBP_DRAINING_PATIENCE;
         __atomic_load_n(&ObpDrainers, __ATOMIC_ACQUIRE) != 0 && Patience != 0 && !KiStopped;
         Patience--)
        host_yield();
}

/* What an earlier machine of this process left waiting lay in memory that is gone. */
void ObpResetDeletions(void)
{
    ObpDeadList = NULL;
    ObpDrainers = 0;
}

/*
 * A count below zero, or at zero while handles stand for more, means someone dereferenced what he
 * did not own. The parameters are Windows': type, object, and two undocumented ones, here the
 * handle count and the pointer count.
 */
void NTAPI ObpLastReference(OBJECT_HEADER *Header, LONG_PTR Count)
{
    if (Count < 0 || Header->HandleCount != 0) {
        KeBugCheckEx(REFERENCE_BY_POINTER, (ULONG_PTR)Header->Type, (ULONG_PTR)Header->Body,
            (ULONG_PTR)Header->HandleCount, (ULONG_PTR)Count);
    }
    if (KiGetIrql() != PASSIVE_LEVEL) {
        ObpDeferDeletion(Header);
        return;
    }
    ObpDestroy(Header);
    ObDrainDeletions();
}

static void NTAPI ObpResurrected(OBJECT_HEADER *Header, LONG_PTR Count)
{
    KeBugCheckEx(REFERENCE_BY_POINTER, (ULONG_PTR)Header->Type, (ULONG_PTR)Header->Body,
        (ULONG_PTR)Header->HandleCount, (ULONG_PTR)Count);
}

/*
 * ObfReferenceObject - adds a reference to an object.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the new count.
 * Owner:   caller; ObDereferenceObject. An object without references is being deleted:
 *          REFERENCE_BY_POINTER (0x18).
 * Source:  DOC wdm/ObfReferenceObject
 */
LONG_PTR FASTCALL ObfReferenceObject(void *Object)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    LONG_PTR Count = __atomic_add_fetch(&Header->PointerCount, 1, __ATOMIC_RELAXED);
    if (__builtin_expect(Count <= 1, 0))
        ObpResurrected(Header, Count);
    return Count;
}

/*
 * ObfDereferenceObject - takes a reference away; the last one deletes the object.
 *
 * Deletion happens at PASSIVE_LEVEL: at once if that is the level, otherwise soon.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the new count.
 * Stops:   REFERENCE_BY_POINTER (0x18) when the count falls below zero, or to zero with handles
 *          open.
 * Source:  DOC wdm/ObDereferenceObject, bug check 0x18
 */
LONG_PTR FASTCALL ObfDereferenceObject(void *Object)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    LONG_PTR Count = __atomic_sub_fetch(&Header->PointerCount, 1, __ATOMIC_ACQ_REL);
    if (__builtin_expect(Count <= 0, 0))
        ObpLastReference(Header, Count);
    return Count;
}

/*
 * ObDereferenceObject - ObfDereferenceObject for binaries that import it as a function.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the new count.
 * Source:  DOC wdm/ObDereferenceObject
 */
LONG_PTR NTAPI ObDereferenceObject(void *Object)
{
    return ObfDereferenceObject(Object);
}

/*
 * ObfReferenceObjectWithTag, ObfDereferenceObjectWithTag - the same with a tag for Windows'
 * reference tracing, which this kernel does not have: the tag has no effect, as on a Windows
 * without tracing.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the new count.
 * Source:  DOC wdm/ObReferenceObjectWithTag, wdm/ObDereferenceObjectWithTag
 */
LONG_PTR FASTCALL ObfReferenceObjectWithTag(void *Object, ULONG Tag)
{
    UNREFERENCED_PARAMETER(Tag);
    return ObfReferenceObject(Object);
}

LONG_PTR FASTCALL ObfDereferenceObjectWithTag(void *Object, ULONG Tag)
{
    UNREFERENCED_PARAMETER(Tag);
    return ObfDereferenceObject(Object);
}

/*
 * ObDereferenceObjectDeferDelete - takes a reference away without ever deleting in the caller's
 * context.
 *
 * For callers that hold a lock the object's Delete procedure wants. The deletion happens at the
 * next occasion. IRQL:    up to DISPATCH_LEVEL Source:  DOC wdm/ObDereferenceObjectDeferDelete
 */
void NTAPI ObDereferenceObjectDeferDelete(void *Object)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    LONG_PTR Count = __atomic_sub_fetch(&Header->PointerCount, 1, __ATOMIC_ACQ_REL);
    if (Count < 0 || (Count == 0 && Header->HandleCount != 0))
        ObpLastReference(Header, Count);
    else if (Count == 0)
        ObpDeferDeletion(Header);
}

/*
 * ObDereferenceObjectDeferDeleteWithTag - the same with a tag, which has no effect.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Source:  DOC wdm/ObDereferenceObjectDeferDeleteWithTag
 */
void NTAPI ObDereferenceObjectDeferDeleteWithTag(void *Object, ULONG Tag)
{
    UNREFERENCED_PARAMETER(Tag);
    ObDereferenceObjectDeferDelete(Object);
}

/*
 * ObReferenceObjectByPointer - adds a reference if the object is of the type expected.
 *
 * Access: ignored, as there is no handle. Type: NULL only from KernelMode, or for symbolic links.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; OBJECT_TYPE_MISMATCH: nothing changed.
 * Source:  DOC wdm/ObReferenceObjectByPointer
 */
NTSTATUS NTAPI ObReferenceObjectByPointer(
    void *Object, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    UNREFERENCED_PARAMETER(Access);
    if (Header->Type != Type &&
        (Mode != KernelMode || Type == ObpSymbolicLinkObjectType))
        return STATUS_OBJECT_TYPE_MISMATCH;
    ObfReferenceObject(Object);
    return STATUS_SUCCESS;
}

/*
 * ObReferenceObjectByPointerWithTag - the same with a tag, which has no effect.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; OBJECT_TYPE_MISMATCH.
 * Source:  DOC wdm/ObReferenceObjectByPointerWithTag
 */
NTSTATUS NTAPI ObReferenceObjectByPointerWithTag(
    void *Object, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, ULONG Tag)
{
    UNREFERENCED_PARAMETER(Tag);
    return ObReferenceObjectByPointer(Object, Access, Type, Mode);
}
