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
    CHECK_STATUS(ZwQueryInformationThread(NULL, ThreadBasicInformation, &Basic, sizeof(Basic), NULL),
                 STATUS_INVALID_HANDLE);
}
