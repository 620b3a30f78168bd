/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalGetEnvironmentVariable and its kin - variables of a BIOS, and of an EFI that is not there.
 */
#include "ktest.h"

#define ARC_SUCCESS 0
#define ARC_NO_ENTRY 14
#define ARC_NO_MEMORY 16

typedef ULONG(NTAPI *GET)(PCSTR Variable, USHORT Length, PSTR Buffer);
typedef ULONG(NTAPI *SET)(PCSTR Variable, PCSTR Value);

TEST(HalGetEnvironmentVariable, KnowsOne)
{
    GET Get = (GET)KtestExport(L"HalGetEnvironmentVariable");
    SET Set = (SET)KtestExport(L"HalSetEnvironmentVariable");
    CHAR Value[8] = {'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'};

    if (Get == NULL || Set == NULL) {
        skip("not exported here");
        return;
    }
    CHECK_EQ(Get("NoSuchVariable", sizeof(Value), Value), ARC_NO_ENTRY);
    CHECK_EQ(Value[0], 'x');
    CHECK_EQ(Set("NoSuchVariable", "TRUE"), ARC_NO_ENTRY);
    CHECK_EQ(Get("LASTKNOWNGOOD", 5, Value), ARC_NO_MEMORY); /* FALSE, and a zero */
    CHECK_EQ(Value[0], 'x');
    CHECK_EQ(Get("LastKnownGood", 6, Value), ARC_SUCCESS);
    CHECK(Value[0] == 'F' && Value[4] == 'E' && Value[5] == 0 && Value[6] == 'x');
    CHECK_EQ(Set("LastKnownGood", "TRUE"), ARC_SUCCESS);
    CHECK_EQ(Get("LastKnownGood", sizeof(Value), Value), ARC_SUCCESS);
    CHECK(Value[0] == 'T' && Value[3] == 'E' && Value[4] == 0);
    CHECK_EQ(Set("LastKnownGood", "FALSE"), ARC_SUCCESS);
}

TEST(HalGetEnvironmentVariableEx, NeedsEfi)
{
    NTSTATUS(NTAPI * Get)(PCWSTR, const GUID *, PVOID, PULONG, PULONG) =
        (PVOID)KtestExport(L"HalGetEnvironmentVariableEx");
    NTSTATUS(NTAPI * Set)(PCWSTR, const GUID *, PVOID, ULONG, ULONG) =
        (PVOID)KtestExport(L"HalSetEnvironmentVariableEx");
    NTSTATUS(NTAPI * Enumerate)(ULONG, PVOID, PULONG) =
        (PVOID)KtestExport(L"HalEnumerateEnvironmentVariablesEx");
    static const GUID Vendor = {0x12345678, 0, 0, {0}};
    ULONG Length = sizeof(ULONG), Attributes = 0, Value = 77;

    if (Get == NULL || Set == NULL || Enumerate == NULL) {
        skip("new in Windows Vista");
        return;
    }
    if (Get(L"KtestNoSuchVariable", &Vendor, &Value, &Length, &Attributes) !=
        STATUS_NOT_IMPLEMENTED) {
        skip("this PC has EFI");
        return;
    }
    CHECK_EQ(Value, 77);
    CHECK_STATUS(Set(L"KtestNoSuchVariable", &Vendor, &Value, sizeof(Value), 7),
                 STATUS_NOT_IMPLEMENTED);
    CHECK_STATUS(Enumerate(1, NULL, &Length), STATUS_NOT_IMPLEMENTED);
}
