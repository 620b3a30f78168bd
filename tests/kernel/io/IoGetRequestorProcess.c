/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetRequestorProcess, IoGetRequestorProcessId - of a request this process has sent.
 */
#include "io_test.h"

NTKERNELAPI PEPROCESS NTAPI IoGetRequestorProcess(PIRP Irp);
NTKERNELAPI ULONG NTAPI IoGetRequestorProcessId(PIRP Irp);

static PEPROCESS RequestorProcess;
static ULONG RequestorId;

static NTSTATUS NTAPI RequestorDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    RequestorProcess = IoGetRequestorProcess(Irp);
    RequestorId = IoGetRequestorProcessId(Irp);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

TEST(IoGetRequestorProcess, IsTheSender)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, RequestorDispatch);

    if (Device == NULL)
        return;
    RequestorProcess = NULL;
    CHECK_STATUS(IoTestControl(Device), STATUS_SUCCESS);
    CHECK_PTR(RequestorProcess, PsGetCurrentProcess());
    IoDeleteDevice(Device);
}

TEST(IoGetRequestorProcessId, IsTheSendersId)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, RequestorDispatch);

    if (Device == NULL)
        return;
    RequestorId = 0;
    CHECK_STATUS(IoTestControl(Device), STATUS_SUCCESS);
    CHECK_EQ(RequestorId, (ULONG_PTR)PsGetCurrentProcessId());
    IoDeleteDevice(Device);
}
