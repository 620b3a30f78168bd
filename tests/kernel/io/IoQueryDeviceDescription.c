/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoQueryDeviceDescription - buses as firmware described them. Newer machines may have none left in
 * the registry.
 */
#include "io_test.h"

typedef NTSTATUS(NTAPI *QUERY)(PINTERFACE_TYPE BusType, PULONG BusNumber,
    PCONFIGURATION_TYPE ControllerType, PULONG ControllerNumber, PCONFIGURATION_TYPE PeripheralType,
    PULONG PeripheralNumber, PIO_QUERY_DEVICE_ROUTINE Routine, PVOID Context);

typedef struct DESCRIBED {
    ULONG Calls;
    INTERFACE_TYPE BusType;
    BOOLEAN HasData, NoController;
    NTSTATUS Answer;
} DESCRIBED;

static NTSTATUS NTAPI Describe(PVOID Context, PUNICODE_STRING PathName, INTERFACE_TYPE BusType,
    ULONG BusNumber, PKEY_VALUE_FULL_INFORMATION *BusInformation, CONFIGURATION_TYPE ControllerType,
    ULONG ControllerNumber, PKEY_VALUE_FULL_INFORMATION *ControllerInformation,
    CONFIGURATION_TYPE PeripheralType, ULONG PeripheralNumber,
    PKEY_VALUE_FULL_INFORMATION *PeripheralInformation)
{
    DESCRIBED *Test = Context;
    PKEY_VALUE_FULL_INFORMATION Data = BusInformation[1];

    UNREFERENCED_PARAMETER(BusNumber);
    UNREFERENCED_PARAMETER(ControllerType);
    UNREFERENCED_PARAMETER(ControllerNumber);
    UNREFERENCED_PARAMETER(PeripheralType);
    UNREFERENCED_PARAMETER(PeripheralNumber);
    UNREFERENCED_PARAMETER(PeripheralInformation);
    Test->Calls++;
    Test->BusType = BusType;
    Test->HasData = PathName->Length != 0 && Data != NULL &&
        Data->DataLength >= 2 * sizeof(ULONG) &&
        *(PULONG)((PUCHAR)Data + Data->DataOffset) == (ULONG)BusType;
    Test->NoController = ControllerInformation == NULL || ControllerInformation[1] == NULL;
    return Test->Answer;
}

static QUERY FindIt(VOID)
{
    QUERY Query = (QUERY)(ULONG_PTR)KtestExport(L"IoQueryDeviceDescription");

    if (Query == NULL)
        skip("not exported here");
    return Query;
}

TEST(IoQueryDeviceDescription, FindsBusesOfAType)
{
    QUERY Query = FindIt();
    INTERFACE_TYPE Type = PCIBus;
    DESCRIBED Test = {0};
    NTSTATUS Status;

    if (Query == NULL)
        return;
    Test.Answer = STATUS_SUCCESS;
    Status = Query(&Type, NULL, NULL, NULL, NULL, NULL, (PIO_QUERY_DEVICE_ROUTINE)Describe, &Test);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND) {
        CHECK_EQ(Test.Calls, 0);
        skip("this machine describes no PCI bus");
        return;
    }
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK(Test.Calls >= 1);
    CHECK_EQ(Test.BusType, PCIBus);
    CHECK(Test.HasData);
    CHECK(Test.NoController);
}

TEST(IoQueryDeviceDescription, TheRoutinesFailureEndsTheSearch)
{
    QUERY Query = FindIt();
    INTERFACE_TYPE Type = PCIBus;
    DESCRIBED Test = {0};
    NTSTATUS Status;

    if (Query == NULL)
        return;
    Test.Answer = STATUS_DEVICE_CONFIGURATION_ERROR;
    Status = Query(&Type, NULL, NULL, NULL, NULL, NULL, (PIO_QUERY_DEVICE_ROUTINE)Describe, &Test);
    if (Test.Calls == 0) {
        skip("this machine describes no PCI bus");
        return;
    }
    CHECK_STATUS(Status, STATUS_DEVICE_CONFIGURATION_ERROR);
    CHECK_EQ(Test.Calls, 1);
}

TEST(IoQueryDeviceDescription, ThereIsNoSuchBus)
{
    QUERY Query = FindIt();
    INTERFACE_TYPE Type = TurboChannel, Pci = PCIBus;
    CONFIGURATION_TYPE Controller = TapeController;
    ULONG Number = 4711;
    DESCRIBED Test = {0};

    if (Query == NULL)
        return;
    CHECK_STATUS(
        Query(&Type, NULL, NULL, NULL, NULL, NULL, (PIO_QUERY_DEVICE_ROUTINE)Describe, &Test),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        Query(&Pci, &Number, NULL, NULL, NULL, NULL, (PIO_QUERY_DEVICE_ROUTINE)Describe, &Test),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        Query(&Pci, NULL, &Controller, NULL, NULL, NULL, (PIO_QUERY_DEVICE_ROUTINE)Describe, &Test),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_EQ(Test.Calls, 0);
}
