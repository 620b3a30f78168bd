/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Kernel synchronization delay fuzzing: before a verified driver's call that orders threads, one in
 * five waits a moment, so that others come in between where they seldom do. Those calls are what
 * order.c knows of, and those that signal, queue and wait. Power framework delay fuzzing is the
 * same for the calls of that.
 */
#include "vf/delay.h"

#include <string.h>

#include "ke/turns.h"
#include "vf/chance.h"
#include "vf/order.h"

#define VFP_DELAY_CHANCE 20u  /* in a hundred */
#define VFP_LONG_CHANCE  10u  /* of those */
#define VFP_SHORT_100NS  200u  /* 20 microseconds */
#define VFP_LONG_100NS   5000u
/* at DISPATCH_LEVEL and above, where others may spin for what the thread has */
#define VFP_YIELDS       3u

static const char *const VfpDelayed[] = {"KeSetEvent", "KeResetEvent", "KeClearEvent",
    "KePulseEvent", "KeReleaseSemaphore", "KeReleaseMutex", "KeWaitForSingleObject",
    "KeWaitForMultipleObjects", "KeWaitForMutexObject", "KeSetTimer", "KeSetTimerEx",
    "KeInsertQueueDpc", "IoQueueWorkItem", "IoQueueWorkItemEx", "ExQueueWorkItem", "IofCallDriver",
    "IofCompleteRequest", "IoCancelIrp", "IoAcquireCancelSpinLock", "IoReleaseCancelSpinLock",
    "IoSetCompletionRoutineEx", "ObfReferenceObject", "ObfDereferenceObject"};

static BOOLEAN VfpIsPoint(const LDR_EXPORT *Export)
{
    if (VfIsOn(VF_POWER_DELAY) && strncmp(Export->Name, "PoFx", 4) == 0)
        return TRUE;
    if (!VfIsOn(VF_DELAY))
        return FALSE;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(VfpDelayed); Index++) {
        if (strcmp(VfpDelayed[Index], Export->Name) == 0)
            return TRUE;
    }
    return VfpOrders(Export);
}

static void VfpDelay(void)
{
    _Atomic uint32_t Word = 0;
    if (!VfpChance(VFP_DELAY_CHANCE))
        return;
    if (KiGetIrql() < DISPATCH_LEVEL) {
        host_wait(&Word, 0,
            host_clock_monotonic() +
                (VfpChance(VFP_LONG_CHANCE) ? VFP_LONG_100NS : VFP_SHORT_100NS));
        return;
    }
    for (ULONG Count = 0; Count < VFP_YIELDS; Count++)
        host_yield();
}

void VfpPrepareDelays(BOOLEAN On)
{
    if (On)
        VfpFindOrders();
    LdrIsPoint = On ? VfpIsPoint : NULL;
    KeAtPoint = On ? VfpDelay : NULL;
}
