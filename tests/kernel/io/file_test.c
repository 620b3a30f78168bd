/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * file_test.c - see file_test.h.
 */
#include "file_test.h"

static FILE_TEST *FileTestCurrent;
static DRIVER_DISPATCH FileTestDispatch;

static CHAR FileTestLetter(UCHAR MajorFunction)
{
    switch (MajorFunction) {
    case IRP_MJ_CREATE:
        return 'C';
    case IRP_MJ_CLEANUP:
        return 'l';
    case IRP_MJ_CLOSE:
        return 'c';
    case IRP_MJ_READ:
        return 'r';
    case IRP_MJ_WRITE:
        return 'w';
    case IRP_MJ_DEVICE_CONTROL:
        return 'i';
    case IRP_MJ_FLUSH_BUFFERS:
        return 'f';
    case IRP_MJ_FILE_SYSTEM_CONTROL:
        return 's';
    default:
        return '?';
    }
}

BOOLEAN FileTestTrailIs(const FILE_TEST *Test, const char *Trail)
{
    ULONG At;

    for (At = 0; At < Test->Length && Trail[At] == Test->Trail[At]; At++)
        continue;
    return At == Test->Length && Trail[At] == '\0';
}

/* How much the system buffer of a request holds. */
static ULONG FileTestInput(const IO_STACK_LOCATION *Stack)
{
    switch (Stack->MajorFunction) {
    case IRP_MJ_WRITE:
        return Stack->Parameters.Write.Length;
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_FILE_SYSTEM_CONTROL:
        return Stack->Parameters.DeviceIoControl.InputBufferLength;
    default:
        return 0;
    }
}

static ULONG FileTestOutput(const IO_STACK_LOCATION *Stack)
{
    switch (Stack->MajorFunction) {
    case IRP_MJ_READ:
        return Stack->Parameters.Read.Length;
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_FILE_SYSTEM_CONTROL:
        return Stack->Parameters.DeviceIoControl.OutputBufferLength;
    default:
        return 0;
    }
}

static VOID FileTestNote(FILE_TEST_REQUEST *Request, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    RtlZeroMemory(Request, sizeof(*Request));
    Request->MajorFunction = Stack->MajorFunction;
    Request->File = Stack->FileObject;
    Request->Mode = Irp->RequestorMode;
    Request->IrpFlags = Irp->Flags;
    Request->SystemBuffer = Irp->AssociatedIrp.SystemBuffer;
    Request->UserBuffer = Irp->UserBuffer;
    Request->Mdl = Irp->MdlAddress;
    Request->Stack = *Stack;
    Request->Irql = KeGetCurrentIrql();
    if (Stack->FileObject != NULL) {
        Request->Position = Stack->FileObject->CurrentByteOffset;
        Request->Related = Stack->MajorFunction == IRP_MJ_CREATE
                               ? Stack->FileObject->RelatedFileObject
                               : NULL;
    }
    if (Irp->AssociatedIrp.SystemBuffer != NULL)
        RtlCopyMemory(Request->SystemData, Irp->AssociatedIrp.SystemBuffer,
                      min(FileTestInput(Stack), FILE_TEST_BYTES));
}

/* Where the output of a request goes, whatever the method; NULL: it has none. */
static PVOID FileTestTarget(PIRP Irp)
{
    if (Irp->MdlAddress != NULL)
        return MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    if (Irp->AssociatedIrp.SystemBuffer != NULL)
        return Irp->AssociatedIrp.SystemBuffer;
    return Irp->UserBuffer;
}

/* Gives the file another name, with which its open is to begin anew. */
static NTSTATUS FileTestRedirect(FILE_TEST *Test, PIRP Irp, PFILE_OBJECT File)
{
    UNICODE_STRING Name;
    PVOID Text;

    RtlInitUnicodeString(&Name, Test->Redirect);
    Text = ExAllocatePoolWithTag(PagedPool, Name.Length, IO_TEST_TAG);
    if (Text == NULL)
        return IoTestComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    RtlCopyMemory(Text, Name.Buffer, Name.Length);
    ExFreePool(File->FileName.Buffer);
    File->FileName.Buffer = Text;
    File->FileName.Length = File->FileName.MaximumLength = Name.Length;
    Test->Redirect = NULL;
    return IoTestComplete(Irp, STATUS_REPARSE, IO_REPARSE);
}

static NTSTATUS NTAPI FileTestDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    FILE_TEST *Test = FileTestCurrent;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    if (Test->Length < sizeof(Test->Trail) - 1)
        Test->Trail[Test->Length++] = FileTestLetter(Stack->MajorFunction);
    switch (Stack->MajorFunction) {
    case IRP_MJ_CREATE:
        FileTestNote(&Test->Create, Irp);
        RtlZeroMemory(Test->CreateName, sizeof(Test->CreateName));
        RtlCopyMemory(
            Test->CreateName, Stack->FileObject->FileName.Buffer,
            min(Stack->FileObject->FileName.Length, sizeof(Test->CreateName) - sizeof(WCHAR)));
        if (Test->Redirect != NULL)
            return FileTestRedirect(Test, Irp, Stack->FileObject);
        return IoTestComplete(Irp, Test->CreateStatus, Test->CreateInformation);
    case IRP_MJ_CLEANUP:
    case IRP_MJ_CLOSE:
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    default:
        FileTestNote(&Test->Last, Irp);
        if (Test->Fill != 0 && FileTestOutput(Stack) != 0)
            RtlFillMemory(FileTestTarget(Irp), FileTestOutput(Stack), Test->Fill);
        return Test->Pend ? IoTestPend(Irp, Test->Status, Test->Information)
                          : IoTestComplete(Irp, Test->Status, Test->Information);
    }
}

BOOLEAN FileTestBegin(FILE_TEST *Test, ULONG Flags)
{
    RtlZeroMemory(Test, sizeof(*Test));
    FileTestCurrent = Test;
    Test->CreateInformation = FILE_OPENED;
    Test->Device = IoTestCreate(FILE_TEST_NAME, Flags, FileTestDispatch);
    return Test->Device != NULL;
}

VOID FileTestEnd(FILE_TEST *Test)
{
    IoDeleteDevice(Test->Device);
}

HANDLE FileTestOpen(BOOLEAN Synchronous)
{
    HANDLE Handle;

    if (!CHECK_STATUS(IoTestOpen(FILE_TEST_NAME, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
                                 Synchronous ? FILE_SYNCHRONOUS_IO_NONALERT : 0, &Handle),
                      STATUS_SUCCESS))
        return NULL;
    return Handle;
}
