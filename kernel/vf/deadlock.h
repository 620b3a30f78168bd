/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Deadlock detection: what each thread holds, and in which order locks were taken, as a graph that
 * must stay without circles. Locks are known by their addresses and how they are used; only
 * verified drivers' own calls count. All of it does nothing unless VF_DEADLOCK is on, or
 * VF_DDI_MORE, whose rules want spin locks acquired and released in pairs. Any IRQL; no other lock
 * is taken meanwhile.
 */
#pragma once

#include "vf/vfp.h"

enum VFP_LOCK {
    VFP_SPIN_LOCK,
    VFP_QUEUED_SPIN_LOCK, /* in-stack queued */
    VFP_FAST_MUTEX,       /* guarded ones as well */
    VFP_UNSAFE_FAST_MUTEX,
    VFP_MUTEX,            /* KMUTEX: may be taken again by its owner */
};

/* Before the calling thread waits for a lock: self-deadlock (0x1000), a circle (0x1001), the wrong
 * routine (0x1008). */
void VfpLockWanted(const void *Lock, enum VFP_LOCK Kind, ULONG_PTR Site);
/* It has it. Only a lock that was wanted before has a place in the order: not one that is tried. */
void VfpLockTaken(const void *Lock, enum VFP_LOCK Kind);
/* Before it gives it back: 0x1003, 0x1004, 0x1007, 0x1009. NewIrql: what the IRQL goes to. */
void VfpLockReleased(const void *Lock, enum VFP_LOCK Kind, KIRQL NewIrql, ULONG_PTR Site);
/* A lock is made: one that is held now is made twice (0x1005); else it is a new one. */
void VfpLockInitialized(const void *Lock, ULONG_PTR Site);
/* Memory goes: a lock in it that is held (0x100B); the others are forgotten. */
void VfpLocksFreed(const void *Memory, SIZE_T Bytes, ULONG_PTR Site);
/* The calling thread ends: a lock it holds (0x100A). */
void VfpThreadEnds(ULONG_PTR Site);
/* With VF_DDI_MORE, how many spin locks the calling thread holds; else 0. */
ULONG VfpSpinLocksHeld(void);
/* Stops the machine for the last of these: a dispatch routine has left it. */
void VfpSpinLockLeft(ULONG_PTR Site) __attribute__((noreturn));
/* Forgets everything; before a machine starts. */
void VfpResetDeadlock(void);
