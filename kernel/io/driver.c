/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Driver objects: loading an image as a service and calling its entry point; unloading once no
 * device is held open. Both run on the caller's thread as the System process, the way a system
 * worker thread would.
 */
#include <stdio.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "io/iop.h"
#include "io/leak.h"
#include "io/sysinfo.h"

typedef struct IOP_DRIVER {
    DRIVER_OBJECT Object; /* first: drivers see this */
    DRIVER_EXTENSION Extension;
    LDR_IMAGE *Image;
    void *Section;        /* what DriverSection was at first; NULL: none */
    LIST_ENTRY Link;      /* IopDriverList, under IopDatabaseLock */
    char Name[IOP_SERVICE_NAME_BYTES]; /* for reports */
    BOOLEAN Started;   /* DriverEntry has succeeded */
    BOOLEAN Stopping;  /* to be unloaded when nobody has its devices open */
    BOOLEAN Unloading;
} IOP_DRIVER;

LIST_ENTRY IopDriverList;
void (*IoDriverRemoved)(const UNICODE_STRING *Name);
NTSTATUS (*IoFindImageFile)(const UNICODE_STRING *NtPath, char *HostPath, SIZE_T HostPathBytes);
void (*IoDriverLeaving)(void);
NTSTATUS (*IoDriverStarted)(DRIVER_OBJECT *Driver, BOOLEAN ByHand, LDR_ERROR *Error);
NTSTATUS (*IoDriverStopping)(DRIVER_OBJECT *Driver, LDR_ERROR *Error);
void (*IoDriverGone)(DRIVER_OBJECT *Driver);
static UNICODE_STRING IopHardwareDatabase = RTL_STRING(
    u"\\REGISTRY\\MACHINE\\HARDWARE\\DESCRIPTION\\SYSTEM");

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

static NTSTATUS IopCopyName(const UNICODE_STRING *From, UNICODE_STRING *To)
{
    WCHAR *Buffer = RtlpAllocate(From->Length + sizeof(WCHAR), EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Buffer, From->Buffer, From->Length);
    Buffer[From->Length / sizeof(WCHAR)] = 0;
    *To = (UNICODE_STRING){From->Length, (USHORT)(From->Length + sizeof(WCHAR)), Buffer};
    return STATUS_SUCCESS;
}

void IopDeleteDriver(void *Object)
{
    IOP_DRIVER *Driver = Object;
    if (Driver->Object.DriverName.Buffer != NULL)
        RtlpFree(Driver->Object.DriverName.Buffer);
    if (Driver->Extension.ServiceKeyName.Buffer != NULL)
        RtlpFree(Driver->Extension.ServiceKeyName.Buffer);
    IopFreeDriverExtensions(&Driver->Object);
    if (Driver->Section != NULL)
        IopLeaveModule(Driver->Section);
    if (Driver->Image != NULL)
        LdrUnloadImage(Driver->Image);
}

/* Path: "\\Driver\\hello"; Name: the service's. Image NULL: a driver of the machine's own. */
static NTSTATUS IopCreateDriver(const UNICODE_STRING *Path, const UNICODE_STRING *Name,
    LDR_IMAGE *Image, PDRIVER_INITIALIZE Entry, IOP_DRIVER **Result)
{
    IOP_DRIVER *Driver;
    NTSTATUS Status = ObiCreateObject(
        IoiDriverObjectType, sizeof(IOP_DRIVER), EX_KERNEL_SITE, (void **)&Driver);
    if (!NT_SUCCESS(Status))
        return Status;
    DRIVER_OBJECT *Object = &Driver->Object;
    RtlpToUtf8(Name, Driver->Name, sizeof(Driver->Name));
    Object->Type = IO_TYPE_DRIVER;
    Object->Size = sizeof(DRIVER_OBJECT);
    Object->Flags = Image != NULL ? DRVO_LEGACY_DRIVER : DRVO_BUILTIN_DRIVER;
    if (Image != NULL) {
        Object->DriverStart = Image->Base;
        Object->DriverSize = Image->SizeOfImage;
        Status = IopEnterModule(Image, &Driver->Section);
        Object->DriverSection = Driver->Section;
    }
    Object->DriverExtension = &Driver->Extension;
    Object->HardwareDatabase = &IopHardwareDatabase;
    Object->DriverInit = Entry;
    Driver->Extension.DriverObject = Object;
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Object->MajorFunction[Major] = IopInvalidDeviceRequest;
    if (NT_SUCCESS(Status))
        Status = IopCopyName(Path, &Object->DriverName);
    if (NT_SUCCESS(Status))
        Status = IopCopyName(Name, &Driver->Extension.ServiceKeyName);
    if (NT_SUCCESS(Status))
        Status = ObiInsertName(
            Driver, NULL, &Object->DriverName, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Driver);
        return Status;
    }
    Driver->Image = Image; /* from here on the object's */
    *Result = Driver;
    return STATUS_SUCCESS;
}

/* Runs Routine as the System process would. The previous identity is restored also when the machine
 * stops: it is gone then. */
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
    UNICODE_STRING Full, Name;
    IOP_DRIVER *Driver;
    if (!RtlpFromUtf8(Path, &Full))
        return STATUS_INSUFFICIENT_RESOURCES;
    IopLastPart(&Full, &Name);
    NTSTATUS Status = IopCreateDriver(&Full, &Name, NULL, Entry, &Driver);
    RtlpFree(Full.Buffer);
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

/*
 * IoCreateDriver - a driver object of its own for an entry routine that is in a driver that runs.
 *
 * DriverName: its full path, or NULL: \Driver\ and a number. The routine gets no registry path.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; what the routine returns, the name's statuses, INSUFFICIENT_RESOURCES: there is
 * no such driver then.
 * Owner:   the caller; IoDeleteDriver.
 * Source:  INF from its name and the use drivers make of it; OBS tests/kernel/io/IoCreateDriver.c
 */
NTSTATUS NTAPI IoCreateDriver(UNICODE_STRING *DriverName, PDRIVER_INITIALIZE InitializationFunction)
{
    static _Atomic ULONG Number;
    WCHAR Text[32];
    UNICODE_STRING Generated = {0, sizeof(Text), Text}, Name;
    IOP_DRIVER *Driver;
    if (DriverName == NULL) {
        char Ascii[sizeof(Text) / sizeof(WCHAR)];
        int Length = snprintf(Ascii, sizeof(Ascii), "\\Driver\\%08u", (unsigned)++Number);
        for (int Index = 0; Index < Length; Index++)
            Text[Index] = (WCHAR)Ascii[Index];
        Generated.Length = (USHORT)(Length * (int)sizeof(WCHAR));
        DriverName = &Generated;
    }
    IopLastPart(DriverName, &Name);
    NTSTATUS Status = IopCreateDriver(DriverName, &Name, NULL, InitializationFunction, &Driver);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = InitializationFunction(&Driver->Object, NULL);
    IopDevicesReady(&Driver->Object);
    if (!NT_SUCCESS(Status))
        IoDeleteDriver(&Driver->Object);
    return Status;
}

/* IoDeleteDriver - undo that; the object goes with its last reference. IRQL: PASSIVE_LEVEL. Source:
 * INF; OBS tests/kernel/io. */
void NTAPI IoDeleteDriver(DRIVER_OBJECT *DriverObject)
{
    ObiMakeTemporary(DriverObject);
    ObfDereferenceObject(DriverObject);
}

static NTSTATUS IopCallEntry(IOP_DRIVER *Driver, const UNICODE_STRING *KeyPath)
{
    UNICODE_STRING RegistryPath;
    NTSTATUS Status = IopCopyName(KeyPath, &RegistryPath);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_IDENTITY Before = IopBecomeSystem();
    Status = Driver->Object.DriverInit(&Driver->Object, &RegistryPath);
    IopBecomeAgain(Before);
    RtlpFree(RegistryPath.Buffer);
    /* Devices made in DriverEntry are ready when it returns; later ones the driver itself declares
     * so. */
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
    if (IoDriverLeaving != NULL)
        IoDriverLeaving();
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    if (Driver->Link.Flink != NULL)
        RemoveEntryList(&Driver->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    if (IoDriverGone != NULL)
        IoDriverGone(&Driver->Object);
    IopDropReinit(&Driver->Object);
    IopReportLeaks(&Driver->Object, Driver->Image, Driver->Name);
    ObiMakeTemporary(Driver);
    if (IoDriverRemoved != NULL)
        IoDriverRemoved(&Driver->Extension.ServiceKeyName);
    ObfDereferenceObject(Driver);
}

/* The driver of a service, or the one whose code an image is (the other argument NULL);
 * referenced. */
static IOP_DRIVER *IopFindDriver(const UNICODE_STRING *Name, const LDR_IMAGE *Image)
{
    IOP_DRIVER *Found = NULL;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (LIST_ENTRY *Entry = IopDriverList.Flink; Entry != &IopDriverList && Found == NULL;
         Entry = Entry->Flink) {
        IOP_DRIVER *Driver = CONTAINING_RECORD(Entry, IOP_DRIVER, Link);
        if (Name != NULL ? RtlEqualUnicodeString(&Driver->Extension.ServiceKeyName, Name, TRUE)
                         : Driver->Image == Image) {
            ObiReference(Driver);
            Found = Driver;
        }
    }
    KiReleaseLock(&IopDatabaseLock, Old);
    return Found;
}

DRIVER_OBJECT *IoiFindService(const UNICODE_STRING *Name)
{
    IOP_DRIVER *Driver = IopFindDriver(Name, NULL);
    if (Driver != NULL && !Driver->Started) {
        ObfDereferenceObject(Driver);
        Driver = NULL;
    }
    return Driver != NULL ? &Driver->Object : NULL;
}

BOOLEAN IoiHasPlugPlayDevices(const UNICODE_STRING *Name)
{
    IOP_DRIVER *Driver = IopFindDriver(Name, NULL);
    if (Driver == NULL)
        return FALSE;
    BOOLEAN Has = Driver->Extension.AddDevice != NULL && Driver->Object.DeviceObject != NULL;
    ObfDereferenceObject(Driver);
    return Has;
}

enum IO_SERVICE_STATE IoiQueryService(const UNICODE_STRING *Name)
{
    IOP_DRIVER *Driver = IopFindDriver(Name, NULL);
    if (Driver == NULL)
        return IO_SERVICE_STOPPED;
    enum IO_SERVICE_STATE State = !Driver->Started ? IO_SERVICE_STARTING
        : Driver->Stopping                         ? IO_SERVICE_STOPPING
                                                   : IO_SERVICE_RUNNING;
    ObfDereferenceObject(Driver);
    return State;
}

DRIVER_OBJECT *IoiFindDriverOfCode(ULONG_PTR Address)
{
    const LDR_IMAGE *Image = LdrFindImage(Address);
    IOP_DRIVER *Driver = Image != NULL ? IopFindDriver(NULL, Image) : NULL;
    return Driver != NULL ? &Driver->Object : NULL;
}

/* The image of a driver that is about to be made. On failure nothing stays mapped. */
static NTSTATUS IopLoadImage(
    const char *Name, const char *HostPath, LDR_IMAGE **Image, LDR_ERROR *Error)
{
    NTSTATUS Status = LdrLoadImage(HostPath, Image, Error);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_DRIVER *Other = IopFindDriver(NULL, *Image);
    if (Other != NULL) {
        snprintf(Error->Text, sizeof(Error->Text),
            "%.60s is loaded already, as the driver %.180s: %.180s cannot have it too",
            (*Image)->Name, Other->Name, Name);
        ObfDereferenceObject(Other);
        Status = STATUS_IMAGE_ALREADY_LOADED;
    } else if ((*Image)->EntryPoint == NULL) {
        snprintf(Error->Text, sizeof(Error->Text),
            "%s has no entry point: it is a library for other drivers", HostPath);
        Status = STATUS_INVALID_IMAGE_FORMAT;
    } else {
        Status = IopCheckSignature(*Image);
        if (!NT_SUCCESS(Status))
            snprintf(Error->Text, sizeof(Error->Text),
                "%s has no certificate, and the machine wants drivers to be signed",
                (*Image)->Name);
    }
    if (!NT_SUCCESS(Status))
        LdrUnloadImage(*Image);
    return Status;
}

/* Its entry routine was content, its devices are not: it goes again, if it can. */
static NTSTATUS IopWithdrawDriver(IOP_DRIVER *Driver, NTSTATUS Status)
{
    if (Driver->Object.DriverUnload == NULL)
        return STATUS_SUCCESS;
    IopUnloadIfIdle(&Driver->Object);
    return Status;
}

NTSTATUS IopStartDriver(
    const IOP_DRIVER_SERVICE *Service, const char *HostPath, BOOLEAN ByHand, LDR_ERROR *Error)
{
    LDR_IMAGE *Image;
    IOP_DRIVER *Driver = IopFindDriver(&Service->Name, NULL);
    char Name[IOP_SERVICE_NAME_BYTES];
    RtlpToUtf8(&Service->Name, Name, sizeof(Name));
    if (Driver != NULL) {
        ObfDereferenceObject(Driver);
        snprintf(
            Error->Text, sizeof(Error->Text), "a driver named %.400s is running already", Name);
        return STATUS_IMAGE_ALREADY_LOADED;
    }
    NTSTATUS Status = IopLoadImage(Name, HostPath, &Image, Error);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCreateDriver(&Service->ObjectName, &Service->Name, Image,
        (PDRIVER_INITIALIZE)(void *)Image->EntryPoint, &Driver);
    if (!NT_SUCCESS(Status)) {
        LdrUnloadImage(Image);
        snprintf(
            Error->Text, sizeof(Error->Text), "no driver object for %.400s could be made", Name);
        return Status == STATUS_OBJECT_NAME_COLLISION ? STATUS_IMAGE_ALREADY_LOADED : Status;
    }
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    InsertTailList(&IopDriverList, &Driver->Link);
    KiReleaseLock(&IopDatabaseLock, Old);

    Status = IopCallEntry(Driver, &Service->Key);
    LdrDiscardInit(Image);
    if (!NT_SUCCESS(Status)) {
        snprintf(Error->Text, sizeof(Error->Text), "%s: DriverEntry failed", Image->Name);
        IopRemoveDriver(Driver);
        return Status;
    }
    Driver->Started = TRUE;
    if (Driver->Extension.AddDevice != NULL)
        Driver->Object.Flags &= ~(ULONG)DRVO_LEGACY_DRIVER;
    Status = IoDriverStarted != NULL ? IoDriverStarted(&Driver->Object, ByHand, Error)
                                     : STATUS_SUCCESS;
    IopCallReinit();
    return NT_SUCCESS(Status) ? STATUS_SUCCESS : IopWithdrawDriver(Driver, Status);
}

static BOOLEAN IopDevicesIdle(DRIVER_OBJECT *Driver)
{
    BOOLEAN Idle = TRUE;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (DEVICE_OBJECT *Device = Driver->DeviceObject; Device != NULL;
         Device = Device->NextDevice) {
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

typedef struct IOP_LEAVING {
    DRIVER_OBJECT *Driver;
    LDR_ERROR *Error;
} IOP_LEAVING;

static NTSTATUS IopLeaveStacks(void *Context)
{
    const IOP_LEAVING *Leaving = Context;
    return IoDriverStopping(Leaving->Driver, Leaving->Error);
}

/* The caller's reference is used up. */
static NTSTATUS IopStopDriver(IOP_DRIVER *Driver, LDR_ERROR *Error)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Driver->Object.DriverUnload == NULL) {
        snprintf(Error->Text, sizeof(Error->Text),
            "%.400s has no DriverUnload routine: it cannot be stopped", Driver->Name);
        Status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (!Driver->Started) {
        snprintf(Error->Text, sizeof(Error->Text),
            "%.400s is still starting: it cannot be stopped yet", Driver->Name);
        Status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (IoDriverStopping != NULL && !Driver->Stopping &&
        !NT_SUCCESS(
            Status = IoiRunAsSystem(IopLeaveStacks, &(IOP_LEAVING){&Driver->Object, Error}))) {
        /* Error says who objects. */
    } else {
        /* New opens fail from now on; the last handle that closes unloads. */
        KIRQL Old = KiAcquireLock(&IopDatabaseLock);
        Driver->Stopping = TRUE;
        for (DEVICE_OBJECT *Device = Driver->Object.DeviceObject; Device != NULL;
             Device = Device->NextDevice)
            IopDeviceExtension(Device)->ExtensionFlags |= DOE_UNLOAD_PENDING;
        KiReleaseLock(&IopDatabaseLock, Old);
        IopUnloadIfIdle(&Driver->Object);
        if (!Driver->Unloading) {
            snprintf(Error->Text, sizeof(Error->Text),
                "%.400s is in use: it stops when its last handle is closed", Driver->Name);
            Status = STATUS_PENDING;
        }
    }
    ObfDereferenceObject(Driver);
    return Status;
}

NTSTATUS IoiUnloadService(const UNICODE_STRING *Name, LDR_ERROR *Error)
{
    IOP_DRIVER *Driver = IopFindDriver(Name, NULL);
    if (Driver != NULL)
        return IopStopDriver(Driver, Error);
    char Text[IOP_SERVICE_NAME_BYTES];
    RtlpToUtf8(Name, Text, sizeof(Text));
    snprintf(Error->Text, sizeof(Error->Text), "no driver named %.400s is running", Text);
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/* Without taking memory: a machine that is short of it can still be told to stop its drivers. */
NTSTATUS IoiUnloadDriver(const char *Name, LDR_ERROR *Error)
{
    IOP_DRIVER *Found = NULL;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (LIST_ENTRY *Entry = IopDriverList.Flink; Entry != &IopDriverList && Found == NULL;
         Entry = Entry->Flink) {
        IOP_DRIVER *Driver = CONTAINING_RECORD(Entry, IOP_DRIVER, Link);
        if (strcasecmp(Driver->Name, Name) == 0) {
            ObiReference(Driver);
            Found = Driver;
        }
    }
    KiReleaseLock(&IopDatabaseLock, Old);
    if (Found != NULL)
        return IopStopDriver(Found, Error);
    snprintf(Error->Text, sizeof(Error->Text), "no driver named %.400s is running", Name);
    return STATUS_OBJECT_NAME_NOT_FOUND;
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
    IopAwaitAllFinishing(); /* what no client waits for any more keeps no driver */
    /* Newest first; one that cannot be stopped is reported and stays for IoTerminate. */
    LIST_ENTRY *Entry = IopDriverList.Blink;
    while (Entry != &IopDriverList) {
        IOP_DRIVER *Driver = CONTAINING_RECORD(Entry, IOP_DRIVER, Link);
        Entry = Entry->Blink;
        NTSTATUS Status = IoiUnloadService(&Driver->Extension.ServiceKeyName, &Error);
        if (Status == STATUS_PENDING)
            KdFinding(DOTSYS_FINDING_DRIVER_NOT_UNLOADED, 0, "%s", Error.Text);
    }
}
