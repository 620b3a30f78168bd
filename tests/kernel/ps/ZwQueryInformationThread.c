/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationThread - basic information of a thread that runs.
 */
#include "kthread.h"

/* Declared in ntifs.h only, the structure nowhere. */
NTSYSAPI NTSTATUS NTAPI ZwQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS Class,
                                                 PVOID Information, ULONG Length,
                                                 PULONG ReturnLength);

typedef struct THREAD_BASIC {
    NTSTATUS ExitStatus;
    PVOID TebBaseAddress;
    CLIENT_ID ClientId;
    ULONG_PTR AffinityMask;
    KPRIORITY Priority;
    LONG BasePriority;
} THREAD_BASIC;

TEST(ZwQueryInformationThread, TellsWhoRuns)
{
    THREAD_BASIC Basic;
    ULONG Length = 0;

    RtlFillMemory(&Basic, sizeof(Basic), 0xEE);
    CHECK_STATUS(ZwQueryInformationThread(ZwCurrentThread(), ThreadBasicInformation, &Basic,
                                          sizeof(Basic), &Length),
                 STATUS_SUCCESS);
    CHECK_EQ(Length, sizeof(Basic));
    CHECK_STATUS(Basic.ExitStatus, STATUS_PENDING);
    CHECK_PTR(Basic.ClientId.UniqueThread, PsGetCurrentThreadId());
}

TEST(ZwQueryInformationThread, ChecksClassLengthAndHandle)
{
    THREAD_BASIC Basic;

    CHECK_STATUS(ZwQueryInformationThread(ZwCurrentThread(), ThreadBasicInformation, &Basic,
                                          sizeof(Basic) - 1, NULL),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQueryInformationThread(ZwCurrentThread(), (THREADINFOCLASS)0x7FFF, &Basic,
                                          sizeof(Basic), NULL),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(
        ZwQueryInformationThread(NULL, ThreadBasicInformation, &Basic, sizeof(Basic), NULL),
        STATUS_INVALID_HANDLE);
}

TEST(ZwQueryInformationThread, AnswersWithNumbers)
{
    static const struct {
        ULONG Class, Value;
    } Known[] = {{14 /* boost disabled */, 0}, {18 /* break on termination */, 0},
        {20 /* terminated */, 0}, {22 /* I/O priority */, 2}, {24 /* page priority */, 5},
        {35 /* suspend count */, 0}};
    ULONG Index, Value, Length;

    for (Index = 0; Index < sizeof(Known) / sizeof(Known[0]); Index++) {
        Value = 99;
        CHECK_STATUS(ZwQueryInformationThread(ZwCurrentThread(),
                         (THREADINFOCLASS)Known[Index].Class, &Value, sizeof(Value), &Length),
            STATUS_SUCCESS);
        CHECK_EQ(Value, Known[Index].Value);
        CHECK_EQ(Length, sizeof(Value));
        CHECK_STATUS(ZwQueryInformationThread(
                         ZwCurrentThread(), (THREADINFOCLASS)Known[Index].Class, &Value, 2, NULL),
            STATUS_INFO_LENGTH_MISMATCH);
    }
}

TEST(ZwQueryInformationThread, TellsTimesAndStart)
{
    LONGLONG(NTAPI * PsGetThreadCreateTime)
    (PETHREAD) = (PVOID)KtestExport(L"PsGetThreadCreateTime");
    LARGE_INTEGER Times[4]; /* KERNEL_USER_TIMES */
    ULONG_PTR Start = 1;

    CHECK_STATUS(
        ZwQueryInformationThread(ZwCurrentThread(), ThreadTimes, Times, sizeof(Times), NULL),
        STATUS_SUCCESS);
    CHECK(PsGetThreadCreateTime == NULL ||
        Times[0].QuadPart == PsGetThreadCreateTime(PsGetCurrentThread()));
    CHECK_EQ(Times[1].QuadPart, 0);
    CHECK_STATUS(ZwQueryInformationThread(ZwCurrentThread(), ThreadQuerySetWin32StartAddress,
                     &Start, sizeof(Start), NULL),
        STATUS_SUCCESS);
}

TEST(NtQueryInformationThread, IsTheSame)
{
    NTSTATUS(NTAPI * Query)
    (HANDLE, ULONG, PVOID, ULONG, PULONG) = (PVOID)KtestExport(L"NtQueryInformationThread");
    THREAD_BASIC Basic;

    if (Query == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK_STATUS(Query(ZwCurrentThread(), ThreadBasicInformation, &Basic, sizeof(Basic), NULL),
        STATUS_SUCCESS);
    CHECK_STATUS(Query(ZwCurrentThread(), ThreadBasicInformation, &Basic, 3, NULL),
        STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(
        Query(NULL, ThreadBasicInformation, &Basic, sizeof(Basic), NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(Query(ZwCurrentProcess(), ThreadBasicInformation, &Basic, sizeof(Basic), NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
}
