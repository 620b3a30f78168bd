/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRetrievePriorityInfo, IoApplyPriorityInfoThread, IoSetIoPriorityHintIntoFileObject - priorities
 * of requests, files and threads, taken and given.
 */
#include "io_test.h"

#define HINT_NAME L"\\Device\\KtestIoHint"

#define HINT_VERY_LOW 0
#define HINT_LOW      1
#define HINT_NORMAL   2
#define HINT_TOO_MUCH 5      /* MaxIoPriorityTypes */
#define KEPT          0xFFFF /* what a thread's priority is not changed by */

typedef struct PRIORITIES { /* IO_PRIORITY_INFO */
    ULONG Size, Thread, Page, Io;
} PRIORITIES;

typedef NTSTATUS(NTAPI *RETRIEVE)(PIRP Irp, PFILE_OBJECT File, PVOID Thread, PRIORITIES *Info);
typedef NTSTATUS(NTAPI *APPLY)(PRIORITIES *Input, PRIORITIES *Output, PVOID Thread);
typedef NTSTATUS(NTAPI *SET_FILE)(PFILE_OBJECT File, ULONG Hint);
typedef NTSTATUS(NTAPI *SET_IRP)(PIRP Irp, ULONG Hint);

static RETRIEVE Retrieve;
static APPLY Apply;
static SET_FILE SetFile;

static const PRIORITIES Begun = {sizeof(PRIORITIES), KEPT, 0, HINT_NORMAL};

static BOOLEAN FindThem(VOID)
{
    Retrieve = (RETRIEVE)(ULONG_PTR)KtestExport(L"IoRetrievePriorityInfo");
    Apply = (APPLY)(ULONG_PTR)KtestExport(L"IoApplyPriorityInfoThread");
    SetFile = (SET_FILE)(ULONG_PTR)KtestExport(L"IoSetIoPriorityHintIntoFileObject");
    if (Retrieve != NULL && Apply != NULL && SetFile != NULL)
        return TRUE;
    skip("new in Windows Vista");
    return FALSE;
}

static PFILE_OBJECT OpenFile(VOID)
{
    PFILE_OBJECT File = NULL;
    HANDLE Handle;

    if (CHECK_STATUS(IoTestOpen(HINT_NAME, FILE_READ_DATA | SYNCHRONIZE, 0, &Handle),
            STATUS_SUCCESS)) {
        CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
            STATUS_SUCCESS);
        ZwClose(Handle);
    }
    return File;
}

static ULONG IoOf(PIRP Irp, PFILE_OBJECT File, PVOID Thread)
{
    PRIORITIES Info = Begun;

    CHECK_STATUS(Retrieve(Irp, File, Thread, &Info), STATUS_SUCCESS);
    return Info.Io;
}

TEST(IoRetrievePriorityInfo, RequestGoesBeforeFileAndThread)
{
    SET_IRP SetIrp = (SET_IRP)(ULONG_PTR)KtestExport(L"IoSetIoPriorityHint");
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;
    PRIORITIES Info = Begun;
    PIRP Irp;

    if (!FindThem())
        return;
    CHECK_STATUS(Retrieve(NULL, NULL, NULL, &Info), STATUS_SUCCESS);
    CHECK_EQ(Info.Io, HINT_NORMAL);
    CHECK_EQ(Info.Thread, KEPT);
    CHECK_EQ(Info.Page, 0);
    Device = IoTestCreate(HINT_NAME, 0, NULL);
    Irp = IoAllocateIrp(1, FALSE);
    File = Device != NULL ? OpenFile() : NULL;
    if (CHECK(Irp != NULL && SetIrp != NULL) && File != NULL) {
        CHECK_EQ(IoOf(Irp, File, NULL), HINT_NORMAL);
        CHECK_STATUS(SetFile(File, HINT_TOO_MUCH), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(SetFile(File, HINT_LOW), STATUS_SUCCESS);
        CHECK_EQ(IoOf(Irp, File, PsGetCurrentThread()), HINT_LOW);
        CHECK_STATUS(SetIrp(Irp, HINT_VERY_LOW), STATUS_SUCCESS);
        CHECK_EQ(IoOf(Irp, File, PsGetCurrentThread()), HINT_VERY_LOW);
        CHECK_EQ(IoOf(NULL, File, NULL), HINT_LOW);
        CHECK_EQ(IoOf(Irp, NULL, NULL), HINT_VERY_LOW);
    }
    if (File != NULL)
        ObDereferenceObject(File);
    if (Irp != NULL)
        IoFreeIrp(Irp);
    if (Device != NULL)
        IoDeleteDevice(Device);
}

TEST(IoApplyPriorityInfoThread, GivesAndTells)
{
    PVOID Thread = PsGetCurrentThread();
    PRIORITIES Before = Begun, Now = Begun, Told;

    if (!FindThem())
        return;
    CHECK_STATUS(Retrieve(NULL, NULL, Thread, &Before), STATUS_SUCCESS);
    CHECK_EQ(Before.Thread, KeQueryPriorityThread((PKTHREAD)Thread));
    CHECK(Before.Page != 0);
    Now = Before;
    Now.Thread = Before.Thread + 1;
    Now.Page = 2;
    Now.Io = HINT_VERY_LOW;
    CHECK_STATUS(Apply(&Now, &Told, Thread), STATUS_SUCCESS);
    CHECK_EQ(Told.Size, sizeof(Told));
    CHECK_EQ(Told.Thread, Before.Thread);
    CHECK_EQ(Told.Page, Before.Page);
    CHECK_EQ(Told.Io, Before.Io);
    CHECK_EQ(KeQueryPriorityThread((PKTHREAD)Thread), Before.Thread + 1);
    CHECK_EQ(IoOf(NULL, NULL, Thread), HINT_VERY_LOW);
    /* Back again, by one block for both. */
    CHECK_STATUS(Apply(&Before, &Before, Thread), STATUS_SUCCESS);
    CHECK_EQ(Before.Page, 2);
    CHECK_EQ(Before.Io, HINT_VERY_LOW);
    CHECK_EQ(KeQueryPriorityThread((PKTHREAD)Thread), Told.Thread);
    CHECK_EQ(IoOf(NULL, NULL, Thread), Told.Io);
    CHECK_STATUS(Apply(&Told, NULL, Thread), STATUS_SUCCESS);
}

TEST(IoApplyPriorityInfoThread, RefusesWhatIsNone)
{
    PVOID Thread = PsGetCurrentThread();
    PRIORITIES Info = Begun;

    if (!FindThem())
        return;
    Info.Size = 0;
    CHECK_STATUS(Apply(&Info, NULL, Thread), STATUS_INVALID_PARAMETER_1);
    Info = Begun;
    Info.Io = HINT_TOO_MUCH;
    CHECK_STATUS(Apply(&Info, NULL, Thread), STATUS_INVALID_PARAMETER_1);
    CHECK_EQ(IoOf(NULL, NULL, Thread), HINT_NORMAL);
}
