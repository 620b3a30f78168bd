/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Interfaces of a device that several threads show and hide while others ask to be told, and no
 * longer: nobody is told once it has taken its registration back. A filter above a device that is
 * asked for its relations again and again by threads and DPCs, under a remove lock. The device
 * exists nowhere.
 */
#include "../pnp/pnp_test.h"
#include "torture.h"

const ULONG TortureTests = 4;

NTKERNELAPI NTSTATUS NTAPI IoSynchronousInvalidateDeviceRelations(PDEVICE_OBJECT,
                                                                  DEVICE_RELATION_TYPE);

/* ---- interfaces ------------------------------------------------------------------------------ */

#define INTERFACE_SHOWERS 2

typedef NTSTATUS(NTAPI *UNREGISTER)(PVOID Entry);

typedef struct INTERFACE_RACE {
    PDEVICE_OBJECT Pdo;
    UNREGISTER Unregister;
    volatile LONG Shown; /* how often */
    volatile LONG Over;
} INTERFACE_RACE;

typedef struct INTERFACE_WATCHER {
    TORTURE *Torture;
    volatile LONG There; /* registered, or about to be */
    volatile LONG Told, Wrong;
} INTERFACE_WATCHER;

static VOID InterfaceList(TORTURE_THREAD *Self)
{
    PWSTR Names, At;
    ULONG Count = 0;

    if (!TORTURE_CHECK(Self->Torture,
                       NT_SUCCESS(IoGetDeviceInterfaces(&PnpTestClass, NULL, 0, &Names))))
        return;
    for (At = Names; *At != 0; At++) {
        TORTURE_CHECK(Self->Torture, At[0] == L'\\' && At[1] == L'?');
        while (*At != 0)
            At++;
        Count++;
    }
    TORTURE_CHECK(Self->Torture, Count <= INTERFACE_SHOWERS);
    ExFreePool(Names);
}

static VOID NTAPI InterfaceShower(PVOID Context)
{
    static const WCHAR *const References[INTERFACE_SHOWERS] = {L"torture0", L"torture1"};
    TORTURE_THREAD *Self = Context;
    INTERFACE_RACE *Race = Self->Context;
    UNICODE_STRING Reference, Name;

    RtlInitUnicodeString(&Reference, References[Self->Index]);
    while (TortureGoesOn(Self)) {
        if (!TORTURE_CHECK(Self->Torture, NT_SUCCESS(IoRegisterDeviceInterface(
                                              Race->Pdo, &PnpTestClass, &Reference, &Name))))
            return;
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(IoSetDeviceInterfaceState(&Name, TRUE)));
        InterlockedIncrement(&Race->Shown);
        if (TortureRandom(Self, 3) == 0)
            InterfaceList(Self);
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(IoSetDeviceInterfaceState(&Name, FALSE)));
        RtlFreeUnicodeString(&Name);
    }
}

static NTSTATUS NTAPI InterfaceTold(PVOID Structure, PVOID Context)
{
    PDEVICE_INTERFACE_CHANGE_NOTIFICATION Change = Structure;
    INTERFACE_WATCHER *Watcher = Context;

    TORTURE_CHECK(Watcher->Torture, Watcher->There != 0);
    if (KeGetCurrentIrql() != PASSIVE_LEVEL ||
        !RtlEqualMemory(&Change->InterfaceClassGuid, &PnpTestClass, sizeof(GUID)) ||
        Change->SymbolicLinkName->Length == 0)
        InterlockedIncrement(&Watcher->Wrong);
    InterlockedIncrement(&Watcher->Told);
    return STATUS_SUCCESS;
}

static VOID NTAPI InterfaceWatcher(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    INTERFACE_RACE *Race = Self->Context;
    INTERFACE_WATCHER *Watcher = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Watcher), TORTURE_TAG);
    LONG Told;
    PVOID Entry;

    while (Watcher != NULL && Race->Over == 0) {
        LONG Shown = Race->Shown;

        RtlZeroMemory(Watcher, sizeof(*Watcher));
        Watcher->Torture = Self->Torture;
        Watcher->There = 1;
        if (!TORTURE_CHECK(Self->Torture,
                           NT_SUCCESS(IoRegisterPlugPlayNotification(
                               EventCategoryDeviceInterfaceChange,
                               TortureRandom(Self, 2) != 0
                                   ? PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES
                                   : 0,
                               (PVOID)(ULONG_PTR)&PnpTestClass, KtestDriverObject, InterfaceTold,
                               Watcher, &Entry))))
            break;
        while (TortureRandom(Self, 2) != 0 && Race->Over == 0 && Race->Shown == Shown)
            TortureYield();
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->Unregister(Entry)));
        Watcher->There = 0;
        Told = Watcher->Told;
        TortureYield();
        TORTURE_CHECK(Self->Torture, Watcher->Told == Told && Watcher->Wrong == 0);
    }
    if (TORTURE_CHECK(Self->Torture, Watcher != NULL))
        ExFreePoolWithTag(Watcher, TORTURE_TAG);
}

TEST(IoUnregisterPlugPlayNotification, IsNotToldAfterwards)
{
    static INTERFACE_RACE Race;
    TORTURE Torture;
    ULONG Index;

    RtlZeroMemory(&Race, sizeof(Race));
    Race.Pdo = PnpTestPdo();
    Race.Unregister = (PVOID)KtestExport(
        L"IoUnregisterPlugPlayNotificationEx"); /* which waits for calls under way */
    if (Race.Pdo == NULL)
        return;
    if (Race.Unregister == NULL) {
        skip("Windows 7 and later");
        return;
    }
    TortureBegin(&Torture, 300);
    for (Index = 0; Index < INTERFACE_SHOWERS; Index++)
        TortureStart(&Torture, InterfaceShower, &Race);
    TortureStart(&Torture, InterfaceWatcher, &Race);
    TortureStart(&Torture, InterfaceWatcher, &Race);
    for (Index = 0; Index < INTERFACE_SHOWERS; Index++) {
        if (Torture.Thread[Index].Object != NULL)
            KeWaitForSingleObject(Torture.Thread[Index].Object, Executive, KernelMode, FALSE, NULL);
    }
    InterlockedExchange(&Race.Over, 1);
    TortureJoin(&Torture);
}

/* ---- relations ------------------------------------------------------------------------------- */

typedef struct RELATIONS_RACE {
    PDEVICE_OBJECT Pdo, Filter, Below;
    IO_REMOVE_LOCK Lock;
    volatile LONG Asked, Inside, Wrong;
    KDPC Dpc;
} RELATIONS_RACE;

static RELATIONS_RACE RelationsRace; /* Windows wants a remove lock initialised once */

static NTSTATUS NTAPI RelationsPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
    RELATIONS_RACE *Race = &RelationsRace;
    NTSTATUS Status = IoAcquireRemoveLock(&Race->Lock, Irp);

    UNREFERENCED_PARAMETER(Device);
    if (!NT_SUCCESS(Status)) {
        Irp->IoStatus.Status = Status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return Status;
    }
    InterlockedIncrement(&Race->Inside);
    if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction == IRP_MN_QUERY_DEVICE_RELATIONS)
        InterlockedIncrement(&Race->Asked);
    if (KeGetCurrentIrql() != PASSIVE_LEVEL)
        InterlockedIncrement(&Race->Wrong);
    IoSkipCurrentIrpStackLocation(Irp);
    Status = IoCallDriver(Race->Below, Irp);
    InterlockedDecrement(&Race->Inside);
    IoReleaseRemoveLock(&Race->Lock, Irp);
    return Status;
}

static VOID NTAPI RelationsDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    RELATIONS_RACE *Race = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    IoInvalidateDeviceRelations(Race->Pdo, BusRelations);
}

static VOID NTAPI RelationsThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    RELATIONS_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        LONG Asked = Race->Asked;

        if (!TORTURE_CHECK(Self->Torture, NT_SUCCESS(IoAcquireRemoveLock(&Race->Lock, Self))))
            return;
        switch (TortureRandom(Self, 4)) {
        case 0: KeInsertQueueDpc(&Race->Dpc, NULL, NULL); break;
        case 1: IoInvalidateDeviceRelations(Race->Pdo, BusRelations); break;
        case 2: IoInvalidateDeviceState(Race->Pdo); break;
        default:
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(IoSynchronousInvalidateDeviceRelations(
                                             Race->Pdo, BusRelations)));
            TORTURE_CHECK(Self->Torture, Race->Asked != Asked);
            break;
        }
        IoReleaseRemoveLock(&Race->Lock, Self);
    }
}

TEST(IoInvalidateDeviceRelations, ByThreadsAndDpcs)
{
    RELATIONS_RACE *Race = &RelationsRace;
    PDRIVER_DISPATCH Before = KtestDriverObject->MajorFunction[IRP_MJ_PNP];
    TORTURE Torture;
    ULONG Index;
    CHAR Tag;

    IoInitializeRemoveLock(&Race->Lock, TORTURE_TAG, 0, 0);
    KeInitializeDpc(&Race->Dpc, RelationsDpc, Race);
    Race->Pdo = PnpTestPdo();
    Race->Filter = PnpTestPlain();
    if (Race->Pdo == NULL || Race->Filter == NULL)
        return;
    KtestDriverObject->MajorFunction[IRP_MJ_PNP] = RelationsPnp;
    Race->Below = IoAttachDeviceToDeviceStack(Race->Filter, Race->Pdo);
    Race->Filter->Flags &= ~DO_DEVICE_INITIALIZING;
    if (CHECK(Race->Below != NULL)) {
        TortureBegin(&Torture, 300);
        for (Index = 0; Index < 4; Index++)
            TortureStart(&Torture, RelationsThread, Race);
        TortureJoin(&Torture);
        KeFlushQueuedDpcs();
        /* What was asked for before is over when this has been answered. */
        IoSynchronousInvalidateDeviceRelations(Race->Pdo, BusRelations);
        if (CHECK_STATUS(IoAcquireRemoveLock(&Race->Lock, &Tag), STATUS_SUCCESS))
            IoReleaseRemoveLockAndWait(&Race->Lock, &Tag);
        CHECK_EQ(Race->Inside, 0);
        CHECK_EQ(Race->Wrong, 0);
        CHECK_STATUS(IoAcquireRemoveLock(&Race->Lock, &Tag), STATUS_DELETE_PENDING);
        IoDetachDevice(Race->Below);
    }
    KtestDriverObject->MajorFunction[IRP_MJ_PNP] = Before;
    IoDeleteDevice(Race->Filter);
}
