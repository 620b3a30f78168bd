/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The rest of the C library the kernel exports: kinds of characters, multi-byte text, sorting,
 * rand. The locale is "C": only ASCII has kinds and case; multi-byte text is in the ANSI code page,
 * one byte a character.
 */
#include "rtl/rtlp.h"

static inline BOOLEAN RtlpIsBetween(int Character, int First, int Last)
{
    return Character >= First && Character <= Last;
}

/*
 * isdigit, islower, isupper, isprint, isspace, isxdigit - whether a character is of a kind.
 *
 * IRQL:    any
 * Returns: not 0: it is.
 * Source:  DOC C standard
 */
int NTAPIV NtCrt_isdigit(int Character)
{
    return RtlpIsBetween(Character, '0', '9');
}

int NTAPIV NtCrt_islower(int Character)
{
    return RtlpIsBetween(Character, 'a', 'z');
}

int NTAPIV NtCrt_isupper(int Character)
{
    return RtlpIsBetween(Character, 'A', 'Z');
}

int NTAPIV NtCrt_isprint(int Character)
{
    return RtlpIsBetween(Character, ' ', '~');
}

int NTAPIV NtCrt_isspace(int Character)
{
    return Character == ' ' || RtlpIsBetween(Character, '\t', '\r');
}

int NTAPIV NtCrt_isxdigit(int Character)
{
    return RtlpIsBetween(Character, '0', '9') || RtlpIsBetween(Character | 0x20, 'a', 'f');
}

/*
 * tolower, toupper, towlower, towupper - the other case of a letter, or the character.
 *
 * IRQL:    any
 * Source:  DOC C standard; letters of ASCII only, also for the wide ones, INF from the "C" locale
 */
int NTAPIV NtCrt_tolower(int Character)
{
    return RtlpIsBetween(Character, 'A', 'Z') ? Character + 0x20 : Character;
}

int NTAPIV NtCrt_toupper(int Character)
{
    return RtlpIsBetween(Character, 'a', 'z') ? Character - 0x20 : Character;
}

WCHAR NTAPIV NtCrt_towlower(WCHAR Character)
{
    return (WCHAR)NtCrt_tolower(Character);
}

WCHAR NTAPIV NtCrt_towupper(WCHAR Character)
{
    return (WCHAR)NtCrt_toupper(Character);
}

/*
 * mbstowcs, wcstombs - terminated text to the other width, at most Count characters of the result.
 *
 * Destination: NULL asks for the length.
 * IRQL:    any, if resident
 * Returns: characters without terminator; Count: all were used, without terminator; wcstombs -1:
 *          the code page lacks a character.
 * Source:  DOC C standard, crt/mbstowcs, wcstombs
 */
SIZE_T NTAPIV NtCrt_mbstowcs(WCHAR *Destination, const char *Source, SIZE_T Count)
{
    SIZE_T At = 0;

    if (Destination == NULL)
        return RtlpStrLength(Source);
    for (; At < Count; At++) {
        Destination[At] = RtlpByteToUnicode(RtlpAnsiPage, (UCHAR)Source[At]);
        if (Source[At] == 0)
            break;
    }
    return At;
}

SIZE_T NTAPIV NtCrt_wcstombs(char *Destination, const WCHAR *Source, SIZE_T Count)
{
    SIZE_T At = 0;

    for (; At < Count || Destination == NULL; At++) {
        if (!RtlpPageHas(RtlpAnsiPage, Source[At]))
            return MAXSIZE_T;
        if (Destination != NULL)
            Destination[At] = (char)RtlpUnicodeToByte(RtlpAnsiPage, Source[At]);
        if (Source[At] == 0)
            break;
    }
    return At;
}

/*
 * mbtowc, wctomb - one character to the other width.
 *
 * Source, Destination: NULL asks whether the code page has states: 0, it has none.
 * IRQL:    any, if resident
 * Returns: 1; mbtowc 0: the terminator; -1: no bytes, or the code page lacks the character.
 * Source:  DOC C standard
 */
int NTAPIV NtCrt_mbtowc(WCHAR *Destination, const char *Source, SIZE_T Count)
{
    if (Source == NULL)
        return 0;
    if (Count == 0)
        return -1;
    if (Destination != NULL)
        *Destination = RtlpByteToUnicode(RtlpAnsiPage, (UCHAR)*Source);
    return *Source != 0;
}

int NTAPIV NtCrt_wctomb(char *Destination, WCHAR Character)
{
    if (Destination == NULL)
        return 0;
    if (!RtlpPageHas(RtlpAnsiPage, Character))
        return -1;
    *Destination = (char)RtlpUnicodeToByte(RtlpAnsiPage, Character);
    return 1;
}

/*
 * bsearch - an element of a sorted array that compares equal to Key.
 *
 * IRQL:    any, if resident
 * Returns: NULL: there is none.
 * Source:  DOC C standard
 */
void *NTAPIV NtCrt_bsearch(
    const void *Key, const void *Base, SIZE_T Count, SIZE_T Size, NTCRT_COMPARE *Compare)
{
    const UCHAR *First = Base;

    while (Count != 0) {
        const UCHAR *Middle = First + Count / 2 * Size;
        int Order = Compare(Key, Middle);

        if (Order == 0)
            return (void *)(ULONG_PTR)Middle;
        if (Order > 0) {
            First = Middle + Size;
            Count--;
        }
        Count /= 2;
    }
    return NULL;
}

static void RtlpSwap(UCHAR *A, UCHAR *B, SIZE_T Size)
{
    for (SIZE_T At = 0; At < Size; At++) {
        UCHAR Byte = A[At];
        A[At] = B[At];
        B[At] = Byte;
    }
}

/* Lets the element at Root sink until none below it is greater. */
static void RtlpSift(UCHAR *Base, SIZE_T Root, SIZE_T Count, SIZE_T Size, NTCRT_COMPARE *Compare)
{
    for (;;) {
        SIZE_T Child = 2 * Root + 1;

        if (Child >= Count)
            return;
        if (Child + 1 < Count && Compare(Base + Child * Size, Base + (Child + 1) * Size) < 0)
            Child++;
        if (Compare(Base + Root * Size, Base + Child * Size) >= 0)
            return;
        RtlpSwap(Base + Root * Size, Base + Child * Size, Size);
        Root = Child;
    }
}

/*
 * qsort - sort an array. By heap: no stack to speak of and never quadratic, whatever the driver's
 * data.
 *
 * IRQL:    any, if resident
 * Source:  DOC C standard
 */
void NTAPIV NtCrt_qsort(void *Base, SIZE_T Count, SIZE_T Size, NTCRT_COMPARE *Compare)
{
    for (SIZE_T Root = Count / 2; Root-- > 0;)
        RtlpSift(Base, Root, Count, Size, Compare);
    for (SIZE_T Last = Count; Last-- > 1;) {
        RtlpSwap(Base, (UCHAR *)Base + Last * Size, Size);
        RtlpSift(Base, 0, Last, Size, Compare);
    }
}

static ULONG RtlpRandState = 1;

/*
 * srand, rand - numbers from 0 to 32767, the same after the same seed. All callers share one
 * sequence.
 *
 * IRQL:    any
 * Source:  DOC crt/rand, srand; the recurrence OBS (well-known sequence 41, 18467, 6334, … after
 *          seed 1)
 */
void NTAPIV NtCrt_srand(unsigned Seed)
{
    __atomic_store_n(&RtlpRandState, Seed, __ATOMIC_RELAXED);
}

int NTAPIV NtCrt_rand(void)
{
    ULONG State = __atomic_load_n(&RtlpRandState, __ATOMIC_RELAXED) * 214013u + 2531011u;

    __atomic_store_n(&RtlpRandState, State, __ATOMIC_RELAXED);
    return State >> 16 & 0x7FFF;
}
