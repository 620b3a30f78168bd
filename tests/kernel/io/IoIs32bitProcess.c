/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoIs32bitProcess - the System process is not one, nor is a request of the kernel.
 */
#include "io_test.h"

#ifdef _WIN64
static BOOLEAN Is32bit;

static NTSTATUS NTAPI Is32bitDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    Is32bit = IoIs32bitProcess(Irp);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

TEST(IoIs32bitProcess, NotForTheKernel)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, Is32bitDispatch);

    CHECK(!IoIs32bitProcess(NULL));
    if (Device == NULL)
        return;
    Is32bit = TRUE;
    CHECK_STATUS(IoTestControl(Device), STATUS_SUCCESS);
    CHECK(!Is32bit);
    IoDeleteDevice(Device);
}
#endif
