/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Handles of any kind. */
#include "client.h"

BOOL WINAPI CloseHandle(HANDLE hObject)
{
    NTSTATUS Status = SysClose(hObject);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
    HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle, DWORD dwDesiredAccess,
    BOOL bInheritHandle, DWORD dwOptions)
{
    NTSTATUS Status = SysDuplicateObject(hSourceProcessHandle, hSourceHandle, hTargetProcessHandle,
        lpTargetHandle, dwDesiredAccess, bInheritHandle ? OBJ_INHERIT : 0, dwOptions);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
