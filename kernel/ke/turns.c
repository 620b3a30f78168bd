/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See turns.h. */
#include "ke/turns.h"

BOOLEAN KeTakesTurns;
void (*KeLeavesStopped)(void);

const KE_TRACKER *KeTracker;

void (*KeAtPoint)(void);

void NTAPI KePoint(void)
{
    if (KeAtPoint != NULL)
        KeAtPoint();
    if (KeTracker != NULL)
        KeTracker->Tell();
    host_turn_point();
    if (KiStopped && KiHostThread != NULL && KiHostThread->TrapFrame != NULL)
        KeLeaveKernel(STATUS_HOST_DOWN);
}
