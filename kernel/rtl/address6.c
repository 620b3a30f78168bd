/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IPv6 addresses as text, with and without a scope and a port. Where an address carries one of
 * IPv4, its last 32 bits are written as that; such an end is read behind any address. One parser
 * for both widths of characters.
 */
#include "rtl/addressp.h"

#include <stdio.h>
#include <string.h>

#define RTLP_WORDS           8u
#define RTLP_IPV6_CHARACTERS 46u /* INET6_ADDRSTRLEN */
#define RTLP_IPV6_EX         65u /* and "[]", "%4294967295", ":65535" */
#define RTLP_ISATAP          0x5EFEu
#define RTLP_NO_GAP          RTLP_WORDS

/* ---- To text --------------------------------------------------------------------------------- */

static ULONG RtlpWordAt(const UCHAR *Address, ULONG Word)
{
    return (ULONG)Address[2 * Word] << 8 | Address[2 * Word + 1];
}

/* Whether the last 32 bits are an address of IPv4: compatible, mapped, translated or ISATAP. */
static BOOLEAN RtlpHasIpv4(const UCHAR *Address)
{
    const ULONG Fifth = RtlpWordAt(Address, 4), Sixth = RtlpWordAt(Address, 5);

    if (Sixth == RTLP_ISATAP && (Fifth & ~0x200u) == 0)
        return TRUE;
    for (ULONG Word = 0; Word < 4; Word++) {
        if (RtlpWordAt(Address, Word) != 0)
            return FALSE;
    }
    if (RtlpWordAt(Address, 6) == 0)
        return FALSE;
    return (Fifth == 0 && (Sixth == 0 || Sixth == 0xFFFF)) || (Fifth == 0xFFFF && Sixth == 0);
}

/* The first of the longest runs of zeros among so many words; one alone is none. */
static ULONG RtlpFindGap(const UCHAR *Address, ULONG Words, ULONG *Length)
{
    ULONG First = RTLP_NO_GAP, Run = 0;

    *Length = 1;
    for (ULONG Word = 0; Word < Words; Word++) {
        Run = RtlpWordAt(Address, Word) == 0 ? Run + 1 : 0;
        if (Run > *Length) {
            *Length = Run;
            First = Word + 1 - Run;
        }
    }
    return First;
}

static ULONG RtlpFormatIpv6(const UCHAR *Address, char Text[RTLP_IPV6_CHARACTERS])
{
    const BOOLEAN Dotted = RtlpHasIpv4(Address);
    const ULONG Words = Dotted ? RTLP_WORDS - 2 : RTLP_WORDS;
    ULONG Length, Gap = RtlpFindGap(Address, Words, &Length), Count = 0;

    for (ULONG Word = 0; Word < Words; Word++) {
        if (Word == Gap) {
            Text[Count++] = ':';
            Text[Count++] = ':';
            Word += Length - 1;
            continue;
        }
        if (Count != 0 && Text[Count - 1] != ':')
            Text[Count++] = ':';
        Count += (ULONG)snprintf(
            Text + Count, RTLP_IPV6_CHARACTERS - Count, "%x", RtlpWordAt(Address, Word));
    }
    if (Dotted) {
        if (Text[Count - 1] != ':')
            Text[Count++] = ':';
        Count += (ULONG)snprintf(Text + Count, RTLP_IPV6_CHARACTERS - Count, "%u.%u.%u.%u",
            Address[12], Address[13], Address[14], Address[15]);
    }
    Text[Count] = 0;
    return Count;
}

/*
 * RtlIpv6AddressToStringA, RtlIpv6AddressToStringW - "fe80::1", for 46 characters at S.
 * IRQL: any. Returns: where the zero at the end is. Source: DOC ip2string/RtlIpv6AddressToStringA
 */
char *NTAPI RtlIpv6AddressToStringA(const UCHAR *Addr, char *S)
{
    char Text[RTLP_IPV6_CHARACTERS];
    ULONG Count = RtlpFormatIpv6(Addr, Text);

    memcpy(S, Text, Count + 1);
    return S + Count;
}

WCHAR *NTAPI RtlIpv6AddressToStringW(const UCHAR *Addr, WCHAR *S)
{
    char Text[RTLP_IPV6_CHARACTERS];
    ULONG Count = RtlpFormatIpv6(Addr, Text);

    RtlpWiden(Text, Count, S);
    return S + Count;
}

static ULONG RtlpFormatIpv6Ex(
    const UCHAR *Address, ULONG ScopeId, USHORT Port, char Text[RTLP_IPV6_EX])
{
    ULONG Count = Port != 0;

    Text[0] = '[';
    Count += RtlpFormatIpv6(Address, Text + Count);
    if (ScopeId != 0)
        Count += (ULONG)snprintf(Text + Count, RTLP_IPV6_EX - Count, "%%%u", ScopeId);
    if (Port != 0)
        Count +=
            (ULONG)snprintf(Text + Count, RTLP_IPV6_EX - Count, "]:%u", __builtin_bswap16(Port));
    return Count;
}

/* The text, of Count characters, for one who has room for Length, which receives what it takes. */
static NTSTATUS RtlpIpv6Text(const UCHAR *Address, ULONG ScopeId, USHORT Port, BOOLEAN HasRoom,
    ULONG *Length, char Text[RTLP_IPV6_EX], ULONG *Count)
{
    if (Address == NULL || !HasRoom || Length == NULL)
        return STATUS_INVALID_PARAMETER;
    const ULONG Room = *Length;
    *Count = RtlpFormatIpv6Ex(Address, ScopeId, Port, Text);
    *Length = *Count + 1;
    return *Count < Room ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/*
 * RtlIpv6AddressToStringExA, RtlIpv6AddressToStringExW - the same with "%scope" behind it unless
 * ScopeId is 0, and in brackets with ":port" behind those unless Port is 0.
 *
 * AddressStringLength: characters there is room for; receives those it takes, with the zero at the
 *          end.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: there is too little room, or a pointer is NULL.
 * Source:  DOC ip2string/RtlIpv6AddressToStringExA; INF that the scope is written as it is in
 *          memory, as Windows does
 */
NTSTATUS NTAPI RtlIpv6AddressToStringExA(const UCHAR *Address, ULONG ScopeId, USHORT Port,
    char *AddressString, ULONG *AddressStringLength)
{
    char Text[RTLP_IPV6_EX];
    ULONG Count;
    NTSTATUS Status = RtlpIpv6Text(
        Address, ScopeId, Port, AddressString != NULL, AddressStringLength, Text, &Count);

    if (NT_SUCCESS(Status))
        memcpy(AddressString, Text, Count + 1);
    return Status;
}

NTSTATUS NTAPI RtlIpv6AddressToStringExW(const UCHAR *Address, ULONG ScopeId, USHORT Port,
    WCHAR *AddressString, ULONG *AddressStringLength)
{
    char Text[RTLP_IPV6_EX];
    ULONG Count;
    NTSTATUS Status = RtlpIpv6Text(
        Address, ScopeId, Port, AddressString != NULL, AddressStringLength, Text, &Count);

    if (NT_SUCCESS(Status))
        RtlpWiden(Text, Count, AddressString);
    return Status;
}

/* ---- From text ------------------------------------------------------------------------------- */

/*
 * What reading came to; where a number in the middle is too long, callers are not told where that
 * was.
 */
typedef enum RTLP_READING {
    RtlpReadAll,
    RtlpReadWrong,
    RtlpReadTooLong
} RTLP_READING;

/* Four decimal parts of up to three digits each. */
static RTLP_READING RtlpReadDotted(RTLP_TEXT *Text, UCHAR Parts[4])
{
    for (ULONG Part = 0; Part < 4; Part++) {
        ULONG Value = 0, First = Text->At;
        for (ULONG Digit; (Digit = RtlpDigit(RtlpNextCharacter(Text))) < 10; Text->At++)
            Value = Value < 256 ? Value * 10 + Digit : Value;
        const BOOLEAN TooLong = Text->At - First > 3 || Value > 255;
        if (Text->At == First)
            return RtlpReadWrong;
        Parts[Part] = (UCHAR)Value;
        if (Part == 3)
            return TooLong ? RtlpReadWrong : RtlpReadAll;
        if (RtlpNextCharacter(Text) != '.')
            return RtlpReadWrong;
        if (TooLong)
            return RtlpReadTooLong;
        Text->At++;
    }
    return RtlpReadAll;
}

/* An address being read: words in their order, and before which of them zeros were left out. */
typedef struct RTLP_IPV6 {
    UCHAR Bytes[2 * RTLP_WORDS];
    ULONG Count, Gap;
} RTLP_IPV6;

static BOOLEAN RtlpHasGap(const RTLP_IPV6 *Address)
{
    return Address->Gap != RTLP_NO_GAP;
}

/* What two colons stand for are one word or more. */
static ULONG RtlpWordsLeft(const RTLP_IPV6 *Address)
{
    return RTLP_WORDS - RtlpHasGap(Address) - Address->Count;
}

static BOOLEAN RtlpFillGap(RTLP_IPV6 *Address)
{
    const ULONG Behind = Address->Count - (RtlpHasGap(Address) ? Address->Gap : Address->Count);

    if (Address->Count != RTLP_WORDS && !RtlpHasGap(Address))
        return FALSE;
    memmove(Address->Bytes + sizeof(Address->Bytes) - 2 * Behind,
        Address->Bytes + 2 * (Address->Count - Behind), 2 * Behind);
    memset(Address->Bytes + 2 * (Address->Count - Behind), 0, 2 * (RTLP_WORDS - Address->Count));
    return TRUE;
}

/* The colon or the two behind a word. FALSE: the address ends before them. */
static BOOLEAN RtlpReadColons(RTLP_TEXT *Text, RTLP_IPV6 *Address)
{
    const BOOLEAN Two = RtlpTextCharacter(Text, Text->At + 1) == ':';

    if (RtlpWordsLeft(Address) == 0 || (Two && RtlpHasGap(Address)))
        return FALSE;
    if (Two)
        Address->Gap = Address->Count;
    Text->At += 1u + Two;
    return RtlpWordsLeft(Address) != 0;
}

/* Ends behind the last character that belongs to the address. */
static RTLP_READING RtlpReadIpv6(RTLP_TEXT *Text, UCHAR *Result)
{
    RTLP_IPV6 Address = {{0}, 0, RTLP_NO_GAP};

    if (RtlpNextCharacter(Text) == ':') {
        if (RtlpTextCharacter(Text, Text->At + 1) != ':')
            return RtlpReadWrong;
        Address.Gap = 0;
        Text->At += 2;
    }
    for (;;) {
        const ULONG First = Text->At;
        ULONG Value = 0;
        BOOLEAN Decimal = TRUE;
        for (ULONG Digit; (Digit = RtlpDigit(RtlpNextCharacter(Text))) < 16; Text->At++) {
            Value = Value << 4 | Digit;
            Decimal &= Digit < 10;
        }
        const WCHAR Next = RtlpNextCharacter(Text);
        if (Text->At == First) {
            if (Address.Gap != Address.Count)
                return RtlpReadWrong;
            break;
        }
        if (Next == '.' && Decimal && RtlpWordsLeft(&Address) >= 2) {
            Text->At = First;
            RTLP_READING Reading = RtlpReadDotted(Text, Address.Bytes + 2 * Address.Count);
            if (Reading != RtlpReadAll)
                return Reading;
            Address.Count += 2;
            break;
        }
        if (Text->At - First > 4)
            return Next == ':' ? RtlpReadTooLong : RtlpReadWrong;
        Address.Bytes[2 * Address.Count] = (UCHAR)(Value >> 8);
        Address.Bytes[2 * Address.Count++ + 1] = (UCHAR)Value;
        if (Next != ':' || !RtlpReadColons(Text, &Address))
            break;
    }
    if (!RtlpFillGap(&Address))
        return RtlpReadWrong;
    memcpy(Result, Address.Bytes, sizeof(Address.Bytes));
    return RtlpReadAll;
}

/*
 * RtlIpv6StringToAddressA, RtlIpv6StringToAddressW - an address from text.
 *
 * Terminator: receives where reading ended; left alone when a number has too many digits and
 *          something follows it.
 * IRQL:    any
 * Returns: SUCCESS: also when other text follows; INVALID_PARAMETER: it is none; *Addr is left
 *          alone.
 * Source:  DOC ip2string/RtlIpv6StringToAddressA; what ends an address: INF from the behaviour
 *          Windows shows
 */
NTSTATUS NTAPI RtlIpv6StringToAddressA(const char *S, const char **Terminator, UCHAR *Addr)
{
    RTLP_TEXT Text = {S, FALSE, 0};
    RTLP_READING Reading = RtlpReadIpv6(&Text, Addr);

    if (Reading != RtlpReadTooLong)
        *Terminator = S + Text.At;
    return Reading == RtlpReadAll ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI RtlIpv6StringToAddressW(const WCHAR *S, const WCHAR **Terminator, UCHAR *Addr)
{
    RTLP_TEXT Text = {S, TRUE, 0};
    RTLP_READING Reading = RtlpReadIpv6(&Text, Addr);

    if (Reading != RtlpReadTooLong)
        *Terminator = S + Text.At;
    return Reading == RtlpReadAll ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static NTSTATUS RtlpReadIpv6Port(RTLP_TEXT Text, UCHAR *Address, ULONG *ScopeId, USHORT *Port)
{
    UCHAR Found[2 * RTLP_WORDS];
    ULONG Scope = 0, Number = 0;

    if (Text.Text == NULL || Address == NULL || ScopeId == NULL || Port == NULL)
        return STATUS_INVALID_PARAMETER;
    const BOOLEAN Brackets = RtlpNextCharacter(&Text) == '[';
    Text.At += Brackets;
    if (RtlpReadIpv6(&Text, Found) != RtlpReadAll)
        return STATUS_INVALID_PARAMETER;
    if (RtlpNextCharacter(&Text) == '%') {
        Text.At++;
        if (!RtlpReadNumber(&Text, TRUE, MAXULONG, &Scope))
            return STATUS_INVALID_PARAMETER;
    }
    if (Brackets && RtlpNextCharacter(&Text) != ']')
        return STATUS_INVALID_PARAMETER;
    Text.At += Brackets;
    if (!RtlpReadPortAndEnd(&Text, Brackets, &Number))
        return STATUS_INVALID_PARAMETER;
    memcpy(Address, Found, sizeof(Found));
    *ScopeId = Scope;
    *Port = __builtin_bswap16((USHORT)Number);
    return STATUS_SUCCESS;
}

/*
 * RtlIpv6StringToAddressExA, RtlIpv6StringToAddressExW - the same with an optional "%scope",
 * decimal; in brackets, behind which may be a ":port". There is nothing behind it.
 * IRQL: any. Returns: SUCCESS; INVALID_PARAMETER: nothing is written. Source: DOC
 * ip2string/RtlIpv6StringToAddressExA
 */
NTSTATUS NTAPI RtlIpv6StringToAddressExA(
    const char *AddressString, UCHAR *Address, ULONG *ScopeId, USHORT *Port)
{
    return RtlpReadIpv6Port((RTLP_TEXT){AddressString, FALSE, 0}, Address, ScopeId, Port);
}

NTSTATUS NTAPI RtlIpv6StringToAddressExW(
    const WCHAR *AddressString, UCHAR *Address, ULONG *ScopeId, USHORT *Port)
{
    return RtlpReadIpv6Port((RTLP_TEXT){AddressString, TRUE, 0}, Address, ScopeId, Port);
}
