/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Hardware resources that drivers claim: who has which ports, memory, interrupts and DMA channels,
 * recorded under \Registry\Machine\Hardware\ResourceMap\Class\Driver, which is volatile, as values
 * DEVICE.Raw and DEVICE.Translated; those of a driver as a whole have no DEVICE. Bus addresses are
 * physical addresses here, so both values are the same.
 *
 * A driver has one claim, and one for each of its devices; a new list replaces the old one, an
 * empty list gives it up. What the devices of the machine itself answer to is nobody's claim: a
 * driver may take it, once.
 *
 * IopResourceMutex guards the claims, and is held across calls of cm. A claim keeps its key open:
 * giving it up needs memory only to delete a value, and when there is none, the value goes with the
 * key.
 */
#include <stdio.h>
#include <string.h>

#include "cm/cm.h"
#include "dotsys/dotsys.h"
#include "io/resource.h"
#include "ke/ordered.h"

typedef struct IOP_CLAIM {
    LIST_ENTRY Link;        /* IopClaims */
    DRIVER_OBJECT *Driver;  /* neither is referenced: they give their claims up when they go */
    DEVICE_OBJECT *Device;  /* NULL: the driver as a whole */
    ULONG_PTR Site;         /* who claimed */
    HANDLE Key;             /* ResourceMap\Class\Driver; a kernel handle */
    UNICODE_STRING Name;    /* the device's; Buffer has room for a suffix */
    CM_RESOURCE_LIST *List; /* our copy */
    ULONG ListBytes;
} IOP_CLAIM;

/* A claim in the making. */
typedef struct IOP_REPORT {
    const UNICODE_STRING *ClassName;
    DRIVER_OBJECT *Driver;
    DEVICE_OBJECT *Device;
    const CM_RESOURCE_LIST *List; /* NULL: nothing is claimed any more */
    ULONG ListBytes;
    BOOLEAN Override;
    BOOLEAN Quiet;    /* a conflict is none to speak of: something else will be tried */
    BOOLEAN Conflict; /* out */
    ULONG_PTR Site;
} IOP_REPORT;

static LIST_ENTRY IopClaims;
static KMUTEX IopResourceMutex;

static const UNICODE_STRING IopRawSuffix = RTL_STRING(u".Raw"),
                            IopTranslatedSuffix = RTL_STRING(u".Translated");

void IopResetResources(void)
{
    InitializeListHead(&IopClaims);
    KeInitializeMutex(&IopResourceMutex, 0);
}

static void IopLockResources(void)
{
    KiAcquireMutex(&IopResourceMutex);
}

static void IopUnlockResources(void)
{
    KiReleaseMutex(&IopResourceMutex);
}

/* ---- the registry ---------------------------------------------------------------------------- */

/* Opens, or makes, a volatile key. Root is closed. */
static NTSTATUS IopOpenVolatileKey(HANDLE Root, const UNICODE_STRING *Name, HANDLE *Key)
{
    UNICODE_STRING Path = *Name;
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Root, NULL);
    NTSTATUS Status = ZwCreateKey(
        Key, KEY_ALL_ACCESS, &Attributes, 0, NULL, REG_OPTION_VOLATILE, NULL);
    if (Root != NULL)
        ZwClose(Root);
    return Status;
}

static NTSTATUS IopOpenResourceKey(
    const UNICODE_STRING *ClassName, const DRIVER_OBJECT *Driver, HANDLE *Key)
{
    static const UNICODE_STRING Map = RTL_STRING(u"\\Registry\\Machine\\Hardware\\ResourceMap"),
                                Others = RTL_STRING(u"OtherDrivers");
    UNICODE_STRING DriverName;
    IopLastPart(&Driver->DriverName, &DriverName);
    NTSTATUS Status = IopOpenVolatileKey(NULL, &Map, Key);
    if (NT_SUCCESS(Status))
        Status = IopOpenVolatileKey(
            *Key, ClassName != NULL && ClassName->Length != 0 ? ClassName : &Others, Key);
    if (NT_SUCCESS(Status))
        Status = IopOpenVolatileKey(*Key, &DriverName, Key);
    return Status;
}

/* The name of one of a claim's values: in the claim's own buffer, until the next call. */
static UNICODE_STRING IopValueName(const IOP_CLAIM *Claim, const UNICODE_STRING *Suffix)
{
    UNICODE_STRING Name = Claim->Name;
    memcpy((UCHAR *)Name.Buffer + Name.Length, Suffix->Buffer, Suffix->Length);
    Name.Length = (USHORT)(Name.Length + Suffix->Length);
    return Name;
}

static NTSTATUS IopWriteClaim(const IOP_CLAIM *Claim)
{
    UNICODE_STRING Name = IopValueName(Claim, &IopRawSuffix);
    NTSTATUS Status = ZwSetValueKey(
        Claim->Key, &Name, 0, REG_RESOURCE_LIST, Claim->List, Claim->ListBytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Name = IopValueName(Claim, &IopTranslatedSuffix);
    return ZwSetValueKey(Claim->Key, &Name, 0, REG_RESOURCE_LIST, Claim->List, Claim->ListBytes);
}

static void IopEraseClaim(const IOP_CLAIM *Claim)
{
    UNICODE_STRING Name = IopValueName(Claim, &IopRawSuffix);
    ZwDeleteValueKey(Claim->Key, &Name);
    Name = IopValueName(Claim, &IopTranslatedSuffix);
    ZwDeleteValueKey(Claim->Key, &Name);
}

/* ---- claims ---------------------------------------------------------------------------------- */

static void IopFreeClaim(IOP_CLAIM *Claim)
{
    if (Claim->Key != NULL)
        ZwClose(Claim->Key);
    if (Claim->Name.Buffer != NULL)
        ExiFree(Claim->Name.Buffer);
    if (Claim->List != NULL)
        ExiFree(Claim->List);
    ExiFree(Claim);
}

static IOP_CLAIM *IopFindClaimLocked(const DRIVER_OBJECT *Driver, const DEVICE_OBJECT *Device)
{
    for (LIST_ENTRY *Entry = IopClaims.Flink; Entry != &IopClaims; Entry = Entry->Flink) {
        IOP_CLAIM *Claim = CONTAINING_RECORD(Entry, IOP_CLAIM, Link);
        if (Claim->Driver == Driver && Claim->Device == Device)
            return Claim;
    }
    return NULL;
}

static BOOLEAN IopHasClaimsLocked(const DRIVER_OBJECT *Driver)
{
    for (LIST_ENTRY *Entry = IopClaims.Flink; Entry != &IopClaims; Entry = Entry->Flink) {
        if (CONTAINING_RECORD(Entry, IOP_CLAIM, Link)->Driver == Driver)
            return TRUE;
    }
    return FALSE;
}

/* The end of a claim that is not, or no longer, in the list. With a driver's last one its key goes,
 * too. */
static void IopUnrecordClaimLocked(IOP_CLAIM *Claim)
{
    IopEraseClaim(Claim);
    if (!IopHasClaimsLocked(Claim->Driver))
        ZwDeleteKey(Claim->Key);
    IopFreeClaim(Claim);
}

static void IopGiveUpClaimLocked(IOP_CLAIM *Claim)
{
    RemoveEntryList(&Claim->Link);
    IopUnrecordClaimLocked(Claim);
}

/* The device's path, with room for a suffix. */
static NTSTATUS IopNameClaim(IOP_CLAIM *Claim)
{
    UNICODE_STRING Path = {0, 0, NULL};
    NTSTATUS Status = Claim->Device != NULL ? ObiGetPath(Claim->Device, &Path) : STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        return Status;
    Claim->Name.MaximumLength = (USHORT)(Path.Length + IopTranslatedSuffix.Length);
    Claim->Name.Length = Path.Length;
    Claim->Name.Buffer = ExiAllocate(
        PagedPool, Claim->Name.MaximumLength, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Claim->Name.Buffer == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    else if (Path.Length != 0)
        memcpy(Claim->Name.Buffer, Path.Buffer, Path.Length);
    if (Path.Buffer != NULL)
        ExiFree(Path.Buffer);
    return Status;
}

/* Key: of the claim it is to replace, or NULL. On success the new one's. */
static NTSTATUS IopMakeClaim(const IOP_REPORT *Report, HANDLE Key, IOP_CLAIM **Result)
{
    IOP_CLAIM *Claim = ExiAllocateZero(PagedPool, sizeof(*Claim), IOP_TAG_IO, EX_KERNEL_SITE);
    if (Claim == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Claim->Driver = Report->Driver;
    Claim->Device = Report->Device;
    Claim->Site = Report->Site;
    Claim->ListBytes = Report->ListBytes;
    NTSTATUS Status = IopNameClaim(Claim);
    if (NT_SUCCESS(Status)) {
        Claim->List = ExiAllocate(PagedPool, Report->ListBytes, IOP_TAG_IO, EX_KERNEL_SITE);
        Status = Claim->List != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    if (NT_SUCCESS(Status)) {
        memcpy(Claim->List, Report->List, Report->ListBytes);
        if (Key == NULL)
            Status = IopOpenResourceKey(Report->ClassName, Report->Driver, &Key);
    }
    if (!NT_SUCCESS(Status)) {
        IopFreeClaim(Claim);
        return Status;
    }
    Claim->Key = Key;
    *Result = Claim;
    return STATUS_SUCCESS;
}

/* ---- conflicts ------------------------------------------------------------------------------- */

static BOOLEAN IopRangesConflict(const IOP_RANGE *One, const IOP_RANGE *Other, BOOLEAN SameDriver)
{
    if (One->Kind != Other->Kind || One->First > Other->Last || Other->First > One->Last)
        return FALSE;
    if (One->Share == CmResourceShareShared && Other->Share == CmResourceShareShared)
        return FALSE;
    return !SameDriver || One->Share != CmResourceShareDriverExclusive ||
        Other->Share != CmResourceShareDriverExclusive;
}

static BOOLEAN IopConflictsWithClaim(
    const IOP_REPORT *Report, const IOP_CLAIM *Claim, const IOP_RANGE *Range)
{
    IOP_CURSOR Cursor;
    IOP_RANGE Theirs;
    char Text[64];
    IopBeginResources(&Cursor, Claim->List, Claim->ListBytes);
    while (IopNextRange(&Cursor, &Theirs)) {
        if (!IopRangesConflict(Range, &Theirs, Claim->Driver == Report->Driver))
            continue;
        if (!Report->Override && !Report->Quiet) {
            char Ours[IOP_SERVICE_NAME_BYTES], Other[IOP_SERVICE_NAME_BYTES];
            RtlpToUtf8(&Report->Driver->DriverName, Ours, sizeof(Ours));
            RtlpToUtf8(&Claim->Driver->DriverName, Other, sizeof(Other));
            IopDescribeRange(Range, Text, sizeof(Text));
            KdLog("dotsys", "%s cannot have %s: %s has claimed it", Ours, Text, Other);
        }
        return TRUE;
    }
    return FALSE;
}

static BOOLEAN IopHasConflictLocked(const IOP_REPORT *Report)
{
    IOP_CURSOR Cursor;
    IOP_RANGE Range;
    IopBeginResources(&Cursor, Report->List, Report->ListBytes);
    while (IopNextRange(&Cursor, &Range)) {
        for (LIST_ENTRY *Entry = IopClaims.Flink; Entry != &IopClaims; Entry = Entry->Flink) {
            const IOP_CLAIM *Claim = CONTAINING_RECORD(Entry, IOP_CLAIM, Link);
            if (Claim->Driver == Report->Driver && Claim->Device == Report->Device)
                continue; /* what the new list replaces */
            if (IopConflictsWithClaim(Report, Claim, &Range))
                return TRUE;
        }
    }
    return FALSE;
}

/* ---- reporting ------------------------------------------------------------------------------- */

/* Its values could not be written. Those of the claim it was to replace take no more room than they
 * had. */
static void IopDropNewClaimLocked(IOP_CLAIM *New, const IOP_CLAIM *Old)
{
    if (Old == NULL) {
        IopUnrecordClaimLocked(New);
        return;
    }
    IopWriteClaim(Old);
    New->Key = NULL;
    IopFreeClaim(New);
}

static NTSTATUS IopClaimLocked(IOP_REPORT *Report)
{
    IOP_CLAIM *Old = IopFindClaimLocked(Report->Driver, Report->Device), *New;
    if (Report->List == NULL) {
        if (Old != NULL)
            IopGiveUpClaimLocked(Old);
        return STATUS_SUCCESS;
    }
    Report->Conflict = IopHasConflictLocked(Report);
    if (Report->Conflict && !Report->Override)
        return STATUS_CONFLICTING_ADDRESSES;
    NTSTATUS Status = IopMakeClaim(Report, Old != NULL ? Old->Key : NULL, &New);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopWriteClaim(New);
    if (!NT_SUCCESS(Status)) {
        IopDropNewClaimLocked(New, Old);
        return Status;
    }
    if (Old != NULL) {
        /* Of the same name: the values are the new claim's now, and the key is. */
        Old->Key = NULL;
        RemoveEntryList(&Old->Link);
        IopFreeClaim(Old);
    }
    InsertTailList(&IopClaims, &New->Link);
    return STATUS_SUCCESS;
}

/* The list that counts: the device's if there is one. STATUS_UNSUCCESSFUL: it is malformed. */
static NTSTATUS IopChooseList(IOP_REPORT *Report, const CM_RESOURCE_LIST *DriverList,
    ULONG DriverListSize, DEVICE_OBJECT *Device, const CM_RESOURCE_LIST *DeviceList,
    ULONG DeviceListSize)
{
    ULONG Ranges;
    const CM_RESOURCE_LIST *List = DeviceList != NULL ? DeviceList : DriverList;
    Report->Device = DeviceList != NULL || DriverList == NULL ? Device : NULL;
    if (List == NULL)
        return STATUS_SUCCESS;
    Report->ListBytes = IopMeasureResources(
        List, DeviceList != NULL ? DeviceListSize : DriverListSize, &Ranges);
    if (Report->ListBytes == 0)
        return STATUS_UNSUCCESSFUL;
    Report->List = List->Count != 0 ? List : NULL;
    return STATUS_SUCCESS;
}

static NTSTATUS IopReportResources(IOP_REPORT *Report)
{
    IopLockResources();
    NTSTATUS Status = IopClaimLocked(Report);
    IopUnlockResources();
    return Status;
}

NTSTATUS IoiClaimResources(
    DRIVER_OBJECT *Driver, DEVICE_OBJECT *Device, const CM_RESOURCE_LIST *List, ULONG ListBytes)
{
    IOP_REPORT Report = {.Driver = Driver, .Quiet = TRUE, .Site = EX_CALLER};
    const CM_RESOURCE_LIST *Whole = Device == NULL ? List : NULL,
                           *Own = Device != NULL ? List : NULL;
    NTSTATUS Status = IopChooseList(&Report, Whole, ListBytes, Device, Own, ListBytes);
    return NT_SUCCESS(Status) ? IopReportResources(&Report) : Status;
}

/*
 * IoReportResourceForDetection - claim what a device that cannot be enumerated may be using, to
 * look for it there.
 *
 * DriverList: of all the driver's devices; not looked at if there is a DeviceList. A new list
 *             replaces the last one of the same device, or of the driver; one of Count 0, or none,
 *             gives it up.
 * ConflictDetected: always written.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; CONFLICTING_ADDRESSES: another claim has part of it, *ConflictDetected is TRUE;
 *          UNSUCCESSFUL: the list is longer than its size; INSUFFICIENT_RESOURCES. On failure the
 *          last claim stays.
 * Owner:   the driver, who gives the claim up before it is unloaded.
 * Source:  DOC ntddk/IoReportResourceForDetection; INF sharing (both shared; one driver's
 *          driver-exclusive ones), the place in ResourceMap;
 *          tests/kernel/io/IoReportResourceForDetection.c
 */
NTSTATUS NTAPI IoReportResourceForDetection(DRIVER_OBJECT *DriverObject,
    CM_RESOURCE_LIST *DriverList, ULONG DriverListSize, DEVICE_OBJECT *DeviceObject,
    CM_RESOURCE_LIST *DeviceList, ULONG DeviceListSize, BOOLEAN *ConflictDetected)
{
    IOP_REPORT Report = {.Driver = DriverObject, .Site = EX_CALLER};
    NTSTATUS Status = IopChooseList(
        &Report, DriverList, DriverListSize, DeviceObject, DeviceList, DeviceListSize);
    if (NT_SUCCESS(Status))
        Status = IopReportResources(&Report);
    *ConflictDetected = Report.Conflict;
    return Status;
}

/*
 * IoReportResourceUsage - the same for a driver that knows its hardware; older.
 *
 * DriverClassName: the key in ResourceMap; NULL: OtherDrivers. OverrideConflict: claim in spite of
 *          a conflict, which is told all the same.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as IoReportResourceForDetection; with OverrideConflict a conflict is no failure.
 * Source:  DOC ntddk/IoReportResourceUsage; INF the status of a conflict, which the page does not
 *          name; tests/kernel/io/IoReportResourceUsage.c
 */
NTSTATUS NTAPI IoReportResourceUsage(UNICODE_STRING *DriverClassName, DRIVER_OBJECT *DriverObject,
    CM_RESOURCE_LIST *DriverList, ULONG DriverListSize, DEVICE_OBJECT *DeviceObject,
    CM_RESOURCE_LIST *DeviceList, ULONG DeviceListSize, BOOLEAN OverrideConflict,
    BOOLEAN *ConflictDetected)
{
    IOP_REPORT Report = {.ClassName = DriverClassName,
        .Driver = DriverObject,
        .Override = OverrideConflict,
        .Site = EX_CALLER};
    NTSTATUS Status = IopChooseList(
        &Report, DriverList, DriverListSize, DeviceObject, DeviceList, DeviceListSize);
    if (NT_SUCCESS(Status))
        Status = IopReportResources(&Report);
    *ConflictDetected = Report.Conflict;
    return Status;
}

/* ---- the end --------------------------------------------------------------------------------- */

void IopReleaseDeviceResources(const DEVICE_OBJECT *Device)
{
    if (IsListEmpty(&IopClaims))
        return; /* only the device's own driver makes claims for it, and it is past that */
    IopLockResources();
    IOP_CLAIM *Claim = IopFindClaimLocked(Device->DriverObject, Device);
    if (Claim != NULL)
        IopGiveUpClaimLocked(Claim);
    IopUnlockResources();
}

static IOP_CLAIM *IopAnyClaimLocked(const DRIVER_OBJECT *Driver)
{
    for (LIST_ENTRY *Entry = IopClaims.Flink; Entry != &IopClaims; Entry = Entry->Flink) {
        IOP_CLAIM *Claim = CONTAINING_RECORD(Entry, IOP_CLAIM, Link);
        if (Claim->Driver == Driver)
            return Claim;
    }
    return NULL;
}

void IopReportClaims(const DRIVER_OBJECT *Driver)
{
    IOP_CLAIM *Claim;
    IopLockResources();
    while ((Claim = IopAnyClaimLocked(Driver)) != NULL) {
        IOP_CURSOR Cursor;
        IOP_RANGE Range = {0};
        char Text[64];
        IopBeginResources(&Cursor, Claim->List, Claim->ListBytes);
        if (IopNextRange(&Cursor, &Range)) {
            IopDescribeRange(&Range, Text, sizeof(Text));
            KdFinding(DOTSYS_FINDING_OTHER, Claim->Site,
                "resources left claimed: %s: report an empty list before unloading", Text);
        }
        IopGiveUpClaimLocked(Claim);
    }
    IopUnlockResources();
}
