/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmProbeAndLockPages - pages that are there are locked; anything else raises and locks nothing.
 */
#include "mdl_test.h"

TEST(MmProbeAndLockPages, LocksPoolForReading)
{
    UCHAR *Buffer = MdlTestAllocate(2 * PAGE_SIZE);
    PMDL Mdl;

    if (Buffer == NULL)
        return;
    Mdl = IoAllocateMdl(Buffer + 0x800, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
        CHECK((Mdl->MdlFlags & MDL_WRITE_OPERATION) == 0);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer));
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    MdlTestFree(Buffer);
}

static VOID CheckForWriting(POOL_TYPE Type, LOCK_OPERATION Operation)
{
    UCHAR *Buffer = ExAllocatePoolWithTag(Type, PAGE_SIZE, MDL_TEST_TAG);
    UCHAR *System;
    PMDL Mdl;

    if (!CHECK(Buffer != NULL))
        return;
    Buffer[0] = 1;
    Mdl = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, Operation), STATUS_SUCCESS);
        CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
        CHECK((Mdl->MdlFlags & MDL_WRITE_OPERATION) != 0);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer));
        System = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
        if (CHECK(System != NULL)) {
            CHECK((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0);
            CHECK_EQ(System[0], 1);
            System[PAGE_SIZE - 1] = 2;
            CHECK_EQ(Buffer[PAGE_SIZE - 1], 2);
            CHECK_PTR(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority), System);
        }
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    ExFreePoolWithTag(Buffer, MDL_TEST_TAG);
}

TEST(MmProbeAndLockPages, LocksPoolForWriting)
{
    CheckForWriting(NonPagedPool, IoWriteAccess);
    CheckForWriting(NonPagedPool, IoModifyAccess);
    CheckForWriting(PagedPool, IoWriteAccess);
    CheckForWriting(PagedPool, IoModifyAccess);
}

/* Locks a range that must be refused. */
static VOID CheckRefused(PVOID Address, ULONG Bytes, KPROCESSOR_MODE Mode, LOCK_OPERATION Operation)
{
    PMDL Mdl = IoAllocateMdl(Address, Bytes, FALSE, FALSE, NULL);

    if (!CHECK(Mdl != NULL))
        return;
    CHECK_STATUS(MdlTestLock(Mdl, Mode, Operation), STATUS_ACCESS_VIOLATION);
    CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) == 0);
    IoFreeMdl(Mdl);
}

TEST(MmProbeAndLockPages, RaisesForMemoryThatIsNotThere)
{
    CheckRefused(MDL_TEST_NOT_THERE, 1, KernelMode, IoReadAccess);
    CheckRefused(MDL_TEST_NOT_THERE, 1, UserMode, IoReadAccess);
    CheckRefused(MDL_TEST_NOT_THERE, 3 * PAGE_SIZE, UserMode, IoWriteAccess);
}

TEST(MmProbeAndLockPages, RaisesForSystemMemoryInUserMode)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);

    if (Buffer == NULL)
        return;
    CheckRefused(Buffer, 1, UserMode, IoReadAccess);
    CheckRefused(Buffer, PAGE_SIZE, UserMode, IoWriteAccess);
    MdlTestFree(Buffer);
}

TEST(MmProbeAndLockPages, RaisesForARangeThatWraps)
{
    CheckRefused((PVOID)(0 - (ULONG_PTR)PAGE_SIZE), 2 * PAGE_SIZE, UserMode, IoReadAccess);
}

/* Every MDL over a page locks it on its own. */
TEST(MmProbeAndLockPages, LocksOnePageTwice)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PMDL First, Second;

    if (Buffer == NULL)
        return;
    First = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    Second = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(First != NULL && Second != NULL)) {
        CHECK_STATUS(MdlTestLock(First, KernelMode, IoReadAccess), STATUS_SUCCESS);
        CHECK_STATUS(MdlTestLock(Second, KernelMode, IoWriteAccess), STATUS_SUCCESS);
        MmUnlockPages(First);
        CHECK((Second->MdlFlags & MDL_PAGES_LOCKED) != 0);
        CHECK(MdlTestHasPagesOf(Second, Buffer));
        MmUnlockPages(Second);
    }
    if (First != NULL)
        IoFreeMdl(First);
    if (Second != NULL)
        IoFreeMdl(Second);
    MdlTestFree(Buffer);
}

TEST(MmProbeAndLockPages, WorksAtDispatchLevelForNonPagedPool)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PMDL Mdl;
    KIRQL Old;
    NTSTATUS Status;

    if (Buffer == NULL)
        return;
    Mdl = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        KeRaiseIrql(DISPATCH_LEVEL, &Old);
        Status = MdlTestLock(Mdl, KernelMode, IoWriteAccess);
        if (NT_SUCCESS(Status))
            MmUnlockPages(Mdl);
        KeLowerIrql(Old);
        CHECK_STATUS(Status, STATUS_SUCCESS);
        IoFreeMdl(Mdl);
    }
    MdlTestFree(Buffer);
}
