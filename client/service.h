/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of services share: a request of texts, and answers packed into a caller's buffer
 * as Win32's structures, in either character set.
 */
#pragma once

#include "client.h"

#include "scm/scm.h"

/* A request for ScmCreateService or ScmChangeConfig; texts that are NULL are left out. malloc;
 * NULL: out of memory. */
SCM_CONFIG *BasepMakeConfig(const SCM_CONFIG *Numbers, const WCHAR *const *Texts);

/* Units of strings with an end each, and an empty one; that one not counted. */
SIZE_T BasepStringsLength(const WCHAR *Strings);

/* Wide copies of the texts of a request. On failure there is nothing to free. */
typedef struct BASEP_WIDE_TEXTS {
    const WCHAR *Text[SCM_TEXT_COUNT];
    WCHAR *Allocated[SCM_TEXT_COUNT];
} BASEP_WIDE_TEXTS;
NTSTATUS BasepWidenTexts(const char *const *Texts, BASEP_WIDE_TEXTS *Wide);
void BasepFreeTexts(BASEP_WIDE_TEXTS *Wide);

/* A buffer that is filled as far as it goes, and counts what all would need. */
typedef struct BASEP_PACK {
    UCHAR *Buffer;
    SIZE_T Room, Used;
    BOOLEAN Wide;
} BASEP_PACK;

/* Adds Units of text and an end; where they are, or would be. */
void *BasepPackText(BASEP_PACK *Pack, const WCHAR *Text, SIZE_T Units);
/* Bytes a text and its end take. */
SIZE_T BasepPackedBytes(const WCHAR *Text, SIZE_T Units, BOOLEAN Wide);

UNICODE_STRING BasepString(const WCHAR *Text);
