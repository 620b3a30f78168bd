/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoFreeIrp - the memory comes back.
 */
#include "io_test.h"

#define IRPS 32

TEST(IoFreeIrp, AnyOrderWillDo)
{
    PIRP Irp[IRPS];
    ULONG Round, Index;

    for (Round = 0; Round < 100; Round++) {
        for (Index = 0; Index < IRPS; Index++) {
            Irp[Index] = IoAllocateIrp((CCHAR)(1 + Index % 5), FALSE);
            CHECK(Irp[Index] != NULL);
        }
        for (Index = 0; Index < IRPS; Index++) {
            if (Irp[(Index * 7) % IRPS] != NULL)
                IoFreeIrp(Irp[(Index * 7) % IRPS]);
        }
    }
}

/*
 * An IRP that came back from a driver is freed by its completion routine's driver in the same way.
 */
static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Context);
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

TEST(IoFreeIrp, FreesInACompletionRoutine)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    ULONG Round;

    if (Device == NULL)
        return;
    for (Round = 0; Round < 100; Round++) {
        PIRP Irp = IoAllocateIrp(Device->StackSize, FALSE);

        if (!CHECK(Irp != NULL))
            break;
        IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
        IoSetCompletionRoutine(Irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
        CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_SUCCESS);
    }
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_INTERNAL_DEVICE_CONTROL], Round);
    IoDeleteDevice(Device);
}
