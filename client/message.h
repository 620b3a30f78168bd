/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The two halves of FormatMessage: message.c finds the definition and delivers the text, expand.c
 * turns the definition's escapes and inserts into text. In between everything is UTF-8.
 */
#pragma once

#include "client.h"

/* A growing string. Failed: memory ran out at some point, the text is not complete. */
typedef struct BASEP_TEXT {
    char *Text; /* malloc; NULL while empty */
    SIZE_T Length;
    SIZE_T Room;
    BOOLEAN Failed;
} BASEP_TEXT;

void BasepAppendText(BASEP_TEXT *Text, const char *Piece, SIZE_T Length);

/* The arguments inserts refer to, read in order and kept, as a va_list can be read only once. */
typedef struct BASEP_INSERTS {
    va_list *List;          /* either this */
    const ULONG_PTR *Array; /* or this; both NULL: there are no arguments */
    BOOLEAN Ignore;         /* numbered inserts stay in the text as they are */
    BOOLEAN Wide;           /* %s means WCHAR * */
    ULONG Count;            /* arguments read from List so far */
    ULONG_PTR Value[100];
} BASEP_INSERTS;

/*
 * Appends a definition's text to Result. Width is FormatMessage's: 0 keeps line breaks, 0xFF makes
 * spaces of them, another value breaks lines at spaces so that none has more characters.
 * ERROR_INVALID_PARAMETER: an insert has no argument or a format that is not one.
 */
DWORD BasepExpandMessage(
    const char *Definition, BASEP_INSERTS *Inserts, unsigned Width, BASEP_TEXT *Result);
