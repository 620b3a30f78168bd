/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The drivers of a device: those its key and its class name, loaded if they do not run, and asked
 * to add the device from below: lower filters of the device and of its class, the function driver,
 * upper filters of both. All or none: when one fails, those below are told to remove the device
 * again.
 */
#include <stdio.h>
#include <string.h>

#include "pnp/pnpp.h"
#include "rtl/status.h"

#define CONFIGFLAG_DISABLED 1u

void PnppFail(PNPP_NODE *Node, enum PNPP_PROBLEM Problem, NTSTATUS Status, const char *Why)
{
    char Path[300];
    RtlpToUtf8(&Node->Path, Path, sizeof(Path));
    KdLog("pnp", "%s: %s", Path, Why);
    Node->Problem = Problem;
    Node->ProblemStatus = Status;
    if (Node->State != PNPP_SURPRISE)
        Node->State = PNPP_FAILED;
    PnppSetPresent(Node, TRUE);
}

/* Why: "foo: AddDevice returned STATUS_…". */
static NTSTATUS PnppFailDriver(PNPP_NODE *Node, enum PNPP_PROBLEM Problem,
    const UNICODE_STRING *Driver, const char *What, NTSTATUS Status)
{
    char Name[200], Text[600], Number[16];
    const char *StatusName = RtlpStatusName(Status);
    RtlpToUtf8(Driver, Name, sizeof(Name));
    snprintf(Number, sizeof(Number), "0x%08X", (unsigned)Status);
    snprintf(Text, sizeof(Text), "%s: %s %s", Name, What, StatusName != NULL ? StatusName : Number);
    PnppFail(Node, Problem, Status, Text);
    return Status;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Drivers that pnp loads bring no devices of their own in: the one at hand is under way. */
static ULONG PnppLoads;

BOOLEAN PnppLoading(void)
{
    return PnppOwned() && PnppLoads != 0;
}

static NTSTATUS PnppLoadDriver(const UNICODE_STRING *Path, LDR_ERROR *Error)
{
    HANDLE Key;
    ULONG Start = SERVICE_DEMAND_START;
    NTSTATUS Status = PnppOpenKey(NULL, Path, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppQueryNumber(Key, u"Start", &Start);
    ZwClose(Key);
    if (Start == SERVICE_DISABLED)
        return STATUS_PLUGPLAY_NO_DEVICE;
    PnppLoads++;
    Status = IoiLoadService(Path, Error);
    PnppLoads--;
    return Status;
}

/* Drivers that plug and play has loaded have an extension of this name: they go when their last
 * device has gone. */
static char PnppLoaded;

void PnppLetGoOfDrivers(const PNPP_NODE *Node)
{
    for (const DEVICE_OBJECT *Device = Node->Pdo->AttachedDevice; Device != NULL;
         Device = Device->AttachedDevice) {
        PNPP_ITEM *Item = IoGetDriverObjectExtension(Device->DriverObject, &PnppLoaded) != NULL
                              ? PnppNewItem(PNPP_WORK_UNLOAD, NULL)
                              : NULL;
        if (Item == NULL)
            continue;
        ObfReferenceObject(Device->DriverObject);
        Item->Driver = Device->DriverObject;
        PnppQueueItem(Item);
    }
}

NTSTATUS PnppUnload(DRIVER_OBJECT *Driver)
{
    LDR_ERROR Error;
    NTSTATUS Status = STATUS_SUCCESS;
    PnppAcquire();
    if (!PnppIsClosing() && Driver->DeviceObject == NULL && Driver->DriverUnload != NULL)
        Status = IoiUnloadService(&Driver->DriverExtension->ServiceKeyName, &Error);
    PnppRelease();
    return Status;
}

/* Referenced. OBJECT_NAME_NOT_FOUND: it is not installed. */
static NTSTATUS PnppGetDriver(const UNICODE_STRING *Name, DRIVER_OBJECT **Driver, LDR_ERROR *Error)
{
    static const UNICODE_STRING Services = RTL_STRING(PNPP_SERVICES);
    UNICODE_STRING Path;
    *Driver = IoiFindService(Name);
    if (*Driver != NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = PnppJoin(&Path, EX_KERNEL_SITE, &Services, Name, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppLoadDriver(&Path, Error);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status))
        return Status;
    *Driver = IoiFindService(Name);
    if (*Driver == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    void *Extension; /* without memory for it the driver stays */
    IoAllocateDriverObjectExtension(*Driver, &PnppLoaded, 1, &Extension);
    return STATUS_SUCCESS;
}

/* ---- adding ---------------------------------------------------------------------------------- */

#define PNPP_STACK_LIMIT 32u /* of filters on one side */

/* The drivers of a device, from below. All run before the first is asked to add the device. */
typedef struct PNPP_STACK {
    PNPP_NODE *Node;
    ULONG Count;
    DRIVER_OBJECT *Driver[PNPP_STACK_LIMIT]; /* referenced */
} PNPP_STACK;

static NTSTATUS PnppGather(PNPP_STACK *Stack, const UNICODE_STRING *Name)
{
    LDR_ERROR Error = {0};
    if (Stack->Count >= PNPP_STACK_LIMIT - 1)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = PnppGetDriver(Name, &Stack->Driver[Stack->Count], &Error);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        return PnppFailDriver(Stack->Node, PNPP_PROBLEM_DRIVER_FAILED_LOAD, Name,
            "the device needs this driver, and it is not installed:", Status);
    if (Status == STATUS_PLUGPLAY_NO_DEVICE)
        return PnppFailDriver(Stack->Node, PNPP_PROBLEM_DRIVER_FAILED_LOAD, Name,
            "the device needs this driver, and it is disabled:", Status);
    if (!NT_SUCCESS(Status))
        return PnppFailDriver(Stack->Node, PNPP_PROBLEM_DRIVER_FAILED_LOAD, Name,
            "the driver could not be loaded:", Status);
    Stack->Count++;
    return STATUS_SUCCESS;
}

/* Those a value of a key names, in their order. Key NULL: none. */
static NTSTATUS PnppGatherList(PNPP_STACK *Stack, HANDLE Key, const WCHAR *ValueName)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    PNPP_STRINGS Strings;
    if (Key == NULL || !NT_SUCCESS(PnppQueryValue(Key, ValueName, &Value)))
        return STATUS_SUCCESS;
    NTSTATUS Status = STATUS_SUCCESS;
    PnppBeginStrings(&Strings, Value);
    while (NT_SUCCESS(Status) && PnppNextString(&Strings))
        Status = PnppGather(Stack, &Strings.Text);
    ExiFree(Value);
    return Status;
}

static NTSTATUS PnppCallAddDevice(PNPP_STACK *Stack)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < Stack->Count && NT_SUCCESS(Status); Index++) {
        DRIVER_OBJECT *Driver = Stack->Driver[Index];
        const UNICODE_STRING *Name = &Driver->DriverExtension->ServiceKeyName;
        PDRIVER_ADD_DEVICE AddDevice = Driver->DriverExtension->AddDevice;
        if (AddDevice == NULL) {
            Status = PnppFailDriver(Stack->Node, PNPP_PROBLEM_FAILED_ADD, Name,
                "the driver has no AddDevice routine:", STATUS_INVALID_DEVICE_REQUEST);
            continue;
        }
        Status = AddDevice(Driver, Stack->Node->Pdo);
        if (!NT_SUCCESS(Status))
            PnppFailDriver(
                Stack->Node, PNPP_PROBLEM_FAILED_ADD, Name, "AddDevice returned", Status);
    }
    return Status;
}

static void PnppTellVerifier(const PNPP_STACK *Stack)
{
    if (IoVerifier != NULL)
        IoVerifier->Adding(Stack->Node->Pdo, Stack->Driver, Stack->Count);
}

/* NULL: the device has no class, or it is not installed. */
static HANDLE PnppOpenClass(HANDLE Device)
{
    static const UNICODE_STRING Classes = RTL_STRING(PNPP_CLASS);
    UNICODE_STRING Class, Path;
    HANDLE Key = NULL;
    if (!NT_SUCCESS(PnppQueryText(Device, u"ClassGUID", &Class)))
        return NULL;
    if (NT_SUCCESS(PnppJoin(&Path, EX_KERNEL_SITE, &Classes, &Class, NULL))) {
        if (!NT_SUCCESS(PnppOpenKey(NULL, &Path, KEY_READ, &Key)))
            Key = NULL;
        PnppFree(&Path);
    }
    PnppFree(&Class);
    return Key;
}

/* A function driver that is not there yet is waited for in silence. */
static NTSTATUS PnppGatherFunction(PNPP_STACK *Stack)
{
    static const UNICODE_STRING Services = RTL_STRING(PNPP_SERVICES);
    PNPP_NODE *Node = Stack->Node;
    UNICODE_STRING Path;
    HANDLE Key;
    if (Node->Service.Buffer == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = PnppJoin(&Path, EX_KERNEL_SITE, &Services, &Node->Service, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppOpenKey(NULL, &Path, KEY_READ, &Key);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status)) {
        Node->State = PNPP_FAILED;
        Node->Problem = PNPP_PROBLEM_DRIVER_FAILED_LOAD;
        Node->ProblemStatus = Status;
        return Status;
    }
    ZwClose(Key);
    return PnppGather(Stack, &Node->Service);
}

static NTSTATUS PnppGatherFilters(
    PNPP_STACK *Stack, HANDLE Device, HANDLE Class, const WCHAR *ValueName)
{
    NTSTATUS Status = PnppGatherList(Stack, Device, ValueName);
    return NT_SUCCESS(Status) ? PnppGatherList(Stack, Class, ValueName) : Status;
}

static NTSTATUS PnppAddAll(PNPP_NODE *Node, HANDLE Device, HANDLE Class)
{
    /* The function driver first: without it, its filters are not loaded. */
    PNPP_STACK Function = {.Node = Node}, Stack = {.Node = Node};
    NTSTATUS Status = PnppGatherFunction(&Function);
    if (NT_SUCCESS(Status))
        Status = PnppGatherFilters(&Stack, Device, Class, u"LowerFilters");
    if (NT_SUCCESS(Status) && Function.Count != 0) {
        Stack.Driver[Stack.Count++] = Function.Driver[0];
        Function.Count = 0;
    }
    if (NT_SUCCESS(Status))
        Status = PnppGatherFilters(&Stack, Device, Class, u"UpperFilters");
    if (NT_SUCCESS(Status)) {
        PnppTellVerifier(&Stack);
        Status = PnppCallAddDevice(&Stack);
        if (NT_SUCCESS(Status))
            PnppTellVerifier(&Stack);
        if (!NT_SUCCESS(Status))
            PnppSendMinor(Node->Pdo, IRP_MN_REMOVE_DEVICE);
    }
    for (ULONG Index = 0; Index < Stack.Count; Index++)
        ObfDereferenceObject(Stack.Driver[Index]);
    if (Function.Count != 0)
        ObfDereferenceObject(Function.Driver[0]);
    return Status;
}

NTSTATUS PnppAddDrivers(PNPP_NODE *Node)
{
    HANDLE Device;
    ULONG Flags = 0;
    NTSTATUS Status = PnppOpenDevice(&Node->Path, NULL, KEY_READ, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    if (PnppQueryNumber(Device, u"ConfigFlags", &Flags) && (Flags & CONFIGFLAG_DISABLED)) {
        Node->Problem = PNPP_PROBLEM_DISABLED;
        Status = STATUS_PLUGPLAY_NO_DEVICE;
    } else if (Node->Service.Buffer == NULL && !Node->Capabilities.RawDeviceOK) {
        Node->Problem = PNPP_PROBLEM_FAILED_INSTALL;
        Status = STATUS_PLUGPLAY_NO_DEVICE;
    } else {
        HANDLE Class = PnppOpenClass(Device);
        Status = PnppAddAll(Node, Device, Class);
        if (Class != NULL)
            ZwClose(Class);
        if (NT_SUCCESS(Status))
            Node->State = PNPP_ADDED;
    }
    ZwClose(Device);
    return Status;
}

/* ---- who needs whom -------------------------------------------------------------------------- */

static BOOLEAN PnppListNames(HANDLE Key, const WCHAR *ValueName, const UNICODE_STRING *Name)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    PNPP_STRINGS Strings;
    BOOLEAN Found = FALSE;
    if (Key == NULL || !NT_SUCCESS(PnppQueryValue(Key, ValueName, &Value)))
        return FALSE;
    PnppBeginStrings(&Strings, Value);
    while (!Found && PnppNextString(&Strings))
        Found = PnppSame(&Strings.Text, Name);
    ExiFree(Value);
    return Found;
}

static BOOLEAN PnppNames(HANDLE Key, const UNICODE_STRING *Name)
{
    return PnppListNames(Key, u"Service", Name) || PnppListNames(Key, u"LowerFilters", Name) ||
           PnppListNames(Key, u"UpperFilters", Name);
}

static BOOLEAN PnppTreeNames(const UNICODE_STRING *Path, const UNICODE_STRING *Name)
{
    UNICODE_STRING Below;
    HANDLE Key, Entry;
    BOOLEAN Found = FALSE;
    if (!NT_SUCCESS(PnppOpenKey(NULL, Path, KEY_READ, &Key)))
        return FALSE;
    for (ULONG Index = 0; !Found && NT_SUCCESS(PnppEnumerateKey(Key, Index, &Below)); Index++) {
        if (NT_SUCCESS(PnppOpenKey(Key, &Below, KEY_READ, &Entry))) {
            Found = PnppNames(Entry, Name);
            ZwClose(Entry);
        }
        PnppFree(&Below);
    }
    ZwClose(Key);
    return Found;
}

BOOLEAN PnppIsInstalled(const UNICODE_STRING *Name)
{
    static const UNICODE_STRING Database = {
        sizeof(PNPP_DATABASE) - 2 * sizeof(WCHAR), 0, (WCHAR *)(ULONG_PTR)PNPP_DATABASE};
    static const UNICODE_STRING Classes = {
        sizeof(PNPP_CLASS) - 2 * sizeof(WCHAR), 0, (WCHAR *)(ULONG_PTR)PNPP_CLASS};
    return PnppTreeNames(&Database, Name) || PnppTreeNames(&Classes, Name);
}

BOOLEAN PnppNeeds(const PNPP_NODE *Node, const UNICODE_STRING *Name)
{
    HANDLE Device;
    if (Node->Service.Buffer != NULL && PnppSame(&Node->Service, Name))
        return TRUE;
    if (!NT_SUCCESS(PnppOpenDevice(&Node->Path, NULL, KEY_READ, &Device)))
        return FALSE;
    HANDLE Class = PnppOpenClass(Device);
    BOOLEAN Found = PnppListNames(Device, u"LowerFilters", Name) ||
        PnppListNames(Device, u"UpperFilters", Name) ||
        PnppListNames(Class, u"LowerFilters", Name) || PnppListNames(Class, u"UpperFilters", Name);
    if (Class != NULL)
        ZwClose(Class);
    ZwClose(Device);
    return Found;
}
