/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlQueryRegistryValues - the query table: routines, direct values, defaults, subkeys, types.
 */
#include "cm_test.h"

#ifndef RTL_QUERY_REGISTRY_TYPECHECK
#define RTL_QUERY_REGISTRY_TYPECHECK 0x100
#define RTL_QUERY_REGISTRY_TYPECHECK_SHIFT 24
#endif

static HANDLE QueryKey;
static ULONG Calls;
static ULONG LastType, LastLength;
static WCHAR LastData[64], LastName[16];
static PVOID LastContext, LastEntryContext;
static NTSTATUS Answer;

static NTSTATUS NTAPI Note(
    PWSTR Name, ULONG Type, PVOID Data, ULONG Length, PVOID Context, PVOID EntryContext)
{
    ULONG Index;

    Calls++;
    LastType = Type;
    LastLength = Length;
    LastContext = Context;
    LastEntryContext = EntryContext;
    RtlZeroMemory(LastData, sizeof(LastData));
    if (Data != NULL)
        RtlCopyMemory(LastData, Data, Length < sizeof(LastData) ? Length : sizeof(LastData));
    for (Index = 0; Name != NULL && Index < 15 && Name[Index] != 0; Index++)
        LastName[Index] = Name[Index];
    LastName[Index] = 0;
    return Answer;
}

static NTSTATUS Run(RTL_QUERY_REGISTRY_TABLE *Table)
{
    Calls = 0;
    Answer = STATUS_SUCCESS;
    return RtlQueryRegistryValues(
        RTL_REGISTRY_HANDLE, (PCWSTR)QueryKey, Table, (PVOID)0x1234, NULL);
}

static RTL_QUERY_REGISTRY_TABLE *One(RTL_QUERY_REGISTRY_TABLE *Table,
    PRTL_QUERY_REGISTRY_ROUTINE Routine, ULONG Flags, PWSTR Name, PVOID EntryContext)
{
    RtlZeroMemory(Table, 2 * sizeof(*Table));
    Table->QueryRoutine = Routine;
    Table->Flags = Flags;
    Table->Name = Name;
    Table->EntryContext = EntryContext;
    return Table;
}

static BOOLEAN Begin(VOID)
{
    QueryKey = CmTestKey(L"RtlQuery");
    if (QueryKey == NULL)
        return FALSE;
    CHECK_STATUS(CmTestSetNumber(QueryKey, L"Number", 0x11223344), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(QueryKey, L"Text", REG_SZ, L"abc", 8), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(QueryKey, L"Multi", REG_MULTI_SZ, L"one\0two\0", 18), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(QueryKey, L"Bytes", REG_BINARY, "123456", 6), STATUS_SUCCESS);
    return TRUE;
}

TEST(RtlQueryRegistryValues, CallsTheRoutine)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];

    if (!Begin())
        return;
    CHECK_STATUS(Run(One(Table, Note, 0, L"TEXT", (PVOID)0x5678)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(LastType, REG_SZ);
    CHECK_EQ(LastLength, 8);
    CHECK(RtlCompareMemory(LastData, L"abc", 8) == 8);
    CHECK_PTR(LastContext, 0x1234);
    CHECK_PTR(LastEntryContext, 0x5678);
    CHECK_STATUS(Run(One(Table, Note, 0, L"Missing", NULL)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 0);
    CHECK_STATUS(Run(One(Table, Note, RTL_QUERY_REGISTRY_REQUIRED, L"Missing", NULL)),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_EQ(Calls, 0);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, SplitsStringsUnlessToldNotTo)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];

    if (!Begin())
        return;
    CHECK_STATUS(Run(One(Table, Note, 0, L"Multi", NULL)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 2);
    CHECK_EQ(LastType, REG_SZ);
    CHECK_EQ(LastLength, 8);
    CHECK(RtlCompareMemory(LastData, L"two", 8) == 8);
    CHECK_STATUS(
        Run(One(Table, Note, RTL_QUERY_REGISTRY_NOEXPAND, L"Multi", NULL)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(LastType, REG_MULTI_SZ);
    CHECK_EQ(LastLength, 18);
    CmTestEnd(QueryKey);
}

/* Calls for a REG_MULTI_SZ of so many bytes, from the registry. */
static ULONG CallsFor(const WCHAR *Text, ULONG Bytes)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];

    CHECK_STATUS(CmTestSet(QueryKey, L"Multi", REG_MULTI_SZ, Text, Bytes), STATUS_SUCCESS);
    CHECK_STATUS(Run(One(Table, Note, 0, L"Multi", NULL)), STATUS_SUCCESS);
    return Calls;
}

TEST(RtlQueryRegistryValues, AnEmptyStringIsOneOfThemToo)
{
    if (!Begin())
        return;
    CHECK_EQ(CallsFor(L"one\0\0three\0", 24), 3);
    CHECK_EQ(LastLength, 12);
    CHECK_EQ(CallsFor(L"\0", 4), 1);
    CHECK_EQ(LastLength, 2);
    CHECK_EQ(LastData[0], 0);
    CHECK_EQ(CallsFor(L"", 2), 0);
    CHECK_EQ(CallsFor(NULL, 0), 0);
    CHECK_EQ(CallsFor(L"one\0two", 16), 2); /* the last terminator is missing */
    CHECK_EQ(LastLength, 8);
    CmTestEnd(QueryKey);
}

static ULONG CallsForDefault(PWSTR Text, ULONG Bytes)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];

    One(Table, Note, 0, L"Missing", NULL);
    Table->DefaultType = REG_MULTI_SZ;
    Table->DefaultData = Text;
    Table->DefaultLength = Bytes;
    CHECK_STATUS(Run(Table), STATUS_SUCCESS);
    return Calls;
}

TEST(RtlQueryRegistryValues, SplitsStringsOfDefaults)
{
    if (!Begin())
        return;
    CHECK_EQ(CallsForDefault(L"one\0\0three\0", 24), 3);
    CHECK_EQ(CallsForDefault(L"one\0\0three\0", 0), 1); /* as far as it is seen to go */
    CHECK_EQ(CallsForDefault(L"one\0two\0", 0), 2);
    CHECK_EQ(CallsForDefault(L"\0", 4), 0);
    CHECK_EQ(CallsForDefault(L"\0", 0), 0);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, ExpandsUnlessToldNotTo)
{
    static const WCHAR Text[] = L"<%KtestVar%>%KtestNone%";
    static WCHAR Environment[] = L"A=b\0KTESTVAR=value\0";
    RTL_QUERY_REGISTRY_TABLE Table[2];

    if (!Begin())
        return;
    CHECK_STATUS(CmTestSet(QueryKey, L"Expand", REG_EXPAND_SZ, Text, sizeof(Text)), STATUS_SUCCESS);
    CHECK_STATUS(
        Run(One(Table, Note, RTL_QUERY_REGISTRY_NOEXPAND, L"Expand", NULL)), STATUS_SUCCESS);
    CHECK_EQ(LastType, REG_EXPAND_SZ);
    CHECK(RtlCompareMemory(LastData, Text, sizeof(Text)) == sizeof(Text));
    One(Table, Note, 0, L"Expand", NULL);
    CHECK_STATUS(
        RtlQueryRegistryValues(RTL_REGISTRY_HANDLE, (PCWSTR)QueryKey, Table, NULL, Environment),
        STATUS_SUCCESS);
    CHECK_EQ(LastType, REG_SZ);
    CHECK(RtlCompareMemory(LastData, L"<value>%KtestNone%", 38) == 38);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, StoresTextDirectly)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    UNICODE_STRING Allocated = {0, 0, NULL};
    KTEST_BUFFER(Given, 4);
    KTEST_BUFFER(Small, 3);

    if (!Begin())
        return;
    CHECK_STATUS(
        Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Text", &Allocated)), STATUS_SUCCESS);
    CHECK_STRING(&Allocated, L"abc");
    CHECK_EQ(Allocated.MaximumLength, 8);
    if (CHECK(Allocated.Buffer != NULL))
        ExFreePool(Allocated.Buffer);
    CHECK_STATUS(Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Text", &Given)), STATUS_SUCCESS);
    CHECK_STRING(&Given, L"abc");
    CHECK_STATUS(
        Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Text", &Small)), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Small.Length, 0);
    Allocated.Buffer = NULL;
    CHECK_STATUS(Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_NOEXPAND,
                     L"Multi", &Allocated)),
        STATUS_SUCCESS);
    CHECK_EQ(Allocated.Length, 16);
    if (CHECK(Allocated.Buffer != NULL))
        ExFreePool(Allocated.Buffer);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, StoresOtherDataDirectly)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    ULONG Number = 0;
    struct {
        LONG Size;
        ULONG Type;
        UCHAR Data[8];
    } Sized = {16, 0, {0}};
    union {
        LONG Size;
        UCHAR Data[8];
    } Plain = {-8};

    if (!Begin())
        return;
    CHECK_STATUS(
        Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Number", &Number)), STATUS_SUCCESS);
    CHECK_EQ(Number, 0x11223344);
    CHECK_STATUS(
        Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Bytes", &Sized)), STATUS_SUCCESS);
    CHECK_EQ(Sized.Size, 6);
    CHECK_EQ(Sized.Type, REG_BINARY);
    CHECK(RtlCompareMemory(Sized.Data, "123456", 6) == 6);
    CHECK_STATUS(
        Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Bytes", &Plain)), STATUS_SUCCESS);
    CHECK(RtlCompareMemory(Plain.Data, "123456", 6) == 6);
    Plain.Size = -5;
    CHECK_STATUS(Run(One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Bytes", &Plain)),
        STATUS_BUFFER_TOO_SMALL);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, ChecksTypes)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    const ULONG Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK;
    ULONG Number = 5;

    if (!Begin())
        return;
    One(Table, NULL, Flags, L"Number", &Number);
    Table->DefaultType = (REG_DWORD << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT) | REG_NONE;
    CHECK_STATUS(Run(Table), STATUS_SUCCESS);
    CHECK_EQ(Number, 0x11223344);
    One(Table, NULL, Flags, L"Text", &Number);
    Table->DefaultType = (REG_DWORD << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT) | REG_NONE;
    CHECK_STATUS(Run(Table), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_EQ(Number, 0x11223344);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, FallsBackToDefaults)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    ULONG Number = 0, Default = 77;

    if (!Begin())
        return;
    One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT, L"Missing", &Number);
    Table->DefaultType = REG_DWORD;
    Table->DefaultData = &Default;
    Table->DefaultLength = sizeof(Default);
    CHECK_STATUS(Run(Table), STATUS_SUCCESS);
    CHECK_EQ(Number, 77);
    One(Table, Note, 0, L"Missing", NULL);
    Table->DefaultType = REG_SZ;
    Table->DefaultData = L"default";
    CHECK_STATUS(Run(Table), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(LastLength, 16);
    CHECK(RtlCompareMemory(LastData, L"default", 16) == 16);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, EntersSubkeysAndReturns)
{
    RTL_QUERY_REGISTRY_TABLE Table[5];
    ULONG First = 0, Second = 0;
    HANDLE Child;

    if (!Begin())
        return;
    if (CHECK_STATUS(CmTestCreate(QueryKey, L"Child", 0, &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSetNumber(Child, L"Number", 99), STATUS_SUCCESS);
        ZwClose(Child);
    }
    RtlZeroMemory(Table, sizeof(Table));
    Table[0].Flags = RTL_QUERY_REGISTRY_SUBKEY;
    Table[0].Name = L"Child";
    Table[1].Flags = RTL_QUERY_REGISTRY_DIRECT;
    Table[1].Name = L"Number";
    Table[1].EntryContext = &First;
    Table[2].Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TOPKEY;
    Table[2].Name = L"Number";
    Table[2].EntryContext = &Second;
    CHECK_STATUS(Run(Table), STATUS_SUCCESS);
    CHECK_EQ(First, 99);
    CHECK_EQ(Second, 0x11223344);
    Table[0].QueryRoutine = Note;
    CHECK_STATUS(Run(Table), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    Table[0].Name = L"NoSuchChild";
    CHECK_STATUS(Run(Table), STATUS_OBJECT_NAME_NOT_FOUND);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, VisitsAllValuesOrNone)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];

    if (!Begin())
        return;
    CHECK_STATUS(Run(One(Table, Note, RTL_QUERY_REGISTRY_NOEXPAND, NULL, NULL)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 4);
    CHECK_STATUS(Run(One(Table, Note, RTL_QUERY_REGISTRY_NOVALUE, NULL, (PVOID)3)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(LastType, REG_NONE);
    CHECK_EQ(LastLength, 0);
    CHECK_PTR(LastEntryContext, 3);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, DeletesWhatItRead)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];

    if (!Begin())
        return;
    CHECK_STATUS(Run(One(Table, Note, RTL_QUERY_REGISTRY_DELETE, L"Number", NULL)), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(CmTestNumber(QueryKey, L"Number"), 0xDEADBEEF);
    CmTestEnd(QueryKey);
}

static NTSTATUS NTAPI Fail(
    PWSTR Name, ULONG Type, PVOID Data, ULONG Length, PVOID Context, PVOID EntryContext)
{
    UNREFERENCED_PARAMETER(Name);
    UNREFERENCED_PARAMETER(Type);
    UNREFERENCED_PARAMETER(Data);
    UNREFERENCED_PARAMETER(Length);
    UNREFERENCED_PARAMETER(Context);
    return (NTSTATUS)(ULONG_PTR)EntryContext;
}

TEST(RtlQueryRegistryValues, EndsWithTheRoutinesFailure)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    ULONG Number;

    if (!Begin())
        return;
    CHECK_STATUS(Run(One(Table, Fail, 0, L"Number", (PVOID)(ULONG_PTR)(ULONG)STATUS_UNSUCCESSFUL)),
        STATUS_UNSUCCESSFUL);
    CHECK_STATUS(
        Run(One(Table, Fail, 0, L"Number", (PVOID)(ULONG_PTR)(ULONG)STATUS_BUFFER_TOO_SMALL)),
        STATUS_SUCCESS);
    CHECK_STATUS(Run(One(Table, Note, RTL_QUERY_REGISTRY_DIRECT, L"Number", &Number)),
        STATUS_INVALID_PARAMETER);
    CmTestEnd(QueryKey);
}

TEST(RtlQueryRegistryValues, FindsTheDriversOwnKeyByPath)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    ULONG Type = 0;

    One(Table, NULL, RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED, L"Type", &Type);
    CHECK_STATUS(
        RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KtestRegistryPath->Buffer, Table, NULL, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(Type, 1); /* SERVICE_KERNEL_DRIVER */
    CHECK_STATUS(
        RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"KtestNoSuchService", Table, NULL, NULL),
        STATUS_OBJECT_NAME_NOT_FOUND);
}
