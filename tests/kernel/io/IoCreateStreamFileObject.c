/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateStreamFileObject, ...Ex, ...Ex2, ...Lite - files a file system makes of its own: which
 * requests they send when.
 */
#include "io_test.h"

typedef struct STREAM_OPTIONS {
    USHORT Size;
    USHORT Flags;
    PDEVICE_OBJECT Target;
} STREAM_OPTIONS;

#define STREAM_RAISE 1
#define STREAM_LITE  2

typedef PFILE_OBJECT(NTAPI *CREATE)(PFILE_OBJECT File, PDEVICE_OBJECT Device);
typedef PFILE_OBJECT(NTAPI *CREATE_EX)(PFILE_OBJECT File, PDEVICE_OBJECT Device, PHANDLE Handle);
typedef NTSTATUS(NTAPI *CREATE_EX2)(STREAM_OPTIONS *Options, PFILE_OBJECT File,
                                    PDEVICE_OBJECT Device, PFILE_OBJECT *Stream, PHANDLE Handle);

static VOID CheckSeen(PDEVICE_OBJECT Device, LONG Cleanups, LONG Closes)
{
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CREATE], 0);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLEANUP], Cleanups);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLOSE], Closes);
}

static VOID CheckFile(PFILE_OBJECT File, PDEVICE_OBJECT Device)
{
    CHECK_PTR(File->DeviceObject, Device);
    CHECK(File->Flags & FO_STREAM_FILE);
    CHECK_EQ(File->FileName.Length, 0);
}

TEST(IoCreateStreamFileObject, CleansUpAtOnceAndClosesLater)
{
    CREATE Create = (CREATE)KtestExport(L"IoCreateStreamFileObject");
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    PFILE_OBJECT File, Beside;

    if (Device == NULL || !CHECK(Create != NULL))
        return;
    File = Create(NULL, Device);
    CheckFile(File, Device);
    CheckSeen(Device, 1, 0);
    Beside = Create(File, NULL); /* on the device of the other */
    CheckFile(Beside, Device);
    CheckSeen(Device, 2, 0);
    ObDereferenceObject(Beside);
    CheckSeen(Device, 2, 1);
    ObDereferenceObject(File);
    CheckSeen(Device, 2, 2);
    IoDeleteDevice(Device);
}

TEST(IoCreateStreamFileObjectEx, LeavesTheHandle)
{
    CREATE_EX Create = (CREATE_EX)KtestExport(L"IoCreateStreamFileObjectEx");
    PDEVICE_OBJECT Device;
    HANDLE Handle = NULL;
    PFILE_OBJECT File;

    if (Create == NULL) {
        skip("new in Windows XP");
        return;
    }
    Device = IoTestCreate(NULL, 0, NULL);
    if (Device == NULL)
        return;
    File = Create(NULL, Device, &Handle);
    CheckFile(File, Device);
    CheckSeen(Device, 0, 0);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
    CheckSeen(Device, 1, 0);
    ObDereferenceObject(File);
    CheckSeen(Device, 1, 1);
    IoDeleteDevice(Device);
}

TEST(IoCreateStreamFileObjectLite, HasNoHandle)
{
    CREATE Create = (CREATE)KtestExport(L"IoCreateStreamFileObjectLite");
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    PFILE_OBJECT File;

    if (Device == NULL || !CHECK(Create != NULL))
        return;
    File = Create(NULL, Device);
    CheckFile(File, Device);
    CheckSeen(Device, 0, 0);
    ObDereferenceObject(File);
    CheckSeen(Device, 0, 1);
    IoDeleteDevice(Device);
}

TEST(IoCreateStreamFileObjectEx2, HasATarget)
{
    CREATE_EX2 Create = (CREATE_EX2)KtestExport(L"IoCreateStreamFileObjectEx2");
    STREAM_OPTIONS Options = {sizeof(Options), 0, NULL};
    PDEVICE_OBJECT Lower, Upper;
    PFILE_OBJECT File = NULL;

    if (Create == NULL) {
        skip("new in Windows 8");
        return;
    }
    Lower = IoTestCreate(NULL, 0, NULL);
    Upper = IoTestCreate(NULL, 0, NULL);
    if (Lower == NULL || Upper == NULL || IoAttachDeviceToDeviceStack(Upper, Lower) != Lower)
        return;
    Options.Target = Lower;
    if (CHECK_STATUS(Create(&Options, NULL, Lower, &File, NULL), STATUS_SUCCESS)) {
        CheckFile(File, Lower);
        CHECK_PTR(IoGetRelatedDeviceObject(File), Lower); /* not the one above */
        CheckSeen(Lower, 1, 0);
        ObDereferenceObject(File);
    }
    CheckSeen(Lower, 1, 1);
    CheckSeen(Upper, 0, 0);
    Options.Target = NULL;
    Options.Flags = STREAM_LITE;
    if (CHECK_STATUS(Create(&Options, NULL, Lower, &File, NULL), STATUS_SUCCESS)) {
        CHECK_PTR(IoGetRelatedDeviceObject(File), Upper);
        ObDereferenceObject(File);
    }
    CheckSeen(Upper, 0, 1);
    IoDetachDevice(Lower);
    IoDeleteDevice(Upper);
    IoDeleteDevice(Lower);
}

TEST(IoCreateStreamFileObjectEx2, RefusesForeignTargets)
{
    CREATE_EX2 Create = (CREATE_EX2)KtestExport(L"IoCreateStreamFileObjectEx2");
    STREAM_OPTIONS Options = {sizeof(Options), 0, NULL};
    PFILE_OBJECT File = (PFILE_OBJECT)(ULONG_PTR)77;
    PDEVICE_OBJECT Device, Other;
    NTSTATUS Status;

    if (Create == NULL) {
        skip("new in Windows 8");
        return;
    }
    Device = IoTestCreate(NULL, 0, NULL);
    Other = IoTestCreate(NULL, 0, NULL);
    if (Device == NULL || Other == NULL)
        return;
    Options.Target = Other;
    CHECK(!NT_SUCCESS(Create(&Options, NULL, Device, &File, NULL)));
    Options.Flags = STREAM_RAISE;
    Status = STATUS_SUCCESS;
    __try {
        Create(&Options, NULL, Device, &File, NULL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK(!NT_SUCCESS(Status));
    CHECK_PTR(File, (PVOID)(ULONG_PTR)77);
    CheckSeen(Device, 0, 0);
    Options.Size = 2;
    Options.Flags = 0;
    Options.Target = NULL;
    CHECK_STATUS(Create(&Options, NULL, Device, &File, NULL), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(Other);
    IoDeleteDevice(Device);
}
