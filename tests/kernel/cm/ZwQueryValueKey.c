/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryValueKey - every class, and what comes of too little room.
 */
#include "cm_test.h"

static UCHAR Data[7] = {1, 2, 3, 4, 5, 6, 7};

static NTSTATUS Query(HANDLE Key, KEY_VALUE_INFORMATION_CLASS Class, PVOID Buffer, ULONG Size,
                      PULONG Length)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, L"vaLUE");
    *Length = 0xFFFF;
    return ZwQueryValueKey(Key, &Name, Class, Buffer, Size, Length);
}

TEST(ZwQueryValueKey, Basic)
{
    HANDLE Key = CmTestKey(L"Query");
    UCHAR Buffer[64];
    KEY_VALUE_BASIC_INFORMATION *Basic = (PVOID)Buffer;
    const ULONG Header = FIELD_OFFSET(KEY_VALUE_BASIC_INFORMATION, Name);
    ULONG Length;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSet(Key, L"Value", REG_BINARY, Data, 7), STATUS_SUCCESS);
    CHECK_STATUS(
        Query(Key, KeyValueBasicInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, Header + 10);
    CHECK_EQ(Basic->TitleIndex, 0);
    CHECK_EQ(Basic->Type, REG_BINARY);
    CHECK_EQ(Basic->NameLength, 10);
    CHECK(RtlCompareMemory(Basic->Name, L"Value", 10) == 10);
    RtlFillMemory(Buffer, sizeof(Buffer), 0xEE);
    CHECK_STATUS(Query(Key, KeyValueBasicInformation, Buffer, Header + 4, &Length),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Length, Header + 10);
    CHECK_EQ(Basic->NameLength, 10);
    CHECK(RtlCompareMemory(Basic->Name, L"Va", 4) == 4);
    CHECK_EQ(Buffer[Header + 4], 0xEE);
    RtlFillMemory(Buffer, sizeof(Buffer), 0xEE);
    CHECK_STATUS(Query(Key, KeyValueBasicInformation, Buffer, Header - 1, &Length),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, Header + 10);
    CHECK_EQ(Buffer[0], 0xEE);
    CmTestEnd(Key);
}

TEST(ZwQueryValueKey, Full)
{
    HANDLE Key = CmTestKey(L"Query");
    UCHAR Buffer[64];
    KEY_VALUE_FULL_INFORMATION *Full = (PVOID)Buffer;
    const ULONG Header = FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name);
    ULONG Length, Offset = (Header + 10 + 3) & ~3u;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSet(Key, L"Value", REG_BINARY, Data, 7), STATUS_SUCCESS);
    CHECK_STATUS(
        Query(Key, KeyValueFullInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, Offset + 7);
    CHECK_EQ(Full->Type, REG_BINARY);
    CHECK_EQ(Full->DataLength, 7);
    CHECK_EQ(Full->DataOffset, Offset);
    CHECK_EQ(Full->NameLength, 10);
    CHECK(RtlCompareMemory(Full->Name, L"Value", 10) == 10);
    CHECK(RtlCompareMemory(Buffer + Offset, Data, 7) == 7);
    CHECK_STATUS(Query(Key, KeyValueFullInformation, Buffer, Offset + 3, &Length),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Length, Offset + 7);
    CHECK_EQ(Full->DataLength, 7);
    CHECK_STATUS(Query(Key, KeyValueFullInformation, Buffer, Header - 1, &Length),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(CmTestSet(Key, L"Value", REG_NONE, NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(
        Query(Key, KeyValueFullInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, Header + 10);
    CHECK_EQ(Full->DataLength, 0);
    CHECK_EQ(Full->DataOffset, 0xFFFFFFFF);
    CmTestEnd(Key);
}

TEST(ZwQueryValueKey, Partial)
{
    HANDLE Key = CmTestKey(L"Query");
    UCHAR Buffer[64];
    KEY_VALUE_PARTIAL_INFORMATION *Partial = (PVOID)Buffer;
    const ULONG Header = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
    ULONG Length;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSet(Key, L"Value", REG_BINARY, Data, 7), STATUS_SUCCESS);
    CHECK_STATUS(Query(Key, KeyValuePartialInformation, Buffer, sizeof(Buffer), &Length),
                 STATUS_SUCCESS);
    CHECK_EQ(Length, Header + 7);
    CHECK_EQ(Partial->TitleIndex, 0);
    CHECK_EQ(Partial->Type, REG_BINARY);
    CHECK_EQ(Partial->DataLength, 7);
    CHECK(RtlCompareMemory(Partial->Data, Data, 7) == 7);
    RtlFillMemory(Buffer, sizeof(Buffer), 0xEE);
    CHECK_STATUS(Query(Key, KeyValuePartialInformation, Buffer, Header + 2, &Length),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Length, Header + 7);
    CHECK_EQ(Partial->DataLength, 7);
    CHECK_EQ(Partial->Data[1], 2);
    CHECK_EQ(Partial->Data[2], 0xEE);
    CHECK_STATUS(Query(Key, KeyValuePartialInformation, NULL, 0, &Length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, Header + 7);
    CmTestEnd(Key);
}

TEST(ZwQueryValueKey, PartialAligned)
{
    HANDLE Key = CmTestKey(L"Query");
    static __attribute__((aligned(8))) UCHAR Buffer[64];
    struct {
        ULONG Type, DataLength;
        UCHAR Data[8];
    } *Partial = (PVOID)Buffer;
    ULONG Length;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSet(Key, L"Value", REG_BINARY, Data, 7), STATUS_SUCCESS);
    CHECK_STATUS(
        Query(Key, 4 /* KeyValuePartialInformationAlign64 */, Buffer, sizeof(Buffer), &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Length, 8 + 7);
    CHECK_EQ(Partial->Type, REG_BINARY);
    CHECK_EQ(Partial->DataLength, 7);
    CHECK(RtlCompareMemory(Partial->Data, Data, 7) == 7);
    CHECK_STATUS(Query(Key, 4, Buffer, 7, &Length), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Query(Key, 4, Buffer, 8, &Length), STATUS_BUFFER_OVERFLOW);
    CmTestEnd(Key);
}

TEST(ZwQueryValueKey, WhatIsNotThere)
{
    HANDLE Key = CmTestKey(L"Query");
    UCHAR Buffer[64];
    ULONG Length;

    if (Key == NULL)
        return;
    CHECK_STATUS(Query(Key, KeyValueBasicInformation, Buffer, sizeof(Buffer), &Length),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Query(Key, 99, Buffer, sizeof(Buffer), &Length), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        Query((HANDLE)(ULONG_PTR)0x7FFC, KeyValueBasicInformation, Buffer, sizeof(Buffer), &Length),
        STATUS_INVALID_HANDLE);
    CmTestEnd(Key);
}

TEST_FORBIDDEN(ZwQueryValueKey, LooksAtTheHandleBeforeTheName)
{
    HANDLE Key = CmTestKey(L"Query");
    KTEST_STRING(Name, L"Value");
    UCHAR Buffer[64];
    ULONG Length;

    if (Key == NULL)
        return;
    Name.Length = 3;
    CHECK_STATUS(ZwQueryValueKey(Key, &Name, KeyValuePartialInformation, Buffer, sizeof(Buffer),
                                 &Length),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwQueryValueKey((HANDLE)(ULONG_PTR)0x7FFC, &Name, KeyValuePartialInformation,
                                 Buffer, sizeof(Buffer), &Length),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwQueryValueKey((HANDLE)(ULONG_PTR)0x7FFC, &Name, (KEY_VALUE_INFORMATION_CLASS)99,
                                 Buffer, sizeof(Buffer), &Length),
                 STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}
