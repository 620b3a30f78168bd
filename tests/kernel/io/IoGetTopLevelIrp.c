/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetTopLevelIrp, IoSetTopLevelIrp - one value for each thread.
 */
#include "io_test.h"

NTKERNELAPI VOID NTAPI IoSetTopLevelIrp(PIRP Irp);

static PIRP TopLevelOfThread;

static VOID NTAPI TopLevelThread(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    TopLevelOfThread = IoGetTopLevelIrp();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(IoGetTopLevelIrp, IsNullUntilSet)
{
    CHECK_PTR(IoGetTopLevelIrp(), NULL);
}

TEST(IoSetTopLevelIrp, IsThisThreadsAlone)
{
    PIRP Irp = (PIRP)&TopLevelOfThread;
    HANDLE Handle;

    IoSetTopLevelIrp(Irp);
    CHECK_PTR(IoGetTopLevelIrp(), Irp);
    TopLevelOfThread = Irp;
    if (CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                          TopLevelThread, NULL), STATUS_SUCCESS)) {
        ZwWaitForSingleObject(Handle, FALSE, NULL);
        ZwClose(Handle);
        CHECK_PTR(TopLevelOfThread, NULL);
    }
    IoSetTopLevelIrp(NULL);
    CHECK_PTR(IoGetTopLevelIrp(), NULL);
}
