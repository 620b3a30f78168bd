/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading text of either width through one set of parsers. Nothing here looks behind a terminating
 * zero its caller saw.
 */
#pragma once

#include "rtl/rtlp.h"

typedef struct RTLP_TEXT {
    const void *Text;
    BOOLEAN Wide;
    ULONG At; /* characters read */
} RTLP_TEXT;

static inline WCHAR RtlpTextCharacter(const RTLP_TEXT *Text, ULONG At)
{
    return Text->Wide ? ((const WCHAR *)Text->Text)[At] : (UCHAR)((const char *)Text->Text)[At];
}

/* The one that is next to be read. */
static inline WCHAR RtlpNextCharacter(const RTLP_TEXT *Text)
{
    return RtlpTextCharacter(Text, Text->At);
}
