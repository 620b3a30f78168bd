/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The last requests of each device, for the report of a crash and whoever asks: kept while the
 * verifier's irp_logging is on, in the form the report has them in. One lock guards all; collecting
 * takes none. With no device left to be added, the one whose last request is the oldest goes.
 */
#include <stdarg.h>
#include <stdio.h>

#include "kd/crashp.h"
#include "kd/kd.h"
#include "rtl/status.h"

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
    KdpReadName((ULONG_PTR)&OBJECT_TO_HEADER((DEVICE_OBJECT *)(ULONG_PTR)Device)->Name, Log->Name,
        sizeof(Log->Name));
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
    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL ||
        Stack->MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL ||
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
static ULONG KdpCopyRequests(KD_DEVICE_LOG *Logs, ULONG Room)
{
    ULONG Count = 0;
    for (ULONG Index = 0; Index < KD_CRASH_DEVICES && Count < Room; Index++) {
        const KD_DEVICE_LOG *Log = &KdpDevices[Index];
        const ULONG Kept = Log->Count < KD_CRASH_REQUESTS ? Log->Count : KD_CRASH_REQUESTS;
        if (Log->Count == 0)
            continue;
        KD_DEVICE_LOG *Known = &Logs[Count++];
        *Known = *Log;
        for (ULONG Place = 0; Place < Kept; Place++)
            Known->Request[Place] = Log->Request[(Log->Count - Kept + Place) % KD_CRASH_REQUESTS];
    }
    return Count;
}

void KdpCollectRequestLog(KD_CRASH *Crash)
{
    Crash->DeviceLogCount = KdpCopyRequests(Crash->DeviceLog, KD_CRASH_DEVICES);
}

ULONG KdListRequests(KD_DEVICE_LOG *Logs, ULONG Room)
{
    KIRQL Old = KiAcquireLock(&KdpRequestLock);
    const ULONG Count = KdpCopyRequests(Logs, Room);
    KiReleaseLock(&KdpRequestLock, Old);
    return Count;
}

/* Appends to a text of KD_REQUEST_TEXT bytes; what has no room is left out. */
static __attribute__((format(printf, 2, 3))) void KdpAppend(char *Text, const char *Format, ...)
{
    const SIZE_T Length = strlen(Text);
    va_list Arguments;
    va_start(Arguments, Format);
    vsnprintf(Text + Length, KD_REQUEST_TEXT - Length, Format, Arguments);
    va_end(Arguments);
}

void KdDescribeRequest(
    const KD_LOGGED_REQUEST *Request, ULONG64 Now100ns, char Text[KD_REQUEST_TEXT])
{
    const ULONG64 Age = Now100ns > Request->Time100ns ? (Now100ns - Request->Time100ns) / 10 : 0;
    const char *Minor = KdMinorName(Request->Major, Request->Minor),
               *Status = RtlpStatusName((NTSTATUS)Request->Status);
    Text[0] = 0;
    KdpAppend(Text, "-%llu.%06llu  IRP 0x%llx  thread %u  IRP_MJ_%s",
        (unsigned long long)(Age / 1000000), (unsigned long long)(Age % 1000000),
        (unsigned long long)Request->Irp, Request->ThreadNumber, KdMajorName(Request->Major));
    if (Minor[0] != 0)
        KdpAppend(Text, " IRP_MN_%s", Minor);
    else if (Request->Minor != 0)
        KdpAppend(Text, " minor 0x%02x", Request->Minor);
    if (Request->ControlCode != 0)
        KdpAppend(Text, " 0x%08X", Request->ControlCode);
    if (Request->InputBytes != 0 || Request->OutputBytes != 0)
        KdpAppend(Text, ", %u bytes in, %u out", Request->InputBytes, Request->OutputBytes);
    if (Request->Completed)
        KdpAppend(Text, " -> 0x%08X%s%s, information 0x%llx", Request->Status,
            Status != NULL ? " " : "", Status != NULL ? Status : "",
            (unsigned long long)Request->Information);
    else
        KdpAppend(Text, " -> not completed");
}
