/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Inserts into a device queue below DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20003 * queue 0
 * detail: called at IRQL 0; it may be called at DISPATCH_LEVEL only
 */
#include "ddi.h"

static void Insert(void)
{
    KDEVICE_QUEUE_ENTRY Entry;
    KDEVICE_QUEUE Queue;

    KeInitializeDeviceQueue(&Queue);
    SinTell("queue", &Queue);
    KeInsertDeviceQueue(&Queue, &Entry);
}

SIN_IS_CALLING(PASSIVE_LEVEL, DISPATCH_LEVEL, Insert())
