/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The C string functions the kernel exports, for char: as C and Microsoft's C library have them, in
 * the "C" locale, where only the letters of ASCII have case. Sizes and counts are characters. No
 * pointer is checked except where the _s forms say so; those return 0 or an error number and call
 * no handler.
 */
#include "rtl/rtlp.h"

/*
 * strlen, strnlen - characters before the terminator, or before Maximum.
 *
 * IRQL:    any, if resident, as for all functions below
 * Source:  DOC C standard, crt/strnlen
 */
SIZE_T NTAPIV NtCrt_strlen(const char *Text)
{
    return RtlpStrLength(Text);
}

SIZE_T NTAPIV NtCrt_strnlen(const char *Text, SIZE_T Maximum)
{
    SIZE_T Length = 0;

    while (Length < Maximum && Text[Length] != 0) {
        RTLP_KEEP_LOOP();
        Length++;
    }
    return Length;
}

/*
 * strcpy, strncpy, strcat, strncat - copy and append. strncpy fills up with zeros and does not
 * terminate what is too long; strncat always terminates.
 *
 * Source:  DOC C standard
 */
char *NTAPIV NtCrt_strcpy(char *Destination, const char *Source)
{
    NtCrt_memcpy(Destination, Source, RtlpStrLength(Source) + 1);
    return Destination;
}

char *NTAPIV NtCrt_strncpy(char *Destination, const char *Source, SIZE_T Count)
{
    SIZE_T Length = NtCrt_strnlen(Source, Count);

    NtCrt_memcpy(Destination, Source, Length);
    NtCrt_memset(Destination + Length, 0, Count - Length);
    return Destination;
}

char *NTAPIV NtCrt_strcat(char *Destination, const char *Source)
{
    NtCrt_strcpy(Destination + RtlpStrLength(Destination), Source);
    return Destination;
}

char *NTAPIV NtCrt_strncat(char *Destination, const char *Source, SIZE_T Count)
{
    SIZE_T Length = NtCrt_strnlen(Source, Count);
    char *End = Destination + RtlpStrLength(Destination);

    NtCrt_memcpy(End, Source, Length);
    End[Length] = '\0';
    return Destination;
}

/*
 * strcmp, strncmp, _stricmp, _strnicmp - order two strings, the last two as if in lower case.
 *
 * Returns: -1, 0 or 1 for strcmp and strncmp; the difference for the others.
 * Source:  DOC C standard, crt/_stricmp, _strnicmp
 */
int NTAPIV NtCrt_strncmp(const char *First, const char *Second, SIZE_T Count)
{
    for (; Count != 0; First++, Second++, Count--) {
        if (*First != *Second)
            return (UCHAR)*First < (UCHAR)*Second ? -1 : 1;
        if (*First == 0)
            break;
    }
    return 0;
}

int NTAPIV NtCrt_strcmp(const char *First, const char *Second)
{
    return NtCrt_strncmp(First, Second, MAXSIZE_T);
}

int NTAPIV NtCrt_strnicmp(const char *First, const char *Second, SIZE_T Count)
{
    for (; Count != 0; First++, Second++, Count--) {
        UCHAR A = (UCHAR)RtlpDowncaseAscii(*First);
        UCHAR B = (UCHAR)RtlpDowncaseAscii(*Second);

        if (A != B)
            return (int)A - (int)B;
        if (A == 0)
            break;
    }
    return 0;
}

int NTAPIV NtCrt_stricmp(const char *First, const char *Second)
{
    return NtCrt_strnicmp(First, Second, MAXSIZE_T);
}

/*
 * strchr, strrchr, strstr, strspn - find a character, its last occurrence, a string; count leading
 * characters of a set.
 *
 * Source:  DOC C standard
 */
char *NTAPIV NtCrt_strchr(const char *Text, int Character)
{
    for (;; Text++) {
        if (*Text == (char)Character)
            return (char *)(ULONG_PTR)Text;
        if (*Text == 0)
            return NULL;
    }
}

char *NTAPIV NtCrt_strrchr(const char *Text, int Character)
{
    const char *Found = NULL;

    for (;; Text++) {
        if (*Text == (char)Character)
            Found = Text;
        if (*Text == 0)
            return (char *)(ULONG_PTR)Found;
    }
}

char *NTAPIV NtCrt_strstr(const char *Text, const char *Wanted)
{
    for (;; Text++) {
        SIZE_T At = 0;

        while (Wanted[At] != 0 && Text[At] == Wanted[At])
            At++;
        if (Wanted[At] == 0)
            return (char *)(ULONG_PTR)Text;
        if (*Text == 0)
            return NULL;
    }
}

static inline BOOLEAN RtlpIsIn(char Character, const char *Set)
{
    for (; *Set != 0; Set++) {
        if (*Set == Character)
            return TRUE;
    }
    return FALSE;
}

SIZE_T NTAPIV NtCrt_strspn(const char *Text, const char *Set)
{
    SIZE_T Length = 0;

    while (Text[Length] != 0 && RtlpIsIn(Text[Length], Set))
        Length++;
    return Length;
}

/*
 * _strupr, _strlwr, _strrev, _strset, _strnset - change a string in place: case, order, every
 * character, the first Count characters. strlwr is another name of _strlwr.
 *
 * Source:  DOC crt/_strupr, _strlwr, _strrev, _strset, _strnset
 */
char *NTAPIV NtCrt_strupr(char *Text)
{
    for (char *At = Text; *At != 0; At++)
        *At = RtlpUpcaseAscii(*At);
    return Text;
}

char *NTAPIV NtCrt_strlwr(char *Text)
{
    for (char *At = Text; *At != 0; At++)
        *At = RtlpDowncaseAscii(*At);
    return Text;
}

char *NTAPIV NtCrt_strrev(char *Text)
{
    SIZE_T Length = RtlpStrLength(Text);

    for (SIZE_T At = 0; At < Length / 2; At++) {
        char Other = Text[Length - 1 - At];
        Text[Length - 1 - At] = Text[At];
        Text[At] = Other;
    }
    return Text;
}

char *NTAPIV NtCrt_strnset(char *Text, int Character, SIZE_T Count)
{
    for (SIZE_T At = 0; At < Count && Text[At] != 0; At++) {
        RTLP_KEEP_LOOP();
        Text[At] = (char)Character;
    }
    return Text;
}

char *NTAPIV NtCrt_strset(char *Text, int Character)
{
    return NtCrt_strnset(Text, Character, MAXSIZE_T);
}

/*
 * strcpy_s, strncpy_s, strcat_s, strncat_s - copy and append within Size characters, always
 * terminated.
 *
 * Count:   _TRUNCATE (-1) takes as many as fit.
 * Returns: 0; STRUNCATE: _TRUNCATE cut the source; EINVAL: no destination, no source, or a
 *          destination that is not terminated; ERANGE: no room. The destination is empty after
 *          EINVAL and ERANGE.
 * Source:  DOC crt/strcpy_s, strncpy_s, strcat_s, strncat_s
 */
static int NTAPI RtlpCopyText(
    char *Destination, SIZE_T Size, SIZE_T At, const char *Source, SIZE_T Count)
{
    SIZE_T Room = Size - At;
    SIZE_T Length;

    if (Source == NULL) {
        Destination[0] = '\0';
        return NTCRT_EINVAL;
    }
    Length = NtCrt_strnlen(Source, Count < Room ? Count : Room);
    if (Length == Room && Count != NTCRT_TRUNCATE) {
        Destination[0] = '\0';
        return NTCRT_ERANGE;
    }
    if (Length == Room) {
        NtCrt_memcpy(Destination + At, Source, Room - 1);
        Destination[Size - 1] = '\0';
        return NTCRT_STRUNCATE;
    }
    NtCrt_memcpy(Destination + At, Source, Length);
    Destination[At + Length] = '\0';
    return 0;
}

int NTAPIV NtCrt_strncpy_s(char *Destination, SIZE_T Size, const char *Source, SIZE_T Count)
{
    if (Destination == NULL && Size == 0 && Count == 0)
        return 0;
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    if (Count == 0) {
        Destination[0] = '\0';
        return 0;
    }
    return RtlpCopyText(Destination, Size, 0, Source, Count);
}

int NTAPIV NtCrt_strcpy_s(char *Destination, SIZE_T Size, const char *Source)
{
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    return RtlpCopyText(Destination, Size, 0, Source, MAXSIZE_T - 1);
}

int NTAPIV NtCrt_strncat_s(char *Destination, SIZE_T Size, const char *Source, SIZE_T Count)
{
    SIZE_T Length;

    if (Destination == NULL && Size == 0 && Count == 0)
        return 0;
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    Length = NtCrt_strnlen(Destination, Size);
    if (Length == Size) {
        Destination[0] = '\0';
        return NTCRT_EINVAL;
    }
    return Count == 0 ? 0 : RtlpCopyText(Destination, Size, Length, Source, Count);
}

int NTAPIV NtCrt_strcat_s(char *Destination, SIZE_T Size, const char *Source)
{
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    return NtCrt_strncat_s(Destination, Size, Source, MAXSIZE_T - 1);
}

/*
 * _strset_s, _strnset_s - set every character, or the first Count, of a string within Size
 * characters.
 *
 * Returns: 0; EINVAL: no string, or one that is not terminated, which is then empty; ERANGE: never,
 *          as Count beyond the end is the end.
 * Source:  DOC crt/_strset_s, _strnset_s
 */
int NTAPIV NtCrt_strnset_s(char *Text, SIZE_T Size, int Character, SIZE_T Count)
{
    if (Text == NULL && Size == 0 && Count == 0)
        return 0;
    if (Text == NULL || Size == 0)
        return NTCRT_EINVAL;
    if (NtCrt_strnlen(Text, Size) == Size) {
        Text[0] = '\0';
        return NTCRT_EINVAL;
    }
    NtCrt_strnset(Text, Character, Count);
    return 0;
}

int NTAPIV NtCrt_strset_s(char *Text, SIZE_T Size, int Character)
{
    return NtCrt_strnset_s(Text, Size, Character, MAXSIZE_T);
}

/*
 * strtok_s - the next part of a text between characters of a set; *Context remembers where to go
 * on.
 *
 * Text:    the text at first, then NULL. It is cut up in place.
 * Returns: NULL: no more parts, or an argument is missing.
 * Source:  DOC crt/strtok_s
 */
char *NTAPIV NtCrt_strtok_s(char *Text, const char *Set, char **Context)
{
    char *End;

    if (Context == NULL || Set == NULL)
        return NULL;
    if (Text == NULL)
        Text = *Context;
    if (Text == NULL)
        return NULL;
    Text += NtCrt_strspn(Text, Set);
    End = Text;
    while (*End != 0 && !RtlpIsIn(*End, Set))
        End++;
    *Context = *End != 0 ? End + 1 : End;
    *End = '\0';
    return End != Text ? Text : NULL;
}
