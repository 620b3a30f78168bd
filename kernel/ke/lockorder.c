/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The order of the kernel's own locks, asserted while drivers are verified for deadlocks: two
 * that are ever held at once are always taken in the same order. A lock that is a variable is known
 * by itself, one in a structure together with all that are written the same way ("&Bucket->Lock"),
 * of which nobody holds two. An order that was seen stays; one that closes a circle of them stops
 * the machine, whether or not anything hung.
 */
#include <string.h>

#include "ke/kep.h"
#include "ke/ordered.h"

#define KI_ORDERED 128u /* kinds of locks; later ones are not looked at */
#define KI_HELD 8u      /* at a time, by one thread */

BOOLEAN KeCheckLockOrder;

static struct {
    const volatile void *Lock; /* NULL: known by its name */
    const char *Name;
} KiKind[KI_ORDERED];
static ULONG KiKinds;
static ULONG64 KiBefore[KI_ORDERED][KI_ORDERED / 64]; /* bit B of A: A was held when B was taken */
static uint32_t KiOrderLock;

static _Thread_local struct {
    const volatile void *Lock;
    ULONG Kind;
} KiHeld[KI_HELD];
static _Thread_local ULONG KiHeldCount;

void KiResetLockOrder(BOOLEAN Check)
{
    memset(KiBefore, 0, sizeof(KiBefore));
    KiKinds = 0;
    KiOrderLock = 0;
    KiHeldCount = 0;
    KeCheckLockOrder = Check;
}

/* The number of a lock's kind; KI_ORDERED: there are too many. KiOrderLock is held. */
static ULONG KiKindOf(const volatile void *Lock, const char *Name)
{
    const BOOLEAN Variable = Name[0] == '&' && strchr(Name, '>') == NULL &&
        strchr(Name, '[') == NULL;
    for (ULONG Kind = 0; Kind < KiKinds; Kind++) {
        if (Variable ? KiKind[Kind].Lock == Lock
                     : KiKind[Kind].Lock == NULL && strcmp(KiKind[Kind].Name, Name) == 0)
            return Kind;
    }
    if (KiKinds == KI_ORDERED)
        return KI_ORDERED;
    KiKind[KiKinds].Lock = Variable ? Lock : NULL;
    KiKind[KiKinds].Name = Name;
    return KiKinds++;
}

static BOOLEAN KiWasBefore(ULONG First, ULONG Second)
{
    return (KiBefore[First][Second / 64] >> Second % 64 & 1) != 0;
}

/* A way from one kind to another by orders that were seen; every kind is looked at once. */
static BOOLEAN KiReaches(ULONG From, ULONG To)
{
    UCHAR Waiting[KI_ORDERED];
    ULONG64 Seen[KI_ORDERED / 64] = {0};
    ULONG Count = 0;
    Waiting[Count++] = (UCHAR)From;
    while (Count != 0) {
        const ULONG Kind = Waiting[--Count];
        if (Kind == To)
            return TRUE;
        for (ULONG Next = 0; Next < KiKinds; Next++) {
            if (!KiWasBefore(Kind, Next) || (Seen[Next / 64] >> Next % 64 & 1) != 0)
                continue;
            Seen[Next / 64] |= (ULONG64)1 << Next % 64;
            Waiting[Count++] = (UCHAR)Next;
        }
    }
    return FALSE;
}

void KiCheckLockOrder(const volatile void *Lock, const char *Name)
{
    const char *Against = NULL;
    while (__atomic_exchange_n(&KiOrderLock, 1, __ATOMIC_ACQUIRE) != 0)
        host_pause();
    const ULONG Kind = KiKindOf(Lock, Name);
    for (ULONG Index = 0; Index < KiHeldCount && Kind < KI_ORDERED && Against == NULL; Index++) {
        const ULONG Held = KiHeld[Index].Kind;
        if (Held >= KI_ORDERED || KiWasBefore(Held, Kind))
            continue;
        if (KiReaches(Kind, Held))
            Against = KiKind[Held].Name;
        KiBefore[Held][Kind / 64] |= (ULONG64)1 << Kind % 64;
    }
    if (KiHeldCount < KI_HELD) {
        KiHeld[KiHeldCount].Lock = Lock;
        KiHeld[KiHeldCount++].Kind = Kind;
    }
    __atomic_store_n(&KiOrderLock, 0, __ATOMIC_RELEASE);
    if (Against != NULL) {
        KeCheckLockOrder = FALSE;
        host_complain("dotsys: these two locks are taken in both orders\n");
        KiAssertFailed(Against, Name, 0);
    }
}

void KiCheckMutexOrder(const volatile void *Mutex, const char *Name)
{
    for (ULONG Index = 0; Index < KiHeldCount; Index++) {
        if (KiHeld[Index].Lock != Mutex)
            continue;
        if (KiHeldCount < KI_HELD)
            KiHeld[KiHeldCount++] = KiHeld[Index];
        return;
    }
    KiCheckLockOrder(Mutex, Name);
}

void KiForgetLock(const volatile void *Lock)
{
    ULONG Index = KiHeldCount;
    while (Index != 0 && KiHeld[Index - 1].Lock != Lock)
        Index--;
    if (Index == 0)
        return;
    for (KiHeldCount--; Index <= KiHeldCount; Index++)
        KiHeld[Index - 1] = KiHeld[Index];
}

void KiForgetLocks(void)
{
    KiHeldCount = 0;
}
