/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * partner.c - the driver's side of tests about waiting and completion: see partner.h for what it
 * does. Reads wait in a cancel-safe queue.
 */
#include <ntddk.h>

#include "partner.h"
#include "blocks.h"
#include "registers.h"

#define PARTNER_TAG 'traP'

typedef VOID NTAPI PARTNER_NORMAL(PVOID Context, PVOID First, PVOID Second);
typedef VOID NTAPI PARTNER_KERNEL(PKAPC Apc, PARTNER_NORMAL **Normal, PVOID *Context, PVOID *First,
                                  PVOID *Second);
typedef VOID NTAPI PARTNER_RUNDOWN(PKAPC Apc);

/* In every Windows' kernel, and in no header of the kit. */
NTKERNELAPI VOID NTAPI KeInitializeApc(PKAPC Apc, PKTHREAD Thread, int Environment,
                                       PARTNER_KERNEL *Kernel, PARTNER_RUNDOWN *Rundown,
                                       PARTNER_NORMAL *Normal, KPROCESSOR_MODE Mode, PVOID Context);
NTKERNELAPI BOOLEAN NTAPI KeInsertQueueApc(PKAPC Apc, PVOID First, PVOID Second,
                                           KPRIORITY Increment);

NTKERNELAPI NTSTATUS NTAPI PsWrapApcWow64Thread(PVOID *Context, PVOID *Routine);

#if defined(__i386__)
#define PARTNER_IMPORT(Name) "__imp__" #Name
#else
#define PARTNER_IMPORT(Name) "__imp_" #Name
#endif

/* As a driver's import table has them, whatever the headers declare: pointers to the variables. */
extern POBJECT_TYPE *const PartnerEventType __asm__(PARTNER_IMPORT(ExEventObjectType));
extern POBJECT_TYPE *const PartnerSemaphoreType __asm__(PARTNER_IMPORT(ExSemaphoreObjectType));
extern POBJECT_TYPE *const PartnerThreadType __asm__(PARTNER_IMPORT(PsThreadType));

DRIVER_INITIALIZE DriverEntry;

static IO_CSQ PartnerQueue;
static LIST_ENTRY PartnerReads;
static KSPIN_LOCK PartnerLock;
static LONG PartnerNumber;

static NTSTATUS PartnerEnd(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI PartnerInsert(PIO_CSQ Queue, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Queue);
    InsertTailList(&PartnerReads, &Irp->Tail.Overlay.ListEntry);
}

static VOID NTAPI PartnerRemove(PIO_CSQ Queue, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Queue);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

/* The first behind Irp; Context: of that file only, NULL: of any. */
static PIRP NTAPI PartnerPeek(PIO_CSQ Queue, PIRP Irp, PVOID Context)
{
    PLIST_ENTRY Next = Irp == NULL ? PartnerReads.Flink : Irp->Tail.Overlay.ListEntry.Flink;

    UNREFERENCED_PARAMETER(Queue);
    for (; Next != &PartnerReads; Next = Next->Flink) {
        PIRP Found = CONTAINING_RECORD(Next, IRP, Tail.Overlay.ListEntry);

        if (Context == NULL || IoGetCurrentIrpStackLocation(Found)->FileObject == Context)
            return Found;
    }
    return NULL;
}

static VOID NTAPI PartnerAcquire(PIO_CSQ Queue, PKIRQL Irql)
{
    UNREFERENCED_PARAMETER(Queue);
    KeAcquireSpinLock(&PartnerLock, Irql);
}

static VOID NTAPI PartnerRelease(PIO_CSQ Queue, KIRQL Irql)
{
    UNREFERENCED_PARAMETER(Queue);
    KeReleaseSpinLock(&PartnerLock, Irql);
}

static VOID NTAPI PartnerCancelled(PIO_CSQ Queue, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Queue);
    PartnerEnd(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI PartnerOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return PartnerEnd(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI PartnerCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIRP Read;

    UNREFERENCED_PARAMETER(DeviceObject);
    while ((Read = IoCsqRemoveNextIrp(&PartnerQueue,
                                      IoGetCurrentIrpStackLocation(Irp)->FileObject)) != NULL)
        PartnerEnd(Read, STATUS_CANCELLED, 0);
    return PartnerEnd(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI PartnerRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length < sizeof(LONG))
        return PartnerEnd(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    *(LONG *)Irp->AssociatedIrp.SystemBuffer = InterlockedIncrement(&PartnerNumber);
    IoCsqInsertIrp(&PartnerQueue, Irp, NULL);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI PartnerWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    ULONG Length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;

    UNREFERENCED_PARAMETER(DeviceObject);
    return Length == 0 ? PartnerEnd(Irp, STATUS_INVALID_PARAMETER, 0)
                       : PartnerEnd(Irp, STATUS_SUCCESS, Length);
}

static ULONG PartnerCompleteReads(const PARTNER_COMPLETE *Wanted)
{
    ULONG Done = 0;
    PIRP Irp;

    while (Done < Wanted->Count && (Irp = IoCsqRemoveNextIrp(&PartnerQueue, NULL)) != NULL) {
        PartnerEnd(Irp, Wanted->Status, NT_SUCCESS(Wanted->Status) ? sizeof(LONG) : 0);
        Done++;
    }
    return Done;
}

static NTSTATUS PartnerSignal(ULONG Code, HANDLE Handle)
{
    PVOID Object;
    NTSTATUS Status;

    if (Code == PARTNER_SET_EVENT) {
        Status = ObReferenceObjectByHandle(Handle, EVENT_MODIFY_STATE, *PartnerEventType, UserMode,
                                           &Object, NULL);
        if (NT_SUCCESS(Status))
            KeSetEvent(Object, IO_NO_INCREMENT, FALSE);
    } else if (Code == PARTNER_RELEASE_SEMAPHORE) {
        Status = ObReferenceObjectByHandle(Handle, SEMAPHORE_MODIFY_STATE, *PartnerSemaphoreType,
                                           UserMode, &Object, NULL);
        if (NT_SUCCESS(Status))
            KeReleaseSemaphore(Object, IO_NO_INCREMENT, 1, FALSE);
    } else {
        Status = ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, UserMode, &Object, NULL);
        if (!NT_SUCCESS(Status))
            return Status;
        Status = KeWaitForSingleObject(Object, UserRequest, UserMode, TRUE, NULL);
        ObDereferenceObject(Object);
        return Status;
    }
    if (NT_SUCCESS(Status))
        ObDereferenceObject(Object);
    return Status;
}

static VOID NTAPI PartnerFreeApc(PKAPC Apc)
{
    ExFreePoolWithTag(Apc, PARTNER_TAG);
}

static VOID NTAPI PartnerApcKernel(PKAPC Apc, PARTNER_NORMAL **Normal, PVOID *Context, PVOID *First,
                                   PVOID *Second)
{
    UNREFERENCED_PARAMETER(Normal);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
    PartnerFreeApc(Apc);
}

static NTSTATUS PartnerQueueApc(const PARTNER_APC *Wanted)
{
    PKAPC Apc = ExAllocatePoolWithTag(NonPagedPool, sizeof(KAPC), PARTNER_TAG);

    if (Apc == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeApc(Apc, KeGetCurrentThread(), 0, PartnerApcKernel, PartnerFreeApc,
                    (PARTNER_NORMAL *)Wanted->Routine, UserMode, Wanted->Context);
    if (KeInsertQueueApc(Apc, (PVOID)1, (PVOID)2, IO_NO_INCREMENT))
        return STATUS_SUCCESS;
    PartnerFreeApc(Apc);
    return STATUS_UNSUCCESSFUL;
}

typedef struct PARTNER_VISIT {
    KAPC Apc;
    KEVENT Done;
} PARTNER_VISIT;

static VOID NTAPI PartnerVisit(PKAPC Apc, PARTNER_NORMAL **Normal, PVOID *Context, PVOID *First,
                               PVOID *Second)
{
    UNREFERENCED_PARAMETER(Normal);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
    KeSetEvent(&CONTAINING_RECORD(Apc, PARTNER_VISIT, Apc)->Done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS PartnerKernelApc(HANDLE Thread)
{
    PARTNER_VISIT Visit;
    PVOID Object;
    NTSTATUS Status = ObReferenceObjectByHandle(
        Thread, THREAD_SET_CONTEXT, *PartnerThreadType, UserMode, &Object, NULL);

    if (!NT_SUCCESS(Status))
        return Status;
    KeInitializeEvent(&Visit.Done, NotificationEvent, FALSE);
    KeInitializeApc(&Visit.Apc, Object, 0, PartnerVisit, NULL, NULL, KernelMode, NULL);
    if (KeInsertQueueApc(&Visit.Apc, NULL, NULL, IO_NO_INCREMENT))
        KeWaitForSingleObject(&Visit.Done, Executive, KernelMode, FALSE, NULL);
    else
        Status = STATUS_UNSUCCESSFUL;
    ObDereferenceObject(Object);
    return Status;
}

/* The pointers a request brings; those of a 32-bit program are shorter, its handles signed. FALSE:
 * it brings fewer. */
static BOOLEAN PartnerTake(PIRP Irp, ULONG Length, ULONG Count, BOOLEAN Handles, PVOID *Pointers)
{
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;

#ifdef _WIN64
    if (IoIs32bitProcess(Irp)) {
        for (ULONG Index = 0; Index < Count && Length >= Count * sizeof(ULONG); Index++)
            Pointers[Index] = Handles ? (PVOID)(LONG_PTR)((LONG *)Buffer)[Index]
                                      : (PVOID)(ULONG_PTR)((ULONG *)Buffer)[Index];
        return Length >= Count * sizeof(ULONG);
    }
#else
    UNREFERENCED_PARAMETER(Handles);
#endif
    if (Length < Count * sizeof(PVOID))
        return FALSE;
    RtlCopyMemory(Pointers, Buffer, Count * sizeof(PVOID));
    return TRUE;
}

static NTSTATUS NTAPI PartnerControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    ULONG Length = Stack->Parameters.DeviceIoControl.InputBufferLength;
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    PARTNER_OBJECT Object;
    PARTNER_APC Apc;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    switch (Code) {
    case PARTNER_COMPLETE_READS:
        if (Length < sizeof(PARTNER_COMPLETE) ||
            Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG))
            break;
        *(ULONG *)Buffer = PartnerCompleteReads(Buffer);
        return PartnerEnd(Irp, STATUS_SUCCESS, sizeof(ULONG));
    case PARTNER_SET_EVENT:
    case PARTNER_RELEASE_SEMAPHORE:
    case PARTNER_WAIT:
        if (!PartnerTake(Irp, Length, 1, TRUE, &Object.Handle))
            break;
        return PartnerEnd(Irp, PartnerSignal(Code, Object.Handle), 0);
    case PARTNER_QUEUE_APC:
        if (!PartnerTake(Irp, Length, 2, FALSE, (PVOID *)&Apc))
            break;
#ifdef _WIN64
        if (IoIs32bitProcess(Irp))
            PsWrapApcWow64Thread(&Apc.Context, &Apc.Routine);
#endif
        return PartnerEnd(Irp, PartnerQueueApc(&Apc), 0);
    case PARTNER_KERNEL_APC:
        if (!PartnerTake(Irp, Length, 1, TRUE, &Object.Handle))
            break;
        return PartnerEnd(Irp, PartnerKernelApc(Object.Handle), 0);
    case PARTNER_GET_REGISTERS:
    case PARTNER_SET_REGISTERS:
        if (Length < sizeof(PARTNER_REGISTERS) ||
            Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(PARTNER_REGISTERS))
            break;
        Status = PartnerExchange(Code == PARTNER_SET_REGISTERS,
                                 (HANDLE)(LONG_PTR)((PARTNER_REGISTERS *)Buffer)->Handle, Buffer);
        return PartnerEnd(Irp, Status, NT_SUCCESS(Status) ? sizeof(PARTNER_REGISTERS) : 0);
    case PARTNER_READ_BLOCKS:
        if (Length < sizeof(ULONG) ||
            Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(PARTNER_BLOCKS))
            break;
        return PartnerEnd(
            Irp, PartnerReadBlocks(*(ULONG *)Buffer != 0, Buffer), sizeof(PARTNER_BLOCKS));
    default:
        return PartnerEnd(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    return PartnerEnd(Irp, STATUS_INVALID_PARAMETER, 0);
}

static VOID NTAPI PartnerUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\DosDevices\\Partner");

    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\Partner");
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\DosDevices\\Partner");
    PDEVICE_OBJECT Device;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&PartnerReads);
    KeInitializeSpinLock(&PartnerLock);
    IoCsqInitialize(&PartnerQueue, PartnerInsert, PartnerRemove, PartnerPeek, PartnerAcquire,
                    PartnerRelease, PartnerCancelled);
    Status = IoCreateDevice(DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Device->Flags |= DO_BUFFERED_IO;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = PartnerOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = PartnerCleanup;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = PartnerOpenClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = PartnerRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = PartnerWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = PartnerControl;
    DriverObject->DriverUnload = PartnerUnload;
    return STATUS_SUCCESS;
}
