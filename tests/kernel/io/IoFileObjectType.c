/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoFileObjectType, IoDeviceObjectType, IoDriverObjectType - the types of io's objects.
 */
#include "kvariable.h"
#include "io_test.h"

IMPORT_VARIABLE(POBJECT_TYPE, IoFileObjectType);
IMPORT_VARIABLE(POBJECT_TYPE, IoDeviceObjectType);
IMPORT_VARIABLE(POBJECT_TYPE, IoDriverObjectType);

/* Declared in no header of the DDK, and yet what most drivers use that look for others. */
NTKERNELAPI NTSTATUS NTAPI ObReferenceObjectByName(PUNICODE_STRING ObjectName, ULONG Attributes,
                                                   PACCESS_STATE AccessState,
                                                   ACCESS_MASK DesiredAccess,
                                                   POBJECT_TYPE ObjectType,
                                                   KPROCESSOR_MODE AccessMode, PVOID ParseContext,
                                                   PVOID *Object);

#define TYPE_NAME L"\\Device\\KtestIoType"

static NTSTATUS ByHandle(HANDLE Handle, POBJECT_TYPE Type)
{
    PVOID Object;
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, 0, Type, KernelMode, &Object, NULL);

    if (NT_SUCCESS(Status))
        ObDereferenceObject(Object);
    return Status;
}

TEST(IoFileObjectType, IsTheTypeOfAFileHandle)
{
    PDEVICE_OBJECT Device = IoTestCreate(TYPE_NAME, 0, NULL);
    HANDLE Handle;

    if (Device == NULL)
        return;
    if (CHECK_STATUS(IoTestOpen(TYPE_NAME, FILE_READ_DATA, 0, &Handle), STATUS_SUCCESS)) {
        CHECK_STATUS(ByHandle(Handle, IMPORTED(IoFileObjectType)), STATUS_SUCCESS);
        CHECK_STATUS(ByHandle(Handle, IMPORTED(IoDeviceObjectType)), STATUS_OBJECT_TYPE_MISMATCH);
        CHECK_STATUS(ByHandle(Handle, IMPORTED(IoDriverObjectType)), STATUS_OBJECT_TYPE_MISMATCH);
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}

TEST(IoDeviceObjectType, IsTheTypeOfADevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(TYPE_NAME, 0, NULL);
    UNICODE_STRING Name;
    PVOID Object = NULL;

    if (Device == NULL)
        return;
    RtlInitUnicodeString(&Name, TYPE_NAME);
    if (CHECK_STATUS(ObReferenceObjectByName(&Name, OBJ_CASE_INSENSITIVE, NULL, 0,
                                             IMPORTED(IoDeviceObjectType), KernelMode, NULL,
                                             &Object),
                     STATUS_SUCCESS)) {
        CHECK_PTR(Object, Device);
        ObDereferenceObject(Object);
    }
    IoDeleteDevice(Device);
}

TEST(IoDriverObjectType, IsTheTypeOfADriver)
{
    PVOID Object = NULL;

    if (CHECK_STATUS(ObReferenceObjectByName(&KtestDriverObject->DriverName, OBJ_CASE_INSENSITIVE,
                                             NULL, 0, IMPORTED(IoDriverObjectType), KernelMode,
                                             NULL, &Object),
                     STATUS_SUCCESS)) {
        CHECK_PTR(Object, KtestDriverObject);
        ObDereferenceObject(Object);
    }
}
