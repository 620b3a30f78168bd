/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * nxpool.h - non-paged pool that cannot be executed, on each Windows that has it, Windows 8 and
 * later; before there is only the other kind. What POOL_NX_OPTIN does in newer kits. Include
 * ntddk.h first.
 */
#ifndef DRIVERS_NXPOOL_H
#define DRIVERS_NXPOOL_H

static POOL_TYPE NxPool = NonPagedPool;

/* For DriverEntry, before the first allocation. */
static VOID NxPoolInitialize(VOID)
{
    RTL_OSVERSIONINFOW Version;

    RtlZeroMemory(&Version, sizeof(Version));
    Version.dwOSVersionInfoSize = sizeof(Version);
    if (NT_SUCCESS(RtlGetVersion(&Version)) &&
        (Version.dwMajorVersion > 6 ||
         (Version.dwMajorVersion == 6 && Version.dwMinorVersion >= 2)))
        NxPool = NonPagedPoolNx;
}

#endif
