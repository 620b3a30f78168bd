/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Lookups over the status and error tables. Both are in order of value, so a value is found by
 * halving; where several names share one, the first row is the canonical name. Names are looked up
 * only when a person typed one, so that goes through the whole table.
 */
#include "rtl/status.h"

#include <string.h>

#define ERROR_MR_MID_NOT_FOUND 317

#define STATUS_CUSTOMER_BIT   0x20000000u
#define STATUS_FACILITY_BIT   0x10000000u
#define STATUS_SEVERITY_ERROR 0xC0000000u

/* High halves of a status whose low half is a Win32 error. */
#define HIGH_DEBUGGER_ERROR      0xC001u
#define HIGH_NTSTATUS_FROM_WIN32 0xC007u
#define HIGH_HRESULT_FROM_WIN32  0x8007u

typedef struct RTLP_STATUS {
    const char *Name;
    ULONG Value;
    ULONG Win32Error;
} RTLP_STATUS;

typedef struct RTLP_WIN32 {
    const char *Name;
    const char *Text; /* "" when there is none */
    ULONG Value;
} RTLP_WIN32;

static const RTLP_STATUS RtlpStatusTable[] = {
#define STATUS(Name, Value, Win32Error) { #Name, Value, Win32Error },
#include "exports/status.def"
};

static const RTLP_WIN32 RtlpWin32Table[] = {
#define WIN32_ERROR(Name, Value, Text) { #Name, Text, Value },
#include "exports/win32.def"
};

#define COUNT_OF(Array) (sizeof(Array) / sizeof((Array)[0]))

/* The first row with this value, so the canonical one; NULL when there is none. */
static const RTLP_STATUS *RtlpFindStatus(ULONG Value)
{
    size_t Low = 0;
    size_t High = COUNT_OF(RtlpStatusTable);

    while (Low < High) {
        size_t Middle = Low + (High - Low) / 2;

        if (RtlpStatusTable[Middle].Value < Value)
            Low = Middle + 1;
        else
            High = Middle;
    }
    if (Low == COUNT_OF(RtlpStatusTable) || RtlpStatusTable[Low].Value != Value)
        return NULL;
    return &RtlpStatusTable[Low];
}

static const RTLP_WIN32 *RtlpFindWin32(ULONG Value)
{
    size_t Low = 0;
    size_t High = COUNT_OF(RtlpWin32Table);

    while (Low < High) {
        size_t Middle = Low + (High - Low) / 2;

        if (RtlpWin32Table[Middle].Value < Value)
            Low = Middle + 1;
        else
            High = Middle;
    }
    if (Low == COUNT_OF(RtlpWin32Table) || RtlpWin32Table[Low].Value != Value)
        return NULL;
    return &RtlpWin32Table[Low];
}

const char *RtlpStatusName(NTSTATUS Status)
{
    const RTLP_STATUS *Found = RtlpFindStatus((ULONG)Status);

    return Found != NULL ? Found->Name : NULL;
}

BOOLEAN RtlpStatusFromName(const char *Name, NTSTATUS *Status)
{
    for (size_t i = 0; i < COUNT_OF(RtlpStatusTable); i++) {
        if (strcmp(RtlpStatusTable[i].Name, Name) == 0) {
            *Status = (NTSTATUS)RtlpStatusTable[i].Value;
            return TRUE;
        }
    }
    return FALSE;
}

ULONG RtlpStatusToWin32(NTSTATUS Status)
{
    ULONG Value = (ULONG)Status;
    const RTLP_STATUS *Found;

    if ((Value & STATUS_CUSTOMER_BIT) != 0)
        return Value;
    if ((Value & (STATUS_SEVERITY_ERROR | STATUS_FACILITY_BIT)) ==
        (STATUS_SEVERITY_ERROR | STATUS_FACILITY_BIT))
        Value &= ~STATUS_FACILITY_BIT;

    Found = RtlpFindStatus(Value);
    if (Found != NULL)
        return Found->Win32Error;

    switch (Value >> 16) {
    case HIGH_DEBUGGER_ERROR:
    case HIGH_NTSTATUS_FROM_WIN32:
    case HIGH_HRESULT_FROM_WIN32:
        return Value & 0xFFFF;
    default:
        return ERROR_MR_MID_NOT_FOUND;
    }
}

const char *RtlpWin32Name(ULONG Error)
{
    const RTLP_WIN32 *Found = RtlpFindWin32(Error);

    return Found != NULL ? Found->Name : NULL;
}

const char *RtlpWin32Text(ULONG Error)
{
    const RTLP_WIN32 *Found = RtlpFindWin32(Error);

    return Found != NULL && Found->Text[0] != '\0' ? Found->Text : NULL;
}
