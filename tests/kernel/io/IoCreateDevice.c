/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateDevice - every parameter, and what goes wrong.
 */
#include "io_test.h"

/* Declared in ntifs.h only. */
NTKERNELAPI NTSTATUS NTAPI ObQueryNameString(PVOID Object, POBJECT_NAME_INFORMATION ObjectNameInfo,
                                             ULONG Length, PULONG ReturnLength);

/* The DDK aligns the structure as pool is; not every compiler's header does. */
#define DEVICE_OBJECT_BYTES \
    ((sizeof(DEVICE_OBJECT) + MEMORY_ALLOCATION_ALIGNMENT - 1) & ~(MEMORY_ALLOCATION_ALIGNMENT - 1))

#define CREATE_NAME L"\\Device\\KtestIoCreate"

static NTSTATUS Create(const WCHAR *Name, ULONG ExtensionBytes, DEVICE_TYPE Type,
                       ULONG Characteristics, BOOLEAN Exclusive, PDEVICE_OBJECT *Device)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return IoCreateDevice(KtestDriverObject, ExtensionBytes, Name != NULL ? &String : NULL, Type,
                          Characteristics, Exclusive, Device);
}

static PDEVICE_OBJECT CreateUnnamed(ULONG ExtensionBytes, DEVICE_TYPE Type)
{
    PDEVICE_OBJECT Device = NULL;

    CHECK_STATUS(Create(NULL, ExtensionBytes, Type, 0, FALSE, &Device), STATUS_SUCCESS);
    return Device;
}

TEST(IoCreateDevice, FillsInTheDevice)
{
    PDEVICE_OBJECT Device = NULL;

    if (!CHECK_STATUS(Create(NULL, 100, 0x8123, FILE_DEVICE_SECURE_OPEN | FILE_REMOVABLE_MEDIA,
                             FALSE, &Device),
                      STATUS_SUCCESS))
        return;
    CHECK_EQ(Device->Type, IO_TYPE_DEVICE);
    CHECK_EQ(Device->Size, DEVICE_OBJECT_BYTES + 100);
    CHECK_PTR(Device->DriverObject, KtestDriverObject);
    CHECK_EQ(Device->DeviceType, 0x8123);
    CHECK_EQ(Device->Characteristics, FILE_DEVICE_SECURE_OPEN | FILE_REMOVABLE_MEDIA);
    CHECK_EQ(Device->StackSize, 1);
    CHECK_PTR(Device->AttachedDevice, NULL);
    CHECK_PTR(Device->CurrentIrp, NULL);
    CHECK((Device->Flags & DO_DEVICE_INITIALIZING) != 0);
    CHECK((Device->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_EXCLUSIVE | DO_DEVICE_HAS_NAME)) ==
          0);
    IoDeleteDevice(Device);
}

static VOID CheckExtension(ULONG Bytes)
{
    PDEVICE_OBJECT Device = CreateUnnamed(Bytes, FILE_DEVICE_UNKNOWN);
    UCHAR *Extension;
    ULONG At;

    if (Device == NULL)
        return;
    Extension = Device->DeviceExtension;
    if (CHECK(Extension != NULL)) {
        CHECK_EQ((ULONG_PTR)Extension % MEMORY_ALLOCATION_ALIGNMENT, 0);
        for (At = 0; At < Bytes && Extension[At] == 0; At++)
            continue;
        CHECK_EQ(At, Bytes);
        RtlFillMemory(Extension, Bytes, 0xEE);
    }
    IoDeleteDevice(Device);
}

TEST(IoCreateDevice, ZeroesAndAlignsTheExtension)
{
    ULONG Round;

    for (Round = 0; Round < 5; Round++) {
        CheckExtension(1);
        CheckExtension(0x1000);
        CheckExtension(17);
        CheckExtension(0x8000);
    }
}

TEST(IoCreateDevice, NeedsNoExtension)
{
    PDEVICE_OBJECT Device = CreateUnnamed(0, FILE_DEVICE_UNKNOWN);

    if (Device == NULL)
        return;
    CHECK_PTR(Device->DeviceExtension, NULL);
    CHECK_EQ(Device->Size, DEVICE_OBJECT_BYTES);
    IoDeleteDevice(Device);
}

TEST(IoCreateDevice, PutsTheNewestFirst)
{
    PDEVICE_OBJECT Before = KtestDriverObject->DeviceObject;
    PDEVICE_OBJECT First = CreateUnnamed(0, FILE_DEVICE_UNKNOWN);
    PDEVICE_OBJECT Second = CreateUnnamed(0, FILE_DEVICE_UNKNOWN);

    CHECK_PTR(KtestDriverObject->DeviceObject, Second);
    if (First != NULL && Second != NULL) {
        CHECK_PTR(Second->NextDevice, First);
        CHECK_PTR(First->NextDevice, Before);
    }
    if (First != NULL)
        IoDeleteDevice(First);
    CHECK_PTR(KtestDriverObject->DeviceObject, Second);
    if (Second != NULL) {
        CHECK_PTR(Second->NextDevice, Before);
        IoDeleteDevice(Second);
    }
    CHECK_PTR(KtestDriverObject->DeviceObject, Before);
}

static VOID CheckSector(DEVICE_TYPE Type, USHORT Bytes)
{
    PDEVICE_OBJECT Device = CreateUnnamed(0, Type);

    if (Device == NULL)
        return;
    CHECK_EQ(Device->SectorSize, Bytes);
    IoDeleteDevice(Device);
}

TEST(IoCreateDevice, KnowsSectorsOfFileSystems)
{
    CheckSector(FILE_DEVICE_UNKNOWN, 0);
    CheckSector(FILE_DEVICE_KEYBOARD, 0);
    CheckSector(FILE_DEVICE_DISK_FILE_SYSTEM, 512);
    CheckSector(FILE_DEVICE_CD_ROM_FILE_SYSTEM, 2048);
}

static VOID CheckVpb(DEVICE_TYPE Type, BOOLEAN Has)
{
    PDEVICE_OBJECT Device = CreateUnnamed(0, Type);

    if (Device == NULL)
        return;
    CHECK_EQ(Device->Vpb != NULL, Has);
    if (Device->Vpb != NULL) {
        CHECK_PTR(Device->Vpb->RealDevice, Device);
        CHECK_PTR(Device->Vpb->DeviceObject, NULL);
        CHECK_EQ(Device->Vpb->Flags & VPB_MOUNTED, 0);
    }
    IoDeleteDevice(Device);
}

/* A disk, tape, CD-ROM or RAM disk has a volume that was never mounted. */
TEST(IoCreateDevice, GivesStorageAVolume)
{
    CheckVpb(FILE_DEVICE_DISK, TRUE);
    CheckVpb(FILE_DEVICE_CD_ROM, TRUE);
    CheckVpb(FILE_DEVICE_TAPE, TRUE);
    CheckVpb(FILE_DEVICE_VIRTUAL_DISK, TRUE);
    CheckVpb(FILE_DEVICE_UNKNOWN, FALSE);
    CheckVpb(FILE_DEVICE_SERIAL_PORT, FALSE);
}

/* ---- names ----------------------------------------------------------------------------------- */

TEST(IoCreateDevice, ANameIsFoundUntilItIsDeleted)
{
    PDEVICE_OBJECT Device = IoTestCreate(CREATE_NAME, 0, NULL);
    HANDLE Handle;

    if (Device == NULL)
        return;
    CHECK((Device->Flags & DO_DEVICE_HAS_NAME) != 0);
    if (CHECK_STATUS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &Handle), STATUS_SUCCESS))
        ZwClose(Handle);
    IoDeleteDevice(Device);
    CHECK_STATUS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &Handle), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(IoCreateDevice, ACollisionCreatesNothing)
{
    PDEVICE_OBJECT First = IoTestCreate(CREATE_NAME, 0, NULL);
    PDEVICE_OBJECT Second = NULL;

    if (First == NULL)
        return;
    CHECK_STATUS(Create(CREATE_NAME, 0, FILE_DEVICE_UNKNOWN, 0, FALSE, &Second),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(Create(L"\\Device\\KTESTIOCREATE", 0, FILE_DEVICE_UNKNOWN, 0, FALSE, &Second),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_PTR(KtestDriverObject->DeviceObject, First);
    IoDeleteDevice(First);
    CHECK_STATUS(Create(CREATE_NAME, 0, FILE_DEVICE_UNKNOWN, 0, FALSE, &Second), STATUS_SUCCESS);
    if (Second != NULL)
        IoDeleteDevice(Second);
}

static VOID CheckBadName(const WCHAR *Name, NTSTATUS Status)
{
    PDEVICE_OBJECT Before = KtestDriverObject->DeviceObject;
    PDEVICE_OBJECT Device = NULL;

    CHECK_STATUS(Create(Name, 16, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device), Status);
    CHECK_PTR(KtestDriverObject->DeviceObject, Before);
}

TEST(IoCreateDevice, RefusesBadNames)
{
    CheckBadName(L"KtestIoRelative", STATUS_OBJECT_PATH_SYNTAX_BAD);
    CheckBadName(L"\\KtestNoSuchFolder\\Name", STATUS_OBJECT_PATH_NOT_FOUND);
    CheckBadName(L"\\Device", KtestIsSince(6, 0) ? STATUS_OBJECT_TYPE_MISMATCH /* a directory */
                                                   : STATUS_OBJECT_NAME_COLLISION);
}

/* "\Device\" and eight hexadecimal digits. */
TEST(IoCreateDevice, MakesUpANameIfAsked)
{
    static const WCHAR Prefix[] = L"\\Device\\";
    PDEVICE_OBJECT Device = NULL;
    UCHAR Buffer[256];
    OBJECT_NAME_INFORMATION *Information = (PVOID)Buffer;
    ULONG Length, At;

    if (!CHECK_STATUS(
            Create(NULL, 0, FILE_DEVICE_UNKNOWN, FILE_AUTOGENERATED_DEVICE_NAME, FALSE, &Device),
            STATUS_SUCCESS))
        return;
    CHECK((Device->Flags & DO_DEVICE_HAS_NAME) != 0);
    if (CHECK_STATUS(ObQueryNameString(Device, Information, sizeof(Buffer), &Length),
                     STATUS_SUCCESS) &&
        CHECK_EQ(Information->Name.Length, sizeof(Prefix) - sizeof(WCHAR) + 8 * sizeof(WCHAR))) {
        CHECK_EQ(RtlCompareMemory(Information->Name.Buffer, Prefix, sizeof(Prefix) - sizeof(WCHAR)),
                 sizeof(Prefix) - sizeof(WCHAR));
        for (At = 8; At < 16; At++) {
            WCHAR Digit = Information->Name.Buffer[At];

            CHECK((Digit >= L'0' && Digit <= L'9') || (Digit >= L'a' && Digit <= L'f'));
        }
    }
    IoDeleteDevice(Device);
}

/* ---- opening --------------------------------------------------------------------------------- */

TEST(IoCreateDevice, AnExclusiveDeviceIsOpenOnce)
{
    PDEVICE_OBJECT Device = NULL;
    HANDLE First, Second;

    if (!CHECK_STATUS(
            Create(CREATE_NAME, sizeof(IO_TEST_DEVICE), FILE_DEVICE_UNKNOWN, 0, TRUE, &Device),
            STATUS_SUCCESS))
        return;
    CHECK((Device->Flags & DO_EXCLUSIVE) != 0);
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    if (CHECK_STATUS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &First), STATUS_SUCCESS)) {
        CHECK_STATUS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &Second), STATUS_ACCESS_DENIED);
        ZwClose(First);
        if (CHECK_STATUS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &Second), STATUS_SUCCESS))
            ZwClose(Second);
    }
    IoDeleteDevice(Device);
}

TEST(IoCreateDevice, ADeviceBeingInitializedCannotBeOpened)
{
    PDEVICE_OBJECT Device = NULL;
    HANDLE Handle;

    if (!CHECK_STATUS(
            Create(CREATE_NAME, sizeof(IO_TEST_DEVICE), FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
            STATUS_SUCCESS))
        return;
    CHECK(!NT_SUCCESS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &Handle)));
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    if (CHECK_STATUS(IoTestOpen(CREATE_NAME, FILE_READ_DATA, 0, &Handle), STATUS_SUCCESS))
        ZwClose(Handle);
    IoDeleteDevice(Device);
}
