/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetRelatedDeviceObject - where a file's requests start: the top of the stack at that moment.
 */
#include "kvariable.h"
#include "io_test.h"

IMPORT_VARIABLE(POBJECT_TYPE, IoFileObjectType);

#define RELATED_NAME L"\\Device\\KtestIoRelated"

TEST(IoGetRelatedDeviceObject, FollowsTheStack)
{
    PDEVICE_OBJECT Lower = IoTestCreate(RELATED_NAME, 0, NULL);
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, NULL);
    PFILE_OBJECT File;
    HANDLE Handle;
    PVOID Object;

    if (Lower != NULL && Upper != NULL &&
        CHECK_STATUS(IoTestOpen(RELATED_NAME, FILE_READ_DATA, 0, &Handle), STATUS_SUCCESS)) {
        if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, IMPORTED(IoFileObjectType),
                                                   KernelMode, &Object, NULL),
                         STATUS_SUCCESS)) {
            File = Object;
            CHECK_PTR(File->DeviceObject, Lower);
            CHECK_PTR(IoGetRelatedDeviceObject(File), Lower);
            CHECK_PTR(IoAttachDeviceToDeviceStack(Upper, Lower), Lower);
            CHECK_PTR(IoGetRelatedDeviceObject(File), Upper);
            IoDetachDevice(Lower);
            CHECK_PTR(IoGetRelatedDeviceObject(File), Lower);
            ObDereferenceObject(File);
        }
        ZwClose(Handle);
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
}
