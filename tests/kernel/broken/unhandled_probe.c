/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Probes what its caller gives, and has no handler for what probing raises.
 *
 * class: unhandled exception
 */
#include "broken.h"

#define VERSION BROKEN_CODE(0, METHOD_NEITHER)

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    if (Request->Code != VERSION)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->OutputLength < sizeof(ULONG))
        return STATUS_BUFFER_TOO_SMALL;
    ProbeForWrite(Request->Output, sizeof(ULONG), sizeof(ULONG));
    *(volatile ULONG *)Request->Output = 0x00010002;
    Request->Returned = sizeof(ULONG);
    return STATUS_SUCCESS;
}
