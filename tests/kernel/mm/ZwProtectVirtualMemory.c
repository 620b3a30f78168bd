/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwProtectVirtualMemory, ZwLockVirtualMemory, ZwUnlockVirtualMemory - what may be done with
 * committed pages. Not in import libraries, or not in every Windows.
 */
#include "vm_test.h"

typedef NTSTATUS(NTAPI *PROTECT)(
    HANDLE Process, PVOID *Base, SIZE_T *Bytes, ULONG NewProtect, ULONG *OldProtect);
typedef NTSTATUS(NTAPI *LOCK)(HANDLE Process, PVOID *Base, SIZE_T *Bytes, ULONG MapType);

static NTSTATUS Protect(PROTECT Routine, PVOID Base, SIZE_T Bytes, ULONG New, ULONG *Old)
{
    return Routine(VM_SELF, &Base, &Bytes, New, Old);
}

TEST(ZwProtectVirtualMemory, ChangesPages)
{
    PROTECT Routine = VM_LATER(PROTECT, "ZwProtectVirtualMemory");
    UCHAR *Memory = Routine != NULL
        ? VmAllocate(2 * PAGE_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)
        : NULL;
    PVOID Base;
    SIZE_T Bytes = 1;
    ULONG Old = 0;
    UCHAR Value;

    if (Memory == NULL)
        return;
    Memory[PAGE_SIZE] = 7;
    Base = Memory + PAGE_SIZE + 5;
    CHECK_STATUS(Routine(VM_SELF, &Base, &Bytes, PAGE_READONLY, &Old), STATUS_SUCCESS);
    CHECK_EQ(Old, PAGE_READWRITE);
    CHECK_PTR(Base, Memory + PAGE_SIZE);
    CHECK_EQ(Bytes, PAGE_SIZE);
    CHECK_STATUS(VmWrite(Memory + PAGE_SIZE, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_SUCCESS);
    CHECK_STATUS(VmRead(Memory + PAGE_SIZE, &Value), STATUS_SUCCESS);
    CHECK_EQ(Value, 7);
    CHECK_STATUS(Protect(Routine, Memory + PAGE_SIZE, 1, PAGE_NOACCESS, &Old), STATUS_SUCCESS);
    CHECK_EQ(Old, PAGE_READONLY);
    CHECK_STATUS(VmRead(Memory + PAGE_SIZE, &Value), STATUS_ACCESS_VIOLATION);
    VmRelease(Memory);
}

TEST(ZwProtectVirtualMemory, RefusesWhatCannotBe)
{
    PROTECT Routine = VM_LATER(PROTECT, "ZwProtectVirtualMemory");
    UCHAR *Memory = Routine != NULL ? VmAllocate(0x20000, MEM_RESERVE, PAGE_READWRITE) : NULL;
    ULONG Old;

    if (Memory == NULL)
        return;
    CHECK_STATUS(Protect(Routine, Memory, PAGE_SIZE, 0, &Old), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(Protect(Routine, Memory, PAGE_SIZE, PAGE_READONLY, &Old), STATUS_NOT_COMMITTED);
    CHECK_STATUS(
        Protect(Routine, Memory, 0x30000, PAGE_READONLY, &Old), STATUS_CONFLICTING_ADDRESSES);
    VmRelease(Memory);
    CHECK_STATUS(
        Protect(Routine, Memory, PAGE_SIZE, PAGE_READONLY, &Old), STATUS_CONFLICTING_ADDRESSES);
}

TEST(ZwLockVirtualMemory, LocksWhatIsCommitted)
{
    LOCK Lock = VM_LATER(LOCK, "ZwLockVirtualMemory"),
         Unlock = VM_LATER(LOCK, "ZwUnlockVirtualMemory");
    UCHAR *Memory = Lock != NULL && Unlock != NULL
        ? VmAllocate(PAGE_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)
        : NULL;
    PVOID Base;
    SIZE_T Bytes = 10;

    if (Memory == NULL)
        return;
    Base = Memory + 3;
    CHECK_STATUS(Lock(VM_SELF, &Base, &Bytes, 1), STATUS_SUCCESS);
    CHECK_PTR(Base, Memory);
    CHECK_EQ(Bytes, PAGE_SIZE);
    CHECK_STATUS(Unlock(VM_SELF, &Base, &Bytes, 1), STATUS_SUCCESS);
    VmRelease(Memory);
}

TEST(ZwUnlockVirtualMemory, RefusesWhatIsNotLocked)
{
    LOCK Lock = VM_LATER(LOCK, "ZwLockVirtualMemory"),
         Unlock = VM_LATER(LOCK, "ZwUnlockVirtualMemory");
    UCHAR *Memory = Lock != NULL && Unlock != NULL
        ? VmAllocate(0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)
        : NULL;
    PVOID Base = Memory;
    SIZE_T Bytes = PAGE_SIZE;

    if (Memory == NULL)
        return;
    CHECK_STATUS(Unlock(VM_SELF, &Base, &Bytes, 1), STATUS_NOT_LOCKED);
    CHECK_STATUS(Lock(VM_SELF, &Base, &Bytes, 0), STATUS_INVALID_PARAMETER);
    VmRelease(Memory);
    CHECK(!NT_SUCCESS(Lock(VM_SELF, &Base, &Bytes, 1)));
}

/* The first touch raises and takes the guard away. */
TEST(ZwProtectVirtualMemory, GuardPagesAreTouchedOnce)
{
    PROTECT Routine = VM_LATER(PROTECT, "ZwProtectVirtualMemory");
    UCHAR *Memory = Routine != NULL
        ? VmAllocate(2 * PAGE_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD)
        : NULL;
    ULONG Old = 0;
    UCHAR Value;

    if (Memory == NULL)
        return;
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_GUARD_PAGE_VIOLATION);
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_SUCCESS);
    CHECK_STATUS(
        Protect(Routine, Memory, PAGE_SIZE, PAGE_READONLY | PAGE_GUARD, &Old), STATUS_SUCCESS);
    CHECK_EQ(Old, PAGE_READWRITE);
    CHECK_STATUS(VmRead(Memory, &Value), STATUS_GUARD_PAGE_VIOLATION);
    CHECK_STATUS(VmRead(Memory, &Value), STATUS_SUCCESS);
    CHECK_STATUS(VmWrite(Memory, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(VmRead(Memory + PAGE_SIZE, &Value), STATUS_GUARD_PAGE_VIOLATION);
    VmRelease(Memory);
}
