/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * procevt_classic.c - the procevt driver with the defects such drivers had in print. Never ship it.
 *
 * Device \Device\ProcEvt, \\.\ProcEvt, as drivers/procevt; its client with the event works with it,
 * as long as nothing goes wrong. Defects:
 *
 * 1. The notify routine sets the handle's event whether there is one or not. If a process starts
 *    between open and IOCTL_SET_EVENT_HANDLE, must be reported: a null dereference in KeSetEvent,
 *    called by ClassicNotify at that line; a bugcheck that leaves the host alone.
 * 2. What PsLookupProcessByProcessId referenced is never dereferenced. Must be reported: process
 *    objects with references of the driver's left at unload.
 * 3. There is no lock around the lists. Must be reported under the concurrency checker: a data
 * race,
 *    with the stacks of ClassicNotify and of ClassicControl, ClassicCreate or ClassicClose.
 * 4. The notify routine does not look whether it got memory. Must be reported under low-resources
 *    simulation: a null dereference in ClassicNotify.
 */
#include <ntifs.h>

#include "../../../drivers/procevt/procevt.h"

#define CLASSIC_TAG 'vEcP'

NTKERNELAPI PCHAR NTAPI PsGetProcessImageFileName(PEPROCESS Process);

/*
 * Microsoft's import library makes of ExEventObjectType a pointer to the kernel's variable.
 * mingw-w64's has the variable itself, under the same declaration.
 */
#ifdef __MINGW64_VERSION_MAJOR
#define CLASSIC_EVENT_TYPE ((POBJECT_TYPE)(PVOID)ExEventObjectType)
#else
#define CLASSIC_EVENT_TYPE (*ExEventObjectType)
#endif

typedef struct CLASSIC_NODE {
    LIST_ENTRY Link;
    PROCEVT_ENTRY Entry;
} CLASSIC_NODE;

typedef struct CLASSIC_CONTEXT {
    LIST_ENTRY Link;
    LIST_ENTRY Queue;
    PKEVENT Event;
} CLASSIC_CONTEXT;

static LIST_ENTRY ClassicContexts;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD ClassicUnload;
static DRIVER_DISPATCH ClassicCreate;
static DRIVER_DISPATCH ClassicClose;
static DRIVER_DISPATCH ClassicControl;

static NTSTATUS ClassicComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID ClassicCopyName(HANDLE ProcessId, CHAR *Name)
{
    PEPROCESS Process;

    if (NT_SUCCESS(PsLookupProcessByProcessId(ProcessId, &Process)))
        RtlCopyMemory(Name, PsGetProcessImageFileName(Process), PROCEVT_NAME_BYTES - 1);
    /* defect 2: ObDereferenceObject(Process) is missing */
}

static VOID NTAPI ClassicNotify(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create)
{
    LIST_ENTRY *Link;

    /* defect 3 */
    for (Link = ClassicContexts.Flink; Link != &ClassicContexts; Link = Link->Flink) {
        CLASSIC_CONTEXT *Context = CONTAINING_RECORD(Link, CLASSIC_CONTEXT, Link);
        CLASSIC_NODE *Node = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Node), CLASSIC_TAG);
        LARGE_INTEGER Time;

        RtlZeroMemory(&Node->Entry, sizeof(Node->Entry)); /* defect 4 */
        KeQuerySystemTime(&Time);
        Node->Entry.Size = sizeof(Node->Entry);
        Node->Entry.Kind = Create ? PROCEVT_CREATED : PROCEVT_EXITED;
        Node->Entry.ProcessId = HandleToUlong(ProcessId);
        Node->Entry.ParentId = HandleToUlong(ParentId);
        Node->Entry.Time = (ULONG64)Time.QuadPart;
        ClassicCopyName(ProcessId, Node->Entry.ProcessName);
        ClassicCopyName(ParentId, Node->Entry.ParentName);
        InsertTailList(&Context->Queue, &Node->Link);
        KeSetEvent(Context->Event, IO_NO_INCREMENT, FALSE); /* defect 1 */
    }
}

static NTSTATUS NTAPI ClassicCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    CLASSIC_CONTEXT *Context;

    UNREFERENCED_PARAMETER(DeviceObject);
    Context = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Context), CLASSIC_TAG);
    if (Context == NULL)
        return ClassicComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    Context->Event = NULL;
    InitializeListHead(&Context->Queue);
    IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = Context;
    InsertTailList(&ClassicContexts, &Context->Link); /* defect 3 */
    return ClassicComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI ClassicClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    CLASSIC_CONTEXT *Context = IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;

    UNREFERENCED_PARAMETER(DeviceObject);
    RemoveEntryList(&Context->Link); /* defect 3 */
    while (!IsListEmpty(&Context->Queue)) {
        LIST_ENTRY *Link = RemoveHeadList(&Context->Queue);

        ExFreePoolWithTag(CONTAINING_RECORD(Link, CLASSIC_NODE, Link), CLASSIC_TAG);
    }
    if (Context->Event != NULL)
        ObDereferenceObject(Context->Event);
    ExFreePoolWithTag(Context, CLASSIC_TAG);
    return ClassicComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS ClassicSetEvent(CLASSIC_CONTEXT *Context, const PROCEVT_EVENT *Input)
{
    PVOID Event;
    NTSTATUS Status;

    Status = ObReferenceObjectByHandle((HANDLE)(ULONG_PTR)Input->Handle, EVENT_MODIFY_STATE,
                                       CLASSIC_EVENT_TYPE, UserMode, &Event, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Context->Event != NULL)
        ObDereferenceObject(Context->Event);
    Context->Event = Event;
    return STATUS_SUCCESS;
}

static NTSTATUS ClassicGetEntry(CLASSIC_CONTEXT *Context, VOID *Buffer, ULONG_PTR *Information)
{
    CLASSIC_NODE *Node;

    if (IsListEmpty(&Context->Queue)) /* defect 3 */
        return STATUS_SUCCESS;
    Node = CONTAINING_RECORD(RemoveHeadList(&Context->Queue), CLASSIC_NODE, Link);
    RtlCopyMemory(Buffer, &Node->Entry, sizeof(Node->Entry));
    *Information = sizeof(Node->Entry);
    ExFreePoolWithTag(Node, CLASSIC_TAG);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI ClassicControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    CLASSIC_CONTEXT *Context = Stack->FileObject->FsContext;
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR Information = 0;
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_SET_EVENT_HANDLE) {
        Status = STATUS_INVALID_PARAMETER;
        if (Stack->Parameters.DeviceIoControl.InputBufferLength == sizeof(PROCEVT_EVENT))
            Status = ClassicSetEvent(Context, Buffer);
    } else if (Stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_GET_PROCESS_ENTRY) {
        Status = STATUS_BUFFER_TOO_SMALL;
        if (Stack->Parameters.DeviceIoControl.OutputBufferLength >= sizeof(PROCEVT_ENTRY))
            Status = ClassicGetEntry(Context, Buffer, &Information);
    }
    return ClassicComplete(Irp, Status, Information);
}

static VOID NTAPI ClassicUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    PsSetCreateProcessNotifyRoutine(ClassicNotify, TRUE);
    RtlInitUnicodeString(&LinkName, PROCEVT_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&ClassicContexts);
    RtlInitUnicodeString(&DeviceName, PROCEVT_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, PROCEVT_LINK_NAME);
    Status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE,
                            &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        goto DeleteDevice;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = ClassicCreate;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = ClassicClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = ClassicControl;
    DriverObject->DriverUnload = ClassicUnload;
    Status = PsSetCreateProcessNotifyRoutine(ClassicNotify, FALSE);
    if (!NT_SUCCESS(Status))
        goto DeleteLink;
    return STATUS_SUCCESS;

DeleteLink:
    IoDeleteSymbolicLink(&LinkName);
DeleteDevice:
    IoDeleteDevice(DeviceObject);
    return Status;
}
