/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The timer's resolution, of which drivers may ask for a finer one. Timers here expire on time
 * whatever it is; the value is what was asked for last, until as many have given it back as have
 * asked. ExpResolutionLock guards both.
 */
#include "ex/resolution.h"

#define EXP_COARSEST 156250u /* 100 ns */
#define EXP_FINEST 5000u

static KSPIN_LOCK ExpResolutionLock;
static ULONG ExpResolution = EXP_COARSEST;
static ULONG ExpResolutionUsers;

void ExpResetResolution(void)
{
    ExpResolutionLock = 0;
    ExpResolution = EXP_COARSEST;
    ExpResolutionUsers = 0;
}

/*
 * ExSetTimerResolution - ask for a resolution, or give it back.
 *
 * DesiredTime: 100 ns; what is finer or coarser than there is becomes what there is, and a finer
 *              one in force stays. SetResolution: FALSE: the caller needs it no more.
 * IRQL:    up to APC_LEVEL.
 * Returns: the resolution in force.
 * Source:  DOC wdm/ExSetTimerResolution; OBS tests/kernel/ex/ExSetTimerResolution.c
 */
ULONG NTAPI ExSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution)
{
    KIRQL Old = KiAcquireLock(&ExpResolutionLock);
    if (SetResolution) {
        const ULONG Wanted = DesiredTime < EXP_FINEST ? EXP_FINEST
            : DesiredTime > EXP_COARSEST              ? EXP_COARSEST
                                                      : DesiredTime;
        ExpResolutionUsers++;
        if (Wanted < ExpResolution)
            ExpResolution = Wanted;
    } else if (ExpResolutionUsers != 0 && --ExpResolutionUsers == 0) {
        ExpResolution = EXP_COARSEST;
    }
    const ULONG Now = ExpResolution;
    KiReleaseLock(&ExpResolutionLock, Old);
    return Now;
}

/* ExQueryTimerResolution - the coarsest, the finest and that in force. IRQL: up to APC_LEVEL.
 * Source: DOC wdm; OBS as above. */
void NTAPI ExQueryTimerResolution(ULONG *MaximumTime, ULONG *MinimumTime, ULONG *CurrentTime)
{
    *MaximumTime = EXP_COARSEST;
    *MinimumTime = EXP_FINEST;
    *CurrentTime = __atomic_load_n(&ExpResolution, __ATOMIC_RELAXED);
}
