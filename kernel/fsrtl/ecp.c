/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Extra create parameters. A driver knows a parameter by its context, a block of its own kind
 * behind a header of ours. A few drivers have room for headers and lists in memory of their own,
 * and give as much as Windows' take, so that ours are as large as those. Whoever has a list is the
 * only one who uses it, so there is no lock. A list goes with a request and stays the issuer's
 * (IoCreateFileEx), or goes with the request's end (FsRtlSetEcpListIntoIrp).
 */
#include <string.h>

#include "ex/lookaside.h"
#include "fsrtl/ecp.h"
#include "io/irpextension.h"

#define FSRTLP_TAG_LIST 0x6C504345u /* 'ECPl' */

#define FSRTLP_TAG_ECP 0x48504345u  /* 'ECPH' */

/* of Flags, in lists and parameters */
#define FSRTLP_ECP_OURS 1u /* from the pool, or a lookaside list's */
#define FSRTLP_ECP_ACKNOWLEDGED 2u

struct FSRTL_ECP_LIST { /* ECP_LIST */
    ULONG Signature, Flags;
    LIST_ENTRY Parameters;
};

struct FSRTL_ECP { /* ECP_HEADER; the context follows */
    ULONG Signature, Spare;
    LIST_ENTRY Link; /* Flink NULL: in no list */
    GUID Type;
    FSRTL_ECP_CLEANUP *Cleanup; /* optional */
    ULONG Flags, TotalBytes;    /* with the context */
    void *Lookaside;            /* where its memory goes; NULL: to the pool, if it is ours */
    void *Filter;               /* Windows' filter manager */
};

_Static_assert(sizeof(FSRTL_ECP_LIST) == 8 + 2 * sizeof(void *), "ECP_LIST");
_Static_assert(sizeof(FSRTL_ECP) == 32 + 5 * sizeof(void *), "ECP_HEADER");

static FSRTL_ECP *FsrtlpEcp(void *Context)
{
    return (FSRTL_ECP *)Context - 1;
}

static void *FsrtlpContext(FSRTL_ECP *Ecp)
{
    return Ecp + 1;
}

/*
 * ---- memory -----------------------------------------------------------------------------------
 */

/*
 * FsRtlInitializeExtraCreateParameterList - an empty list in memory of the caller's.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS.
 * Owner:   caller, who takes out what is in it.
 * Source:  DOC ntifs/FsRtlInitializeExtraCreateParameterList; OBS
 *          tests/kernel/fsrtl/FsRtlInitializeExtraCreateParameter.c
 */
NTSTATUS NTAPI FsRtlInitializeExtraCreateParameterList(FSRTL_ECP_LIST *EcpList)
{
    EcpList->Signature = FSRTLP_TAG_LIST;
    EcpList->Flags = 0;
    InitializeListHead(&EcpList->Parameters);
    return STATUS_SUCCESS;
}

/*
 * FsRtlAllocateExtraCreateParameterList - an empty list.
 *
 * Flags:   FSRTL_ALLOCATE_ECPLIST_FLAG_CHARGE_QUOTA has no effect.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; FsRtlFreeExtraCreateParameterList.
 * Source:  DOC ntifs/FsRtlAllocateExtraCreateParameterList; OBS
 *          tests/kernel/fsrtl/FsRtlAllocateExtraCreateParameter.c, as all here
 */
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameterList(ULONG Flags, FSRTL_ECP_LIST **EcpList)
{
    (void)Flags;
    FSRTL_ECP_LIST *List = ExiAllocate(PagedPool, sizeof(*List), FSRTLP_TAG_LIST, EX_CALLER);
    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    (void)FsRtlInitializeExtraCreateParameterList(List);
    List->Flags = FSRTLP_ECP_OURS;
    *EcpList = List;
    return STATUS_SUCCESS;
}

/*
 * FsRtlFreeExtraCreateParameterList - frees a list and what is in it. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs; OBS as above.
 */
void NTAPI FsRtlFreeExtraCreateParameterList(FSRTL_ECP_LIST *EcpList)
{
    while (!IsListEmpty(&EcpList->Parameters)) {
        FSRTL_ECP *Ecp = CONTAINING_RECORD(RemoveHeadList(&EcpList->Parameters), FSRTL_ECP, Link);
        Ecp->Link.Flink = NULL;
        FsRtlFreeExtraCreateParameter(FsrtlpContext(Ecp));
    }
    if (EcpList->Flags & FSRTLP_ECP_OURS)
        ExiFree(EcpList);
}

/*
 * FsRtlInitializeExtraCreateParameter - a parameter in memory of the caller's, in no list.
 *
 * Ecp:     what is before the context, which stays as it is. EcpFlags: there are none.
 *          TotalSize: bytes of both. CleanupCallback: optional. ListAllocatedFrom: a lookaside list
 *          that the memory goes to when the parameter is freed; NULL: it stays the caller's.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/FsRtlInitializeExtraCreateParameter; INF what becomes of the memory, and that
 *          TotalSize is that of both, from its name; OBS as above
 */
void NTAPI FsRtlInitializeExtraCreateParameter(FSRTL_ECP *Ecp, ULONG EcpFlags,
    FSRTL_ECP_CLEANUP *CleanupCallback, ULONG TotalSize, const GUID *EcpType,
    PVOID ListAllocatedFrom)
{
    (void)EcpFlags;
    *Ecp = (FSRTL_ECP){.Signature = FSRTLP_TAG_ECP,
        .Type = *EcpType,
        .Cleanup = CleanupCallback,
        .TotalBytes = TotalSize,
        .Lookaside = ListAllocatedFrom};
}

/* Begins a parameter in memory of ours; Ecp NULL: there was none to have. */
static NTSTATUS FsrtlpBeginEcp(FSRTL_ECP *Ecp, const GUID *Type, ULONG ContextBytes,
    FSRTL_ECP_CLEANUP *Cleanup, void *Lookaside, void **Context)
{
    if (Ecp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    FsRtlInitializeExtraCreateParameter(
        Ecp, 0, Cleanup, (ULONG)sizeof(*Ecp) + ContextBytes, Type, Lookaside);
    Ecp->Flags = FSRTLP_ECP_OURS;
    *Context = memset(FsrtlpContext(Ecp), 0, ContextBytes);
    return STATUS_SUCCESS;
}

/*
 * FsRtlAllocateExtraCreateParameter - a parameter, zeroed, in no list.
 *
 * EcpType: its kind. Flags: FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL; .._CHARGE_QUOTA has no effect.
 *          CleanupCallback: optional, called before the parameter is freed.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; FsRtlFreeExtraCreateParameter, or the list it is in.
 * Source:  DOC ntifs/FsRtlAllocateExtraCreateParameter; OBS as above
 */
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameter(const GUID *EcpType, ULONG SizeOfContext,
    ULONG Flags, FSRTL_ECP_CLEANUP *CleanupCallback, ULONG PoolTag, PVOID *EcpContext)
{
    POOL_TYPE Pool = (Flags & FSRTL_ECP_NONPAGED) ? NonPagedPoolNx : PagedPool;
    FSRTL_ECP *Ecp = ExiAllocate(Pool, sizeof(*Ecp) + (SIZE_T)SizeOfContext, PoolTag, EX_CALLER);
    return FsrtlpBeginEcp(Ecp, EcpType, SizeOfContext, CleanupCallback, NULL, EcpContext);
}

/*
 * FsRtlFreeExtraCreateParameter - frees a parameter that is in no list. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs; OBS as above.
 */
void NTAPI FsRtlFreeExtraCreateParameter(PVOID EcpContext)
{
    FSRTL_ECP *Ecp = FsrtlpEcp(EcpContext);
    if (Ecp->Cleanup != NULL)
        Ecp->Cleanup(EcpContext, &Ecp->Type);
    if (Ecp->Lookaside != NULL)
        ExFreeToPagedLookasideList(Ecp->Lookaside, Ecp);
    else if (Ecp->Flags & FSRTLP_ECP_OURS)
        ExiFree(Ecp);
}

/*
 * FsRtlInitExtraCreateParameterLookasideList - memory for parameters of one size, kept for the next
 * time.
 *
 * Lookaside: the caller's, a PAGED_LOOKASIDE_LIST, with FSRTL_ECP_LOOKASIDE_FLAG_NONPAGED_POOL an
 *          NPAGED_LOOKASIDE_LIST. Size: of the contexts.
 * IRQL:    up to APC_LEVEL
 * Owner:   caller; FsRtlDeleteExtraCreateParameterLookasideList with the same Flags.
 * Source:  DOC ntifs/FsRtlInitExtraCreateParameterLookasideList; OBS as above
 */
void NTAPI FsRtlInitExtraCreateParameterLookasideList(
    PVOID Lookaside, ULONG Flags, SIZE_T Size, ULONG Tag)
{
    if (Flags & FSRTL_ECP_NONPAGED)
        ExInitializeNPagedLookasideList(
            Lookaside, NULL, NULL, 0, sizeof(FSRTL_ECP) + Size, Tag, 0);
    else
        ExInitializePagedLookasideList(Lookaside, NULL, NULL, 0, sizeof(FSRTL_ECP) + Size, Tag, 0);
}

void NTAPI FsRtlDeleteExtraCreateParameterLookasideList(PVOID Lookaside, ULONG Flags)
{
    if (Flags & FSRTL_ECP_NONPAGED)
        ExDeleteNPagedLookasideList(Lookaside);
    else
        ExDeletePagedLookasideList(Lookaside);
}

/*
 * FsRtlAllocateExtraCreateParameterFromLookasideList - FsRtlAllocateExtraCreateParameter from a
 * list's memory; a context larger than the list's comes from the pool.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlAllocateExtraCreateParameterFromLookasideList; INF a larger context; OBS
 *          as above
 */
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameterFromLookasideList(const GUID *EcpType,
    ULONG SizeOfContext, ULONG Flags, FSRTL_ECP_CLEANUP *CleanupCallback, PVOID LookasideList,
    PVOID *EcpContext)
{
    GENERAL_LOOKASIDE *General = LookasideList;
    if (sizeof(FSRTL_ECP) + (SIZE_T)SizeOfContext > General->Size)
        return FsRtlAllocateExtraCreateParameter(
            EcpType, SizeOfContext, Flags, CleanupCallback, General->Tag, EcpContext);
    /* Both kinds of list are used alike: what differs lies behind what is used. */
    FSRTL_ECP *Ecp = ExAllocateFromPagedLookasideList(LookasideList);
    return FsrtlpBeginEcp(Ecp, EcpType, SizeOfContext, CleanupCallback, LookasideList, EcpContext);
}

/*
 * ---- lists ------------------------------------------------------------------------------------
 */

static FSRTL_ECP *FsrtlpFindEcp(FSRTL_ECP_LIST *List, const GUID *Type)
{
    for (LIST_ENTRY *Entry = List->Parameters.Flink; Entry != &List->Parameters;
         Entry = Entry->Flink) {
        FSRTL_ECP *Ecp = CONTAINING_RECORD(Entry, FSRTL_ECP, Link);
        if (memcmp(&Ecp->Type, Type, sizeof(GUID)) == 0)
            return Ecp;
    }
    return NULL;
}

/* Context and Size: optional. */
static NTSTATUS FsrtlpTellEcp(FSRTL_ECP *Ecp, void **Context, ULONG *Size)
{
    if (Context != NULL)
        *Context = Ecp != NULL ? FsrtlpContext(Ecp) : NULL;
    if (Size != NULL)
        *Size = Ecp != NULL ? Ecp->TotalBytes - (ULONG)sizeof(*Ecp) : 0;
    return Ecp != NULL ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

/*
 * FsRtlInsertExtraCreateParameter - put a parameter into a list.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: there is one of that type.
 * Source:  DOC ntifs/FsRtlInsertExtraCreateParameter; OBS as above
 */
NTSTATUS NTAPI FsRtlInsertExtraCreateParameter(FSRTL_ECP_LIST *EcpList, PVOID EcpContext)
{
    FSRTL_ECP *Ecp = FsrtlpEcp(EcpContext);
    if (FsrtlpFindEcp(EcpList, &Ecp->Type) != NULL)
        return STATUS_INVALID_PARAMETER;
    InsertTailList(&EcpList->Parameters, &Ecp->Link);
    return STATUS_SUCCESS;
}

/*
 * FsRtlFindExtraCreateParameter - the parameter of a type.
 *
 * EcpContext, EcpContextSize: optional.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; NOT_FOUND.
 * Source:  DOC ntifs/FsRtlFindExtraCreateParameter; OBS as above
 */
NTSTATUS NTAPI FsRtlFindExtraCreateParameter(
    FSRTL_ECP_LIST *EcpList, const GUID *EcpType, PVOID *EcpContext, ULONG *EcpContextSize)
{
    return FsrtlpTellEcp(FsrtlpFindEcp(EcpList, EcpType), EcpContext, EcpContextSize);
}

/*
 * FsRtlRemoveExtraCreateParameter - take the parameter of a type out of a list; it is the caller's
 * to free. Otherwise as FsRtlFindExtraCreateParameter. Source: DOC
 * ntifs/FsRtlRemoveExtraCreateParameter; OBS as above
 */
NTSTATUS NTAPI FsRtlRemoveExtraCreateParameter(
    FSRTL_ECP_LIST *EcpList, const GUID *EcpType, PVOID *EcpContext, ULONG *EcpContextSize)
{
    FSRTL_ECP *Ecp = FsrtlpFindEcp(EcpList, EcpType);
    if (Ecp != NULL) {
        RemoveEntryList(&Ecp->Link);
        Ecp->Link.Flink = NULL;
    }
    return FsrtlpTellEcp(Ecp, EcpContext, EcpContextSize);
}

/*
 * FsRtlGetNextExtraCreateParameter - walk a list.
 *
 * CurrentEcpContext: NULL: the first one is wanted. The others are optional.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; NOT_FOUND: that was the last; INVALID_PARAMETER: the current one is in no list.
 * Source:  DOC ntifs/FsRtlGetNextExtraCreateParameter; INF INVALID_PARAMETER; OBS as above
 */
NTSTATUS NTAPI FsRtlGetNextExtraCreateParameter(FSRTL_ECP_LIST *EcpList, PVOID CurrentEcpContext,
    GUID *NextEcpType, PVOID *NextEcpContext, ULONG *NextEcpContextSize)
{
    LIST_ENTRY *Next = CurrentEcpContext != NULL ? FsrtlpEcp(CurrentEcpContext)->Link.Flink
                                                 : EcpList->Parameters.Flink;
    if (Next == NULL)
        return STATUS_INVALID_PARAMETER;
    FSRTL_ECP *Ecp = Next != &EcpList->Parameters ? CONTAINING_RECORD(Next, FSRTL_ECP, Link)
                                                   : NULL;
    if (Ecp != NULL && NextEcpType != NULL)
        *NextEcpType = Ecp->Type;
    return FsrtlpTellEcp(Ecp, NextEcpContext, NextEcpContextSize);
}

/*
 * ---- requests ---------------------------------------------------------------------------------
 */

/* A request of io's that opens something, or that a driver has set up to. */
static BOOLEAN FsrtlpOpens(const IRP *Irp)
{
    if (Irp->Flags & IRP_CREATE_OPERATION)
        return TRUE;
    return Irp->CurrentLocation <= Irp->StackCount &&
           Irp->Tail.Overlay.CurrentStackLocation->MajorFunction == IRP_MJ_CREATE;
}

static void FsrtlpFreeList(void *List)
{
    FsRtlFreeExtraCreateParameterList(List);
}

/*
 * FsRtlGetEcpListFromIrp, IoGetIrpExtraCreateParameter - the list a request carries.
 *
 * *EcpList: NULL: none.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the request is no IRP_MJ_CREATE.
 * Source:  DOC ntifs/FsRtlGetEcpListFromIrp, ntddk/IoGetIrpExtraCreateParameter; OBS as above
 */
NTSTATUS NTAPI FsRtlGetEcpListFromIrp(IRP *Irp, FSRTL_ECP_LIST **EcpList)
{
    if (!FsrtlpOpens(Irp))
        return STATUS_INVALID_PARAMETER;
    *EcpList = IoiCreateParameters(Irp);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoGetIrpExtraCreateParameter(IRP *Irp, FSRTL_ECP_LIST **ExtraCreateParameter)
{
    return FsRtlGetEcpListFromIrp(Irp, ExtraCreateParameter);
}

/*
 * FsRtlSetEcpListIntoIrp - have a request carry a list, which is freed with it.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER_2: the request is no IRP_MJ_CREATE; INVALID_PARAMETER_3: it
 *          carries one; INSUFFICIENT_RESOURCES: the list stays the caller's, as with the others.
 * Source:  DOC ntifs/FsRtlSetEcpListIntoIrp; INF INSUFFICIENT_RESOURCES; OBS as above
 */
NTSTATUS NTAPI FsRtlSetEcpListIntoIrp(IRP *Irp, FSRTL_ECP_LIST *EcpList)
{
    if (!FsrtlpOpens(Irp))
        return STATUS_INVALID_PARAMETER_2;
    if (IoiCreateParameters(Irp) != NULL)
        return STATUS_INVALID_PARAMETER_3;
    return IoiSetCreateParameters(Irp, EcpList, FsrtlpFreeList);
}

/*
 * IoSetIrpExtraCreateParameter - the same; the list stays the caller's, who takes it off again.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the request is no IRP_MJ_CREATE, or carries one;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoSetIrpExtraCreateParameter; INF whose the list is; OBS as above
 */
NTSTATUS NTAPI IoSetIrpExtraCreateParameter(IRP *Irp, FSRTL_ECP_LIST *ExtraCreateParameter)
{
    if (!FsrtlpOpens(Irp) || IoiCreateParameters(Irp) != NULL)
        return STATUS_INVALID_PARAMETER;
    return IoiSetCreateParameters(Irp, ExtraCreateParameter, NULL);
}

/*
 * IoClearIrpExtraCreateParameter - the request carries none any more. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk; OBS as above.
 */
void NTAPI IoClearIrpExtraCreateParameter(IRP *Irp)
{
    if (IoiCreateParameters(Irp) != NULL)
        (void)IoiSetCreateParameters(Irp, NULL, NULL);
}

/*
 * ---- marks ------------------------------------------------------------------------------------
 */

/*
 * FsRtlAcknowledgeEcp - say that a parameter was heeded. IRQL: up to APC_LEVEL. Source: DOC ntifs;
 * OBS as above.
 */
void NTAPI FsRtlAcknowledgeEcp(PVOID EcpContext)
{
    FsrtlpEcp(EcpContext)->Flags |= FSRTLP_ECP_ACKNOWLEDGED;
}

/*
 * FsRtlIsEcpAcknowledged - whether it was. IRQL: up to APC_LEVEL. Source: DOC ntifs; OBS as above.
 */
BOOLEAN NTAPI FsRtlIsEcpAcknowledged(PVOID EcpContext)
{
    return (FsrtlpEcp(EcpContext)->Flags & FSRTLP_ECP_ACKNOWLEDGED) != 0;
}

/*
 * FsRtlPrepareToReuseEcp - it was not, for the next open. IRQL: up to APC_LEVEL. Source: DOC ntifs;
 * OBS as above.
 */
void NTAPI FsRtlPrepareToReuseEcp(PVOID EcpContext)
{
    FsrtlpEcp(EcpContext)->Flags &= ~FSRTLP_ECP_ACKNOWLEDGED;
}

/*
 * FsRtlIsEcpFromUserMode - FALSE: programs have no way to give any. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs; OBS as above.
 */
BOOLEAN NTAPI FsRtlIsEcpFromUserMode(PVOID EcpContext)
{
    (void)EcpContext;
    return FALSE;
}
