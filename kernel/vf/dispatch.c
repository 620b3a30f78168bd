/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The way of requests through verified drivers, which io reports for every driver (IO_VERIFIER):
 * what a dispatch routine did with its request, and whether it and completion routines leave thread
 * and request as they must.
 *
 * A call of a verified driver's dispatch routine is on record while it runs, found by its IRP:
 * passing the IRP down and completing it, on whatever thread, is noted there, so that the IRP need
 * not be looked at when the routine has returned. A bucket's lock guards its records; with all of
 * them taken, a call goes unverified.
 */
#include <string.h>

#include "kd/kd.h"
#include "vf/ddi.h"
#include "vf/poison.h"
#include "vf/sent.h"

#define VFP_BUCKETS 128u
#define VFP_BUCKET_CALLS 16u

typedef struct VFP_CALL {
    IRP *Irp;                       /* NULL: free */
    const IO_STACK_LOCATION *Stack;
    const KTHREAD *Thread;
    ULONG_PTR Frame;                /* on the thread's stack */
    CCHAR Location;
    UCHAR Holder;                   /* enum VFP_HOLDER */
    BOOLEAN Pending;                /* VFP_COMPLETED: it was marked pending */
    NTSTATUS Status;                /* VFP_COMPLETED: with this */
} VFP_CALL;

typedef struct VFP_BUCKET {
    KSPIN_LOCK Lock;
    VFP_CALL Call[VFP_BUCKET_CALLS];
} VFP_BUCKET;

static VFP_BUCKET VfpBuckets[VFP_BUCKETS];

static VFP_BUCKET *VfpBucketOf(const IRP *Irp)
{
    return &VfpBuckets[((ULONG_PTR)Irp >> 6 ^ (ULONG_PTR)Irp >> 12) % VFP_BUCKETS];
}

/* A free record, or one of this thread whose call an exception has ended. Under the lock. */
static VFP_CALL *VfpFreeCall(VFP_BUCKET *Bucket, ULONG_PTR Frame)
{
    for (ULONG Index = 0; Index < VFP_BUCKET_CALLS; Index++) {
        VFP_CALL *Call = &Bucket->Call[Index];
        if (Call->Irp == NULL || (Call->Thread == KiCurrentThread() && Call->Frame <= Frame))
            return Call;
    }
    return NULL;
}

static VFP_CALL *VfpBeginCall(IRP *Irp, ULONG_PTR Frame)
{
    VFP_BUCKET *Bucket = VfpBucketOf(Irp);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    VFP_CALL *Call = VfpFreeCall(Bucket, Frame);
    if (Call != NULL) {
        *Call = (VFP_CALL){.Irp = Irp,
            .Stack = IoGetCurrentIrpStackLocation(Irp),
            .Thread = KiCurrentThread(),
            .Frame = Frame,
            .Location = Irp->CurrentLocation,
            .Holder = VFP_HELD};
    }
    KiReleaseLock(&Bucket->Lock, Old);
    return Call;
}

/* Ends a call's record and returns what it says; of a request that is still around, whether it is
 * marked pending. */
static VFP_CALL VfpEndCall(VFP_CALL *Call)
{
    VFP_BUCKET *Bucket = VfpBucketOf(Call->Irp);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    VFP_CALL Result = *Call;
    if (Result.Holder == VFP_HELD)
        Result.Pending = (Result.Stack->Control & SL_PENDING_RETURNED) != 0;
    Call->Irp = NULL;
    KiReleaseLock(&Bucket->Lock, Old);
    return Result;
}

enum VFP_HOLDER VfpHolderOf(const IRP *Irp)
{
    enum VFP_HOLDER Holder = VFP_COMPLETED;
    VFP_BUCKET *Bucket = VfpBucketOf(Irp);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    for (ULONG Index = 0; Index < VFP_BUCKET_CALLS; Index++) {
        const VFP_CALL *Call = &Bucket->Call[Index];
        /* A driver that gave the request on with its own location is at the same one. */
        if (Call->Irp == Irp && Call->Location == Irp->CurrentLocation &&
            Call->Holder != VFP_COMPLETED && Holder != VFP_HELD)
            Holder = Call->Holder;
    }
    KiReleaseLock(&Bucket->Lock, Old);
    return Holder;
}

IRP *VfpRequestOfThread(void)
{
    const KTHREAD *Thread = KiCurrentThread();
    IRP *Found = NULL;
    for (ULONG Bucket = 0; Bucket < VFP_BUCKETS && Found == NULL; Bucket++) {
        KIRQL Old = KiAcquireLock(&VfpBuckets[Bucket].Lock);
        for (ULONG Index = 0; Index < VFP_BUCKET_CALLS; Index++) {
            const VFP_CALL *Call = &VfpBuckets[Bucket].Call[Index];
            if (Call->Irp != NULL && Call->Thread == Thread && Call->Holder == VFP_HELD &&
                Call->Irp->RequestorMode == UserMode)
                Found = Call->Irp;
        }
        KiReleaseLock(&VfpBuckets[Bucket].Lock, Old);
    }
    return Found;
}

/* ---- what io reports ------------------------------------------------------------------------- */

/* The request is on its way to another driver. */
static void VfpHandDown(const IRP *Irp)
{
    VFP_BUCKET *Bucket = VfpBucketOf(Irp);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    for (ULONG Index = 0; Index < VFP_BUCKET_CALLS; Index++) {
        VFP_CALL *Call = &Bucket->Call[Index];
        if (Call->Irp == Irp && Call->Holder != VFP_COMPLETED)
            Call->Holder = VFP_PASSED;
    }
    KiReleaseLock(&Bucket->Lock, Old);
}

static BOOLEAN NTAPI VfpUnwind(IRP *Irp)
{
    if (!VfIsOn(VF_IO))
        return TRUE;
    const BOOLEAN Marked = (IoGetCurrentIrpStackLocation(Irp)->Control & SL_PENDING_RETURNED) != 0;
    const BOOLEAN Holds = VfpSentCount != 0 && VfpReachesSender(Irp);
    VFP_BUCKET *Bucket = VfpBucketOf(Irp);
    if (VfIsOn(VF_MDL_STACK | VF_MDL_DRIVER))
        VfpInvariantUp(Irp);
    if (VfIsOn(VF_IRP_LOGGING))
        KdLogCompletion(Irp);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    for (ULONG Index = 0; Index < VFP_BUCKET_CALLS; Index++) {
        VFP_CALL *Call = &Bucket->Call[Index];
        if (Call->Irp != Irp || Call->Holder == VFP_COMPLETED)
            continue;
        if (Call->Location == Irp->CurrentLocation) {
            /* To a driver that gave the request on with its own location it is one that the driver
             * below has pended. */
            Call->Pending = Marked || (Holds && Call->Holder == VFP_PASSED);
            Call->Holder = VFP_COMPLETED;
            Call->Status = Irp->IoStatus.Status;
        } else if (Call->Location == Irp->CurrentLocation + 1) {
            Call->Holder = VFP_BACK; /* before its completion routine runs, which may wake it */
        }
    }
    KiReleaseLock(&Bucket->Lock, Old);
    if (Holds)
        VfpHoldBack(Irp);
    return !Holds;
}

/* ---- rules of dispatch routines -------------------------------------------------------------- */

static void VfpCheckDevice(PDRIVER_DISPATCH Routine, const DEVICE_OBJECT *Device, IRP *Irp)
{
    const ULONG Both = DO_BUFFERED_IO | DO_DIRECT_IO;
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    if ((Device->Flags & Both) == Both)
        VfpStopIo(
            0x245, Routine, Irp, Device, "a device has both DO_BUFFERED_IO and DO_DIRECT_IO set");
    if (Stack->MajorFunction == IRP_MJ_PNP && Stack->MinorFunction == IRP_MN_START_DEVICE &&
        (Device->Flags & DO_DEVICE_INITIALIZING))
        VfpStopIo(0x243, Routine, Irp, Device,
            "AddDevice left DO_DEVICE_INITIALIZING set in the device it made");
}

/* The thread is as it was. */
static void VfpCheckThread(
    PDRIVER_DISPATCH Routine, const DEVICE_OBJECT *Device, UCHAR Major, KIRQL Irql, LONG ApcDisable)
{
    if (KiGetIrql() != Irql)
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x05, (ULONG_PTR)Device, Irql, KiGetIrql(),
            (ULONG_PTR)Routine,
            "the dispatch routine for major function 0x%02x was called at IRQL %u and returned at "
            "IRQL %u",
            Major, Irql, KiGetIrql());
    if (VfpApcDisable() != ApcDisable)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xC5, (ULONG_PTR)Routine,
            (ULONG_PTR)(LONG_PTR)VfpApcDisable(), (ULONG_PTR)(LONG_PTR)ApcDisable,
            (ULONG_PTR)Routine,
            "the dispatch routine for major function 0x%02x changed the count of critical regions "
            "from %d to %d",
            Major, (int)ApcDisable, (int)VfpApcDisable());
}

/* The status fits what was done with the request. */
static void VfpCheckReturn(PDRIVER_DISPATCH Routine, const DEVICE_OBJECT *Device, UCHAR Major,
    const VFP_CALL *Call, NTSTATUS Status)
{
    const BOOLEAN Told = Call->Holder == VFP_HELD || Call->Holder == VFP_COMPLETED;
    if (Status == -1)
        VfpStopIo(0x225, Routine, Call->Irp, Device,
            "the dispatch routine for major function 0x%02x returned 0xffffffff", Major);
    if (Told && Status == STATUS_PENDING && !Call->Pending)
        VfpStopIo(0x23D, Routine, Call->Irp, Device,
            "the dispatch routine for major function 0x%02x returned STATUS_PENDING and did not "
            "call IoMarkIrpPending",
            Major);
    if (Told && Status != STATUS_PENDING && Call->Pending)
        VfpStopIo(0x23E, Routine, Call->Irp, Device,
            "the dispatch routine for major function 0x%02x marked its IRP pending and returned "
            "0x%08x",
            Major, (unsigned)Status);
    if (Call->Holder == VFP_COMPLETED && Status != STATUS_PENDING && Status != Call->Status)
        VfpStopIo(0x224, Routine, Call->Irp, Device,
            "the dispatch routine for major function 0x%02x returned 0x%08x for an IRP that was "
            "completed with 0x%08x",
            Major, (unsigned)Status, (unsigned)Call->Status);
    if ((Call->Holder == VFP_HELD || Call->Holder == VFP_BACK) && Status != STATUS_PENDING)
        VfpStopIo(0x226, Routine, Call->Irp, Device,
            "the dispatch routine for major function 0x%02x returned 0x%08x without completing its "
            "IRP, passing it down or "
            "returning STATUS_PENDING",
            Major, (unsigned)Status);
}

static inline __attribute__((always_inline)) NTSTATUS VfpCallRoutine(
    PDRIVER_DISPATCH Routine, DEVICE_OBJECT *Device, IRP *Irp)
{
    if (VfIsOn(VF_SECURITY))
        VfpPoisonStack();
    return Routine(Device, Irp);
}

/* Without I/O verification. */
static NTSTATUS VfpCallByRules(PDRIVER_DISPATCH Routine, DEVICE_OBJECT *Device, IRP *Irp)
{
    VFP_ENTRY Entry;
    VfpNoteEntry(&Entry);
    NTSTATUS Status = VfpCallRoutine(Routine, Device, Irp);
    VfpCheckEntry(&Entry, Routine);
    return Status;
}

static NTSTATUS VfpCallVerified(PDRIVER_DISPATCH Routine, DEVICE_OBJECT *Device, IRP *Irp)
{
    const UCHAR Major = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;
    const KIRQL Irql = KiGetIrql();
    const LONG ApcDisable = VfpApcDisable();
    const ULONG_PTR Frame = (ULONG_PTR)__builtin_frame_address(0);
    VFP_ENTRY Entry;

    VfpCheckDevice(Routine, Device, Irp);
    if (VfIsOn(VF_DDI_MORE))
        VfpNoteEntry(&Entry);
    VFP_CALL *Call = VfpBeginCall(Irp, Frame);
    NTSTATUS Status = VfpCallRoutine(Routine, Device, Irp);
    VfpCheckThread(Routine, Device, Major, Irql, ApcDisable);
    if (VfIsOn(VF_DDI_MORE))
        VfpCheckEntry(&Entry, Routine);
    if (VfpSentCount != 0) {
        VfpCheckLeftStack(Routine, Frame);
        VfpLetGoOn();
    }
    if (Call != NULL) {
        const VFP_CALL Result = VfpEndCall(Call);
        VfpCheckReturn(Routine, Device, Major, &Result, Status);
    }
    return Status;
}

static NTSTATUS NTAPI VfpDispatch(PDRIVER_DISPATCH Routine, DEVICE_OBJECT *Device, IRP *Irp)
{
    if (!VfIsOn(VF_IO))
        return VfIsVerifiedCode((ULONG_PTR)Routine) ? VfpCallByRules(Routine, Device, Irp)
                                                    : Routine(Device, Irp);
    VfpHandDown(Irp);
    if (VfIsOn(VF_MDL_STACK | VF_MDL_DRIVER))
        VfpInvariantDown(Irp, Device);
    if (!VfIsVerifiedCode((ULONG_PTR)Routine))
        return Routine(Device, Irp);
    if (VfIsOn(VF_IRP_LOGGING))
        KdLogRequest(Irp, Device);
    return VfpCallVerified(Routine, Device, Irp);
}

/* ---- rules of completion routines ------------------------------------------------------------ */

static NTSTATUS NTAPI VfpComplete(
    PIO_COMPLETION_ROUTINE Routine, DEVICE_OBJECT *Device, IRP *Irp, void *Context)
{
    if (!VfIsOn(VF_IO) || !VfIsVerifiedCode((ULONG_PTR)Routine))
        return Routine(Device, Irp, Context);

    const KIRQL Irql = KiGetIrql();
    const LONG ApcDisable = VfpApcDisable();
    const BOOLEAN Pending = Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount;
    NTSTATUS Status = Routine(Device, Irp, Context);
    if (KiGetIrql() != Irql)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xFA, (ULONG_PTR)Routine, Irql, KiGetIrql(),
            (ULONG_PTR)Routine,
            "a completion routine was called at IRQL %u and returned at IRQL %u", Irql,
            KiGetIrql());
    if (VfpApcDisable() != ApcDisable)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xFB, (ULONG_PTR)Routine,
            (ULONG_PTR)(LONG_PTR)VfpApcDisable(), (ULONG_PTR)(LONG_PTR)ApcDisable,
            (ULONG_PTR)Routine,
            "a completion routine changed the count of critical regions from %d to %d",
            (int)ApcDisable, (int)VfpApcDisable());
    if (Status != STATUS_MORE_PROCESSING_REQUIRED && Pending &&
        !(IoGetCurrentIrpStackLocation(Irp)->Control & SL_PENDING_RETURNED))
        VfpStopIo(0x228, Routine, Irp, Device,
            "a completion routine let an IRP go on that the driver below had pended, and did not "
            "call IoMarkIrpPending");
    return Status;
}

/* ---- cancelling ------------------------------------------------------------------------------ */

#define VFP_CANCEL_MS 1000u /* what a thread's requests are given by IoiRundownThread */

static void VfpOverdue(IRP *Irp)
{
    const DEVICE_OBJECT *Device = Irp->CurrentLocation <= Irp->StackCount
        ? IoGetCurrentIrpStackLocation(Irp)->DeviceObject
        : NULL;
    if (!VfIsOn(VF_IO) || !Irp->Cancel || Device == NULL)
        return;
    ULONG_PTR Routine = (ULONG_PTR)Device->DriverObject
                            ->MajorFunction[IoGetCurrentIrpStackLocation(Irp)->MajorFunction];
    if (VfIsVerifiedCode(Routine))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x135, (ULONG_PTR)Irp, VFP_CANCEL_MS, 0, Routine,
            "an IRP of major function 0x%02x was cancelled, and its driver did not complete it",
            IoGetCurrentIrpStackLocation(Irp)->MajorFunction);
}

static const IO_VERIFIER VfpVerifier = {
    VfpDispatch, VfpUnwind, VfpComplete, VfpOverdue, VfpAddFilter, VfpStressDevice, VfpShuffle};

const IO_VERIFIER *VfpRequestVerifier(void)
{
    const IO_VERIFIER *Verifier = VfIsOn(VF_IO | VF_SECURITY | VF_DDI | VF_DDI_MORE) ? &VfpVerifier
                                                                                     : NULL;
    if (Verifier != NULL)
        memset(VfpBuckets, 0, sizeof(VfpBuckets));
    VfpPrepareFilters();
    VfpPrepareSent();
    VfpPrepareInvariant();
    KdResetRequests();
    return Verifier;
}
