/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitUTF8String, RtlInitUTF8StringEx - a counted string of UTF-8; since Windows 10 2004.
 * RtlNtStatusToDosErrorNoTeb, RtlCopyMemoryNonTemporal - the same as their plain forms.
 */
#include "ktest.h"

typedef VOID(NTAPI *INIT)(PSTRING String, const CHAR *Source);
typedef NTSTATUS(NTAPI *INIT_EX)(PSTRING String, const CHAR *Source);
typedef ULONG(NTAPI *TO_DOS)(NTSTATUS Status);
typedef VOID(NTAPI *COPY)(VOID *To, const VOID *From, SIZE_T Bytes);

static CHAR TooLong[0x10001];

TEST(RtlInitUTF8String, CountsBytes)
{
    INIT Init = (INIT)KtestExport(L"RtlInitUTF8String");
    STRING String = {1, 1, NULL};
    const CHAR *Text = "gr\xC3\xBC\xC3\x9F";

    if (Init == NULL) {
        skip("newer than this Windows");
        return;
    }
    Init(&String, Text);
    CHECK_EQ(String.Length, 6);
    CHECK_EQ(String.MaximumLength, 7);
    CHECK_PTR(String.Buffer, Text);
    Init(&String, NULL);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 0);
    CHECK_PTR(String.Buffer, NULL);
}

TEST(RtlInitUTF8StringEx, RefusesWhatIsTooLong)
{
    INIT_EX Init = (INIT_EX)KtestExport(L"RtlInitUTF8StringEx");
    STRING String = {1, 1, NULL};
    ULONG Index;

    if (Init == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Init(&String, "abc"), STATUS_SUCCESS);
    CHECK_EQ(String.Length, 3);
    for (Index = 0; Index < sizeof(TooLong) - 1; Index++)
        TooLong[Index] = 'x';
    CHECK_STATUS(Init(&String, TooLong), STATUS_NAME_TOO_LONG);
}

TEST(RtlNtStatusToDosErrorNoTeb, KnowsTheErrors)
{
    TO_DOS ToDos = (TO_DOS)KtestExport(L"RtlNtStatusToDosErrorNoTeb");

    if (ToDos == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(ToDos(STATUS_SUCCESS), 0);
    CHECK_EQ(ToDos(STATUS_ACCESS_DENIED), 5);
    CHECK_EQ(ToDos(STATUS_INSUFFICIENT_RESOURCES), 1450);
}

TEST(RtlCopyMemoryNonTemporal, Copies)
{
    COPY Copy = (COPY)KtestExport(L"RtlCopyMemoryNonTemporal");
    CHAR From[100], To[102];
    ULONG Index;

    if (Copy == NULL) {
        skip("not exported by this Windows");
        return;
    }
    for (Index = 0; Index < sizeof(From); Index++)
        From[Index] = (CHAR)Index;
    To[0] = To[101] = 'z';
    Copy(To + 1, From, sizeof(From));
    CHECK_EQ(RtlCompareMemory(To + 1, From, sizeof(From)), sizeof(From));
    CHECK(To[0] == 'z' && To[101] == 'z');
}
