/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(IoOpenDeviceInterfaceRegistryKey, KeepsValues)
{
    KTEST_STRING(Value, L"Answer");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UCHAR Buffer[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + 16];
    ULONG Number = 42, Length;
    UNICODE_STRING Name;
    HANDLE Key;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            IoOpenDeviceInterfaceRegistryKey(&Name, KEY_ALL_ACCESS, &Key), STATUS_SUCCESS)) {
        CHECK_STATUS(
            ZwSetValueKey(Key, &Value, 0, REG_DWORD, &Number, sizeof(Number)), STATUS_SUCCESS);
        ZwClose(Key);
    }
    if (CHECK_STATUS(IoOpenDeviceInterfaceRegistryKey(&Name, KEY_READ, &Key), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryValueKey(
                         Key, &Value, KeyValuePartialInformation, Buffer, sizeof(Buffer), &Length),
            STATUS_SUCCESS);
        CHECK_EQ(*(ULONG *)((PKEY_VALUE_PARTIAL_INFORMATION)Buffer)->Data, 42);
        ZwClose(Key);
    }
    RtlFreeUnicodeString(&Name);
}

TEST(IoOpenDeviceInterfaceRegistryKey, NotOfWhatIsNotRegistered)
{
    KTEST_STRING(Name, L"\\??\\ROOT#NOSUCHTHING#0000#{0d0b4a1e-4f43-4a9c-8c1b-6c3f6b1d2e01}");
    HANDLE Key;

    CHECK(!NT_SUCCESS(IoOpenDeviceInterfaceRegistryKey(&Name, KEY_READ, &Key)));
}
