/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateJobObject - jobs
 */
#include "pstest.h"

#define SELF ((HANDLE)(LONG_PTR)-1)
#define ALL 0x1F001F

/* JOBOBJECT_BASIC_LIMIT_INFORMATION */
typedef struct BASIC {
    LARGE_INTEGER Time[2];
    ULONG LimitFlags;
    SIZE_T WorkingSet[2];
    ULONG ActiveProcessLimit;
    ULONG_PTR Affinity;
    ULONG PriorityClass, SchedulingClass;
} BASIC;

/* JOBOBJECT_BASIC_ACCOUNTING_INFORMATION */
typedef struct COUNTS {
    LARGE_INTEGER Time[4];
    ULONG PageFaults, Total, Active, Terminated;
} COUNTS;

static HANDLE NewJob(VOID)
{
    NTSTATUS(NTAPI * Create)
    (PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES) = (PVOID)KtestExport(L"ZwCreateJobObject");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Job = NULL;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(Create(&Job, ALL, &Attributes), STATUS_SUCCESS);
    return Job;
}

TEST(ZwCreateJobObject, MakesOneOfTheTypeJob)
{
    LATER(PsGetJobSessionId, ULONG, PVOID)
    LATER(PsGetJobUIRestrictionsClass, ULONG, PVOID)
    LATER(PsSetJobUIRestrictionsClass, VOID, PVOID, ULONG)
    POBJECT_TYPE *Type = (POBJECT_TYPE *)KtestExport(L"PsJobType");
    HANDLE Handle = NewJob();
    PVOID Job = NULL;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, *Type, KernelMode, &Job, NULL), STATUS_SUCCESS))
        return;
    CHECK_EQ(PsGetJobSessionId(Job), PsGetCurrentProcessSessionId());
    CHECK_EQ(PsGetJobUIRestrictionsClass(Job), 0);
    PsSetJobUIRestrictionsClass(Job, 0x11);
    CHECK_EQ(PsGetJobUIRestrictionsClass(Job), 0x11);
    CHECK_STATUS(KtestPoll(Job), STATUS_TIMEOUT);
    ObDereferenceObject(Job);
    ZwClose(Handle);
}

TEST(ZwOpenJobObject, FindsItByName)
{
    LATER(ZwCreateJobObject, NTSTATUS, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)
    LATER(ZwOpenJobObject, NTSTATUS, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)
    KTEST_STRING(Name, L"\\BaseNamedObjects\\DotsysJob");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE First = NULL, Second = NULL;

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_STATUS(ZwOpenJobObject(&Second, ALL, &Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(ZwCreateJobObject(&First, ALL, &Attributes), STATUS_SUCCESS);
    CHECK_STATUS(ZwCreateJobObject(&Second, ALL, &Attributes), STATUS_OBJECT_NAME_COLLISION);
    if (CHECK_STATUS(ZwOpenJobObject(&Second, ALL, &Attributes), STATUS_SUCCESS))
        ZwClose(Second);
    ZwClose(First);
}

TEST(ZwTerminateJobObject, EndsAnEmptyJob)
{
    LATER(ZwTerminateJobObject, NTSTATUS, HANDLE, NTSTATUS)
    HANDLE Job = NewJob();

    CHECK_STATUS(ZwTerminateJobObject(Job, 5), STATUS_SUCCESS);
    CHECK_STATUS(ZwTerminateJobObject(NULL, 5), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwTerminateJobObject(SELF, 5), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Job);
}

TEST(ZwQueryInformationJobObject, CountsAndLists)
{
    LATER(ZwQueryInformationJobObject, NTSTATUS, HANDLE, ULONG, PVOID, ULONG, PULONG)
    HANDLE Job = NewJob();
    ULONG_PTR List[4];
    ULONG Length = 0;
    COUNTS Counts;

    CHECK_STATUS(
        ZwQueryInformationJobObject(Job, 1, &Counts, sizeof(Counts), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, sizeof(Counts));
    CHECK_EQ(Counts.Total, 0);
    CHECK_EQ(Counts.Active, 0);
    CHECK_STATUS(ZwQueryInformationJobObject(Job, 3, List, sizeof(List), &Length), STATUS_SUCCESS);
    CHECK_EQ(((ULONG *)List)[0], 0);
    CHECK_EQ(((ULONG *)List)[1], 0);
    CHECK_STATUS(
        ZwQueryInformationJobObject(Job, 1, &Counts, 4, &Length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQueryInformationJobObject(Job, 99, &Counts, sizeof(Counts), &Length),
        STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwQueryInformationJobObject(SELF, 1, &Counts, sizeof(Counts), &Length),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Job);
}

TEST(ZwSetInformationJobObject, KeepsLimits)
{
    LATER(ZwSetInformationJobObject, NTSTATUS, HANDLE, ULONG, PVOID, ULONG)
    LATER(ZwQueryInformationJobObject, NTSTATUS, HANDLE, ULONG, PVOID, ULONG, PULONG)
    HANDLE Job = NewJob();
    ULONG Ui = 1, Length = 0;
    BASIC Limits, Now;

    RtlZeroMemory(&Limits, sizeof(Limits));
    Limits.LimitFlags = 8; /* active processes */
    Limits.ActiveProcessLimit = 3;
    CHECK_STATUS(ZwSetInformationJobObject(Job, 2, &Limits, sizeof(Limits)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationJobObject(Job, 2, &Now, sizeof(Now), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, sizeof(Now));
    CHECK_EQ(Now.LimitFlags, 8);
    CHECK_EQ(Now.ActiveProcessLimit, 3);
    CHECK_STATUS(ZwSetInformationJobObject(Job, 4, &Ui, sizeof(Ui)), STATUS_SUCCESS);
    Ui = 0;
    CHECK_STATUS(ZwQueryInformationJobObject(Job, 4, &Ui, sizeof(Ui), &Length), STATUS_SUCCESS);
    CHECK_EQ(Ui, 1);
    Limits.LimitFlags = 0x80000000;
    CHECK_STATUS(
        ZwSetInformationJobObject(Job, 2, &Limits, sizeof(Limits)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationJobObject(Job, 2, &Limits, 4), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(
        ZwSetInformationJobObject(Job, 1, &Limits, sizeof(Limits)), STATUS_INVALID_INFO_CLASS);
    ZwClose(Job);
}

TEST(ZwAssignProcessToJobObject, WantsAJobAndAProcess)
{
    LATER(ZwAssignProcessToJobObject, NTSTATUS, HANDLE, HANDLE)
    HANDLE Job = NewJob();

    CHECK_STATUS(ZwAssignProcessToJobObject(Job, Job), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwAssignProcessToJobObject(NULL, SELF), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwAssignProcessToJobObject(SELF, SELF), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Job);
}

TEST(ZwIsProcessInJob, SaysNoOfSystem)
{
    LATER(ZwIsProcessInJob, NTSTATUS, HANDLE, HANDLE)
    HANDLE Job = NewJob();

    CHECK_STATUS(ZwIsProcessInJob(SELF, Job), STATUS_PROCESS_NOT_IN_JOB);
    CHECK_STATUS(ZwIsProcessInJob(SELF, NULL), STATUS_PROCESS_NOT_IN_JOB);
    CHECK_STATUS(ZwIsProcessInJob(NULL, Job), STATUS_INVALID_HANDLE);
    CHECK_PTR(PsGetProcessJob(PsGetCurrentProcess()), NULL);
    ZwClose(Job);
}
