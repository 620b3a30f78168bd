/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wow64apiset.h - 32-bit programs on an x64 machine: who is one, and where its files go. docs/wow64.md has
 * the folders and keys that are redirected.
 *
 * Nowhere else is there redirection to switch: in 64-bit programs, and on x86 machines, the three calls that
 * do fail with ERROR_INVALID_FUNCTION. They are about the calling thread, and the value one stores is for the
 * call that reverts it.
 */
#ifndef DOTSYS_WIN32_WOW64APISET_H
#define DOTSYS_WIN32_WOW64APISET_H
#pragma GCC system_header /* see windef.h */

#include "windef.h"
#include "winnt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* hProcess: with PROCESS_QUERY_INFORMATION or PROCESS_QUERY_LIMITED_INFORMATION. */
WINBASEAPI BOOL WINAPI IsWow64Process(HANDLE hProcess, PBOOL Wow64Process);
/* IMAGE_FILE_MACHINE_UNKNOWN: the process is none of WOW64's. pNativeMachine: optional. */
WINBASEAPI BOOL WINAPI IsWow64Process2(HANDLE hProcess, USHORT *pProcessMachine, USHORT *pNativeMachine);

WINBASEAPI BOOL WINAPI Wow64DisableWow64FsRedirection(PVOID *OldValue);
WINBASEAPI BOOL WINAPI Wow64RevertWow64FsRedirection(PVOID OldValue);
WINBASEAPI BOOLEAN WINAPI Wow64EnableWow64FsRedirection(BOOLEAN Wow64FsEnableRedirection);

/* 0 and ERROR_CALL_NOT_IMPLEMENTED on an x86 machine. */
WINBASEAPI UINT WINAPI GetSystemWow64DirectoryA(LPSTR lpBuffer, UINT uSize);
WINBASEAPI UINT WINAPI GetSystemWow64DirectoryW(LPWSTR lpBuffer, UINT uSize);
/* ImageFileMachineType: IMAGE_FILE_MACHINE_I386, for every other one ERROR_INVALID_PARAMETER. */
WINBASEAPI UINT WINAPI GetSystemWow64Directory2A(LPSTR lpBuffer, UINT uSize, WORD ImageFileMachineType);
WINBASEAPI UINT WINAPI GetSystemWow64Directory2W(LPWSTR lpBuffer, UINT uSize, WORD ImageFileMachineType);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define GetSystemWow64Directory  GetSystemWow64DirectoryW
#define GetSystemWow64Directory2 GetSystemWow64Directory2W
#else
#define GetSystemWow64Directory  GetSystemWow64DirectoryA
#define GetSystemWow64Directory2 GetSystemWow64Directory2A
#endif

#endif
