/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

/* {cb3a4004-…} arrival, {cb3a4005-…} removal */
static const GUID Arrival = {
    0xcb3a4004, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
static const GUID Removal = {
    0xcb3a4005, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};

typedef struct WATCH {
    KEVENT Arrived, Removed;
    PUNICODE_STRING Expected;
    LONG Calls;
    BOOLEAN Right, Passive;
} WATCH;

static NTSTATUS NTAPI WatchCallback(PVOID Structure, PVOID Context)
{
    PDEVICE_INTERFACE_CHANGE_NOTIFICATION Change = Structure;
    WATCH *Watch = Context;

    Watch->Passive = KeGetCurrentIrql() == PASSIVE_LEVEL;
    Watch->Right = Change->Version == 1 && Change->Size == sizeof(*Change) &&
                   RtlEqualMemory(&Change->InterfaceClassGuid, &PnpTestClass, sizeof(GUID)) &&
                   RtlEqualUnicodeString(Change->SymbolicLinkName, Watch->Expected, TRUE);
    InterlockedIncrement(&Watch->Calls);
    if (RtlEqualMemory(&Change->Event, &Arrival, sizeof(GUID)))
        KeSetEvent(&Watch->Arrived, IO_NO_INCREMENT, FALSE);
    if (RtlEqualMemory(&Change->Event, &Removal, sizeof(GUID)))
        KeSetEvent(&Watch->Removed, IO_NO_INCREMENT, FALSE);
    return STATUS_SUCCESS;
}

static VOID WatchInitialize(WATCH *Watch, PUNICODE_STRING Name)
{
    RtlZeroMemory(Watch, sizeof(*Watch));
    KeInitializeEvent(&Watch->Arrived, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Watch->Removed, SynchronizationEvent, FALSE);
    Watch->Expected = Name;
}

TEST(IoRegisterPlugPlayNotification, TellsOfInterfacesThatComeAndGo)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name;
    WATCH Watch;
    PVOID Entry;
    LONG Calls;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    WatchInitialize(&Watch, &Name);
    if (CHECK_STATUS(
            IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0,
                (PVOID)(ULONG_PTR)&PnpTestClass, KtestDriverObject, WatchCallback, &Watch, &Entry),
            STATUS_SUCCESS)) {
        CHECK_STATUS(IoSetDeviceInterfaceState(&Name, TRUE), STATUS_SUCCESS);
        KeWaitForSingleObject(&Watch.Arrived, Executive, KernelMode, FALSE, NULL);
        CHECK(Watch.Right);
        CHECK(Watch.Passive);
        CHECK_STATUS(IoSetDeviceInterfaceState(&Name, FALSE), STATUS_SUCCESS);
        KeWaitForSingleObject(&Watch.Removed, Executive, KernelMode, FALSE, NULL);
        CHECK(Watch.Right);
        CHECK_STATUS(IoUnregisterPlugPlayNotification(Entry), STATUS_SUCCESS);
        Calls = Watch.Calls;
        IoSetDeviceInterfaceState(&Name, TRUE);
        IoSetDeviceInterfaceState(&Name, FALSE);
        CHECK_EQ(Watch.Calls, Calls);
    }
    RtlFreeUnicodeString(&Name);
}

TEST(IoRegisterPlugPlayNotification, TellsOfThoseThatAreThere)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    UNICODE_STRING Name;
    WATCH Watch;
    PVOID Entry;

    if (!CHECK(Pdo != NULL) ||
        !CHECK_STATUS(IoRegisterDeviceInterface(Pdo, &PnpTestClass, NULL, &Name), STATUS_SUCCESS))
        return;
    IoSetDeviceInterfaceState(&Name, TRUE);
    WatchInitialize(&Watch, &Name);
    if (CHECK_STATUS(
            IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange,
                PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES,
                (PVOID)(ULONG_PTR)&PnpTestClass, KtestDriverObject, WatchCallback, &Watch, &Entry),
            STATUS_SUCCESS)) {
        KeWaitForSingleObject(&Watch.Arrived, Executive, KernelMode, FALSE, NULL);
        CHECK(Watch.Right);
        CHECK_STATUS(IoUnregisterPlugPlayNotification(Entry), STATUS_SUCCESS);
    }
    IoSetDeviceInterfaceState(&Name, FALSE);
    RtlFreeUnicodeString(&Name);
}

static NTSTATUS NTAPI ProfileCallback(PVOID Structure, PVOID Context)
{
    UNREFERENCED_PARAMETER(Structure);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_SUCCESS;
}

TEST(IoRegisterPlugPlayNotification, HardwareProfilesCanBeWatched)
{
    typedef NTSTATUS(NTAPI * UNREGISTER)(PVOID);
    UNREGISTER Unregister = (UNREGISTER)KtestExport(L"IoUnregisterPlugPlayNotificationEx");
    PVOID Entry;

    if (!CHECK_STATUS(IoRegisterPlugPlayNotification(EventCategoryHardwareProfileChange, 0, NULL,
                          KtestDriverObject, ProfileCallback, NULL, &Entry),
            STATUS_SUCCESS))
        return;
    if (Unregister != NULL)
        CHECK_STATUS(Unregister(Entry), STATUS_SUCCESS);
    else
        CHECK_STATUS(IoUnregisterPlugPlayNotification(Entry), STATUS_SUCCESS);
}
