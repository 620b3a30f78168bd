/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Names and translations of NTSTATUS values and Win32 errors, from exports/status.def and
 * exports/win32.def. Everything here is constant: any thread, any IRQL, nothing to free.
 */
#pragma once

#include "nt/ntdef.h"

/* "STATUS_PENDING"; NULL when the value has no name. */
const char *RtlpStatusName(NTSTATUS Status);

/* The value of a name, spelled as in ntstatus.h. FALSE: no such name, *Status untouched. */
BOOLEAN RtlpStatusFromName(const char *Name, NTSTATUS *Status);

/*
 * What RtlNtStatusToDosError answers; never fails: ERROR_MR_MID_NOT_FOUND (317) stands for "no
 * Win32 equivalent". A status made by NTSTATUS_FROM_WIN32 gives its error back, one with the
 * customer bit (0x20000000) itself; FACILITY_NT_BIT (0x10000000) on an error status is ignored.
 */
ULONG RtlpStatusToWin32(NTSTATUS Status);

/* "ERROR_IO_PENDING"; NULL when the code has no name. */
const char *RtlpWin32Name(ULONG Error);

/*
 * The system's message for a code, UTF-8 without line end, inserts such as %1 in place; NULL when
 * there is none.
 */
const char *RtlpWin32Text(ULONG Error);
