/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

static BOOLEAN EndsWith(PUNICODE_STRING Name, const WCHAR *End, USHORT Characters)
{
    USHORT Length = Name->Length / sizeof(WCHAR);

    if (Length < Characters)
        return FALSE;
    for (USHORT Index = 0; Index < Characters; Index++) {
        if (RtlUpcaseUnicodeChar(Name->Buffer[Length - Characters + Index]) !=
            RtlUpcaseUnicodeChar(End[Index]))
            return FALSE;
    }
    return TRUE;
}

TEST(IoRegisterDeviceInterface, NamesTheInterface)
{
    static const WCHAR Guid[] = L"#{0d0b4a1e-4f43-4a9c-8c1b-6c3f6b1d2e01}";
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name, Again;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    CHECK(Name.Length > 4 * sizeof(WCHAR) &&
        RtlEqualMemory(Name.Buffer, L"\\??\\", 4 * sizeof(WCHAR)));
    CHECK(EndsWith(&Name, Guid, sizeof(Guid) / sizeof(WCHAR) - 1));
    for (USHORT Index = 4; Index < Name.Length / sizeof(WCHAR); Index++)
        CHECK(Name.Buffer[Index] != L'\\');
    if (CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Again), STATUS_SUCCESS)) {
        CHECK(RtlEqualUnicodeString(&Name, &Again, TRUE));
        RtlFreeUnicodeString(&Again);
    }
    RtlFreeUnicodeString(&Name);
}

TEST(IoRegisterDeviceInterface, AReferenceStringFollowsTheName)
{
    KTEST_STRING(Reference, L"second");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(
            IoRegisterDeviceInterface(Pdo, &PnpTestClass, &Reference, &Name), STATUS_SUCCESS))
        return;
    CHECK(EndsWith(&Name, L"}\\second", 8));
    RtlFreeUnicodeString(&Name);
}

TEST(IoRegisterDeviceInterface, APlainDeviceHasNone)
{
    PDEVICE_OBJECT Device = PnpTestPlain();
    UNICODE_STRING Name;

    if (!CHECK(Device != NULL))
        return;
    CHECK_STATUS(IoRegisterDeviceInterface(Device, &PnpTestClass, NULL, &Name),
        STATUS_INVALID_DEVICE_REQUEST);
    IoDeleteDevice(Device);
}
