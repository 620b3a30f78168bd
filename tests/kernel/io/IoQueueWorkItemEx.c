/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoQueueWorkItemEx, IoInitializeWorkItem, IoUninitializeWorkItem, IoSizeofWorkItem - items in the
 * driver's own memory, whose routine gets the item. From Windows Vista on.
 */
#include "io_test.h"

typedef VOID NTAPI EX_WORK_ROUTINE(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem);

typedef struct EX_WORK {
    ULONG(NTAPI *SizeOf)(VOID);
    VOID(NTAPI *Initialize)(PVOID IoObject, PIO_WORKITEM IoWorkItem);
    VOID(NTAPI *Uninitialize)(PIO_WORKITEM IoWorkItem);
    VOID(NTAPI *Queue)(PIO_WORKITEM IoWorkItem, EX_WORK_ROUTINE *Routine, WORK_QUEUE_TYPE Type,
                       PVOID Context);
} EX_WORK;

typedef struct EX_WORK_RESULT {
    KEVENT Done;
    PVOID IoObject;
    PIO_WORKITEM Item;
} EX_WORK_RESULT;

static VOID NTAPI ExWorkRoutine(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem)
{
    EX_WORK_RESULT *Result = Context;

    Result->IoObject = IoObject;
    Result->Item = IoWorkItem;
    KeSetEvent(&Result->Done, IO_NO_INCREMENT, FALSE);
}

static BOOLEAN ExWorkFind(EX_WORK *Work)
{
    Work->SizeOf = KtestExport(L"IoSizeofWorkItem");
    Work->Initialize = KtestExport(L"IoInitializeWorkItem");
    Work->Uninitialize = KtestExport(L"IoUninitializeWorkItem");
    Work->Queue = KtestExport(L"IoQueueWorkItemEx");
    if (Work->SizeOf != NULL && Work->Initialize != NULL && Work->Uninitialize != NULL &&
        Work->Queue != NULL)
        return TRUE;
    skip("Windows Vista has it first");
    return FALSE;
}

static VOID ExWorkRun(PVOID IoObject)
{
    EX_WORK_RESULT Result;
    PIO_WORKITEM Item;
    EX_WORK Work;

    if (!ExWorkFind(&Work))
        return;
    RtlZeroMemory(&Result, sizeof(Result));
    KeInitializeEvent(&Result.Done, NotificationEvent, FALSE);
    Item = ExAllocatePoolWithTag(NonPagedPool, Work.SizeOf(), IO_TEST_TAG);
    if (!CHECK(Item != NULL))
        return;
    Work.Initialize(IoObject, Item);
    Work.Queue(Item, ExWorkRoutine, DelayedWorkQueue, &Result);
    KeWaitForSingleObject(&Result.Done, Executive, KernelMode, FALSE, NULL);
    CHECK_PTR(Result.IoObject, IoObject);
    CHECK_PTR(Result.Item, Item);
    Work.Uninitialize(Item);
    ExFreePoolWithTag(Item, IO_TEST_TAG);
}

TEST(IoQueueWorkItemEx, OfADevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    ExWorkRun(Device);
    IoDeleteDevice(Device);
}

TEST(IoInitializeWorkItem, OfADriver)
{
    ExWorkRun(KtestDriverObject);
}
