/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetInformationThread - changing a thread
 */
#include "pstest.h"

#define SELF ((HANDLE)(LONG_PTR)-2)

#define SET_EXPORTS(Prefix)                                                             \
    LATER(Prefix##SetInformationThread, NTSTATUS, HANDLE, ULONG, PVOID, ULONG)          \
    LATER(Prefix##QueryInformationThread, NTSTATUS, HANDLE, ULONG, PVOID, ULONG, PULONG)

TEST(ZwSetInformationThread, SetsPriorities)
{
    SET_EXPORTS(Zw)
    LONG Priority = 12, Before = KeQueryPriorityThread((PKTHREAD)PsGetCurrentThread()), Bad = 40;
    ULONG Page = 3, Now = 0;

    CHECK_STATUS(
        ZwSetInformationThread(SELF, ThreadPriority, &Priority, sizeof(Priority)), STATUS_SUCCESS);
    CHECK_EQ(KeQueryPriorityThread((PKTHREAD)PsGetCurrentThread()), 12);
    CHECK_STATUS(
        ZwSetInformationThread(SELF, ThreadPriority, &Bad, sizeof(Bad)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        ZwSetInformationThread(SELF, ThreadPriority, &Before, sizeof(Before)), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwSetInformationThread(SELF, 24 /* page priority */, &Page, sizeof(Page)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationThread(SELF, 24, &Now, sizeof(Now), NULL), STATUS_SUCCESS);
    CHECK_EQ(Now, 3);
    Page = 5;
    CHECK_STATUS(ZwSetInformationThread(SELF, 24, &Page, sizeof(Page)), STATUS_SUCCESS);
    Page = 9;
    CHECK_STATUS(ZwSetInformationThread(SELF, 24, &Page, sizeof(Page)), STATUS_INVALID_PARAMETER);
}

static VOID NTAPI Hides(PVOID Context)
{
    SET_EXPORTS(Zw)
    BOOLEAN Hidden = FALSE;

    UNREFERENCED_PARAMETER(Context);
    CHECK_STATUS(ZwSetInformationThread(SELF, 17, NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationThread(SELF, 17, &Hidden, sizeof(Hidden), NULL), STATUS_SUCCESS);
    CHECK(Hidden);
}

TEST(ZwSetInformationThread, HidesFromDebuggers)
{
    PstestOnThread(Hides, NULL);
}

TEST(ZwSetInformationThread, ChecksClassLengthAndHandle)
{
    SET_EXPORTS(Zw)
    ULONG_PTR Affinity = 0;
    ULONG Value = 1;

    CHECK_STATUS(ZwSetInformationThread(SELF, ThreadBasicInformation, &Value, sizeof(Value)),
        STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(
        ZwSetInformationThread(SELF, 0x7FFF, &Value, sizeof(Value)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(
        ZwSetInformationThread(SELF, ThreadPriority, &Value, 2), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetInformationThread(SELF, ThreadAffinityMask, &Affinity, sizeof(Affinity)),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        ZwSetInformationThread(NULL, ThreadPriority, &Value, sizeof(Value)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(
        ZwSetInformationThread((HANDLE)(LONG_PTR)-1, ThreadPriority, &Value, sizeof(Value)),
        STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(NtSetInformationThread, IsTheSame)
{
    SET_EXPORTS(Nt)
    ULONG Boost = 1, Now = 0;

    CHECK_STATUS(
        NtSetInformationThread(SELF, ThreadPriorityBoost, &Boost, sizeof(Boost)), STATUS_SUCCESS);
    CHECK_STATUS(NtQueryInformationThread(SELF, ThreadPriorityBoost, &Now, sizeof(Now), NULL),
        STATUS_SUCCESS);
    CHECK_EQ(Now, 1);
    Boost = 0;
    CHECK_STATUS(
        NtSetInformationThread(SELF, ThreadPriorityBoost, &Boost, sizeof(Boost)), STATUS_SUCCESS);
    CHECK_STATUS(NtSetInformationThread(NULL, ThreadPriorityBoost, &Boost, sizeof(Boost)),
        STATUS_INVALID_HANDLE);
}
