/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * FormatMessage. Definitions come from the caller's string or from the system's table of Win32
 * errors, which has English texts; an HRESULT made of a Win32 error means that error. Modules have
 * no message tables here.
 */
#include "message.h"

#include <stdlib.h>
#include <string.h>

#ifndef ERROR_NO_WORK_DONE
#define ERROR_NO_WORK_DONE 235L
#endif

#define BASEP_TEXT_LIMIT (64u * 1024u)
#define BASEP_HRESULT_WIN32 0x80070000u

/* Languages whose texts are these: neutral, the user's or system's default, and English. */
static BOOLEAN BasepIsOurLanguage(DWORD Language)
{
    WORD Primary = (WORD)(Language & 0x3FF), Sub = (WORD)(Language >> 10);

    return Primary == LANG_NEUTRAL ? Sub <= 2 : Primary == LANG_ENGLISH && Sub <= 1;
}

/* The system's text of an error as a definition; malloc. NULL: the last error says why. */
static char *BasepSystemDefinition(DWORD Message, DWORD Language)
{
    DWORD Error = (Message & 0xFFFF0000u) == BASEP_HRESULT_WIN32 ? Message & 0xFFFFu : Message;
    const char *Text = RtlpWin32Text(Error);

    if (Text == NULL) {
        BasepFailWin32(ERROR_MR_MID_NOT_FOUND);
        return NULL;
    }
    if (!BasepIsOurLanguage(Language)) {
        BasepFailWin32(ERROR_RESOURCE_LANG_NOT_FOUND);
        return NULL;
    }
    SIZE_T Length = strlen(Text);
    char *Definition = malloc(Length + 3);
    if (Definition == NULL) {
        BasepFailWin32(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    memcpy(Definition, Text, Length);
    memcpy(Definition + Length, "\r\n", 3);
    return Definition;
}

static char *BasepStringDefinition(const void *Source, BOOLEAN Wide)
{
    char *Definition;

    if (Wide) {
        SIZE_T Length = BasepWideLength(Source),
               Bytes = BasepUtf8FromUtf16(Source, Length, NULL, 0);
        Definition = malloc(Bytes + 1);
        if (Definition != NULL) {
            BasepUtf8FromUtf16(Source, Length, Definition, Bytes);
            Definition[Bytes] = '\0';
        }
    } else {
        Definition = strdup(Source);
    }
    if (Definition == NULL)
        BasepFailWin32(ERROR_NOT_ENOUGH_MEMORY);
    return Definition;
}

static char *BasepFindDefinition(
    DWORD Flags, const void *Source, DWORD Message, DWORD Language, BOOLEAN Wide)
{
    if ((Flags & FORMAT_MESSAGE_FROM_STRING) != 0) {
        if (Source != NULL)
            return BasepStringDefinition(Source, Wide);
        BasepFailWin32(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if ((Flags & FORMAT_MESSAGE_FROM_SYSTEM) != 0)
        return BasepSystemDefinition(Message, Language);
    BasepFailWin32((Flags & FORMAT_MESSAGE_FROM_HMODULE) != 0 ? ERROR_RESOURCE_TYPE_NOT_FOUND
                                                              : ERROR_INVALID_PARAMETER);
    return NULL;
}

/* The whole message. FALSE: the last error says why; Result->Text is the caller's to free in any
 * case. */
static BOOL BasepMakeMessage(DWORD Flags, const void *Source, DWORD Message, DWORD Language,
    va_list *Arguments, BOOLEAN Wide, BASEP_TEXT *Result)
{
    BASEP_INSERTS Inserts = {.Ignore = (Flags & FORMAT_MESSAGE_IGNORE_INSERTS) != 0, .Wide = Wide};
    char *Definition = BasepFindDefinition(Flags, Source, Message, Language, Wide);

    if (Definition == NULL)
        return FALSE;
    if ((Flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0)
        Inserts.Array = (const ULONG_PTR *)(const void *)Arguments;
    else
        Inserts.List = Arguments;
    DWORD Error = BasepExpandMessage(
        Definition, &Inserts, Flags & FORMAT_MESSAGE_MAX_WIDTH_MASK, Result);
    free(Definition);
    if (Error == ERROR_SUCCESS && Result->Failed)
        Error = ERROR_NOT_ENOUGH_MEMORY;
    if (Error == ERROR_SUCCESS && Result->Length >= BASEP_TEXT_LIMIT)
        Error = ERROR_MORE_DATA;
    if (Error == ERROR_SUCCESS && Result->Length == 0)
        Error = ERROR_NO_WORK_DONE;
    return Error == ERROR_SUCCESS ? TRUE : BasepFailWin32(Error);
}

/* Where the text goes: the caller's buffer, or a new block whose address the caller's buffer
 * receives. NULL: failed. */
static void *BasepFindRoom(DWORD Flags, void *Buffer, DWORD Size, SIZE_T Needed, SIZE_T UnitBytes)
{
    if ((Flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
        void *Block = LocalAlloc(LMEM_FIXED, (Needed > Size ? Needed : Size) * UnitBytes);
        *(void **)Buffer = Block;
        return Block;
    }
    if (Needed <= Size)
        return Buffer;
    BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
    return NULL;
}

/* TRUE when the call may go on; it has set the last error otherwise. */
static BOOL BasepStartMessage(DWORD Flags, void *Buffer)
{
    if (Buffer == NULL)
        return BasepFailWin32(ERROR_INVALID_PARAMETER);
    if ((Flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0)
        *(void **)Buffer = NULL;
    return TRUE;
}

DWORD WINAPI FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
    LPSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
    BASEP_TEXT Text = {0};
    SIZE_T Length = 0;

    if (!BasepStartMessage(dwFlags, lpBuffer))
        return 0;
    if (BasepMakeMessage(dwFlags, lpSource, dwMessageId, dwLanguageId, Arguments, FALSE, &Text)) {
        char *Room = BasepFindRoom(dwFlags, lpBuffer, nSize, Text.Length + 1, sizeof(char));
        if (Room != NULL) {
            Length = Text.Length;
            memcpy(Room, Text.Text, Length);
            Room[Length] = '\0';
        }
    }
    free(Text.Text);
    return (DWORD)Length;
}

DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
    LPWSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
    BASEP_TEXT Text = {0};
    SIZE_T Length = 0;

    if (!BasepStartMessage(dwFlags, lpBuffer))
        return 0;
    if (BasepMakeMessage(dwFlags, lpSource, dwMessageId, dwLanguageId, Arguments, TRUE, &Text)) {
        SIZE_T Needed = BasepUtf16FromUtf8(Text.Text, Text.Length, NULL, 0);
        WCHAR *Room = BasepFindRoom(dwFlags, lpBuffer, nSize, Needed + 1, sizeof(WCHAR));
        if (Room != NULL) {
            Length = BasepUtf16FromUtf8(Text.Text, Text.Length, Room, Needed);
            Room[Length] = 0;
        }
    }
    free(Text.Text);
    return (DWORD)Length;
}
