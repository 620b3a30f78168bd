/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoWMIAllocateInstanceIds, IoWMISuggestInstanceName, IoWMIDeviceObjectToInstanceName,
 * IoWMIHandleToInstanceName - names and numbers of instances.
 */
#include "wmi_test.h"

TEST(IoWMIAllocateInstanceIds, NobodyGetsTheSame)
{
    GUID Guid = WmiTestGuid[WMI_TEST_DATA], Other = WmiTestGuid[WMI_TEST_EVENT];
    ULONG First = 99, Second = 99, Third = 99;

    CHECK_STATUS(IoWMIAllocateInstanceIds(&Guid, 3, &First), STATUS_SUCCESS);
    CHECK_STATUS(IoWMIAllocateInstanceIds(&Guid, 1, &Second), STATUS_SUCCESS);
    CHECK_EQ(Second, First + 3);
    CHECK_STATUS(IoWMIAllocateInstanceIds(&Other, 1, &Third), STATUS_SUCCESS);
    CHECK(Third <= First);
}

TEST(IoWMIAllocateInstanceIds, ThereAreOnlySoMany)
{
    GUID Guid = WmiTestNobody;
    ULONG First = 0;

    CHECK_STATUS(IoWMIAllocateInstanceIds(&Guid, 10, &First), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(IoWMIAllocateInstanceIds(&Guid, MAXULONG, &First)));
}

TEST(IoWMIDeviceObjectToInstanceName, IsThatOfTheDevice)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE), Other = WmiTestCreate(FALSE);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    UNICODE_STRING Name = {0};

    if (Device == NULL || Other == NULL || Block == NULL)
        return;
    if (CHECK_STATUS(IoWMIDeviceObjectToInstanceName(Block, Device, &Name), STATUS_SUCCESS)) {
        CHECK_STRING(&Name, WMI_TEST_BASE L"0");
        ExFreePool(Name.Buffer);
    }
    CHECK_STATUS(
        IoWMIDeviceObjectToInstanceName(Block, Other, &Name), STATUS_WMI_INSTANCE_NOT_FOUND);
    ObDereferenceObject(Block);
    IoDeleteDevice(Other);
    WmiTestDelete(Device);
}

TEST(IoWMIHandleToInstanceName, NeedsAFile)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    KTEST_STRING(Path, L"\\Device\\Null");
    UNICODE_STRING Name = {0};
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;

    if (Device == NULL || Block == NULL)
        return;
    CHECK_STATUS(IoWMIHandleToInstanceName(Block, NULL, &Name), STATUS_INVALID_HANDLE);
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (CHECK_STATUS(ZwCreateFile(&File, FILE_READ_DATA | SYNCHRONIZE, &Attributes, &IoStatus, NULL,
                         0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
            STATUS_SUCCESS)) {
        CHECK_STATUS(IoWMIHandleToInstanceName(Block, File, &Name), STATUS_WMI_INSTANCE_NOT_FOUND);
        ZwClose(File);
    }
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMISuggestInstanceName, NeedsSomethingWithAName)
{
    UNICODE_STRING Name = {0};

    CHECK_STATUS(IoWMISuggestInstanceName(NULL, NULL, FALSE, &Name), STATUS_UNSUCCESSFUL);
}

/* Text at the end of a device's instance path, as its names have it. */
static BOOLEAN EndsWith(PCUNICODE_STRING Name, PCWSTR Text)
{
    UNICODE_STRING End, Tail;

    RtlInitUnicodeString(&End, Text);
    if (Name->Length < End.Length)
        return FALSE;
    Tail.Buffer = Name->Buffer + (Name->Length - End.Length) / sizeof(WCHAR);
    Tail.Length = Tail.MaximumLength = End.Length;
    return RtlEqualUnicodeString(&Tail, &End, TRUE);
}

TEST(IoWMIDeviceObjectToInstanceName, OfAPdoIsItsPathAndANumber)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE), Pdo = NULL;
    UNICODE_STRING Name = {0};
    PVOID Block;

    if (Device == NULL)
        return;
    if (!CHECK_STATUS(IoReportDetectedDevice(KtestDriverObject, InterfaceTypeUndefined, (ULONG)-1,
                          (ULONG)-1, NULL, NULL, FALSE, &Pdo),
            STATUS_SUCCESS))
        return;
    WmiTestOf(Device)->Pdo = Pdo;
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    if (Block != NULL) {
        if (CHECK_STATUS(IoWMIDeviceObjectToInstanceName(Block, Pdo, &Name), STATUS_SUCCESS)) {
            CHECK(Name.Length > 10 * sizeof(WCHAR));
            CHECK(EndsWith(&Name, L"_0"));
            ExFreePool(Name.Buffer);
        }
        ObDereferenceObject(Block);
    }
    WmiTestDelete(Device);
}
