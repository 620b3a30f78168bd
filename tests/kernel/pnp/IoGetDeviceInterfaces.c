/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

static ULONG CountNames(PWSTR List)
{
    ULONG Count = 0;

    while (*List != 0) {
        while (*List != 0)
            List++;
        List++;
        Count++;
    }
    return Count;
}

static ULONG CountInterfaces(PDEVICE_OBJECT Pdo, ULONG Flags)
{
    PWSTR List = NULL;
    ULONG Count = (ULONG)-1;

    if (CHECK_STATUS(IoGetDeviceInterfaces(&PnpTestClass, Pdo, Flags, &List), STATUS_SUCCESS)) {
        Count = CountNames(List);
        ExFreePool(List);
    }
    return Count;
}

TEST(IoGetDeviceInterfaces, ListsThoseThatAreEnabled)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name;
    PWSTR List;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    CHECK_EQ(CountInterfaces(NULL, 0), 0);
    CHECK(CountInterfaces(NULL, DEVICE_INTERFACE_INCLUDE_NONACTIVE) >= 1);
    IoSetDeviceInterfaceState(&Name, TRUE);
    CHECK_EQ(CountInterfaces(NULL, 0), 1);
    CHECK_EQ(CountInterfaces(Pdo, 0), 1);
    if (CHECK_STATUS(IoGetDeviceInterfaces(&PnpTestClass, NULL, 0, &List), STATUS_SUCCESS)) {
        UNICODE_STRING Found;
        RtlInitUnicodeString(&Found, List);
        CHECK(RtlEqualUnicodeString(&Found, &Name, TRUE));
        ExFreePool(List);
    }
    IoSetDeviceInterfaceState(&Name, FALSE);
    RtlFreeUnicodeString(&Name);
}

TEST(IoGetDeviceInterfaces, APlainDeviceIsRefused)
{
    PDEVICE_OBJECT Device = PnpTestPlain();
    PWSTR List;

    if (!CHECK(Device != NULL))
        return;
    CHECK_STATUS(
        IoGetDeviceInterfaces(&PnpTestClass, Device, 0, &List), STATUS_INVALID_DEVICE_REQUEST);
    IoDeleteDevice(Device);
}
