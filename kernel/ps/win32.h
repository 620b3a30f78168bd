/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ps exports for win32k (win32.c). */
#pragma once

#include "ps/ps.h"

void *NTAPI PsGetProcessWin32Process(EPROCESS *Process);
void *NTAPI PsGetCurrentProcessWin32Process(void);
NTSTATUS NTAPI PsSetProcessWin32Process(
    EPROCESS *Process, void *Win32Process, void *PreviousWin32Process);
void *NTAPI PsGetThreadWin32Thread(ETHREAD *Thread);
void *NTAPI PsGetCurrentThreadWin32Thread(void);
void *NTAPI PsGetCurrentThreadWin32ThreadAndEnterCriticalRegion(HANDLE *ProcessId);
NTSTATUS NTAPI PsSetThreadWin32Thread(
    ETHREAD *Thread, void *Win32Thread, void *PreviousWin32Thread);
void *NTAPI PsGetProcessWin32WindowStation(EPROCESS *Process);
void NTAPI PsSetProcessWindowStation(EPROCESS *Process, void *WindowStation);
void *NTAPI PsGetProcessSecurityPort(EPROCESS *Process);
NTSTATUS NTAPI PsSetProcessSecurityPort(EPROCESS *Process, void *Port);
