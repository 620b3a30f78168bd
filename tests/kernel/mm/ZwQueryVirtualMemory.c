/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryVirtualMemory - what there is at an address.
 */
#include "vm_test.h"

typedef struct BASIC {
    PVOID BaseAddress;
    PVOID AllocationBase;
    ULONG AllocationProtect;
    SIZE_T RegionSize;
    ULONG State;
    ULONG Protect;
    ULONG Type;
} BASIC;

typedef NTSTATUS(NTAPI *QUERY)(
    HANDLE Process, PVOID Base, ULONG Class, PVOID Buffer, SIZE_T Length, SIZE_T *Returned);

static NTSTATUS Query(PVOID Base, BASIC *Answer)
{
    QUERY Routine = (QUERY)KtestExport(L"ZwQueryVirtualMemory");
    SIZE_T Length = 0;

    return Routine(VM_SELF, Base, 0, Answer, sizeof(*Answer), &Length);
}

TEST(ZwQueryVirtualMemory, TellsReservedFromCommitted)
{
    UCHAR *Memory = VmAllocate(0x30000, MEM_RESERVE, PAGE_READWRITE);
    PVOID Base = Memory + 2 * PAGE_SIZE;
    SIZE_T Bytes = 3 * PAGE_SIZE;
    BASIC Answer;

    if (Memory == NULL)
        return;
    CHECK_STATUS(ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &Bytes, MEM_COMMIT, PAGE_READONLY),
        STATUS_SUCCESS);
    CHECK_STATUS(Query(Memory + 2 * PAGE_SIZE + 55, &Answer), STATUS_SUCCESS);
    CHECK_PTR(Answer.BaseAddress, Memory + 2 * PAGE_SIZE);
    CHECK_PTR(Answer.AllocationBase, Memory);
    CHECK_EQ(Answer.AllocationProtect, PAGE_READWRITE);
    CHECK_EQ(Answer.RegionSize, 3 * PAGE_SIZE);
    CHECK_EQ(Answer.State, MEM_COMMIT);
    CHECK_EQ(Answer.Protect, PAGE_READONLY);
    CHECK_EQ(Answer.Type, MEM_PRIVATE);
    CHECK_STATUS(Query(Memory, &Answer), STATUS_SUCCESS);
    CHECK_EQ(Answer.State, MEM_RESERVE);
    CHECK_EQ(Answer.RegionSize, 2 * PAGE_SIZE);
    CHECK_EQ(Answer.Protect, 0);
    VmRelease(Memory);
    CHECK_STATUS(Query(Memory, &Answer), STATUS_SUCCESS);
    CHECK_EQ(Answer.State, MEM_FREE);
    CHECK_EQ(Answer.Protect, PAGE_NOACCESS);
    CHECK_PTR(Answer.AllocationBase, NULL);
}

TEST(ZwQueryVirtualMemory, TellsViews)
{
    HANDLE Section;
    UCHAR *View;
    SIZE_T Bytes;
    BASIC Answer;

    if (!CHECK_STATUS(
            VmSection(3 * PAGE_SIZE, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(VmMap(Section, PAGE_READONLY, &View, &Bytes), STATUS_SUCCESS)) {
        CHECK_STATUS(Query(View, &Answer), STATUS_SUCCESS);
        CHECK_EQ(Answer.Type, MEM_MAPPED);
        CHECK_EQ(Answer.Protect, PAGE_READONLY);
        CHECK_EQ(Answer.RegionSize, 3 * PAGE_SIZE);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
    }
    ZwClose(Section);
}

TEST(ZwQueryVirtualMemory, RefusesBadArguments)
{
    QUERY Routine = (QUERY)KtestExport(L"ZwQueryVirtualMemory");
    BASIC Answer;

    CHECK_STATUS(Query((PVOID)~(ULONG_PTR)0xFFFF, &Answer), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        Routine(VM_SELF, (PVOID)0x10000, 0, &Answer, 4, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Routine((HANDLE)0x7FF4, (PVOID)0x10000, 0, &Answer, sizeof(Answer), NULL),
        STATUS_INVALID_HANDLE);
    CHECK(!NT_SUCCESS(Routine(VM_SELF, (PVOID)0x10000, 0x7777, &Answer, sizeof(Answer), NULL)));
}

TEST(NtQueryVirtualMemory, IsTheSameService)
{
    QUERY Routine = (QUERY)KtestExport(L"NtQueryVirtualMemory");
    UCHAR *Memory = VmAllocate(PAGE_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    BASIC Answer;

    if (CHECK(Routine != NULL) && Memory != NULL) {
        CHECK_STATUS(Routine(VM_SELF, Memory, 0, &Answer, sizeof(Answer), NULL), STATUS_SUCCESS);
        CHECK_EQ(Answer.State, MEM_COMMIT);
    }
    if (Memory != NULL)
        VmRelease(Memory);
}
