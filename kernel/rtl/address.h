/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* rtl: network addresses as text (address.c, address6.c). Ports and addresses are in network byte
 * order. */
#pragma once

#include "rtl/rtl.h"

char *NTAPI RtlIpv4AddressToStringA(const UCHAR *Addr, char *S);
WCHAR *NTAPI RtlIpv4AddressToStringW(const UCHAR *Addr, WCHAR *S);
NTSTATUS NTAPI RtlIpv4AddressToStringExA(
    const UCHAR *Address, USHORT Port, char *AddressString, ULONG *AddressStringLength);
NTSTATUS NTAPI RtlIpv4AddressToStringExW(
    const UCHAR *Address, USHORT Port, WCHAR *AddressString, ULONG *AddressStringLength);
NTSTATUS NTAPI RtlIpv4StringToAddressA(
    const char *S, BOOLEAN Strict, const char **Terminator, UCHAR *Addr);
NTSTATUS NTAPI RtlIpv4StringToAddressW(
    const WCHAR *S, BOOLEAN Strict, const WCHAR **Terminator, UCHAR *Addr);
NTSTATUS NTAPI RtlIpv4StringToAddressExA(
    const char *AddressString, BOOLEAN Strict, UCHAR *Address, USHORT *Port);
NTSTATUS NTAPI RtlIpv4StringToAddressExW(
    const WCHAR *AddressString, BOOLEAN Strict, UCHAR *Address, USHORT *Port);
char *NTAPI RtlEthernetAddressToStringA(const UCHAR *Addr, char *S);
WCHAR *NTAPI RtlEthernetAddressToStringW(const UCHAR *Addr, WCHAR *S);
NTSTATUS NTAPI RtlEthernetStringToAddressA(const char *S, const char **Terminator, UCHAR *Addr);
NTSTATUS NTAPI RtlEthernetStringToAddressW(const WCHAR *S, const WCHAR **Terminator, UCHAR *Addr);

/* address6.c */
char *NTAPI RtlIpv6AddressToStringA(const UCHAR *Addr, char *S);
WCHAR *NTAPI RtlIpv6AddressToStringW(const UCHAR *Addr, WCHAR *S);
NTSTATUS NTAPI RtlIpv6AddressToStringExA(const UCHAR *Address, ULONG ScopeId, USHORT Port,
    char *AddressString, ULONG *AddressStringLength);
NTSTATUS NTAPI RtlIpv6AddressToStringExW(const UCHAR *Address, ULONG ScopeId, USHORT Port,
    WCHAR *AddressString, ULONG *AddressStringLength);
NTSTATUS NTAPI RtlIpv6StringToAddressA(const char *S, const char **Terminator, UCHAR *Addr);
NTSTATUS NTAPI RtlIpv6StringToAddressW(const WCHAR *S, const WCHAR **Terminator, UCHAR *Addr);
NTSTATUS NTAPI RtlIpv6StringToAddressExA(
    const char *AddressString, UCHAR *Address, ULONG *ScopeId, USHORT *Port);
NTSTATUS NTAPI RtlIpv6StringToAddressExW(
    const WCHAR *AddressString, UCHAR *Address, ULONG *ScopeId, USHORT *Port);
