/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Extra create parameters: what the issuer of an open says to the drivers that get it, blocks by
 * GUID in a list; fsrtl/ecp.c.
 */
#pragma once

#include "fsrtl/fsrtl.h"

/* FSRTL_ALLOCATE_ECP_FLAG_*, FSRTL_ECP_LOOKASIDE_FLAG_NONPAGED_POOL */
#define FSRTL_ECP_CHARGE_QUOTA 1u
#define FSRTL_ECP_NONPAGED 2u

typedef struct FSRTL_ECP_LIST FSRTL_ECP_LIST;
typedef struct FSRTL_ECP FSRTL_ECP;
typedef void NTAPI FSRTL_ECP_CLEANUP(PVOID EcpContext, const GUID *EcpType);

NTSTATUS NTAPI FsRtlInitializeExtraCreateParameterList(FSRTL_ECP_LIST *EcpList);
void NTAPI FsRtlInitializeExtraCreateParameter(FSRTL_ECP *Ecp, ULONG EcpFlags,
    FSRTL_ECP_CLEANUP *CleanupCallback, ULONG TotalSize, const GUID *EcpType,
    PVOID ListAllocatedFrom);
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameterList(ULONG Flags, FSRTL_ECP_LIST **EcpList);
void NTAPI FsRtlFreeExtraCreateParameterList(FSRTL_ECP_LIST *EcpList);
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameter(const GUID *EcpType, ULONG SizeOfContext,
    ULONG Flags, FSRTL_ECP_CLEANUP *CleanupCallback, ULONG PoolTag, PVOID *EcpContext);
void NTAPI FsRtlFreeExtraCreateParameter(PVOID EcpContext);
void NTAPI FsRtlInitExtraCreateParameterLookasideList(
    PVOID Lookaside, ULONG Flags, SIZE_T Size, ULONG Tag);
void NTAPI FsRtlDeleteExtraCreateParameterLookasideList(PVOID Lookaside, ULONG Flags);
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameterFromLookasideList(const GUID *EcpType,
    ULONG SizeOfContext, ULONG Flags, FSRTL_ECP_CLEANUP *CleanupCallback, PVOID LookasideList,
    PVOID *EcpContext);

NTSTATUS NTAPI FsRtlInsertExtraCreateParameter(FSRTL_ECP_LIST *EcpList, PVOID EcpContext);
NTSTATUS NTAPI FsRtlFindExtraCreateParameter(
    FSRTL_ECP_LIST *EcpList, const GUID *EcpType, PVOID *EcpContext, ULONG *EcpContextSize);
NTSTATUS NTAPI FsRtlRemoveExtraCreateParameter(
    FSRTL_ECP_LIST *EcpList, const GUID *EcpType, PVOID *EcpContext, ULONG *EcpContextSize);
NTSTATUS NTAPI FsRtlGetNextExtraCreateParameter(FSRTL_ECP_LIST *EcpList, PVOID CurrentEcpContext,
    GUID *NextEcpType, PVOID *NextEcpContext, ULONG *NextEcpContextSize);

NTSTATUS NTAPI FsRtlGetEcpListFromIrp(IRP *Irp, FSRTL_ECP_LIST **EcpList);
NTSTATUS NTAPI FsRtlSetEcpListIntoIrp(IRP *Irp, FSRTL_ECP_LIST *EcpList);
NTSTATUS NTAPI IoGetIrpExtraCreateParameter(IRP *Irp, FSRTL_ECP_LIST **ExtraCreateParameter);
NTSTATUS NTAPI IoSetIrpExtraCreateParameter(IRP *Irp, FSRTL_ECP_LIST *ExtraCreateParameter);
void NTAPI IoClearIrpExtraCreateParameter(IRP *Irp);

void NTAPI FsRtlAcknowledgeEcp(PVOID EcpContext);
BOOLEAN NTAPI FsRtlIsEcpAcknowledged(PVOID EcpContext);
void NTAPI FsRtlPrepareToReuseEcp(PVOID EcpContext);
BOOLEAN NTAPI FsRtlIsEcpFromUserMode(PVOID EcpContext);
