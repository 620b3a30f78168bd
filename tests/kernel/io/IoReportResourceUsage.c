/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoReportResourceUsage - what it records in the registry, and conflicts, overridden or not.
 */
#include "resource_test.h"

#define USAGE_CLASS  L"KtestClass"
#define USAGE_DEVICE L"\\Device\\KtestIoUsage"
#define USAGE_MAP    L"\\Registry\\Machine\\Hardware\\ResourceMap\\" USAGE_CLASS L"\\"

static NTSTATUS UsageReport(PDEVICE_OBJECT Device, ULONG Base, ULONG Count, BOOLEAN Override,
                            PBOOLEAN Conflict)
{
    CM_RESOURCE_LIST List;
    UNICODE_STRING Class;

    RtlInitUnicodeString(&Class, USAGE_CLASS);
    ResourceTestPorts(&List, Base, Count, CmResourceShareDeviceExclusive);
    if (Count == 0)
        List.Count = 0;
    *Conflict = 0x5A;
    return IoReportResourceUsage(&Class, KtestDriverObject, NULL, 0, Device, &List, sizeof(List),
                                 Override, Conflict);
}

static VOID UsageRelease(PDEVICE_OBJECT Device)
{
    BOOLEAN Conflict;

    CHECK_STATUS(UsageReport(Device, 0, 0, FALSE, &Conflict), STATUS_SUCCESS);
    CHECK_EQ(Conflict, FALSE);
}

/* This driver's key of the class: ResourceMap\KtestClass\NAME, NAME as in \Driver\NAME. */
static NTSTATUS UsageOpenKey(PHANDLE Key)
{
    static WCHAR PathBuffer[256];
    PUNICODE_STRING Driver = &KtestDriverObject->DriverName;
    UNICODE_STRING Path = {0, sizeof(PathBuffer), PathBuffer}, Last = *Driver;
    OBJECT_ATTRIBUTES Attributes;
    USHORT Start = Driver->Length / sizeof(WCHAR);

    while (Start > 0 && Driver->Buffer[Start - 1] != L'\\')
        Start--;
    Last.Buffer += Start;
    Last.Length = (USHORT)(Driver->Length - Start * sizeof(WCHAR));
    RtlAppendUnicodeToString(&Path, USAGE_MAP);
    RtlAppendUnicodeStringToString(&Path, &Last);
    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return ZwOpenKey(Key, KEY_READ, &Attributes);
}

typedef struct USAGE_VALUE {
    KEY_VALUE_PARTIAL_INFORMATION Head;
    UCHAR Room[sizeof(CM_RESOURCE_LIST) + 64];
} USAGE_VALUE;

static NTSTATUS UsageQuery(HANDLE Key, const WCHAR *Name, USAGE_VALUE *Value)
{
    UNICODE_STRING String;
    ULONG Bytes;

    RtlInitUnicodeString(&String, Name);
    return ZwQueryValueKey(Key, &String, KeyValuePartialInformation, Value, sizeof(*Value), &Bytes);
}

static VOID UsageExpectValue(HANDLE Key, const WCHAR *Name, const CM_RESOURCE_LIST *List)
{
    USAGE_VALUE Value;

    if (!CHECK_STATUS(UsageQuery(Key, Name, &Value), STATUS_SUCCESS))
        return;
    CHECK_EQ(Value.Head.Type, REG_RESOURCE_LIST);
    if (CHECK_EQ(Value.Head.DataLength, sizeof(*List)))
        CHECK_EQ(RtlCompareMemory(Value.Head.Data, List, sizeof(*List)), sizeof(*List));
}

TEST(IoReportResourceUsage, RecordsWhatADeviceHas)
{
    PDEVICE_OBJECT Device = IoTestCreate(USAGE_DEVICE, 0, NULL);
    CM_RESOURCE_LIST List;
    USAGE_VALUE Value;
    BOOLEAN Conflict;
    HANDLE Key;

    if (Device == NULL)
        return;
    ResourceTestPorts(&List, RESOURCE_TEST_BASE, 8, CmResourceShareDeviceExclusive);
    if (CHECK_STATUS(UsageReport(Device, RESOURCE_TEST_BASE, 8, FALSE, &Conflict),
                     STATUS_SUCCESS)) {
        CHECK_EQ(Conflict, FALSE);
        if (CHECK_STATUS(UsageOpenKey(&Key), STATUS_SUCCESS)) {
            UsageExpectValue(Key, USAGE_DEVICE L".Raw", &List);
            UsageExpectValue(Key, USAGE_DEVICE L".Translated", &List);
            ZwClose(Key);
        }
        UsageRelease(Device);
        /* The key may be gone with its last value. */
        if (NT_SUCCESS(UsageOpenKey(&Key))) {
            CHECK_STATUS(UsageQuery(Key, USAGE_DEVICE L".Raw", &Value),
                         STATUS_OBJECT_NAME_NOT_FOUND);
            ZwClose(Key);
        }
    }
    IoDeleteDevice(Device);
}

TEST(IoReportResourceUsage, ConflictsAreTold)
{
    PDEVICE_OBJECT One = IoTestCreate(USAGE_DEVICE L"One", 0, NULL);
    PDEVICE_OBJECT Other = IoTestCreate(USAGE_DEVICE L"Other", 0, NULL);
    BOOLEAN Conflict;

    if (One != NULL && Other != NULL) {
        CHECK_STATUS(UsageReport(One, RESOURCE_TEST_BASE, 4, FALSE, &Conflict), STATUS_SUCCESS);
        CHECK_EQ(Conflict, FALSE);
        /* The page does not say with what status. */
        (VOID)UsageReport(Other, RESOURCE_TEST_BASE + 3, 1, FALSE, &Conflict);
        CHECK_EQ(Conflict, TRUE);
        CHECK_STATUS(UsageReport(Other, RESOURCE_TEST_BASE + 4, 1, FALSE, &Conflict),
                     STATUS_SUCCESS);
        CHECK_EQ(Conflict, FALSE);
        UsageRelease(One);
        UsageRelease(Other);
    }
    if (One != NULL)
        IoDeleteDevice(One);
    if (Other != NULL)
        IoDeleteDevice(Other);
}

TEST(IoReportResourceUsage, AConflictCanBeOverridden)
{
    PDEVICE_OBJECT One = IoTestCreate(USAGE_DEVICE L"One", 0, NULL);
    PDEVICE_OBJECT Other = IoTestCreate(USAGE_DEVICE L"Other", 0, NULL);
    BOOLEAN Conflict;

    if (One != NULL && Other != NULL) {
        CHECK_STATUS(UsageReport(One, RESOURCE_TEST_BASE, 4, FALSE, &Conflict), STATUS_SUCCESS);
        CHECK_STATUS(UsageReport(Other, RESOURCE_TEST_BASE, 4, TRUE, &Conflict), STATUS_SUCCESS);
        CHECK_EQ(Conflict, TRUE);
        UsageRelease(One);
        UsageRelease(Other);
    }
    if (One != NULL)
        IoDeleteDevice(One);
    if (Other != NULL)
        IoDeleteDevice(Other);
}
