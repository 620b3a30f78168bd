/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of the registry's calls share. Predefined keys are no handles: a call on one of
 * them opens the key for the time of the call. Every function returns a Win32 error.
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
    return (ULONG_PTR)Key >= (ULONG_PTR)HKEY_CLASSES_ROOT &&
        (ULONG_PTR)Key <= (ULONG_PTR)HKEY_CURRENT_CONFIG + 10;
}

/* ---- registry_path.c ---- */

/* What opening and creating take. Allocated: free it. */
typedef struct BASEP_KEY_NAME {
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    WCHAR *Allocated;
} BASEP_KEY_NAME;

/* Path below Key, NULL: Key itself, in the view Access asks for. ERROR_INVALID_PARAMETER: it asks
 * for both. */
LSTATUS BasepNameKey(HKEY Key, const WCHAR *Path, REGSAM Access, BASEP_KEY_NAME *Name);
/* The full NT path of what is below a handle; malloc. */
LSTATUS BasepHandlePath(HANDLE Key, const WCHAR *Path, WCHAR **Text);
/* A name for services; NULL is the empty one. ERROR_INVALID_PARAMETER: too long. */
LSTATUS BasepRegString(const WCHAR *Text, UNICODE_STRING *String);
/* Whether the handle is of a key opened with KEY_WOW64_64KEY. ERROR_OUTOFMEMORY: it is none. */
LSTATUS BasepMark64(HANDLE Key, BOOLEAN Marked);
BOOLEAN BasepIsMarked64(HKEY Key);

/* ---- registry.c ---- */

/* Path: below Key, with or without names; NULL: Key itself. A new handle. */
LSTATUS BasepRegOpen(HKEY Key, const WCHAR *Path, ULONG Options, REGSAM Access, HANDLE *Handle);
/* Key with the rights it has, or a predefined one with Access. */
LSTATUS BasepUseKey(HKEY Key, REGSAM Access, BASEP_KEY *Use);
void BasepEndKey(BASEP_KEY *Use);

/* ---- registry_text.c ---- */

/*
 * What is written for Data, a value of Key, which Handle is: *Data and *Bytes are changed if it is
 * something else. *Copy: free it, NULL: there is none, as after an error.
 */
LSTATUS BasepRedirectText(
    HKEY Key, HANDLE Handle, DWORD Type, const void **Data, DWORD *Bytes, WCHAR **Copy);

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
 * To a caller's buffer as the Reg calls do it: Buffer NULL asks for the size, ERROR_MORE_DATA says
 * it. Type, Length optional; ERROR_INVALID_PARAMETER: a buffer without a length.
 */
LSTATUS BasepRegAnswer(
    ULONG Type, const void *Data, ULONG Bytes, DWORD *TypeTo, void *Buffer, DWORD *Length);
/* Text data in UTF-8 in place of UTF-16. Data is replaced. */
LSTATUS BasepNarrowValue(BASEP_VALUE *Value);
