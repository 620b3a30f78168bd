/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices that drivers bring in themselves: detected ones, which are started from the beginning and
 * go with their driver, and ones of the root bus, which are added like any other.
 */
#include <string.h>

#include "pnp/pnpp.h"

static const WCHAR *const PnppBusNames[] = {u"Internal", u"Isa", u"Eisa", u"MicroChannel",
    u"TurboChannel", u"PCIBus", u"VMEBus", u"NuBus", u"PCMCIABus", u"CBus", u"MPIBus", u"MPSABus",
    u"ProcessorInternal", u"InternalPowerBus", u"PNPISABus", u"PNPBus", u"Vmcs", u"ACPIBus"};

/* ---- detected devices ------------------------------------------------------------------------ */

/* "DETECTEDIsa\name" and "DETECTED\name", as lists. */
static NTSTATUS PnppSetDetectedIds(HANDLE Key, INTERFACE_TYPE Bus, const UNICODE_STRING *Name)
{
    static const UNICODE_STRING Detected = RTL_STRING(u"DETECTED"), Backslash = RTL_STRING(u"\\"),
                                Nothing = RTL_STRING(u"");
    static const UNICODE_STRING End = {sizeof(WCHAR), sizeof(WCHAR), (WCHAR *)(ULONG_PTR)u"\0"};
    UNICODE_STRING BusName = Nothing, HardwareIds, CompatibleIds;
    if (Bus >= 0 && (ULONG)Bus < sizeof(PnppBusNames) / sizeof(PnppBusNames[0]))
        RtlInitUnicodeString(&BusName, PnppBusNames[Bus]);
    NTSTATUS Status = PnppJoin(
        &HardwareIds, EX_KERNEL_SITE, &Detected, &BusName, &Backslash, Name, &End, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetValue(Key, u"HardwareID", REG_MULTI_SZ, HardwareIds.Buffer,
        HardwareIds.Length + (ULONG)sizeof(WCHAR));
    PnppFree(&HardwareIds);
    if (NT_SUCCESS(Status))
        Status = PnppJoin(&CompatibleIds, EX_KERNEL_SITE, &Detected, &Backslash, Name, &End, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetValue(Key, u"CompatibleIDs", REG_MULTI_SZ, CompatibleIds.Buffer,
        CompatibleIds.Length + (ULONG)sizeof(WCHAR));
    PnppFree(&CompatibleIds);
    return Status;
}

/* The instance a driver reported before and does not have now, or a new one. */
static NTSTATUS PnppChooseInstance(const UNICODE_STRING *Name, UNICODE_STRING *Path)
{
    static const UNICODE_STRING Root = RTL_STRING(u"ROOT\\"), First = RTL_STRING(u"\\0000");
    ULONG Reported = 0;
    HANDLE Key;
    NTSTATUS Status = PnppJoin(Path, EX_KERNEL_SITE, &Root, Name, &First, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    if (PnppFindPath(&PnppRoot, Path) == NULL &&
        NT_SUCCESS(PnppOpenDevice(Path, NULL, KEY_READ, &Key))) {
        PnppQueryNumber(Key, u"DeviceReported", &Reported);
        ZwClose(Key);
        if (Reported != 0)
            return STATUS_SUCCESS;
    }
    PnppFree(Path);
    return PnppNewInstance(Name, Path);
}

static NTSTATUS PnppRecordDetected(
    const UNICODE_STRING *Path, const UNICODE_STRING *Service, INTERFACE_TYPE Bus)
{
    HANDLE Key;
    NTSTATUS Status = PnppCreateDevice(Path, NULL, REG_OPTION_NON_VOLATILE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetText(Key, u"Service", Service);
    if (NT_SUCCESS(Status))
        Status = PnppSetNumber(Key, u"DeviceReported", 1);
    if (NT_SUCCESS(Status))
        Status = PnppSetDetectedIds(Key, Bus, Service);
    ZwClose(Key);
    return Status;
}

static NTSTATUS PnppDetect(
    DRIVER_OBJECT *Driver, INTERFACE_TYPE Bus, ULONG BusNumber, PNPP_NODE **Node)
{
    const UNICODE_STRING *Service = &Driver->DriverExtension->ServiceKeyName;
    UNICODE_STRING Path;
    NTSTATUS Status = PnppChooseInstance(Service, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppRecordDetected(&Path, Service, Bus);
    if (NT_SUCCESS(Status))
        Status = PnppCreateRootDevice(&Path, Node);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppReadDevice(*Node);
    (*Node)->Reporter = Driver;
    (*Node)->State = PNPP_STARTED;
    if (Bus >= 0) {
        (*Node)->Bus.LegacyBusType = Bus;
        (*Node)->Bus.BusNumber = BusNumber;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS PnppAssignDetected(
    PNPP_NODE *Node, const IO_RESOURCE_REQUIREMENTS_LIST *Requirements)
{
    NTSTATUS Status = PnppAssign(Node, Requirements);
    if (NT_SUCCESS(Status))
        PnppTakeNext(Node);
    return Status;
}

/* Assigned: the driver has claimed them already. */
static NTSTATUS PnppTakeDetected(PNPP_NODE *Node, CM_RESOURCE_LIST *List,
    const IO_RESOURCE_REQUIREMENTS_LIST *Requirements, BOOLEAN Assigned)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (List == NULL || List->Count == 0)
        return Assigned || Requirements == NULL ? STATUS_SUCCESS
                                                : PnppAssignDetected(Node, Requirements);
    if (Node->Boot != NULL)
        ExiFree(Node->Boot);
    Node->Boot = NULL;
    Status = PnppCopyResources(List, &Node->Boot);
    if (NT_SUCCESS(Status) && !Assigned)
        Status = PnppAssignDetected(Node, NULL);
    return Status;
}

/*
 * IoReportDetectedDevice - tell plug and play of a device a driver has found itself.
 *
 * LegacyBusType, BusNumber: where it was found, InterfaceTypeUndefined and -1: unknown; SlotNumber
 * is not looked at.
 * ResourceList, ResourceRequirements: what it uses or needs, optional; ResourceAssigned: the driver
 *          has claimed them with IoReportResourceForDetection. *DeviceObject: NULL, and receives
 *          the device's PDO, which counts as started: the driver attaches its device and does
 *          without START_DEVICE; or the PDO of an earlier call, whose resources change.
 * IRQL:    PASSIVE_LEVEL, in a system thread
 * Returns: SUCCESS; CONFLICTING_ADDRESSES: the resources are another device's;
 *          INSUFFICIENT_RESOURCES; NO_SUCH_DEVICE: the given PDO is none of a detected device
 *          (INF). *DeviceObject is untouched then.
 * Owner:   plug and play: the PDO goes when the driver has been unloaded.
 * Source:  DOC ntddk/IoReportDetectedDevice; tests/kernel/pnp/IoReportDetectedDevice.c
 */
NTSTATUS NTAPI IoReportDetectedDevice(DRIVER_OBJECT *DriverObject, INTERFACE_TYPE LegacyBusType,
    ULONG BusNumber, ULONG SlotNumber, CM_RESOURCE_LIST *ResourceList,
    IO_RESOURCE_REQUIREMENTS_LIST *ResourceRequirements, BOOLEAN ResourceAssigned,
    DEVICE_OBJECT **DeviceObject)
{
    NTSTATUS Status = STATUS_SUCCESS;
    PNPP_NODE *Node;
    (void)SlotNumber;
    PnppAcquire();
    const BOOLEAN New = *DeviceObject == NULL;
    if (New)
        Status = PnppDetect(DriverObject, LegacyBusType, BusNumber, &Node);
    else if ((Node = PnppFindNode(*DeviceObject)) == NULL || Node->Reporter == NULL)
        Status = STATUS_NO_SUCH_DEVICE;
    if (NT_SUCCESS(Status)) {
        Status = PnppTakeDetected(Node, ResourceList, ResourceRequirements, ResourceAssigned);
        if (!NT_SUCCESS(Status) && New) {
            PnppRelinquish(Node);
            PnppDiscard(Node);
        } else if (NT_SUCCESS(Status)) {
            PnppSetPresent(Node, TRUE);
            *DeviceObject = Node->Pdo;
        }
    }
    PnppRelease();
    return Status;
}

static PNPP_NODE *PnppFindReported(const DRIVER_OBJECT *Driver)
{
    for (PNPP_NODE *Node = PnppNextNode(&PnppRoot); Node != NULL; Node = PnppNextNode(Node)) {
        if (Node->Reporter == Driver)
            return Node;
    }
    return NULL;
}

void PnppForgetReported(const DRIVER_OBJECT *Driver)
{
    PNPP_NODE *Node;
    PnppAcquire();
    while ((Node = PnppFindReported(Driver)) != NULL) {
        PnppDisableInterfaces(Node);
        PnppRelinquish(Node);
        PnppSetPresent(Node, FALSE);
        PnppDiscard(Node);
    }
    PnppRelease();
}

/* ---- root devices ---------------------------------------------------------------------------- */

static PNPP_NODE *PnppFindServed(const UNICODE_STRING *Service)
{
    for (PNPP_NODE *Node = PnppNextNode(&PnppRoot); Node != NULL; Node = PnppNextNode(Node)) {
        if (Node->Parent == &PnppRoot && Node->Service.Buffer != NULL &&
            PnppSame(&Node->Service, Service))
            return Node;
    }
    return NULL;
}

/*
 * IoReportRootDevice - have a device of the root bus made for a driver, unless it has one: its
 * AddDevice is called for it, after DriverEntry when it is called from there, otherwise later by a
 * system thread.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also when it has one; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoReportRootDevice; tests/e2e/pnp_reported
 */
NTSTATUS NTAPI IoReportRootDevice(DRIVER_OBJECT *DriverObject)
{
    const UNICODE_STRING *Service = &DriverObject->DriverExtension->ServiceKeyName;
    NTSTATUS Status = STATUS_SUCCESS;
    PnppAcquire();
    PnppScanRoot();
    if (PnppFindServed(Service) == NULL) {
        Status = PnppMakeDevice(DriverObject);
        PnppScanRoot();
    }
    PNPP_NODE *Node = PnppFindServed(Service);
    if (NT_SUCCESS(Status) && Node == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status) && Node->State == PNPP_FOUND &&
        IoiQueryService(Service) == IO_SERVICE_RUNNING) {
        PNPP_ITEM *Item = PnppNewItem(PNPP_WORK_PROCESS, Node->Pdo);
        if (Item != NULL)
            PnppQueueItem(Item);
        else
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    PnppRelease();
    return Status;
}

/* ---- the old way ----------------------------------------------------------------------------- */

/*
 * IoAssignResources - find resources for a driver, or one of its devices, and claim them. Obsolete.
 *
 * RegistryPath, DriverClassName: not looked at. RequestedResources: NULL: what is claimed is given
 * up.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; CONFLICTING_ADDRESSES: nothing of what was asked for is free;
 *          INVALID_PARAMETER: the list is malformed; INSUFFICIENT_RESOURCES: *AllocatedResources is
 *          NULL. All INF but the first.
 * Owner:   the caller; ExFreePool(*AllocatedResources).
 * Source:  DOC ntddk/IoAssignResources; tests/kernel/pnp/IoAssignResources.c
 */
NTSTATUS NTAPI IoAssignResources(UNICODE_STRING *RegistryPath, UNICODE_STRING *DriverClassName,
    DRIVER_OBJECT *DriverObject, DEVICE_OBJECT *DeviceObject,
    IO_RESOURCE_REQUIREMENTS_LIST *RequestedResources, CM_RESOURCE_LIST **AllocatedResources)
{
    BOOLEAN Conflict;
    (void)RegistryPath;
    (void)DriverClassName;
    if (AllocatedResources != NULL)
        *AllocatedResources = NULL;
    if (RequestedResources == NULL)
        return IoReportResourceForDetection(
            DriverObject, NULL, 0, DeviceObject, NULL, 0, &Conflict);
    if (AllocatedResources == NULL)
        return STATUS_INVALID_PARAMETER;
    return PnppArbitrate(
        DriverObject, DeviceObject, RequestedResources, EX_CALLER, AllocatedResources);
}

/*
 * IoIsWdmVersionAvailable - whether this Windows has at least that version of the driver model:
 * 1.10 is that of Windows 2000, 1.20 of XP, 6.0 of Vista and everything since.
 *
 * MinorVersion: two decimal digits as two hexadecimal ones. IRQL: any. Source: DOC
 * wdm/IoIsWdmVersionAvailable; tests/kernel/pnp/IoIsWdmVersionAvailable.c
 */
BOOLEAN NTAPI IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    UCHAR Major = Version->Major >= 6 ? 6 : 1;
    UCHAR Minor = Version->Major >= 6 ? 0
        : Version->Minor == 0         ? 0x10
        : Version->Minor == 1         ? 0x20
                                      : 0x30;
    return MajorVersion < Major || (MajorVersion == Major && MinorVersion <= Minor);
}
