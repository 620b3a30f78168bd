/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCsqInitialize, IoCsqInsertIrp - a queued IRP is pending and can be cancelled, before and after.
 */
#include "csq_test.h"

TEST(IoCsqInsertIrp, MarksPending)
{
    PIRP Irp = CsqTestIrp();
    CSQ_TEST Test;

    if (Irp == NULL)
        return;
    CsqTestBegin(&Test);
    IoCsqInsertIrp(&Test.Csq, Irp, NULL);
    CHECK(CsqTestIsPending(Irp));
    CHECK_EQ(Test.Length, 1);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Irp);
    CHECK_EQ(Test.Length, 0);
    CHECK(Irp->CancelRoutine == NULL);
    CsqTestFree(Irp);
}

TEST(IoCsqInsertIrp, ThenCancelled)
{
    CSQ_TEST Test;
    PIRP First;
    PIRP Second;

    if (!CsqTestTwo(&First, &Second))
        return;
    CsqTestBegin(&Test);
    IoCsqInsertIrp(&Test.Csq, First, NULL);
    IoCsqInsertIrp(&Test.Csq, Second, NULL);
    CHECK(IoCancelIrp(First));
    CHECK_EQ(Test.Cancelled, 1);
    CHECK_PTR(Test.LastCancelled, First);
    CHECK_EQ(Test.Length, 1);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Second);
    CHECK(!IoCancelIrp(Second));
    CHECK_EQ(Test.Cancelled, 1);
    CsqTestFree(First);
    CsqTestFree(Second);
}

/* An IRP cancelled on its way here is completed as such and not left in the queue. */
TEST(IoCsqInsertIrp, CancelledBefore)
{
    PIRP Irp = CsqTestIrp();
    CSQ_TEST Test;

    if (Irp == NULL)
        return;
    CsqTestBegin(&Test);
    CHECK(!IoCancelIrp(Irp));
    IoCsqInsertIrp(&Test.Csq, Irp, NULL);
    CHECK_EQ(Test.Cancelled, 1);
    CHECK_PTR(Test.LastCancelled, Irp);
    CHECK_EQ(Test.Length, 0);
    CHECK(CsqTestIsPending(Irp));
    CsqTestFree(Irp);
}
