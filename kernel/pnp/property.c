/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What is known of a device. Most of it lies in its key, as its installation and its bus driver
 * have put it there; the rest is in its node, which is looked at under the tree lock.
 */
#include <string.h>

#include "pnp/pnpp.h"

/* An answer on its way into a caller's buffer. */
typedef struct PNPP_ANSWER {
    void *Buffer;
    ULONG Room;
    ULONG Needed; /* out */
} PNPP_ANSWER;

static NTSTATUS PnppReturn(PNPP_ANSWER *Answer, const void *Data, ULONG Bytes)
{
    Answer->Needed = Bytes;
    if (Bytes > Answer->Room)
        return STATUS_BUFFER_TOO_SMALL;
    if (Bytes != 0)
        memcpy(Answer->Buffer, Data, Bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS PnppReturnText(PNPP_ANSWER *Answer, const UNICODE_STRING *Text)
{
    static const WCHAR End = 0;
    Answer->Needed = Text->Length + (ULONG)sizeof(End);
    if (Answer->Needed > Answer->Room)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(Answer->Buffer, Text->Buffer, Text->Length);
    memcpy((UCHAR *)Answer->Buffer + Text->Length, &End, sizeof(End));
    return STATUS_SUCCESS;
}

/* ---- from the key ---------------------------------------------------------------------------- */

static const struct {
    DEVICE_REGISTRY_PROPERTY Property;
    const WCHAR *Name;
    ULONG Type;
} PnppValues[] = {
    {DevicePropertyDeviceDescription, u"DeviceDesc", REG_SZ},
    {DevicePropertyHardwareID, u"HardwareID", REG_MULTI_SZ},
    {DevicePropertyCompatibleIDs, u"CompatibleIDs", REG_MULTI_SZ},
    {DevicePropertyClassName, u"Class", REG_SZ},
    {DevicePropertyClassGuid, u"ClassGUID", REG_SZ},
    {DevicePropertyDriverKeyName, u"Driver", REG_SZ},
    {DevicePropertyManufacturer, u"Mfg", REG_SZ},
    {DevicePropertyFriendlyName, u"FriendlyName", REG_SZ},
    {DevicePropertyLocationInformation, u"LocationInformation", REG_SZ},
    {DevicePropertyUINumber, u"UINumber", REG_DWORD},
    {DevicePropertyAddress, u"Address", REG_DWORD},
    {DevicePropertyContainerID, u"ContainerID", REG_SZ},
};

static NTSTATUS PnppReadProperty(
    const UNICODE_STRING *Path, const WCHAR *Name, ULONG Type, PNPP_ANSWER *Answer)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    HANDLE Key;
    NTSTATUS Status = PnppOpenDevice(Path, NULL, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppQueryValue(Key, Name, &Value);
    ZwClose(Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Value->Type == Type ? PnppReturn(Answer, Value->Data, Value->DataLength)
                                 : STATUS_OBJECT_NAME_NOT_FOUND;
    ExiFree(Value);
    return Status;
}

/* ---- from the node --------------------------------------------------------------------------- */

static NTSTATUS PnppReturnResources(PNPP_ANSWER *Answer, const CM_RESOURCE_LIST *List)
{
    return List != NULL ? PnppReturn(Answer, List, PnppResourceBytes(List))
                        : PnppReturn(Answer, NULL, 0);
}

static NTSTATUS PnppReturnTranslated(PNPP_ANSWER *Answer, const CM_RESOURCE_LIST *Raw)
{
    CM_RESOURCE_LIST *List;
    if (Raw == NULL)
        return PnppReturn(Answer, NULL, 0);
    NTSTATUS Status = PnppTranslate(Raw, &List);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppReturnResources(Answer, List);
    ExiFree(List);
    return Status;
}

static NTSTATUS PnppReturnName(PNPP_ANSWER *Answer, DEVICE_OBJECT *Pdo)
{
    UNICODE_STRING Name;
    NTSTATUS Status = ObiGetPath(Pdo, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Name.Length != 0 ? PnppReturnText(Answer, &Name)
                              : PnppReturn(Answer, u"", sizeof(WCHAR));
    if (Name.Buffer != NULL)
        ExiFree(Name.Buffer);
    return Status;
}

/* "ROOT" of "ROOT\FOO\0000". */
static NTSTATUS PnppReturnEnumerator(PNPP_ANSWER *Answer, const UNICODE_STRING *Path)
{
    UNICODE_STRING Name = {0, 0, Path->Buffer};
    while (Name.Length < Path->Length && Path->Buffer[Name.Length / sizeof(WCHAR)] != u'\\')
        Name.Length += (USHORT)sizeof(WCHAR);
    return PnppReturnText(Answer, &Name);
}

static ULONG PnppRemovalPolicy(const PNPP_NODE *Node)
{
    if (!Node->Capabilities.Removable && !Node->Capabilities.EjectSupported)
        return RemovalPolicyExpectNoRemoval;
    return Node->Capabilities.SurpriseRemovalOK ? RemovalPolicyExpectSurpriseRemoval
                                                : RemovalPolicyExpectOrderlyRemoval;
}

static NTSTATUS PnppReadNode(
    const PNPP_NODE *Node, DEVICE_REGISTRY_PROPERTY Property, PNPP_ANSWER *Answer)
{
    ULONG Number;
    switch (Property) {
    case DevicePropertyBootConfiguration: return PnppReturnResources(Answer, Node->Boot);
    case DevicePropertyBootConfigurationTranslated: return PnppReturnTranslated(Answer, Node->Boot);
    case DevicePropertyAllocatedResources: return PnppReturnResources(Answer, Node->Allocated);
    case DevicePropertyResourceRequirements:
        return PnppReturn(Answer, Node->Requirements,
            Node->Requirements != NULL ? Node->Requirements->ListSize : 0);
    case DevicePropertyPhysicalDeviceObjectName: return PnppReturnName(Answer, Node->Pdo);
    case DevicePropertyEnumeratorName: return PnppReturnEnumerator(Answer, &Node->Path);
    case DevicePropertyBusTypeGuid:
        return Node->BusKnown ? PnppReturn(Answer, &Node->Bus.BusTypeGuid, sizeof(GUID))
                              : STATUS_OBJECT_NAME_NOT_FOUND;
    case DevicePropertyLegacyBusType:
        return Node->BusKnown ? PnppReturn(Answer, &Node->Bus.LegacyBusType, sizeof(INTERFACE_TYPE))
                              : STATUS_OBJECT_NAME_NOT_FOUND;
    case DevicePropertyBusNumber:
        return Node->BusKnown ? PnppReturn(Answer, &Node->Bus.BusNumber, sizeof(ULONG))
                              : STATUS_OBJECT_NAME_NOT_FOUND;
    case DevicePropertyInstallState:
        Number = Node->Service.Buffer != NULL ? InstallStateInstalled : InstallStateNeedsReinstall;
        return PnppReturn(Answer, &Number, sizeof(Number));
    case DevicePropertyRemovalPolicy:
        Number = PnppRemovalPolicy(Node);
        return PnppReturn(Answer, &Number, sizeof(Number));
    default: return STATUS_INVALID_PARAMETER_2;
    }
}

static NTSTATUS PnppAnswerProperty(
    DEVICE_OBJECT *Device, DEVICE_REGISTRY_PROPERTY Property, PNPP_ANSWER *Answer)
{
    UNICODE_STRING Path;
    for (ULONG Index = 0; Index < sizeof(PnppValues) / sizeof(PnppValues[0]); Index++) {
        if (PnppValues[Index].Property != Property)
            continue;
        NTSTATUS Status = PnppPathOfDevice(Device, &Path);
        if (!NT_SUCCESS(Status))
            return Status;
        Status = PnppReadProperty(&Path, PnppValues[Index].Name, PnppValues[Index].Type, Answer);
        PnppFree(&Path);
        return Status;
    }
    PnppAcquire();
    const PNPP_NODE *Node = PnppFindNode(Device);
    NTSTATUS Status = Node != NULL ? PnppReadNode(Node, Property, Answer)
                                   : STATUS_INVALID_DEVICE_REQUEST;
    PnppRelease();
    return Status;
}

/*
 * IoGetDeviceProperty - what is known of a device: texts with their ends, numbers, resource lists.
 *
 * DeviceObject: the PDO. *ResultLength: the bytes of the answer, also when BufferLength is too
 * small for them.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER_2: no such property;
 *          INVALID_DEVICE_REQUEST: no PDO that plug and play knows; OBJECT_NAME_NOT_FOUND: nobody
 *          has said; INSUFFICIENT_RESOURCES. *ResultLength is 0 then.
 * Source:  DOC wdm/IoGetDeviceProperty; tests/kernel/pnp/IoGetDeviceProperty.c
 */
NTSTATUS NTAPI IoGetDeviceProperty(DEVICE_OBJECT *DeviceObject,
    DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength, void *PropertyBuffer,
    ULONG *ResultLength)
{
    PNPP_ANSWER Answer = {PropertyBuffer, BufferLength, 0};
    NTSTATUS Status = PnppAnswerProperty(DeviceObject, DeviceProperty, &Answer);
    *ResultLength = Answer.Needed;
    return Status;
}
