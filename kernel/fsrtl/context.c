/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Contexts that filters hang on streams and files. Those of a stream hang in the header its file
 * system keeps, under that header's fast mutex; those of a file on a list made for the first, under
 * a mutex in it. Contexts are their owners' memory; who tears down hands each back by its callback.
 */
#include "ex/mutex.h"
#include "fsrtl/fsrtl.h"

typedef struct FSRTLP_FILE_CONTEXTS {
    FAST_MUTEX Lock;
    LIST_ENTRY Contexts;
} FSRTLP_FILE_CONTEXTS;

/* OwnerId NULL: the first; InstanceId NULL: the owner's first. Locked. */
static FSRTL_CONTEXT *FsrtlpFindContext(
    LIST_ENTRY *Head, const void *OwnerId, const void *InstanceId)
{
    for (LIST_ENTRY *Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        FSRTL_CONTEXT *Context = CONTAINING_RECORD(Entry, FSRTL_CONTEXT, Links);
        if ((OwnerId == NULL || Context->OwnerId == OwnerId) &&
            (InstanceId == NULL || Context->InstanceId == InstanceId))
            return Context;
    }
    return NULL;
}

static FSRTL_CONTEXT *FsrtlpTakeContext(
    FAST_MUTEX *Lock, LIST_ENTRY *Head, const void *OwnerId, const void *InstanceId, BOOLEAN Remove)
{
    ExAcquireFastMutex(Lock);
    FSRTL_CONTEXT *Context = FsrtlpFindContext(Head, OwnerId, InstanceId);
    if (Context != NULL && Remove)
        RemoveEntryList(&Context->Links);
    ExReleaseFastMutex(Lock);
    return Context;
}

static void FsrtlpTearDown(FAST_MUTEX *Lock, LIST_ENTRY *Head)
{
    FSRTL_CONTEXT *Context;

    while ((Context = FsrtlpTakeContext(Lock, Head, NULL, NULL, TRUE)) != NULL)
        Context->FreeCallback(Context);
}

static BOOLEAN FsrtlpSupportsContexts(const FSRTL_ADVANCED_HEADER *Header)
{
    return Header != NULL && (Header->Header.Flags2 & FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS) != 0;
}

/*
 * FsRtlInsertPerStreamContext - hang a context on a stream.
 *
 * Ptr:     initialized by its owner, in memory that stays until it is removed or torn down.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_DEVICE_REQUEST: no header, or its file system has no contexts.
 * Source:  DOC ntifs/FsRtlInsertPerStreamContext
 */
NTSTATUS NTAPI FsRtlInsertPerStreamContext(
    FSRTL_ADVANCED_HEADER *PerStreamContext, FSRTL_CONTEXT *Ptr)
{
    if (!FsrtlpSupportsContexts(PerStreamContext))
        return STATUS_INVALID_DEVICE_REQUEST;
    ExAcquireFastMutex(PerStreamContext->FastMutex);
    InsertHeadList(&PerStreamContext->FilterContexts, &Ptr->Links);
    ExReleaseFastMutex(PerStreamContext->FastMutex);
    return STATUS_SUCCESS;
}

/*
 * FsRtlLookupPerStreamContextInternal, FsRtlRemovePerStreamContext - find a context, and take it
 * off.
 *
 * OwnerId: optional: whose. InstanceId: optional: which of the owner's.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: there is none.
 * Source:  DOC ntifs/FsRtlLookupPerStreamContext, FsRtlRemovePerStreamContext
 */
FSRTL_CONTEXT *NTAPI FsRtlLookupPerStreamContextInternal(
    FSRTL_ADVANCED_HEADER *StreamContext, PVOID OwnerId, PVOID InstanceId)
{
    return FsrtlpTakeContext(
        StreamContext->FastMutex, &StreamContext->FilterContexts, OwnerId, InstanceId, FALSE);
}

FSRTL_CONTEXT *NTAPI FsRtlRemovePerStreamContext(
    FSRTL_ADVANCED_HEADER *StreamContext, PVOID OwnerId, PVOID InstanceId)
{
    if (!FsrtlpSupportsContexts(StreamContext))
        return NULL;
    return FsrtlpTakeContext(
        StreamContext->FastMutex, &StreamContext->FilterContexts, OwnerId, InstanceId, TRUE);
}

/*
 * FsRtlTeardownPerStreamContexts - take all contexts off a stream that goes, each given to its
 * callback.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlTeardownPerStreamContexts
 */
void NTAPI FsRtlTeardownPerStreamContexts(FSRTL_ADVANCED_HEADER *AdvancedHeader)
{
    FsrtlpTearDown(AdvancedHeader->FastMutex, &AdvancedHeader->FilterContexts);
}

/* The list *Pointer points to, made if Pointer is still NULL; NULL: no memory. */
static FSRTLP_FILE_CONTEXTS *FsrtlpFileContexts(PVOID *Pointer)
{
    FSRTLP_FILE_CONTEXTS *List = __atomic_load_n(Pointer, __ATOMIC_ACQUIRE), *New;
    PVOID Other = NULL;

    if (List != NULL)
        return List;
    New = ExiAllocateZero(NonPagedPool, sizeof(*New), FSRTL_TAG, EX_KERNEL_SITE);
    if (New == NULL)
        return NULL;
    ExiInitializeFastMutex(&New->Lock);
    InitializeListHead(&New->Contexts);
    if (__atomic_compare_exchange_n(
            Pointer, &Other, (PVOID)New, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return New;
    ExiFree(New);
    return Other;
}

/*
 * FsRtlInsertPerFileContext - hang a context on a file.
 *
 * PerFileContextPointer: where the file system keeps what FsRtl makes, NULL at first.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_DEVICE_REQUEST: no pointer, the file system has no contexts;
 * INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlInsertPerFileContext
 */
NTSTATUS NTAPI FsRtlInsertPerFileContext(PVOID *PerFileContextPointer, FSRTL_CONTEXT *Ptr)
{
    if (PerFileContextPointer == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    FSRTLP_FILE_CONTEXTS *List = FsrtlpFileContexts(PerFileContextPointer);
    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ExAcquireFastMutex(&List->Lock);
    InsertHeadList(&List->Contexts, &Ptr->Links);
    ExReleaseFastMutex(&List->Lock);
    return STATUS_SUCCESS;
}

/*
 * FsRtlLookupPerFileContext, FsRtlRemovePerFileContext - find a context, and take it off.
 *
 * OwnerId: optional: whose. InstanceId: optional: which of the owner's.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: there is none.
 * Source:  DOC ntifs/FsRtlLookupPerFileContext, FsRtlRemovePerFileContext
 */
FSRTL_CONTEXT *NTAPI FsRtlLookupPerFileContext(
    PVOID *PerFileContextPointer, PVOID OwnerId, PVOID InstanceId)
{
    FSRTLP_FILE_CONTEXTS *List = PerFileContextPointer != NULL ? *PerFileContextPointer : NULL;

    return List != NULL
        ? FsrtlpTakeContext(&List->Lock, &List->Contexts, OwnerId, InstanceId, FALSE)
        : NULL;
}

FSRTL_CONTEXT *NTAPI FsRtlRemovePerFileContext(
    PVOID *PerFileContextPointer, PVOID OwnerId, PVOID InstanceId)
{
    FSRTLP_FILE_CONTEXTS *List = PerFileContextPointer != NULL ? *PerFileContextPointer : NULL;

    return List != NULL ? FsrtlpTakeContext(&List->Lock, &List->Contexts, OwnerId, InstanceId, TRUE)
                        : NULL;
}

/*
 * FsRtlTeardownPerFileContexts - take all contexts off a file that goes, each given to its
 * callback, and free what FsRtl made.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlTeardownPerFileContexts
 */
void NTAPI FsRtlTeardownPerFileContexts(PVOID *PerFileContextPointer)
{
    FSRTLP_FILE_CONTEXTS *List = PerFileContextPointer != NULL ? *PerFileContextPointer : NULL;

    if (List == NULL)
        return;
    FsrtlpTearDown(&List->Lock, &List->Contexts);
    *PerFileContextPointer = NULL;
    ExiFree(List);
}

/*
 * FsRtlInsertPerFileObjectContext - hang a context on a file object, for filters that are no
 * minifilters.
 *
 * Ptr:     stays its owner's, who takes it off before the file object goes: nobody calls back.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no file object; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlInsertPerFileObjectContext
 */
NTSTATUS NTAPI FsRtlInsertPerFileObjectContext(FILE_OBJECT *FileObject, FSRTL_CONTEXT *Ptr)
{
    if (FileObject == NULL)
        return STATUS_INVALID_PARAMETER;
    void **Contexts = IoiFileSlot(FileObject, IoFileContexts, TRUE);
    return Contexts != NULL ? FsRtlInsertPerFileContext(Contexts, Ptr)
                            : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * FsRtlLookupPerFileObjectContext, FsRtlRemovePerFileObjectContext - find a context, and take it
 * off. IRQL: <= APC_LEVEL.
 * Returns: NULL: there is none. Source: DOC ntifs/FsRtlLookupPerFileObjectContext,
 * FsRtlRemovePerFileObjectContext
 */
FSRTL_CONTEXT *NTAPI FsRtlLookupPerFileObjectContext(
    FILE_OBJECT *FileObject, PVOID OwnerId, PVOID InstanceId)
{
    return FileObject != NULL
        ? FsRtlLookupPerFileContext(
              IoiFileSlot(FileObject, IoFileContexts, FALSE), OwnerId, InstanceId)
        : NULL;
}

FSRTL_CONTEXT *NTAPI FsRtlRemovePerFileObjectContext(
    FILE_OBJECT *FileObject, PVOID OwnerId, PVOID InstanceId)
{
    return FileObject != NULL
        ? FsRtlRemovePerFileContext(
              IoiFileSlot(FileObject, IoFileContexts, FALSE), OwnerId, InstanceId)
        : NULL;
}
