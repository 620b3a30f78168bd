/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwEnumerateKey - order, classes, the end.
 */
#include "cm_test.h"

static const WCHAR *const Sorted[] = {L"alpha", L"Beta", L"gamma", L"Zeta"};

TEST(ZwEnumerateKey, ByNameWithoutCase)
{
    HANDLE Key = CmTestKey(L"Enumerate");
    union {
        KEY_BASIC_INFORMATION Basic;
        UCHAR Bytes[64];
    } Information;
    ULONG Index, Length;

    if (Key == NULL)
        return;
    CmTestSubkey(Key, L"gamma");
    CmTestSubkey(Key, L"Zeta");
    CmTestSubkey(Key, L"alpha");
    CmTestSubkey(Key, L"Beta");
    for (Index = 0; Index < 4; Index++) {
        UNICODE_STRING Name, Wanted;

        CHECK_STATUS(ZwEnumerateKey(Key, Index, KeyBasicInformation, &Information,
                         sizeof(Information), &Length),
            STATUS_SUCCESS);
        RtlInitUnicodeString(&Wanted, Sorted[Index]);
        CHECK_EQ(Length, FIELD_OFFSET(KEY_BASIC_INFORMATION, Name) + Wanted.Length);
        Name.Buffer = Information.Basic.Name;
        Name.Length = Name.MaximumLength = (USHORT)Information.Basic.NameLength;
        CHECK(RtlEqualUnicodeString(&Name, &Wanted, FALSE));
    }
    CHECK_STATUS(
        ZwEnumerateKey(Key, 4, KeyBasicInformation, &Information, sizeof(Information), &Length),
        STATUS_NO_MORE_ENTRIES);
    CmTestEnd(Key);
}

TEST(ZwEnumerateKey, LittleRoomAndOtherClasses)
{
    HANDLE Key = CmTestKey(L"Enumerate");
    UCHAR Buffer[128];
    KEY_NODE_INFORMATION *Node = (PVOID)Buffer;
    ULONG Length;

    if (Key == NULL)
        return;
    CmTestSubkey(Key, L"Child");
    CHECK_STATUS(
        ZwEnumerateKey(Key, 0, KeyBasicInformation, Buffer, 15, &Length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, 16 + 10);
    CHECK_STATUS(
        ZwEnumerateKey(Key, 0, KeyBasicInformation, Buffer, 18, &Length), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Length, 16 + 10);
    CHECK_STATUS(ZwEnumerateKey(Key, 0, KeyNodeInformation, Buffer, sizeof(Buffer), &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Node->NameLength, 10);
    CHECK_EQ(Node->ClassLength, 0);
    CHECK_EQ(Node->ClassOffset, 0xFFFFFFFF);
    CHECK_STATUS(
        ZwEnumerateKey(Key, 0, 3 /* KeyNameInformation */, Buffer, sizeof(Buffer), &Length),
        STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}
