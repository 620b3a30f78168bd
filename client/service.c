/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The service manager and its services: handles, creating, deleting, starting, stopping. */
#include "service.h"

#include <stdlib.h>
#include <string.h>

#define BASEP_SERVER_UNAVAILABLE 1722u /* RPC_S_SERVER_UNAVAILABLE */

/* ---- what a request is made of --------------------------------------------------------------- */

UNICODE_STRING BasepString(const WCHAR *Text)
{
    SIZE_T Bytes = Text != NULL ? BasepWideLength(Text) * sizeof(WCHAR) : 0;
    if (Bytes > 0xFFFC)
        Bytes = 0xFFFC; /* longer than any name: refused as such */
    return (UNICODE_STRING){(USHORT)Bytes, (USHORT)Bytes, (WCHAR *)(ULONG_PTR)Text};
}

SIZE_T BasepStringsLength(const WCHAR *Strings)
{
    SIZE_T Length = 0;

    while (Strings[Length] != 0)
        Length += BasepWideLength(Strings + Length) + 1;
    return Length;
}

static SIZE_T BasepTextUnits(const WCHAR *Text, ULONG Which)
{
    return (Which == SCM_DEPEND ? BasepStringsLength(Text) : BasepWideLength(Text)) + 1;
}

SCM_CONFIG *BasepMakeConfig(const SCM_CONFIG *Numbers, const WCHAR *const *Texts)
{
    SIZE_T Bytes = sizeof(SCM_CONFIG);

    for (ULONG i = 0; i < SCM_TEXT_COUNT; i++)
        Bytes += Texts[i] != NULL ? BasepTextUnits(Texts[i], i) * sizeof(WCHAR) : 0;
    SCM_CONFIG *Config = malloc(Bytes);
    if (Config == NULL)
        return NULL;
    *Config = *Numbers;
    Config->Bytes = (ULONG)Bytes;
    ULONG Offset = sizeof(SCM_CONFIG);
    for (ULONG i = 0; i < SCM_TEXT_COUNT; i++) {
        Config->Text[i] = 0;
        if (Texts[i] == NULL)
            continue;
        SIZE_T Size = BasepTextUnits(Texts[i], i) * sizeof(WCHAR);
        Config->Text[i] = Offset;
        memcpy((UCHAR *)Config + Offset, Texts[i], Size);
        Offset += (ULONG)Size;
    }
    return Config;
}

/* Bytes of a text of the ANSI code page with its end; of strings with that of the last. */
static SIZE_T BasepAnsiBytes(const char *Text, BOOLEAN Strings)
{
    SIZE_T Length = strlen(Text);

    while (Strings && Text[Length] == 0 && Length != 0 && Text[Length + 1] != 0)
        Length += 1 + strlen(Text + Length + 1);
    return Length + (Strings && Length != 0 ? 2 : 1);
}

NTSTATUS BasepWidenTexts(const char *const *Texts, BASEP_WIDE_TEXTS *Wide)
{
    memset(Wide, 0, sizeof(*Wide));
    for (ULONG i = 0; i < SCM_TEXT_COUNT; i++) {
        if (Texts[i] == NULL)
            continue;
        SIZE_T Bytes = BasepAnsiBytes(Texts[i], i == SCM_DEPEND);
        Wide->Text[i] = Wide->Allocated[i] = malloc(Bytes * sizeof(WCHAR));
        if (Wide->Allocated[i] == NULL) {
            BasepFreeTexts(Wide);
            return STATUS_NO_MEMORY;
        }
        BasepUtf16FromUtf8(Texts[i], Bytes, Wide->Allocated[i], Bytes);
    }
    return STATUS_SUCCESS;
}

void BasepFreeTexts(BASEP_WIDE_TEXTS *Wide)
{
    for (ULONG i = 0; i < SCM_TEXT_COUNT; i++)
        free(Wide->Allocated[i]);
}

/* ---- handles --------------------------------------------------------------------------------- */

static BOOLEAN BasepSameText(const WCHAR *First, const char *Second)
{
    for (; *Second != 0; First++, Second++) {
        WCHAR Letter = *First >= u'A' && *First <= u'Z' ? (WCHAR)(*First + 32) : *First;
        if (Letter != (WCHAR)(UCHAR)*Second)
            return FALSE;
    }
    return *First == 0;
}

/* Only the machine itself can be reached. */
static BOOLEAN BasepIsLocal(const WCHAR *Machine)
{
    if (Machine == NULL)
        return TRUE;
    if (Machine[0] == u'\\' && Machine[1] == u'\\')
        Machine += 2;
    return Machine[0] == 0 || BasepSameText(Machine, ".") || BasepSameText(Machine, "localhost") ||
        BasepSameText(Machine, "127.0.0.1");
}

SC_HANDLE WINAPI OpenSCManagerW(
    LPCWSTR lpMachineName, LPCWSTR lpDatabaseName, DWORD dwDesiredAccess)
{
    HANDLE Manager = NULL;

    if (!BasepIsLocal(lpMachineName)) {
        BasepFailWin32(BASEP_SERVER_UNAVAILABLE);
        return NULL;
    }
    if (lpDatabaseName != NULL && !BasepSameText(lpDatabaseName, "servicesactive")) {
        BasepFailWin32(BasepSameText(lpDatabaseName, "servicesfailed")
                ? ERROR_DATABASE_DOES_NOT_EXIST
                : ERROR_INVALID_NAME);
        return NULL;
    }
    NTSTATUS Status = SysScmOpenManager(&Manager, dwDesiredAccess);
    if (NT_SUCCESS(Status))
        return Manager;
    BasepFail(Status);
    return NULL;
}

SC_HANDLE WINAPI OpenSCManagerA(LPCSTR lpMachineName, LPCSTR lpDatabaseName, DWORD dwDesiredAccess)
{
    BASEP_WIDE Machine, Database;
    SC_HANDLE Manager = NULL;
    NTSTATUS Status = BasepWiden(lpMachineName, &Machine);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return NULL;
    }
    Status = BasepWiden(lpDatabaseName, &Database);
    if (NT_SUCCESS(Status)) {
        Manager = OpenSCManagerW(Machine.Text, Database.Text, dwDesiredAccess);
        BasepFreeWide(&Database);
    } else {
        BasepFail(Status);
    }
    BasepFreeWide(&Machine);
    return Manager;
}

SC_HANDLE WINAPI OpenServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, DWORD dwDesiredAccess)
{
    UNICODE_STRING Name = BasepString(lpServiceName);
    HANDLE Service = NULL;

    if (lpServiceName == NULL) {
        BasepFailWin32(ERROR_INVALID_ADDRESS);
        return NULL;
    }
    NTSTATUS Status = SysScmOpenService(hSCManager, &Name, dwDesiredAccess, &Service);
    if (NT_SUCCESS(Status))
        return Service;
    BasepFail(Status);
    return NULL;
}

SC_HANDLE WINAPI OpenServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, DWORD dwDesiredAccess)
{
    BASEP_WIDE Name;
    NTSTATUS Status = BasepWiden(lpServiceName, &Name);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return NULL;
    }
    SC_HANDLE Service = OpenServiceW(hSCManager, Name.Text, dwDesiredAccess);
    BasepFreeWide(&Name);
    return Service;
}

BOOL WINAPI CloseServiceHandle(SC_HANDLE hSCObject)
{
    NTSTATUS Status = SysScmClose(hSCObject);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/* ---- creating and deleting ------------------------------------------------------------------- */

typedef struct BASEP_CREATE_SERVICE {
    DWORD Access;
    SCM_CONFIG Numbers;
    LPDWORD Tag;
} BASEP_CREATE_SERVICE;

static SC_HANDLE BasepCreateService(
    SC_HANDLE Manager, const BASEP_CREATE_SERVICE *Create, const WCHAR *const *Texts)
{
    HANDLE Service = NULL;

    if (Texts[SCM_NAME] == NULL) {
        BasepFailWin32(ERROR_INVALID_ADDRESS);
        return NULL;
    }
    SCM_CONFIG *Config = BasepMakeConfig(&Create->Numbers, Texts);
    NTSTATUS Status = STATUS_NO_MEMORY;
    if (Config != NULL)
        Status = SysScmCreateService(
            Manager, Config, Config->Bytes, Create->Access, Create->Tag, &Service);
    free(Config);
    if (NT_SUCCESS(Status))
        return Service;
    BasepFail(Status);
    return NULL;
}

/* Passwords go with accounts, and the accounts a machine has need none. */
SC_HANDLE WINAPI CreateServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, LPCWSTR lpDisplayName,
    DWORD dwDesiredAccess, DWORD dwServiceType, DWORD dwStartType, DWORD dwErrorControl,
    LPCWSTR lpBinaryPathName, LPCWSTR lpLoadOrderGroup, LPDWORD lpdwTagId, LPCWSTR lpDependencies,
    LPCWSTR lpServiceStartName, LPCWSTR lpPassword)
{
    const BASEP_CREATE_SERVICE Create = {
        .Access = dwDesiredAccess,
        .Numbers = {.Type = dwServiceType,
            .Start = dwStartType,
            .ErrorControl = dwErrorControl,
            .Tag = lpdwTagId != NULL},
        .Tag = lpdwTagId,
    };
    const WCHAR *const Texts[SCM_TEXT_COUNT] = {
        [SCM_NAME] = lpServiceName,
        [SCM_PATH] = lpBinaryPathName,
        [SCM_GROUP] = lpLoadOrderGroup,
        [SCM_DEPEND] = lpDependencies,
        [SCM_OBJECT] = lpServiceStartName,
        [SCM_DISPLAY] = lpDisplayName,
    };

    (void)lpPassword;
    return BasepCreateService(hSCManager, &Create, Texts);
}

SC_HANDLE WINAPI CreateServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, LPCSTR lpDisplayName,
    DWORD dwDesiredAccess, DWORD dwServiceType, DWORD dwStartType, DWORD dwErrorControl,
    LPCSTR lpBinaryPathName, LPCSTR lpLoadOrderGroup, LPDWORD lpdwTagId, LPCSTR lpDependencies,
    LPCSTR lpServiceStartName, LPCSTR lpPassword)
{
    const char *const Texts[SCM_TEXT_COUNT] = {
        [SCM_NAME] = lpServiceName,
        [SCM_PATH] = lpBinaryPathName,
        [SCM_GROUP] = lpLoadOrderGroup,
        [SCM_DEPEND] = lpDependencies,
        [SCM_OBJECT] = lpServiceStartName,
        [SCM_DISPLAY] = lpDisplayName,
    };
    BASEP_WIDE_TEXTS Wide;
    NTSTATUS Status = BasepWidenTexts(Texts, &Wide);

    (void)lpPassword;
    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return NULL;
    }
    SC_HANDLE Service = CreateServiceW(hSCManager, Wide.Text[SCM_NAME], Wide.Text[SCM_DISPLAY],
        dwDesiredAccess, dwServiceType, dwStartType, dwErrorControl, Wide.Text[SCM_PATH],
        Wide.Text[SCM_GROUP], lpdwTagId, Wide.Text[SCM_DEPEND], Wide.Text[SCM_OBJECT], NULL);
    BasepFreeTexts(&Wide);
    return Service;
}

BOOL WINAPI DeleteService(SC_HANDLE hService)
{
    NTSTATUS Status = SysScmDelete(hService);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/* ---- starting and controlling ---------------------------------------------------------------- */

/* Arguments are for programs; drivers get none. */
BOOL WINAPI StartServiceW(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCWSTR *lpServiceArgVectors)
{
    (void)dwNumServiceArgs;
    (void)lpServiceArgVectors;
    NTSTATUS Status = SysScmStart(hService);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI StartServiceA(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCSTR *lpServiceArgVectors)
{
    (void)lpServiceArgVectors;
    return StartServiceW(hService, dwNumServiceArgs, NULL);
}

/* A SERVICE_STATUS is the beginning of a SERVICE_STATUS_PROCESS. */
static void BasepCopyStatus(const SCM_STATUS *From, LPSERVICE_STATUS To)
{
    _Static_assert(
        sizeof(SCM_STATUS) == sizeof(SERVICE_STATUS_PROCESS), "the kernel's status is Win32's");
    memcpy(To, From, sizeof(*To));
}

BOOL WINAPI ControlService(SC_HANDLE hService, DWORD dwControl, LPSERVICE_STATUS lpServiceStatus)
{
    SCM_STATUS State = {0};

    if (lpServiceStatus == NULL)
        return BasepFailWin32(ERROR_INVALID_ADDRESS);
    NTSTATUS Status = SysScmControl(hService, dwControl, &State);
    if (State.State != 0) /* written also with some failures */
        BasepCopyStatus(&State, lpServiceStatus);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI QueryServiceStatus(SC_HANDLE hService, LPSERVICE_STATUS lpServiceStatus)
{
    SCM_STATUS State;

    if (lpServiceStatus == NULL)
        return BasepFailWin32(ERROR_INVALID_ADDRESS);
    NTSTATUS Status = SysScmQueryStatus(hService, &State);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BasepCopyStatus(&State, lpServiceStatus);
    return TRUE;
}

BOOL WINAPI QueryServiceStatusEx(SC_HANDLE hService, SC_STATUS_TYPE InfoLevel, BYTE *lpBuffer,
    DWORD cbBufSize, LPDWORD pcbBytesNeeded)
{
    SCM_STATUS State;

    if (InfoLevel != SC_STATUS_PROCESS_INFO)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    if (pcbBytesNeeded == NULL)
        return BasepFailWin32(ERROR_INVALID_ADDRESS);
    *pcbBytesNeeded = sizeof(State);
    if (lpBuffer == NULL || cbBufSize < sizeof(State))
        return BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
    NTSTATUS Status = SysScmQueryStatus(hService, &State);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    memcpy(lpBuffer, &State, sizeof(State));
    return TRUE;
}
