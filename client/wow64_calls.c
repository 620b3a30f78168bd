/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who is a 32-bit client of an x64 machine, and the calls that tell and switch it. A 64-bit program
 * never is one. A 32-bit program asks the machine, in whose process table it stands; what the
 * machine said stays, an answer that did not come is asked for again.
 */
#include "redirect.h"

#include "nt/ntimage.h"
#include "nt/ps.h"

static const WCHAR BasepSystemWow64[] = u"C:\\Windows\\SysWOW64";

signed char BasepWow64Forced = -1;
static _Atomic signed char BasepWow64Known = -1;

/* The answer is a pointer. */
static NTSTATUS BasepQueryWow64(HANDLE Process, BOOLEAN *Wow64)
{
    ULONG_PTR Pointer = 0;
    NTSTATUS Status = SysQueryInformationProcess(
        Process, ProcessWow64Information, &Pointer, sizeof(Pointer), NULL);

    if (NT_SUCCESS(Status))
        *Wow64 = Pointer != 0;
    return Status;
}

BOOLEAN BasepIsWow64(void)
{
    BOOLEAN Wow64;

    if (BasepWow64Forced >= 0)
        return BasepWow64Forced != 0;
    if (sizeof(void *) == 8)
        return FALSE;
    if (BasepWow64Known < 0 && NT_SUCCESS(BasepQueryWow64(GetCurrentProcess(), &Wow64)))
        BasepWow64Known = (signed char)Wow64;
    return BasepWow64Known > 0;
}

BOOLEAN BasepMachineIs64(void)
{
    return sizeof(void *) == 8 || BasepIsWow64();
}

/* ---- processes ------------------------------------------------------------------------------- */

static NTSTATUS BasepProcessIsWow64(HANDLE Process, BOOLEAN *Wow64)
{
    if (BasepWow64Forced < 0 || Process != GetCurrentProcess())
        return BasepQueryWow64(Process, Wow64);
    *Wow64 = BasepWow64Forced != 0;
    return STATUS_SUCCESS;
}

/*
 * IsWow64Process - whether a process is a 32-bit client of an x64 machine.
 *
 * Returns: FALSE with ERROR_INVALID_HANDLE, also for a handle of something else, or
 * ERROR_ACCESS_DENIED.
 * Source:  DOC wow64apiset/IsWow64Process
 */
BOOL WINAPI IsWow64Process(HANDLE hProcess, PBOOL Wow64Process)
{
    BOOLEAN Wow64;
    NTSTATUS Status = BasepProcessIsWow64(hProcess, &Wow64);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    *Wow64Process = Wow64;
    return TRUE;
}

/* IsWow64Process2 - the same with the machines' numbers: of the process if it is one, and of the
 * machine. Source: DOC wow64apiset. */
BOOL WINAPI IsWow64Process2(HANDLE hProcess, USHORT *pProcessMachine, USHORT *pNativeMachine)
{
    BOOLEAN Wow64;
    NTSTATUS Status = BasepProcessIsWow64(hProcess, &Wow64);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    *pProcessMachine = Wow64 ? IMAGE_FILE_MACHINE_I386 : IMAGE_FILE_MACHINE_UNKNOWN;
    if (pNativeMachine != NULL)
        *pNativeMachine = Wow64 || BasepMachineIs64() ? IMAGE_FILE_MACHINE_AMD64
                                                      : IMAGE_FILE_MACHINE_I386;
    return TRUE;
}

/* ---- switching redirection ------------------------------------------------------------------- */

/*
 * Wow64DisableWow64FsRedirection - no redirection for the calling thread. *OldValue: for
 * Wow64RevertWow64FsRedirection, so that pairs nest.
 *
 * Returns: FALSE with ERROR_INVALID_FUNCTION where there is none; ERROR_NOACCESS: OldValue is NULL,
 * nothing has changed.
 * Source:  DOC wow64apiset/Wow64DisableWow64FsRedirection; INF the errors
 */
BOOL WINAPI Wow64DisableWow64FsRedirection(PVOID *OldValue)
{
    if (!BasepIsWow64())
        return BasepFailWin32(ERROR_INVALID_FUNCTION);
    if (OldValue == NULL)
        return BasepFailWin32(ERROR_NOACCESS);
    *OldValue = (PVOID)(ULONG_PTR)BasepSwitchRedirection(TRUE);
    return TRUE;
}

/* Wow64RevertWow64FsRedirection - as it was before the call that gave OldValue.
 * ERROR_INVALID_FUNCTION. Source: DOC wow64apiset. */
BOOL WINAPI Wow64RevertWow64FsRedirection(PVOID OldValue)
{
    if (!BasepIsWow64())
        return BasepFailWin32(ERROR_INVALID_FUNCTION);
    BasepSwitchRedirection(OldValue != NULL);
    return TRUE;
}

/* Wow64EnableWow64FsRedirection - on or off, whatever it was. ERROR_INVALID_FUNCTION. Source: DOC
 * winbase. */
BOOLEAN WINAPI Wow64EnableWow64FsRedirection(BOOLEAN Wow64FsEnableRedirection)
{
    if (!BasepIsWow64())
        return (BOOLEAN)BasepFailWin32(ERROR_INVALID_FUNCTION);
    BasepSwitchRedirection(!Wow64FsEnableRedirection);
    return TRUE;
}

/* ---- the folder ------------------------------------------------------------------------------ */

/*
 * GetSystemWow64Directory2 - the folder of 32-bit programs' system files, for a program of either
 * kind.
 *
 * Returns: characters; what a buffer that is too small would need, with the end; 0 with
 *          ERROR_CALL_NOT_IMPLEMENTED on an x86 machine, with ERROR_INVALID_PARAMETER for a
 *          processor there is no WOW64 for.
 * Source:  DOC wow64apiset/GetSystemWow64Directory; INF the parameter's error
 */
UINT WINAPI GetSystemWow64Directory2W(LPWSTR lpBuffer, UINT uSize, WORD ImageFileMachineType)
{
    if (!BasepMachineIs64())
        return (UINT)BasepFailWin32(ERROR_CALL_NOT_IMPLEMENTED);
    if (ImageFileMachineType != IMAGE_FILE_MACHINE_I386)
        return (UINT)BasepFailWin32(ERROR_INVALID_PARAMETER);
    return BasepAnswer(BasepSystemWow64, RTL_NUMBER_OF(BasepSystemWow64) - 1, lpBuffer, uSize);
}

UINT WINAPI GetSystemWow64Directory2A(LPSTR lpBuffer, UINT uSize, WORD ImageFileMachineType)
{
    WCHAR Path[RTL_NUMBER_OF(BasepSystemWow64)];
    UINT Length = GetSystemWow64Directory2W(Path, RTL_NUMBER_OF(Path), ImageFileMachineType);

    return Length != 0 ? BasepAnswerAnsi(Path, Length, lpBuffer, uSize) : 0;
}

UINT WINAPI GetSystemWow64DirectoryW(LPWSTR lpBuffer, UINT uSize)
{
    return GetSystemWow64Directory2W(lpBuffer, uSize, IMAGE_FILE_MACHINE_I386);
}

UINT WINAPI GetSystemWow64DirectoryA(LPSTR lpBuffer, UINT uSize)
{
    return GetSystemWow64Directory2A(lpBuffer, uSize, IMAGE_FILE_MACHINE_I386);
}
