/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(IoGetDeviceProperty, TheEnumeratorIsRoot)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    WCHAR Text[32];
    ULONG Length = 0;
    UNICODE_STRING Name;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(
            IoGetDeviceProperty(Pdo, DevicePropertyEnumeratorName, sizeof(Text), Text, &Length),
            STATUS_SUCCESS))
        return;
    CHECK_EQ(Length, sizeof(L"ROOT"));
    RtlInitUnicodeString(&Name, Text);
    RtlUpcaseUnicodeString(&Name, &Name, FALSE);
    CHECK_STRING(&Name, L"ROOT");
}

TEST(IoGetDeviceProperty, ATooSmallBufferSaysWhatIsNeeded)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    WCHAR Text[128];
    ULONG Needed = 0, Length = 0;
    UNICODE_STRING Name;

    if (!CHECK(Pdo != NULL))
        return;
    CHECK_STATUS(IoGetDeviceProperty(Pdo, DevicePropertyPhysicalDeviceObjectName, 0, NULL, &Needed),
        STATUS_BUFFER_TOO_SMALL);
    if (!CHECK(Needed > sizeof(L"\\Device\\") && Needed <= sizeof(Text)))
        return;
    CHECK_STATUS(
        IoGetDeviceProperty(Pdo, DevicePropertyPhysicalDeviceObjectName, Needed, Text, &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Length, Needed);
    RtlInitUnicodeString(&Name, Text);
    CHECK_EQ(Name.Length + sizeof(WCHAR), Needed);
    CHECK(RtlEqualMemory(Text, L"\\Device\\", 16));
}

TEST(IoGetDeviceProperty, HardwareIdsAreAListOfStrings)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    WCHAR Text[256];
    ULONG Length = 0;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(
            IoGetDeviceProperty(Pdo, DevicePropertyHardwareID, sizeof(Text), Text, &Length),
            STATUS_SUCCESS))
        return;
    CHECK(Length > 2 * sizeof(WCHAR) && Length % sizeof(WCHAR) == 0);
    CHECK_EQ(Text[Length / sizeof(WCHAR) - 1], 0);
    CHECK_EQ(Text[Length / sizeof(WCHAR) - 2], 0);
}

TEST(IoGetDeviceProperty, WhatNobodySaidIsNotFound)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    WCHAR Text[64];
    ULONG Length = 1;

    if (!CHECK(Pdo != NULL))
        return;
    CHECK_STATUS(IoGetDeviceProperty(Pdo, DevicePropertyFriendlyName, sizeof(Text), Text, &Length),
        STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(IoGetDeviceProperty, APropertyThereIsNotIsRefused)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    WCHAR Text[64];
    ULONG Length;

    if (!CHECK(Pdo != NULL))
        return;
    CHECK_STATUS(
        IoGetDeviceProperty(Pdo, (DEVICE_REGISTRY_PROPERTY)0x7f, sizeof(Text), Text, &Length),
        STATUS_INVALID_PARAMETER_2);
}
