/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The requests a crash is about: those the bugcheck's parameters name, the one the thread is in,
 * and others it issued. What is read may be damaged or freed already. The stack locations of an IRP
 * tell its way: those above the current one it has been through.
 */
#include <string.h>

#include "io/iop.h"
#include "kd/bugcodes.h"

/*
 * Whether an address is that of an IRP, and whether it has been freed: one of io's own, or one that
 * a driver has made in other memory. The type alone does not tell an IRP from a thread, whose
 * dispatcher header begins with the same number.
 */
static BOOLEAN KdpIsIrp(ULONG64 Address, KD_CRASH_IRP *Irp)
{
    EX_POOL_PLACE Place;
    IRP Copy;
    if (!KdpRead(&Copy, Address, sizeof(Copy)) || !ExFindPoolPlace((ULONG_PTR)Address, &Place))
        return FALSE;
    if (Place.Block.Tag == IOP_TAG_IRP &&
        Address == (ULONG_PTR) & ((IOP_PACKET *)Place.Block.Address)->Irp) {
        Irp->Freed = Place.Freed;
        return TRUE;
    }
    return Copy.Type == IO_TYPE_IRP && !Place.Freed && Copy.StackCount > 0 &&
        Copy.CurrentLocation > 0 && Copy.CurrentLocation <= Copy.StackCount + 2 &&
        Copy.Size >= IoSizeOfIrp(Copy.StackCount) &&
        Address + Copy.Size <= (ULONG_PTR)Place.Block.Address + Place.Block.Bytes;
}

static void KdpCollectLocation(const IO_STACK_LOCATION *Stack, KD_CRASH_LOCATION *Location)
{
    DEVICE_OBJECT Device;
    OBJECT_HEADER Header;
    Location->Major = Stack->MajorFunction;
    Location->Minor = Stack->MinorFunction;
    Location->Flags = Stack->Flags;
    Location->Control = Stack->Control;
    Location->Device = (ULONG_PTR)Stack->DeviceObject;
    Location->File = (ULONG_PTR)Stack->FileObject;
    Location->Routine = (ULONG_PTR)Stack->CompletionRoutine;
    Location->Context = (ULONG_PTR)Stack->Context;
    Location->Arguments[0] = (ULONG_PTR)Stack->Parameters.Others.Argument1;
    Location->Arguments[1] = (ULONG_PTR)Stack->Parameters.Others.Argument2;
    Location->Arguments[2] = (ULONG_PTR)Stack->Parameters.Others.Argument3;
    Location->Arguments[3] = (ULONG_PTR)Stack->Parameters.Others.Argument4;
    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL ||
        Stack->MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL ||
        Stack->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL)
        Location->ControlCode = Stack->Parameters.DeviceIoControl.IoControlCode;
    if (Stack->DeviceObject == NULL ||
        !KdpRead(&Device, (ULONG_PTR)Stack->DeviceObject, sizeof(Device)) ||
        Device.Type != IO_TYPE_DEVICE)
        return;
    if (KdpRead(&Header, (ULONG_PTR)OBJECT_TO_HEADER(Stack->DeviceObject), sizeof(Header)))
        KdpReadName((ULONG_PTR)&OBJECT_TO_HEADER(Stack->DeviceObject)->Name, Location->DeviceName,
            sizeof(Location->DeviceName));
    if (Device.DriverObject != NULL)
        KdpReadName((ULONG_PTR)&Device.DriverObject->DriverName, Location->Driver,
            sizeof(Location->Driver));
}

static void KdpCollectIrp(KD_CRASH *Crash, ULONG64 Address, ULONG Parameter)
{
    KD_CRASH_IRP *Known = &Crash->Irp[Crash->IrpCount];
    IO_STACK_LOCATION Stack;
    IOP_PACKET Packet;
    FILE_OBJECT *File = NULL;

    for (ULONG Index = 0; Index < Crash->IrpCount; Index++) {
        if (Crash->Irp[Index].Address == Address)
            return;
    }
    if (Crash->IrpCount == KD_CRASH_IRPS || !KdpIsIrp(Address, Known) ||
        !KdpRead(&Packet.Irp, Address, sizeof(IRP)))
        return;
    Known->Address = Address;
    Known->Parameter = Parameter;
    Known->StackCount = Packet.Irp.StackCount;
    Known->Current = Packet.Irp.CurrentLocation;
    Known->Mode = (UCHAR)Packet.Irp.RequestorMode;
    Known->Cancelled = Packet.Irp.Cancel;
    Known->Status = (ULONG)Packet.Irp.IoStatus.Status;
    Known->Information = Packet.Irp.IoStatus.Information;
    Known->Pending = Packet.Irp.PendingReturned;
    Known->Thread = (ULONG_PTR)Packet.Irp.Tail.Overlay.Thread;
    Known->Mdl = (ULONG_PTR)Packet.Irp.MdlAddress;
    Known->SystemBuffer = (ULONG_PTR)Packet.Irp.AssociatedIrp.SystemBuffer;
    Known->UserBuffer = (ULONG_PTR)Packet.Irp.UserBuffer;
    Known->CancelRoutine = (ULONG_PTR)Packet.Irp.CancelRoutine;
    if ((Packet.Irp.AllocationFlags & IOP_HAS_PACKET) &&
        KdpRead(&Packet, (ULONG_PTR)CONTAINING_RECORD((ULONG_PTR)Address, IOP_PACKET, Irp),
            offsetof(IOP_PACKET, Irp)))
        Known->Site = Packet.Site;
    for (LONG Index = 0; Index < Known->StackCount && Index < KD_CRASH_LOCATIONS; Index++) {
        if (!KdpRead(&Stack, Address + sizeof(IRP) + (ULONG64)Index * sizeof(Stack), sizeof(Stack)))
            break;
        KdpCollectLocation(&Stack, &Known->Location[Known->LocationCount++]);
        if (Stack.FileObject != NULL)
            File = Stack.FileObject;
    }
    if (File != NULL)
        KdpReadName(
            (ULONG_PTR)File + offsetof(FILE_OBJECT, FileName), Known->File, sizeof(Known->File));
    Crash->IrpCount++;
}

void KdpCollectIrps(KD_CRASH *Crash)
{
    const ULONG64 Head = Crash->Thread + offsetof(ETHREAD, IrpList);
    LIST_ENTRY Link;
    IRP *Current;

    for (ULONG Index = 0; Index < 4; Index++) {
        const UCHAR Kind = KdpParameterKind(Crash->Code, Crash->Parameter, Index);
        if (Kind == KDP_IRP || Kind == KDP_NOTHING)
            KdpCollectIrp(Crash, Crash->Parameter[Index], Index + 1);
    }
    if (Crash->Thread == 0)
        return;
    if (KdpRead(&Current, Crash->Thread + offsetof(ETHREAD, CurrentIrp), sizeof(Current)) &&
        Current != NULL)
        KdpCollectIrp(Crash, (ULONG_PTR)Current, 0);
    for (ULONG64 At = Head; Crash->IrpCount < KD_CRASH_IRPS && KdpRead(&Link, At, sizeof(Link));
         At = (ULONG_PTR)Link.Flink) {
        if ((ULONG_PTR)Link.Flink == Head || Link.Flink == NULL || (ULONG_PTR)Link.Flink == At)
            break;
        KdpCollectIrp(Crash, (ULONG_PTR)CONTAINING_RECORD(Link.Flink, IRP, ThreadListEntry), 0);
    }
}
