/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

static VOID AskForPorts(PIO_RESOURCE_REQUIREMENTS_LIST List, ULONG First, ULONG Last)
{
    RtlZeroMemory(List, sizeof(*List));
    List->ListSize = sizeof(*List);
    List->InterfaceType = Isa;
    List->AlternativeLists = 1;
    List->List[0].Version = List->List[0].Revision = 1;
    List->List[0].Count = 1;
    List->List[0].Descriptors[0].Type = CmResourceTypePort;
    List->List[0].Descriptors[0].ShareDisposition = CmResourceShareDeviceExclusive;
    List->List[0].Descriptors[0].Flags = CM_RESOURCE_PORT_IO;
    List->List[0].Descriptors[0].u.Port.Length = 4;
    List->List[0].Descriptors[0].u.Port.Alignment = 4;
    List->List[0].Descriptors[0].u.Port.MinimumAddress.LowPart = First;
    List->List[0].Descriptors[0].u.Port.MaximumAddress.LowPart = Last;
}

TEST(IoAssignResources, FindsPortsInTheRange)
{
    IO_RESOURCE_REQUIREMENTS_LIST List;
    PCM_RESOURCE_LIST Given = NULL;
    ULONG Start;

    AskForPorts(&List, 0xe90, 0xe9f);
    if (!CHECK_STATUS(
            IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, NULL, &List, &Given),
            STATUS_SUCCESS))
        return;
    CHECK_EQ(Given->Count, 1);
    CHECK_EQ(Given->List[0].PartialResourceList.Count, 1);
    CHECK_EQ(Given->List[0].PartialResourceList.PartialDescriptors[0].Type, CmResourceTypePort);
    Start = Given->List[0].PartialResourceList.PartialDescriptors[0].u.Port.Start.LowPart;
    CHECK(Start >= 0xe90 && Start <= 0xe9c && Start % 4 == 0);
    ExFreePool(Given);
    CHECK_STATUS(IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, NULL, NULL, NULL),
        STATUS_SUCCESS);
}

/* For a device of this driver's; *Given is the caller's to free. */
static NTSTATUS Assign(PDEVICE_OBJECT Device, ULONG First, ULONG Last, PCM_RESOURCE_LIST *Given)
{
    IO_RESOURCE_REQUIREMENTS_LIST List;

    AskForPorts(&List, First, Last);
    return IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, Device, &List, Given);
}

TEST(IoAssignResources, WhatIsTakenIsRefusedUntilItIsGivenUp)
{
    PDEVICE_OBJECT First = PnpTestPlain(), Second = PnpTestPlain();
    PCM_RESOURCE_LIST Given = NULL, Other = NULL;

    if (!CHECK(First != NULL && Second != NULL))
        return;
    if (CHECK_STATUS(Assign(First, 0xe90, 0xe93, &Given), STATUS_SUCCESS)) {
        ExFreePool(Given);
        CHECK_STATUS(Assign(Second, 0xe90, 0xe93, &Other), STATUS_CONFLICTING_ADDRESSES);
        CHECK(Other == NULL);
        CHECK_STATUS(
            IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, First, NULL, NULL),
            STATUS_SUCCESS);
        if (CHECK_STATUS(Assign(Second, 0xe90, 0xe93, &Other), STATUS_SUCCESS))
            ExFreePool(Other);
        CHECK_STATUS(
            IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, Second, NULL, NULL),
            STATUS_SUCCESS);
    }
    IoDeleteDevice(Second);
    IoDeleteDevice(First);
}

TEST(IoAssignResources, TwoFindTheirPlacesInOneRange)
{
    PDEVICE_OBJECT First = PnpTestPlain(), Second = PnpTestPlain();
    PCM_RESOURCE_LIST Given = NULL, Other = NULL;

    if (!CHECK(First != NULL && Second != NULL))
        return;
    if (CHECK_STATUS(Assign(First, 0xe90, 0xe97, &Given), STATUS_SUCCESS)) {
        if (CHECK_STATUS(Assign(Second, 0xe90, 0xe97, &Other), STATUS_SUCCESS)) {
            CHECK(Given->List[0].PartialResourceList.PartialDescriptors[0].u.Port.Start.LowPart !=
                Other->List[0].PartialResourceList.PartialDescriptors[0].u.Port.Start.LowPart);
            ExFreePool(Other);
        }
        ExFreePool(Given);
        IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, Second, NULL, NULL);
        IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, First, NULL, NULL);
    }
    IoDeleteDevice(Second);
    IoDeleteDevice(First);
}
