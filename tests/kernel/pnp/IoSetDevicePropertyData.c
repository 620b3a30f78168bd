/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoSetDevicePropertyData, IoGetDevicePropertyData and the forms for interfaces, which Windows has
 * since 8.
 */
#include "pnp_test.h"

typedef struct KEY {
    GUID fmtid;
    ULONG pid;
} KEY;

typedef NTSTATUS(NTAPI *SET_DEVICE)(PDEVICE_OBJECT, const KEY *, LCID, ULONG, ULONG, ULONG, PVOID);
typedef NTSTATUS(NTAPI *GET_DEVICE)(
    PDEVICE_OBJECT, const KEY *, LCID, ULONG, ULONG, PVOID, PULONG, PULONG);
typedef NTSTATUS(NTAPI *SET_INTERFACE)(
    PUNICODE_STRING, const KEY *, LCID, ULONG, ULONG, ULONG, PVOID);
typedef NTSTATUS(NTAPI *GET_INTERFACE)(
    PUNICODE_STRING, const KEY *, LCID, ULONG, ULONG, PVOID, PULONG, PULONG);

static const KEY Own = {
    {0x0d0b4a1e, 0x4f43, 0x4a9c, {0x8c, 0x1b, 0x6c, 0x3f, 0x6b, 0x1d, 0x2e, 0x10}}, 2};

#define TYPE_EMPTY  0
#define TYPE_UINT32 7

TEST(IoSetDevicePropertyData, WhatIsSetCanBeRead)
{
    SET_DEVICE Set = (SET_DEVICE)KtestExport(L"IoSetDevicePropertyData");
    GET_DEVICE Get = (GET_DEVICE)KtestExport(L"IoGetDevicePropertyData");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    ULONG Number = 0x1234, Read = 0, Needed = 0, Type = 0;

    if (Set == NULL || Get == NULL) {
        skip("IoSetDevicePropertyData came with Windows Vista");
        return;
    }
    if (!CHECK(Pdo != NULL))
        return;
    CHECK_STATUS(Set(Pdo, &Own, 0, 0, TYPE_UINT32, sizeof(Number), &Number), STATUS_SUCCESS);
    CHECK_STATUS(Get(Pdo, &Own, 0, 0, 0, NULL, &Needed, &Type), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Needed, sizeof(Number));
    CHECK_STATUS(Get(Pdo, &Own, 0, 0, sizeof(Read), &Read, &Needed, &Type), STATUS_SUCCESS);
    CHECK_EQ(Read, 0x1234);
    CHECK_EQ(Type, TYPE_UINT32);
    CHECK_STATUS(Set(Pdo, &Own, 0, 0, TYPE_EMPTY, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        Get(Pdo, &Own, 0, 0, sizeof(Read), &Read, &Needed, &Type), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(IoSetDevicePropertyData, PersistentOnesReplaceVolatileOnes)
{
    SET_DEVICE Set = (SET_DEVICE)KtestExport(L"IoSetDevicePropertyData");
    GET_DEVICE Get = (GET_DEVICE)KtestExport(L"IoGetDevicePropertyData");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    ULONG Number = 1, Read = 0, Needed = 0, Type = 0;

    if (Set == NULL || Get == NULL) {
        skip("IoSetDevicePropertyData came with Windows Vista");
        return;
    }
    if (!CHECK(Pdo != NULL))
        return;
    CHECK_STATUS(Set(Pdo, &Own, 0, 0, TYPE_UINT32, sizeof(Number), &Number), STATUS_SUCCESS);
    Number = 2;
    CHECK_STATUS(Set(Pdo, &Own, 0, 1, TYPE_UINT32, sizeof(Number), &Number), STATUS_SUCCESS);
    CHECK_STATUS(Get(Pdo, &Own, 0, 0, sizeof(Read), &Read, &Needed, &Type), STATUS_SUCCESS);
    CHECK_EQ(Read, 2);
    CHECK_STATUS(Set(Pdo, &Own, 0, 1, TYPE_EMPTY, 0, NULL), STATUS_SUCCESS);
}

/* DEVPKEY_Device_EnumeratorName, DEVPKEY_Device_PDOName, DEVPKEY_Device_ProblemCode,
 * DEVPKEY_Device_Parent */
static const KEY Enumerator = {
    {0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}}, 24};
static const KEY PdoName = {
    {0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}}, 16};
static const KEY Problem = {
    {0x4340a6c5, 0x93fa, 0x4706, {0x97, 0x2c, 0x7b, 0x64, 0x80, 0x08, 0xa5, 0xa7}}, 3};
static const KEY Parent = {
    {0x4340a6c5, 0x93fa, 0x4706, {0x97, 0x2c, 0x7b, 0x64, 0x80, 0x08, 0xa5, 0xa7}}, 8};

#define TYPE_STRING 0x12

static BOOLEAN IsText(const WCHAR *Text, const WCHAR *Start)
{
    UNICODE_STRING Whole, Prefix;

    RtlInitUnicodeString(&Whole, Text);
    RtlInitUnicodeString(&Prefix, Start);
    return RtlPrefixUnicodeString(&Prefix, &Whole, TRUE);
}

TEST(IoGetDevicePropertyData, WhatTheSystemKnowsOfADevice)
{
    GET_DEVICE Get = (GET_DEVICE)KtestExport(L"IoGetDevicePropertyData");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    ULONG Number = 0x5a, Needed, Type;
    WCHAR Text[128];

    if (Get == NULL) {
        skip("IoGetDevicePropertyData came with Windows Vista");
        return;
    }
    CHECK_STATUS(Get(Pdo, &Enumerator, 0, 0, 2, Text, &Needed, &Type), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Needed, sizeof(L"ROOT"));
    CHECK_STATUS(Get(Pdo, &Enumerator, 0, 0, sizeof(Text), Text, &Needed, &Type), STATUS_SUCCESS);
    CHECK(Type == TYPE_STRING && IsText(Text, L"ROOT"));
    CHECK_STATUS(Get(Pdo, &PdoName, 0, 0, sizeof(Text), Text, &Needed, &Type), STATUS_SUCCESS);
    CHECK(Type == TYPE_STRING && IsText(Text, L"\\Device\\"));
    CHECK_STATUS(Get(Pdo, &Parent, 0, 0, 2, Text, &Needed, &Type), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Get(Pdo, &Parent, 0, 0, sizeof(Text), Text, &Needed, &Type), STATUS_SUCCESS);
    CHECK(Type == TYPE_STRING && IsText(Text, L"HTREE\\ROOT\\0"));
    CHECK_STATUS(Get(Pdo, &Problem, 0, 0, sizeof(Number), &Number, &Needed, &Type), STATUS_SUCCESS);
    CHECK_EQ(Number, 0);
    CHECK_EQ(Type, TYPE_UINT32);
}

TEST(IoGetDevicePropertyData, NotOfAPlainDevice)
{
    GET_DEVICE Get = (GET_DEVICE)KtestExport(L"IoGetDevicePropertyData");
    PDEVICE_OBJECT Device = PnpTestPlain();
    ULONG Read, Needed, Type;

    if (!CHECK(Device != NULL))
        return;
    if (Get != NULL)
        CHECK(!NT_SUCCESS(Get(Device, &Own, 0, 0, sizeof(Read), &Read, &Needed, &Type)));
    else
        skip("IoGetDevicePropertyData came with Windows Vista");
    IoDeleteDevice(Device);
}

TEST(IoSetDeviceInterfacePropertyData, WhatIsSetCanBeRead)
{
    SET_INTERFACE Set = (SET_INTERFACE)KtestExport(L"IoSetDeviceInterfacePropertyData");
    GET_INTERFACE Get = (GET_INTERFACE)KtestExport(L"IoGetDeviceInterfacePropertyData");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    ULONG Number = 77, Read = 0, Needed = 0, Type = 0;
    UNICODE_STRING Name;

    if (Set == NULL || Get == NULL) {
        skip("IoSetDeviceInterfacePropertyData came with Windows 8");
        return;
    }
    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Set(&Name, &Own, 0, 0, TYPE_UINT32, sizeof(Number), &Number), STATUS_SUCCESS);
    CHECK_STATUS(Get(&Name, &Own, 0, 0, sizeof(Read), &Read, &Needed, &Type), STATUS_SUCCESS);
    CHECK_EQ(Read, 77);
    CHECK_EQ(Type, TYPE_UINT32);
    CHECK_STATUS(Set(&Name, &Own, 0, 0, TYPE_EMPTY, 0, NULL), STATUS_SUCCESS);
    RtlFreeUnicodeString(&Name);
}
