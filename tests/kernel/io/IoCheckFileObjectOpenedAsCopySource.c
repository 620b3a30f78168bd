/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckFileObjectOpenedAsCopySource, IoCheckFileObjectOpenedAsCopyDestination - what was said of
 * a file when it was opened.
 */
#include "io_test.h"

#define COPY_NAME         L"\\Device\\KtestIoCopy"
#define CONTAINS_EXTENDED 0x10000000 /* FILE_CONTAINS_EXTENDED_CREATE_INFORMATION */

typedef struct EXTENDED { /* EXTENDED_CREATE_INFORMATION */
    LONGLONG Flags;
    PVOID EaBuffer;
    ULONG EaLength;
    PVOID DualOplockKeys;
} EXTENDED;

typedef BOOLEAN(NTAPI *OPENED_AS)(PFILE_OBJECT File);

static OPENED_AS AsSource, AsDestination;
static ULONG SeenOptions, SeenEaLength;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction == IRP_MJ_CREATE) {
        SeenOptions = Stack->Parameters.Create.Options;
        SeenEaLength = Stack->Parameters.Create.EaLength;
    }
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Open(ULONG Options, PVOID Buffer, ULONG Length, PFILE_OBJECT *File)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    NTSTATUS Status;
    KTEST_STRING(Name, COPY_NAME);

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwCreateFile(&Handle, FILE_READ_DATA | SYNCHRONIZE, &Attributes, &Io, NULL, 0, 0,
        FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT | Options, Buffer, Length);
    if (NT_SUCCESS(Status)) {
        CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)File, NULL),
            STATUS_SUCCESS);
        ZwClose(Handle);
    }
    return Status;
}

static VOID OpenFor(LONGLONG Flags, BOOLEAN Source, BOOLEAN Destination)
{
    EXTENDED Extended = {.Flags = Flags};
    PFILE_OBJECT File = NULL;

    if (!CHECK_STATUS(
            Open(CONTAINS_EXTENDED, &Extended, sizeof(Extended), &File), STATUS_SUCCESS))
        return;
    CHECK_EQ(AsSource(File), Source);
    CHECK_EQ(AsDestination(File), Destination);
    CHECK_EQ(SeenEaLength, 0);
    CHECK(SeenOptions & FILE_SYNCHRONOUS_IO_NONALERT);
    ObDereferenceObject(File);
}

TEST(IoCheckFileObjectOpenedAsCopySource, IsWhatTheOpenerSaid)
{
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;

    AsSource = (OPENED_AS)(ULONG_PTR)KtestExport(L"IoCheckFileObjectOpenedAsCopySource");
    AsDestination = (OPENED_AS)(ULONG_PTR)KtestExport(L"IoCheckFileObjectOpenedAsCopyDestination");
    if (AsSource == NULL || !CHECK(AsDestination != NULL)) {
        skip("new in Windows 11, version 22H2");
        return;
    }
    Device = IoTestCreate(COPY_NAME, DO_BUFFERED_IO, Answer);
    if (Device == NULL)
        return;
    if (CHECK_STATUS(Open(0, NULL, 0, &File), STATUS_SUCCESS)) {
        CHECK(!AsSource(File) && !AsDestination(File));
        ObDereferenceObject(File);
    }
    OpenFor(0, FALSE, FALSE);
    OpenFor(1, TRUE, FALSE);
    OpenFor(2, FALSE, TRUE);
    CHECK_STATUS(Open(CONTAINS_EXTENDED, NULL, 0, &File), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(Device);
}
