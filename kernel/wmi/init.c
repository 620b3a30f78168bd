/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* At the start of a machine; and when a driver goes, what it left registered. */
#include "wmi/wmip.h"

static void (*WmipNextGone)(DRIVER_OBJECT *Driver);

static void WmipDriverGone(DRIVER_OBJECT *Driver)
{
    WmipForgetDriver(Driver);
    WmipForgetCallbacks(Driver);
    EtwpForgetDriver(Driver);
    if (WmipNextGone != NULL)
        WmipNextGone(Driver);
}

NTSTATUS WmiInitialize(void)
{
    WmipResetProviders();
    WmipResetCallbacks();
    WmipResetInstances();
    EtwpInitialize();
    /* Of an earlier machine in this process. */
    if (IoDriverGone != WmipDriverGone)
        WmipNextGone = IoDriverGone;
    IoDriverGone = WmipDriverGone;
    return WmipCreateBlocks();
}
