/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Taking requests back: by file, and when a thread ends. IRPs are cancelled under the thread's
 * IrpLock only in the sense of being picked; the cancel routine runs without it. An IRP picked is
 * kept from being freed by the lock's list: whoever finishes it must first take it off.
 */
#include "dotsys/dotsys.h"
#include "io/iop.h"
#include "services.h"

#define IOP_CANCEL_PAUSE_100NS (-10000LL) /* 1 ms between looks, as NT looks every 10 ms */
/* a second for drivers to let go of a thread's requests */
#define IOP_RUNDOWN_LOOKS 1000

typedef struct IOP_MATCH {
    const FILE_OBJECT *File;         /* NULL: any */
    const IO_STATUS_BLOCK *IoStatus; /* NULL: any */
    BOOLEAN Synchronous;             /* only those their thread waits for */
} IOP_MATCH;

/*
 * Cancels each listed IRP of Thread that Match accepts; returns how many are still listed.
 * IoCancelIrp may complete the IRP, which takes IrpLock: so one IRP is picked at a time, and marked
 * by Cancel so as not to be picked again.
 */
static ULONG IopCancelMatching(ETHREAD *Thread, const IOP_MATCH *Match, BOOLEAN *Found)
{
    ULONG Left, Picks = 0, Budget = 0;
    for (;;) {
        IRP *Picked = NULL;
        Left = 0;
        KIRQL Old = KiAcquireLock(&Thread->IrpLock);
        IopPublishIrp(Thread);
        for (LIST_ENTRY *Entry = Thread->IrpList.Flink; Entry != &Thread->IrpList;
             Entry = Entry->Flink) {
            IRP *Irp = CONTAINING_RECORD(Entry, IRP, ThreadListEntry);
            if ((Match->File != NULL && Irp->Tail.Overlay.OriginalFileObject != Match->File) ||
                (Match->IoStatus != NULL && Irp->UserIosb != Match->IoStatus) ||
                (Match->Synchronous && !(Irp->Flags & IRP_SYNCHRONOUS_API)))
                continue;
            Left++;
            if (!Irp->Cancel && Picked == NULL)
                Picked = Irp;
        }
        /* No more than there were at first: a thread that keeps sending requests must not keep us
         * here. */
        if (Picks == 0)
            Budget = Left;
        if (Picked != NULL && Picks++ < Budget) {
            *Found = TRUE;
            __atomic_store_n(&Picked->Cancel, TRUE, __ATOMIC_SEQ_CST); /* as in IoCancelIrp */
            /* Off the list it could not be finished by another thread meanwhile; on it, finishing
             * waits for IrpLock. */
            KIRQL CancelIrql;
            IoAcquireCancelSpinLock(&CancelIrql);
            PDRIVER_CANCEL Routine = (PDRIVER_CANCEL)__atomic_exchange_n(
                &Picked->CancelRoutine, NULL, __ATOMIC_ACQ_REL);
            KiReleaseLock(&Thread->IrpLock, DISPATCH_LEVEL);
            if (Routine == NULL) {
                IoReleaseCancelSpinLock(Old);
            } else {
                Picked->CancelIrql = Old;
                Routine(IoGetCurrentIrpStackLocation(Picked)->DeviceObject, Picked);
            }
            continue;
        }
        KiReleaseLock(&Thread->IrpLock, Old);
        return Left;
    }
}

void IoiCancelThread(ETHREAD *Thread)
{
    const IOP_MATCH Match = {0};
    BOOLEAN Found;
    IopCancelMatching(Thread, &Match, &Found);
}

/* Waits until none of the matching requests is listed any more; at most Looks looks, 0: for
 * ever. */
static BOOLEAN IopWaitCancelled(ETHREAD *Thread, const FILE_OBJECT *File, ULONG Looks)
{
    const IOP_MATCH Match = {.File = File};
    BOOLEAN Found;
    for (ULONG Look = 0; IopCancelMatching(Thread, &Match, &Found) != 0; Look++) {
        LARGE_INTEGER Interval = {.QuadPart = IOP_CANCEL_PAUSE_100NS};
        if (Looks != 0 && Look == Looks)
            return FALSE;
        KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    }
    return TRUE;
}

/*
 * NtCancelIoFile - cancel the calling thread's requests on a file and wait for them to end.
 * Returns: SUCCESS also when there were none. Source: DOC CancelIo; the service is what it calls.
 */
NTSTATUS NTAPI NtCancelIoFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    IO_STATUS_BLOCK Block = {.Status = STATUS_SUCCESS};
    FILE_OBJECT *File;
    NTSTATUS Status = IopReferenceFile(FileHandle, &File, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    IopWaitCancelled(PsiCurrentThread(), File, 0);
    ObfDereferenceObject(File);
    return ObiWriteStatusBlock(IoStatusBlock, &Block, Mode);
}

/*
 * NtCancelIoFileEx - cancel the process's requests on a file, or the one with IoRequestToCancel as
 * its status block; does not wait.
 * Returns: SUCCESS; NOT_FOUND: there were none. Source: DOC CancelIoEx.
 */
NTSTATUS NTAPI NtCancelIoFileEx(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoRequestToCancel, IO_STATUS_BLOCK *IoStatusBlock)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    FILE_OBJECT *File;
    BOOLEAN Found = FALSE;
    NTSTATUS Status = IopReferenceFile(FileHandle, &File, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    const IOP_MATCH Match = {.File = File, .IoStatus = IoRequestToCancel};
    for (ETHREAD *Thread = PsiNextThread(PsGetCurrentProcess(), NULL), *Next; Thread != NULL;
         Thread = Next) {
        IopCancelMatching(Thread, &Match, &Found);
        Next = PsiNextThread(PsGetCurrentProcess(), Thread);
        ObfDereferenceObject(Thread);
    }
    ObfDereferenceObject(File);
    IO_STATUS_BLOCK Block = {.Status = Found ? STATUS_SUCCESS : STATUS_NOT_FOUND};
    Status = ObiWriteStatusBlock(IoStatusBlock, &Block, Mode);
    return NT_SUCCESS(Status) ? Block.Status : Status;
}

/*
 * NtCancelSynchronousIoFile - cancel the requests a thread waits for within a service, or the one
 * with IoRequestToCancel as its status block; does not wait.
 * Returns: SUCCESS; NOT_FOUND: there were none; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 * ACCESS_DENIED: no THREAD_TERMINATE.
 * Source: DOC CancelSynchronousIo.
 */
NTSTATUS NTAPI NtCancelSynchronousIoFile(
    HANDLE ThreadHandle, IO_STATUS_BLOCK *IoRequestToCancel, IO_STATUS_BLOCK *IoStatusBlock)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    const IOP_MATCH Match = {.IoStatus = IoRequestToCancel, .Synchronous = TRUE};
    ETHREAD *Thread;
    BOOLEAN Found = FALSE;
    NTSTATUS Status = ObReferenceObjectByHandle(
        ThreadHandle, THREAD_TERMINATE, PsThreadObjectType, Mode, (void **)&Thread, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    IopCancelMatching(Thread, &Match, &Found);
    ObfDereferenceObject(Thread);
    IO_STATUS_BLOCK Block = {.Status = Found ? STATUS_SUCCESS : STATUS_NOT_FOUND};
    Status = ObiWriteStatusBlock(IoStatusBlock, &Block, Mode);
    return NT_SUCCESS(Status) ? Block.Status : Status;
}

void IoiReportIrp(IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = Irp->CurrentLocation <= Irp->StackCount
        ? IoGetCurrentIrpStackLocation(Irp)
        : NULL;
    if (Stack == NULL || Stack->DeviceObject == NULL)
        return;
    DRIVER_OBJECT *Driver = Stack->DeviceObject->DriverObject;
    KdFinding(DOTSYS_FINDING_IRP_NOT_COMPLETED,
        (ULONG_PTR)Driver->MajorFunction[Stack->MajorFunction] + 1,
        "IRP not completed: IRP %p, major function 0x%02x, control code 0x%08x is still held by "
        "the driver%s",
        (void *)Irp, Stack->MajorFunction,
        Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL
            ? Stack->Parameters.DeviceIoControl.IoControlCode
            : 0,
        Irp->Cancel ? (Irp->CancelRoutine == NULL ? " after it was cancelled" : "") : "");
}

/* A thread that ends cancels its requests; those a driver keeps all the same are reported and let
 * go of. */
void IoiRundownThread(ETHREAD *Thread)
{
    if (IsListEmpty(&Thread->IrpList) || IopWaitCancelled(Thread, NULL, IOP_RUNDOWN_LOOKS))
        return;
    for (;;) {
        KIRQL Old = KiAcquireLock(&Thread->IrpLock);
        if (IsListEmpty(&Thread->IrpList)) {
            KiReleaseLock(&Thread->IrpLock, Old);
            return;
        }
        IRP *Irp = CONTAINING_RECORD(Thread->IrpList.Flink, IRP, ThreadListEntry);
        RemoveEntryList(&Irp->ThreadListEntry);
        IopPacket(Irp)->Listed = IOP_UNLISTED;
        KiReleaseLock(&Thread->IrpLock, Old);
        if (IoVerifier != NULL)
            IoVerifier->Overdue(Irp);
        IoiReportIrp(Irp);
    }
}
