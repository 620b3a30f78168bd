/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sets of processors over all groups (affinityex.c): drivers and the kernel's own power and
 * processor drivers make and compare them. The structures are known from symbols; no header of a
 * kit has them, and how many groups one holds depends on the Windows.
 */
#pragma once

#include "ke/ke.h"

#define KI_MOST_GROUPS 32

typedef struct _KAFFINITY_EX {
    USHORT Count; /* groups that may have some; what lies behind them means none */
    USHORT Size;  /* groups there is room for */
    ULONG Reserved;
    KAFFINITY Bitmap[KI_MOST_GROUPS]; /* Size of them: a driver has no more */
} KAFFINITY_EX;

typedef struct _KAFFINITY_ENUMERATION_CONTEXT {
    const KAFFINITY_EX *Affinity; /* NULL: one group only */
    KAFFINITY CurrentMask;        /* not told yet, of the current group */
    USHORT CurrentIndex;
} KAFFINITY_ENUMERATION_CONTEXT;

void NTAPI KeInitializeAffinityEx(KAFFINITY_EX *Affinity);
ULONG NTAPI KeQueryActiveProcessorAffinity(KAFFINITY_EX *Affinity);
void NTAPI KeCopyAffinityEx(KAFFINITY_EX *Destination, const KAFFINITY_EX *Source);
void NTAPI KeComplementAffinityEx(KAFFINITY_EX *Result, const KAFFINITY_EX *Affinity);
LOGICAL NTAPI KeAndAffinityEx(
    const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2, KAFFINITY_EX *Result);
LOGICAL NTAPI KeOrAffinityEx(
    const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2, KAFFINITY_EX *Result);
LOGICAL NTAPI KeSubtractAffinityEx(
    const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2, KAFFINITY_EX *Result);
LOGICAL NTAPI KeIsEmptyAffinityEx(const KAFFINITY_EX *Affinity);
LOGICAL NTAPI KeIsEqualAffinityEx(const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2);
LOGICAL NTAPI KeIsSubsetAffinityEx(const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2);
LOGICAL NTAPI KeIsSingleGroupAffinityEx(const KAFFINITY_EX *Affinity, USHORT *Group);
ULONG NTAPI KeCountSetBitsAffinityEx(const KAFFINITY_EX *Affinity);
ULONG NTAPI KeFindFirstSetLeftAffinityEx(const KAFFINITY_EX *Affinity);
void NTAPI KeAddProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex);
void NTAPI KeRemoveProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex);
LOGICAL NTAPI KeCheckProcessorAffinityEx(const KAFFINITY_EX *Affinity, ULONG ProcIndex);
LOGICAL NTAPI KeInterlockedSetProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex);
LOGICAL NTAPI KeInterlockedClearProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex);
void NTAPI KeAddGroupAffinityEx(
    KAFFINITY_EX *Affinity, USHORT GroupNumber, KAFFINITY ProcessorMask);
void NTAPI KeRemoveGroupAffinityEx(
    KAFFINITY_EX *Affinity, USHORT GroupNumber, KAFFINITY ProcessorMask);
KAFFINITY NTAPI KeQueryGroupAffinityEx(const KAFFINITY_EX *Affinity, USHORT GroupNumber);
NTSTATUS NTAPI KeFirstGroupAffinityEx(GROUP_AFFINITY *GroupAffinity, const KAFFINITY_EX *Affinity);
LOGICAL NTAPI KeAndGroupAffinityEx(
    const KAFFINITY_EX *Affinity, const GROUP_AFFINITY *GroupAffinity, GROUP_AFFINITY *Result);
void NTAPI KeProcessorGroupAffinity(GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex);
void NTAPI KeAddProcessorGroupAffinity(GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex);
void NTAPI KeRemoveProcessorGroupAffinity(GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex);
LOGICAL NTAPI KeCheckProcessorGroupAffinity(const GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex);
ULONG NTAPI KeCountSetBitsGroupAffinity(const GROUP_AFFINITY *GroupAffinity);
ULONG NTAPI KeFindFirstSetLeftGroupAffinity(const GROUP_AFFINITY *GroupAffinity);
ULONG NTAPI KeFindFirstSetRightGroupAffinity(const GROUP_AFFINITY *GroupAffinity);
void NTAPI KeInitializeEnumerationContext(
    KAFFINITY_ENUMERATION_CONTEXT *Context, const KAFFINITY_EX *Affinity);
void NTAPI KeInitializeEnumerationContextFromGroup(
    KAFFINITY_ENUMERATION_CONTEXT *Context, const GROUP_AFFINITY *GroupAffinity);
NTSTATUS NTAPI KeEnumerateNextProcessor(ULONG *ProcIndex, KAFFINITY_ENUMERATION_CONTEXT *Context);
