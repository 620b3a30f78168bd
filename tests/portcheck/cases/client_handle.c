/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A handle alone. */
#include <windows.h>

BOOL set_event(HANDLE device, HANDLE event)
{
    DWORD returned;

    return DeviceIoControl(
        device, 0x222000, &event, sizeof(event), NULL, 0, &returned, NULL); // expect: PC5101
}
