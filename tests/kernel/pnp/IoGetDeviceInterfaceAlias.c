/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(IoGetDeviceInterfaceAlias, SameDeviceSameReferenceOtherClass)
{
    static const GUID Nowhere = {
        0x0d0b4a1e, 0x4f43, 0x4a9c, {0x8c, 0x1b, 0x6c, 0x3f, 0x6b, 0x1d, 0x2e, 0x7f}};
    KTEST_STRING(Reference, L"alias");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name, Other, Alias;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(
            IoRegisterDeviceInterface(Pdo, &PnpTestClass, &Reference, &Name), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            IoRegisterDeviceInterface(Pdo, &PnpTestOther, &Reference, &Other), STATUS_SUCCESS)) {
        if (CHECK_STATUS(IoGetDeviceInterfaceAlias(&Name, &PnpTestOther, &Alias), STATUS_SUCCESS)) {
            CHECK(RtlEqualUnicodeString(&Alias, &Other, TRUE));
            RtlFreeUnicodeString(&Alias);
        }
        RtlFreeUnicodeString(&Other);
    }
    CHECK(!NT_SUCCESS(IoGetDeviceInterfaceAlias(&Name, &Nowhere, &Alias)));
    RtlFreeUnicodeString(&Name);
}
