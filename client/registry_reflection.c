/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reflection of keys between the views of 32-bit and 64-bit programs: Windows had it until Vista, a
 * machine never has it. The calls that switch it succeed and change nothing, as they do for a key
 * that is not on Windows' list.
 */
#include "registry.h"

static LSTATUS BasepCheckKey(HKEY hKey)
{
    BASEP_KEY Key;
    KEY_CACHED_INFORMATION Information;
    ULONG Bytes;
    LSTATUS Error = BasepUseKey(hKey, KEY_QUERY_VALUE, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    NTSTATUS Status = SysQueryKey(
        Key.Handle, KeyCachedInformation, &Information, sizeof(Information), &Bytes);
    BasepEndKey(&Key);
    /* that is a key all the same */
    return Status == STATUS_ACCESS_DENIED ? ERROR_SUCCESS : BasepRegError(Status);
}

/* RegDisableReflectionKey - no reflection for a key. ERROR_INVALID_HANDLE. Source: DOC winreg. */
LSTATUS WINAPI RegDisableReflectionKey(HKEY hBase)
{
    return BasepCheckKey(hBase);
}

/* RegEnableReflectionKey - reflection, if the key has it. ERROR_INVALID_HANDLE. Source: DOC
 * winreg. */
LSTATUS WINAPI RegEnableReflectionKey(HKEY hBase)
{
    return BasepCheckKey(hBase);
}

/* RegQueryReflectionKey - whether it is disabled: always. ERROR_INVALID_HANDLE,
 * ERROR_INVALID_PARAMETER. Source: DOC winreg; INF the answer. */
LSTATUS WINAPI RegQueryReflectionKey(HKEY hBase, BOOL *bIsReflectionDisabled)
{
    if (bIsReflectionDisabled == NULL)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepCheckKey(hBase);
    if (Error == ERROR_SUCCESS)
        *bIsReflectionDisabled = TRUE;
    return Error;
}
