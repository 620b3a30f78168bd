/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoWMIOpenBlock, IoWMIQueryAllData, IoWMIQueryAllDataMultiple - every instance of a block, of
 * every device that has it.
 */
#include "wmi_test.h"

static UCHAR QueryBuffer[4096];

/* The value of an instance. */
static ULONG64 ValueAt(const WNODE_ALL_DATA *Wnode, ULONG Index)
{
    ULONG64 Value = 0;
    ULONG Offset = Wnode->OffsetInstanceDataAndLength[Index].OffsetInstanceData;

    if (CHECK_EQ(Wnode->OffsetInstanceDataAndLength[Index].LengthInstanceData, sizeof(Value)) &&
        CHECK(Offset + sizeof(Value) <= Wnode->WnodeHeader.BufferSize))
        RtlCopyMemory(&Value, (const UCHAR *)Wnode + Offset, sizeof(Value));
    return Value;
}

static VOID CheckName(const WNODE_ALL_DATA *Wnode, ULONG Index, const WCHAR *Expected)
{
    ULONG Offset;
    USHORT Length;
    UNICODE_STRING Name, Wanted;

    RtlCopyMemory(&Offset,
        (const UCHAR *)Wnode + Wnode->OffsetInstanceNameOffsets + Index * sizeof(ULONG),
        sizeof(Offset));
    if (!CHECK(Offset + sizeof(Length) <= Wnode->WnodeHeader.BufferSize))
        return;
    RtlCopyMemory(&Length, (const UCHAR *)Wnode + Offset, sizeof(Length));
    Name.Length = Name.MaximumLength = Length;
    Name.Buffer = (PWSTR)((ULONG_PTR)Wnode + Offset + sizeof(Length));
    RtlInitUnicodeString(&Wanted, Expected);
    CHECK(RtlEqualUnicodeString(&Name, &Wanted, FALSE));
}

TEST(IoWMIOpenBlock, NeedsADeviceThatHasIt)
{
    GUID Guid = WmiTestNobody;
    PVOID Block = NULL;

    CHECK_STATUS(IoWMIOpenBlock(&Guid, WMIGUID_QUERY, &Block), STATUS_WMI_GUID_NOT_FOUND);
    CHECK_STATUS(IoWMIOpenBlock(&Guid, WMIGUID_NOTIFICATION, &Block), STATUS_SUCCESS);
    if (Block != NULL)
        ObDereferenceObject(Block);
}

TEST(IoWMIOpenBlock, EnablesWhatIsExpensiveAndEvents)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    PVOID First, Second;

    if (Device == NULL)
        return;
    First = WmiTestOpen(WMI_TEST_FIXED, WMIGUID_QUERY);
    CHECK(WmiTestOf(Device)->Enabled[WmiDataBlockControl]);
    Second = WmiTestOpen(WMI_TEST_FIXED, WMIGUID_QUERY);
    CHECK_EQ(WmiTestOf(Device)->Controls, 1); /* only the first */
    ObDereferenceObject(First);
    CHECK(WmiTestOf(Device)->Enabled[WmiDataBlockControl]);
    ObDereferenceObject(Second);
    CHECK(!WmiTestOf(Device)->Enabled[WmiDataBlockControl]);
    First = WmiTestOpen(WMI_TEST_EVENT, WMIGUID_NOTIFICATION);
    CHECK(WmiTestOf(Device)->Enabled[WmiEventControl]);
    ObDereferenceObject(First);
    CHECK(!WmiTestOf(Device)->Enabled[WmiEventControl]);
    /* One that is not expensive needs nothing. */
    First = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    CHECK_EQ(WmiTestOf(Device)->Controls, 4);
    ObDereferenceObject(First);
    WmiTestDelete(Device);
}

TEST(IoWMIQueryAllData, HasInstancesAndTheirNames)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    const WNODE_ALL_DATA *Wnode = (const WNODE_ALL_DATA *)QueryBuffer;
    ULONG Bytes = sizeof(QueryBuffer);
    PVOID Block;

    if (Device == NULL)
        return;
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    if (Block != NULL &&
        CHECK_STATUS(IoWMIQueryAllData(Block, &Bytes, QueryBuffer), STATUS_SUCCESS)) {
        CHECK(RtlCompareMemory(&Wnode->WnodeHeader.Guid, &WmiTestGuid[WMI_TEST_DATA],
                  sizeof(GUID)) == sizeof(GUID));
        CHECK_EQ(Wnode->InstanceCount, WMI_TEST_INSTANCES);
        CHECK_EQ(Wnode->WnodeHeader.Linkage, 0);
        CHECK((Wnode->WnodeHeader.Flags & WNODE_FLAG_ALL_DATA) != 0);
        CHECK(Bytes >= Wnode->WnodeHeader.BufferSize);
        CHECK_EQ(ValueAt(Wnode, 0), 0x1111111122222222ull);
        CHECK_EQ(ValueAt(Wnode, 1), 0x2222222244444444ull);
        CheckName(Wnode, 0, WMI_TEST_BASE L"0");
        CheckName(Wnode, 1, WMI_TEST_BASE L"1");
    }
    if (Block != NULL)
        ObDereferenceObject(Block);
    WmiTestDelete(Device);
}

TEST(IoWMIQueryAllData, SaysHowMuchItTakes)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    ULONG Bytes = sizeof(WNODE_HEADER), Needed;
    PVOID Block;

    if (Device == NULL)
        return;
    WmiTestOf(Device)->Padding = 1000; /* more than a buffer of a first try is likely to be */
    Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    if (Block != NULL) {
        CHECK_STATUS(IoWMIQueryAllData(Block, &Bytes, QueryBuffer), STATUS_BUFFER_TOO_SMALL);
        CHECK(Bytes > 1000 && Bytes <= sizeof(QueryBuffer));
        Needed = Bytes;
        if (Bytes <= sizeof(QueryBuffer))
            CHECK_STATUS(IoWMIQueryAllData(Block, &Bytes, QueryBuffer), STATUS_SUCCESS);
        CHECK(Bytes <= Needed);
        ObDereferenceObject(Block);
    }
    WmiTestDelete(Device);
}

TEST(IoWMIQueryAllData, ChainsDevices)
{
    PDEVICE_OBJECT First = WmiTestCreate(TRUE), Second = WmiTestCreate(TRUE);
    const WNODE_ALL_DATA *Wnode = (const WNODE_ALL_DATA *)QueryBuffer;
    ULONG Bytes = sizeof(QueryBuffer);
    PVOID Block = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);

    if (First == NULL || Second == NULL || Block == NULL)
        return;
    WmiTestOf(Second)->Value[0] = 5;
    if (CHECK_STATUS(IoWMIQueryAllData(Block, &Bytes, QueryBuffer), STATUS_SUCCESS) &&
        CHECK(Wnode->WnodeHeader.Linkage != 0)) {
        CHECK_EQ(ValueAt(Wnode, 0), 0x1111111122222222ull);
        Wnode = (const WNODE_ALL_DATA *)(QueryBuffer + Wnode->WnodeHeader.Linkage);
        CHECK_EQ(ValueAt(Wnode, 0), 5);
        CHECK_EQ(Wnode->WnodeHeader.Linkage, 0);
    }
    ObDereferenceObject(Block);
    WmiTestDelete(First);
    WmiTestDelete(Second);
}

TEST(IoWMIQueryAllData, FailsAsTheDriverDoes)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    ULONG Bytes = sizeof(QueryBuffer);
    PVOID Block = WmiTestOpen(WMI_TEST_FIXED, WMIGUID_QUERY);

    if (Device == NULL || Block == NULL)
        return;
    CHECK_STATUS(IoWMIQueryAllData(Block, &Bytes, QueryBuffer), STATUS_WMI_NOT_SUPPORTED);
    WmiTestDelete(Device);
    CHECK(!NT_SUCCESS(IoWMIQueryAllData(Block, &Bytes, QueryBuffer)));
    ObDereferenceObject(Block);
}

TEST(IoWMIQueryAllDataMultiple, ChainsBlocks)
{
    PDEVICE_OBJECT Device = WmiTestCreate(TRUE);
    const WNODE_ALL_DATA *Wnode = (const WNODE_ALL_DATA *)QueryBuffer;
    ULONG Bytes = sizeof(QueryBuffer);
    PVOID Blocks[2];

    if (Device == NULL)
        return;
    Blocks[0] = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    Blocks[1] = WmiTestOpen(WMI_TEST_DATA, WMIGUID_QUERY);
    if (Blocks[0] != NULL && Blocks[1] != NULL) {
        if (CHECK_STATUS(
                IoWMIQueryAllDataMultiple(Blocks, 2, &Bytes, QueryBuffer), STATUS_SUCCESS) &&
            CHECK(Wnode->WnodeHeader.Linkage != 0)) {
            Wnode = (const WNODE_ALL_DATA *)(QueryBuffer + Wnode->WnodeHeader.Linkage);
            CHECK_EQ(ValueAt(Wnode, 1), 0x2222222244444444ull);
        }
        Bytes = 10;
        CHECK_STATUS(
            IoWMIQueryAllDataMultiple(Blocks, 2, &Bytes, QueryBuffer), STATUS_BUFFER_TOO_SMALL);
        ObDereferenceObject(Blocks[0]);
        ObDereferenceObject(Blocks[1]);
    }
    WmiTestDelete(Device);
}
