/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The last requests of each device, for the report of a crash: kept while the verifier's irp_logging is on, in the form the report has
 * them in. One lock guards all; collecting takes none. With no device left to be added, the one whose last request is the oldest goes.
 */
#include "kd/crashp.h"
#include "kd/kd.h"

static KSPIN_LOCK KdpRequestLock;
static KD_DEVICE_LOG KdpDevices[KD_CRASH_DEVICES];

void KdResetRequests(void)
{
    KdpRequestLock = 0;
    memset(KdpDevices, 0, sizeof(KdpDevices));
}

static KD_DEVICE_LOG *KdpFindDeviceLocked(const DEVICE_OBJECT *Device)
{
    for (ULONG Index = 0; Index < KD_CRASH_DEVICES; Index++) {
        if (KdpDevices[Index].Device == (ULONG_PTR)Device)
            return &KdpDevices[Index];
    }
    return NULL;
}

static ULONG64 KdpLastTime(const KD_DEVICE_LOG *Log)
{
    return Log->Count != 0 ? Log->Request[(Log->Count - 1) % KD_CRASH_REQUESTS].Time100ns : 0;
}

static KD_DEVICE_LOG *KdpNewDeviceLocked(const DEVICE_OBJECT *Device)
{
    KD_DEVICE_LOG *Log = &KdpDevices[0];
    for (ULONG Index = 1; Index < KD_CRASH_DEVICES; Index++) {
        if (KdpLastTime(&KdpDevices[Index]) < KdpLastTime(Log))
            Log = &KdpDevices[Index];
    }
    memset(Log, 0, sizeof(*Log));
    Log->Device = (ULONG_PTR)Device;
    KdpReadName((ULONG_PTR)&Device->DriverObject->DriverName, Log->Driver, sizeof(Log->Driver));
    KdpReadName((ULONG_PTR)&OBJECT_TO_HEADER((DEVICE_OBJECT *)(ULONG_PTR)Device)->Name, Log->Name, sizeof(Log->Name));
    return Log;
}

void KdLogRequest(IRP *Irp, const DEVICE_OBJECT *Device)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    KD_LOGGED_REQUEST Request = {.Time100ns = host_clock_utc(),
        .Irp = (ULONG_PTR)Irp,
        .ThreadNumber = (ULONG)(ULONG_PTR)PsGetCurrentThreadId(),
        .Major = Stack->MajorFunction,
        .Minor = Stack->MinorFunction,
        .Mode = (UCHAR)Irp->RequestorMode};
    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL || Stack->MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL ||
        Stack->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL) {
        Request.ControlCode = Stack->Parameters.DeviceIoControl.IoControlCode;
        Request.InputBytes = Stack->Parameters.DeviceIoControl.InputBufferLength;
        Request.OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    } else if (Stack->MajorFunction == IRP_MJ_READ) {
        Request.OutputBytes = Stack->Parameters.Read.Length;
    } else if (Stack->MajorFunction == IRP_MJ_WRITE) {
        Request.InputBytes = Stack->Parameters.Write.Length;
    }
    KIRQL Old = KiAcquireLock(&KdpRequestLock);
    KD_DEVICE_LOG *Log = KdpFindDeviceLocked(Device);
    if (Log == NULL)
        Log = KdpNewDeviceLocked(Device);
    Log->Request[Log->Count++ % KD_CRASH_REQUESTS] = Request;
    KiReleaseLock(&KdpRequestLock, Old);
}

void KdLogCompletion(IRP *Irp)
{
    const DEVICE_OBJECT *Device = IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
    KIRQL Old = KiAcquireLock(&KdpRequestLock);
    KD_DEVICE_LOG *Log = Device != NULL ? KdpFindDeviceLocked(Device) : NULL;
    for (ULONG Index = 0; Log != NULL && Index < KD_CRASH_REQUESTS && Index < Log->Count; Index++) {
        KD_LOGGED_REQUEST *Request = &Log->Request[(Log->Count - 1 - Index) % KD_CRASH_REQUESTS];
        if (Request->Irp != (ULONG_PTR)Irp || Request->Completed)
            continue;
        Request->Completed = 1;
        Request->Status = (ULONG)Irp->IoStatus.Status;
        Request->Information = Irp->IoStatus.Information;
        break;
    }
    KiReleaseLock(&KdpRequestLock, Old);
}

/* Oldest first, as they are shown. */
void KdpCollectRequestLog(KD_CRASH *Crash)
{
    for (ULONG Index = 0; Index < KD_CRASH_DEVICES; Index++) {
        const KD_DEVICE_LOG *Log = &KdpDevices[Index];
        const ULONG Kept = Log->Count < KD_CRASH_REQUESTS ? Log->Count : KD_CRASH_REQUESTS;
        if (Log->Count == 0)
            continue;
        KD_DEVICE_LOG *Known = &Crash->DeviceLog[Crash->DeviceLogCount++];
        *Known = *Log;
        for (ULONG Place = 0; Place < Kept; Place++)
            Known->Request[Place] = Log->Request[(Log->Count - Kept + Place) % KD_CRASH_REQUESTS];
    }
}
