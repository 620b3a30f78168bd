/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Services' configurations, descriptions and names. */
#include "service.h"

#include <stdlib.h>
#include <string.h>

/* ---- packing --------------------------------------------------------------------------------- */

SIZE_T BasepPackedBytes(const WCHAR *Text, SIZE_T Units, BOOLEAN Wide)
{
    return Wide ? (Units + 1) * sizeof(WCHAR) : BasepUtf8FromUtf16(Text, Units, NULL, 0) + 1;
}

void *BasepPackText(BASEP_PACK *Pack, const WCHAR *Text, SIZE_T Units)
{
    SIZE_T Bytes = BasepPackedBytes(Text, Units, Pack->Wide);
    UCHAR *Place = (UCHAR *)((ULONG_PTR)Pack->Buffer + Pack->Used);

    Pack->Used += Bytes;
    if (Pack->Buffer == NULL || Pack->Used > Pack->Room)
        return Place;
    if (Pack->Wide) {
        memcpy(Place, Text, Units * sizeof(WCHAR));
        memset(Place + Units * sizeof(WCHAR), 0, sizeof(WCHAR));
    } else {
        BasepUtf8FromUtf16(Text, Units, (char *)Place, Bytes - 1);
        Place[Bytes - 1] = 0;
    }
    return Place;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The whole configuration, malloc. */
static NTSTATUS BasepGetConfig(SC_HANDLE Service, SCM_CONFIG **Config)
{
    ULONG Bytes = 1024;

    for (;;) {
        ULONG Needed = 0;
        SCM_CONFIG *Buffer = malloc(Bytes);
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        NTSTATUS Status = SysScmQueryConfig(Service, Buffer, Bytes, &Needed);
        if (NT_SUCCESS(Status)) {
            *Config = Buffer;
            return STATUS_SUCCESS;
        }
        free(Buffer);
        if (Status != STATUS_BUFFER_TOO_SMALL)
            return Status;
        Bytes = Needed;
    }
}

static const WCHAR *BasepConfigText(const SCM_CONFIG *Config, enum SCM_TEXT Which)
{
    static const WCHAR Nothing[2];
    const UCHAR *Base = (const UCHAR *)Config;

    return Config->Text[Which] != 0 ? (const WCHAR *)(const void *)(Base + Config->Text[Which])
                                    : Nothing;
}

static void *BasepPackConfigText(BASEP_PACK *Pack, const SCM_CONFIG *Config, enum SCM_TEXT Which)
{
    const WCHAR *Text = BasepConfigText(Config, Which);
    SIZE_T Units = Which == SCM_DEPEND ? BasepStringsLength(Text) : BasepWideLength(Text);

    return BasepPackText(Pack, Text, Units);
}

/* Structure and texts; the structure is the same for both character sets but for what its pointers
 * point to. */
static void BasepPackConfig(BASEP_PACK *Pack, const SCM_CONFIG *Config)
{
    QUERY_SERVICE_CONFIGW Result;

    Pack->Used = sizeof(Result);
    Result.dwServiceType = Config->Type;
    Result.dwStartType = Config->Start;
    Result.dwErrorControl = Config->ErrorControl;
    Result.dwTagId = Config->Tag;
    Result.lpBinaryPathName = BasepPackConfigText(Pack, Config, SCM_PATH);
    Result.lpLoadOrderGroup = BasepPackConfigText(Pack, Config, SCM_GROUP);
    Result.lpDependencies = BasepPackConfigText(Pack, Config, SCM_DEPEND);
    Result.lpServiceStartName = BasepPackConfigText(Pack, Config, SCM_OBJECT);
    Result.lpDisplayName =
        BasepPackConfigText(Pack, Config, Config->Text[SCM_DISPLAY] != 0 ? SCM_DISPLAY : SCM_NAME);
    if (Pack->Buffer != NULL && Pack->Used <= Pack->Room)
        memcpy(Pack->Buffer, &Result, sizeof(Result));
}

static void BasepPackDescription(BASEP_PACK *Pack, const SCM_CONFIG *Config)
{
    SERVICE_DESCRIPTIONW Result = {NULL};

    Pack->Used = sizeof(Result);
    if (Config->Text[SCM_DESCRIPTION] != 0)
        Result.lpDescription = BasepPackConfigText(Pack, Config, SCM_DESCRIPTION);
    if (Pack->Buffer != NULL && Pack->Used <= Pack->Room)
        memcpy(Pack->Buffer, &Result, sizeof(Result));
}

static BOOL BasepQueryConfig(SC_HANDLE Service, void (*Fill)(BASEP_PACK *, const SCM_CONFIG *),
    void *Buffer, DWORD Room, LPDWORD Needed, BOOLEAN Wide)
{
    SCM_CONFIG *Config;

    if (Needed == NULL)
        return BasepFailWin32(ERROR_INVALID_ADDRESS);
    NTSTATUS Status = BasepGetConfig(Service, &Config);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BASEP_PACK Pack = {.Wide = Wide};
    Fill(&Pack, Config); /* how much it is: a buffer that is too small stays as it was */
    *Needed = (DWORD)Pack.Used;
    BOOLEAN Fits = Buffer != NULL && Pack.Used <= Room;
    if (Fits) {
        Pack = (BASEP_PACK){.Buffer = Buffer, .Room = Room, .Wide = Wide};
        Fill(&Pack, Config);
    }
    free(Config);
    return Fits ? TRUE : BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
}

BOOL WINAPI QueryServiceConfigW(SC_HANDLE hService, LPQUERY_SERVICE_CONFIGW lpServiceConfig,
    DWORD cbBufSize, LPDWORD pcbBytesNeeded)
{
    return BasepQueryConfig(
        hService, BasepPackConfig, lpServiceConfig, cbBufSize, pcbBytesNeeded, TRUE);
}

BOOL WINAPI QueryServiceConfigA(SC_HANDLE hService, LPQUERY_SERVICE_CONFIGA lpServiceConfig,
    DWORD cbBufSize, LPDWORD pcbBytesNeeded)
{
    return BasepQueryConfig(
        hService, BasepPackConfig, lpServiceConfig, cbBufSize, pcbBytesNeeded, FALSE);
}

BOOL WINAPI QueryServiceConfig2W(
    SC_HANDLE hService, DWORD dwInfoLevel, BYTE *lpBuffer, DWORD cbBufSize, LPDWORD pcbBytesNeeded)
{
    if (dwInfoLevel != SERVICE_CONFIG_DESCRIPTION)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    return BasepQueryConfig(
        hService, BasepPackDescription, lpBuffer, cbBufSize, pcbBytesNeeded, TRUE);
}

BOOL WINAPI QueryServiceConfig2A(
    SC_HANDLE hService, DWORD dwInfoLevel, BYTE *lpBuffer, DWORD cbBufSize, LPDWORD pcbBytesNeeded)
{
    if (dwInfoLevel != SERVICE_CONFIG_DESCRIPTION)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    return BasepQueryConfig(
        hService, BasepPackDescription, lpBuffer, cbBufSize, pcbBytesNeeded, FALSE);
}

/* ---- changing -------------------------------------------------------------------------------- */

static BOOL BasepChangeConfig(
    SC_HANDLE Service, const SCM_CONFIG *Numbers, LPDWORD Tag, const WCHAR *const *Texts)
{
    SCM_CONFIG *Config = BasepMakeConfig(Numbers, Texts);
    NTSTATUS Status = STATUS_NO_MEMORY;

    if (Config != NULL)
        Status = SysScmChangeConfig(Service, Config, Config->Bytes, Tag);
    free(Config);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI ChangeServiceConfigW(SC_HANDLE hService, DWORD dwServiceType, DWORD dwStartType,
    DWORD dwErrorControl, LPCWSTR lpBinaryPathName, LPCWSTR lpLoadOrderGroup, LPDWORD lpdwTagId,
    LPCWSTR lpDependencies, LPCWSTR lpServiceStartName, LPCWSTR lpPassword, LPCWSTR lpDisplayName)
{
    const SCM_CONFIG Numbers = {.Type = dwServiceType,
        .Start = dwStartType,
        .ErrorControl = dwErrorControl,
        .Tag = lpdwTagId != NULL};
    const WCHAR *const Texts[SCM_TEXT_COUNT] = {
        [SCM_PATH] = lpBinaryPathName,
        [SCM_GROUP] = lpLoadOrderGroup,
        [SCM_DEPEND] = lpDependencies,
        [SCM_OBJECT] = lpServiceStartName,
        [SCM_DISPLAY] = lpDisplayName,
    };

    (void)lpPassword;
    return BasepChangeConfig(hService, &Numbers, lpdwTagId, Texts);
}

BOOL WINAPI ChangeServiceConfigA(SC_HANDLE hService, DWORD dwServiceType, DWORD dwStartType,
    DWORD dwErrorControl, LPCSTR lpBinaryPathName, LPCSTR lpLoadOrderGroup, LPDWORD lpdwTagId,
    LPCSTR lpDependencies, LPCSTR lpServiceStartName, LPCSTR lpPassword, LPCSTR lpDisplayName)
{
    const char *const Texts[SCM_TEXT_COUNT] = {
        [SCM_PATH] = lpBinaryPathName,
        [SCM_GROUP] = lpLoadOrderGroup,
        [SCM_DEPEND] = lpDependencies,
        [SCM_OBJECT] = lpServiceStartName,
        [SCM_DISPLAY] = lpDisplayName,
    };
    BASEP_WIDE_TEXTS Wide;
    NTSTATUS Status = BasepWidenTexts(Texts, &Wide);

    (void)lpPassword;
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BOOL Done = ChangeServiceConfigW(hService, dwServiceType, dwStartType, dwErrorControl,
        Wide.Text[SCM_PATH], Wide.Text[SCM_GROUP], lpdwTagId, Wide.Text[SCM_DEPEND],
        Wide.Text[SCM_OBJECT], NULL, Wide.Text[SCM_DISPLAY]);
    BasepFreeTexts(&Wide);
    return Done;
}

static BOOL BasepChangeDescription(SC_HANDLE Service, const WCHAR *Description)
{
    const SCM_CONFIG Numbers = {
        .Type = SCM_NO_CHANGE, .Start = SCM_NO_CHANGE, .ErrorControl = SCM_NO_CHANGE};
    const WCHAR *const Texts[SCM_TEXT_COUNT] = {[SCM_DESCRIPTION] = Description};

    return BasepChangeConfig(Service, &Numbers, NULL, Texts);
}

/* A NULL description leaves the old one, an empty one removes it. */
BOOL WINAPI ChangeServiceConfig2W(SC_HANDLE hService, DWORD dwInfoLevel, LPVOID lpInfo)
{
    const SERVICE_DESCRIPTIONW *Description = lpInfo;

    if (dwInfoLevel != SERVICE_CONFIG_DESCRIPTION)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    return BasepChangeDescription(
        hService, Description != NULL ? Description->lpDescription : NULL);
}

BOOL WINAPI ChangeServiceConfig2A(SC_HANDLE hService, DWORD dwInfoLevel, LPVOID lpInfo)
{
    const SERVICE_DESCRIPTIONA *Description = lpInfo;
    BASEP_WIDE Wide;

    if (dwInfoLevel != SERVICE_CONFIG_DESCRIPTION)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    NTSTATUS Status = BasepWiden(Description != NULL ? Description->lpDescription : NULL, &Wide);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BOOL Done = BasepChangeDescription(hService, Wide.Text);
    BasepFreeWide(&Wide);
    return Done;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A name's translation; *Room: characters of the result without its end, before and after. */
static BOOL BasepTranslateName(SC_HANDLE Manager, BOOLEAN ToKeyName, const WCHAR *From,
    void *Result, LPDWORD Room, BOOLEAN Wide)
{
    UNICODE_STRING Name = BasepString(From);
    WCHAR Text[512];
    ULONG Needed = 0;

    if (Room == NULL || From == NULL)
        return BasepFailWin32(ERROR_INVALID_ADDRESS);
    NTSTATUS Status = SysScmTranslateName(Manager, ToKeyName, &Name, Text, sizeof(Text), &Needed);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    SIZE_T Units = Needed / sizeof(WCHAR) - 1, Unit = Wide ? sizeof(WCHAR) : 1;
    BASEP_PACK Pack = {.Buffer = Result, .Room = Result != NULL ? *Room * Unit : 0, .Wide = Wide};
    BasepPackText(&Pack, Text, Units);
    *Room = (DWORD)(Pack.Used / Unit - 1);
    return Pack.Used <= Pack.Room ? TRUE : BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
}

static BOOL BasepTranslateAnsi(
    SC_HANDLE Manager, BOOLEAN ToKeyName, const char *From, char *Result, LPDWORD Room)
{
    BASEP_WIDE Wide;
    NTSTATUS Status = BasepWiden(From, &Wide);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BOOL Done = BasepTranslateName(Manager, ToKeyName, Wide.Text, Result, Room, FALSE);
    BasepFreeWide(&Wide);
    return Done;
}

BOOL WINAPI GetServiceDisplayNameW(
    SC_HANDLE hSCManager, LPCWSTR lpServiceName, LPWSTR lpDisplayName, LPDWORD lpcchBuffer)
{
    return BasepTranslateName(hSCManager, FALSE, lpServiceName, lpDisplayName, lpcchBuffer, TRUE);
}

BOOL WINAPI GetServiceDisplayNameA(
    SC_HANDLE hSCManager, LPCSTR lpServiceName, LPSTR lpDisplayName, LPDWORD lpcchBuffer)
{
    return BasepTranslateAnsi(hSCManager, FALSE, lpServiceName, lpDisplayName, lpcchBuffer);
}

BOOL WINAPI GetServiceKeyNameW(
    SC_HANDLE hSCManager, LPCWSTR lpDisplayName, LPWSTR lpServiceName, LPDWORD lpcchBuffer)
{
    return BasepTranslateName(hSCManager, TRUE, lpDisplayName, lpServiceName, lpcchBuffer, TRUE);
}

BOOL WINAPI GetServiceKeyNameA(
    SC_HANDLE hSCManager, LPCSTR lpDisplayName, LPSTR lpServiceName, LPDWORD lpcchBuffer)
{
    return BasepTranslateAnsi(hSCManager, TRUE, lpDisplayName, lpServiceName, lpcchBuffer);
}
