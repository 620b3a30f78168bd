/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Leak reports: pool blocks, devices, links, objects and requests that outlive their driver. */
#include "io/leak.h"

#include <string.h>

#include "dotsys/dotsys.h"
#include "io/bootcallback.h"
#include "ke/callback.h"
#include "ke/dpc.h"
#include "ke/timer.h"
#include "ob/callback.h"
#include "ob/filter.h"

#define IOP_MAX_REPORTED 32u
#define IOP_STACK_TEXT 400

const IO_LEAK_WATCH *IoLeakWatch;

typedef struct IOP_LEAKS {
    const LDR_IMAGE *Image;
    IO_LEFT *Left;
    ULONG Count;
    SIZE_T Bytes;
} IOP_LEAKS;

static BOOLEAN IopInImage(const LDR_IMAGE *Image, ULONG_PTR Address)
{
    return Address - (ULONG_PTR)Image->Base < Image->SizeOfImage;
}

const char *IopTagText(ULONG Tag, char Text[5])
{
    for (ULONG Index = 0; Index < 4; Index++) {
        UCHAR Byte = (UCHAR)(Tag >> Index * 8);
        Text[Index] = (char)(Byte >= 0x20 && Byte < 0x7F ? Byte : '.');
    }
    Text[4] = 0;
    return Text;
}

static BOOLEAN IopVisitPool(const EX_POOL_BLOCK *Block, void *Context)
{
    IOP_LEAKS *Leaks = Context;
    char Tag[5], Stack[IOP_STACK_TEXT] = "";
    if (!IopInImage(Leaks->Image, Block->Site) || Block->Tag == IOP_TAG_IRP)
        return TRUE;
    Leaks->Count++;
    Leaks->Bytes += Block->Bytes;
    if (Block->Watched) {
        Leaks->Left->Blocks++;
        *(Block->Type & PagedPool ? &Leaks->Left->PagedBytes
                                  : &Leaks->Left->NonPagedBytes) += Block->Bytes;
    }
    if (Leaks->Count > IOP_MAX_REPORTED)
        return TRUE;
    if (Block->Tag == IOP_TAG_WORK) {
        KdFinding(DOTSYS_FINDING_POOL_LEAK, Block->Site,
            "work item left behind: %p: IoFreeWorkItem before unloading", Block->Address);
        return TRUE;
    }
    if (IoLeakWatch != NULL)
        IoLeakWatch->DescribeBlock(Block->Address, Stack, sizeof(Stack));
    KdFinding(DOTSYS_FINDING_POOL_LEAK, Block->Site,
        "pool leak: %llu bytes of %s pool, tag '%s', at %p%s", (unsigned long long)Block->Bytes,
        Block->Type & PagedPool ? "paged" : "non-paged", IopTagText(Block->Tag, Tag),
        Block->Address, Stack);
    return TRUE;
}

static BOOLEAN IopVisitObject(OBJECT_HEADER *Header, void *Context)
{
    IOP_LEAKS *Leaks = Context;
    char Path[256] = "";
    UNICODE_STRING Name;
    if (!IopInImage(Leaks->Image, Header->Site) || Header->Type == IoiDeviceObjectType)
        return TRUE;
    if (NT_SUCCESS(ObiGetPath(Header->Body, &Name))) {
        RtlpToUtf8(&Name, Path, sizeof(Path));
        if (Name.Buffer != NULL)
            ExiFree(Name.Buffer);
    }
    char Type[64];
    RtlpToUtf8(&Header->Type->Name, Type, sizeof(Type));
    Leaks->Count++;
    KdFinding(Header->Type == ObpSymbolicLinkObjectType ? DOTSYS_FINDING_LINK_LEFT
                                                        : DOTSYS_FINDING_OBJECT_LEAK,
        Header->Site, "object left behind: %s %s (%lld references, %lld handles)", Type,
        Path[0] != 0 ? Path : "without a name",
        (long long)ObiCountReferences(Header->Body) - 1 /* ours */, (long long)Header->HandleCount);
    return TRUE;
}

static BOOLEAN IopVisitIrp(IRP *Irp, void *Context)
{
    IOP_LEAKS *Leaks = Context;
    IOP_PACKET *Packet = IopPacket(Irp);
    if (IopInImage(Leaks->Image, Packet->Site)) {
        Leaks->Count++;
        KdFinding(DOTSYS_FINDING_POOL_LEAK, Packet->Site,
            "IRP leak: IRP %p was allocated and never freed", (void *)Irp);
        return TRUE;
    }
    if (Irp->CurrentLocation > Irp->StackCount || Packet->Kind == IOP_DRIVER_OWNED)
        return TRUE;
    const DEVICE_OBJECT *Device = IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
    if (Device != NULL && Device->DriverObject != NULL &&
        Device->DriverObject->DriverStart == Leaks->Image->Base)
        IoiReportIrp(Irp);
    return TRUE;
}

static void IopReportDevice(DEVICE_OBJECT *Device)
{
    char Path[256] = "";
    UNICODE_STRING Name;
    if (NT_SUCCESS(ObiGetPath(Device, &Name))) {
        RtlpToUtf8(&Name, Path, sizeof(Path));
        if (Name.Buffer != NULL)
            ExiFree(Name.Buffer);
    }
    KdFinding(DOTSYS_FINDING_DEVICE_LEFT, OBJECT_TO_HEADER(Device)->Site,
        "device left behind: %s (%d references)", Path[0] != 0 ? Path : "without a name",
        (int)Device->ReferenceCount);
}

/* What would call the driver after it has gone: timers, DPCs, callbacks. It does not any more. */
static void IopReportCalls(const LDR_IMAGE *Image, IO_LEFT *Left)
{
    ULONG_PTR Base = (ULONG_PTR)Image->Base, Routine;
    KTIMER *Timer;
    KDPC *Dpc;
    while (KeTakeTimer(Base, Image->SizeOfImage, &Timer, &Routine)) {
        if (Left->Timer == 0) {
            Left->Timer = (ULONG_PTR)Timer;
            Left->Routine = Routine;
        }
        if (Timer->Period != 0)
            KdFinding(DOTSYS_FINDING_OTHER, Routine != 0 ? Routine : Base,
                "timer left behind: %p is still set, every %u ms: KeCancelTimer before unloading",
                (void *)Timer, (unsigned)Timer->Period);
        else
            KdFinding(DOTSYS_FINDING_OTHER, Routine != 0 ? Routine : Base,
                "timer left behind: %p is still set: KeCancelTimer before unloading",
                (void *)Timer);
    }
    while (KeTakeDpc(Base, Image->SizeOfImage, &Dpc, &Routine)) {
        if (Left->Timer == 0 && Left->Dpc == 0) {
            Left->Dpc = (ULONG_PTR)Dpc;
            Left->Routine = Routine;
        }
        KdFinding(DOTSYS_FINDING_OTHER, Routine,
            "DPC left behind: %p is still queued: KeRemoveQueueDpc or KeFlushQueuedDpcs before "
            "unloading",
            (void *)Dpc);
    }
    while (ObTakeCallback(Base, Image->SizeOfImage, &Routine))
        KdFinding(DOTSYS_FINDING_OTHER, Routine,
            "callback left behind: ExUnregisterCallback before unloading");
    while (IopTakeBootCallback(Base, Image->SizeOfImage, &Routine))
        KdFinding(DOTSYS_FINDING_OTHER, Routine,
            "boot driver callback left behind: IoUnregisterBootDriverCallback before unloading");
    while (ObTakeFilter(Base, Image->SizeOfImage, &Routine))
        KdFinding(DOTSYS_FINDING_OTHER, Routine,
            "callbacks left behind: ObUnRegisterCallbacks before unloading");
    while (KeTakeBugCheckCallback(Base, Image->SizeOfImage, &Routine))
        KdFinding(DOTSYS_FINDING_OTHER, Routine,
            "bugcheck callback left behind: KeDeregisterBugCheckCallback before unloading");
    const char *Setter;
    while (PsTakeNotifyRoutine(Base, Image->SizeOfImage, &Routine, &Setter))
        KdFinding(DOTSYS_FINDING_OTHER, Routine,
            "notify routine left behind: %s was not undone before unloading", Setter);
    const ULONG Threads = PsCountThreadsIn(Base, Image->SizeOfImage, &Left->Thread);
    if (Threads != 0)
        KdFinding(DOTSYS_FINDING_OTHER, Left->Thread,
            "%u thread%s left running: PsTerminateSystemThread, and KeWaitForSingleObject of the "
            "thread before unloading",
            (unsigned)Threads, Threads == 1 ? "" : "s");
    KeFlushQueuedDpcs(); /* one that runs may be the driver's */
}

static void IopReportProcesses(const LDR_IMAGE *Image)
{
    const EPROCESS *Process;
    ULONG_PTR Site;
    while ((Process = PsTakeReferencedProcess((ULONG_PTR)Image->Base, Image->SizeOfImage, &Site)) !=
        NULL) {
        char Stack[IOP_STACK_TEXT] = "";
        if (IoLeakWatch != NULL)
            IoLeakWatch->DescribeObject(Process, Stack, sizeof(Stack));
        KdFinding(DOTSYS_FINDING_OTHER, Site,
            "process object left referenced: %s (%u): ObDereferenceObject after a lookup%s",
            Process->ImageName, (unsigned)(ULONG_PTR)Process->UniqueProcessId, Stack);
    }
}

void IopReportLeaks(DRIVER_OBJECT *Driver, const LDR_IMAGE *Image, const char *Name)
{
    IO_LEFT Left = {.Image = Image};
    IOP_LEAKS Leaks = {Image, &Left, 0, 0};
    (void)Name;
    IopReportCalls(Image, &Left);
    /* No code of the driver may be reached through a device it forgot. */
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Driver->MajorFunction[Major] = IopInvalidDeviceRequest;
    Driver->FastIoDispatch = NULL;
    for (DEVICE_OBJECT *Device = Driver->DeviceObject, *Next; Device != NULL; Device = Next) {
        Next = Device->NextDevice;
        IopReportDevice(Device);
        IoDeleteDevice(Device);
    }
    IopReportClaims(Driver);
    IopReportProcesses(Image);
    IoiEnumerateIrps(IopVisitIrp, &Leaks);
    ExEnumeratePool(IopVisitPool, &Leaks);
    if (Leaks.Count > IOP_MAX_REPORTED)
        KdFinding(DOTSYS_FINDING_POOL_LEAK, (ULONG_PTR)Image->Base,
            "%u leaks in all, %llu bytes of pool", Leaks.Count, (unsigned long long)Leaks.Bytes);
    ObEnumerateObjects(IopVisitObject, &Leaks);
    if (IoLeakWatch != NULL)
        IoLeakWatch->Reported(&Left);
}
