/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateFileSpecifyDeviceObjectHint, IoCreateFileEx - opening below the top of a stack, as a
 * filter does.
 */
#include "io_test.h"

#define STACK_NAME L"\\Device\\KtestIoHint"

typedef NTSTATUS(NTAPI *CREATE_EX)(PHANDLE Handle, ACCESS_MASK Access,
    POBJECT_ATTRIBUTES Attributes, PIO_STATUS_BLOCK IoStatus, PLARGE_INTEGER Size,
    ULONG FileAttributes, ULONG Share, ULONG Disposition, ULONG Options, PVOID Ea, ULONG EaLength,
    CREATE_FILE_TYPE Type, PVOID Extra, ULONG Flags, PVOID Last);

typedef struct CONTEXT_OF_DRIVER {
    SHORT Size;
    PVOID Extra;
    PVOID Hint;
    PVOID Transaction;
    PVOID Silo;
} CONTEXT_OF_DRIVER;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

typedef struct STACK {
    PDEVICE_OBJECT Bottom, Top, Other;
} STACK;

static VOID End(STACK *Stack)
{
    if (Stack->Top != NULL) {
        if (Stack->Bottom != NULL && Stack->Bottom->AttachedDevice != NULL)
            IoDetachDevice(Stack->Bottom);
        IoDeleteDevice(Stack->Top);
    }
    if (Stack->Bottom != NULL)
        IoDeleteDevice(Stack->Bottom);
    if (Stack->Other != NULL)
        IoDeleteDevice(Stack->Other);
}

static BOOLEAN Begin(STACK *Stack)
{
    Stack->Bottom = IoTestCreate(STACK_NAME, DO_BUFFERED_IO, Answer);
    Stack->Top = IoTestCreate(NULL, DO_BUFFERED_IO, Answer);
    Stack->Other = IoTestCreate(NULL, DO_BUFFERED_IO, Answer);
    if (Stack->Bottom != NULL && Stack->Top != NULL && Stack->Other != NULL &&
        CHECK_PTR(IoAttachDeviceToDeviceStack(Stack->Top, Stack->Bottom), Stack->Bottom))
        return TRUE;
    End(Stack);
    return FALSE;
}

static NTSTATUS Open(CREATE_EX Create, PVOID Last, ULONG Flags, HANDLE *Handle)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    KTEST_STRING(Name, STACK_NAME);

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return Create(Handle, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE, &Attributes, &IoStatus,
        NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0, CreateFileTypeNone, NULL,
        Flags, Last);
}

static VOID OpensBelow(CREATE_EX Create, BOOLEAN Context)
{
    STACK Stack;
    CONTEXT_OF_DRIVER Given = {sizeof(Given), NULL, NULL, NULL, NULL};
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    CHAR Byte = 0;
    HANDLE Handle;

    if (!Begin(&Stack))
        return;
    Given.Hint = Stack.Bottom;
    if (CHECK_STATUS(
            Open(Create, Context ? (PVOID)&Given : Stack.Bottom, IO_NO_PARAMETER_CHECKING, &Handle),
            STATUS_SUCCESS)) {
        CHECK_STATUS(ZwWriteFile(Handle, NULL, NULL, NULL, &IoStatus, &Byte, 1, &Offset, NULL),
            STATUS_SUCCESS);
        ZwClose(Handle);
        CHECK_EQ(IoTestOf(Stack.Bottom)->Seen[IRP_MJ_CREATE], 1);
        CHECK_EQ(IoTestOf(Stack.Bottom)->Seen[IRP_MJ_WRITE], 1);
        CHECK_EQ(IoTestOf(Stack.Bottom)->Seen[IRP_MJ_CLOSE], 1);
        CHECK_EQ(IoTestOf(Stack.Top)->Seen[IRP_MJ_CREATE], 0);
        CHECK_EQ(IoTestOf(Stack.Top)->Seen[IRP_MJ_WRITE], 0);
        CHECK_EQ(IoTestOf(Stack.Top)->Seen[IRP_MJ_CLOSE], 0);
    }
    if (CHECK_STATUS(Open(Create, NULL, IO_NO_PARAMETER_CHECKING, &Handle), STATUS_SUCCESS)) {
        ZwClose(Handle);
        CHECK_EQ(IoTestOf(Stack.Top)->Seen[IRP_MJ_CREATE], 1);
    }
    Given.Hint = Stack.Other;
    CHECK_STATUS(
        Open(Create, Context ? (PVOID)&Given : Stack.Other, IO_NO_PARAMETER_CHECKING, &Handle),
        STATUS_INVALID_DEVICE_OBJECT_PARAMETER);
    End(&Stack);
}

TEST(IoCreateFileSpecifyDeviceObjectHint, StartsAtTheDevice)
{
    CREATE_EX Create = (CREATE_EX)(ULONG_PTR)KtestExport(L"IoCreateFileSpecifyDeviceObjectHint");

    if (Create == NULL)
        skip("newer than this Windows");
    else
        OpensBelow(Create, FALSE);
}

TEST(IoCreateFileEx, StartsAtTheDevice)
{
    CREATE_EX Create = (CREATE_EX)(ULONG_PTR)KtestExport(L"IoCreateFileEx");
    CONTEXT_OF_DRIVER Wrong = {3, NULL, NULL, NULL, NULL};
    HANDLE Handle;

    if (Create == NULL) {
        skip("newer than this Windows");
        return;
    }
    OpensBelow(Create, TRUE);
    CHECK_STATUS(Open(Create, &Wrong, IO_NO_PARAMETER_CHECKING, &Handle), STATUS_INVALID_PARAMETER);
}

/* A pipe's driver gets what the caller said about the pipe. */
static PVOID SeenParameters;

static NTSTATUS NTAPI AnswerPipe(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction == IRP_MJ_CREATE_NAMED_PIPE)
        SeenParameters = Stack->Parameters.Others.Argument4;
    return IoTestComplete(Irp, STATUS_SUCCESS, FILE_CREATED);
}

TEST(IoCreateFile, MakesPipesAndMailslots)
{
    PDEVICE_OBJECT Device = IoTestCreate(STACK_NAME, DO_BUFFERED_IO, AnswerPipe);
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    ULONG Parameters[10] = {0};
    HANDLE Handle;
    KTEST_STRING(Name, STACK_NAME L"\\pipe");

    if (Device == NULL)
        return;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(
            IoCreateFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, NULL, 0, 0, FILE_CREATE,
                0, NULL, 0, CreateFileTypeNamedPipe, Parameters, IO_NO_PARAMETER_CHECKING),
            STATUS_SUCCESS)) {
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CREATE_NAMED_PIPE], 1);
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CREATE], 0);
        CHECK_PTR(SeenParameters, Parameters);
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}
