/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExGetFirmwareEnvironmentVariable, ExSetFirmwareEnvironmentVariable, ZwEnumerateBootEntries - on a
 * machine with a BIOS.
 */
#include "sysinfo_test.h"

typedef NTSTATUS(NTAPI *GET_VARIABLE)(
    PUNICODE_STRING Name, LPGUID Vendor, PVOID Value, PULONG Bytes, PULONG Attributes);
typedef NTSTATUS(NTAPI *SET_VARIABLE)(
    PUNICODE_STRING Name, LPGUID Vendor, PVOID Value, ULONG Bytes, ULONG Attributes);
typedef NTSTATUS(NTAPI *ENUMERATE)(PVOID Buffer, PULONG Bytes);

static GUID Vendor = {0x8be4df61, 0x93ca, 0x11d2, {0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}};

/* TRUE: there is EFI, and other tests are wanted. */
static BOOLEAN HasEfi(VOID)
{
    ULONG Boot[8] = {0};

    return !NT_SUCCESS(ZwQuerySystemInformation(90, Boot, sizeof(Boot), NULL)) || Boot[4] == 2;
}

TEST(ExGetFirmwareEnvironmentVariable, NeedsEfi)
{
    GET_VARIABLE Get = (GET_VARIABLE)(ULONG_PTR)KtestExport(L"ExGetFirmwareEnvironmentVariable");
    UCHAR Value[64];
    ULONG Bytes = sizeof(Value);
    KTEST_STRING(Name, L"BootOrder");

    if (Get == NULL || HasEfi())
        skip("Windows 8 and later, with a BIOS");
    else
        CHECK_STATUS(Get(&Name, &Vendor, Value, &Bytes, NULL), STATUS_NOT_IMPLEMENTED);
}

TEST(ExSetFirmwareEnvironmentVariable, NeedsEfi)
{
    SET_VARIABLE Set = (SET_VARIABLE)(ULONG_PTR)KtestExport(L"ExSetFirmwareEnvironmentVariable");
    UCHAR Value[4] = {0};
    KTEST_STRING(Name, L"KtestVariable");

    if (Set == NULL || HasEfi())
        skip("Windows 8 and later, with a BIOS");
    else
        CHECK_STATUS(Set(&Name, &Vendor, Value, sizeof(Value), 0), STATUS_NOT_IMPLEMENTED);
}

TEST(ZwEnumerateBootEntries, NeedsEfi)
{
    ENUMERATE Enumerate = (ENUMERATE)(ULONG_PTR)KtestExport(L"ZwEnumerateBootEntries");
    UCHAR Entries[64];
    ULONG Bytes = sizeof(Entries);

    if (Enumerate == NULL || HasEfi())
        skip("Windows XP and later, with a BIOS");
    else
        CHECK_STATUS(Enumerate(Entries, &Bytes), STATUS_NOT_IMPLEMENTED);
}
