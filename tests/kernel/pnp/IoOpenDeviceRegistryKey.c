/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(IoOpenDeviceRegistryKey, TheDevicesKeyKeepsValues)
{
    KTEST_STRING(Value, L"Answer");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UCHAR Buffer[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + 16];
    ULONG Number = 43, Length;
    HANDLE Key;

    if (!CHECK(Pdo != NULL))
        return;
    if (CHECK_STATUS(IoOpenDeviceRegistryKey(Pdo, PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &Key),
            STATUS_SUCCESS)) {
        CHECK_STATUS(
            ZwSetValueKey(Key, &Value, 0, REG_DWORD, &Number, sizeof(Number)), STATUS_SUCCESS);
        ZwClose(Key);
    }
    if (CHECK_STATUS(
            IoOpenDeviceRegistryKey(Pdo, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &Key), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryValueKey(
                         Key, &Value, KeyValuePartialInformation, Buffer, sizeof(Buffer), &Length),
            STATUS_SUCCESS);
        CHECK_EQ(*(ULONG *)((PKEY_VALUE_PARTIAL_INFORMATION)Buffer)->Data, 43);
        ZwClose(Key);
    }
}

TEST(IoOpenDeviceRegistryKey, RefusesOtherTypesAndPlainDevices)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo(), Device = PnpTestPlain();
    HANDLE Key;

    if (!CHECK(Pdo != NULL && Device != NULL))
        return;
    CHECK_STATUS(IoOpenDeviceRegistryKey(Pdo, 0, KEY_READ, &Key), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(IoOpenDeviceRegistryKey(Device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &Key),
        STATUS_INVALID_DEVICE_REQUEST);
    IoDeleteDevice(Device);
}

TEST(IoOpenDeviceRegistryKey, TheDriversKeyIsThereWhenOneIsInstalled)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    WCHAR Text[64];
    ULONG Length;
    HANDLE Key;

    if (!CHECK(Pdo != NULL))
        return;
    BOOLEAN Installed = NT_SUCCESS(
        IoGetDeviceProperty(Pdo, DevicePropertyDriverKeyName, sizeof(Text), Text, &Length));
    NTSTATUS Status = IoOpenDeviceRegistryKey(Pdo, PLUGPLAY_REGKEY_DRIVER, KEY_READ, &Key);
    CHECK_EQ(NT_SUCCESS(Status), Installed);
    if (NT_SUCCESS(Status))
        ZwClose(Key);
}
