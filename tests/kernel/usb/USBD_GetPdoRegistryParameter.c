/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * USBD_GetPdoRegistryParameter - a value of a device's hardware key.
 */
#include "ktest.h"

#include <usb.h>
#include <usbdlib.h>

#define VALUE_NAME L"dotsys test"

TEST(USBD_GetPdoRegistryParameter, ReadsAValue)
{
    WCHAR Name[] = VALUE_NAME, Nothing[] = L"no such value";
    UNICODE_STRING ValueName = {sizeof(Name) - sizeof(WCHAR), sizeof(Name), Name};
    PDEVICE_OBJECT Pdo = NULL;
    ULONG Value = 4711, Read = 0;
    USHORT Short = 0x5555;
    HANDLE Key;

    if (!CHECK_STATUS(IoReportDetectedDevice(KtestDriverObject, InterfaceTypeUndefined, (ULONG)-1,
                          (ULONG)-1, NULL, NULL, FALSE, &Pdo),
            STATUS_SUCCESS))
        return;
    if (!CHECK_STATUS(IoOpenDeviceRegistryKey(Pdo, PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &Key),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ZwSetValueKey(Key, &ValueName, 0, REG_DWORD, &Value, sizeof(Value)), STATUS_SUCCESS);
    CHECK_STATUS(
        USBD_GetPdoRegistryParameter(Pdo, &Read, sizeof(Read), Name, sizeof(Name)), STATUS_SUCCESS);
    CHECK_EQ(Read, 4711);
    CHECK(
        !NT_SUCCESS(USBD_GetPdoRegistryParameter(Pdo, &Short, sizeof(Short), Name, sizeof(Name))));
    CHECK_EQ(Short, 0x5555);
    CHECK_STATUS(USBD_GetPdoRegistryParameter(Pdo, &Read, sizeof(Read), Nothing, sizeof(Nothing)),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    ZwDeleteValueKey(Key, &ValueName);
    ZwClose(Key);
}
