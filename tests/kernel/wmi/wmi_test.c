/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wmi_test.c - see wmi_test.h.
 */
#include "wmi_test.h"

const GUID WmiTestGuid[WMI_TEST_BLOCKS] = {
    {0x6d1a0c31, 0x5b0e, 0x4d1f, {0x9a, 0x11, 0x3c, 0x52, 0x8e, 0x01, 0xd4, 0x10}},
    {0x6d1a0c31, 0x5b0e, 0x4d1f, {0x9a, 0x11, 0x3c, 0x52, 0x8e, 0x01, 0xd4, 0x11}},
    {0x6d1a0c31, 0x5b0e, 0x4d1f, {0x9a, 0x11, 0x3c, 0x52, 0x8e, 0x01, 0xd4, 0x12}},
};
const GUID WmiTestNobody = {
    0x6d1a0c31, 0x5b0e, 0x4d1f, {0x9a, 0x11, 0x3c, 0x52, 0x8e, 0x01, 0xd4, 0x1f}};

static NTSTATUS NTAPI QueryRegInfo(PDEVICE_OBJECT Device, PULONG RegFlags,
    PUNICODE_STRING InstanceName, PUNICODE_STRING *RegistryPath, PUNICODE_STRING MofResourceName,
    PDEVICE_OBJECT *Pdo)
{
    static const WCHAR Base[] = WMI_TEST_BASE;

    UNREFERENCED_PARAMETER(MofResourceName);
    if (!NT_SUCCESS(WmiTestOf(Device)->RegInfo))
        return WmiTestOf(Device)->RegInfo;
    *RegistryPath = KtestRegistryPath;
    if (WmiTestOf(Device)->Pdo != NULL) {
        *RegFlags = WMIREG_FLAG_INSTANCE_PDO;
        *Pdo = WmiTestOf(Device)->Pdo;
        return STATUS_SUCCESS;
    }
    *RegFlags = WMIREG_FLAG_INSTANCE_BASENAME;
    InstanceName->Buffer = ExAllocatePoolWithTag(PagedPool, sizeof(Base), WMI_TEST_TAG);
    if (InstanceName->Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(InstanceName->Buffer, Base, sizeof(Base));
    InstanceName->Length = sizeof(Base) - sizeof(WCHAR);
    InstanceName->MaximumLength = sizeof(Base);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI QueryDataBlock(PDEVICE_OBJECT Device, PIRP Irp, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG InstanceCount, PULONG InstanceLengthArray, ULONG BufferAvail,
    PUCHAR Buffer)
{
    WMI_TEST_DEVICE *Test = WmiTestOf(Device);
    ULONG Size = InstanceCount * sizeof(ULONG64) + Test->Padding, Index;

    if (GuidIndex != WMI_TEST_DATA)
        return WmiCompleteRequest(Device, Irp, STATUS_WMI_NOT_SUPPORTED, 0, IO_NO_INCREMENT);
    if (InstanceLengthArray == NULL || BufferAvail < Size)
        return WmiCompleteRequest(Device, Irp, STATUS_BUFFER_TOO_SMALL, Size, IO_NO_INCREMENT);
    for (Index = 0; Index < InstanceCount; Index++) {
        RtlCopyMemory(
            Buffer + Index * sizeof(ULONG64), &Test->Value[InstanceIndex + Index], sizeof(ULONG64));
        InstanceLengthArray[Index] = sizeof(ULONG64);
    }
    return WmiCompleteRequest(Device, Irp, STATUS_SUCCESS, Size, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI SetDataBlock(PDEVICE_OBJECT Device, PIRP Irp, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG BufferSize, PUCHAR Buffer)
{
    NTSTATUS Status = STATUS_SUCCESS;

    if (GuidIndex != WMI_TEST_DATA)
        Status = STATUS_WMI_READ_ONLY;
    else if (BufferSize != sizeof(ULONG64))
        Status = STATUS_WMI_SET_FAILURE;
    else
        RtlCopyMemory(&WmiTestOf(Device)->Value[InstanceIndex], Buffer, sizeof(ULONG64));
    return WmiCompleteRequest(Device, Irp, Status, 0, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI SetDataItem(PDEVICE_OBJECT Device, PIRP Irp, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG DataItemId, ULONG BufferSize, PUCHAR Buffer)
{
    NTSTATUS Status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(GuidIndex);
    /* Two items of four bytes. */
    if (DataItemId < 1 || DataItemId > 2)
        Status = STATUS_WMI_ITEMID_NOT_FOUND;
    else if (BufferSize != sizeof(ULONG))
        Status = STATUS_WMI_SET_FAILURE;
    else
        RtlCopyMemory(
            (PUCHAR)&WmiTestOf(Device)->Value[InstanceIndex] + (DataItemId - 1) * sizeof(ULONG),
            Buffer, sizeof(ULONG));
    return WmiCompleteRequest(Device, Irp, Status, 0, IO_NO_INCREMENT);
}

/* Method 1 answers with its input twice; there is no other. */
static NTSTATUS NTAPI ExecuteMethod(PDEVICE_OBJECT Device, PIRP Irp, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG MethodId, ULONG InBufferSize, ULONG OutBufferSize, PUCHAR Buffer)
{
    UNREFERENCED_PARAMETER(GuidIndex);
    UNREFERENCED_PARAMETER(InstanceIndex);
    if (MethodId != 1)
        return WmiCompleteRequest(Device, Irp, STATUS_WMI_ITEMID_NOT_FOUND, 0, IO_NO_INCREMENT);
    if (OutBufferSize < 2 * InBufferSize)
        return WmiCompleteRequest(
            Device, Irp, STATUS_BUFFER_TOO_SMALL, 2 * InBufferSize, IO_NO_INCREMENT);
    RtlCopyMemory(Buffer + InBufferSize, Buffer, InBufferSize);
    return WmiCompleteRequest(Device, Irp, STATUS_SUCCESS, 2 * InBufferSize, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI FunctionControl(PDEVICE_OBJECT Device, PIRP Irp, ULONG GuidIndex,
    WMIENABLEDISABLECONTROL Function, BOOLEAN Enable)
{
    UNREFERENCED_PARAMETER(GuidIndex);
    WmiTestOf(Device)->Enabled[Function] = Enable;
    WmiTestOf(Device)->Controls++;
    return WmiCompleteRequest(Device, Irp, STATUS_SUCCESS, 0, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI SystemControl(PDEVICE_OBJECT Device, PIRP Irp)
{
    WMI_TEST_DEVICE *Test = WmiTestOf(Device);
    SYSCTL_IRP_DISPOSITION Disposition;
    NTSTATUS Status;

    if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction < RTL_NUMBER_OF(Test->Minor))
        Test->Minor[IoGetCurrentIrpStackLocation(Irp)->MinorFunction]++;
    Status = WmiSystemControl(&Test->Library, Device, Irp, &Disposition);
    Test->Disposition = Disposition;
    Test->Returned = Status;
    if (Disposition == IrpForward || Disposition == IrpNotWmi) {
        Status = Irp->IoStatus.Status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    } else if (Disposition == IrpNotCompleted) {
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    return Status;
}

PDEVICE_OBJECT WmiTestCreate(BOOLEAN Register)
{
    PDEVICE_OBJECT Device;
    WMI_TEST_DEVICE *Test;
    ULONG Index;

    KtestDriverObject->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = SystemControl;
    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, sizeof(WMI_TEST_DEVICE), NULL,
                          FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
            STATUS_SUCCESS))
        return NULL;
    Test = WmiTestOf(Device);
    for (Index = 0; Index < WMI_TEST_BLOCKS; Index++) {
        Test->Guid[Index].Guid = &WmiTestGuid[Index];
        Test->Guid[Index].InstanceCount = Index == WMI_TEST_DATA ? WMI_TEST_INSTANCES : 1;
    }
    Test->Guid[WMI_TEST_FIXED].Flags = WMIREG_FLAG_EXPENSIVE;
    Test->Library.GuidCount = WMI_TEST_BLOCKS;
    Test->Library.GuidList = Test->Guid;
    Test->Library.QueryWmiRegInfo = QueryRegInfo;
    Test->Library.QueryWmiDataBlock = QueryDataBlock;
    Test->Library.SetWmiDataBlock = SetDataBlock;
    Test->Library.SetWmiDataItem = SetDataItem;
    Test->Library.ExecuteWmiMethod = ExecuteMethod;
    Test->Library.WmiFunctionControl = FunctionControl;
    for (Index = 0; Index < WMI_TEST_INSTANCES; Index++)
        Test->Value[Index] = 0x1111111122222222ull * (Index + 1);
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    if (Register &&
        !CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_REGISTER), STATUS_SUCCESS)) {
        IoDeleteDevice(Device);
        return NULL;
    }
    return Device;
}

VOID WmiTestDelete(PDEVICE_OBJECT Device)
{
    if (Device == NULL)
        return;
    CHECK_STATUS(IoWMIRegistrationControl(Device, WMIREG_ACTION_DEREGISTER), STATUS_SUCCESS);
    IoDeleteDevice(Device);
}

PVOID WmiTestOpen(ULONG Block, ULONG Access)
{
    GUID Guid = WmiTestGuid[Block];
    PVOID Object = NULL;

    CHECK_STATUS(IoWMIOpenBlock(&Guid, Access, &Object), STATUS_SUCCESS);
    return Object;
}
