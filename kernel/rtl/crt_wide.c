/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The C string functions the kernel exports, for wchar_t: as C and Microsoft's C library have them,
 * in the "C" locale, where only the letters of ASCII have case. Sizes and counts are characters. No
 * pointer is checked except where the _s forms say so; those return 0 or an error number and call
 * no handler.
 */
#include "rtl/rtlp.h"

static inline WCHAR RtlpUpcaseAsciiWide(WCHAR Character)
{
    return Character >= 'a' && Character <= 'z' ? (WCHAR)(Character - 0x20) : Character;
}

static inline WCHAR RtlpDowncaseAsciiWide(WCHAR Character)
{
    return Character >= 'A' && Character <= 'Z' ? (WCHAR)(Character + 0x20) : Character;
}

/*
 * wcslen, wcsnlen - characters before the terminator, or before Maximum.
 *
 * IRQL:    any, if resident, as for all functions below
 * Source:  DOC C standard, crt/wcsnlen
 */
SIZE_T NTAPIV NtCrt_wcslen(const WCHAR *Text)
{
    return RtlpWcsLength(Text);
}

SIZE_T NTAPIV NtCrt_wcsnlen(const WCHAR *Text, SIZE_T Maximum)
{
    SIZE_T Length = 0;

    while (Length < Maximum && Text[Length] != 0) {
        RTLP_KEEP_LOOP();
        Length++;
    }
    return Length;
}

/*
 * wcscpy, wcsncpy, wcscat, wcsncat - copy and append. wcsncpy fills up with zeros and does not
 * terminate what is too long; wcsncat always terminates.
 *
 * Source:  DOC C standard
 */
WCHAR *NTAPIV NtCrt_wcscpy(WCHAR *Destination, const WCHAR *Source)
{
    NtCrt_memcpy(Destination, Source, (RtlpWcsLength(Source) + 1) * sizeof(WCHAR));
    return Destination;
}

WCHAR *NTAPIV NtCrt_wcsncpy(WCHAR *Destination, const WCHAR *Source, SIZE_T Count)
{
    SIZE_T Length = NtCrt_wcsnlen(Source, Count);

    NtCrt_memcpy(Destination, Source, Length * sizeof(WCHAR));
    NtCrt_memset(Destination + Length, 0, (Count - Length) * sizeof(WCHAR));
    return Destination;
}

WCHAR *NTAPIV NtCrt_wcscat(WCHAR *Destination, const WCHAR *Source)
{
    NtCrt_wcscpy(Destination + RtlpWcsLength(Destination), Source);
    return Destination;
}

WCHAR *NTAPIV NtCrt_wcsncat(WCHAR *Destination, const WCHAR *Source, SIZE_T Count)
{
    SIZE_T Length = NtCrt_wcsnlen(Source, Count);
    WCHAR *End = Destination + RtlpWcsLength(Destination);

    NtCrt_memcpy(End, Source, Length * sizeof(WCHAR));
    End[Length] = 0;
    return Destination;
}

/*
 * wcscmp, wcsncmp, _wcsicmp, _wcsnicmp - order two strings, the last two as if in lower case.
 *
 * Returns: -1, 0 or 1 for wcscmp and wcsncmp; the difference for the others.
 * Source:  DOC C standard, crt/_wcsicmp, _wcsnicmp
 */
int NTAPIV NtCrt_wcsncmp(const WCHAR *First, const WCHAR *Second, SIZE_T Count)
{
    for (; Count != 0; First++, Second++, Count--) {
        if (*First != *Second)
            return *First < *Second ? -1 : 1;
        if (*First == 0)
            break;
    }
    return 0;
}

int NTAPIV NtCrt_wcscmp(const WCHAR *First, const WCHAR *Second)
{
    return NtCrt_wcsncmp(First, Second, MAXSIZE_T);
}

int NTAPIV NtCrt_wcsnicmp(const WCHAR *First, const WCHAR *Second, SIZE_T Count)
{
    for (; Count != 0; First++, Second++, Count--) {
        WCHAR A = RtlpDowncaseAsciiWide(*First);
        WCHAR B = RtlpDowncaseAsciiWide(*Second);

        if (A != B)
            return (int)A - (int)B;
        if (A == 0)
            break;
    }
    return 0;
}

int NTAPIV NtCrt_wcsicmp(const WCHAR *First, const WCHAR *Second)
{
    return NtCrt_wcsnicmp(First, Second, MAXSIZE_T);
}

/*
 * wcschr, wcsrchr, wcsstr, wcsspn, wcscspn - find a character, its last occurrence, a string; count
 * leading characters that are in a set, or not.
 *
 * Source:  DOC C standard
 */
WCHAR *NTAPIV NtCrt_wcschr(const WCHAR *Text, WCHAR Character)
{
    for (;; Text++) {
        if (*Text == Character)
            return (WCHAR *)(ULONG_PTR)Text;
        if (*Text == 0)
            return NULL;
    }
}

WCHAR *NTAPIV NtCrt_wcsrchr(const WCHAR *Text, WCHAR Character)
{
    const WCHAR *Found = NULL;

    for (;; Text++) {
        if (*Text == Character)
            Found = Text;
        if (*Text == 0)
            return (WCHAR *)(ULONG_PTR)Found;
    }
}

WCHAR *NTAPIV NtCrt_wcsstr(const WCHAR *Text, const WCHAR *Wanted)
{
    for (;; Text++) {
        SIZE_T At = 0;

        while (Wanted[At] != 0 && Text[At] == Wanted[At])
            At++;
        if (Wanted[At] == 0)
            return (WCHAR *)(ULONG_PTR)Text;
        if (*Text == 0)
            return NULL;
    }
}

static inline BOOLEAN RtlpIsInWide(WCHAR Character, const WCHAR *Set)
{
    for (; *Set != 0; Set++) {
        if (*Set == Character)
            return TRUE;
    }
    return FALSE;
}

SIZE_T NTAPIV NtCrt_wcsspn(const WCHAR *Text, const WCHAR *Set)
{
    SIZE_T Length = 0;

    while (Text[Length] != 0 && RtlpIsInWide(Text[Length], Set))
        Length++;
    return Length;
}

SIZE_T NTAPIV NtCrt_wcscspn(const WCHAR *Text, const WCHAR *Set)
{
    SIZE_T Length = 0;

    while (Text[Length] != 0 && !RtlpIsInWide(Text[Length], Set))
        Length++;
    return Length;
}

/*
 * _wcsupr, _wcslwr, _wcsrev, _wcsnset - change a string in place: case, order, the first Count
 * characters. wcslwr is another name of _wcslwr.
 *
 * Source:  DOC crt/_wcsupr, _wcslwr, _wcsrev, _wcsnset
 */
WCHAR *NTAPIV NtCrt_wcsupr(WCHAR *Text)
{
    for (WCHAR *At = Text; *At != 0; At++)
        *At = RtlpUpcaseAsciiWide(*At);
    return Text;
}

WCHAR *NTAPIV NtCrt_wcslwr(WCHAR *Text)
{
    for (WCHAR *At = Text; *At != 0; At++)
        *At = RtlpDowncaseAsciiWide(*At);
    return Text;
}

WCHAR *NTAPIV NtCrt_wcsrev(WCHAR *Text)
{
    SIZE_T Length = RtlpWcsLength(Text);

    for (SIZE_T At = 0; At < Length / 2; At++) {
        WCHAR Other = Text[Length - 1 - At];
        Text[Length - 1 - At] = Text[At];
        Text[At] = Other;
    }
    return Text;
}

WCHAR *NTAPIV NtCrt_wcsnset(WCHAR *Text, WCHAR Character, SIZE_T Count)
{
    for (SIZE_T At = 0; At < Count && Text[At] != 0; At++) {
        RTLP_KEEP_LOOP();
        Text[At] = Character;
    }
    return Text;
}

/*
 * wcscpy_s, wcsncpy_s, wcscat_s, wcsncat_s - copy and append within Size characters, always
 * terminated.
 *
 * Count:   _TRUNCATE (-1) takes as many as fit.
 * Returns: 0; STRUNCATE: _TRUNCATE cut the source; EINVAL: no destination, no source, or a
 *          destination that is not terminated; ERANGE: no room. The destination is empty after
 *          EINVAL and ERANGE.
 * Source:  DOC crt/wcscpy_s, wcsncpy_s, wcscat_s, wcsncat_s
 */
static int NTAPI RtlpCopyTextWide(
    WCHAR *Destination, SIZE_T Size, SIZE_T At, const WCHAR *Source, SIZE_T Count)
{
    SIZE_T Room = Size - At;
    SIZE_T Length;

    if (Source == NULL) {
        Destination[0] = 0;
        return NTCRT_EINVAL;
    }
    Length = NtCrt_wcsnlen(Source, Count < Room ? Count : Room);
    if (Length == Room && Count != NTCRT_TRUNCATE) {
        Destination[0] = 0;
        return NTCRT_ERANGE;
    }
    if (Length == Room) {
        NtCrt_memcpy(Destination + At, Source, (Room - 1) * sizeof(WCHAR));
        Destination[Size - 1] = 0;
        return NTCRT_STRUNCATE;
    }
    NtCrt_memcpy(Destination + At, Source, Length * sizeof(WCHAR));
    Destination[At + Length] = 0;
    return 0;
}

int NTAPIV NtCrt_wcsncpy_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source, SIZE_T Count)
{
    if (Destination == NULL && Size == 0 && Count == 0)
        return 0;
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    if (Count == 0) {
        Destination[0] = 0;
        return 0;
    }
    return RtlpCopyTextWide(Destination, Size, 0, Source, Count);
}

int NTAPIV NtCrt_wcscpy_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source)
{
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    return RtlpCopyTextWide(Destination, Size, 0, Source, MAXSIZE_T - 1);
}

int NTAPIV NtCrt_wcsncat_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source, SIZE_T Count)
{
    SIZE_T Length;

    if (Destination == NULL && Size == 0 && Count == 0)
        return 0;
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    Length = NtCrt_wcsnlen(Destination, Size);
    if (Length == Size) {
        Destination[0] = 0;
        return NTCRT_EINVAL;
    }
    return Count == 0 ? 0 : RtlpCopyTextWide(Destination, Size, Length, Source, Count);
}

int NTAPIV NtCrt_wcscat_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source)
{
    if (Destination == NULL || Size == 0)
        return NTCRT_EINVAL;
    return NtCrt_wcsncat_s(Destination, Size, Source, MAXSIZE_T - 1);
}

/*
 * _wcsset_s, _wcsnset_s - set every character, or the first Count, of a string within Size
 * characters.
 *
 * Returns: 0; EINVAL: no string, or one that is not terminated, which is then empty; ERANGE: never,
 *          as Count beyond the end is the end.
 * Source:  DOC crt/_wcsset_s, _wcsnset_s
 */
int NTAPIV NtCrt_wcsnset_s(WCHAR *Text, SIZE_T Size, WCHAR Character, SIZE_T Count)
{
    if (Text == NULL && Size == 0 && Count == 0)
        return 0;
    if (Text == NULL || Size == 0)
        return NTCRT_EINVAL;
    if (NtCrt_wcsnlen(Text, Size) == Size) {
        Text[0] = 0;
        return NTCRT_EINVAL;
    }
    NtCrt_wcsnset(Text, Character, Count);
    return 0;
}

int NTAPIV NtCrt_wcsset_s(WCHAR *Text, SIZE_T Size, WCHAR Character)
{
    return NtCrt_wcsnset_s(Text, Size, Character, MAXSIZE_T);
}
