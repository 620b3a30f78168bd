/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCsqRemoveNextIrp - in the order of the peek routine, and those that match.
 */
#include "csq_test.h"

TEST(IoCsqRemoveNextIrp, EmptyIsNull)
{
    CSQ_TEST Test;

    CsqTestBegin(&Test);
    CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), NULL);
}

TEST(IoCsqRemoveNextIrp, WhatThePeekRoutineWants)
{
    PIRP Irp[3] = {CsqTestIrp(), CsqTestIrp(), CsqTestIrp()};
    CSQ_TEST Test;
    ULONG At;

    CsqTestBegin(&Test);
    for (At = 0; At < 3 && Irp[At] != NULL; At++)
        IoCsqInsertIrp(&Test.Csq, Irp[At], NULL);
    if (At == 3) {
        CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, Irp[1]), Irp[1]);
        CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, Irp[1]), NULL);
        CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Irp[0]);
        CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), Irp[2]);
        CHECK_PTR(IoCsqRemoveNextIrp(&Test.Csq, NULL), NULL);
    }
    for (At = 0; At < 3; At++)
        CsqTestFree(Irp[At]);
}
