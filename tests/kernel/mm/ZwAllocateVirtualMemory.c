/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwAllocateVirtualMemory, ZwFreeVirtualMemory - reserving, committing, giving back.
 */
#include "vm_test.h"

static NTSTATUS Allocate(PVOID Base, SIZE_T Bytes, ULONG Type, ULONG Protect)
{
    return ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &Bytes, Type, Protect);
}

static NTSTATUS Free(PVOID Base, SIZE_T Bytes, ULONG Type)
{
    return ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, Type);
}

TEST(ZwAllocateVirtualMemory, GivesZeroedPagesOfTheClients)
{
    PVOID Base = NULL;
    SIZE_T Bytes = 5000;
    UCHAR *Memory;
    ULONG At;

    if (!CHECK_STATUS(ZwAllocateVirtualMemory(
                          VM_SELF, &Base, 0, &Bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
            STATUS_SUCCESS))
        return;
    Memory = Base;
    CHECK_EQ(Bytes, 2 * PAGE_SIZE);
    CHECK_EQ((ULONG_PTR)Base & (VM_GRANULARITY - 1), 0);
    CHECK(Base < MmHighestUserAddress);
    for (At = 0; At < 2 * PAGE_SIZE; At++) {
        if (!CHECK_EQ(Memory[At], 0))
            break;
        Memory[At] = (UCHAR)At;
    }
    VmRelease(Base);
}

TEST(ZwAllocateVirtualMemory, CommitsWhatWasReserved)
{
    UCHAR *Memory = VmAllocate(0x20000, MEM_RESERVE, PAGE_READWRITE);
    PVOID Base;
    SIZE_T Bytes = 10;

    if (Memory == NULL)
        return;
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_ACCESS_VIOLATION);
    Base = Memory + PAGE_SIZE + 7;
    CHECK_STATUS(ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &Bytes, MEM_COMMIT, PAGE_READWRITE),
        STATUS_SUCCESS);
    CHECK_PTR(Base, Memory + PAGE_SIZE);
    CHECK_EQ(Bytes, PAGE_SIZE);
    CHECK_STATUS(VmWrite(Memory + PAGE_SIZE, 1), STATUS_SUCCESS);
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(
        Allocate(Memory, PAGE_SIZE, MEM_RESERVE, PAGE_READWRITE), STATUS_CONFLICTING_ADDRESSES);
    CHECK_STATUS(Allocate(Memory + 0x1F000, 2 * PAGE_SIZE, MEM_COMMIT, PAGE_READWRITE),
        STATUS_CONFLICTING_ADDRESSES);
    CHECK_STATUS(Free(Memory + PAGE_SIZE, PAGE_SIZE, MEM_DECOMMIT), STATUS_SUCCESS);
    CHECK_STATUS(VmWrite(Memory + PAGE_SIZE, 1), STATUS_ACCESS_VIOLATION);
    VmRelease(Memory);
    CHECK_STATUS(
        Allocate(Memory, PAGE_SIZE, MEM_COMMIT, PAGE_READWRITE), STATUS_CONFLICTING_ADDRESSES);
}

TEST(ZwAllocateVirtualMemory, PutsItWhereItIsWanted)
{
    UCHAR *Memory = VmAllocate(0x20000, MEM_RESERVE, PAGE_READWRITE);
    PVOID Base;
    SIZE_T Bytes = 100;

    if (Memory == NULL)
        return;
    VmRelease(Memory);
    Base = Memory + 0x10000 + 0x1234;
    if (CHECK_STATUS(ZwAllocateVirtualMemory(
                         VM_SELF, &Base, 0, &Bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
            STATUS_SUCCESS)) {
        CHECK_PTR(Base, Memory + 0x10000);
        CHECK_EQ(Bytes, 0x2000);
        VmRelease(Base);
    }
}

TEST(ZwAllocateVirtualMemory, ZeroBitsKeepItLow)
{
    PVOID Base = NULL;
    SIZE_T Bytes = PAGE_SIZE;

    if (CHECK_STATUS(
            ZwAllocateVirtualMemory(VM_SELF, &Base, 2, &Bytes, MEM_RESERVE, PAGE_READWRITE),
            STATUS_SUCCESS)) {
        CHECK((ULONG_PTR)Base < 0x40000000);
        VmRelease(Base);
    }
    Base = NULL;
    CHECK_STATUS(ZwAllocateVirtualMemory(VM_SELF, &Base, 22, &Bytes, MEM_RESERVE, PAGE_READWRITE),
                 STATUS_INVALID_PARAMETER_3);
}

TEST(ZwAllocateVirtualMemory, RefusesBadArguments)
{
    CHECK_STATUS(Allocate(NULL, 0, MEM_COMMIT, PAGE_READWRITE), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(Allocate(NULL, PAGE_SIZE, 0, PAGE_READWRITE), STATUS_INVALID_PARAMETER_5);
    CHECK_STATUS(
        Allocate(NULL, PAGE_SIZE, MEM_COMMIT | 1, PAGE_READWRITE), STATUS_INVALID_PARAMETER_5);
    CHECK_STATUS(Allocate(NULL, PAGE_SIZE, MEM_RESET | MEM_COMMIT, PAGE_READWRITE),
        STATUS_INVALID_PARAMETER_5);
    CHECK_STATUS(Allocate(NULL, PAGE_SIZE, MEM_COMMIT, 0), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(Allocate(NULL, PAGE_SIZE, MEM_COMMIT, PAGE_READONLY | PAGE_READWRITE),
        STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(
        Allocate(NULL, PAGE_SIZE, MEM_COMMIT, PAGE_WRITECOPY), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(Allocate((PVOID) ~(ULONG_PTR)0xFFFF, PAGE_SIZE, MEM_RESERVE, PAGE_READWRITE),
        STATUS_INVALID_PARAMETER_2);
    CHECK_STATUS(
        Allocate(NULL, ~(SIZE_T)0xFFFF, MEM_RESERVE, PAGE_READWRITE), STATUS_INVALID_PARAMETER_4);
    PVOID Base = NULL;
    SIZE_T Bytes = PAGE_SIZE;
    CHECK_STATUS(
        ZwAllocateVirtualMemory((HANDLE)0x7FF4, &Base, 0, &Bytes, MEM_COMMIT, PAGE_READWRITE),
        STATUS_INVALID_HANDLE);
}

TEST(NtAllocateVirtualMemory, IsTheSameService)
{
    PVOID Base = NULL;
    SIZE_T Bytes = PAGE_SIZE;

    if (CHECK_STATUS(NtAllocateVirtualMemory(
                         VM_SELF, &Base, 0, &Bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
            STATUS_SUCCESS)) {
        CHECK_STATUS(VmWrite(Base, 1), STATUS_SUCCESS);
        Bytes = 0;
        CHECK_STATUS(NtFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE), STATUS_SUCCESS);
    }
}

TEST(NtFreeVirtualMemory, RefusesWhatIsNotReserved)
{
    PVOID Base = (PVOID)0x10000;
    SIZE_T Bytes = 0;

    CHECK_STATUS(
        NtFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE), STATUS_MEMORY_NOT_ALLOCATED);
}

TEST(ZwFreeVirtualMemory, GivesPartsBack)
{
    UCHAR *Memory = VmAllocate(0x40000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    if (Memory == NULL)
        return;
    Memory[0x3F000] = 3;
    CHECK_STATUS(Free(Memory + 0x10000, 0x10000, MEM_RELEASE), STATUS_SUCCESS);
    CHECK_STATUS(VmWrite(Memory + 0x10000, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_SUCCESS);
    CHECK_EQ(Memory[0x3F000], 3);
    VmRelease(Memory + 0x20000);
    VmRelease(Memory);
}

TEST(ZwFreeVirtualMemory, DecommittedPagesComeBackZeroed)
{
    UCHAR *Memory = VmAllocate(PAGE_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    if (Memory == NULL)
        return;
    Memory[0] = 9;
    CHECK_STATUS(Free(Memory, 0, MEM_DECOMMIT), STATUS_SUCCESS);
    CHECK_STATUS(Allocate(Memory, PAGE_SIZE, MEM_COMMIT, PAGE_READWRITE), STATUS_SUCCESS);
    CHECK_EQ(Memory[0], 0);
    VmRelease(Memory);
}

TEST(ZwFreeVirtualMemory, RefusesBadArguments)
{
    UCHAR *Memory = VmAllocate(0x20000, MEM_RESERVE, PAGE_READWRITE);

    if (Memory == NULL)
        return;
    CHECK_STATUS(Free(Memory, 0, 0), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(Free(Memory, 0, MEM_RELEASE | MEM_DECOMMIT), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(Free(Memory + 0x10000, 0, MEM_RELEASE), STATUS_FREE_VM_NOT_AT_BASE);
    CHECK_STATUS(Free(Memory, 0x30000, MEM_RELEASE), STATUS_UNABLE_TO_FREE_VM);
    VmRelease(Memory);
    CHECK_STATUS(Free(Memory, 0, MEM_RELEASE), STATUS_MEMORY_NOT_ALLOCATED);
}
