/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Device interfaces in the registry, as Windows has them:
 * Control\DeviceClasses\{class}\##?#DEVICE#{class} with the value DeviceInstance, and in it a key
 * "#" or "#reference" for each interface, with the value SymbolicLink. In that, Control is volatile
 * and has Linked = 1 while the interface is enabled, and Device Parameters is the driver's.
 */
#include <string.h>

#include "pnp/pnpp.h"

#define PNPP_GUID_CHARACTERS 38u
#define PNPP_PREFIX_CHARACTERS 4u /* "\??\" or "\\?\" */

static UNICODE_STRING PnppPart(const WCHAR *Start, SIZE_T Characters)
{
    USHORT Bytes = (USHORT)(Characters * sizeof(WCHAR));
    return (UNICODE_STRING){Bytes, Bytes, (WCHAR *)(ULONG_PTR)Start};
}

NTSTATUS PnppParseLink(const UNICODE_STRING *Name, PNPP_LINK *Link)
{
    static const UNICODE_STRING Kernel = RTL_STRING(u"\\??\\"), User = RTL_STRING(u"\\\\?\\");
    SIZE_T Length = Name->Length / sizeof(WCHAR), End = PNPP_PREFIX_CHARACTERS;
    GUID Guid;
    if (Name->Buffer == NULL ||
        (!RtlPrefixUnicodeString(&Kernel, Name, FALSE) &&
            !RtlPrefixUnicodeString(&User, Name, FALSE)))
        return STATUS_OBJECT_NAME_INVALID;
    while (End < Length && Name->Buffer[End] != u'\\')
        End++;
    if (End < PNPP_PREFIX_CHARACTERS + PNPP_GUID_CHARACTERS + 2)
        return STATUS_OBJECT_NAME_INVALID;
    Link->Base = PnppPart(Name->Buffer + PNPP_PREFIX_CHARACTERS, End - PNPP_PREFIX_CHARACTERS);
    Link->Class = PnppPart(Name->Buffer + End - PNPP_GUID_CHARACTERS, PNPP_GUID_CHARACTERS);
    Link->Reference = End < Length ? PnppPart(Name->Buffer + End + 1, Length - End - 1)
                                   : PnppPart(Name->Buffer, 0);
    if (Link->Class.Buffer[-1] != u'#' || !NT_SUCCESS(RtlGUIDFromString(&Link->Class, &Guid)))
        return STATUS_OBJECT_NAME_INVALID;
    return STATUS_SUCCESS;
}

static NTSTATUS PnppLinkPath(
    const PNPP_LINK *Link, BOOLEAN Instance, const WCHAR *Below, UNICODE_STRING *Path)
{
    static const UNICODE_STRING Classes = RTL_STRING(PNPP_INTERFACES),
                                Device = RTL_STRING(u"\\##?#"), Interface = RTL_STRING(u"\\#"),
                                Backslash = RTL_STRING(u"\\"), Nothing = RTL_STRING(u"");
    UNICODE_STRING Rest = Nothing;
    if (Below != NULL)
        RtlInitUnicodeString(&Rest, Below);
    return PnppJoin(Path, EX_KERNEL_SITE, &Classes, &Link->Class, &Device, &Link->Base,
        Instance ? &Interface : &Nothing, Instance ? &Link->Reference : &Nothing,
        Below != NULL ? &Backslash : &Nothing, &Rest, NULL);
}

NTSTATUS PnppOpenLink(const PNPP_LINK *Link, BOOLEAN Instance, const WCHAR *Below, HANDLE *Key)
{
    UNICODE_STRING Path;
    NTSTATUS Status = PnppLinkPath(Link, Instance, Below, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppOpenKey(NULL, &Path, KEY_ALL_ACCESS, Key);
    PnppFree(&Path);
    return Status == STATUS_OBJECT_PATH_NOT_FOUND ? STATUS_OBJECT_NAME_NOT_FOUND : Status;
}

NTSTATUS PnppCreateLink(
    const PNPP_LINK *Link, BOOLEAN Instance, const WCHAR *Below, ULONG Options, HANDLE *Key)
{
    UNICODE_STRING Path;
    NTSTATUS Status = PnppLinkPath(Link, Instance, Below, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCreateKey(NULL, &Path, Options, KEY_ALL_ACCESS, Key);
    PnppFree(&Path);
    return Status;
}

BOOLEAN PnppLinkIsEnabled(HANDLE Instance)
{
    static const UNICODE_STRING Control = RTL_STRING(u"Control");
    ULONG Linked = 0;
    HANDLE Key;
    if (!NT_SUCCESS(PnppOpenKey(Instance, &Control, KEY_READ, &Key)))
        return FALSE;
    BOOLEAN Enabled = PnppQueryNumber(Key, u"Linked", &Linked) && Linked != 0;
    ZwClose(Key);
    return Enabled;
}

/* ---- all of a class -------------------------------------------------------------------------- */

typedef struct PNPP_WALK {
    const UNICODE_STRING *Path; /* of the device, or NULL */
    BOOLEAN All;
    PNPP_VISIT Visit;
    void *Context;
} PNPP_WALK;

/* Link: what the value SymbolicLink says, in the kernel's form. */
static NTSTATUS PnppVisitOne(const PNPP_WALK *Walk, HANDLE Instance)
{
    UNICODE_STRING Link;
    if (!Walk->All && !PnppLinkIsEnabled(Instance))
        return STATUS_SUCCESS;
    NTSTATUS Status = PnppQueryText(Instance, u"SymbolicLink", &Link);
    if (!NT_SUCCESS(Status))
        return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status;
    if (Link.Length > PNPP_PREFIX_CHARACTERS * sizeof(WCHAR))
        Link.Buffer[1] = u'?';
    Status = Walk->Visit(&Link, Walk->Context);
    PnppFree(&Link);
    return Status;
}

static NTSTATUS PnppVisitDevice(const PNPP_WALK *Walk, HANDLE Device)
{
    UNICODE_STRING Name;
    HANDLE Instance;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Walk->Path != NULL) {
        Status = PnppQueryText(Device, u"DeviceInstance", &Name);
        if (!NT_SUCCESS(Status))
            return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status;
        BOOLEAN Same = PnppSame(&Name, Walk->Path);
        PnppFree(&Name);
        if (!Same)
            return STATUS_SUCCESS;
    }
    for (ULONG Index = 0; NT_SUCCESS(Status); Index++) {
        if (!NT_SUCCESS(PnppEnumerateKey(Device, Index, &Name)))
            break;
        if (Name.Buffer[0] == u'#' && NT_SUCCESS(PnppOpenKey(Device, &Name, KEY_READ, &Instance))) {
            Status = PnppVisitOne(Walk, Instance);
            ZwClose(Instance);
        }
        PnppFree(&Name);
    }
    return Status;
}

static NTSTATUS PnppVisitClass(const PNPP_WALK *Walk, HANDLE Class)
{
    UNICODE_STRING Name;
    HANDLE Device;
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; NT_SUCCESS(Status); Index++) {
        if (!NT_SUCCESS(PnppEnumerateKey(Class, Index, &Name)))
            break;
        if (NT_SUCCESS(PnppOpenKey(Class, &Name, KEY_READ, &Device))) {
            Status = PnppVisitDevice(Walk, Device);
            ZwClose(Device);
        }
        PnppFree(&Name);
    }
    return Status;
}

/* All classes: Class NULL. */
NTSTATUS PnppVisitInterfaces(
    const GUID *Class, const UNICODE_STRING *Path, BOOLEAN All, PNPP_VISIT Visit, void *Context)
{
    static const UNICODE_STRING Classes = RTL_STRING(PNPP_INTERFACES);
    const PNPP_WALK Walk = {Path, All, Visit, Context};
    UNICODE_STRING Text, Name = {(USHORT)(Classes.Length - sizeof(WCHAR)), 0, Classes.Buffer};
    HANDLE Key, Below;
    NTSTATUS Status = PnppOpenKey(NULL, &Name, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status;
    if (Class != NULL) {
        Status = RtlStringFromGUID(Class, &Text);
        if (NT_SUCCESS(Status) && NT_SUCCESS(PnppOpenKey(Key, &Text, KEY_READ, &Below))) {
            Status = PnppVisitClass(&Walk, Below);
            ZwClose(Below);
        }
        if (NT_SUCCESS(Status) || Text.Buffer != NULL)
            RtlFreeUnicodeString(&Text);
    }
    for (ULONG Index = 0; Class == NULL && NT_SUCCESS(Status); Index++) {
        if (!NT_SUCCESS(PnppEnumerateKey(Key, Index, &Text)))
            break;
        if (NT_SUCCESS(PnppOpenKey(Key, &Text, KEY_READ, &Below))) {
            Status = PnppVisitClass(&Walk, Below);
            ZwClose(Below);
        }
        PnppFree(&Text);
    }
    ZwClose(Key);
    return Status;
}
