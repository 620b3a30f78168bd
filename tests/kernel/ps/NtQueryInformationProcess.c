/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtQueryInformationProcess - who a process is.
 */
#include "pstest.h"

#define SELF ((HANDLE)(LONG_PTR)-1)

typedef struct BASIC {
    NTSTATUS ExitStatus;
    PVOID PebBaseAddress;
    ULONG_PTR AffinityMask;
    LONG BasePriority;
    ULONG_PTR UniqueProcessId;
    ULONG_PTR InheritedFromUniqueProcessId;
} BASIC;

TEST(NtQueryInformationProcess, TellsBasicInformation)
{
    BASIC Basic;
    ULONG Needed = 0;
    LATER(NtQueryInformationProcess, NTSTATUS, HANDLE Process, ULONG Class, PVOID To, ULONG Length,
          PULONG Needed)

    RtlZeroMemory(&Basic, sizeof(Basic));
    CHECK_STATUS(
        NtQueryInformationProcess(SELF, 0, &Basic, sizeof(Basic), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(Basic));
    CHECK_PTR(Basic.UniqueProcessId, PsGetCurrentProcessId());
    CHECK_STATUS(Basic.ExitStatus, STATUS_PENDING);
    CHECK_STATUS(NtQueryInformationProcess(SELF, 0, &Basic, sizeof(Basic) - 1, NULL),
        STATUS_INFO_LENGTH_MISMATCH);
}

TEST(NtQueryInformationProcess, TellsTheImagesName)
{
    struct {
        UNICODE_STRING Name;
        WCHAR Room[300];
    } Image;
    ULONG Needed = 0;
    LATER(NtQueryInformationProcess, NTSTATUS, HANDLE Process, ULONG Class, PVOID To, ULONG Length,
          PULONG Needed)

    CHECK_STATUS(
        NtQueryInformationProcess(SELF, 27, &Image, 0, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK(Needed >= sizeof(UNICODE_STRING));
    CHECK_STATUS(
        NtQueryInformationProcess(SELF, 27, &Image, sizeof(Image), &Needed), STATUS_SUCCESS);
    CHECK(Image.Name.Length + sizeof(UNICODE_STRING) <= Needed);
}

TEST(NtQueryInformationProcess, TellsOf32BitProcesses)
{
    ULONG_PTR Wow64 = 1;
    LATER(NtQueryInformationProcess, NTSTATUS, HANDLE Process, ULONG Class, PVOID To, ULONG Length,
          PULONG Needed)

    CHECK_STATUS(NtQueryInformationProcess(SELF, 26, &Wow64, sizeof(Wow64), NULL), STATUS_SUCCESS);
    CHECK_EQ(Wow64, 0);
}

TEST(NtQueryInformationProcess, RefusesAnUnknownClass)
{
    ULONG_PTR Value;
    LATER(NtQueryInformationProcess, NTSTATUS, HANDLE Process, ULONG Class, PVOID To, ULONG Length,
          PULONG Needed)

    CHECK_STATUS(NtQueryInformationProcess(SELF, 0x1FFF, &Value, sizeof(Value), NULL),
        STATUS_INVALID_INFO_CLASS);
}
