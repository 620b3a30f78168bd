/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of rtl share with each other only. Nothing here allocates or takes a lock.
 */
#pragma once

#include "rtl/crt.h"
#include "rtl/rtl.h"

/*
 * Stands inside a loop the compiler would otherwise replace by a call into libc: from a function
 * that drivers call, such a call saves and restores ten vector registers.
 */
#define RTLP_KEEP_LOOP() __asm__ volatile("")

/*
 * A function a driver gives addresses in the shared user data page to. They are not canonical in
 * Linux's eyes, so that address sanitizer has no shadow for them: its check would be the fault, not
 * the load that is then carried out.
 */
#define RTLP_ANY_ADDRESS __attribute__((no_sanitize_address))

/* Longest text an ANSI_STRING and a UNICODE_STRING can describe with its terminator, in bytes. */
#define RTLP_MAX_ANSI_BYTES    0xFFFEu
#define RTLP_MAX_UNICODE_BYTES 0xFFFCu

/* Unaligned access of the width named, to memory of any type. */
typedef uint16_t RTLP_U16 __attribute__((aligned(1), may_alias));
typedef uint32_t RTLP_U32 __attribute__((aligned(1), may_alias));
typedef uint64_t RTLP_U64 __attribute__((aligned(1), may_alias));
typedef long long RTLP_V128 __attribute__((vector_size(16), aligned(1), may_alias));

/*
 * case.c: characters outside ASCII; callers handle ASCII inline. NTAPI, as those of codepage.c, for
 * the sake of the callers: from there a call into the host's convention would cost the vector
 * registers.
 */
WCHAR NTAPI RtlpMapUpper(WCHAR Character);
WCHAR NTAPI RtlpMapLower(WCHAR Character);

static inline WCHAR RtlpUpcase(WCHAR Character)
{
    if (Character < 0x80)
        return Character >= 'a' && Character <= 'z' ? (WCHAR)(Character - 0x20) : Character;
    return RtlpMapUpper(Character);
}

static inline WCHAR RtlpDowncase(WCHAR Character)
{
    if (Character < 0x80)
        return Character >= 'A' && Character <= 'Z' ? (WCHAR)(Character + 0x20) : Character;
    return RtlpMapLower(Character);
}

static inline char RtlpUpcaseAscii(char Character)
{
    return Character >= 'a' && Character <= 'z' ? (char)(Character - 0x20) : Character;
}

static inline char RtlpDowncaseAscii(char Character)
{
    return Character >= 'A' && Character <= 'Z' ? (char)(Character + 0x20) : Character;
}

/* Value of a digit of any base up to 36; 255: not a digit. */
static inline unsigned RtlpDigit(unsigned Character)
{
    if (Character >= '0' && Character <= '9')
        return Character - '0';
    if (Character >= 'a' && Character <= 'z')
        return Character - 'a' + 10;
    if (Character >= 'A' && Character <= 'Z')
        return Character - 'A' + 10;
    return 255;
}

static inline SIZE_T RtlpStrLength(const char *Text)
{
    SIZE_T Length = 0;

    while (Text[Length] != 0) {
        RTLP_KEEP_LOOP();
        Length++;
    }
    return Length;
}

static inline SIZE_T RtlpMinimum(SIZE_T A, SIZE_T B)
{
    return A < B ? A : B;
}

/* codepage.c: the two code pages of the machine, 1252 (ANSI) and 437 (OEM). */
typedef enum RTLP_CODE_PAGE { RtlpAnsiPage, RtlpOemPage } RTLP_CODE_PAGE;

WCHAR NTAPI RtlpByteToUnicode(RTLP_CODE_PAGE Page, UCHAR Byte);
/* What the page does not have: the closest it has (1252), else '?'. */
UCHAR NTAPI RtlpUnicodeToByte(RTLP_CODE_PAGE Page, WCHAR Character);
BOOLEAN NTAPI RtlpPageHas(RTLP_CODE_PAGE Page, WCHAR Character);

/* version.c: whether the machine is the Windows of that build or a later one. NTAPI as above. */
#define RTLP_BUILD_XP    2600u
#define RTLP_BUILD_VISTA 6000u
#define RTLP_BUILD_WIN11 22000u
BOOLEAN NTAPI RtlpSinceBuild(ULONG Build);
/* For a string that has no room: until Windows 11 its length becomes the one it would have. */
void NTAPI RtlpTellLength(USHORT *Length, SIZE_T Bytes);

/* utf8.c: reads a character, moving *At past it; 0xFFFD and *Malformed set: not well-formed. */
ULONG RtlpDecodeUtf8(const UCHAR *Text, SIZE_T Size, SIZE_T *At, BOOLEAN *Malformed);
ULONG RtlpDecodeUtf16(const WCHAR *Text, SIZE_T Count, SIZE_T *At, BOOLEAN *Malformed);
/* Writes 1-4 bytes, or 1-2 characters, and returns how many. */
unsigned RtlpEncodeUtf8(ULONG Code, UCHAR Bytes[4]);
unsigned RtlpEncodeUtf16(ULONG Code, WCHAR Characters[2]);

/*
 * number.c: the digits of Value in Base (2-36) into the end of Digits, at least one. Returns the
 * first. 65 bytes hold every value.
 */
#define RTLP_DIGITS 65
char *RtlpWriteDigits(ULONGLONG Value, unsigned Base, BOOLEAN UpperCase, char Digits[RTLP_DIGITS]);
