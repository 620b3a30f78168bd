/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The last error: one value a thread, set by calls that fail and by those documented to set it when
 * they succeed. errno gets it, too: that is where Mono looks for what a P/Invoke declared with
 * SetLastError left.
 */
#include <errno.h>

#include "client.h"

_Thread_local DWORD BasepLastError __attribute__((tls_model("initial-exec")));

DWORD WINAPI GetLastError(VOID)
{
    return BasepLastError;
}

VOID WINAPI SetLastError(DWORD dwErrCode)
{
    errno = (int)(BasepLastError = dwErrCode);
}

BOOL BasepFailWin32(DWORD Error)
{
    errno = (int)(BasepLastError = Error);
    return FALSE;
}

BOOL BasepFail(NTSTATUS Status)
{
    errno = (int)(BasepLastError = RtlpStatusToWin32(Status));
    return FALSE;
}
