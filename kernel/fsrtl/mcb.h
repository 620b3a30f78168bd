/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: map control blocks, which say where on the disk a file's clusters lie. */
#pragma once

#include "fsrtl/fsrtl.h"

typedef struct FSRTL_MAPPING {
    LONGLONG NextVbn; /* behind the run, which begins where the one before it ends */
    LONGLONG Lbn;     /* -1: a hole */
} FSRTL_MAPPING;

typedef struct FSRTL_BASE_MCB { /* BASE_MCB */
    ULONG MaximumPairCount;
    ULONG PairCount;
    USHORT PoolType;
    USHORT Flags;
    FSRTL_MAPPING *Mapping;
} FSRTL_BASE_MCB;

typedef struct FSRTL_LARGE_MCB { /* LARGE_MCB, and MCB, whose numbers are 32 bits */
    FAST_MUTEX *FastMutex;
    FSRTL_BASE_MCB Base;
} FSRTL_LARGE_MCB;

void NTAPI FsRtlInitializeBaseMcb(FSRTL_BASE_MCB *Mcb, POOL_TYPE PoolType);
BOOLEAN NTAPI FsRtlInitializeBaseMcbEx(FSRTL_BASE_MCB *Mcb, POOL_TYPE PoolType, USHORT Flags);
void NTAPI FsRtlUninitializeBaseMcb(FSRTL_BASE_MCB *Mcb);
BOOLEAN NTAPI FsRtlAddBaseMcbEntry(
    FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount);
NTSTATUS NTAPI FsRtlAddBaseMcbEntryEx(
    FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount);
BOOLEAN NTAPI FsRtlRemoveBaseMcbEntry(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG SectorCount);
BOOLEAN NTAPI FsRtlLookupBaseMcbEntry(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG *Lbn,
    LONGLONG *SectorCountFromLbn, LONGLONG *StartingLbn, LONGLONG *SectorCountFromStartingLbn,
    ULONG *Index);
BOOLEAN NTAPI FsRtlLookupLastBaseMcbEntry(FSRTL_BASE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn);
BOOLEAN NTAPI FsRtlLookupLastBaseMcbEntryAndIndex(
    FSRTL_BASE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn, ULONG *Index);
ULONG NTAPI FsRtlNumberOfRunsInBaseMcb(FSRTL_BASE_MCB *Mcb);
BOOLEAN NTAPI FsRtlGetNextBaseMcbEntry(
    FSRTL_BASE_MCB *Mcb, ULONG RunIndex, LONGLONG *Vbn, LONGLONG *Lbn, LONGLONG *SectorCount);
void NTAPI FsRtlTruncateBaseMcb(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn);
BOOLEAN NTAPI FsRtlSplitBaseMcb(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG Amount);
void NTAPI FsRtlResetBaseMcb(FSRTL_BASE_MCB *Mcb);

void NTAPI FsRtlInitializeLargeMcb(FSRTL_LARGE_MCB *Mcb, POOL_TYPE PoolType);
void NTAPI FsRtlUninitializeLargeMcb(FSRTL_LARGE_MCB *Mcb);
BOOLEAN NTAPI FsRtlAddLargeMcbEntry(
    FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount);
void NTAPI FsRtlRemoveLargeMcbEntry(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG SectorCount);
BOOLEAN NTAPI FsRtlLookupLargeMcbEntry(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG *Lbn,
    LONGLONG *SectorCountFromLbn, LONGLONG *StartingLbn, LONGLONG *SectorCountFromStartingLbn,
    ULONG *Index);
BOOLEAN NTAPI FsRtlLookupLastLargeMcbEntry(FSRTL_LARGE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn);
BOOLEAN NTAPI FsRtlLookupLastLargeMcbEntryAndIndex(
    FSRTL_LARGE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn, ULONG *Index);
ULONG NTAPI FsRtlNumberOfRunsInLargeMcb(FSRTL_LARGE_MCB *Mcb);
BOOLEAN NTAPI FsRtlGetNextLargeMcbEntry(
    FSRTL_LARGE_MCB *Mcb, ULONG RunIndex, LONGLONG *Vbn, LONGLONG *Lbn, LONGLONG *SectorCount);
void NTAPI FsRtlTruncateLargeMcb(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn);
BOOLEAN NTAPI FsRtlSplitLargeMcb(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG Amount);
void NTAPI FsRtlResetLargeMcb(FSRTL_LARGE_MCB *Mcb, BOOLEAN SelfSynchronized);

void NTAPI FsRtlInitializeMcb(FSRTL_LARGE_MCB *Mcb, POOL_TYPE PoolType);
void NTAPI FsRtlUninitializeMcb(FSRTL_LARGE_MCB *Mcb);
void NTAPI FsRtlTruncateMcb(FSRTL_LARGE_MCB *Mcb, ULONG Vbn);
BOOLEAN NTAPI FsRtlAddMcbEntry(FSRTL_LARGE_MCB *Mcb, ULONG Vbn, ULONG Lbn, ULONG SectorCount);
void NTAPI FsRtlRemoveMcbEntry(FSRTL_LARGE_MCB *Mcb, ULONG Vbn, ULONG SectorCount);
BOOLEAN NTAPI FsRtlLookupMcbEntry(
    FSRTL_LARGE_MCB *Mcb, ULONG Vbn, ULONG *Lbn, ULONG *SectorCount, ULONG *Index);
BOOLEAN NTAPI FsRtlLookupLastMcbEntry(FSRTL_LARGE_MCB *Mcb, ULONG *Vbn, ULONG *Lbn);
ULONG NTAPI FsRtlNumberOfRunsInMcb(FSRTL_LARGE_MCB *Mcb);
BOOLEAN NTAPI FsRtlGetNextMcbEntry(
    FSRTL_LARGE_MCB *Mcb, ULONG RunIndex, ULONG *Vbn, ULONG *Lbn, ULONG *SectorCount);
