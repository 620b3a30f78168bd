/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * csq_test.h - a cancel-safe queue of a driver, as the documentation has it, for its tests. IRPs
 * come from IoAllocateIrp; ones that are cancelled are noted, not completed.
 */
#ifndef TESTS_KERNEL_IO_CSQ_TEST_H
#define TESTS_KERNEL_IO_CSQ_TEST_H

#include "io_test.h"

typedef struct CSQ_TEST {
    IO_CSQ Csq; /* first */
    LIST_ENTRY List;
    KSPIN_LOCK Lock;
    LONG Length;
    LONG Cancelled;
    PIRP LastCancelled;
    NTSTATUS Refuse; /* of the insert routine with a result */
    PVOID InsertContext;
} CSQ_TEST;

static inline VOID NTAPI CsqTestInsert(PIO_CSQ Csq, PIRP Irp)
{
    CSQ_TEST *Test = (CSQ_TEST *)Csq;

    InsertTailList(&Test->List, &Irp->Tail.Overlay.ListEntry);
    Test->Length++;
}

static inline VOID NTAPI CsqTestRemove(PIO_CSQ Csq, PIRP Irp)
{
    ((CSQ_TEST *)Csq)->Length--;
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

/* PeekContext: the one IRP wanted, or NULL. */
static inline PIRP NTAPI CsqTestPeek(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext)
{
    CSQ_TEST *Test = (CSQ_TEST *)Csq;
    PLIST_ENTRY Next = Irp == NULL ? Test->List.Flink : Irp->Tail.Overlay.ListEntry.Flink;

    for (; Next != &Test->List; Next = Next->Flink) {
        PIRP Candidate = CONTAINING_RECORD(Next, IRP, Tail.Overlay.ListEntry);

        if (PeekContext == NULL || PeekContext == Candidate)
            return Candidate;
    }
    return NULL;
}

static inline VOID NTAPI CsqTestAcquire(PIO_CSQ Csq, PKIRQL Irql)
{
    KeAcquireSpinLock(&((CSQ_TEST *)Csq)->Lock, Irql);
}

static inline VOID NTAPI CsqTestRelease(PIO_CSQ Csq, KIRQL Irql)
{
    KeReleaseSpinLock(&((CSQ_TEST *)Csq)->Lock, Irql);
}

static inline VOID NTAPI CsqTestCancelled(PIO_CSQ Csq, PIRP Irp)
{
    ((CSQ_TEST *)Csq)->Cancelled++;
    ((CSQ_TEST *)Csq)->LastCancelled = Irp;
}

static inline NTSTATUS NTAPI CsqTestInsertEx(PIO_CSQ Csq, PIRP Irp, PVOID InsertContext)
{
    CSQ_TEST *Test = (CSQ_TEST *)Csq;

    Test->InsertContext = InsertContext;
    if (NT_SUCCESS(Test->Refuse))
        CsqTestInsert(Csq, Irp);
    return Test->Refuse;
}

static inline VOID CsqTestPrepare(CSQ_TEST *Test)
{
    RtlZeroMemory(Test, sizeof(*Test));
    InitializeListHead(&Test->List);
    KeInitializeSpinLock(&Test->Lock);
}

static inline VOID CsqTestBegin(CSQ_TEST *Test)
{
    CsqTestPrepare(Test);
    CHECK_STATUS(IoCsqInitialize(&Test->Csq, CsqTestInsert, CsqTestRemove, CsqTestPeek,
                                 CsqTestAcquire, CsqTestRelease, CsqTestCancelled),
                 STATUS_SUCCESS);
}

/* An IRP whose current stack location can be marked pending. */
static inline PIRP CsqTestIrp(VOID)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);

    CHECK(Irp != NULL);
    if (Irp != NULL)
        IoSetNextIrpStackLocation(Irp);
    return Irp;
}

static inline VOID CsqTestFree(PIRP Irp)
{
    if (Irp == NULL)
        return;
    IoSkipCurrentIrpStackLocation(Irp);
    IoFreeIrp(Irp);
}

/* Two of them, or none. */
static inline BOOLEAN CsqTestTwo(PIRP *First, PIRP *Second)
{
    *First = CsqTestIrp();
    *Second = CsqTestIrp();
    if (*First != NULL && *Second != NULL)
        return TRUE;
    CsqTestFree(*First);
    CsqTestFree(*Second);
    return FALSE;
}

static inline BOOLEAN CsqTestIsPending(PIRP Irp)
{
    return (IoGetCurrentIrpStackLocation(Irp)->Control & SL_PENDING_RETURNED) != 0;
}

#endif
