/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoInitializeIrp - an IRP in the driver's own memory.
 */
#include "irp_test.h"

#define STACK_SIZE 3

TEST(IoInitializeIrp, MakesMemoryAnIrp)
{
    USHORT Bytes = IoSizeOfIrp(STACK_SIZE);
    PIRP Irp = ExAllocatePoolWithTag(NonPagedPool, Bytes, IO_TEST_TAG);

    if (!CHECK(Irp != NULL))
        return;
    RtlFillMemory(Irp, Bytes, 0xEE);
    IoInitializeIrp(Irp, Bytes, STACK_SIZE);
    IrpTestCheckFresh(Irp, STACK_SIZE);
    ExFreePoolWithTag(Irp, IO_TEST_TAG);
}

static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

TEST(IoInitializeIrp, TheIrpCanBeSentAgainAndAgain)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    USHORT Bytes = IoSizeOfIrp(STACK_SIZE);
    PIRP Irp = ExAllocatePoolWithTag(NonPagedPool, Bytes, IO_TEST_TAG);
    ULONG Round;

    if (Device != NULL && CHECK(Irp != NULL)) {
        for (Round = 0; Round < 3; Round++) {
            IoInitializeIrp(Irp, Bytes, STACK_SIZE);
            IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
            IoSetCompletionRoutine(Irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
            CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_SUCCESS);
        }
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_INTERNAL_DEVICE_CONTROL], 3);
    }
    if (Irp != NULL)
        ExFreePoolWithTag(Irp, IO_TEST_TAG);
    if (Device != NULL)
        IoDeleteDevice(Device);
}
