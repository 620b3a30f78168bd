/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Driver objects: loading an image as a service and calling its entry point; unloading once no device is held open. Both run on
 * the caller's thread as the System process, the way a system worker thread would.
 */
#include <stdio.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "io/iop.h"
#include "io/leak.h"

typedef struct IOP_DRIVER {
    DRIVER_OBJECT Object; /* first: drivers see this */
    DRIVER_EXTENSION Extension;
    LDR_IMAGE *Image;
    LIST_ENTRY Link;      /* IopDriverList, under IopDatabaseLock */
    char Name[64];
    BOOLEAN Unloading;
} IOP_DRIVER;

LIST_ENTRY IopDriverList;
NTSTATUS (*IoEnsureServiceKey)(const char *Name, const char *ImageName);
NTSTATUS (*IoFindImageFile)(const UNICODE_STRING *NtPath, char *HostPath, SIZE_T HostPathBytes);
static UNICODE_STRING IopHardwareDatabase = RTL_STRING(u"\\REGISTRY\\MACHINE\\HARDWARE\\DESCRIPTION\\SYSTEM");

#define IOP_REGISTRY_PREFIX "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

/*
 * The dispatch routine of every major function a driver does not set.
 * IRQL: up to DISPATCH_LEVEL. Completes with STATUS_INVALID_DEVICE_REQUEST.
 */
NTSTATUS NTAPI IopInvalidDeviceRequest(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
}

static NTSTATUS IopCombine(const char *Prefix, const char *Name, UNICODE_STRING *Result)
{
    char Text[256];
    snprintf(Text, sizeof(Text), "%s%s", Prefix, Name);
    return RtlpFromUtf8(Text, Result) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

void IopDeleteDriver(void *Object)
{
    IOP_DRIVER *Driver = Object;
    if (Driver->Object.DriverName.Buffer != NULL)
        RtlpFree(Driver->Object.DriverName.Buffer);
    if (Driver->Extension.ServiceKeyName.Buffer != NULL)
        RtlpFree(Driver->Extension.ServiceKeyName.Buffer);
    IopFreeDriverExtensions(&Driver->Object);
    if (Driver->Image != NULL)
        LdrUnloadImage(Driver->Image);
}

/* Path: "\\Driver\\hello"; the last part is the service's name. Image NULL: a driver of the machine's own. */
static NTSTATUS IopCreateDriver(const char *Path, LDR_IMAGE *Image, PDRIVER_INITIALIZE Entry, IOP_DRIVER **Result)
{
    const char *Name = strrchr(Path, '\\') + 1;
    IOP_DRIVER *Driver;
    NTSTATUS Status = ObiCreateObject(IoiDriverObjectType, sizeof(IOP_DRIVER), EX_KERNEL_SITE, (void **)&Driver);
    if (!NT_SUCCESS(Status))
        return Status;
    DRIVER_OBJECT *Object = &Driver->Object;
    snprintf(Driver->Name, sizeof(Driver->Name), "%s", Name);
    Object->Type = IO_TYPE_DRIVER;
    Object->Size = sizeof(DRIVER_OBJECT);
    Object->Flags = Image != NULL ? DRVO_LEGACY_DRIVER : DRVO_BUILTIN_DRIVER;
    if (Image != NULL) {
        Object->DriverStart = Image->Base;
        Object->DriverSize = Image->SizeOfImage;
        Object->DriverSection = Image;
    }
    Object->DriverExtension = &Driver->Extension;
    Object->HardwareDatabase = &IopHardwareDatabase;
    Object->DriverInit = Entry;
    Driver->Extension.DriverObject = Object;
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Object->MajorFunction[Major] = IopInvalidDeviceRequest;
    Status = IopCombine("", Path, &Object->DriverName);
    if (NT_SUCCESS(Status))
        Status = IopCombine("", Name, &Driver->Extension.ServiceKeyName);
    if (NT_SUCCESS(Status))
        Status = ObiInsertName(Driver, NULL, &Object->DriverName, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Driver);
        return Status;
    }
    Driver->Image = Image; /* from here on the object's */
    *Result = Driver;
    return STATUS_SUCCESS;
}

/* Runs Routine as the System process would. The previous identity is restored also when the machine stops: it is gone then. */
typedef struct IOP_IDENTITY {
    EPROCESS *Process;
    BOOLEAN SystemThread;
    KPROCESSOR_MODE PreviousMode;
} IOP_IDENTITY;

static IOP_IDENTITY IopBecomeSystem(void)
{
    ETHREAD *Thread = PsiCurrentThread();
    IOP_IDENTITY Before = {Thread->Process, Thread->Tcb.SystemThread, Thread->Tcb.PreviousMode};
    PsiSetThreadProcess(Thread, PsiSystemProcess);
    Thread->Tcb.SystemThread = TRUE;
    Thread->Tcb.PreviousMode = KernelMode;
    return Before;
}

static void IopBecomeAgain(IOP_IDENTITY Before)
{
    ETHREAD *Thread = PsiCurrentThread();
    PsiSetThreadProcess(Thread, Before.Process);
    Thread->Tcb.SystemThread = Before.SystemThread;
    Thread->Tcb.PreviousMode = Before.PreviousMode;
}

NTSTATUS IoiRunAsSystem(NTSTATUS (*Routine)(void *Context), void *Context)
{
    IOP_IDENTITY Before = IopBecomeSystem();
    NTSTATUS Status = Routine(Context);
    IopBecomeAgain(Before);
    return Status;
}

static void IopDevicesReady(DRIVER_OBJECT *Driver)
{
    for (DEVICE_OBJECT *Device = Driver->DeviceObject; Device != NULL; Device = Device->NextDevice)
        Device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
}

NTSTATUS IoiCreateBuiltInDriver(const char *Path, PDRIVER_INITIALIZE Entry)
{
    IOP_DRIVER *Driver;
    NTSTATUS Status = IopCreateDriver(Path, NULL, Entry, &Driver);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Entry(&Driver->Object, NULL);
    IopDevicesReady(&Driver->Object);
    if (!NT_SUCCESS(Status)) {
        ObiMakeTemporary(Driver);
        ObfDereferenceObject(Driver);
    }
    return Status;
}

static NTSTATUS IopCallEntry(IOP_DRIVER *Driver)
{
    UNICODE_STRING RegistryPath;
    NTSTATUS Status = IopCombine(IOP_REGISTRY_PREFIX, Driver->Name, &RegistryPath);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_IDENTITY Before = IopBecomeSystem();
    if (IoEnsureServiceKey != NULL)
        Status = IoEnsureServiceKey(Driver->Name, Driver->Image->Name);
    if (NT_SUCCESS(Status))
        Status = Driver->Object.DriverInit(&Driver->Object, &RegistryPath);
    IopBecomeAgain(Before);
    RtlpFree(RegistryPath.Buffer);
    /* Devices made in DriverEntry are ready when it returns; later ones the driver itself declares so. */
    IopDevicesReady(&Driver->Object);
    /* A slot a driver cleared would be a call of address zero. */
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++) {
        if (Driver->Object.MajorFunction[Major] == NULL)
            Driver->Object.MajorFunction[Major] = IopInvalidDeviceRequest;
    }
    return Status;
}

/* Takes the driver out of sight and lets it go; its image is unmapped with the last reference. */
static void IopRemoveDriver(IOP_DRIVER *Driver)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    if (Driver->Link.Flink != NULL)
        RemoveEntryList(&Driver->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    IopReportLeaks(&Driver->Object, Driver->Image, Driver->Name);
    ObiMakeTemporary(Driver);
    ObfDereferenceObject(Driver);
}

static IOP_DRIVER *IopFindByName(const char *Name)
{
    IOP_DRIVER *Found = NULL;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (LIST_ENTRY *Entry = IopDriverList.Flink; Entry != &IopDriverList && Found == NULL; Entry = Entry->Flink) {
        IOP_DRIVER *Driver = CONTAINING_RECORD(Entry, IOP_DRIVER, Link);
        if (strcasecmp(Driver->Name, Name) == 0) {
            ObiReference(Driver);
            Found = Driver;
        }
    }
    KiReleaseLock(&IopDatabaseLock, Old);
    return Found;
}

NTSTATUS IoiLoadDriver(const char *Name, const char *HostPath, LDR_ERROR *Error)
{
    LDR_IMAGE *Image;
    IOP_DRIVER *Driver = IopFindByName(Name);
    if (Driver != NULL) {
        ObfDereferenceObject(Driver);
        snprintf(Error->Text, sizeof(Error->Text), "a driver named %s is running already", Name);
        return STATUS_IMAGE_ALREADY_LOADED;
    }
    NTSTATUS Status = LdrLoadImage(HostPath, &Image, Error);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Image->EntryPoint == NULL) {
        LdrUnloadImage(Image);
        snprintf(Error->Text, sizeof(Error->Text), "%s has no entry point: it is a library for other drivers", HostPath);
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    char Path[sizeof("\\Driver\\") + sizeof(Driver->Name)];
    snprintf(Path, sizeof(Path), "\\Driver\\%s", Name);
    Status = IopCreateDriver(Path, Image, (PDRIVER_INITIALIZE)(void *)Image->EntryPoint, &Driver);
    if (!NT_SUCCESS(Status)) {
        LdrUnloadImage(Image);
        snprintf(Error->Text, sizeof(Error->Text), "no driver object for %s could be made", Name);
        return Status;
    }
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    InsertTailList(&IopDriverList, &Driver->Link);
    KiReleaseLock(&IopDatabaseLock, Old);

    Status = IopCallEntry(Driver);
    LdrDiscardInit(Image);
    if (!NT_SUCCESS(Status)) {
        snprintf(Error->Text, sizeof(Error->Text), "%s: DriverEntry failed", Image->Name);
        IopRemoveDriver(Driver);
        return Status;
    }
    return STATUS_SUCCESS;
}

static BOOLEAN IopDevicesIdle(DRIVER_OBJECT *Driver)
{
    BOOLEAN Idle = TRUE;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (DEVICE_OBJECT *Device = Driver->DeviceObject; Device != NULL; Device = Device->NextDevice) {
        if (Device->ReferenceCount != 0 || Device->AttachedDevice != NULL)
            Idle = FALSE;
    }
    KiReleaseLock(&IopDatabaseLock, Old);
    return Idle;
}

void IopUnloadIfIdle(DRIVER_OBJECT *Object)
{
    IOP_DRIVER *Driver = CONTAINING_RECORD(Object, IOP_DRIVER, Object);
    if (!IopDevicesIdle(Object))
        return;
    if (__atomic_exchange_n(&Driver->Unloading, TRUE, __ATOMIC_ACQ_REL))
        return;
    IOP_IDENTITY Before = IopBecomeSystem();
    Object->DriverUnload(Object);
    IopBecomeAgain(Before);
    IopRemoveDriver(Driver);
}

NTSTATUS IoiUnloadDriver(const char *Name, LDR_ERROR *Error)
{
    IOP_DRIVER *Driver = IopFindByName(Name);
    if (Driver == NULL) {
        snprintf(Error->Text, sizeof(Error->Text), "no driver named %s is running", Name);
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    NTSTATUS Status = STATUS_SUCCESS;
    if (Driver->Object.DriverUnload == NULL) {
        snprintf(Error->Text, sizeof(Error->Text), "%s has no DriverUnload routine: it cannot be stopped", Name);
        Status = STATUS_INVALID_DEVICE_REQUEST;
    } else {
        /* New opens fail from now on; the last handle that closes unloads. */
        KIRQL Old = KiAcquireLock(&IopDatabaseLock);
        for (DEVICE_OBJECT *Device = Driver->Object.DeviceObject; Device != NULL; Device = Device->NextDevice)
            IopDeviceExtension(Device)->ExtensionFlags |= DOE_UNLOAD_PENDING;
        KiReleaseLock(&IopDatabaseLock, Old);
        IopUnloadIfIdle(&Driver->Object);
        if (!Driver->Unloading) {
            snprintf(Error->Text, sizeof(Error->Text), "%s is in use: it stops when its last handle is closed", Name);
            Status = STATUS_PENDING;
        }
    }
    ObfDereferenceObject(Driver);
    return Status;
}

DRIVER_OBJECT *IoiFindDriver(ULONG_PTR Address)
{
    for (LIST_ENTRY *Entry = IopDriverList.Flink; Entry != &IopDriverList; Entry = Entry->Flink) {
        IOP_DRIVER *Driver = CONTAINING_RECORD(Entry, IOP_DRIVER, Link);
        if (Address - (ULONG_PTR)Driver->Object.DriverStart < Driver->Object.DriverSize)
            return &Driver->Object;
    }
    return NULL;
}

void IoiUnloadAll(void)
{
    LDR_ERROR Error;
    /* Newest first; one that cannot be stopped is reported and stays for IoTerminate. */
    LIST_ENTRY *Entry = IopDriverList.Blink;
    while (Entry != &IopDriverList) {
        IOP_DRIVER *Driver = CONTAINING_RECORD(Entry, IOP_DRIVER, Link);
        Entry = Entry->Blink;
        char Name[sizeof(Driver->Name)];
        memcpy(Name, Driver->Name, sizeof(Name));
        NTSTATUS Status = IoiUnloadDriver(Name, &Error);
        if (Status == STATUS_PENDING)
            KdFinding(DOTSYS_FINDING_DRIVER_NOT_UNLOADED, 0, "%s", Error.Text);
    }
}
