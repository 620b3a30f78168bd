/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoEnumerateDeviceObjectList and other small questions about drivers, devices and files.
 */
#include <ntifs.h>

#include "io_test.h"

NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(
    PUNICODE_STRING DriverName, PDRIVER_INITIALIZE InitializationFunction);
NTKERNELAPI VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject);

TEST(IoEnumerateDeviceObjectList, ReferencesThemAll)
{
    PDEVICE_OBJECT First = IoTestCreate(NULL, 0, NULL), Second = IoTestCreate(NULL, 0, NULL);
    PDEVICE_OBJECT List[8] = {NULL};
    ULONG Count = 0, Index;
    BOOLEAN FirstFound = FALSE, SecondFound = FALSE;

    if (First != NULL && Second != NULL &&
        CHECK_STATUS(IoEnumerateDeviceObjectList(KtestDriverObject, List, sizeof(List), &Count),
            STATUS_SUCCESS)) {
        CHECK(Count >= 2 && Count <= 8);
        for (Index = 0; Index < Count && Index < 8; Index++) {
            FirstFound |= List[Index] == First;
            SecondFound |= List[Index] == Second;
            ObDereferenceObject(List[Index]);
        }
        CHECK(FirstFound && SecondFound);
    }
    if (First != NULL)
        IoDeleteDevice(First);
    if (Second != NULL)
        IoDeleteDevice(Second);
}

TEST(IoEnumerateDeviceObjectList, ASmallListTakesWhatFits)
{
    PDEVICE_OBJECT First = IoTestCreate(NULL, 0, NULL), Second = IoTestCreate(NULL, 0, NULL);
    PDEVICE_OBJECT List[2] = {NULL, NULL};
    ULONG All = 0, Count = 0;

    if (First != NULL && Second != NULL) {
        CHECK_STATUS(
            IoEnumerateDeviceObjectList(KtestDriverObject, NULL, 0, &All), STATUS_BUFFER_TOO_SMALL);
        CHECK(All >= 2);
        CHECK_STATUS(IoEnumerateDeviceObjectList(KtestDriverObject, List, sizeof(List[0]), &Count),
            STATUS_BUFFER_TOO_SMALL);
        CHECK_EQ(Count, All);
        CHECK(List[1] == NULL);
        if (CHECK(List[0] != NULL))
            ObDereferenceObject(List[0]);
    }
    if (First != NULL)
        IoDeleteDevice(First);
    if (Second != NULL)
        IoDeleteDevice(Second);
}

TEST(IoGetFileObjectGenericMapping, IsThatOfFiles)
{
    PGENERIC_MAPPING Mapping = IoGetFileObjectGenericMapping();

    CHECK_EQ(Mapping->GenericRead, FILE_GENERIC_READ);
    CHECK_EQ(Mapping->GenericWrite, FILE_GENERIC_WRITE);
    CHECK_EQ(Mapping->GenericExecute, FILE_GENERIC_EXECUTE);
    CHECK_EQ(Mapping->GenericAll, FILE_ALL_ACCESS);
}

TEST(IoGetConfigurationInformation, DriversCountTheirDevicesIn)
{
    PCONFIGURATION_INFORMATION Configuration = IoGetConfigurationInformation();
    ULONG Before;

    if (!CHECK(Configuration != NULL))
        return;
    Before = Configuration->SerialCount;
    Configuration->SerialCount++;
    CHECK(IoGetConfigurationInformation() == Configuration);
    CHECK_EQ(IoGetConfigurationInformation()->SerialCount, Before + 1);
    Configuration->SerialCount--;
}

#define ATTACH_NAME L"\\Device\\KtestIoAttachDevice"

TEST(IoAttachDevice, FindsTheDeviceByItsName)
{
    PDEVICE_OBJECT Lower = IoTestCreate(ATTACH_NAME, 0, NULL), Upper = IoTestCreate(NULL, 0, NULL),
                   Attached = NULL;
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, ATTACH_NAME);
    if (Lower != NULL && Upper != NULL &&
        CHECK_STATUS(IoAttachDevice(Upper, &Name, &Attached), STATUS_SUCCESS)) {
        CHECK(Attached == Lower);
        CHECK(Lower->AttachedDevice == Upper);
        CHECK_EQ(Upper->StackSize, Lower->StackSize + 1);
        IoDetachDevice(Lower);
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
}

TEST(IoAttachDevice, NobodyHasTheName)
{
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, NULL), Attached = NULL;
    UNICODE_STRING Name;

    if (Upper == NULL)
        return;
    RtlInitUnicodeString(&Name, L"\\Device\\KtestIoNobody");
    CHECK_STATUS(IoAttachDevice(Upper, &Name, &Attached), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_EQ(Upper->StackSize, 1);
    IoDeleteDevice(Upper);
}

TEST(IoAttachDeviceByPointer, IsTheSameByPointer)
{
    NTSTATUS(NTAPI * Attach)
    (PDEVICE_OBJECT Source, PDEVICE_OBJECT Target) = (NTSTATUS(NTAPI *)(
        PDEVICE_OBJECT, PDEVICE_OBJECT))(ULONG_PTR)KtestExport(L"IoAttachDeviceByPointer");
    PDEVICE_OBJECT Lower, Upper;

    if (Attach == NULL) {
        skip("not exported here");
        return;
    }
    Lower = IoTestCreate(NULL, 0, NULL);
    Upper = IoTestCreate(NULL, 0, NULL);
    if (Lower != NULL && Upper != NULL && CHECK_STATUS(Attach(Upper, Lower), STATUS_SUCCESS)) {
        CHECK(Lower->AttachedDevice == Upper);
        IoDetachDevice(Lower);
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
}

TEST(IoGetBaseFileSystemDeviceObject, OfAFileThatStandsForADevice)
{
    PDEVICE_OBJECT Lower = IoTestCreate(ATTACH_NAME, 0, NULL), Upper, Top;
    UNICODE_STRING Name;
    PFILE_OBJECT File;

    if (Lower == NULL)
        return;
    Upper = IoTestCreate(NULL, 0, NULL);
    RtlInitUnicodeString(&Name, ATTACH_NAME);
    if (Upper != NULL && IoAttachDeviceToDeviceStack(Upper, Lower) != NULL) {
        if (CHECK_STATUS(
                IoGetDeviceObjectPointer(&Name, FILE_READ_DATA, &File, &Top), STATUS_SUCCESS)) {
            CHECK(IoGetBaseFileSystemDeviceObject(File) == Lower);
            CHECK(Top == Upper);
            ObDereferenceObject(File);
        }
        IoDetachDevice(Lower);
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    IoDeleteDevice(Lower);
}

static ULONG CreatedCalls;

static PDRIVER_OBJECT Created;

static NTSTATUS NTAPI CreatedEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    CHECK(RegistryPath == NULL);
    CreatedCalls++;
    Created = DriverObject;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI CreatedFails(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    CreatedCalls++;
    return STATUS_DEVICE_NOT_READY;
}

TEST(IoCreateDriver, ReturnsWhatTheRoutineReturns)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, L"\\Driver\\KtestIoCreated");
    CreatedCalls = 0;
    CHECK_STATUS(IoCreateDriver(&Name, CreatedFails), STATUS_DEVICE_NOT_READY);
    /* the name is free again */
    CHECK_STATUS(IoCreateDriver(&Name, CreatedFails), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(IoCreateDriver(NULL, CreatedFails), STATUS_DEVICE_NOT_READY);
    CHECK_EQ(CreatedCalls, 3);
}

TEST(IoDeleteDriver, FreesTheName)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, L"\\Driver\\KtestIoCreated");
    CreatedCalls = 0;
    if (!CHECK_STATUS(IoCreateDriver(&Name, CreatedEntry), STATUS_SUCCESS))
        return;
    CHECK(RtlEqualUnicodeString(&Created->DriverName, &Name, FALSE));
    CHECK_STATUS(IoCreateDriver(&Name, CreatedFails), STATUS_OBJECT_NAME_COLLISION);
    IoDeleteDriver(Created);
    CHECK_STATUS(IoCreateDriver(&Name, CreatedFails), STATUS_DEVICE_NOT_READY);
    CHECK_EQ(CreatedCalls, 2);
}
