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
    if (!CHECK_STATUS(IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, NULL, &List, &Given), STATUS_SUCCESS))
        return;
    CHECK_EQ(Given->Count, 1);
    CHECK_EQ(Given->List[0].PartialResourceList.Count, 1);
    CHECK_EQ(Given->List[0].PartialResourceList.PartialDescriptors[0].Type, CmResourceTypePort);
    Start = Given->List[0].PartialResourceList.PartialDescriptors[0].u.Port.Start.LowPart;
    CHECK(Start >= 0xe90 && Start <= 0xe9c && Start % 4 == 0);
    ExFreePool(Given);
    CHECK_STATUS(IoAssignResources(KtestRegistryPath, NULL, KtestDriverObject, NULL, NULL, NULL), STATUS_SUCCESS);
}
