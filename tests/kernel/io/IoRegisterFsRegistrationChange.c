/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRegisterFsRegistrationChange, IoRegisterFileSystem and kin - told of file systems that are
 * there, come and go; IoEnumerateRegisteredFiltersList - who is.
 */
#include <ntifs.h>

#include "io_test.h"

typedef NTSTATUS(NTAPI *REGISTER_CHANGE)(PDRIVER_OBJECT Driver, PDRIVER_FS_NOTIFICATION Routine);
typedef VOID(NTAPI *UNREGISTER_CHANGE)(PDRIVER_OBJECT Driver, PDRIVER_FS_NOTIFICATION Routine);

static PDEVICE_OBJECT FsWatched;
static ULONG FsCame, FsWent;

static VOID NTAPI FsNotify(PDEVICE_OBJECT DeviceObject, BOOLEAN FsActive)
{
    if (DeviceObject != FsWatched)
        return;
    if (FsActive)
        FsCame++;
    else
        FsWent++;
}

static PDEVICE_OBJECT FsCreate(VOID)
{
    PDEVICE_OBJECT Device = NULL;

    CHECK_STATUS(IoCreateDevice(KtestDriverObject, sizeof(IO_TEST_DEVICE), NULL,
                     FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &Device),
        STATUS_SUCCESS);
    FsWatched = Device;
    FsCame = FsWent = 0;
    return Device;
}

TEST(IoRegisterFsRegistrationChange, TellsWhatComesAndGoes)
{
    PDEVICE_OBJECT Device = FsCreate();

    if (Device == NULL)
        return;
    if (CHECK_STATUS(IoRegisterFsRegistrationChange(KtestDriverObject, FsNotify), STATUS_SUCCESS)) {
        CHECK_EQ(FsCame, 0);
        IoRegisterFileSystem(Device);
        CHECK_EQ(FsCame, 1);
        CHECK_EQ(FsWent, 0);
        IoUnregisterFileSystem(Device);
        CHECK_EQ(FsWent, 1);
        IoUnregisterFsRegistrationChange(KtestDriverObject, FsNotify);
    }
    IoRegisterFileSystem(Device);
    IoUnregisterFileSystem(Device);
    CHECK_EQ(FsCame, 1);
    CHECK_EQ(FsWent, 1);
    IoDeleteDevice(Device);
}

TEST(IoRegisterFsRegistrationChange, TellsWhatIsThereAlready)
{
    PDEVICE_OBJECT Device = FsCreate();

    if (Device == NULL)
        return;
    IoRegisterFileSystem(Device);
    if (CHECK_STATUS(IoRegisterFsRegistrationChange(KtestDriverObject, FsNotify), STATUS_SUCCESS)) {
        CHECK_EQ(FsCame, 1);
        IoUnregisterFsRegistrationChange(KtestDriverObject, FsNotify);
    }
    CHECK_EQ(FsWent, 0);
    IoUnregisterFileSystem(Device);
    IoDeleteDevice(Device);
}

TEST(IoRegisterFsRegistrationChange, TheSameRoutineOnlyOnce)
{
    if (!CHECK_STATUS(IoRegisterFsRegistrationChange(KtestDriverObject, FsNotify), STATUS_SUCCESS))
        return;
    CHECK_STATUS(IoRegisterFsRegistrationChange(KtestDriverObject, FsNotify),
        STATUS_DEVICE_ALREADY_ATTACHED);
    IoUnregisterFsRegistrationChange(KtestDriverObject, FsNotify);
    if (CHECK_STATUS(IoRegisterFsRegistrationChange(KtestDriverObject, FsNotify), STATUS_SUCCESS))
        IoUnregisterFsRegistrationChange(KtestDriverObject, FsNotify);
}

TEST(IoRegisterFsRegistrationChangeMountAware, IsTheSameOtherwise)
{
    NTSTATUS(NTAPI * Register)
    (PDRIVER_OBJECT Driver, PDRIVER_FS_NOTIFICATION Routine, BOOLEAN Synchronize) = (NTSTATUS(
        NTAPI *)(PDRIVER_OBJECT, PDRIVER_FS_NOTIFICATION, BOOLEAN))(
        ULONG_PTR)KtestExport(L"IoRegisterFsRegistrationChangeMountAware");

    if (Register == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (CHECK_STATUS(Register(KtestDriverObject, FsNotify, TRUE), STATUS_SUCCESS)) {
        CHECK_STATUS(Register(KtestDriverObject, FsNotify, FALSE), STATUS_DEVICE_ALREADY_ATTACHED);
        IoUnregisterFsRegistrationChange(KtestDriverObject, FsNotify);
    }
}

/* ---- who is ---------------------------------------------------------------------------------- */

typedef NTSTATUS(NTAPI *ENUMERATE)(PDRIVER_OBJECT *List, ULONG Bytes, PULONG Count);

/* Where the test's driver is; Count: it is not there. */
static ULONG FindOwn(PDRIVER_OBJECT *List, ULONG Count)
{
    ULONG Index, Found = Count;

    for (Index = 0; Index < Count; Index++) {
        if (List[Index] == KtestDriverObject)
            Found = Index;
        ObDereferenceObject(List[Index]);
    }
    return Found;
}

TEST(IoEnumerateRegisteredFiltersList, NamesTheFarthestFirst)
{
    ENUMERATE Enumerate =
        (ENUMERATE)(ULONG_PTR)KtestExport(L"IoEnumerateRegisteredFiltersList");
    PDRIVER_OBJECT List[64];
    ULONG Before = 0, Count = 0, Room;

    if (Enumerate == NULL) {
        skip("Windows Server 2003 and later");
        return;
    }
    Enumerate(NULL, 0, &Before);
    if (!CHECK(Before < 64) ||
        !CHECK_STATUS(IoRegisterFsRegistrationChange(KtestDriverObject, FsNotify), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Enumerate(NULL, 0, &Count), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Count, Before + 1);
    CHECK_STATUS(Enumerate(List, sizeof(List), &Count), STATUS_SUCCESS);
    CHECK_EQ(Count, Before + 1);
    CHECK_EQ(FindOwn(List, Count), 0);
    /* As many as there is room for. */
    Room = Before;
    CHECK_STATUS(
        Enumerate(List, Room * sizeof(PDRIVER_OBJECT), &Count), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Count, Before + 1);
    FindOwn(List, Room);
    IoUnregisterFsRegistrationChange(KtestDriverObject, FsNotify);
    Enumerate(NULL, 0, &Count);
    CHECK_EQ(Count, Before);
}
