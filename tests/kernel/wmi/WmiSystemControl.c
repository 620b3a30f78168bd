/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * WmiSystemControl, WmiCompleteRequest - wmilib.sys, with requests the test makes itself.
 */
#include "wmi_test.h"

/* Sends a request of IRP_MJ_SYSTEM_CONTROL to the device; returns its status. */
static NTSTATUS Send(PDEVICE_OBJECT Device, UCHAR Minor, PDEVICE_OBJECT Provider, const GUID *Guid,
    ULONG Bytes, PVOID Buffer, PULONG_PTR Information)
{
    PIO_STACK_LOCATION Stack;
    IO_STATUS_BLOCK IoStatus;
    GUID Path = *Guid;
    KEVENT Event;
    NTSTATUS Status;
    PIRP Irp;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(
        IRP_MJ_FLUSH_BUFFERS, Device, NULL, 0, NULL, &Event, &IoStatus);
    if (!CHECK(Irp != NULL))
        return STATUS_INSUFFICIENT_RESOURCES;
    Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = IRP_MJ_SYSTEM_CONTROL;
    Stack->MinorFunction = Minor;
    Stack->Parameters.WMI.ProviderId = (ULONG_PTR)Provider;
    Stack->Parameters.WMI.DataPath = &Path;
    Stack->Parameters.WMI.BufferSize = Bytes;
    Stack->Parameters.WMI.Buffer = Buffer;
    IoStatus.Information = 0;
    Status = IoCallDriver(Device, Irp);
    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
        Status = IoStatus.Status;
    }
    if (Information != NULL)
        *Information = IoStatus.Information;
    return Status;
}

TEST(WmiSystemControl, OfOtherDevicesItForwards)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE), Other = WmiTestCreate(FALSE);
    WNODE_HEADER Header = {.BufferSize = sizeof(Header)};

    if (Device == NULL || Other == NULL)
        return;
    CHECK_STATUS(
        Send(Device, IRP_MN_ENABLE_EVENTS, Other, &WmiTestGuid[0], sizeof(Header), &Header, NULL),
        STATUS_NOT_SUPPORTED);
    CHECK_EQ(WmiTestOf(Device)->Disposition, IrpForward);
    IoDeleteDevice(Device);
    IoDeleteDevice(Other);
}

TEST(WmiSystemControl, UnknownRequestsAreNotForWmi)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE);
    WNODE_HEADER Header = {.BufferSize = sizeof(Header)};

    if (Device == NULL)
        return;
    CHECK_STATUS(Send(Device, 0x7F, Device, &WmiTestGuid[0], sizeof(Header), &Header, NULL),
        STATUS_NOT_SUPPORTED);
    CHECK_EQ(WmiTestOf(Device)->Disposition, IrpNotWmi);
    IoDeleteDevice(Device);
}

TEST(WmiSystemControl, KnowsItsBlocksOnly)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE);
    WNODE_HEADER Header = {.BufferSize = sizeof(Header)};

    if (Device == NULL)
        return;
    CHECK_STATUS(
        Send(Device, IRP_MN_ENABLE_EVENTS, Device, &WmiTestNobody, sizeof(Header), &Header, NULL),
        STATUS_WMI_GUID_NOT_FOUND);
    CHECK_EQ(WmiTestOf(Device)->Disposition, IrpNotCompleted);
    CHECK_STATUS(
        Send(Device, IRP_MN_ENABLE_EVENTS, Device, &WmiTestGuid[0], sizeof(Header), &Header, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(WmiTestOf(Device)->Disposition, IrpProcessed);
    CHECK(WmiTestOf(Device)->Enabled[WmiEventControl]);
    /* Without the callback there is nothing to enable. */
    WmiTestOf(Device)->Library.WmiFunctionControl = NULL;
    CHECK_STATUS(Send(Device, IRP_MN_ENABLE_COLLECTION, Device, &WmiTestGuid[0], sizeof(Header),
                     &Header, NULL),
        STATUS_SUCCESS);
    IoDeleteDevice(Device);
}

TEST(WmiSystemControl, TellsHowLongTheRegistrationIs)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE);
    static UCHAR Buffer[2048];
    const WMIREGINFO *Info = (const WMIREGINFO *)Buffer;
    ULONG_PTR Information = 0;
    ULONG Needed;

    if (Device == NULL)
        return;
    CHECK_STATUS(
        Send(Device, IRP_MN_REGINFO, Device, &WmiTestGuid[0], sizeof(ULONG), Buffer, &Information),
        STATUS_BUFFER_TOO_SMALL);
    RtlCopyMemory(&Needed, Buffer, sizeof(Needed));
    CHECK(Needed > sizeof(WMIREGINFO) && Needed <= sizeof(Buffer));
    CHECK_STATUS(
        Send(Device, IRP_MN_REGINFO, Device, &WmiTestGuid[0], sizeof(Buffer), Buffer, &Information),
        STATUS_SUCCESS);
    CHECK_EQ(Information, Needed);
    CHECK_EQ(Info->BufferSize, Needed);
    CHECK_EQ(Info->GuidCount, WMI_TEST_BLOCKS);
    CHECK_EQ(Info->WmiRegGuid[WMI_TEST_DATA].InstanceCount, WMI_TEST_INSTANCES);
    CHECK((Info->WmiRegGuid[WMI_TEST_DATA].Flags & WMIREG_FLAG_INSTANCE_BASENAME) != 0);
    CHECK(RtlCompareMemory(&Info->WmiRegGuid[WMI_TEST_DATA].Guid, &WmiTestGuid[WMI_TEST_DATA],
              sizeof(GUID)) == sizeof(GUID));
    IoDeleteDevice(Device);
}

TEST(WmiCompleteRequest, SaysInTheWnodeWhatItTakes)
{
    PDEVICE_OBJECT Device = WmiTestCreate(FALSE);
    union {
        WNODE_TOO_SMALL Small;
        WNODE_SINGLE_INSTANCE Instance;
        UCHAR Bytes[512];
    } Wnode;
    ULONG_PTR Information = 0;
    ULONG Needed;

    if (Device == NULL)
        return;
    RtlZeroMemory(&Wnode, sizeof(Wnode));
    Wnode.Instance.WnodeHeader.BufferSize = sizeof(WNODE_SINGLE_INSTANCE);
    Wnode.Instance.WnodeHeader.Flags = WNODE_FLAG_SINGLE_INSTANCE |
        WNODE_FLAG_STATIC_INSTANCE_NAMES;
    Wnode.Instance.DataBlockOffset = 64;
    CHECK_STATUS(Send(Device, IRP_MN_QUERY_SINGLE_INSTANCE, Device, &WmiTestGuid[WMI_TEST_DATA], 68,
                     &Wnode, &Information),
        STATUS_SUCCESS);
    CHECK((Wnode.Small.WnodeHeader.Flags & WNODE_FLAG_TOO_SMALL) != 0);
    CHECK_EQ(Information, sizeof(WNODE_TOO_SMALL));
    Needed = Wnode.Small.SizeNeeded;
    CHECK(Needed >= 64 + sizeof(ULONG64) && Needed <= sizeof(Wnode));

    RtlZeroMemory(&Wnode, sizeof(Wnode));
    Wnode.Instance.WnodeHeader.BufferSize = sizeof(WNODE_SINGLE_INSTANCE);
    Wnode.Instance.WnodeHeader.Flags = WNODE_FLAG_SINGLE_INSTANCE |
        WNODE_FLAG_STATIC_INSTANCE_NAMES;
    Wnode.Instance.DataBlockOffset = 64;
    CHECK_STATUS(Send(Device, IRP_MN_QUERY_SINGLE_INSTANCE, Device, &WmiTestGuid[WMI_TEST_DATA],
                     Needed, &Wnode, &Information),
        STATUS_SUCCESS);
    CHECK_EQ(Wnode.Instance.SizeDataBlock, sizeof(ULONG64));
    CHECK_EQ(Wnode.Instance.WnodeHeader.BufferSize, 64 + sizeof(ULONG64));
    CHECK_EQ(Information, 64 + sizeof(ULONG64));

    /* An instance that is not there. */
    Wnode.Instance.InstanceIndex = WMI_TEST_INSTANCES;
    CHECK_STATUS(Send(Device, IRP_MN_QUERY_SINGLE_INSTANCE, Device, &WmiTestGuid[WMI_TEST_DATA],
                     sizeof(Wnode), &Wnode, NULL),
        STATUS_WMI_INSTANCE_NOT_FOUND);
    IoDeleteDevice(Device);
}
