/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Registered file systems, and who is told of them. A file system registers its control device;
 * drivers that want to know are called with each one there is, and with each that comes and goes.
 * IopRegistrationLock keeps the lists as they are while routines are called: a routine must neither
 * register nor unregister anything.
 */
#include "io/iop.h"
#include "ke/ordered.h"

#define IOP_TAG_REGISTRATION 0x67527346u /* 'FsRg' */

typedef struct IOP_FS_WATCHER {
    LIST_ENTRY Link;
    DRIVER_OBJECT *Driver; /* referenced */
    PDRIVER_FS_NOTIFICATION Routine;
} IOP_FS_WATCHER;

static LIST_ENTRY IopFileSystems; /* DEVICE_OBJECT.Queue.ListEntry of control devices, the last
                                     registered first */
static LIST_ENTRY IopFsWatchers;
static KMUTEX IopRegistrationLock;

void IopResetRegistration(void)
{
    InitializeListHead(&IopFileSystems);
    InitializeListHead(&IopFsWatchers);
    KeInitializeMutex(&IopRegistrationLock, 0);
}

static void IopEnterRegistration(void)
{
    KiAcquireMutex(&IopRegistrationLock);
}

static void IopLeaveRegistration(void)
{
    KiReleaseMutex(&IopRegistrationLock);
}

static void IopTellWatchers(DEVICE_OBJECT *FileSystem, BOOLEAN Active)
{
    for (LIST_ENTRY *Link = IopFsWatchers.Flink; Link != &IopFsWatchers; Link = Link->Flink)
        CONTAINING_RECORD(Link, IOP_FS_WATCHER, Link)->Routine(FileSystem, Active);
}

static IOP_FS_WATCHER *IopFindWatcher(const DRIVER_OBJECT *Driver, PDRIVER_FS_NOTIFICATION Routine)
{
    for (LIST_ENTRY *Link = IopFsWatchers.Flink; Link != &IopFsWatchers; Link = Link->Flink) {
        IOP_FS_WATCHER *Watcher = CONTAINING_RECORD(Link, IOP_FS_WATCHER, Link);
        if (Watcher->Driver == Driver && Watcher->Routine == Routine)
            return Watcher;
    }
    return NULL;
}

/* Whether the watcher's driver has another one behind it. */
static BOOLEAN IopIsWatchedLater(LIST_ENTRY *Of)
{
    const DRIVER_OBJECT *Driver = CONTAINING_RECORD(Of, IOP_FS_WATCHER, Link)->Driver;
    for (LIST_ENTRY *Link = Of->Flink; Link != &IopFsWatchers; Link = Link->Flink) {
        if (CONTAINING_RECORD(Link, IOP_FS_WATCHER, Link)->Driver == Driver)
            return TRUE;
    }
    return FALSE;
}

/* The newest is told of last: drivers see file systems in the order they were registered in. */
static void IopTellOfAll(PDRIVER_FS_NOTIFICATION Routine)
{
    for (LIST_ENTRY *Link = IopFileSystems.Blink; Link != &IopFileSystems; Link = Link->Blink)
        Routine(CONTAINING_RECORD(Link, DEVICE_OBJECT, Queue.ListEntry), TRUE);
}

/*
 * The control device of such file systems that was registered Index places before the last of them,
 * for IopDereferenceDevice; NULL: there are not so many.
 */
DEVICE_OBJECT *IopNthFileSystem(DEVICE_TYPE Type, ULONG Index)
{
    DEVICE_OBJECT *Found = NULL;
    IopEnterRegistration();
    for (LIST_ENTRY *Link = IopFileSystems.Flink; Link != &IopFileSystems && Found == NULL;
         Link = Link->Flink) {
        DEVICE_OBJECT *Device = CONTAINING_RECORD(Link, DEVICE_OBJECT, Queue.ListEntry);
        if (Device->DeviceType == Type && Index-- == 0 &&
            NT_SUCCESS(IopReferenceDevice(Device, FALSE)))
            Found = Device;
    }
    IopLeaveRegistration();
    return Found;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoRegisterFileSystem - make a file system known by its control device, and tell those who want to
 * know. Only IoVerifyVolume has it mount anything (mount.c): volumes of the machine have theirs.
 * The device is held until it is unregistered.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/IoRegisterFileSystem; OBS
 * tests/kernel/io/IoRegisterFsRegistrationChange.c
 */
void NTAPI IoRegisterFileSystem(DEVICE_OBJECT *DeviceObject)
{
    IopEnterRegistration();
    if (NT_SUCCESS(IopReferenceDevice(DeviceObject, FALSE))) {
        DeviceObject->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
        InsertHeadList(&IopFileSystems, &DeviceObject->Queue.ListEntry);
        IopTellWatchers(DeviceObject, TRUE);
    }
    IopLeaveRegistration();
}

/* IoUnregisterFileSystem - undo that; one that is not registered is left alone. IRQL:
 * PASSIVE_LEVEL. Source: DOC ntifs; OBS. */
void NTAPI IoUnregisterFileSystem(DEVICE_OBJECT *DeviceObject)
{
    BOOLEAN Registered = FALSE;
    IopEnterRegistration();
    for (LIST_ENTRY *Link = IopFileSystems.Flink; Link != &IopFileSystems && !Registered;
         Link = Link->Flink)
        Registered = CONTAINING_RECORD(Link, DEVICE_OBJECT, Queue.ListEntry) == DeviceObject;
    if (Registered) {
        RemoveEntryList(&DeviceObject->Queue.ListEntry);
        InitializeListHead(&DeviceObject->Queue.ListEntry);
        IopTellWatchers(DeviceObject, FALSE);
    }
    IopLeaveRegistration();
    if (Registered)
        IopDereferenceDevice(DeviceObject);
}

/*
 * IoRegisterFsRegistrationChange - have a routine called for each file system that is registered,
 * now and later, with TRUE, and with FALSE when it goes.
 *
 * IRQL:    PASSIVE_LEVEL, at which the routine is called.
 * Returns: SUCCESS; DEVICE_ALREADY_ATTACHED: the driver has registered this routine;
 * INSUFFICIENT_RESOURCES.
 * Owner:   IoUnregisterFsRegistrationChange, before the driver goes.
 * Source:  DOC ntifs/IoRegisterFsRegistrationChange; OBS
 *          tests/kernel/io/IoRegisterFsRegistrationChange.c
 */
NTSTATUS NTAPI IoRegisterFsRegistrationChange(
    DRIVER_OBJECT *DriverObject, PDRIVER_FS_NOTIFICATION DriverNotificationRoutine)
{
    NTSTATUS Status = STATUS_SUCCESS;
    IopEnterRegistration();
    IOP_FS_WATCHER *Watcher = NULL;
    if (IopFindWatcher(DriverObject, DriverNotificationRoutine) != NULL)
        Status = STATUS_DEVICE_ALREADY_ATTACHED;
    else if ((Watcher = ExiAllocate(
                  NonPagedPoolNx, sizeof(*Watcher), IOP_TAG_REGISTRATION, EX_CALLER)) == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status)) {
        ObiReference(DriverObject);
        Watcher->Driver = DriverObject;
        Watcher->Routine = DriverNotificationRoutine;
        InsertTailList(&IopFsWatchers, &Watcher->Link);
        IopTellOfAll(DriverNotificationRoutine);
    }
    IopLeaveRegistration();
    return Status;
}

/*
 * IoRegisterFsRegistrationChangeMountAware - the same, for a filter that takes part in mounting.
 * There is nothing to synchronise with: SynchronizeWithMounts changes nothing. Source: DOC ntifs;
 * OBS.
 */
NTSTATUS NTAPI IoRegisterFsRegistrationChangeMountAware(DRIVER_OBJECT *DriverObject,
    PDRIVER_FS_NOTIFICATION DriverNotificationRoutine, BOOLEAN SynchronizeWithMounts)
{
    (void)SynchronizeWithMounts;
    return IoRegisterFsRegistrationChange(DriverObject, DriverNotificationRoutine);
}

/*
 * IoEnumerateRegisteredFiltersList - the drivers of filters: those that have called
 * IoRegisterFsRegistrationChange, the one farthest from the file systems first: each attaches above
 * those that were there.
 *
 * DriverObjectList: room for DriverObjectListSize bytes of pointers, NULL: none. Each that is
 *          written has a reference that is the caller's. ActualNumberDriverObjects: how many there
 *          are.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL: there is room for some of them.
 * Source:  DOC ntifs/IoEnumerateRegisteredFiltersList; INF that the last one that was registered is
 *          the farthest, and that a driver with two routines is one; OBS
 *          tests/kernel/io/IoRegisterFsRegistrationChange.c
 */
NTSTATUS NTAPI IoEnumerateRegisteredFiltersList(DRIVER_OBJECT **DriverObjectList,
    ULONG DriverObjectListSize, ULONG *ActualNumberDriverObjects)
{
    const ULONG Room = DriverObjectList != NULL ? DriverObjectListSize / (ULONG)sizeof(void *) : 0;
    ULONG Count = 0;
    IopEnterRegistration();
    for (LIST_ENTRY *Link = IopFsWatchers.Blink; Link != &IopFsWatchers; Link = Link->Blink) {
        DRIVER_OBJECT *Driver = CONTAINING_RECORD(Link, IOP_FS_WATCHER, Link)->Driver;
        if (IopIsWatchedLater(Link))
            continue;
        if (Count < Room) {
            ObiReference(Driver);
            DriverObjectList[Count] = Driver;
        }
        Count++;
    }
    IopLeaveRegistration();
    *ActualNumberDriverObjects = Count;
    return Count <= Room ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

/* IoUnregisterFsRegistrationChange - no longer; one that is not registered is left alone. IRQL:
 * PASSIVE_LEVEL. Source: DOC; OBS. */
void NTAPI IoUnregisterFsRegistrationChange(
    DRIVER_OBJECT *DriverObject, PDRIVER_FS_NOTIFICATION DriverNotificationRoutine)
{
    IopEnterRegistration();
    IOP_FS_WATCHER *Watcher = IopFindWatcher(DriverObject, DriverNotificationRoutine);
    if (Watcher != NULL)
        RemoveEntryList(&Watcher->Link);
    IopLeaveRegistration();
    if (Watcher == NULL)
        return;
    ObfDereferenceObject(Watcher->Driver);
    ExiFree(Watcher);
}
