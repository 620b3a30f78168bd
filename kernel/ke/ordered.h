/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Locks of the kernel itself for which a thread waits. Their order is asserted as that of its spin
 * locks is (lockorder.c). IRQL: PASSIVE_LEVEL.
 */
#pragma once

#include "ke/ke.h"

/* One that its owner may take again, which says nothing about any order. */
void KiCheckMutexOrder(const volatile void *Mutex, const char *Name);

/* Before a lock is waited for, and when it is given back. */
#define KiWillAcquire(Lock) (KeCheckLockOrder ? KiCheckMutexOrder((Lock), #Lock) : (void)0)

static inline void KiWillRelease(const volatile void *Lock)
{
    if (KeCheckLockOrder)
        KiForgetLock(Lock);
}

/* A mutex, or a synchronization event as a lock. HOST_DOWN: the machine stopped while another
 * thread had it. */
#define KiAcquireMutex(Mutex) (KiWillAcquire(Mutex), KiWaitForMutex(Mutex))

static inline NTSTATUS KiWaitForMutex(void *Mutex)
{
    NTSTATUS Status = KeWaitForSingleObject(Mutex, Executive, KernelMode, FALSE, NULL);
    if (!NT_SUCCESS(Status))
        KiWillRelease(Mutex);
    return Status;
}

static inline void KiReleaseMutex(KMUTEX *Mutex)
{
    KiWillRelease(Mutex);
    KeReleaseMutex(Mutex, FALSE);
}

static inline void KiReleaseEvent(KEVENT *Event)
{
    KiWillRelease(Event);
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
}
