/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Push locks: a word that is shared or exclusive; no recursion, no owner on record. */
#pragma once

#include "ex/ex.h"

typedef ULONG_PTR EX_PUSH_LOCK;

void NTAPI ExInitializePushLock(EX_PUSH_LOCK *PushLock);
void NTAPI ExAcquirePushLockExclusiveEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
void NTAPI ExAcquirePushLockSharedEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
BOOLEAN NTAPI ExTryAcquirePushLockExclusiveEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
BOOLEAN NTAPI ExTryAcquirePushLockSharedEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
void NTAPI ExReleasePushLockEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
void NTAPI ExReleasePushLockExclusiveEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
void NTAPI ExReleasePushLockSharedEx(EX_PUSH_LOCK *PushLock, ULONG Flags);
void FASTCALL ExfAcquirePushLockExclusive(EX_PUSH_LOCK *PushLock);
void FASTCALL ExfAcquirePushLockShared(EX_PUSH_LOCK *PushLock);
BOOLEAN FASTCALL ExfTryAcquirePushLockShared(EX_PUSH_LOCK *PushLock);
void FASTCALL ExfReleasePushLock(EX_PUSH_LOCK *PushLock);
void FASTCALL ExfReleasePushLockExclusive(EX_PUSH_LOCK *PushLock);
void FASTCALL ExfReleasePushLockShared(EX_PUSH_LOCK *PushLock);

/* Who waits at a word that is no lock; public symbols' EX_PUSH_LOCK_WAIT_BLOCK. */
typedef struct EX_PUSH_LOCK_WAIT_BLOCK {
    KEVENT WakeEvent;
    struct EX_PUSH_LOCK_WAIT_BLOCK *Next, *Last, *Previous;
    LONG ShareCount;
    LONG Flags;
} EX_PUSH_LOCK_WAIT_BLOCK;

void FASTCALL ExfTryToWakePushLock(EX_PUSH_LOCK *PushLock);
void FASTCALL ExfUnblockPushLock(EX_PUSH_LOCK *PushLock, EX_PUSH_LOCK_WAIT_BLOCK *WaitBlock);
EX_PUSH_LOCK *NTAPI ExAllocateCacheAwarePushLock(ULONG PoolFlags);
void NTAPI ExFreeCacheAwarePushLock(EX_PUSH_LOCK *PushLock);
void NTAPI ExAcquireCacheAwarePushLockExclusive(EX_PUSH_LOCK *PushLock);
void NTAPI ExReleaseCacheAwarePushLockExclusive(EX_PUSH_LOCK *PushLock);

void ExpInitializePushLocks(void);
