/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoWMIRegistrationControl, IoWMIDeviceObjectToProviderId - devices with data blocks.
 */
#include "wmi_test.h"

#if defined(_WIN64) /* for x86 it is a macro */
#undef IoWMIDeviceObjectToProviderId
NTKERNELAPI ULONG NTAPI IoWMIDeviceObjectToProviderId(PDEVICE_OBJECT DeviceObject);
#endif

TEST(IoWMIRegistrationControl, AsksTheDriverForItsBlocks)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    PVOID Block;

    if (Device == NULL)
        return;
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY); /* once it is open, the driver has been asked
                                                        */
    CHECK_EQ(
        WmiTestOf(Device)->Minor[IRP_MN_REGINFO_EX] + WmiTestOf(Device)->Minor[IRP_MN_REGINFO], 1);
    if (Block != NULL)
        ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIRegistrationControl, ADeviceThatIsNotRegisteredCannotBeDeregistered)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE);

    if (Device == NULL)
        return;
    CHECK_STATUS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_DEREGISTER), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_REREGISTER), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_UPDATE_GUIDS), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_BLOCK_IRPS), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(IoWMIRegistrationControl(Device, 77), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(Device);
}

TEST(IoWMIRegistrationControl, AfterwardsTheBlockIsGone)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    GUID Guid = WmiTestGuid[WMI_TEST_DATA];
    PVOID Block;

    if (Device == NULL)
        return;
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    if (Block != NULL)
        ObDereferenceObject(Block);
    WmiTestDelete(Device);
    CHECK(!NT_SUCCESS(IoWMIOpenBlock(&Guid, WMIGUID_QUERY, &Block)));
}

TEST(IoWMIRegistrationControl, UpdatedBlocksAreAsked)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    GUID Guid = WmiTestGuid[WMI_TEST_FIXED];
    PVOID Block;

    if (Device == NULL)
        return;
    Block = WmiTestOpen(WMI_TEST_FIXED, WMIGUID_QUERY);
    if (Block != NULL)
        ObDereferenceObject(Block);
    /* A block that is not there any more. */
    WmiTestOf(Device)->Guid[WMI_TEST_FIXED].Flags = WMIREG_FLAG_REMOVE_GUID;
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_UPDATE_GUIDS), STATUS_SUCCESS);
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    if (Block != NULL)
        ObDereferenceObject(Block);
    CHECK_STATUS(IoWMIOpenBlock(&Guid, WMIGUID_QUERY, &Block), STATUS_WMI_GUID_NOT_FOUND);
    WmiTestOf(Device)->Guid[WMI_TEST_FIXED].Flags = 0;
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_REREGISTER), STATUS_SUCCESS);
    Block = WmiTestOpen(WMI_TEST_FIXED, WMIGUID_QUERY);
    if (Block != NULL)
        ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIRegistrationControl, ABlockedDeviceGetsNoRequests)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    ULONG Bytes = 0;
    PVOID Block;

    if (Device == NULL)
        return;
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_BLOCK_IRPS), STATUS_SUCCESS);
    if (Block != NULL) {
        CHECK(!NT_SUCCESS(IoWMIQueryAllData(Block, &Bytes, NULL)));
        CHECK_EQ(WmiTestOf(Device)->Minor[IRP_MN_QUERY_ALL_DATA], 0);
        ObDereferenceObject(Block);
    }
    WmiTestDelete(Device);
}

TEST(IoWMIRegistrationControl, ADriverThatFailsHasNoBlocks)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE);
    GUID Guid = WmiTestGuid[WMI_TEST_DATA];
    PVOID Block;

    if (Device == NULL)
        return;
    WmiTestOf(Device)->RegInfo = STATUS_DEVICE_NOT_READY;
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(IoWMIOpenBlock(&Guid, WMIGUID_QUERY, &Block)));
    WmiTestDelete(Device);
}

#ifndef WMIREG_FLAG_CALLBACK
/* in no header: drivers have it from the templates of WPP */
#define WMIREG_FLAG_CALLBACK 0x80000000
#endif

/* What begins with a callback stands for a device. */
typedef struct WMI_TEST_CALLBACK {
    NTSTATUS(NTAPI *Routine)
    (UCHAR MinorFunction, PVOID DataPath, ULONG BufferSize, PVOID Buffer, PVOID Context,
        PULONG Size);
} WMI_TEST_CALLBACK;

/* May be asked what it has: nothing. */
static NTSTATUS NTAPI NothingToTrace(
    UCHAR MinorFunction, PVOID DataPath, ULONG BufferSize, PVOID Buffer, PVOID Context, PULONG Size)
{
    UNREFERENCED_PARAMETER(MinorFunction);
    UNREFERENCED_PARAMETER(DataPath);
    UNREFERENCED_PARAMETER(BufferSize);
    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(Context);
    *Size = 0;
    return STATUS_INVALID_DEVICE_REQUEST;
}

TEST(IoWMIRegistrationControl, ACallbackStandsForADevice)
{
    static WMI_TEST_CALLBACK Callback = {NothingToTrace};
    const PDEVICE_OBJECT Device = (PDEVICE_OBJECT)(PVOID)&Callback;

    CHECK(!NT_SUCCESS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK)));
    CHECK(!NT_SUCCESS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_UPDATE_GUIDS | WMIREG_FLAG_CALLBACK)));
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_REGISTER | WMIREG_FLAG_CALLBACK),
        STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(IoWMIRegistrationControl(Device, WMIREG_FLAG_CALLBACK | 77)));
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK),
        STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(
        IoWMIRegistrationControl(Device, WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK)));
}

TEST(IoWMIDeviceObjectToProviderId, IsThereWhileTheDeviceIsRegistered)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE), Other = WmiTestCreate(TRUE);

    if (Device == NULL || Other == NULL)
        return;
#if defined(_WIN64)
    CHECK_EQ(IoWMIDeviceObjectToProviderId(Device), 0);
#endif
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    CHECK(IoWMIDeviceObjectToProviderId(Device) != 0);
    CHECK(IoWMIDeviceObjectToProviderId(Other) != 0);
    CHECK(IoWMIDeviceObjectToProviderId(Device) != IoWMIDeviceObjectToProviderId(Other));
    WmiTestDelete(Device);
    WmiTestDelete(Other);
}
