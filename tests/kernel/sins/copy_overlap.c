/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Copies memory to where it overlaps, by memcpy.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0xF0 to from 0x10
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    static UCHAR Bytes[64];
    /* a call, whatever the compiler knows of it */
    void *(__cdecl *volatile Copy)(void *, const void *, size_t) = memcpy;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("to", Bytes + 8);
    SinTell("from", Bytes);
    Copy(Bytes + (Sinful ? 8 : 16), Bytes, 16);
    return STATUS_SUCCESS;
}
