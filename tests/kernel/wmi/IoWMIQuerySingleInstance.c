/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoWMIQuerySingleInstance, IoWMIQuerySingleInstanceMultiple, IoWMISetSingleInstance,
 * IoWMISetSingleItem, IoWMIExecuteMethod - one instance, by its name.
 */
#include "wmi_test.h"

static UCHAR InstanceBuffer[1024];

static ULONG64 ValueOf(const WNODE_SINGLE_INSTANCE *Wnode)
{
    ULONG64 Value = 0;

    if (CHECK_EQ(Wnode->SizeDataBlock, sizeof(Value)) &&
        CHECK(Wnode->DataBlockOffset + sizeof(Value) <= Wnode->WnodeHeader.BufferSize))
        RtlCopyMemory(&Value, (const UCHAR *)Wnode + Wnode->DataBlockOffset, sizeof(Value));
    return Value;
}

TEST(IoWMIQuerySingleInstance, FindsAnInstanceByName)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    const WNODE_SINGLE_INSTANCE *Wnode = (const WNODE_SINGLE_INSTANCE *)InstanceBuffer;
    ULONG Bytes = sizeof(InstanceBuffer);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    KTEST_STRING(Name, L"wmi test 1");

    if (Device == NULL || Block == NULL)
        return;
    if (CHECK_STATUS(
            IoWMIQuerySingleInstance(Block, &Name, &Bytes, InstanceBuffer), STATUS_SUCCESS)) {
        CHECK_EQ(ValueOf(Wnode), 0x2222222244444444ull);
        CHECK_EQ(Wnode->InstanceIndex, 1);
        CHECK((Wnode->WnodeHeader.Flags & WNODE_FLAG_SINGLE_INSTANCE) != 0);
    }
    Bytes = sizeof(WNODE_HEADER);
    CHECK_STATUS(
        IoWMIQuerySingleInstance(Block, &Name, &Bytes, InstanceBuffer), STATUS_BUFFER_TOO_SMALL);
    CHECK(Bytes > sizeof(WNODE_SINGLE_INSTANCE) && Bytes <= sizeof(InstanceBuffer));
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIQuerySingleInstance, AnotherNameIsNotFound)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    ULONG Bytes = sizeof(InstanceBuffer);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    KTEST_STRING(Name, L"Wmi Test 2");

    if (Device == NULL || Block == NULL)
        return;
    CHECK_STATUS(IoWMIQuerySingleInstance(Block, &Name, &Bytes, InstanceBuffer),
        STATUS_WMI_INSTANCE_NOT_FOUND);
    CHECK_EQ(WmiTestOf(Device)->Minor[IRP_MN_QUERY_SINGLE_INSTANCE], 0);
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIQuerySingleInstanceMultiple, ChainsInstances)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    const WNODE_SINGLE_INSTANCE *Wnode = (const WNODE_SINGLE_INSTANCE *)InstanceBuffer;
    ULONG Bytes = sizeof(InstanceBuffer);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY), Blocks[2] = {Block, Block};
    KTEST_STRING(First, L"Wmi Test 0");
    KTEST_STRING(Second, L"Wmi Test 1");
    UNICODE_STRING Names[2] = {First, Second};

    if (Device == NULL || Block == NULL)
        return;
    if (CHECK_STATUS(IoWMIQuerySingleInstanceMultiple(Blocks, Names, 2, &Bytes, InstanceBuffer),
            STATUS_SUCCESS)) {
        CHECK_EQ(ValueOf(Wnode), 0x1111111122222222ull);
        if (CHECK(Wnode->WnodeHeader.Linkage != 0)) {
            Wnode = (const WNODE_SINGLE_INSTANCE *)(InstanceBuffer + Wnode->WnodeHeader.Linkage);
            CHECK_EQ(ValueOf(Wnode), 0x2222222244444444ull);
        }
    }
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMISetSingleInstance, ChangesIt)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_SET);
    ULONG64 Value = 0x123456789abcdef0ull;
    KTEST_STRING(Name, L"Wmi Test 1");
    KTEST_STRING(Wrong, L"Wmi Test 9");

    if (Device == NULL || Block == NULL)
        return;
    CHECK_STATUS(IoWMISetSingleInstance(Block, &Name, 0, sizeof(Value), &Value), STATUS_SUCCESS);
    CHECK_EQ(WmiTestOf(Device)->Value[1], Value);
    CHECK_EQ(WmiTestOf(Device)->Value[0], 0x1111111122222222ull);
    CHECK_STATUS(IoWMISetSingleInstance(Block, &Name, 0, 4, &Value), STATUS_WMI_SET_FAILURE);
    CHECK_STATUS(IoWMISetSingleInstance(Block, &Wrong, 0, sizeof(Value), &Value),
        STATUS_WMI_INSTANCE_NOT_FOUND);
    /* Without a callback for it nothing can be set. */
    WmiTestOf(Device)->Library.SetWmiDataBlock = NULL;
    CHECK_STATUS(
        IoWMISetSingleInstance(Block, &Name, 0, sizeof(Value), &Value), STATUS_WMI_READ_ONLY);
    CHECK_EQ(WmiTestOf(Device)->Disposition, IrpNotCompleted);
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMISetSingleItem, ChangesOneItem)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_SET);
    ULONG Value = 7;
    KTEST_STRING(Name, L"Wmi Test 0");

    if (Device == NULL || Block == NULL)
        return;
    CHECK_STATUS(IoWMISetSingleItem(Block, &Name, 2, 0, sizeof(Value), &Value), STATUS_SUCCESS);
    CHECK_EQ(WmiTestOf(Device)->Value[0], 0x0000000722222222ull);
    CHECK_STATUS(
        IoWMISetSingleItem(Block, &Name, 3, 0, sizeof(Value), &Value), STATUS_WMI_ITEMID_NOT_FOUND);
    WmiTestOf(Device)->Library.SetWmiDataItem = NULL;
    CHECK_STATUS(
        IoWMISetSingleItem(Block, &Name, 2, 0, sizeof(Value), &Value), STATUS_WMI_READ_ONLY);
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIExecuteMethod, TakesInputAndGivesOutput)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_EXECUTE);
    UCHAR Data[16] = "abcd";
    ULONG Bytes = sizeof(Data);
    KTEST_STRING(Name, L"Wmi Test 0");

    if (Device == NULL || Block == NULL)
        return;
    CHECK_STATUS(IoWMIExecuteMethod(Block, &Name, 1, 4, &Bytes, Data), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 8);
    CHECK(RtlCompareMemory(Data, "abcdabcd", 8) == 8);
    Bytes = 5;
    CHECK_STATUS(IoWMIExecuteMethod(Block, &Name, 1, 4, &Bytes, Data), STATUS_BUFFER_TOO_SMALL);
    CHECK(Bytes >= 8);
    Bytes = sizeof(Data);
    CHECK_STATUS(IoWMIExecuteMethod(Block, &Name, 2, 4, &Bytes, Data), STATUS_WMI_ITEMID_NOT_FOUND);
    WmiTestOf(Device)->Library.ExecuteWmiMethod = NULL;
    CHECK_STATUS(
        IoWMIExecuteMethod(Block, &Name, 1, 4, &Bytes, Data), STATUS_INVALID_DEVICE_REQUEST);
    ObDereferenceObject(Block);
    WmiTestDelete(Device);
}
