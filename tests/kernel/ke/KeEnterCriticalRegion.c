/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeEnterCriticalRegion - normal kernel APCs wait, special ones do not.
 */
#include "region_test.h"

TEST(KeEnterCriticalRegion, DisablesNormalApcsOnly)
{
    ULONG Before = RegionTestState();
    ULONG Inside;

    KeEnterCriticalRegion();
    Inside = RegionTestState();
    KeLeaveCriticalRegion();
    CHECK_EQ(Inside, Before | REGION_NORMAL);
    CHECK_EQ(RegionTestState(), Before);
}

/* A region holds off APCs, not threads or waits. */
TEST(KeEnterCriticalRegion, WaitsWorkInside)
{
    KEVENT Event;
    NTSTATUS Status;

    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    KeEnterCriticalRegion();
    Status = KtestWait(&Event);
    KeLeaveCriticalRegion();
    CHECK_STATUS(Status, STATUS_SUCCESS);
}
