/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

/* Whether the name leads anywhere. */
static BOOLEAN LinkIsThere(PUNICODE_STRING Name)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Link;

    InitializeObjectAttributes(
        &Attributes, Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ZwOpenSymbolicLinkObject(&Link, GENERIC_READ, &Attributes)))
        return FALSE;
    ZwClose(Link);
    return TRUE;
}

TEST(IoSetDeviceInterfaceState, TheNameIsThereWhileItIsEnabled)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    CHECK(!LinkIsThere(&Name));
    CHECK_STATUS(IoSetDeviceInterfaceState(&Name, TRUE), STATUS_SUCCESS);
    CHECK(LinkIsThere(&Name));
    CHECK_STATUS(IoSetDeviceInterfaceState(&Name, TRUE), STATUS_OBJECT_NAME_EXISTS);
    CHECK_STATUS(IoSetDeviceInterfaceState(&Name, FALSE), STATUS_SUCCESS);
    CHECK(!LinkIsThere(&Name));
    CHECK_STATUS(IoSetDeviceInterfaceState(&Name, FALSE), STATUS_OBJECT_NAME_NOT_FOUND);
    RtlFreeUnicodeString(&Name);
}

TEST(IoSetDeviceInterfaceState, InterfacesOfOneClassShareTheName)
{
    KTEST_STRING(One, L"one");
    KTEST_STRING(Two, L"two");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING First, Second, Base;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestOther, &One, &First), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            IoRegisterDeviceInterface(Pdo, &PnpTestOther, &Two, &Second), STATUS_SUCCESS)) {
        Base = First;
        Base.Length -= 4 * sizeof(WCHAR); /* "\one" */
        CHECK_STATUS(IoSetDeviceInterfaceState(&First, TRUE), STATUS_SUCCESS);
        CHECK_STATUS(IoSetDeviceInterfaceState(&Second, TRUE), STATUS_SUCCESS);
        CHECK_STATUS(IoSetDeviceInterfaceState(&First, FALSE), STATUS_SUCCESS);
        CHECK(LinkIsThere(&Base));
        CHECK_STATUS(IoSetDeviceInterfaceState(&Second, FALSE), STATUS_SUCCESS);
        CHECK(!LinkIsThere(&Base));
        RtlFreeUnicodeString(&Second);
    }
    RtlFreeUnicodeString(&First);
}

TEST(IoSetDeviceInterfaceState, WhatIsNotRegisteredCannotBeEnabled)
{
    KTEST_STRING(Name, L"\\??\\ROOT#NOSUCHTHING#0000#{0d0b4a1e-4f43-4a9c-8c1b-6c3f6b1d2e01}");

    CHECK_STATUS(IoSetDeviceInterfaceState(&Name, TRUE), STATUS_OBJECT_NAME_NOT_FOUND);
}
