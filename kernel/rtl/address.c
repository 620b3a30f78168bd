/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Network addresses as text: IPv4 with and without a port, and those of Ethernet. One parser for
 * both widths of characters, which reads them through text.h.
 */
#include "rtl/addressp.h"

#include <stdio.h>
#include <string.h>

#define RTLP_IPV4_CHARACTERS 22u /* "255.255.255.255:65535" and the end */
#define RTLP_ETHERNET_CHARACTERS 18u

BOOLEAN RtlpReadNumber(RTLP_TEXT *Text, BOOLEAN Decimal, ULONG Most, ULONG *Number)
{
    ULONG Base = 10, Digits = 0;
    ULONG64 Value = 0;
    if (!Decimal && RtlpNextCharacter(Text) == '0') {
        Text->At++;
        Base = 8;
        Digits = 1;
        if (RtlpNextCharacter(Text) == 'x' || RtlpNextCharacter(Text) == 'X') {
            Text->At++;
            Base = 16;
            Digits = 0;
        }
    }
    for (ULONG Digit; (Digit = RtlpDigit(RtlpNextCharacter(Text))) < Base; Text->At++, Digits++) {
        Value = Value * Base + Digit;
        if (Value > Most)
            return FALSE;
    }
    *Number = (ULONG)Value;
    return Digits != 0;
}

/* ---- IPv4 ------------------------------------------------------------------------------------ */

static ULONG RtlpFormatIpv4(const UCHAR *Address, USHORT Port, char Text[RTLP_IPV4_CHARACTERS])
{
    ULONG Count = (ULONG)snprintf(
        Text, RTLP_IPV4_CHARACTERS, "%u.%u.%u.%u", Address[0], Address[1], Address[2], Address[3]);
    if (Port != 0)
        Count += (ULONG)snprintf(
            Text + Count, RTLP_IPV4_CHARACTERS - Count, ":%u", __builtin_bswap16(Port));
    return Count;
}

void RtlpWiden(const char *From, ULONG Count, WCHAR *To)
{
    for (ULONG Index = 0; Index <= Count; Index++)
        To[Index] = (UCHAR)From[Index];
}

/*
 * RtlIpv4AddressToStringA, RtlIpv4AddressToStringW - "127.0.0.1", for 16 characters at S.
 * IRQL: any. Returns: where the zero at the end is. Source: DOC ip2string/RtlIpv4AddressToStringA
 */
char *NTAPI RtlIpv4AddressToStringA(const UCHAR *Addr, char *S)
{
    char Text[RTLP_IPV4_CHARACTERS];
    ULONG Count = RtlpFormatIpv4(Addr, 0, Text);
    memcpy(S, Text, Count + 1);
    return S + Count;
}

WCHAR *NTAPI RtlIpv4AddressToStringW(const UCHAR *Addr, WCHAR *S)
{
    char Text[RTLP_IPV4_CHARACTERS];
    ULONG Count = RtlpFormatIpv4(Addr, 0, Text);
    RtlpWiden(Text, Count, S);
    return S + Count;
}

/*
 * RtlIpv4AddressToStringExA, RtlIpv4AddressToStringExW - the same with ":port" behind it unless
 * Port is 0.
 *
 * AddressStringLength: characters there is room for; receives those it takes, with the zero at the
 * end.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: there is too little room, or a pointer is NULL.
 * Source:  DOC ip2string/RtlIpv4AddressToStringExA
 */
NTSTATUS NTAPI RtlIpv4AddressToStringExA(
    const UCHAR *Address, USHORT Port, char *AddressString, ULONG *AddressStringLength)
{
    char Text[RTLP_IPV4_CHARACTERS];
    if (Address == NULL || AddressString == NULL || AddressStringLength == NULL)
        return STATUS_INVALID_PARAMETER;
    ULONG Count = RtlpFormatIpv4(Address, Port, Text), Room = *AddressStringLength;
    *AddressStringLength = Count + 1;
    if (Count >= Room)
        return STATUS_INVALID_PARAMETER;
    memcpy(AddressString, Text, Count + 1);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlIpv4AddressToStringExW(
    const UCHAR *Address, USHORT Port, WCHAR *AddressString, ULONG *AddressStringLength)
{
    char Text[RTLP_IPV4_CHARACTERS];
    if (Address == NULL || AddressString == NULL || AddressStringLength == NULL)
        return STATUS_INVALID_PARAMETER;
    ULONG Count = RtlpFormatIpv4(Address, Port, Text), Room = *AddressStringLength;
    *AddressStringLength = Count + 1;
    if (Count >= Room)
        return STATUS_INVALID_PARAMETER;
    RtlpWiden(Text, Count, AddressString);
    return STATUS_SUCCESS;
}

/* Up to four parts; the last of fewer has what is left of the address. */
static BOOLEAN RtlpReadIpv4(RTLP_TEXT *Text, BOOLEAN Strict, UCHAR *Address)
{
    ULONG Part[4], Count = 0;
    for (;;) {
        if (!RtlpReadNumber(Text, Strict, Strict ? 255 : MAXULONG, &Part[Count++]))
            return FALSE;
        if (Count == 4 || RtlpNextCharacter(Text) != '.')
            break;
        Text->At++;
    }
    if (Strict && Count != 4)
        return FALSE;
    ULONG Value = 0;
    for (ULONG Index = 0; Index + 1 < Count; Index++) {
        if (Part[Index] > 255)
            return FALSE;
        Value |= Part[Index] << (24 - 8 * Index);
    }
    if (Count > 1 && Part[Count - 1] >> (8 * (5 - Count)) != 0)
        return FALSE;
    Value = __builtin_bswap32(Value | Part[Count - 1]);
    memcpy(Address, &Value, sizeof(Value));
    return TRUE;
}

/*
 * RtlIpv4StringToAddressA, RtlIpv4StringToAddressW - an address from text.
 *
 * Strict:  four decimal parts; otherwise up to four, decimal, octal with a zero or hexadecimal with
 *          "0x" in front.
 * Terminator: receives where reading ended, in every case.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: it is none; *Addr is left alone.
 * Source:  DOC ip2string/RtlIpv4StringToAddressA
 */
NTSTATUS NTAPI RtlIpv4StringToAddressA(
    const char *S, BOOLEAN Strict, const char **Terminator, UCHAR *Addr)
{
    RTLP_TEXT Text = {S, FALSE, 0};
    BOOLEAN Good = RtlpReadIpv4(&Text, Strict, Addr);
    *Terminator = S + Text.At;
    return Good ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI RtlIpv4StringToAddressW(
    const WCHAR *S, BOOLEAN Strict, const WCHAR **Terminator, UCHAR *Addr)
{
    RTLP_TEXT Text = {S, TRUE, 0};
    BOOLEAN Good = RtlpReadIpv4(&Text, Strict, Addr);
    *Terminator = S + Text.At;
    return Good ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

BOOLEAN RtlpReadPortAndEnd(RTLP_TEXT *Text, BOOLEAN MayHavePort, ULONG *Port)
{
    if (MayHavePort && RtlpNextCharacter(Text) == ':') {
        Text->At++;
        if (!RtlpReadNumber(Text, FALSE, 0xFFFF, Port))
            return FALSE;
    }
    return RtlpNextCharacter(Text) == 0;
}

static NTSTATUS RtlpReadIpv4Port(RTLP_TEXT Text, BOOLEAN Strict, UCHAR *Address, USHORT *Port)
{
    UCHAR Found[4];
    ULONG Number = 0;
    if (Text.Text == NULL || Address == NULL || Port == NULL || !RtlpReadIpv4(&Text, Strict, Found))
        return STATUS_INVALID_PARAMETER;
    if (!RtlpReadPortAndEnd(&Text, TRUE, &Number))
        return STATUS_INVALID_PARAMETER;
    memcpy(Address, Found, sizeof(Found));
    *Port = __builtin_bswap16((USHORT)Number);
    return STATUS_SUCCESS;
}

/*
 * RtlIpv4StringToAddressExA, RtlIpv4StringToAddressExW - the same with an optional ":port"; there
 * is nothing behind it.
 * IRQL: any. Returns: SUCCESS; INVALID_PARAMETER: nothing is written. Source: DOC
 * ip2string/RtlIpv4StringToAddressExA
 */
NTSTATUS NTAPI RtlIpv4StringToAddressExA(
    const char *AddressString, BOOLEAN Strict, UCHAR *Address, USHORT *Port)
{
    return RtlpReadIpv4Port((RTLP_TEXT){AddressString, FALSE, 0}, Strict, Address, Port);
}

NTSTATUS NTAPI RtlIpv4StringToAddressExW(
    const WCHAR *AddressString, BOOLEAN Strict, UCHAR *Address, USHORT *Port)
{
    return RtlpReadIpv4Port((RTLP_TEXT){AddressString, TRUE, 0}, Strict, Address, Port);
}

/* ---- Ethernet -------------------------------------------------------------------------------- */

static void RtlpFormatEthernet(const UCHAR *Address, char Text[RTLP_ETHERNET_CHARACTERS])
{
    snprintf(Text, RTLP_ETHERNET_CHARACTERS, "%02X-%02X-%02X-%02X-%02X-%02X", Address[0],
        Address[1], Address[2], Address[3], Address[4], Address[5]);
}

/*
 * RtlEthernetAddressToStringA, RtlEthernetAddressToStringW - "00-15-5D-01-02-03", for 18 characters
 * at S.
 * IRQL: any. Returns: where the zero at the end is. Source: DOC
 * ip2string/RtlEthernetAddressToStringA
 */
char *NTAPI RtlEthernetAddressToStringA(const UCHAR *Addr, char *S)
{
    char Text[RTLP_ETHERNET_CHARACTERS];
    RtlpFormatEthernet(Addr, Text);
    memcpy(S, Text, sizeof(Text));
    return S + sizeof(Text) - 1;
}

WCHAR *NTAPI RtlEthernetAddressToStringW(const UCHAR *Addr, WCHAR *S)
{
    char Text[RTLP_ETHERNET_CHARACTERS];
    RtlpFormatEthernet(Addr, Text);
    RtlpWiden(Text, sizeof(Text) - 1, S);
    return S + sizeof(Text) - 1;
}

static BOOLEAN RtlpReadEthernet(RTLP_TEXT *Text, UCHAR *Address)
{
    UCHAR Found[6];
    for (ULONG Index = 0; Index < sizeof(Found); Index++) {
        if (Index != 0 && RtlpNextCharacter(Text) != '-')
            return FALSE;
        Text->At += Index != 0;
        ULONG High = RtlpDigit(RtlpNextCharacter(Text));
        if (High > 15)
            return FALSE;
        Text->At++;
        ULONG Low = RtlpDigit(RtlpNextCharacter(Text));
        if (Low > 15)
            return FALSE;
        Text->At++;
        Found[Index] = (UCHAR)(High << 4 | Low);
    }
    memcpy(Address, Found, sizeof(Found));
    return TRUE;
}

/*
 * RtlEthernetStringToAddressA, RtlEthernetStringToAddressW - an address from six pairs of
 * hexadecimal digits with dashes between.
 * Terminator: receives where reading ended. IRQL: any. Returns: SUCCESS; INVALID_PARAMETER: it is
 * none; *Addr is left alone.
 * Source: DOC ip2string/RtlEthernetStringToAddressA
 */
NTSTATUS NTAPI RtlEthernetStringToAddressA(const char *S, const char **Terminator, UCHAR *Addr)
{
    RTLP_TEXT Text = {S, FALSE, 0};
    BOOLEAN Good = RtlpReadEthernet(&Text, Addr);
    *Terminator = S + Text.At;
    return Good ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI RtlEthernetStringToAddressW(const WCHAR *S, const WCHAR **Terminator, UCHAR *Addr)
{
    RTLP_TEXT Text = {S, TRUE, 0};
    BOOLEAN Good = RtlpReadEthernet(&Text, Addr);
    *Terminator = S + Text.At;
    return Good ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}
