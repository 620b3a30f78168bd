/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* UTF-8 and UTF-16. The ANSI code page of a client is UTF-8, as the host's is. */
#include "client.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu

/* Reads one character of at least one byte; *Used is how many bytes it took. */
static unsigned BasepDecodeUtf8(const unsigned char *Text, SIZE_T Length, SIZE_T *Used)
{
    static const unsigned Smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned Lead = Text[0];
    SIZE_T Count = Lead < 0x80 ? 1
        : Lead < 0xC2          ? 0
        : Lead < 0xE0          ? 2
        : Lead < 0xF0          ? 3
        : Lead < 0xF5          ? 4
                               : 0;

    *Used = 1;
    if (Count == 1)
        return Lead;
    if (Count == 0)
        return REPLACEMENT;
    unsigned Character = Lead & (0x7Fu >> Count);
    for (SIZE_T i = 1; i < Count; i++) {
        if (i == Length || (Text[i] & 0xC0) != 0x80)
            return REPLACEMENT;
        Character = Character << 6 | (Text[i] & 0x3Fu);
        *Used = i + 1;
    }
    BOOLEAN Surrogate = Character >= 0xD800 && Character < 0xE000;
    return Character < Smallest[Count] || Character > 0x10FFFF || Surrogate ? REPLACEMENT
                                                                            : Character;
}

SIZE_T BasepUtf16FromUtf8(const char *Text, SIZE_T Length, WCHAR *Result, SIZE_T Room)
{
    SIZE_T Needed = 0, Used;

    for (SIZE_T i = 0; i < Length; i += Used) {
        unsigned Character = BasepDecodeUtf8((const unsigned char *)Text + i, Length - i, &Used);
        unsigned Units = Character >= 0x10000 ? 2 : 1;
        if (Needed + Units <= Room && Units == 1)
            Result[Needed] = (WCHAR)Character;
        if (Needed + Units <= Room && Units == 2) {
            Result[Needed] = (WCHAR)(0xD800 + ((Character - 0x10000) >> 10));
            Result[Needed + 1] = (WCHAR)(0xDC00 + (Character & 0x3FF));
        }
        Needed += Units;
    }
    return Needed;
}

static unsigned BasepDecodeUtf16(const WCHAR *Text, SIZE_T Length, SIZE_T *Used)
{
    unsigned First = Text[0];

    *Used = 1;
    if (First < 0xD800 || First >= 0xE000)
        return First;
    if (First >= 0xDC00 || Length < 2 || Text[1] < 0xDC00 || Text[1] >= 0xE000)
        return REPLACEMENT;
    *Used = 2;
    return 0x10000 + ((First - 0xD800) << 10) + (Text[1] - 0xDC00u);
}

SIZE_T BasepUtf8FromUtf16(const WCHAR *Text, SIZE_T Length, char *Result, SIZE_T Room)
{
    static const unsigned char Lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    SIZE_T Needed = 0, Used;

    for (SIZE_T i = 0; i < Length; i += Used) {
        unsigned Character = BasepDecodeUtf16(Text + i, Length - i, &Used);
        SIZE_T Count = Character < 0x80 ? 1 : Character < 0x800 ? 2 : Character < 0x10000 ? 3 : 4;
        if (Needed + Count <= Room) {
            for (SIZE_T j = Count; j-- > 1; Character >>= 6)
                Result[Needed + j] = (char)(0x80 | (Character & 0x3F));
            Result[Needed] = (char)(Count == 1 ? Character : Lead[Count] | Character);
        }
        Needed += Count;
    }
    return Needed;
}

SIZE_T BasepWideLength(const WCHAR *Text)
{
    SIZE_T Length = 0;

    while (Text[Length] != 0)
        Length++;
    return Length;
}

NTSTATUS BasepWiden(const char *Text, BASEP_WIDE *Wide)
{
    Wide->Text = Wide->Allocated = NULL;
    if (Text == NULL)
        return STATUS_SUCCESS;
    SIZE_T Bytes = strlen(Text), Room = RTL_NUMBER_OF(Wide->Inline);
    Wide->Text = Wide->Inline;
    if (Bytes >= Room) { /* a text never has more UTF-16 units than UTF-8 ones */
        Room = Bytes + 1;
        Wide->Text = Wide->Allocated = malloc(Room * sizeof(WCHAR));
        if (Wide->Text == NULL)
            return STATUS_NO_MEMORY;
    }
    Wide->Text[BasepUtf16FromUtf8(Text, Bytes, Wide->Text, Room)] = 0;
    return STATUS_SUCCESS;
}

void BasepFreeWide(BASEP_WIDE *Wide)
{
    free(Wide->Allocated);
}
