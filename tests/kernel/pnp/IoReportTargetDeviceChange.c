/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoReportTargetDeviceChange and ...Asynchronous, and the registration for a target device: a file
 * open on a device of the driver's own that lies on a PDO.
 */
#include "pnp_test.h"

/* {0D0B4A1E-4F43-4A9C-8C1B-6C3F6B1D2E30} */
static const GUID Custom = {
    0x0d0b4a1e, 0x4f43, 0x4a9c, {0x8c, 0x1b, 0x6c, 0x3f, 0x6b, 0x1d, 0x2e, 0x30}};
/* GUID_TARGET_DEVICE_QUERY_REMOVE */
static const GUID QueryRemove = {
    0xcb3a4006, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};

typedef struct TARGET {
    PDEVICE_OBJECT Pdo, Device, Below;
    HANDLE Handle;
    PFILE_OBJECT File;
    PVOID Entry;
    LONG Calls;
    BOOLEAN Right;
    KEVENT Done;
} TARGET;

static PDEVICE_OBJECT Below;

static NTSTATUS NTAPI OpenClose(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI PassDown(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Below, Irp);
}

static NTSTATUS NTAPI Listen(PVOID Structure, PVOID Context)
{
    PTARGET_DEVICE_CUSTOM_NOTIFICATION Told = Structure;
    TARGET *Target = Context;

    Target->Right = Told->FileObject == Target->File &&
        RtlEqualMemory(&Told->Event, &Custom, sizeof(GUID)) && Told->CustomDataBuffer[0] == 0x5a;
    InterlockedIncrement(&Target->Calls);
    return STATUS_SUCCESS;
}

static VOID NTAPI AllTold(PVOID Context)
{
    TARGET *Target = Context;

    KeSetEvent(&Target->Done, IO_NO_INCREMENT, FALSE);
}

static VOID SetUp(TARGET *Target)
{
    static UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\PnpTestTarget");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;

    RtlZeroMemory(Target, sizeof(*Target));
    KeInitializeEvent(&Target->Done, NotificationEvent, FALSE);
    Target->Pdo = PnpTestPdo();
    KtestDriverObject->MajorFunction[IRP_MJ_CREATE] = OpenClose;
    KtestDriverObject->MajorFunction[IRP_MJ_CLEANUP] = OpenClose;
    KtestDriverObject->MajorFunction[IRP_MJ_CLOSE] = OpenClose;
    KtestDriverObject->MajorFunction[IRP_MJ_PNP] = PassDown;
    if (Target->Pdo == NULL ||
        !CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                          &Target->Device),
            STATUS_SUCCESS))
        return;
    Target->Below = Below = IoAttachDeviceToDeviceStack(Target->Device, Target->Pdo);
    Target->Device->Flags &= ~DO_DEVICE_INITIALIZING;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(ZwCreateFile(&Target->Handle, GENERIC_READ | SYNCHRONIZE, &Attributes,
                         &IoStatus, NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
            STATUS_SUCCESS))
        CHECK_STATUS(ObReferenceObjectByHandle(
                         Target->Handle, 0, NULL, KernelMode, (PVOID *)&Target->File, NULL),
            STATUS_SUCCESS);
}

static VOID TearDown(TARGET *Target)
{
    if (Target->File != NULL)
        ObDereferenceObject(Target->File);
    if (Target->Handle != NULL)
        ZwClose(Target->Handle);
    if (Target->Below != NULL)
        IoDetachDevice(Target->Below);
    if (Target->Device != NULL)
        IoDeleteDevice(Target->Device);
}

static VOID Fill(PTARGET_DEVICE_CUSTOM_NOTIFICATION Structure, const GUID *Event)
{
    RtlZeroMemory(Structure, sizeof(*Structure));
    Structure->Version = 1;
    Structure->Size = sizeof(*Structure);
    Structure->Event = *Event;
    Structure->NameBufferOffset = -1;
    Structure->CustomDataBuffer[0] = 0x5a;
}

TEST(IoReportTargetDeviceChange, EverybodyHasBeenToldWhenItReturns)
{
    TARGET_DEVICE_CUSTOM_NOTIFICATION Structure;
    TARGET Target;

    SetUp(&Target);
    Fill(&Structure, &Custom);
    if (Target.File != NULL &&
        CHECK_STATUS(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, Target.File,
                         KtestDriverObject, Listen, &Target, &Target.Entry),
            STATUS_SUCCESS)) {
        CHECK_STATUS(IoReportTargetDeviceChange(Target.Pdo, &Structure), STATUS_SUCCESS);
        CHECK_EQ(Target.Calls, 1);
        CHECK(Target.Right);
        CHECK_STATUS(IoUnregisterPlugPlayNotification(Target.Entry), STATUS_SUCCESS);
        CHECK_STATUS(IoReportTargetDeviceChange(Target.Pdo, &Structure), STATUS_SUCCESS);
        CHECK_EQ(Target.Calls, 1);
    }
    TearDown(&Target);
}

TEST(IoReportTargetDeviceChangeAsynchronous, CallsBackWhenAllHaveBeenTold)
{
    TARGET_DEVICE_CUSTOM_NOTIFICATION Structure;
    TARGET Target;

    SetUp(&Target);
    Fill(&Structure, &Custom);
    if (Target.File != NULL &&
        CHECK_STATUS(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, Target.File,
                         KtestDriverObject, Listen, &Target, &Target.Entry),
            STATUS_SUCCESS)) {
        CHECK_STATUS(
            IoReportTargetDeviceChangeAsynchronous(Target.Pdo, &Structure, AllTold, &Target),
            STATUS_PENDING);
        KeWaitForSingleObject(&Target.Done, Executive, KernelMode, FALSE, NULL);
        CHECK_EQ(Target.Calls, 1);
        CHECK(Target.Right);
        CHECK_STATUS(IoUnregisterPlugPlayNotification(Target.Entry), STATUS_SUCCESS);
    }
    TearDown(&Target);
}

TEST(IoReportTargetDeviceChange, TheSystemsEventsAreNotADrivers)
{
    TARGET_DEVICE_CUSTOM_NOTIFICATION Structure;
    PDEVICE_OBJECT Pdo = PnpTestPdo();

    if (!CHECK(Pdo != NULL))
        return;
    Fill(&Structure, &QueryRemove);
    CHECK_STATUS(IoReportTargetDeviceChange(Pdo, &Structure), STATUS_INVALID_DEVICE_REQUEST);
}

/* ---- volumes --------------------------------------------------------------------------------- */

typedef NTSTATUS(NTAPI *VOLUME_EVENT)(PFILE_OBJECT File, ULONG Event);
typedef NTSTATUS(NTAPI *VOLUME_EVENT_EX)(
    PFILE_OBJECT File, ULONG Event, PTARGET_DEVICE_CUSTOM_NOTIFICATION Structure);

/* GUID_IO_VOLUME_LOCK */
static const GUID VolumeLock = {
    0x50708874, 0xc9af, 0x11d1, {0x8f, 0xef, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32}};

#define VOLUME_LOCK 3 /* FSRTL_VOLUME_LOCK */

static NTSTATUS NTAPI ListenToLock(PVOID Structure, PVOID Context)
{
    PTARGET_DEVICE_CUSTOM_NOTIFICATION Told = Structure;
    TARGET *Target = Context;

    Target->Right = Told->FileObject == Target->File &&
        RtlEqualMemory(&Told->Event, &VolumeLock, sizeof(GUID));
    InterlockedIncrement(&Target->Calls);
    return STATUS_SUCCESS;
}

TEST(FsRtlNotifyVolumeEvent, TellsWhoListensAtTheDevice)
{
    VOLUME_EVENT Notify = (VOLUME_EVENT)(ULONG_PTR)KtestExport(L"FsRtlNotifyVolumeEvent");
    VOLUME_EVENT_EX NotifyEx = (VOLUME_EVENT_EX)(ULONG_PTR)KtestExport(L"FsRtlNotifyVolumeEventEx");
    TARGET_DEVICE_CUSTOM_NOTIFICATION Structure;
    TARGET Target;

    SetUp(&Target);
    Fill(&Structure, &Custom);
    if (CHECK(Notify != NULL) && Target.File != NULL &&
        CHECK_STATUS(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, Target.File,
                         KtestDriverObject, ListenToLock, &Target, &Target.Entry),
            STATUS_SUCCESS)) {
        CHECK_STATUS(Notify(Target.File, VOLUME_LOCK), STATUS_SUCCESS);
        CHECK_EQ(Target.Calls, 1);
        CHECK(Target.Right);
        if (NotifyEx != NULL) {
            CHECK_STATUS(NotifyEx(Target.File, VOLUME_LOCK, &Structure), STATUS_SUCCESS);
            CHECK_EQ(Target.Calls, 2);
            CHECK(RtlEqualMemory(&Structure.Event, &VolumeLock, sizeof(GUID)));
        }
        CHECK(!NT_SUCCESS(Notify(Target.File, 99)));
        CHECK_EQ(Target.Calls, NotifyEx != NULL ? 2 : 1);
        CHECK_STATUS(IoUnregisterPlugPlayNotification(Target.Entry), STATUS_SUCCESS);
    }
    TearDown(&Target);
}
