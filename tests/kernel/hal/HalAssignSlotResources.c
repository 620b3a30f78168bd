/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalAssignSlotResources - what the device in a slot has; statuses where there is no slot or no
 * bus.
 */
#include <ntddk.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *ASSIGN)(PUNICODE_STRING, PUNICODE_STRING, PDRIVER_OBJECT, PDEVICE_OBJECT,
    INTERFACE_TYPE, ULONG, ULONG, PCM_RESOURCE_LIST *);

static NTSTATUS Assign(INTERFACE_TYPE Type, ULONG Bus, ULONG Slot, PCM_RESOURCE_LIST *List)
{
    ASSIGN Routine = (ASSIGN)KtestExport(L"HalAssignSlotResources");

    return Routine(KtestRegistryPath, NULL, KtestDriverObject, NULL, Type, Bus, Slot, List);
}

TEST(HalAssignSlotResources, NoDeviceAndNoBus)
{
    PCM_RESOURCE_LIST List = (PCM_RESOURCE_LIST)(ULONG_PTR)0x1234;

    if (KtestExport(L"HalAssignSlotResources") == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK_STATUS(Assign(PCIBus, 0, 0xFF, &List), STATUS_NO_SUCH_DEVICE);
    CHECK(!NT_SUCCESS(Assign(PCIBus, 200, 0, &List)));
    CHECK(!NT_SUCCESS(Assign(TurboChannel, 0, 0, &List)));
    CHECK_PTR(List, 0x1234);
}

/* The host bridge decodes no addresses of its own. */
TEST(HalAssignSlotResources, OfTheHostBridge)
{
    PCM_RESOURCE_LIST List = NULL;

    if (KtestExport(L"HalAssignSlotResources") == NULL) {
        skip("not on this Windows");
        return;
    }
    if (!CHECK_STATUS(Assign(PCIBus, 0, 0, &List), STATUS_SUCCESS))
        return;
    if (!CHECK(List != NULL))
        return;
    CHECK_EQ(List->Count, 1);
    CHECK_EQ(List->List[0].InterfaceType, PCIBus);
    CHECK_EQ(List->List[0].BusNumber, 0);
    ExFreePool(List);
}
