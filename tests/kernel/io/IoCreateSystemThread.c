/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateSystemThread - a thread of a device's, which is there as long as it runs.
 */
#include <ntifs.h>

#include "io_test.h"

typedef NTSTATUS(NTAPI *CREATE)(PVOID Object, PHANDLE Handle, ULONG Access,
    POBJECT_ATTRIBUTES Attributes, HANDLE Process, PCLIENT_ID Client, PKSTART_ROUTINE Routine,
    PVOID Context);

typedef struct RUN {
    KEVENT Started, Go;
    PVOID Context;
    BOOLEAN System;
} RUN;

static VOID NTAPI Run(PVOID Context)
{
    RUN *It = Context;

    It->Context = Context;
    It->System = PsIsSystemThread(PsGetCurrentThread());
    KeSetEvent(&It->Started, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&It->Go, Executive, KernelMode, FALSE, NULL);
    /* Whoever made it ends it. */
}

TEST(IoCreateSystemThread, EndsWhenItsRoutineReturns)
{
    CREATE Create = (CREATE)(ULONG_PTR)KtestExport(L"IoCreateSystemThread");
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    PVOID Thread = NULL;
    RUN It;

    if (Create == NULL)
        skip("new in Windows 8");
    if (Create != NULL && Device != NULL) {
        RtlZeroMemory(&It, sizeof(It));
        KeInitializeEvent(&It.Started, NotificationEvent, FALSE);
        KeInitializeEvent(&It.Go, NotificationEvent, FALSE);
        InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
        if (CHECK_STATUS(
                Create(Device, &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, Run, &It),
                STATUS_SUCCESS)) {
            CHECK_STATUS(
                ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
                STATUS_SUCCESS);
            ZwClose(Handle);
            KeWaitForSingleObject(&It.Started, Executive, KernelMode, FALSE, NULL);
            CHECK_PTR(It.Context, &It);
            CHECK(It.System);
            KeSetEvent(&It.Go, IO_NO_INCREMENT, FALSE);
            KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
            ObDereferenceObject(Thread);
        }
        CHECK_STATUS(Create(KtestDriverObject, &Handle, THREAD_ALL_ACCESS, &Attributes,
                         (HANDLE)0x7FFF0, NULL, Run, &It),
            STATUS_INVALID_HANDLE);
    }
    if (Device != NULL)
        IoDeleteDevice(Device);
}
