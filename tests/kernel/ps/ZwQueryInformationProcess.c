/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationProcess - who a process is.
 */
#include "pstest.h"

NTSTATUS NTAPI ZwQueryInformationProcess(
    HANDLE Process, ULONG Class, PVOID To, ULONG Length, PULONG Needed);

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
    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 0, &Basic, sizeof(Basic), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(Basic));
    CHECK_PTR(Basic.UniqueProcessId, PsGetCurrentProcessId());
    CHECK_STATUS(Basic.ExitStatus, STATUS_PENDING);
    CHECK_STATUS(ZwQueryInformationProcess(SELF, 0, &Basic, sizeof(Basic) - 1, NULL),
        STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwQueryInformationProcess, TellsTheImagesName)
{
    struct {
        UNICODE_STRING Name;
        WCHAR Room[300];
    } Image;
    ULONG Needed = 0;

    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 27, &Image, 0, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK(Needed >= sizeof(UNICODE_STRING));
    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 27, &Image, sizeof(Image), &Needed), STATUS_SUCCESS);
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

    CHECK_STATUS(ZwQueryInformationProcess(SELF, 0x1FFF, &Value, sizeof(Value), NULL),
        STATUS_INVALID_INFO_CLASS);
}

/* First the class, then the length, then the handle. */
TEST(ZwQueryInformationProcess, ChecksInOrder)
{
    BASIC Basic;

    CHECK_STATUS(ZwQueryInformationProcess(NULL, 0x1FFF, NULL, 0, NULL), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwQueryInformationProcess(NULL, 0, NULL, 0, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQueryInformationProcess(NULL, 0, &Basic, sizeof(Basic) + 4, NULL),
        STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(
        ZwQueryInformationProcess(NULL, 0, &Basic, sizeof(Basic), NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwQueryInformationProcess(NULL, 30, NULL, 0, NULL), STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwQueryInformationProcess, AnswersWithNumbers)
{
    static const struct {
        ULONG Class, Value;
    } Known[] = {{22 /* boost disabled */, 0}, {29 /* break on termination */, 0},
        {33 /* I/O priority */, 2}, {39 /* page priority */, 5}, {31 /* debug flags */, 1}};
    ULONG Index, Value, Length;

    for (Index = 0; Index < sizeof(Known) / sizeof(Known[0]); Index++) {
        Value = 99;
        CHECK_STATUS(
            ZwQueryInformationProcess(SELF, Known[Index].Class, &Value, sizeof(Value), &Length),
            STATUS_SUCCESS);
        CHECK_EQ(Length, sizeof(Value));
        CHECK_STATUS(ZwQueryInformationProcess(SELF, Known[Index].Class, &Value, 3, NULL),
            STATUS_INFO_LENGTH_MISMATCH);
    }
}

TEST(ZwQueryInformationProcess, TellsTimesHandlesAndDebugger)
{
    LARGE_INTEGER Times[4];
    ULONG_PTR Port = 1;
    ULONG Handles = 0;
    HANDLE Object;

    CHECK_STATUS(ZwQueryInformationProcess(SELF, 4, Times, sizeof(Times), NULL), STATUS_SUCCESS);
    CHECK_EQ(Times[0].QuadPart, PsGetProcessCreateTimeQuadPart(PsGetCurrentProcess()));
    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 20, &Handles, sizeof(Handles), NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationProcess(SELF, 7, &Port, sizeof(Port), NULL), STATUS_SUCCESS);
    CHECK_EQ(Port, 0);
    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 30, &Object, sizeof(Object), NULL), STATUS_PORT_NOT_SET);
    CHECK_STATUS(ZwQueryInformationProcess((HANDLE)(LONG_PTR)-2, 4, Times, sizeof(Times), NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(
        ZwQueryInformationProcess(NULL, 4, Times, sizeof(Times), NULL), STATUS_INVALID_HANDLE);
}

TEST(ZwQueryInformationProcess, TellsSubsystemAndProtection)
{
    ULONG Subsystem = 9;
    UCHAR Protection = 0;

    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 75, &Subsystem, sizeof(Subsystem), NULL), STATUS_SUCCESS);
    CHECK_EQ(Subsystem, 0);
    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 61, &Protection, sizeof(Protection), NULL), STATUS_SUCCESS);
}
