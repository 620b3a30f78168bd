/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoSetMasterIrpStatus, IoIsValidIrpStatus - statuses of requests.
 */
#include "io_test.h"

TEST(IoSetMasterIrpStatus, KeepsTheWorst)
{
    VOID(NTAPI * Set)(PIRP Irp, NTSTATUS Status) = (PVOID)KtestExport(L"IoSetMasterIrpStatus");
    PIRP Irp = IoAllocateIrp(1, FALSE);

    if (!CHECK(Irp != NULL))
        return;
    if (Set == NULL) {
        skip("new in Windows 8");
    } else {
        Irp->IoStatus.Status = STATUS_SUCCESS;
        Set(Irp, STATUS_SUCCESS);
        CHECK_STATUS(Irp->IoStatus.Status, STATUS_SUCCESS);
        Set(Irp, STATUS_IO_DEVICE_ERROR);
        CHECK_STATUS(Irp->IoStatus.Status, STATUS_IO_DEVICE_ERROR);
        Set(Irp, STATUS_SUCCESS);
        CHECK_STATUS(Irp->IoStatus.Status, STATUS_IO_DEVICE_ERROR);
    }
    IoFreeIrp(Irp);
}

TEST(IoIsValidIrpStatus, KnowsHowStatusesAreBuilt)
{
    ULONG(NTAPI * IsValid)(NTSTATUS Status) = (PVOID)KtestExport(L"IoIsValidIrpStatus");

    if (IsValid == NULL) {
        skip("new in Windows 8");
        return;
    }
    CHECK(IsValid(STATUS_SUCCESS));
    CHECK(IsValid(STATUS_PENDING));
    CHECK(IsValid(STATUS_BUFFER_OVERFLOW));
    CHECK(IsValid(STATUS_ACCESS_DENIED));
    CHECK(IsValid((NTSTATUS)0xE0001234)); /* a customer's */
    CHECK(!IsValid((NTSTATUS)0x0BADF00D));
}
