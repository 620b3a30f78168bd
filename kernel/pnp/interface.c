/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Device interfaces: what a device offers, by the class of the offer. An interface that is enabled
 * has a name in \GLOBAL?? that leads to the physical device; several of one device and class share
 * it, and differ in what follows the name. Drivers that asked are told of each change.
 * PnppInterfaceLock, an event, is held over a change of state, never while drivers are called.
 */
#include <string.h>

#include "pnp/pnpp.h"
#include "ke/ordered.h"

#define PNPP_TAG_LINK 0x69706E50u /* 'Pnpi' */

static KEVENT PnppInterfaceLock;

void PnppInitializeInterfaces(void)
{
    KeInitializeEvent(&PnppInterfaceLock, SynchronizationEvent, TRUE);
}

/* ---- registering ----------------------------------------------------------------------------- */

/* "\??\ROOT#FOO#0000#{…}\Reference", a string RtlFreeUnicodeString frees. */
static NTSTATUS PnppNameLink(const UNICODE_STRING *Path, const GUID *Class,
    const UNICODE_STRING *Reference, ULONG_PTR Site, UNICODE_STRING *Name)
{
    static const UNICODE_STRING Prefix = RTL_STRING(u"\\??\\"), Hash = RTL_STRING(u"#"),
                                Backslash = RTL_STRING(u"\\");
    const BOOLEAN More = Reference != NULL && Reference->Length != 0;
    UNICODE_STRING Guid;
    NTSTATUS Status = RtlStringFromGUID(Class, &Guid);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppJoin(
        Name, Site, &Prefix, Path, &Hash, &Guid, More ? &Backslash : NULL, Reference, NULL);
    RtlFreeUnicodeString(&Guid);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Index = 0; Index < Path->Length / sizeof(WCHAR); Index++) {
        WCHAR *Character = &Name->Buffer[Prefix.Length / sizeof(WCHAR) + Index];
        if (*Character == u'\\' || *Character == u'/')
            *Character = u'#';
    }
    return STATUS_SUCCESS;
}

static NTSTATUS PnppRecordLink(const UNICODE_STRING *Name, const UNICODE_STRING *Path)
{
    PNPP_LINK Link;
    HANDLE Key;
    NTSTATUS Status = PnppParseLink(Name, &Link);
    if (NT_SUCCESS(Status))
        Status = PnppCreateLink(&Link, FALSE, NULL, REG_OPTION_NON_VOLATILE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetText(Key, u"DeviceInstance", Path);
    ZwClose(Key);
    if (NT_SUCCESS(Status))
        Status = PnppCreateLink(&Link, TRUE, NULL, REG_OPTION_NON_VOLATILE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Name->Buffer[1] = u'\\'; /* the registry has it as programs know it */
    Status = PnppSetText(Key, u"SymbolicLink", Name);
    Name->Buffer[1] = u'?';
    ZwClose(Key);
    return Status;
}

static BOOLEAN PnppGoodReference(const UNICODE_STRING *Reference)
{
    for (ULONG Index = 0; Reference != NULL && Index < Reference->Length / sizeof(WCHAR); Index++) {
        if (Reference->Buffer[Index] == u'\\' || Reference->Buffer[Index] == u'/')
            return FALSE;
    }
    return TRUE;
}

/*
 * IoRegisterDeviceInterface - make an interface of a device known; it is not enabled yet.
 *
 * PhysicalDeviceObject: the device's PDO. ReferenceString: optional, tells several of one class
 * apart; no path separators.
 * SymbolicLinkName: receives the name, \??\…; registering again gives the same.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_DEVICE_REQUEST: no PDO that plug and play knows, or (INF) a separator
 *          in the reference string; INSUFFICIENT_RESOURCES: *SymbolicLinkName is untouched.
 * Owner:   driver; RtlFreeUnicodeString(SymbolicLinkName).
 * Source:  DOC wdm/IoRegisterDeviceInterface; tests/kernel/pnp/IoRegisterDeviceInterface.c
 */
NTSTATUS NTAPI IoRegisterDeviceInterface(DEVICE_OBJECT *PhysicalDeviceObject,
    const GUID *InterfaceClassGuid, UNICODE_STRING *ReferenceString,
    UNICODE_STRING *SymbolicLinkName)
{
    UNICODE_STRING Path, Name;
    if (!PnppGoodReference(ReferenceString))
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS Status = PnppPathOfDevice(PhysicalDeviceObject, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppNameLink(&Path, InterfaceClassGuid, ReferenceString, EX_CALLER, &Name);
    if (NT_SUCCESS(Status)) {
        Status = PnppRecordLink(&Name, &Path);
        if (NT_SUCCESS(Status))
            *SymbolicLinkName = Name;
        else
            RtlFreeUnicodeString(&Name);
    }
    PnppFree(&Path);
    return Status;
}

/* ---- enabling -------------------------------------------------------------------------------- */

/* "\??\Base" in pool. */
static NTSTATUS PnppObjectName(const PNPP_LINK *Link, UNICODE_STRING *Name)
{
    static const UNICODE_STRING Prefix = RTL_STRING(u"\\GLOBAL??\\");
    return PnppJoin(Name, EX_KERNEL_SITE, &Prefix, &Link->Base, NULL);
}

/* Another interface of the same device and class is enabled: they share the name. */
static BOOLEAN PnppSharesName(HANDLE Device)
{
    UNICODE_STRING Name;
    HANDLE Instance;
    BOOLEAN Enabled = FALSE;
    for (ULONG Index = 0; !Enabled && NT_SUCCESS(PnppEnumerateKey(Device, Index, &Name)); Index++) {
        if (Name.Buffer[0] == u'#' && NT_SUCCESS(PnppOpenKey(Device, &Name, KEY_READ, &Instance))) {
            Enabled = PnppLinkIsEnabled(Instance);
            ZwClose(Instance);
        }
        PnppFree(&Name);
    }
    return Enabled;
}

static NTSTATUS PnppMakeName(const PNPP_LINK *Link, HANDLE Device)
{
    UNICODE_STRING Path, Target, Name;
    NTSTATUS Status = PnppQueryText(Device, u"DeviceInstance", &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    DEVICE_OBJECT *Pdo = PnppReferenceByPath(&Path);
    PnppFree(&Path);
    if (Pdo == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    Status = ObiGetPath(Pdo, &Target);
    ObfDereferenceObject(Pdo);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Target.Length != 0 ? PnppObjectName(Link, &Name) : STATUS_INVALID_DEVICE_REQUEST;
    if (NT_SUCCESS(Status)) {
        Status = ObiCreateSymbolicLink(&Name, &Target, EX_KERNEL_SITE);
        /* One that stayed when memory was too short to delete it leads nowhere. */
        if (Status == STATUS_OBJECT_NAME_COLLISION && NT_SUCCESS(ObiDeleteSymbolicLink(&Name)))
            Status = ObiCreateSymbolicLink(&Name, &Target, EX_KERNEL_SITE);
        PnppFree(&Name);
    }
    if (Target.Buffer != NULL)
        ExiFree(Target.Buffer);
    return Status;
}

static void PnppTakeName(const PNPP_LINK *Link)
{
    UNICODE_STRING Name;
    if (NT_SUCCESS(PnppObjectName(Link, &Name))) {
        ObiDeleteSymbolicLink(&Name);
        PnppFree(&Name);
    }
}

static NTSTATUS PnppEnable(const PNPP_LINK *Link, HANDLE Device)
{
    HANDLE Control;
    NTSTATUS Status = PnppCreateLink(Link, TRUE, u"Control", REG_OPTION_VOLATILE, &Control);
    if (!NT_SUCCESS(Status))
        return Status;
    BOOLEAN Shared = PnppSharesName(Device);
    if (!Shared)
        Status = PnppMakeName(Link, Device);
    if (NT_SUCCESS(Status))
        Status = PnppSetNumber(Control, u"Linked", 1);
    if (!NT_SUCCESS(Status) && !Shared)
        PnppTakeName(Link);
    ZwClose(Control);
    return Status;
}

static void PnppDisable(const PNPP_LINK *Link, HANDLE Device)
{
    HANDLE Control;
    if (NT_SUCCESS(PnppOpenLink(Link, TRUE, u"Control", &Control)))
        PnppDeleteTree(Control);
    if (!PnppSharesName(Device))
        PnppTakeName(Link);
}

/* OBJECT_NAME_EXISTS, OBJECT_NAME_NOT_FOUND: it is in that state. */
static NTSTATUS PnppChangeState(const PNPP_LINK *Link, BOOLEAN Enable)
{
    HANDLE Device, Instance;
    NTSTATUS Status = PnppOpenLink(Link, FALSE, NULL, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppOpenLink(Link, TRUE, NULL, &Instance);
    if (NT_SUCCESS(Status)) {
        BOOLEAN Enabled = PnppLinkIsEnabled(Instance);
        ZwClose(Instance);
        if (Enable)
            Status = Enabled ? STATUS_OBJECT_NAME_EXISTS : PnppEnable(Link, Device);
        else if (Enabled)
            PnppDisable(Link, Device);
        else
            Status = STATUS_OBJECT_NAME_NOT_FOUND;
    }
    ZwClose(Device);
    return Status;
}

static NTSTATUS PnppSetState(const UNICODE_STRING *Name, BOOLEAN Enable)
{
    PNPP_LINK Link;
    GUID Class;
    NTSTATUS Status = PnppParseLink(Name, &Link);
    if (!NT_SUCCESS(Status))
        return STATUS_INVALID_PARAMETER;
    KiAcquireMutex(&PnppInterfaceLock);
    Status = PnppChangeState(&Link, Enable);
    KiReleaseEvent(&PnppInterfaceLock);
    if (Status == STATUS_SUCCESS && NT_SUCCESS(RtlGUIDFromString(&Link.Class, &Class)))
        PnppQueueInterface(&Class, Name, Enable);
    return Status;
}

/*
 * IoSetDeviceInterfaceState - enable or disable an interface; drivers that registered for its class
 * are told, later, by a system thread.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS, which is no error: it was enabled already;
 *          OBJECT_NAME_NOT_FOUND: it is not registered, or it was to be disabled and is not
 *          enabled; INVALID_PARAMETER: that is no interface's name (INF); INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoSetDeviceInterfaceState; tests/kernel/pnp/IoSetDeviceInterfaceState.c
 */
NTSTATUS NTAPI IoSetDeviceInterfaceState(UNICODE_STRING *SymbolicLinkName, BOOLEAN Enable)
{
    return PnppSetState(SymbolicLinkName, Enable);
}

static NTSTATUS PnppDisableOne(const UNICODE_STRING *Link, void *Context)
{
    (void)Context;
    PnppSetState(Link, FALSE);
    return STATUS_SUCCESS;
}

void PnppDisableInterfaces(const PNPP_NODE *Node)
{
    PnppVisitInterfaces(NULL, &Node->Path, FALSE, PnppDisableOne, NULL);
}

/* ---- asking ---------------------------------------------------------------------------------- */

typedef struct PNPP_LINKS {
    WCHAR *List; /* strings with their ends, and an end */
    SIZE_T Characters, Room;
    ULONG_PTR Site;
} PNPP_LINKS;

static NTSTATUS PnppCollect(const UNICODE_STRING *Link, void *Context)
{
    PNPP_LINKS *Links = Context;
    SIZE_T Length = Link->Length / sizeof(WCHAR), Needed = Links->Characters + Length + 2;
    if (Needed > Links->Room) {
        WCHAR *More = ExiAllocate(
            PagedPool, 2 * Needed * sizeof(WCHAR), PNPP_TAG_LINK, Links->Site);
        if (More == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        if (Links->List != NULL) {
            memcpy(More, Links->List, Links->Characters * sizeof(WCHAR));
            ExiFree(Links->List);
        }
        Links->List = More;
        Links->Room = 2 * Needed;
    }
    memcpy(Links->List + Links->Characters, Link->Buffer, Link->Length);
    Links->Characters += Length;
    Links->List[Links->Characters++] = 0;
    Links->List[Links->Characters] = 0;
    return STATUS_SUCCESS;
}

/*
 * IoGetDeviceInterfaces - the names of a class's interfaces, one after the other, each with its
 * end, and another end.
 *
 * PhysicalDeviceObject: only that device's; optional. Flags: DEVICE_INTERFACE_INCLUDE_NONACTIVE:
 * those that are not enabled, too.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also when there are none; INVALID_DEVICE_REQUEST: no PDO;
 * INSUFFICIENT_RESOURCES.
 * Owner:   the caller; ExFreePool(*SymbolicLinkList).
 * Source:  DOC wdm/IoGetDeviceInterfaces; tests/kernel/pnp/IoGetDeviceInterfaces.c
 */
NTSTATUS NTAPI IoGetDeviceInterfaces(const GUID *InterfaceClassGuid,
    DEVICE_OBJECT *PhysicalDeviceObject, ULONG Flags, WCHAR **SymbolicLinkList)
{
    UNICODE_STRING Path = {0, 0, NULL};
    PNPP_LINKS Links = {.Site = EX_CALLER};
    NTSTATUS Status = STATUS_SUCCESS;
    if (PhysicalDeviceObject != NULL)
        Status = PnppPathOfDevice(PhysicalDeviceObject, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Links.List = ExiAllocateZero(PagedPool, 2 * sizeof(WCHAR), PNPP_TAG_LINK, Links.Site);
    Links.Room = 2;
    if (Links.List == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status))
        Status = PnppVisitInterfaces(InterfaceClassGuid,
            PhysicalDeviceObject != NULL ? &Path : NULL,
            (Flags & DEVICE_INTERFACE_INCLUDE_NONACTIVE) != 0, PnppCollect, &Links);
    PnppFree(&Path);
    if (NT_SUCCESS(Status))
        *SymbolicLinkList = Links.List;
    else if (Links.List != NULL)
        ExiFree(Links.List);
    return Status;
}

/*
 * IoGetDeviceInterfaceAlias - the interface of another class that the same device has with the same
 * reference string.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: there is none; INVALID_HANDLE: SymbolicLinkName is no
 *          interface's name; INSUFFICIENT_RESOURCES: *AliasSymbolicLinkName is untouched.
 * Owner:   the caller; RtlFreeUnicodeString(AliasSymbolicLinkName).
 * Source:  DOC wdm/IoGetDeviceInterfaceAlias; tests/kernel/pnp/IoGetDeviceInterfaceAlias.c
 */
NTSTATUS NTAPI IoGetDeviceInterfaceAlias(UNICODE_STRING *SymbolicLinkName,
    const GUID *AliasInterfaceClassGuid, UNICODE_STRING *AliasSymbolicLinkName)
{
    UNICODE_STRING Path, Name;
    PNPP_LINK Link;
    HANDLE Key;
    if (!NT_SUCCESS(PnppParseLink(SymbolicLinkName, &Link)))
        return STATUS_INVALID_HANDLE;
    NTSTATUS Status = PnppOpenLink(&Link, FALSE, NULL, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppQueryText(Key, u"DeviceInstance", &Path);
    ZwClose(Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppNameLink(&Path, AliasInterfaceClassGuid, &Link.Reference, EX_CALLER, &Name);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppParseLink(&Name, &Link);
    if (NT_SUCCESS(Status))
        Status = PnppOpenLink(&Link, TRUE, NULL, &Key);
    if (!NT_SUCCESS(Status)) {
        RtlFreeUnicodeString(&Name);
        return Status;
    }
    ZwClose(Key);
    *AliasSymbolicLinkName = Name;
    return STATUS_SUCCESS;
}

/*
 * IoOpenDeviceInterfaceRegistryKey - the key in which a driver keeps what it likes about an
 * interface; made the first time.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: the interface is not registered; INVALID_PARAMETER: that
 *          is no interface's name (INF); what opening a key returns.
 * Owner:   the caller; ZwClose(*DeviceInterfaceRegKey), a kernel handle.
 * Source:  DOC wdm/IoOpenDeviceInterfaceRegistryKey;
 *          tests/kernel/pnp/IoOpenDeviceInterfaceRegistryKey.c
 */
NTSTATUS NTAPI IoOpenDeviceInterfaceRegistryKey(
    UNICODE_STRING *SymbolicLinkName, ACCESS_MASK DesiredAccess, HANDLE *DeviceInterfaceRegKey)
{
    static const UNICODE_STRING Parameters = RTL_STRING(u"Device Parameters");
    PNPP_LINK Link;
    HANDLE Instance;
    if (!NT_SUCCESS(PnppParseLink(SymbolicLinkName, &Link)))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppOpenLink(&Link, TRUE, NULL, &Instance);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCreateKey(
        Instance, &Parameters, REG_OPTION_NON_VOLATILE, DesiredAccess, DeviceInterfaceRegKey);
    ZwClose(Instance);
    return Status;
}
