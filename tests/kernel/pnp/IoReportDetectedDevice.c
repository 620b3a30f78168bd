/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(IoReportDetectedDevice, MakesAPhysicalDevice)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();

    if (!CHECK(Pdo != NULL))
        return;
    CHECK(Pdo->DriverObject != KtestDriverObject);
    CHECK((Pdo->Flags & DO_DEVICE_INITIALIZING) == 0);
    CHECK((Pdo->Flags & DO_BUS_ENUMERATED_DEVICE) != 0);
}

TEST(IoReportDetectedDevice, ADeviceCanBeAttached)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo(), Device = PnpTestPlain();

    if (!CHECK(Pdo != NULL && Device != NULL))
        return;
    CHECK_PTR(IoAttachDeviceToDeviceStack(Device, Pdo), Pdo);
    CHECK_EQ(Device->StackSize, Pdo->StackSize + 1);
    IoDetachDevice(Pdo);
    IoDeleteDevice(Device);
}

TEST(IoReportDetectedDevice, ResourcesAreClaimedForIt)
{
    CM_RESOURCE_LIST List, Other;
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    BOOLEAN Conflict = FALSE;

    if (!CHECK(Pdo != NULL))
        return;
    RtlZeroMemory(&List, sizeof(List));
    List.Count = 1;
    List.List[0].InterfaceType = Isa;
    List.List[0].PartialResourceList.Version = List.List[0].PartialResourceList.Revision = 1;
    List.List[0].PartialResourceList.Count = 1;
    List.List[0].PartialResourceList.PartialDescriptors[0].Type = CmResourceTypePort;
    List.List[0].PartialResourceList.PartialDescriptors[0].ShareDisposition =
        CmResourceShareDeviceExclusive;
    List.List[0].PartialResourceList.PartialDescriptors[0].Flags = CM_RESOURCE_PORT_IO;
    List.List[0].PartialResourceList.PartialDescriptors[0].u.Port.Start.LowPart = 0xe80;
    List.List[0].PartialResourceList.PartialDescriptors[0].u.Port.Length = 4;
    if (!CHECK_STATUS(
            IoReportDetectedDevice(KtestDriverObject, Isa, 0, (ULONG)-1, &List, NULL, FALSE, &Pdo),
            STATUS_SUCCESS))
        return;
    Other = List;
    CHECK_STATUS(IoReportResourceForDetection(
                     KtestDriverObject, &Other, sizeof(Other), NULL, NULL, 0, &Conflict),
        STATUS_CONFLICTING_ADDRESSES);
    CHECK(Conflict);
}
