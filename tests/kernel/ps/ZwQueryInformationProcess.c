/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationProcess - who a process is.
 */
#include "pstest.h"

NTSTATUS NTAPI ZwQueryInformationProcess(HANDLE Process, ULONG Class, PVOID To, ULONG Length, PULONG Needed);

#define SELF ((HANDLE)(LONG_PTR)-1)

typedef struct BASIC {
    NTSTATUS ExitStatus;
    PVOID PebBaseAddress;
    ULONG_PTR AffinityMask;
    LONG BasePriority;
    ULONG_PTR UniqueProcessId;
    ULONG_PTR InheritedFromUniqueProcessId;
} BASIC;

TEST(ZwQueryInformationProcess, TellsBasicInformation)
{
    BASIC Basic;
    ULONG Needed = 0;

    RtlZeroMemory(&Basic, sizeof(Basic));
    CHECK_STATUS(ZwQueryInformationProcess(SELF, 0, &Basic, sizeof(Basic), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(Basic));
    CHECK_PTR(Basic.UniqueProcessId, PsGetCurrentProcessId());
    CHECK_STATUS(Basic.ExitStatus, STATUS_PENDING);
    CHECK_STATUS(ZwQueryInformationProcess(SELF, 0, &Basic, sizeof(Basic) - 1, NULL), STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwQueryInformationProcess, TellsTheImagesName)
{
    struct {
        UNICODE_STRING Name;
        WCHAR Room[300];
    } Image;
    ULONG Needed = 0;

    CHECK_STATUS(ZwQueryInformationProcess(SELF, 27, &Image, 0, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK(Needed >= sizeof(UNICODE_STRING));
    CHECK_STATUS(ZwQueryInformationProcess(SELF, 27, &Image, sizeof(Image), &Needed), STATUS_SUCCESS);
    CHECK(Image.Name.Length + sizeof(UNICODE_STRING) <= Needed);
}

TEST(ZwQueryInformationProcess, TellsOf32BitProcesses)
{
    ULONG_PTR Wow64 = 1;

    CHECK_STATUS(ZwQueryInformationProcess(SELF, 26, &Wow64, sizeof(Wow64), NULL), STATUS_SUCCESS);
    CHECK_EQ(Wow64, 0);
}

TEST(ZwQueryInformationProcess, RefusesAnUnknownClass)
{
    ULONG_PTR Value;

    CHECK_STATUS(ZwQueryInformationProcess(SELF, 0x1FFF, &Value, sizeof(Value), NULL), STATUS_INVALID_INFO_CLASS);
}
