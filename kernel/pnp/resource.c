/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which hardware resources a device is started with: what it needs is looked for in the order its
 * drivers give it, and claimed as its own, so that nobody else's driver gets it; a device that says
 * only what it is set to gets that. Interrupts of a device are vectors to its driver.
 */
#include <string.h>

#include "ke/interrupt.h"
#include "pnp/pnpp.h"

#define PNPP_LIST_BYTES(Count) \
    ((ULONG)(FIELD_OFFSET(CM_RESOURCE_LIST, List[0].PartialResourceList.PartialDescriptors) + \
             (Count) * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR)))

/* ---- lists ----------------------------------------------------------------------------------- */

static const UCHAR *PnppSkipFull(const CM_FULL_RESOURCE_DESCRIPTOR *Full)
{
    const CM_PARTIAL_RESOURCE_DESCRIPTOR *At = Full->PartialResourceList.PartialDescriptors;
    for (ULONG Index = 0; Index < Full->PartialResourceList.Count; Index++) {
        ULONG Extra = At->Type == CmResourceTypeDeviceSpecific ? At->u.DeviceSpecificData.DataSize
                                                               : 0;
        At = (const CM_PARTIAL_RESOURCE_DESCRIPTOR *)(const void *)((const UCHAR *)(At + 1) +
            Extra);
    }
    return (const UCHAR *)At;
}

ULONG PnppResourceBytes(const CM_RESOURCE_LIST *List)
{
    const UCHAR *At = (const UCHAR *)List->List;
    for (ULONG Index = 0; Index < List->Count; Index++)
        At = PnppSkipFull((const CM_FULL_RESOURCE_DESCRIPTOR *)(const void *)At);
    return (ULONG)(At - (const UCHAR *)List);
}

NTSTATUS PnppCopyResources(const CM_RESOURCE_LIST *From, CM_RESOURCE_LIST **To)
{
    ULONG Bytes = PnppResourceBytes(From);
    *To = ExiAllocate(PagedPool, Bytes, PNPP_TAG, EX_KERNEL_SITE);
    if (*To == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(*To, From, Bytes);
    return STATUS_SUCCESS;
}

static void PnppTranslateOne(CM_PARTIAL_RESOURCE_DESCRIPTOR *Descriptor)
{
    if (Descriptor->Type != CmResourceTypeInterrupt ||
        (Descriptor->Flags & CM_RESOURCE_INTERRUPT_MESSAGE))
        return;
    ULONG Line = Descriptor->u.Interrupt.Vector;
    Descriptor->u.Interrupt.Level = KiIrqlOfLine(Line);
    Descriptor->u.Interrupt.Vector = KiVectorOfLine(Line);
    if (Descriptor->u.Interrupt.Affinity == 0 || Descriptor->u.Interrupt.Affinity == (KAFFINITY)-1)
        Descriptor->u.Interrupt.Affinity = 1;
}

NTSTATUS PnppTranslate(const CM_RESOURCE_LIST *Raw, CM_RESOURCE_LIST **Translated)
{
    NTSTATUS Status = PnppCopyResources(Raw, Translated);
    if (!NT_SUCCESS(Status))
        return Status;
    UCHAR *At = (UCHAR *)(*Translated)->List;
    for (ULONG Index = 0; Index < Raw->Count; Index++) {
        CM_FULL_RESOURCE_DESCRIPTOR *Full = (CM_FULL_RESOURCE_DESCRIPTOR *)(void *)At;
        UCHAR *Next = At + (PnppSkipFull(Full) - At);
        CM_PARTIAL_RESOURCE_DESCRIPTOR *One = Full->PartialResourceList.PartialDescriptors;
        for (ULONG Number = 0; Number < Full->PartialResourceList.Count; Number++) {
            ULONG Extra = One->Type == CmResourceTypeDeviceSpecific
                ? One->u.DeviceSpecificData.DataSize
                : 0;
            PnppTranslateOne(One);
            One = (CM_PARTIAL_RESOURCE_DESCRIPTOR *)(void *)((UCHAR *)(One + 1) + Extra);
        }
        At = Next;
    }
    return STATUS_SUCCESS;
}

NTSTATUS PnppFindInterrupt(DEVICE_OBJECT *Pdo, IO_INTERRUPT_LINE *Line)
{
    const PNPP_NODE *Node = IoiDeviceNode(Pdo);
    const CM_RESOURCE_LIST *List = Node != NULL ? Node->Translated : NULL;
    if (List == NULL || List->Count == 0)
        return STATUS_NOT_FOUND;
    const CM_PARTIAL_RESOURCE_LIST *Partial = &List->List[0].PartialResourceList;
    for (ULONG Index = 0; Index < Partial->Count; Index++) {
        const CM_PARTIAL_RESOURCE_DESCRIPTOR *One = &Partial->PartialDescriptors[Index];
        if (One->Type != CmResourceTypeInterrupt || (One->Flags & CM_RESOURCE_INTERRUPT_MESSAGE))
            continue;
        *Line = (IO_INTERRUPT_LINE){.Vector = One->u.Interrupt.Vector,
            .Irql = (KIRQL)One->u.Interrupt.Level,
            .Mode = One->Flags & CM_RESOURCE_INTERRUPT_LATCHED ? Latched : LevelSensitive,
            .Share = One->ShareDisposition == CmResourceShareShared,
            .Affinity = One->u.Interrupt.Affinity};
        return STATUS_SUCCESS;
    }
    return STATUS_NOT_FOUND;
}

/* ---- finding some ---------------------------------------------------------------------------- */

/* One list of the requirements on its way to become resources. */
typedef struct PNPP_CHOICE {
    DRIVER_OBJECT *Driver; /* whose claim it is to be, of */
    DEVICE_OBJECT *Device; /* this device of its; NULL: of them all */
    const IO_RESOURCE_REQUIREMENTS_LIST *Requirements;
    CM_RESOURCE_LIST *List; /* with room for all descriptors */
} PNPP_CHOICE;

static NTSTATUS PnppClaimFor(
    DRIVER_OBJECT *Driver, DEVICE_OBJECT *Device, const CM_RESOURCE_LIST *List)
{
    return IoiClaimResources(Driver, Device, List, List != NULL ? PnppResourceBytes(List) : 0);
}

NTSTATUS PnppClaim(PNPP_NODE *Node, const CM_RESOURCE_LIST *List)
{
    return PnppClaimFor(Node->Pdo->DriverObject, Node->Pdo, List);
}

static ULONG64 PnppStep(ULONG Alignment)
{
    return Alignment != 0 ? Alignment : 1;
}

/* The Try-th place a descriptor could have. FALSE: there are not so many. */
static BOOLEAN PnppPlace(
    const IO_RESOURCE_DESCRIPTOR *Wanted, ULONG64 Try, CM_PARTIAL_RESOURCE_DESCRIPTOR *Place)
{
    memset(Place, 0, sizeof(*Place));
    Place->Type = Wanted->Type;
    Place->ShareDisposition = Wanted->ShareDisposition;
    Place->Flags = Wanted->Flags;
    switch (Wanted->Type) {
    case CmResourceTypePort:
    case CmResourceTypeMemory: {
        ULONG64 Step = PnppStep(Wanted->u.Generic.Alignment),
                First = (ULONG64)Wanted->u.Generic.MinimumAddress.QuadPart;
        ULONG64 Last = (ULONG64)Wanted->u.Generic.MaximumAddress.QuadPart, Start;
        First = (First + Step - 1) / Step * Step;
        if (Wanted->u.Generic.Length == 0 || __builtin_mul_overflow(Try, Step, &Start) ||
            __builtin_add_overflow(Start, First, &Start) || Start > Last ||
            Last - Start < Wanted->u.Generic.Length - 1)
            return FALSE;
        Place->u.Generic.Start.QuadPart = (LONGLONG)Start;
        Place->u.Generic.Length = Wanted->u.Generic.Length;
        return TRUE;
    }
    case CmResourceTypeInterrupt:
        if (Try > Wanted->u.Interrupt.MaximumVector ||
            Wanted->u.Interrupt.MinimumVector > Wanted->u.Interrupt.MaximumVector - Try)
            return FALSE;
        Place->u.Interrupt.Level = (USHORT)(Wanted->u.Interrupt.MinimumVector + Try);
        Place->u.Interrupt.Vector = Wanted->u.Interrupt.MinimumVector + (ULONG)Try;
        Place->u.Interrupt.Affinity = (KAFFINITY)-1;
        return TRUE;
    case CmResourceTypeDma:
        if (Try > Wanted->u.Dma.MaximumChannel ||
            Wanted->u.Dma.MinimumChannel > Wanted->u.Dma.MaximumChannel - Try)
            return FALSE;
        Place->u.Dma.Channel = Wanted->u.Dma.MinimumChannel + (ULONG)Try;
        return TRUE;
    default: /* not arbitrated: handed on */
        memcpy(&Place->u.DevicePrivate, &Wanted->u.DevicePrivate, sizeof(Place->u.DevicePrivate));
        return Try == 0;
    }
}

#define PNPP_TRIES 4096u

/* Tries all places of a descriptor, the last of the list so far; claims it with those before. */
static NTSTATUS PnppPlaceOne(PNPP_CHOICE *Choice, const IO_RESOURCE_DESCRIPTOR *Wanted)
{
    CM_PARTIAL_RESOURCE_LIST *Partial = &Choice->List->List[0].PartialResourceList;
    NTSTATUS Status = STATUS_CONFLICTING_ADDRESSES;
    Partial->Count++;
    for (ULONG Try = 0; Try < PNPP_TRIES; Try++) {
        if (!PnppPlace(Wanted, Try, &Partial->PartialDescriptors[Partial->Count - 1]))
            break;
        Status = PnppClaimFor(Choice->Driver, Choice->Device, Choice->List);
        if (Status != STATUS_CONFLICTING_ADDRESSES)
            break;
    }
    if (!NT_SUCCESS(Status))
        Partial->Count--;
    return Status;
}

/* A descriptor and the alternatives behind it: the first that has a place. Returns how many there
 * are. */
static ULONG PnppPlaceAlternatives(
    PNPP_CHOICE *Choice, const IO_RESOURCE_LIST *List, ULONG First, NTSTATUS *Status)
{
    ULONG End = First + 1;
    while (End < List->Count && (List->Descriptors[End].Option & IO_RESOURCE_ALTERNATIVE))
        End++;
    *Status = STATUS_CONFLICTING_ADDRESSES;
    for (ULONG Index = First; Index < End && *Status == STATUS_CONFLICTING_ADDRESSES; Index++)
        *Status = PnppPlaceOne(Choice, &List->Descriptors[Index]);
    return End - First;
}

static NTSTATUS PnppPlaceList(PNPP_CHOICE *Choice, const IO_RESOURCE_LIST *List)
{
    NTSTATUS Status = STATUS_SUCCESS;
    Choice->List->Count = 1;
    Choice->List->List[0].InterfaceType = Choice->Requirements->InterfaceType;
    Choice->List->List[0].BusNumber = Choice->Requirements->BusNumber;
    Choice->List->List[0].PartialResourceList.Version = 1;
    Choice->List->List[0].PartialResourceList.Revision = 1;
    Choice->List->List[0].PartialResourceList.Count = 0;
    for (ULONG Index = 0; Index < List->Count && NT_SUCCESS(Status);) {
        if (List->Descriptors[Index].Type == CmResourceTypeConfigData)
            Index++;
        else
            Index += PnppPlaceAlternatives(Choice, List, Index, &Status);
    }
    return Status;
}

BOOLEAN PnppGoodRequirements(const IO_RESOURCE_REQUIREMENTS_LIST *Requirements)
{
    const UCHAR *At = (const UCHAR *)Requirements->List,
                *End = (const UCHAR *)Requirements + Requirements->ListSize;
    if (Requirements->ListSize < FIELD_OFFSET(IO_RESOURCE_REQUIREMENTS_LIST, List))
        return FALSE;
    for (ULONG Index = 0; Index < Requirements->AlternativeLists; Index++) {
        const IO_RESOURCE_LIST *List = (const IO_RESOURCE_LIST *)(const void *)At;
        if ((SIZE_T)(End - At) < FIELD_OFFSET(IO_RESOURCE_LIST, Descriptors))
            return FALSE;
        At += FIELD_OFFSET(IO_RESOURCE_LIST, Descriptors);
        if ((SIZE_T)(End - At) / sizeof(IO_RESOURCE_DESCRIPTOR) < List->Count)
            return FALSE;
        At += List->Count * sizeof(IO_RESOURCE_DESCRIPTOR);
    }
    return TRUE;
}

NTSTATUS PnppArbitrate(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Device,
    const IO_RESOURCE_REQUIREMENTS_LIST *Requirements, ULONG_PTR Site, CM_RESOURCE_LIST **Allocated)
{
    PNPP_CHOICE Choice = {.Driver = Driver, .Device = Device, .Requirements = Requirements};
    const IO_RESOURCE_LIST *List = Requirements->List;
    NTSTATUS Status = STATUS_SUCCESS;
    if (!PnppGoodRequirements(Requirements))
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < Requirements->AlternativeLists; Index++) {
        Choice.List = ExiAllocateZero(PagedPool, PNPP_LIST_BYTES(List->Count), PNPP_TAG, Site);
        if (Choice.List == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Status = PnppPlaceList(&Choice, List);
        if (NT_SUCCESS(Status)) {
            *Allocated = Choice.List;
            return STATUS_SUCCESS;
        }
        ExiFree(Choice.List);
        if (Status != STATUS_CONFLICTING_ADDRESSES)
            break;
        List = (const IO_RESOURCE_LIST *)(const void *)&List->Descriptors[List->Count];
    }
    PnppClaimFor(Driver, Device, NULL);
    return Status;
}

static NTSTATUS PnppTakeBoot(PNPP_NODE *Node)
{
    NTSTATUS Status = PnppClaim(Node, Node->Boot);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCopyResources(Node->Boot, &Node->Next);
    if (!NT_SUCCESS(Status))
        PnppClaim(Node, NULL);
    return Status;
}

void PnppTakeNext(PNPP_NODE *Node)
{
    PnppFreeResources(Node);
    Node->Allocated = Node->Next;
    Node->Translated = Node->NextTranslated;
    Node->Next = Node->NextTranslated = NULL;
    Node->Claimed = Node->Allocated != NULL;
    Node->Changed = FALSE;
}

NTSTATUS PnppAssign(PNPP_NODE *Node, const IO_RESOURCE_REQUIREMENTS_LIST *Requirements)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Requirements != NULL && Requirements->AlternativeLists != 0)
        Status = PnppArbitrate(
            Node->Pdo->DriverObject, Node->Pdo, Requirements, EX_KERNEL_SITE, &Node->Next);
    else if (Node->Boot != NULL && Node->Boot->Count != 0)
        Status = PnppTakeBoot(Node);
    if (NT_SUCCESS(Status) && Node->Next != NULL) {
        Status = PnppTranslate(Node->Next, &Node->NextTranslated);
        if (!NT_SUCCESS(Status)) {
            PnppClaim(Node, NULL);
            ExiFree(Node->Next);
            Node->Next = NULL;
        }
    }
    return Status;
}

void PnppRelinquish(PNPP_NODE *Node)
{
    if (Node->Claimed)
        PnppClaim(Node, NULL);
    Node->Claimed = FALSE;
    PnppFreeResources(Node);
}

/* ---- what is needed -------------------------------------------------------------------------- */

const IO_RESOURCE_REQUIREMENTS_LIST *PnppNeeded(const PNPP_NODE *Node)
{
    return Node->Filtered != NULL ? Node->Filtered : Node->Requirements;
}

void PnppDropFiltered(PNPP_NODE *Node)
{
    if (Node->Filtered != NULL)
        ExFreePool(Node->Filtered);
    Node->Filtered = NULL;
}

NTSTATUS PnppReadRequirements(PNPP_NODE *Node)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_RESOURCE_REQUIREMENTS};
    ULONG_PTR Information = 0;
    NTSTATUS Status = PnppSend(Node->Pdo, &Stack, STATUS_NOT_SUPPORTED, &Information);
    if (!NT_SUCCESS(Status) && Status != STATUS_NOT_SUPPORTED)
        return Status;
    if (Node->Requirements != NULL)
        ExFreePool(Node->Requirements);
    Node->Requirements = NT_SUCCESS(Status) ? (IO_RESOURCE_REQUIREMENTS_LIST *)Information : NULL;
    return STATUS_SUCCESS;
}

NTSTATUS PnppFilterRequirements(PNPP_NODE *Node)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_FILTER_RESOURCE_REQUIREMENTS};
    ULONG_PTR Information = 0;
    PnppDropFiltered(Node);
    Stack.Parameters.FilterResourceRequirements.IoResourceRequirementList = Node->Requirements;
    NTSTATUS Status = PnppSend(Node->Pdo, &Stack, STATUS_NOT_SUPPORTED, &Information);
    if (!NT_SUCCESS(Status))
        return Status == STATUS_NOT_SUPPORTED ? STATUS_SUCCESS : Status;
    if (Information != (ULONG_PTR)Node->Requirements)
        Node->Filtered = (IO_RESOURCE_REQUIREMENTS_LIST *)Information;
    return STATUS_SUCCESS;
}
