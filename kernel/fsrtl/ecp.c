/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Extra create parameters. A driver knows a parameter by its context, a block of its own kind
 * behind a header of ours; lists are ours as well. Whoever has a list is the only one who uses it,
 * so there is no lock. A list goes with a request and stays the issuer's (IoCreateFileEx), or goes
 * with the request's end (FsRtlSetEcpListIntoIrp).
 */
#include <string.h>

#include "ex/lookaside.h"
#include "fsrtl/ecp.h"
#include "io/irpextension.h"

#define FSRTLP_TAG_LIST 0x6C504345u /* 'ECPl' */

struct FSRTL_ECP_LIST {
    LIST_ENTRY Parameters;
};

typedef struct FSRTLP_ECP {
    LIST_ENTRY Link; /* Flink NULL: in no list */
    GUID Type;
    FSRTL_ECP_CLEANUP *Cleanup; /* optional */
    GENERAL_LOOKASIDE *Lookaside; /* where its memory goes, NULL: to the pool */
    ULONG ContextBytes;
    BOOLEAN Acknowledged;
    __attribute__((aligned(16))) UCHAR Context[];
} FSRTLP_ECP;

static FSRTLP_ECP *FsrtlpEcp(void *Context)
{
    return CONTAINING_RECORD(Context, FSRTLP_ECP, Context);
}

/*
 * ---- memory -----------------------------------------------------------------------------------
 */

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
    InitializeListHead(&List->Parameters);
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
        FSRTLP_ECP *Ecp = CONTAINING_RECORD(RemoveHeadList(&EcpList->Parameters), FSRTLP_ECP, Link);
        Ecp->Link.Flink = NULL;
        FsRtlFreeExtraCreateParameter(Ecp->Context);
    }
    ExiFree(EcpList);
}

static NTSTATUS FsrtlpInitializeEcp(FSRTLP_ECP *Ecp, const GUID *Type, ULONG ContextBytes,
    FSRTL_ECP_CLEANUP *Cleanup, GENERAL_LOOKASIDE *Lookaside, void **Context)
{
    if (Ecp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memset(Ecp, 0, sizeof(*Ecp) + ContextBytes);
    Ecp->Type = *Type;
    Ecp->ContextBytes = ContextBytes;
    Ecp->Cleanup = Cleanup;
    Ecp->Lookaside = Lookaside;
    *Context = Ecp->Context;
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
    FSRTLP_ECP *Ecp = ExiAllocate(Pool, sizeof(*Ecp) + (SIZE_T)SizeOfContext, PoolTag, EX_CALLER);
    return FsrtlpInitializeEcp(Ecp, EcpType, SizeOfContext, CleanupCallback, NULL, EcpContext);
}

/*
 * FsRtlFreeExtraCreateParameter - frees a parameter that is in no list. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs; OBS as above.
 */
void NTAPI FsRtlFreeExtraCreateParameter(PVOID EcpContext)
{
    FSRTLP_ECP *Ecp = FsrtlpEcp(EcpContext);
    if (Ecp->Cleanup != NULL)
        Ecp->Cleanup(EcpContext, &Ecp->Type);
    if (Ecp->Lookaside != NULL)
        ExFreeToPagedLookasideList((PAGED_LOOKASIDE_LIST *)(void *)Ecp->Lookaside, Ecp);
    else
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
            Lookaside, NULL, NULL, 0, sizeof(FSRTLP_ECP) + Size, Tag, 0);
    else
        ExInitializePagedLookasideList(Lookaside, NULL, NULL, 0, sizeof(FSRTLP_ECP) + Size, Tag, 0);
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
    if (sizeof(FSRTLP_ECP) + (SIZE_T)SizeOfContext > General->Size)
        return FsRtlAllocateExtraCreateParameter(
            EcpType, SizeOfContext, Flags, CleanupCallback, General->Tag, EcpContext);
    /* Both kinds of list are used alike: what differs lies behind what is used. */
    FSRTLP_ECP *Ecp = ExAllocateFromPagedLookasideList(LookasideList);
    return FsrtlpInitializeEcp(Ecp, EcpType, SizeOfContext, CleanupCallback, General, EcpContext);
}

/*
 * ---- lists ------------------------------------------------------------------------------------
 */

static FSRTLP_ECP *FsrtlpFindEcp(FSRTL_ECP_LIST *List, const GUID *Type)
{
    for (LIST_ENTRY *Entry = List->Parameters.Flink; Entry != &List->Parameters;
         Entry = Entry->Flink) {
        FSRTLP_ECP *Ecp = CONTAINING_RECORD(Entry, FSRTLP_ECP, Link);
        if (memcmp(&Ecp->Type, Type, sizeof(GUID)) == 0)
            return Ecp;
    }
    return NULL;
}

/* Context and Size: optional. */
static NTSTATUS FsrtlpTellEcp(FSRTLP_ECP *Ecp, void **Context, ULONG *Size)
{
    if (Context != NULL)
        *Context = Ecp != NULL ? Ecp->Context : NULL;
    if (Size != NULL)
        *Size = Ecp != NULL ? Ecp->ContextBytes : 0;
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
    FSRTLP_ECP *Ecp = FsrtlpEcp(EcpContext);
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
    FSRTLP_ECP *Ecp = FsrtlpFindEcp(EcpList, EcpType);
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
    FSRTLP_ECP *Ecp = Next != &EcpList->Parameters ? CONTAINING_RECORD(Next, FSRTLP_ECP, Link)
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
    FsrtlpEcp(EcpContext)->Acknowledged = TRUE;
}

/*
 * FsRtlIsEcpAcknowledged - whether it was. IRQL: up to APC_LEVEL. Source: DOC ntifs; OBS as above.
 */
BOOLEAN NTAPI FsRtlIsEcpAcknowledged(PVOID EcpContext)
{
    return FsrtlpEcp(EcpContext)->Acknowledged;
}

/*
 * FsRtlPrepareToReuseEcp - it was not, for the next open. IRQL: up to APC_LEVEL. Source: DOC ntifs;
 * OBS as above.
 */
void NTAPI FsRtlPrepareToReuseEcp(PVOID EcpContext)
{
    FsrtlpEcp(EcpContext)->Acknowledged = FALSE;
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
