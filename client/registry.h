/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of the registry's calls share. Predefined keys are no handles: a call on one of them opens the key
 * for the time of the call. Every function returns a Win32 error.
 */
#pragma once

#include "client.h"

/* A handle an operation can use. */
typedef struct BASEP_KEY {
    HANDLE Handle;
    BOOLEAN Temporary; /* opened for this call */
} BASEP_KEY;

static inline LSTATUS BasepRegError(NTSTATUS Status)
{
    return NT_SUCCESS(Status) ? ERROR_SUCCESS : (LSTATUS)RtlpStatusToWin32(Status);
}

static inline BOOLEAN BasepIsPredefined(HKEY Key)
{
    return (ULONG_PTR)Key >= (ULONG_PTR)HKEY_CLASSES_ROOT && (ULONG_PTR)Key <= (ULONG_PTR)HKEY_CURRENT_CONFIG + 10;
}

/* ---- registry.c ---- */

/* Path: below Key, with or without names; NULL: Key itself. A new handle. */
LSTATUS BasepRegOpen(HKEY Key, const WCHAR *Path, ULONG Options, REGSAM Access, HANDLE *Handle);
/* Key with the rights it has, or a predefined one with Access. */
LSTATUS BasepUseKey(HKEY Key, REGSAM Access, BASEP_KEY *Use);
void BasepEndKey(BASEP_KEY *Use);
/* A name for services; NULL is the empty one. ERROR_INVALID_PARAMETER: too long. */
LSTATUS BasepRegString(const WCHAR *Text, UNICODE_STRING *String);
/* ---- registry_value.c ---- */

typedef struct BASEP_VALUE {
    ULONG Type, Bytes;
    UCHAR *Data; /* two zero characters follow */
} BASEP_VALUE;

static inline BOOLEAN BasepRegIsText(ULONG Type)
{
    return Type == REG_SZ || Type == REG_EXPAND_SZ || Type == REG_MULTI_SZ;
}

/* The whole of a value; free Data. */
LSTATUS BasepReadValue(HKEY Key, const WCHAR *Name, BASEP_VALUE *Value);
/*
 * To a caller's buffer as the Reg calls do it: Buffer NULL asks for the size, ERROR_MORE_DATA says it. Type, Length
 * optional; ERROR_INVALID_PARAMETER: a buffer without a length.
 */
LSTATUS BasepRegAnswer(ULONG Type, const void *Data, ULONG Bytes, DWORD *TypeTo, void *Buffer, DWORD *Length);
/* Text data in UTF-8 in place of UTF-16. Data is replaced. */
LSTATUS BasepNarrowValue(BASEP_VALUE *Value);
