/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAllocateIrp - an IRP nobody has used yet.
 */
#include "irp_test.h"

static VOID CheckSize(CCHAR StackSize)
{
    PIRP Irp = IoAllocateIrp(StackSize, FALSE);

    if (!CHECK(Irp != NULL))
        return;
    IrpTestCheckFresh(Irp, StackSize);
    CHECK_STATUS(Irp->IoStatus.Status, STATUS_SUCCESS);
    IoFreeIrp(Irp);
}

TEST(IoAllocateIrp, IsZeroedForAnyStackSize)
{
    CheckSize(1);
    CheckSize(2);
    CheckSize(3);
    CheckSize(8);
    CheckSize(40);
}

/* What a used IRP leaves in memory does not show in the next one. */
TEST(IoAllocateIrp, IsZeroedAgainAfterUse)
{
    ULONG Round;

    for (Round = 0; Round < 50; Round++) {
        PIRP Irp = IoAllocateIrp(2, FALSE);

        if (!CHECK(Irp != NULL))
            return;
        IrpTestCheckFresh(Irp, 2);
        RtlFillMemory(IoGetNextIrpStackLocation(Irp), sizeof(IO_STACK_LOCATION), 0xEE);
        Irp->UserBuffer = Irp;
        Irp->Cancel = TRUE;
        Irp->IoStatus.Information = Round + 1;
        IoFreeIrp(Irp);
    }
}

TEST(IoAllocateIrp, WorksAtDispatchLevel)
{
    PIRP Irp;
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Irp = IoAllocateIrp(4, FALSE);
    KeLowerIrql(Old);
    if (!CHECK(Irp != NULL))
        return;
    IrpTestCheckFresh(Irp, 4);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    IoFreeIrp(Irp);
    KeLowerIrql(Old);
}

TEST(IoAllocateIrpEx, IsTheSameForADevice)
{
    PIRP(NTAPI * Allocate)
    (PDEVICE_OBJECT Device, CCHAR StackSize, BOOLEAN ChargeQuota) = (PVOID)KtestExport(
        L"IoAllocateIrpEx");
    PIRP Irp;

    if (Allocate == NULL) {
        skip("new in Windows 10");
        return;
    }
    Irp = Allocate(NULL, 3, FALSE);
    if (!CHECK(Irp != NULL))
        return;
    IrpTestCheckFresh(Irp, 3);
    IoFreeIrp(Irp);
}
