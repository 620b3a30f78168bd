/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetPersistedStateLocation, RtlIsStateSeparationEnabled - where state is kept on an ordinary
 * edition.
 */
#include "ktest.h"

typedef NTSTATUS(NTAPI *GET)(PCWSTR Source, PCWSTR Custom, PCWSTR Default, ULONG Type,
    PWCHAR Target, ULONG Length, PULONG Needed);

TEST(RtlGetPersistedStateLocation, IsTheDefault)
{
    GET Get = (GET)(ULONG_PTR)KtestExport(L"RtlGetPersistedStateLocation");
    static const WCHAR Default[] = L"\\Registry\\Machine\\Software\\Ktest";
    WCHAR Path[64];
    ULONG Needed = 0;

    if (Get == NULL) {
        skip("new in Windows 10, version 1803");
        return;
    }
    CHECK_STATUS(Get(L"KtestState", NULL, Default, 0, Path, sizeof(Path), &Needed), STATUS_SUCCESS);
    CHECK(RtlCompareMemory(Path, Default, sizeof(Default)) == sizeof(Default));
    CHECK_STATUS(Get(L"KtestState", NULL, Default, 0, Path, 4, &Needed), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Needed, sizeof(Default));
    CHECK_STATUS(
        Get(L"KtestState", NULL, NULL, 0, Path, sizeof(Path), NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        Get(L"KtestState", NULL, Default, 99, Path, sizeof(Path), NULL), STATUS_INVALID_PARAMETER);
}

TEST(RtlIsStateSeparationEnabled, NotHere)
{
    BOOLEAN(NTAPI * Enabled)(VOID) = (PVOID)KtestExport(L"RtlIsStateSeparationEnabled");

    if (Enabled == NULL)
        skip("new in Windows 10, version 1709");
    else
        CHECK(!Enabled());
}
