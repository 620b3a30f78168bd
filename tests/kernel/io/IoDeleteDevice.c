/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoDeleteDevice - at once, or when the last handle is closed and nothing is attached any more.
 */
#include "io_test.h"

#define DELETE_NAME L"\\Device\\KtestIoDelete"
#define DELETE_CODE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* Whether the driver's list of devices has it. */
static BOOLEAN IsListed(PDEVICE_OBJECT Device)
{
    PDEVICE_OBJECT At = KtestDriverObject->DeviceObject;

    while (At != NULL && At != Device)
        At = At->NextDevice;
    return At != NULL;
}

TEST(IoDeleteDevice, TakesAnIdleDeviceOffTheList)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    CHECK(IsListed(Device));
    IoDeleteDevice(Device);
    CHECK(!IsListed(Device));
}

/* The name cannot be opened any more, the open handle works to its end. */
TEST(IoDeleteDevice, WaitsForTheLastHandle)
{
    PDEVICE_OBJECT Device = IoTestCreate(DELETE_NAME, 0, NULL);
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle, Again;

    if (Device == NULL)
        return;
    if (!CHECK_STATUS(IoTestOpen(DELETE_NAME, SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT, &Handle),
                      STATUS_SUCCESS)) {
        IoDeleteDevice(Device);
        return;
    }
    IoDeleteDevice(Device);
    CHECK(!NT_SUCCESS(IoTestOpen(DELETE_NAME, SYNCHRONIZE, 0, &Again)));
    CHECK_STATUS(
        ZwDeviceIoControlFile(Handle, NULL, NULL, NULL, &IoStatus, DELETE_CODE, NULL, 0, NULL, 0),
        STATUS_SUCCESS);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_DEVICE_CONTROL], 1);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLOSE], 0);
    ZwClose(Handle);
    CHECK(!IsListed(Device));
}

TEST(IoDeleteDevice, WaitsForWhatIsAttached)
{
    PDEVICE_OBJECT Lower = IoTestCreate(NULL, 0, NULL);
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, NULL);

    if (Lower != NULL && Upper != NULL) {
        CHECK_PTR(IoAttachDeviceToDeviceStack(Upper, Lower), Lower);
        IoDeleteDevice(Lower);
        CHECK_PTR(Lower->AttachedDevice, Upper); /* it is still there */
        IoDetachDevice(Lower);
        CHECK(!IsListed(Lower));
    } else if (Lower != NULL) {
        IoDeleteDevice(Lower);
    }
    if (Upper != NULL) {
        IoDeleteDevice(Upper);
        CHECK(!IsListed(Upper));
    }
}

TEST(IoDeleteDevice, TheNameCanBeUsedAgain)
{
    ULONG Round;

    for (Round = 0; Round < 20; Round++) {
        PDEVICE_OBJECT Device = IoTestCreate(DELETE_NAME, 0, NULL);

        if (Device == NULL)
            return;
        IoDeleteDevice(Device);
    }
}
