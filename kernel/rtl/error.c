/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Statuses as Win32 errors. The table is in status.c.
 */
#include "rtl/rtlp.h"
#include "rtl/status.h"

/*
 * RtlNtStatusToDosError, RtlNtStatusToDosErrorNoTeb - the Win32 error an application sees for a
 * status.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Returns: ERROR_MR_MID_NOT_FOUND (317): there is none.
 * Source:  DOC ntifs/RtlNtStatusToDosError, RtlNtStatusToDosErrorNoTeb
 */
ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status)
{
    return RtlpStatusToWin32(Status);
}

ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS Status)
{
    return RtlpStatusToWin32(Status);
}
