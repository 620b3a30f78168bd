/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlIpv6StringToAddressA and the other seven: addresses of IPv6 as text and back.
 */
#include "ktest.h"

typedef PSTR(NTAPI *TO_NARROW)(const UCHAR *Address, PSTR Text);
typedef PWSTR(NTAPI *TO_WIDE)(const UCHAR *Address, PWSTR Text);
typedef NTSTATUS(NTAPI *TO_NARROW_EX)(
    const UCHAR *Address, ULONG Scope, USHORT Port, PSTR Text, PULONG Length);
typedef NTSTATUS(NTAPI *TO_WIDE_EX)(
    const UCHAR *Address, ULONG Scope, USHORT Port, PWSTR Text, PULONG Length);
typedef NTSTATUS(NTAPI *FROM_NARROW)(const CHAR *Text, const CHAR **End, PUCHAR Address);
typedef NTSTATUS(NTAPI *FROM_WIDE)(const WCHAR *Text, const WCHAR **End, PUCHAR Address);
typedef NTSTATUS(NTAPI *FROM_NARROW_EX)(
    const CHAR *Text, PUCHAR Address, PULONG Scope, PUSHORT Port);
typedef NTSTATUS(NTAPI *FROM_WIDE_EX)(
    const WCHAR *Text, PUCHAR Address, PULONG Scope, PUSHORT Port);

#define PORT_80   0x5000 /* in network byte order */
#define UNTOUCHED (-1)

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

static ULONG Length(const CHAR *Text)
{
    ULONG Count = 0;

    while (Text[Count] != 0)
        Count++;
    return Count;
}

static VOID Widen(const CHAR *From, WCHAR *To)
{
    do {
        *To++ = (UCHAR)*From;
    } while (*From++ != 0);
}

/* An address by its eight words, in the order they are written. */
static VOID FromWords(const USHORT Words[8], PUCHAR Address)
{
    ULONG Word;

    for (Word = 0; Word < 8; Word++) {
        Address[2 * Word] = (UCHAR)(Words[Word] >> 8);
        Address[2 * Word + 1] = (UCHAR)Words[Word];
    }
}

static const struct {
    const CHAR *Text;
    USHORT Words[8];
} Written[] = {
    {"::", {0}},
    {"::1", {0, 0, 0, 0, 0, 0, 0, 1}},
    {"::ffff", {0, 0, 0, 0, 0, 0, 0, 0xFFFF}},
    {"0:1:2:3:4:5:6:7", {0, 1, 2, 3, 4, 5, 6, 7}},
    {"1:2:3:4:5:6:0:8", {1, 2, 3, 4, 5, 6, 0, 8}},
    {"1:2:3:4:5:6::", {1, 2, 3, 4, 5, 6, 0, 0}},
    {"fe80::1:0:0:a", {0xFE80, 0, 0, 0, 1, 0, 0, 0xA}},
    {"1:0:0:2::3", {1, 0, 0, 2, 0, 0, 0, 3}},
    {"1::2:3:0:0:4", {1, 0, 0, 2, 3, 0, 0, 4}},
    {"1111:2222:3333:4444:5555:6666:7777:8888",
        {0x1111, 0x2222, 0x3333, 0x4444, 0x5555, 0x6666, 0x7777, 0x8888}},
    /* Compatible, mapped, translated, ISATAP; and their neighbours that are not. */
    {"::13.1.68.3", {0, 0, 0, 0, 0, 0, 0x0D01, 0x4403}},
    {"::0.1.0.0", {0, 0, 0, 0, 0, 0, 1, 0}},
    {"::ffff:13.1.68.3", {0, 0, 0, 0, 0, 0xFFFF, 0x0D01, 0x4403}},
    {"::ffff:0:4403", {0, 0, 0, 0, 0, 0xFFFF, 0, 0x4403}},
    {"::fffe:d01:4403", {0, 0, 0, 0, 0, 0xFFFE, 0x0D01, 0x4403}},
    {"::ffff:0:13.1.68.3", {0, 0, 0, 0, 0xFFFF, 0, 0x0D01, 0x4403}},
    {"::ffff:0:0:d01:4403", {0, 0, 0, 0xFFFF, 0, 0, 0x0D01, 0x4403}},
    {"::5efe:0.0.0.0", {0, 0, 0, 0, 0, 0x5EFE, 0, 0}},
    {"::200:5efe:129.144.52.38", {0, 0, 0, 0, 0x200, 0x5EFE, 0x8190, 0x3426}},
    {"::100:5efe:8190:3426", {0, 0, 0, 0, 0x100, 0x5EFE, 0x8190, 0x3426}},
    {"1:2:3:4:0:5efe:129.144.52.38", {1, 2, 3, 4, 0, 0x5EFE, 0x8190, 0x3426}},
    {"1:2::5efe:129.144.52.38", {1, 2, 0, 0, 0, 0x5EFE, 0x8190, 0x3426}},
};

TEST(RtlIpv6AddressToStringA, WritesTheShortestForm)
{
    TO_NARROW Convert = (TO_NARROW)Find(L"RtlIpv6AddressToStringA");
    UCHAR Address[16];
    CHAR Text[46];
    ULONG Index;

    for (Index = 0; Convert != NULL && Index < RTL_NUMBER_OF(Written); Index++) {
        ULONG Count = Length(Written[Index].Text);
        FromWords(Written[Index].Words, Address);
        CHECK_PTR(Convert(Address, Text), Text + Count);
        if (!CHECK(Same(Text, Written[Index].Text, Count + 1)))
            DbgPrint("%s, expected %s\n", Text, Written[Index].Text);
    }
}

TEST(RtlIpv6AddressToStringW, WritesTheShortestForm)
{
    TO_WIDE Convert = (TO_WIDE)Find(L"RtlIpv6AddressToStringW");
    WCHAR Text[46], Expected[46];
    UCHAR Address[16];
    ULONG Index;

    for (Index = 0; Convert != NULL && Index < RTL_NUMBER_OF(Written); Index++) {
        ULONG Count = Length(Written[Index].Text);
        FromWords(Written[Index].Words, Address);
        Widen(Written[Index].Text, Expected);
        CHECK_PTR(Convert(Address, Text), Text + Count);
        CHECK(Same(Text, Expected, 2 * (Count + 1)));
    }
}

static const UCHAR One[16] = {[15] = 1};

TEST(RtlIpv6AddressToStringExA, HasScopeAndPort)
{
    TO_NARROW_EX Convert = (TO_NARROW_EX)Find(L"RtlIpv6AddressToStringExA");
    CHAR Text[65];
    ULONG Count = sizeof(Text);

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(One, 0, 0, Text, &Count), STATUS_SUCCESS);
    CHECK_EQ(Count, 4);
    CHECK(Same(Text, "::1", 4));
    Count = sizeof(Text);
    CHECK_STATUS(Convert(One, 0xFFFFBBBB, 0, Text, &Count), STATUS_SUCCESS);
    CHECK(Same(Text, "::1%4294949819", 15));
    Count = sizeof(Text);
    CHECK_STATUS(Convert(One, 7, PORT_80, Text, &Count), STATUS_SUCCESS);
    CHECK_EQ(Count, 11);
    CHECK(Same(Text, "[::1%7]:80", 11));
    Count = 11;
    CHECK_STATUS(Convert(One, 7, PORT_80, Text, &Count), STATUS_SUCCESS);
    Count = 10;
    Text[0] = 'x';
    CHECK_STATUS(Convert(One, 7, PORT_80, Text, &Count), STATUS_INVALID_PARAMETER);
    CHECK_EQ(Count, 11);
    CHECK_EQ(Text[0], 'x');
    CHECK_STATUS(Convert(NULL, 0, 0, Text, &Count), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert(One, 0, 0, NULL, &Count), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert(One, 0, 0, Text, NULL), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv6AddressToStringExW, HasScopeAndPort)
{
    TO_WIDE_EX Convert = (TO_WIDE_EX)Find(L"RtlIpv6AddressToStringExW");
    WCHAR Text[65];
    ULONG Count = 65;

    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(One, 0, PORT_80, Text, &Count), STATUS_SUCCESS);
    CHECK_EQ(Count, 9);
    CHECK(Same(Text, L"[::1]:80", 18));
    Count = 3;
    CHECK_STATUS(Convert(One, 0, 0, Text, &Count), STATUS_INVALID_PARAMETER);
    CHECK_EQ(Count, 4);
}

static const struct {
    const CHAR *Text;
    NTSTATUS Status;
    LONG End;
    USHORT Words[8];
} Read[] = {
    {"::", STATUS_SUCCESS, 2, {0}},
    {"::0:a:b:c:d:e:f", STATUS_SUCCESS, 15, {0, 0, 0xA, 0xB, 0xC, 0xD, 0xE, 0xF}},
    {"FFFF:ffff:1:2:3:4:0005:6", STATUS_SUCCESS, 24, {0xFFFF, 0xFFFF, 1, 2, 3, 4, 5, 6}},
    {"::123.123.123.123", STATUS_SUCCESS, 17, {0, 0, 0, 0, 0, 0, 0x7B7B, 0x7B7B}},
    {"1::001.2.3.4", STATUS_SUCCESS, 12, {1, 0, 0, 0, 0, 0, 0x0102, 0x0304}},
    {"1:2:3:4:5:6:1.2.3.4", STATUS_SUCCESS, 19, {1, 2, 3, 4, 5, 6, 0x0102, 0x0304}},
    /* What follows an address that is complete ends it. */
    {"1::1.2.3.4::1", STATUS_SUCCESS, 10, {1, 0, 0, 0, 0, 0, 0x0102, 0x0304}},
    {"1::2::3", STATUS_SUCCESS, 4, {1, 0, 0, 0, 0, 0, 0, 2}},
    {"1:2:::", STATUS_SUCCESS, 5, {1, 2}},
    {"1:2:3:4:5:6:7:8:9", STATUS_SUCCESS, 15, {1, 2, 3, 4, 5, 6, 7, 8}},
    {"1:2:3:4:5:6:7:8:", STATUS_SUCCESS, 15, {1, 2, 3, 4, 5, 6, 7, 8}},
    {"1:2:3:4:5:6::9.2.3.4", STATUS_SUCCESS, 14, {1, 2, 3, 4, 5, 6, 0, 9}},
    {"1:2:3:4:5:6:7:9.2.3.4", STATUS_SUCCESS, 15, {1, 2, 3, 4, 5, 6, 7, 9}},
    {"1:2::b.0", STATUS_SUCCESS, 6, {1, 2, 0, 0, 0, 0, 0, 0xB}},
    {"::-1", STATUS_SUCCESS, 2, {0}},
    {"::...", STATUS_SUCCESS, 2, {0}},
    /* Incomplete ones. */
    {"", STATUS_INVALID_PARAMETER, 0, {0}},
    {":", STATUS_INVALID_PARAMETER, 0, {0}},
    {":1::", STATUS_INVALID_PARAMETER, 0, {0}},
    {"[::]", STATUS_INVALID_PARAMETER, 0, {0}},
    {"1111", STATUS_INVALID_PARAMETER, 4, {0}},
    {"0x1111", STATUS_INVALID_PARAMETER, 1, {0}},
    {"1:2:", STATUS_INVALID_PARAMETER, 4, {0}},
    {"1::5:", STATUS_INVALID_PARAMETER, 5, {0}},
    {"1.2.3.4", STATUS_INVALID_PARAMETER, 7, {0}},
    {"1:2:1.2.3.4", STATUS_INVALID_PARAMETER, 11, {0}},
    {"1::1.2.3", STATUS_INVALID_PARAMETER, 8, {0}},
    {"1::1.2::1", STATUS_INVALID_PARAMETER, 6, {0}},
    {"1::1.2.3.256", STATUS_INVALID_PARAMETER, 12, {0}},
    {"2001:0:1234: 0:0:1:2:3", STATUS_INVALID_PARAMETER, 12, {0}},
    {"::123456789", STATUS_INVALID_PARAMETER, 11, {0}},
    /* Too many digits, and something behind them. */
    {"12345::6:7:8", STATUS_INVALID_PARAMETER, UNTOUCHED, {0}},
    {"1::0001.2.3.4", STATUS_INVALID_PARAMETER, UNTOUCHED, {0}},
    {"1::1.2.256.4", STATUS_INVALID_PARAMETER, UNTOUCHED, {0}},
};

TEST(RtlIpv6StringToAddressA, EndsWhereTheAddressDoes)
{
    FROM_NARROW Convert = (FROM_NARROW)Find(L"RtlIpv6StringToAddressA");
    UCHAR Address[16], Expected[16];
    ULONG Index;

    for (Index = 0; Convert != NULL && Index < RTL_NUMBER_OF(Read); Index++) {
        const CHAR *Text = Read[Index].Text, *End = NULL;
        BOOLEAN Held = CHECK_STATUS(Convert(Text, &End, Address), Read[Index].Status);
        Held &= CHECK_PTR(End, Read[Index].End == UNTOUCHED ? NULL : Text + Read[Index].End);
        FromWords(Read[Index].Words, Expected);
        if (Read[Index].Status == STATUS_SUCCESS)
            Held &= CHECK(Same(Address, Expected, 16));
        if (!Held)
            DbgPrint("%s\n", Text);
    }
}

TEST(RtlIpv6StringToAddressW, EndsWhereTheAddressDoes)
{
    FROM_WIDE Convert = (FROM_WIDE)Find(L"RtlIpv6StringToAddressW");
    UCHAR Address[16], Expected[16];
    WCHAR Text[50];
    ULONG Index;

    for (Index = 0; Convert != NULL && Index < RTL_NUMBER_OF(Read); Index++) {
        const WCHAR *End = NULL;
        Widen(Read[Index].Text, Text);
        CHECK_STATUS(Convert(Text, &End, Address), Read[Index].Status);
        CHECK_PTR(End, Read[Index].End == UNTOUCHED ? NULL : Text + Read[Index].End);
        FromWords(Read[Index].Words, Expected);
        if (Read[Index].Status == STATUS_SUCCESS)
            CHECK(Same(Address, Expected, 16));
    }
}

static const struct {
    const CHAR *Text;
    NTSTATUS Status;
    ULONG Scope;
    USHORT Port;
} Ex[] = {
    {"::1", STATUS_SUCCESS, 0, 0},
    {"[::1]", STATUS_SUCCESS, 0, 0},
    {"::1%16", STATUS_SUCCESS, 16, 0},
    {"[::1%4294967295]:80", STATUS_SUCCESS, 0xFFFFFFFF, PORT_80},
    {"[::1]:0x50", STATUS_SUCCESS, 0, PORT_80},
    {"[::1]:0120", STATUS_SUCCESS, 0, PORT_80},
    {"[::1]:080", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1]:65536", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1]:-80", STATUS_INVALID_PARAMETER, 0, 0},
    {"[ ::1]:80", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1 ]:80", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1].80", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1%4294967296]", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1%-1]", STATUS_INVALID_PARAMETER, 0, 0},
    {"[::1%0x10]:80", STATUS_INVALID_PARAMETER, 0, 0},
    {"::1 ", STATUS_INVALID_PARAMETER, 0, 0},
    {"1:2:3:4:5:6:7:8:9", STATUS_INVALID_PARAMETER, 0, 0},
};

TEST(RtlIpv6StringToAddressExA, TakesScopeAndPortAndNothingElse)
{
    FROM_NARROW_EX Convert = (FROM_NARROW_EX)Find(L"RtlIpv6StringToAddressExA");
    UCHAR Address[16];
    ULONG Index, Scope;
    USHORT Port;

    for (Index = 0; Convert != NULL && Index < RTL_NUMBER_OF(Ex); Index++) {
        const BOOLEAN Good = Ex[Index].Status == STATUS_SUCCESS;
        Scope = 0xABCD;
        Port = 0xABCD;
        BOOLEAN Held =
            CHECK_STATUS(Convert(Ex[Index].Text, Address, &Scope, &Port), Ex[Index].Status);
        Held &= CHECK_EQ(Scope, Good ? Ex[Index].Scope : 0xABCD);
        Held &= CHECK_EQ(Port, Good ? Ex[Index].Port : 0xABCD);
        if (Good)
            Held &= CHECK(Same(Address, One, 16));
        if (!Held)
            DbgPrint("%s\n", Ex[Index].Text);
    }
    if (Convert == NULL)
        return;
    CHECK_STATUS(Convert(NULL, Address, &Scope, &Port), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("::1", NULL, &Scope, &Port), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("::1", Address, NULL, &Port), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert("::1", Address, &Scope, NULL), STATUS_INVALID_PARAMETER);
}

TEST(RtlIpv6StringToAddressExW, TakesScopeAndPortAndNothingElse)
{
    FROM_WIDE_EX Convert = (FROM_WIDE_EX)Find(L"RtlIpv6StringToAddressExW");
    UCHAR Address[16];
    WCHAR Text[40];
    ULONG Index, Scope;
    USHORT Port;

    for (Index = 0; Convert != NULL && Index < RTL_NUMBER_OF(Ex); Index++) {
        Widen(Ex[Index].Text, Text);
        CHECK_STATUS(Convert(Text, Address, &Scope, &Port), Ex[Index].Status);
        if (Ex[Index].Status == STATUS_SUCCESS) {
            CHECK_EQ(Scope, Ex[Index].Scope);
            CHECK_EQ(Port, Ex[Index].Port);
        }
    }
}
