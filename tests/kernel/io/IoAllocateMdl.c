/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAllocateMdl - what an MDL says of its buffer, and where it goes in an IRP's chain.
 */
#include "io_test.h"

TEST(IoAllocateMdl, DescribesTheBuffer)
{
    UCHAR *Buffer = ExAllocatePoolWithTag(NonPagedPool, 3 * PAGE_SIZE, IO_TEST_TAG);
    PMDL Mdl;

    if (!CHECK(Buffer != NULL))
        return;
    Mdl = IoAllocateMdl(Buffer + 100, 2 * PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        CHECK_PTR(Mdl->Next, NULL);
        CHECK_PTR(MmGetMdlVirtualAddress(Mdl), Buffer + 100);
        CHECK_EQ(MmGetMdlByteCount(Mdl), 2 * PAGE_SIZE);
        CHECK_EQ(MmGetMdlByteOffset(Mdl), ((ULONG_PTR)Buffer + 100) & (PAGE_SIZE - 1));
        CHECK_EQ(Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA), 0);
        MmBuildMdlForNonPagedPool(Mdl);
        CHECK_PTR(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority), Buffer + 100);
        IoFreeMdl(Mdl);
    }
    ExFreePoolWithTag(Buffer, IO_TEST_TAG);
}

/* A primary MDL is the IRP's; secondary ones follow in the order they were made. */
TEST(IoAllocateMdl, ChainsOntoTheIrp)
{
    static UCHAR Buffer[64];
    PIRP Irp = IoAllocateIrp(1, FALSE);
    PMDL First;
    PMDL Second;
    PMDL Third;

    if (!CHECK(Irp != NULL))
        return;
    First = IoAllocateMdl(Buffer, 16, FALSE, FALSE, Irp);
    Second = IoAllocateMdl(Buffer + 16, 16, TRUE, FALSE, Irp);
    Third = IoAllocateMdl(Buffer + 32, 16, TRUE, FALSE, Irp);
    if (CHECK(First != NULL && Second != NULL && Third != NULL)) {
        CHECK_PTR(Irp->MdlAddress, First);
        CHECK_PTR(First->Next, Second);
        CHECK_PTR(Second->Next, Third);
        CHECK_PTR(Third->Next, NULL);
    }
    if (First != NULL)
        IoFreeMdl(First);
    if (Second != NULL)
        IoFreeMdl(Second);
    if (Third != NULL)
        IoFreeMdl(Third);
    Irp->MdlAddress = NULL;
    IoFreeIrp(Irp);
}

TEST(IoAllocateMdl, WorksAtDispatchLevel)
{
    static UCHAR Buffer[16];
    KIRQL OldIrql;
    PMDL Mdl;

    KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
    Mdl = IoAllocateMdl(Buffer, sizeof(Buffer), FALSE, FALSE, NULL);
    if (Mdl != NULL)
        IoFreeMdl(Mdl);
    KeLowerIrql(OldIrql);
    CHECK(Mdl != NULL);
}
