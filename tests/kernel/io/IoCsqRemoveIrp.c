/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCsqRemoveIrp - a context stands for its IRP as long as that is queued.
 */
#include "csq_test.h"

TEST(IoCsqRemoveIrp, TakesTheContextsIrp)
{
    IO_CSQ_IRP_CONTEXT Context;
    CSQ_TEST Test;
    PIRP First;
    PIRP Second;

    if (!CsqTestTwo(&First, &Second))
        return;
    CsqTestBegin(&Test);
    IoCsqInsertIrp(&Test.Csq, First, NULL);
    IoCsqInsertIrp(&Test.Csq, Second, &Context);
    CHECK_PTR(IoCsqRemoveIrp(&Test.Csq, &Context), Second);
    CHECK_EQ(Test.Length, 1);
    CHECK_PTR(IoCsqRemoveIrp(&Test.Csq, &Context), NULL);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), First);
    CsqTestFree(First);
    CsqTestFree(Second);
}

TEST(IoCsqRemoveIrp, NotOnceItHasLeft)
{
    PIRP Irp = CsqTestIrp();
    IO_CSQ_IRP_CONTEXT Context;
    CSQ_TEST Test;

    if (Irp == NULL)
        return;
    CsqTestBegin(&Test);
    IoCsqInsertIrp(&Test.Csq, Irp, &Context);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Irp);
    CHECK_PTR(IoCsqRemoveIrp(&Test.Csq, &Context), NULL);
    IoCsqInsertIrp(&Test.Csq, Irp, &Context);
    CHECK(IoCancelIrp(Irp));
    CHECK_EQ(Test.Cancelled, 1);
    CHECK_PTR(IoCsqRemoveIrp(&Test.Csq, &Context), NULL);
    CsqTestFree(Irp);
}
