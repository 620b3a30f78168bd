/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExGetFirmwareEnvironmentVariable, ExSetFirmwareEnvironmentVariable, ZwEnumerateBootEntries and its
 * like - on a machine with a BIOS.
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

typedef NTSTATUS(NTAPI *BOOT_SERVICE)(PVOID Buffer, ULONG_PTR Length);
typedef NTSTATUS(NTAPI *BOOT_SERVICE_OF_ONE)(PVOID Buffer);

TEST(ZwQueryBootEntryOrder, NeedsEfi)
{
    /* With a pointer to the length, or with the length. */
    static const WCHAR *const Asking[] = {L"ZwEnumerateDriverEntries", L"ZwQueryBootEntryOrder",
        L"ZwQueryBootOptions", L"ZwQueryDriverEntryOrder", L"ZwAddBootEntry", L"ZwAddDriverEntry"};
    static const WCHAR *const Telling[] = {
        L"ZwSetBootEntryOrder", L"ZwSetBootOptions", L"ZwSetDriverEntryOrder"};
    UCHAR Buffer[64] = {0};
    ULONG Bytes = sizeof(Buffer);

    if (HasEfi()) {
        skip("a BIOS is wanted");
        return;
    }
    for (ULONG i = 0; i < RTL_NUMBER_OF(Asking); i++) {
        BOOT_SERVICE Service = (BOOT_SERVICE)(ULONG_PTR)KtestExport(Asking[i]);
        if (Service != NULL)
            CHECK_STATUS(Service(Buffer, (ULONG_PTR)&Bytes), STATUS_NOT_IMPLEMENTED);
    }
    for (ULONG i = 0; i < RTL_NUMBER_OF(Telling); i++) {
        BOOT_SERVICE Service = (BOOT_SERVICE)(ULONG_PTR)KtestExport(Telling[i]);
        if (Service != NULL)
            CHECK_STATUS(Service(Buffer, sizeof(ULONG)), STATUS_NOT_IMPLEMENTED);
    }
}

TEST(ZwModifyBootEntry, NeedsEfi)
{
    static const WCHAR *const ByEntry[] = {L"ZwModifyBootEntry", L"ZwModifyDriverEntry"};
    static const WCHAR *const ByNumber[] = {L"ZwDeleteBootEntry", L"ZwDeleteDriverEntry"};
    UCHAR Buffer[64] = {0};

    if (HasEfi()) {
        skip("a BIOS is wanted");
        return;
    }
    for (ULONG i = 0; i < RTL_NUMBER_OF(ByEntry); i++) {
        BOOT_SERVICE_OF_ONE Service = (BOOT_SERVICE_OF_ONE)(ULONG_PTR)KtestExport(ByEntry[i]);
        if (Service != NULL)
            CHECK_STATUS(Service(Buffer), STATUS_NOT_IMPLEMENTED);
        Service = (BOOT_SERVICE_OF_ONE)(ULONG_PTR)KtestExport(ByNumber[i]);
        if (Service != NULL)
            CHECK_STATUS(Service((PVOID)0xFFFF), STATUS_NOT_IMPLEMENTED);
    }
}
