/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: heaps, and initialisation that happens once. */
#pragma once

#include "ex/ex.h"

typedef NTSTATUS NTAPI EXP_HEAP_COMMIT(PVOID Base, PVOID *CommitAddress, SIZE_T *CommitSize);

/* RTL_HEAP_PARAMETERS. */
typedef struct EXP_HEAP_PARAMETERS {
    ULONG Length;
    SIZE_T SegmentReserve, SegmentCommit, DeCommitFreeBlockThreshold, DeCommitTotalFreeThreshold,
        MaximumAllocationSize, VirtualMemoryThreshold, InitialCommit, InitialReserve;
    EXP_HEAP_COMMIT *CommitRoutine;
    SIZE_T Reserved[2];
} EXP_HEAP_PARAMETERS;

PVOID NTAPI RtlCreateHeap(ULONG Flags, PVOID HeapBase, SIZE_T ReserveSize, SIZE_T CommitSize,
    PVOID Lock, const EXP_HEAP_PARAMETERS *Parameters);
PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle);
PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size);
BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);
SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);
NTSTATUS NTAPI RtlZeroHeap(PVOID HeapHandle, ULONG Flags);
