/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to an address its caller gives without having looked whose it is.
 *
 * class: missing probe
 */
#include "broken.h"

#define VERSION BROKEN_CODE(0, METHOD_NEITHER)

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    if (Request->Code != VERSION)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->OutputLength < sizeof(ULONG))
        return STATUS_BUFFER_TOO_SMALL;
    *(volatile ULONG *)Request->Output = 0x00010002;
    Request->Returned = sizeof(ULONG);
    return STATUS_SUCCESS;
}
