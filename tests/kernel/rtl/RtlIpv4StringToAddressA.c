/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlIpv4AddressToStringA, RtlIpv4AddressToStringW, RtlIpv4AddressToStringExA,
 * RtlIpv4AddressToStringExW, RtlIpv4StringToAddressA, RtlIpv4StringToAddressW,
 * RtlIpv4StringToAddressExA, RtlIpv4StringToAddressExW, RtlEthernetAddressToStringA,
 * RtlEthernetAddressToStringW, RtlEthernetStringToAddressA, RtlEthernetStringToAddressW - network
 * addresses and text; since Windows Vista in the kernel.
 */
#include "ktest.h"

typedef PCHAR(NTAPI *TO_NARROW)(const UCHAR *Address, PCHAR Text);
typedef PWCHAR(NTAPI *TO_WIDE)(const UCHAR *Address, PWCHAR Text);
typedef NTSTATUS(NTAPI *TO_NARROW_EX)(const UCHAR *Address, USHORT Port, PCHAR Text, PULONG Length);
typedef NTSTATUS(NTAPI *TO_WIDE_EX)(const UCHAR *Address, USHORT Port, PWCHAR Text, PULONG Length);
typedef NTSTATUS(NTAPI *FROM_NARROW)(
    const CHAR *Text, BOOLEAN Strict, const CHAR **End, PUCHAR Address);
typedef NTSTATUS(NTAPI *FROM_WIDE)(
    const WCHAR *Text, BOOLEAN Strict, const WCHAR **End, PUCHAR Address);
typedef NTSTATUS(NTAPI *FROM_NARROW_EX)(
    const CHAR *Text, BOOLEAN Strict, PUCHAR Address, PUSHORT Port);
typedef NTSTATUS(NTAPI *FROM_WIDE_EX)(
    const WCHAR *Text, BOOLEAN Strict, PUCHAR Address, PUSHORT Port);
typedef NTSTATUS(NTAPI *ETHERNET_FROM_NARROW)(const CHAR *Text, const CHAR **End, PUCHAR Address);
typedef NTSTATUS(NTAPI *ETHERNET_FROM_WIDE)(const WCHAR *Text, const WCHAR **End, PUCHAR Address);

#define PORT_80 0x5000 /* 80 in network byte order */

static const UCHAR Local[4] = {127, 0, 0, 1};
static const UCHAR Card[6] = {0x00, 0x15, 0x5D, 0xA1, 0x02, 0xFF};

static PVOID Find(const WCHAR *Name)
{
    PVOID Export = KtestExport(Name);

    if (Export == NULL)
        skip("newer than this Windows");
    return Export;
}

static BOOLEAN Same(const VOID *One, const VOID *Other, SIZE_T Bytes)
{
    return RtlCompareMemory(One, Other, Bytes) == Bytes;
}

TEST(RtlIpv4AddressToStringA, ReturnsItsEnd)
{
    TO_NARROW Convert = (TO_NARROW)Find(L"RtlIpv4AddressToStringA");
    CHAR Text[16];

    if (Convert == NULL)
        return;
    CHECK_PTR(Convert(Local, Text), Text + 9);
    CHECK(Same(Text, "127.0.0.1", 10));
}

TEST(RtlIpv4AddressToStringW, ReturnsItsEnd)
{
    TO_WIDE Convert = (TO_WIDE)Find(L"RtlIpv4AddressToStringW");
    WCHAR Text[16];

    if (Convert == NULL)
        return;
    CHECK_PTR(Convert(Local, Text), Text + 9);
    CHECK(Same(Text, L"127.0.0.1", 20));
}

TEST(RtlIpv4AddressToStringExA, HasThePort)
{
    TO_NARROW_EX Convert = (TO_NARROW_EX)Find(L"RtlIpv4AddressToStringExA");
    CHAR Text[22];
    ULONG Length = sizeof(Text);

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(Local, PORT_80, Text, &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, 13);
    CHECK(Same(Text, "127.0.0.1:80", 13));
    Length = 22;
    CHECK_STATUS(Convert(Local, 0, Text, &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, 10);
    Length = 9;
    CHECK_STATUS(Convert(Local, 0, Text, &Length), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv4AddressToStringExW, HasThePort)
{
    TO_WIDE_EX Convert = (TO_WIDE_EX)Find(L"RtlIpv4AddressToStringExW");
    WCHAR Text[22];
    ULONG Length = 22;

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(Local, PORT_80, Text, &Length), STATUS_SUCCESS);
    CHECK(Same(Text, L"127.0.0.1:80", 26));
    Length = 5;
    CHECK_STATUS(Convert(Local, 0, Text, &Length), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv4StringToAddressA, KnowsFourForms)
{
    FROM_NARROW Convert = (FROM_NARROW)Find(L"RtlIpv4StringToAddressA");
    static const UCHAR Other[4] = {1, 2, 3, 4};
    const CHAR *Text = "127.0.0.1/8", *End;
    UCHAR Address[4];

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(Text, TRUE, &End, Address), STATUS_SUCCESS);
    CHECK(Same(Address, Local, 4));
    CHECK_PTR(End, Text + 9);
    CHECK_STATUS(Convert("127.1", FALSE, &End, Address), STATUS_SUCCESS);
    CHECK(Same(Address, Local, 4));
    CHECK_STATUS(Convert("0x01020304", FALSE, &End, Address), STATUS_SUCCESS);
    CHECK(Same(Address, Other, 4));
    CHECK_STATUS(Convert("1.2.772", FALSE, &End, Address), STATUS_SUCCESS);
    CHECK(Same(Address, Other, 4));
    CHECK_STATUS(Convert("127.1", TRUE, &End, Address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("127.0.0.256", TRUE, &End, Address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("", FALSE, &End, Address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("a.b.c.d", FALSE, &End, Address), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv4StringToAddressW, IsTheSame)
{
    FROM_WIDE Convert = (FROM_WIDE)Find(L"RtlIpv4StringToAddressW");
    const WCHAR *Text = L"127.0.0.1 ", *End;
    UCHAR Address[4];

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(Text, TRUE, &End, Address), STATUS_SUCCESS);
    CHECK(Same(Address, Local, 4));
    CHECK_PTR(End, Text + 9);
    CHECK_STATUS(Convert(L"127..1", TRUE, &End, Address), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv4StringToAddressExA, TakesAPortAndNothingElse)
{
    FROM_NARROW_EX Convert = (FROM_NARROW_EX)Find(L"RtlIpv4StringToAddressExA");
    UCHAR Address[4];
    USHORT Port = 1;

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert("127.0.0.1:80", TRUE, Address, &Port), STATUS_SUCCESS);
    CHECK_EQ(Port, PORT_80);
    CHECK(Same(Address, Local, 4));
    CHECK_STATUS(Convert("127.0.0.1", TRUE, Address, &Port), STATUS_SUCCESS);
    CHECK_EQ(Port, 0);
    CHECK_STATUS(Convert("127.0.0.1:70000", TRUE, Address, &Port), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("127.0.0.1 ", TRUE, Address, &Port), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert(NULL, TRUE, Address, &Port), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv4StringToAddressExW, TakesAPortAndNothingElse)
{
    FROM_WIDE_EX Convert = (FROM_WIDE_EX)Find(L"RtlIpv4StringToAddressExW");
    UCHAR Address[4];
    USHORT Port = 1;

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(L"127.0.0.1:80", TRUE, Address, &Port), STATUS_SUCCESS);
    CHECK_EQ(Port, PORT_80);
    CHECK_STATUS(Convert(L"127.0.0.1:", TRUE, Address, &Port), STATUS_INVALID_PARAMETER);
}

TEST(RtlEthernetAddressToStringA, HasDashes)
{
    TO_NARROW Narrow = (TO_NARROW)Find(L"RtlEthernetAddressToStringA");
    CHAR Text[18];

    if (Narrow == NULL)
        return;
    CHECK_PTR(Narrow(Card, Text), Text + 17);
    CHECK(Same(Text, "00-15-5D-A1-02-FF", 18));
}

TEST(RtlEthernetAddressToStringW, HasDashes)
{
    TO_WIDE Wide = (TO_WIDE)Find(L"RtlEthernetAddressToStringW");
    WCHAR Text[18];

    if (Wide == NULL)
        return;
    CHECK_PTR(Wide(Card, Text), Text + 17);
    CHECK(Same(Text, L"00-15-5D-A1-02-FF", 36));
}

TEST(RtlEthernetStringToAddressA, NeedsSixPairs)
{
    ETHERNET_FROM_NARROW Convert = (ETHERNET_FROM_NARROW)Find(L"RtlEthernetStringToAddressA");
    const CHAR *Text = "00-15-5d-a1-02-ff,", *End;
    UCHAR Address[6];

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(Text, &End, Address), STATUS_SUCCESS);
    CHECK_PTR(End, Text + 17);
    CHECK(Same(Address, Card, 6));
    CHECK_STATUS(Convert("00-15-5d-a1-02", &End, Address), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("zz-15-5d-a1-02-ff", &End, Address), STATUS_INVALID_PARAMETER);
}

TEST(RtlEthernetStringToAddressW, NeedsSixPairs)
{
    ETHERNET_FROM_WIDE Convert = (ETHERNET_FROM_WIDE)Find(L"RtlEthernetStringToAddressW");
    const WCHAR *Text = L"00-15-5D-A1-02-FF", *End;
    UCHAR Address[6];

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(Text, &End, Address), STATUS_SUCCESS);
    CHECK_PTR(End, Text + 17);
    CHECK_STATUS(Convert(L"00-15", &End, Address), STATUS_INVALID_PARAMETER);
}
