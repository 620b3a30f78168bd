/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Resources, push locks, fast and guarded mutexes: who is alone is alone, and who shares finds
 * nothing half done. Rundown protection: after the wait nobody is inside.
 */
#include "torture.h"

const ULONG TortureTests = 8;

NTKERNELAPI VOID FASTCALL KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID FASTCALL KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID FASTCALL KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex);

/* What the locks guard: two numbers that agree whenever nobody is in the middle of changing
 * them. */
typedef struct LOCK_RACE {
    ERESOURCE Resource;
    FAST_MUTEX Fast;
    KGUARDED_MUTEX Guarded;
    ULONG_PTR Push;
    volatile LONG First, Second;
    volatile LONG Writers, Readers, Changes;
} LOCK_RACE;

static VOID LockRaceChange(TORTURE_THREAD *Self, LOCK_RACE *Race)
{
    ULONG Spin = TortureRandom(Self, 50);

    TORTURE_CHECK(Self->Torture, InterlockedIncrement(&Race->Writers) == 1);
    TORTURE_CHECK(Self->Torture, Race->Readers == 0);
    Race->First++;
    while (Spin-- > 0)
        YieldProcessor();
    Race->Second++;
    InterlockedIncrement(&Race->Changes);
    InterlockedDecrement(&Race->Writers);
}

static VOID LockRaceLook(TORTURE_THREAD *Self, LOCK_RACE *Race)
{
    InterlockedIncrement(&Race->Readers);
    TORTURE_CHECK(Self->Torture, Race->Writers == 0);
    TORTURE_CHECK(Self->Torture, Race->First == Race->Second);
    InterlockedDecrement(&Race->Readers);
}

static VOID LockRaceRun(LONG Rounds, LOCK_RACE *Race, PKSTART_ROUTINE Routine)
{
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, Rounds);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, Routine, Race);
    TortureJoin(&Torture);
    CHECK_EQ(Race->First, Race->Changes);
    CHECK_EQ(Race->Second, Race->Changes);
    CHECK_EQ(Race->Readers, 0);
}

/* ---- resources ------------------------------------------------------------------------------- */

static VOID NTAPI ResourceThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOCK_RACE *Race = Self->Context;
    PERESOURCE Resource = &Race->Resource;

    while (TortureGoesOn(Self)) {
        BOOLEAN Wait = TortureRandom(Self, 3) != 0;

        KeEnterCriticalRegion();
        switch (TortureRandom(Self, 4)) {
        case 0:
            if (!ExAcquireResourceExclusiveLite(Resource, Wait)) {
                TORTURE_CHECK(Self->Torture, !Wait);
                break;
            }
            LockRaceChange(Self, Race);
            if (TortureRandom(Self, 2) != 0) {
                /* Shared as well, and still alone with what it has; then one of many. */
                TORTURE_CHECK(Self->Torture, ExAcquireResourceSharedLite(Resource, FALSE));
                ExReleaseResourceLite(Resource);
                ExConvertExclusiveToSharedLite(Resource);
                LockRaceLook(Self, Race);
            }
            ExReleaseResourceLite(Resource);
            break;
        case 1:
            if (!ExAcquireSharedStarveExclusive(Resource, Wait)) {
                TORTURE_CHECK(Self->Torture, !Wait);
                break;
            }
            LockRaceLook(Self, Race);
            ExReleaseResourceLite(Resource);
            break;
        case 2:
            if (!ExAcquireSharedWaitForExclusive(Resource, Wait)) {
                TORTURE_CHECK(Self->Torture, !Wait);
                break;
            }
            LockRaceLook(Self, Race);
            ExReleaseResourceLite(Resource);
            break;
        default:
            if (!ExAcquireResourceSharedLite(Resource, Wait)) {
                TORTURE_CHECK(Self->Torture, !Wait);
                break;
            }
            LockRaceLook(Self, Race);
            ExReleaseResourceLite(Resource);
            break;
        }
        KeLeaveCriticalRegion();
    }
}

TEST(ExAcquireResourceExclusiveLite, WritersAreAlone)
{
    static LOCK_RACE Race;

    RtlZeroMemory(&Race, sizeof(Race));
    if (!CHECK_STATUS(ExInitializeResourceLite(&Race.Resource), STATUS_SUCCESS))
        return;
    LockRaceRun(2000, &Race, ResourceThread);
    CHECK_STATUS(ExDeleteResourceLite(&Race.Resource), STATUS_SUCCESS);
}

/* ---- fast and guarded mutexes ---------------------------------------------------------------- */

static VOID NTAPI MutexThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOCK_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        if (TortureRandom(Self, 3) == 0) {
            if (!ExTryToAcquireFastMutex(&Race->Fast))
                continue;
        } else {
            ExAcquireFastMutex(&Race->Fast);
        }
        TORTURE_CHECK(Self->Torture, KeGetCurrentIrql() == APC_LEVEL);
        LockRaceChange(Self, Race);
        ExReleaseFastMutex(&Race->Fast);
    }
}

TEST(ExAcquireFastMutex, OneOwner)
{
    static LOCK_RACE Race;

    RtlZeroMemory(&Race, sizeof(Race));
    ExInitializeFastMutex(&Race.Fast);
    LockRaceRun(3000, &Race, MutexThread);
}

static VOID NTAPI GuardedThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOCK_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        KeAcquireGuardedMutex(&Race->Guarded);
        LockRaceChange(Self, Race);
        KeReleaseGuardedMutex(&Race->Guarded);
    }
}

TEST(KeAcquireGuardedMutex, OneOwner)
{
    static LOCK_RACE Race;

    RtlZeroMemory(&Race, sizeof(Race));
    KeInitializeGuardedMutex(&Race.Guarded);
    LockRaceRun(3000, &Race, GuardedThread);
}

/* ---- push locks, where there are ------------------------------------------------------------- */

typedef VOID(NTAPI *PUSH_LOCK_CALL)(PULONG_PTR Lock, ULONG Flags);

static PUSH_LOCK_CALL PushExclusive, PushShared, PushReleaseExclusive, PushReleaseShared;

static VOID NTAPI PushThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOCK_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        KeEnterCriticalRegion();
        if (TortureRandom(Self, 3) == 0) {
            PushExclusive(&Race->Push, 0);
            LockRaceChange(Self, Race);
            PushReleaseExclusive(&Race->Push, 0);
        } else {
            PushShared(&Race->Push, 0);
            LockRaceLook(Self, Race);
            PushReleaseShared(&Race->Push, 0);
        }
        KeLeaveCriticalRegion();
    }
}

TEST(ExAcquirePushLockExclusiveEx, WritersAreAlone)
{
    static LOCK_RACE Race;

    PushExclusive = (PUSH_LOCK_CALL)(ULONG_PTR)KtestExport(L"ExAcquirePushLockExclusiveEx");
    PushShared = (PUSH_LOCK_CALL)(ULONG_PTR)KtestExport(L"ExAcquirePushLockSharedEx");
    PushReleaseExclusive = (PUSH_LOCK_CALL)(ULONG_PTR)KtestExport(L"ExReleasePushLockExclusiveEx");
    PushReleaseShared = (PUSH_LOCK_CALL)(ULONG_PTR)KtestExport(L"ExReleasePushLockSharedEx");
    if (PushExclusive == NULL || PushShared == NULL || PushReleaseExclusive == NULL ||
        PushReleaseShared == NULL) {
        skip("newer than this Windows");
        return;
    }
    RtlZeroMemory(&Race, sizeof(Race));
    LockRaceRun(3000, &Race, PushThread);
    CHECK_EQ(Race.Push, 0);
}

/* ---- rundown protection ---------------------------------------------------------------------- */

typedef struct RUNDOWN_RACE {
    EX_RUNDOWN_REF Ref;
    volatile LONG Inside, Entered, Down, Over;
} RUNDOWN_RACE;

static VOID NTAPI RundownUser(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    RUNDOWN_RACE *Race = Self->Context;

    while (Race->Over == 0) {
        if (!ExAcquireRundownProtection(&Race->Ref)) {
            TortureYield();
            continue;
        }
        InterlockedIncrement(&Race->Inside);
        InterlockedIncrement(&Race->Entered);
        TORTURE_CHECK(Self->Torture, Race->Down == 0);
        if (TortureRandom(Self, 64) == 0)
            TortureYield();
        TORTURE_CHECK(Self->Torture, Race->Down == 0);
        InterlockedDecrement(&Race->Inside);
        ExReleaseRundownProtection(&Race->Ref);
    }
}

static VOID NTAPI RundownOwner(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    RUNDOWN_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        LONG Entered = Race->Entered;

        while (Race->Entered == Entered && Self->Torture->Stop == 0)
            TortureYield();
        ExWaitForRundownProtectionRelease(&Race->Ref);
        InterlockedExchange(&Race->Down, 1);
        TORTURE_CHECK(Self->Torture, Race->Inside == 0);
        TORTURE_CHECK(Self->Torture, !ExAcquireRundownProtection(&Race->Ref));
        InterlockedExchange(&Race->Down, 0);
        ExReInitializeRundownProtection(&Race->Ref);
    }
    InterlockedExchange(&Race->Over, 1);
}

TEST(ExWaitForRundownProtectionRelease, NobodyIsInsideAfterwards)
{
    TORTURE Torture;
    RUNDOWN_RACE Race;
    ULONG Index;

    TortureBegin(&Torture, 500);
    RtlZeroMemory(&Race, sizeof(Race));
    ExInitializeRundownProtection(&Race.Ref);
    for (Index = 0; Index < 3; Index++)
        TortureStart(&Torture, RundownUser, &Race);
    if (TortureStart(&Torture, RundownOwner, &Race)->Object == NULL)
        InterlockedExchange(&Race.Over, 1);
    TortureJoin(&Torture);
    CHECK_EQ(Race.Inside, 0);
}
