/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoWMIWriteEvent, IoWMISetNotificationCallback, WmiFireEvent - events, and who hears of them.
 */
#include "wmi_test.h"
#include "kthread.h"

#if defined(_WIN64) /* for x86 it is a macro */
#undef IoWMIDeviceObjectToProviderId
NTKERNELAPI ULONG NTAPI IoWMIDeviceObjectToProviderId(PDEVICE_OBJECT DeviceObject);
#endif

typedef struct EVENT_TEST {
    KEVENT Heard;
    ULONG Calls;
    ULONG Flags;
    ULONG Bytes;
    ULONG First;  /* of the data */
    WCHAR Name[32];
    KIRQL Irql;
} EVENT_TEST;

static VOID NTAPI Hear(PVOID Wnode, PVOID Context)
{
    const WNODE_SINGLE_INSTANCE *Event = Wnode;
    EVENT_TEST *Test = Context;
    USHORT Length;

    Test->Irql = KeGetCurrentIrql();
    Test->Flags = Event->WnodeHeader.Flags;
    Test->Bytes = Event->SizeDataBlock;
    if (Event->SizeDataBlock >= sizeof(ULONG))
        RtlCopyMemory(&Test->First, (const UCHAR *)Wnode + Event->DataBlockOffset, sizeof(ULONG));
    if (Event->OffsetInstanceName != 0) {
        RtlCopyMemory(&Length, (const UCHAR *)Wnode + Event->OffsetInstanceName, sizeof(Length));
        if (Length < sizeof(Test->Name))
            RtlCopyMemory(Test->Name,
                (const UCHAR *)Wnode + Event->OffsetInstanceName + sizeof(Length), Length);
    }
    Test->Calls++;
    KeSetEvent(&Test->Heard, IO_NO_INCREMENT, FALSE);
}

static PVOID Listen(EVENT_TEST *Test, ULONG Block)
{
    PVOID Object = WmiTestOpen(Block, WMIGUID_NOTIFICATION);

    KeInitializeEvent(&Test->Heard, SynchronizationEvent, FALSE);
    if (Object != NULL)
        CHECK_STATUS(IoWMISetNotificationCallback(Object, Hear, Test), STATUS_SUCCESS);
    return Object;
}

TEST(WmiFireEvent, IsHeardWithItsDataAndName)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    EVENT_TEST Test = {0};
    PULONG Data = ExAllocatePoolWithTag(NonPagedPool, sizeof(ULONG), WMI_TEST_TAG);
    PVOID Block = Listen(&Test, WMI_TEST_EVENT);
    UNICODE_STRING Name;

    if (Device == NULL || !CHECK(Data != NULL) || Block == NULL)
        return;
    *Data = 4711;
    if (CHECK_STATUS(WmiFireEvent(Device, &WmiTestGuid[WMI_TEST_EVENT], 0, sizeof(ULONG), Data),
            STATUS_SUCCESS)) {
        CHECK_STATUS(KtestWait(&Test.Heard), STATUS_SUCCESS);
        CHECK_EQ(Test.First, 4711);
        CHECK_EQ(Test.Bytes, sizeof(ULONG));
        CHECK_EQ(Test.Irql, PASSIVE_LEVEL);
        CHECK((Test.Flags & WNODE_FLAG_EVENT_ITEM) != 0);
        RtlInitUnicodeString(&Name, Test.Name);
        CHECK_STRING(&Name, WMI_TEST_BASE L"0");
    }
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(WmiFireEvent, NeedsNoDataAndNobodyWhoListens)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    EVENT_TEST Test = {0};
    PVOID Block;

    if (Device == NULL)
        return;
    CHECK_STATUS(WmiFireEvent(Device, &WmiTestGuid[WMI_TEST_EVENT], 0, 0, NULL), STATUS_SUCCESS);
    Block = Listen(&Test, WMI_TEST_EVENT);
    if (Block != NULL) {
        CHECK_STATUS(
            WmiFireEvent(Device, &WmiTestGuid[WMI_TEST_EVENT], 0, 0, NULL), STATUS_SUCCESS);
        CHECK_STATUS(KtestWait(&Test.Heard), STATUS_SUCCESS);
        CHECK_EQ(Test.Bytes, 0);
        ObDereferenceObject(Block);
    }
    WmiTestDelete(Device);
}

TEST(IoWMIWriteEvent, AReferenceIsDeliveredAsTheInstance)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    EVENT_TEST Test = {0};
    PVOID Block = Listen(&Test, WMI_TEST_EVENT);
    WNODE_EVENT_REFERENCE *Event = ExAllocatePoolWithTag(
        NonPagedPool, sizeof(*Event), WMI_TEST_TAG);

    if (Device == NULL || Block == NULL || !CHECK(Event != NULL))
        return;
    RtlZeroMemory(Event, sizeof(*Event));
    Event->WnodeHeader.BufferSize = sizeof(*Event);
    Event->WnodeHeader.ProviderId = IoWMIDeviceObjectToProviderId(Device);
    Event->WnodeHeader.Flags = WNODE_FLAG_EVENT_REFERENCE | WNODE_FLAG_STATIC_INSTANCE_NAMES;
    Event->WnodeHeader.Guid = WmiTestGuid[WMI_TEST_EVENT];
    Event->TargetGuid = WmiTestGuid[WMI_TEST_DATA];
    Event->TargetDataBlockSize = sizeof(ULONG64);
    Event->TargetInstanceIndex = 1;
    if (CHECK_STATUS(IoWMIWriteEvent(Event), STATUS_SUCCESS)) {
        CHECK_STATUS(KtestWait(&Test.Heard), STATUS_SUCCESS);
        CHECK_EQ(Test.Bytes, sizeof(ULONG64));
        CHECK_EQ(Test.First, 0x44444444);
        CHECK((Test.Flags & WNODE_FLAG_EVENT_ITEM) != 0);
    } else {
        ExFreePoolWithTag(Event, WMI_TEST_TAG);
    }
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIWriteEvent, WhatIsNoEventStaysTheCallers)
{
    WNODE_HEADER *Wnode = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Wnode), WMI_TEST_TAG);

    if (!CHECK(Wnode != NULL))
        return;
    RtlZeroMemory(Wnode, sizeof(*Wnode));
    Wnode->BufferSize = sizeof(*Wnode);
    CHECK(!NT_SUCCESS(IoWMIWriteEvent(Wnode)));
    Wnode->Flags = WNODE_FLAG_TRACED_GUID; /* there is no trace session with the handle 0 */
    CHECK(!NT_SUCCESS(IoWMIWriteEvent(Wnode)));
    ExFreePoolWithTag(Wnode, WMI_TEST_TAG);
}

TEST(IoWMISetNotificationCallback, ANewOneReplacesTheOld)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    EVENT_TEST Old = {0}, New = {0};
    PVOID Block = Listen(&Old, WMI_TEST_EVENT);

    if (Device == NULL || Block == NULL)
        return;
    KeInitializeEvent(&New.Heard, SynchronizationEvent, FALSE);
    CHECK_STATUS(IoWMISetNotificationCallback(Block, Hear, &New), STATUS_SUCCESS);
    CHECK_STATUS(WmiFireEvent(Device, &WmiTestGuid[WMI_TEST_EVENT], 0, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(KtestWait(&New.Heard), STATUS_SUCCESS);
    CHECK_EQ(Old.Calls, 0);
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}
