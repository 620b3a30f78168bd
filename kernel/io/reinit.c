/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reinitialization: routines that a driver's DriverEntry registers, to be called again when it has
 * returned. Those of boot and system drivers wait until all of these have been started; of others
 * they run right after DriverEntry. One that registers itself again is called again, after those
 * that were there before. IopDatabaseLock guards the list; an entry holds its driver.
 */
#include "io/bootcallback.h"
#include "io/iop.h"

#define IOP_TAG_REINIT 0x69526F49u /* 'IoRi' */

typedef struct IOP_REINIT {
    LIST_ENTRY Link;
    DRIVER_OBJECT *Driver;
    PDRIVER_REINITIALIZE Routine;
    void *Context;
} IOP_REINIT;

static LIST_ENTRY IopReinitList, IopBootReinitList;
static BOOLEAN IopBooting; /* system drivers are still being started */

void IopResetReinit(void)
{
    InitializeListHead(&IopReinitList);
    InitializeListHead(&IopBootReinitList);
    IopBooting = FALSE;
}

static void IopRegisterReinit(DRIVER_OBJECT *Driver, PDRIVER_REINITIALIZE Routine, void *Context,
    LIST_ENTRY *List, ULONG Flag)
{
    IOP_REINIT *Entry = ExiAllocate(NonPagedPoolNx, sizeof(*Entry), IOP_TAG_REINIT, EX_KERNEL_SITE);
    if (Entry == NULL)
        return; /* the routine has no way to say so */
    *Entry = (IOP_REINIT){.Driver = Driver, .Routine = Routine, .Context = Context};
    ObiReference(Driver);
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    Driver->Flags |= Flag;
    InsertTailList(List, &Entry->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
}

/* The first entry, of Driver if that is not NULL, off the list. */
static IOP_REINIT *IopTakeReinit(LIST_ENTRY *List, const DRIVER_OBJECT *Driver)
{
    IOP_REINIT *Found = NULL;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (LIST_ENTRY *Link = List->Flink; Link != List && Found == NULL; Link = Link->Flink) {
        IOP_REINIT *Entry = CONTAINING_RECORD(Link, IOP_REINIT, Link);
        if (Driver == NULL || Entry->Driver == Driver)
            Found = Entry;
    }
    if (Found != NULL)
        RemoveEntryList(&Found->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    return Found;
}

static NTSTATUS IopCallList(void *List)
{
    IOP_REINIT *Entry;
    while ((Entry = IopTakeReinit(List, NULL)) != NULL) {
        Entry->Routine(Entry->Driver, Entry->Context, ++Entry->Driver->DriverExtension->Count);
        ObfDereferenceObject(Entry->Driver);
        ExiFree(Entry);
    }
    return STATUS_SUCCESS;
}

void IopDropReinit(const DRIVER_OBJECT *Driver)
{
    IOP_REINIT *Entry;
    while ((Entry = IopTakeReinit(&IopReinitList, Driver)) != NULL ||
        (Entry = IopTakeReinit(&IopBootReinitList, Driver)) != NULL) {
        ObfDereferenceObject(Entry->Driver);
        ExiFree(Entry);
    }
}

void IopCallReinit(void)
{
    if (!IopBooting)
        IoiRunAsSystem(IopCallList, &IopReinitList);
}

void IoiBeginBoot(void)
{
    IopBooting = TRUE;
    IopBeginBootCallbacks();
}

BOOLEAN IoiIsBooting(void)
{
    return IopBooting;
}

void IoiBootDriversStarted(void)
{
    IoiRunAsSystem(IopCallList, &IopBootReinitList);
}

void IoiEndBoot(void)
{
    IopBooting = FALSE;
    IopCallReinit();
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoRegisterDriverReinitialization - have Routine called once when DriverEntry has returned with
 * success, with Context and how often the driver has been called so. For DriverEntry, and for the
 * routine itself. Short of memory it is not called.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntddk/IoRegisterDriverReinitialization; OBS
 * tests/kernel/io/IoRegisterDriverReinitialization.c
 */
void NTAPI IoRegisterDriverReinitialization(
    DRIVER_OBJECT *DriverObject, PDRIVER_REINITIALIZE DriverReinitializationRoutine, void *Context)
{
    IopRegisterReinit(DriverObject, DriverReinitializationRoutine, Context, &IopReinitList,
        DRVO_REINIT_REGISTERED);
}

/*
 * IoRegisterBootDriverReinitialization - the same for boot drivers, called when all of these have
 * been started. Of a driver that is started later the routine is not called. Source: DOC
 * ntddk/IoRegisterBootDriverReinitialization; OBS tests/e2e/sc_test.py
 */
void NTAPI IoRegisterBootDriverReinitialization(DRIVER_OBJECT *DriverObject,
    PDRIVER_REINITIALIZE DriverReinitializationRoutine, void *Context)
{
    IopRegisterReinit(DriverObject, DriverReinitializationRoutine, Context, &IopBootReinitList,
        DRVO_BOOTREINIT_REGISTERED);
}
