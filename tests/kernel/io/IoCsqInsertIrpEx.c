/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCsqInitializeEx, IoCsqInsertIrpEx - the insert routine gets its context and may refuse.
 */
#include "csq_test.h"

static VOID CsqTestBeginEx(CSQ_TEST *Test)
{
    CsqTestPrepare(Test);
    CHECK_STATUS(IoCsqInitializeEx(&Test->Csq, CsqTestInsertEx, CsqTestRemove, CsqTestPeek,
                                   CsqTestAcquire, CsqTestRelease, CsqTestCancelled),
                 STATUS_SUCCESS);
}

TEST(IoCsqInsertIrpEx, Accepted)
{
    PIRP Irp = CsqTestIrp();
    CSQ_TEST Test;

    if (Irp == NULL)
        return;
    CsqTestBeginEx(&Test);
    CHECK_STATUS(IoCsqInsertIrpEx(&Test.Csq, Irp, NULL, &Test.Length), STATUS_SUCCESS);
    CHECK_PTR(Test.InsertContext, &Test.Length);
    CHECK(CsqTestIsPending(Irp));
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Irp);
    CsqTestFree(Irp);
}

TEST(IoCsqInsertIrpEx, Refused)
{
    PIRP Irp = CsqTestIrp();
    CSQ_TEST Test;

    if (Irp == NULL)
        return;
    CsqTestBeginEx(&Test);
    Test.Refuse = STATUS_DEVICE_BUSY;
    CHECK_STATUS(IoCsqInsertIrpEx(&Test.Csq, Irp, NULL, NULL), STATUS_DEVICE_BUSY);
    CHECK_EQ(Test.Length, 0);
    CHECK(Irp->CancelRoutine == NULL);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), NULL);
    CsqTestFree(Irp);
}

/* A queue of IoCsqInitialize takes every IRP and has no use for the context. */
TEST(IoCsqInsertIrpEx, OfAPlainQueue)
{
    PIRP Irp = CsqTestIrp();
    CSQ_TEST Test;

    if (Irp == NULL)
        return;
    CsqTestBegin(&Test);
    CHECK_STATUS(IoCsqInsertIrpEx(&Test.Csq, Irp, NULL, &Test), STATUS_SUCCESS);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Irp);
    CsqTestFree(Irp);
}
