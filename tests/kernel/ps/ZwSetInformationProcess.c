/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetInformationProcess - changing a process
 */
#include "pstest.h"

#define SELF ((HANDLE)(LONG_PTR)-1)

#define SET_EXPORTS(Prefix)                                                              \
    LATER(Prefix##SetInformationProcess, NTSTATUS, HANDLE, ULONG, PVOID, ULONG)          \
    LATER(Prefix##QueryInformationProcess, NTSTATUS, HANDLE, ULONG, PVOID, ULONG, PULONG)

TEST(ZwSetInformationProcess, SetsThePriorityClass)
{
    SET_EXPORTS(Zw)
    LATER(PsGetProcessPriorityClass, UCHAR, PEPROCESS)
    LATER(PsSetProcessPriorityClass, VOID, PEPROCESS, UCHAR)
    const UCHAR Before = PsGetProcessPriorityClass(PsGetCurrentProcess());
    UCHAR Priority[2] = {FALSE, 6};

    CHECK_STATUS(ZwSetInformationProcess(SELF, 18, Priority, sizeof(Priority)), STATUS_SUCCESS);
    CHECK_EQ(PsGetProcessPriorityClass(PsGetCurrentProcess()), 6);
    Priority[1] = 0;
    CHECK_STATUS(
        ZwQueryInformationProcess(SELF, 18, Priority, sizeof(Priority), NULL), STATUS_SUCCESS);
    CHECK_EQ(Priority[1], 6);
    Priority[1] = 77;
    CHECK_STATUS(
        ZwSetInformationProcess(SELF, 18, Priority, sizeof(Priority)), STATUS_INVALID_PARAMETER);
    PsSetProcessPriorityClass(PsGetCurrentProcess(), Before);
    CHECK_EQ(PsGetProcessPriorityClass(PsGetCurrentProcess()), Before);
}

TEST(ZwSetInformationProcess, SetsNumbers)
{
    SET_EXPORTS(Zw)
    ULONG Value = 1, Now = 0;

    CHECK_STATUS(ZwSetInformationProcess(SELF, 33, &Value, sizeof(Value)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationProcess(SELF, 33, &Now, sizeof(Now), NULL), STATUS_SUCCESS);
    CHECK_EQ(Now, 1);
    Value = 2;
    CHECK_STATUS(ZwSetInformationProcess(SELF, 33, &Value, sizeof(Value)), STATUS_SUCCESS);
    Value = 50;
    CHECK_STATUS(
        ZwSetInformationProcess(SELF, 33, &Value, sizeof(Value)), STATUS_INVALID_PARAMETER);
}

TEST(ZwSetInformationProcess, ChecksClassLengthAndHandle)
{
    SET_EXPORTS(Zw)
    ULONG Value = 1;

    CHECK_STATUS(
        ZwSetInformationProcess(SELF, 0x7FFF, &Value, sizeof(Value)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwSetInformationProcess(SELF, 33, &Value, 3), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetInformationProcess(NULL, 33, &Value, sizeof(Value)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwSetInformationProcess((HANDLE)(LONG_PTR)-2, 33, &Value, sizeof(Value)),
        STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(NtSetInformationProcess, IsTheSame)
{
    SET_EXPORTS(Nt)
    ULONG Value = 0;

    CHECK_STATUS(NtSetInformationProcess(SELF, 22, &Value, sizeof(Value)), STATUS_SUCCESS);
    CHECK_STATUS(NtQueryInformationProcess(SELF, 22, &Value, sizeof(Value), NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        NtSetInformationProcess(SELF, 0x7FFF, &Value, sizeof(Value)), STATUS_INVALID_INFO_CLASS);
}
