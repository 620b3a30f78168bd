/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What devices there are: a bus is asked for its relations, and each device it has not named before
 * is asked who it is. The answers go into the device's key below Enum, where its installation is as
 * well, and stay there when the device goes.
 */
#include <string.h>

#include "pnp/pnpp.h"

#define PNPP_ID_LIMIT 0x8000u /* characters in a driver's list of names */

/* ---- what a driver returned ------------------------------------------------------------------ */

static BOOLEAN PnppGoodId(const WCHAR *Id, UNICODE_STRING *Text)
{
    SIZE_T Length = 0;
    for (; Id[Length] != 0; Length++) {
        if (Length == 200 || Id[Length] <= u' ' || Id[Length] > 0x7F || Id[Length] == u',')
            return FALSE;
    }
    *Text = (UNICODE_STRING){
        (USHORT)(Length * sizeof(WCHAR)), (USHORT)(Length * sizeof(WCHAR)), (WCHAR *)(ULONG_PTR)Id};
    return Length != 0;
}

/* The bytes of strings that end with an empty one, with that end. */
static ULONG PnppListBytes(const WCHAR *List)
{
    ULONG Length = 0;
    while (Length < PNPP_ID_LIMIT && (List[Length] != 0 || List[Length + 1] != 0))
        Length++;
    return (Length + 2) * (ULONG)sizeof(WCHAR);
}

/* ---- who a device is ------------------------------------------------------------------------- */

static void PnppSaveIds(const PNPP_NODE *Node, HANDLE Key)
{
    static const struct {
        BUS_QUERY_ID_TYPE Type;
        const WCHAR *Name;
    } Lists[] = {{BusQueryHardwareIDs, u"HardwareID"}, {BusQueryCompatibleIDs, u"CompatibleIDs"}};
    WCHAR *Id;
    for (ULONG Index = 0; Index < 2; Index++) {
        if (!NT_SUCCESS(PnppQueryId(Node->Pdo, Lists[Index].Type, &Id)))
            continue;
        if (Node->Parent != &PnppRoot)
            PnppSetValue(Key, Lists[Index].Name, REG_MULTI_SZ, Id, PnppListBytes(Id));
        ExFreePool(Id);
    }
    if (NT_SUCCESS(PnppQueryId(Node->Pdo, BusQueryContainerID, &Id))) {
        PnppSetValue(
            Key, u"ContainerID", REG_SZ, Id, (ULONG)((RtlpWcsLength(Id) + 1) * sizeof(WCHAR)));
        ExFreePool(Id);
    }
}

static void PnppSaveTexts(const PNPP_NODE *Node, HANDLE Key)
{
    static const struct {
        DEVICE_TEXT_TYPE Type;
        const WCHAR *Name;
        BOOLEAN Always; /* installation does not say it better */
    } Texts[] = {{DeviceTextDescription, u"DeviceDesc", FALSE},
        {DeviceTextLocationInformation, u"LocationInformation", TRUE}};
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    WCHAR *Text;
    for (ULONG Index = 0; Index < 2; Index++) {
        if (!NT_SUCCESS(PnppQueryDescription(Node->Pdo, Texts[Index].Type, &Text)))
            continue;
        if (!Texts[Index].Always && NT_SUCCESS(PnppQueryValue(Key, Texts[Index].Name, &Value)))
            ExiFree(Value);
        else
            PnppSetValue(Key, Texts[Index].Name, REG_SZ, Text,
                (ULONG)((RtlpWcsLength(Text) + 1) * sizeof(WCHAR)));
        ExFreePool(Text);
    }
}

static ULONG PnppPackCapabilities(const DEVICE_CAPABILITIES *Capabilities)
{
    return (Capabilities->LockSupported ? 1u : 0) | (Capabilities->EjectSupported ? 2u : 0) |
        (Capabilities->Removable ? 4u : 0) | (Capabilities->DockDevice ? 8u : 0) |
        (Capabilities->UniqueID ? 16u : 0) | (Capabilities->SilentInstall ? 32u : 0) |
        (Capabilities->RawDeviceOK ? 64u : 0) | (Capabilities->SurpriseRemovalOK ? 128u : 0);
}

static void PnppSaveCapabilities(const PNPP_NODE *Node, HANDLE Key)
{
    const DEVICE_CAPABILITIES *Capabilities = &Node->Capabilities;
    PnppSetNumber(Key, u"Capabilities", PnppPackCapabilities(Capabilities));
    if (Capabilities->Address != MAXULONG)
        PnppSetNumber(Key, u"Address", Capabilities->Address);
    if (Capabilities->UINumber != MAXULONG)
        PnppSetNumber(Key, u"UINumber", Capabilities->UINumber);
}

static void PnppReadBus(PNPP_NODE *Node)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_BUS_INFORMATION};
    ULONG_PTR Information = 0;
    if (!NT_SUCCESS(PnppSend(Node->Pdo, &Stack, STATUS_NOT_SUPPORTED, &Information)) ||
        Information == 0)
        return;
    Node->Bus = *(PNP_BUS_INFORMATION *)Information;
    Node->BusKnown = TRUE;
    ExFreePool((void *)Information);
}

static void PnppReadResources(PNPP_NODE *Node)
{
    IO_STACK_LOCATION Boot = {.MinorFunction = IRP_MN_QUERY_RESOURCES};
    ULONG_PTR Information = 0;
    if (NT_SUCCESS(PnppSend(Node->Pdo, &Boot, STATUS_NOT_SUPPORTED, &Information)) &&
        Information != 0) {
        PnppCopyResources((CM_RESOURCE_LIST *)Information, &Node->Boot);
        ExFreePool((void *)Information);
    }
    PnppReadRequirements(Node);
}

/* ---- which driver it has --------------------------------------------------------------------- */

/* What its installation wants to be in the device's own key. */
static void PnppCopyParameters(HANDLE Device, HANDLE Entry)
{
    static const UNICODE_STRING Name = RTL_STRING(u"Device Parameters");
    HANDLE From, To;
    if (!NT_SUCCESS(PnppOpenKey(Entry, &Name, KEY_READ, &From)))
        return;
    if (NT_SUCCESS(PnppCreateKey(Device, &Name, REG_OPTION_NON_VOLATILE, KEY_ALL_ACCESS, &To))) {
        PnppCopyValues(From, To);
        ZwClose(To);
    }
    ZwClose(From);
}

/* What the database of hardware identifiers says goes into the device's key. Id: with its
 * backslashes. */
static BOOLEAN PnppMatch(HANDLE Key, const UNICODE_STRING *Id)
{
    static const UNICODE_STRING Database = RTL_STRING(PNPP_DATABASE);
    static const WCHAR *const Copied[] = {u"Service", u"ClassGUID", u"UpperFilters",
        u"LowerFilters", u"DeviceDesc", u"Mfg", u"Class", u"Driver", u"SpecialFiles"};
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    UNICODE_STRING Path;
    HANDLE Entry;
    if (!NT_SUCCESS(PnppJoin(&Path, EX_KERNEL_SITE, &Database, Id, NULL)))
        return FALSE;
    for (USHORT Index = Database.Length / sizeof(WCHAR); Index < Path.Length / sizeof(WCHAR);
         Index++) {
        if (Path.Buffer[Index] == u'\\')
            Path.Buffer[Index] = u'#';
    }
    NTSTATUS Status = PnppOpenKey(NULL, &Path, KEY_READ, &Entry);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status))
        return FALSE;
    for (ULONG Index = 0; Index < sizeof(Copied) / sizeof(Copied[0]); Index++) {
        if (NT_SUCCESS(PnppQueryValue(Entry, Copied[Index], &Value))) {
            PnppSetValue(Key, Copied[Index], Value->Type, Value->Data, Value->DataLength);
            ExiFree(Value);
        }
    }
    PnppCopyParameters(Key, Entry);
    ZwClose(Entry);
    return TRUE;
}

static BOOLEAN PnppMatchList(HANDLE Key, const WCHAR *Name)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    PNPP_STRINGS Strings;
    BOOLEAN Matched = FALSE;
    if (!NT_SUCCESS(PnppQueryValue(Key, Name, &Value)))
        return FALSE;
    PnppBeginStrings(&Strings, Value);
    while (!Matched && PnppNextString(&Strings))
        Matched = PnppMatch(Key, &Strings.Text);
    ExiFree(Value);
    return Matched;
}

void PnppReadService(PNPP_NODE *Node)
{
    HANDLE Key;
    PnppFree(&Node->Service);
    if (!NT_SUCCESS(PnppOpenDevice(&Node->Path, NULL, KEY_ALL_ACCESS, &Key)))
        return;
    if (!NT_SUCCESS(PnppQueryText(Key, u"Service", &Node->Service)) &&
        (PnppMatchList(Key, u"HardwareID") || PnppMatchList(Key, u"CompatibleIDs")))
        PnppQueryText(Key, u"Service", &Node->Service);
    ZwClose(Key);
}

NTSTATUS PnppReadDevice(PNPP_NODE *Node)
{
    HANDLE Key;
    NTSTATUS Status = PnppCreateDevice(&Node->Path, NULL, REG_OPTION_NON_VOLATILE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppQueryCapabilities(Node->Pdo, &Node->Capabilities);
    PnppSaveIds(Node, Key);
    PnppSaveTexts(Node, Key);
    PnppSaveCapabilities(Node, Key);
    ZwClose(Key);
    PnppReadBus(Node);
    PnppReadResources(Node);
    PnppReadService(Node);
    PnppSetPresent(Node, TRUE);
    PnppSendMinor(Node->Pdo, IRP_MN_DEVICE_ENUMERATED);
    PnppQueueInstance(&PnppDeviceFound, &Node->Path);
    return STATUS_SUCCESS;
}

/* ---- a bus's answer -------------------------------------------------------------------------- */

/*
 * "BUS\Device\Instance". An instance that is unique on its bus only gets a number made of the bus's
 * own path in front of it.
 */
static NTSTATUS PnppMakePath(const PNPP_NODE *Bus, const UNICODE_STRING *Device,
    const UNICODE_STRING *Instance, BOOLEAN Unique, UNICODE_STRING *Path)
{
    static const UNICODE_STRING Backslash = RTL_STRING(u"\\");
    static const WCHAR Digit[] = u"0123456789abcdef";
    WCHAR Prefix[] = u"1&00000000&0&";
    ULONG Hash = 0;
    if (Unique)
        return PnppJoin(Path, EX_KERNEL_SITE, Device, &Backslash, Instance, NULL);
    if (Bus->Path.Length != 0)
        RtlHashUnicodeString(&Bus->Path, TRUE, HASH_STRING_ALGORITHM_X65599, &Hash);
    for (ULONG Place = 9; Place >= 2; Place--, Hash >>= 4)
        Prefix[Place] = Digit[Hash & 0xF];
    const UNICODE_STRING Before = {sizeof(Prefix) - sizeof(WCHAR), sizeof(Prefix), Prefix};
    return PnppJoin(Path, EX_KERNEL_SITE, Device, &Backslash, &Before, Instance, NULL);
}

static NTSTATUS PnppIdentify(const PNPP_NODE *Bus, DEVICE_OBJECT *Pdo, UNICODE_STRING *Path)
{
    static const UNICODE_STRING First = RTL_STRING(u"00");
    UNICODE_STRING Device, Instance = First;
    DEVICE_CAPABILITIES Capabilities;
    WCHAR *DeviceId, *InstanceId;
    NTSTATUS Status = PnppQueryId(Pdo, BusQueryDeviceID, &DeviceId);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!PnppGoodId(DeviceId, &Device)) {
        ExFreePool(DeviceId);
        return STATUS_PNP_INVALID_ID;
    }
    PnppQueryId(Pdo, BusQueryInstanceID, &InstanceId);
    PnppQueryCapabilities(Pdo, &Capabilities);
    if (InstanceId != NULL && !PnppGoodId(InstanceId, &Instance))
        Status = STATUS_PNP_INVALID_ID;
    else
        Status = PnppMakePath(
            Bus, &Device, &Instance, InstanceId != NULL && Capabilities.UniqueID, Path);
    ExFreePool(DeviceId);
    if (InstanceId != NULL)
        ExFreePool(InstanceId);
    return Status;
}

static void PnppFoundDevice(PNPP_NODE *Bus, DEVICE_OBJECT *Pdo)
{
    UNICODE_STRING Path = {0, 0, NULL};
    PNPP_NODE *Node;
    NTSTATUS Status = PnppIdentify(Bus, Pdo, &Path);
    if (NT_SUCCESS(Status) && PnppFindPath(&PnppRoot, &Path) != NULL)
        Status = STATUS_OBJECT_NAME_COLLISION;
    if (NT_SUCCESS(Status))
        Status = PnppCreateNode(Bus, Pdo, &Path, &Node);
    if (NT_SUCCESS(Status))
        Status = PnppReadDevice(Node);
    if (!NT_SUCCESS(Status)) {
        char Text[300];
        RtlpToUtf8(Path.Buffer != NULL ? &Path : &Bus->Path, Text, sizeof(Text));
        KdLog("pnp", "%s: %s", Text,
            Status == STATUS_OBJECT_NAME_COLLISION
                ? "another device has the same identifiers: this one is left out"
                : "a device was found, but its bus driver does not say who it is");
    }
    PnppFree(&Path);
}

static void PnppTakeRelations(PNPP_NODE *Bus, DEVICE_RELATIONS *Relations)
{
    if (IoVerifier != NULL)
        IoVerifier->Related(Relations);
    for (ULONG Index = 0; Index < Relations->Count; Index++) {
        DEVICE_OBJECT *Pdo = Relations->Objects[Index];
        PNPP_NODE *Node = PnppFindNode(Pdo);
        if (Node != NULL)
            Node->Reported = TRUE;
        else
            PnppFoundDevice(Bus, Pdo);
        ObfDereferenceObject(Pdo); /* the bus driver's reference; the node has its own */
    }
    ExFreePool(Relations);
}

void PnppEnumerate(PNPP_NODE *Bus)
{
    DEVICE_RELATIONS *Relations;
    Bus->Invalid = FALSE;
    if (Bus->Pdo == NULL) {
        PnppScanRoot();
    } else {
        if (Bus->State != PNPP_STARTED ||
            !NT_SUCCESS(PnppQueryRelations(Bus->Pdo, BusRelations, &Relations)))
            return; /* no bus, or one that has nothing to say: what was there stays */
        for (LIST_ENTRY *Entry = Bus->Children.Flink; Entry != &Bus->Children; Entry = Entry->Flink)
            CONTAINING_RECORD(Entry, PNPP_NODE, Link)->Reported = FALSE;
        PnppTakeRelations(Bus, Relations);
    }
    for (LIST_ENTRY *Entry = Bus->Children.Flink; Entry != &Bus->Children; Entry = Entry->Flink) {
        PNPP_NODE *Node = CONTAINING_RECORD(Entry, PNPP_NODE, Link);
        if (!Node->Reported && !Node->Missing)
            PnppSurprise(Node);
    }
    PnppFinishRemovals();
    for (LIST_ENTRY *Entry = Bus->Children.Flink; Bus->Pdo != NULL && Entry != &Bus->Children;
         Entry = Entry->Flink)
        PnppProcess(CONTAINING_RECORD(Entry, PNPP_NODE, Link));
}
