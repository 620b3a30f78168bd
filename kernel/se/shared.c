/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Descriptors that drivers keep for objects of theirs, one of each for all who have the same.
 * SepSharedLock guards the list and the counts; the last reference frees one.
 */
#include <string.h>

#include "se/sep.h"
#include "se/shared.h"

#define SEP_TAG_SHARED 0x6453624Fu /* 'ObSd' */

typedef struct SEP_SHARED {
    LIST_ENTRY Link;
    ULONG64 References;
    ULONG Bytes;
    UCHAR Descriptor[] __attribute__((aligned(8)));
} SEP_SHARED;

static KSPIN_LOCK SepSharedLock;
static LIST_ENTRY SepSharedList;

void SepForgetShared(void)
{
    SepSharedLock = 0;
    InitializeListHead(&SepSharedList);
}

static SEP_SHARED *SepFindSharedLocked(const void *Descriptor, ULONG Bytes)
{
    for (LIST_ENTRY *Entry = SepSharedList.Flink; Entry != &SepSharedList; Entry = Entry->Flink) {
        SEP_SHARED *Shared = CONTAINING_RECORD(Entry, SEP_SHARED, Link);
        if (Shared->Bytes == Bytes && memcmp(Shared->Descriptor, Descriptor, Bytes) == 0)
            return Shared;
    }
    return NULL;
}

/*
 * ObLogSecurityDescriptor - the one copy there is of a descriptor; made if there is none.
 *
 * InputSecurityDescriptor: self-relative; stays the caller's. RefBias: references that are the
 *          caller's.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   ObDereferenceSecurityDescriptor.
 * Source:  DOC ntifs/ObLogSecurityDescriptor; OBS tests/kernel/se/ObLogSecurityDescriptor.c
 */
NTSTATUS NTAPI ObLogSecurityDescriptor(PSECURITY_DESCRIPTOR InputSecurityDescriptor,
    PSECURITY_DESCRIPTOR *OutputSecurityDescriptor, ULONG RefBias)
{
    const ULONG Bytes = RtlLengthSecurityDescriptor(InputSecurityDescriptor);
    SEP_SHARED *New = ExiAllocate(
        NonPagedPoolNx, sizeof(*New) + Bytes, SEP_TAG_SHARED, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->References = 0;
    New->Bytes = Bytes;
    memcpy(New->Descriptor, InputSecurityDescriptor, Bytes);
    KIRQL Old = KiAcquireLock(&SepSharedLock);
    SEP_SHARED *Shared = SepFindSharedLocked(InputSecurityDescriptor, Bytes);
    if (Shared == NULL) {
        Shared = New;
        InsertTailList(&SepSharedList, &New->Link);
    }
    Shared->References += RefBias;
    KiReleaseLock(&SepSharedLock, Old);
    if (Shared != New)
        ExiFree(New);
    *OutputSecurityDescriptor = Shared->Descriptor;
    return STATUS_SUCCESS;
}

/*
 * ObReferenceSecurityDescriptor - Count more references to a shared descriptor.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs; OBS tests/kernel/se/ObLogSecurityDescriptor.c
 */
void NTAPI ObReferenceSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG Count)
{
    SEP_SHARED *Shared = CONTAINING_RECORD(SecurityDescriptor, SEP_SHARED, Descriptor);
    KIRQL Old = KiAcquireLock(&SepSharedLock);
    Shared->References += Count;
    KiReleaseLock(&SepSharedLock, Old);
}

/* ObDereferenceSecurityDescriptor - the reverse; the last one frees it, and more than there are
 * stop the machine (REFERENCE_BY_POINTER). Otherwise as above. */
void NTAPI ObDereferenceSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG Count)
{
    SEP_SHARED *Shared = CONTAINING_RECORD(SecurityDescriptor, SEP_SHARED, Descriptor);
    KIRQL Old = KiAcquireLock(&SepSharedLock);
    const ULONG64 Before = Shared->References;
    const BOOLEAN Last = Before == Count;
    Shared->References -= Count;
    if (Last)
        RemoveEntryList(&Shared->Link);
    KiReleaseLock(&SepSharedLock, Old);
    if (Before < Count)
        KeBugCheckEx(
            REFERENCE_BY_POINTER, 0, (ULONG_PTR)SecurityDescriptor, (ULONG_PTR)Before, Count);
    if (Last)
        ExiFree(Shared);
}
