/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoThreadToProcess - PsGetThreadProcess by another name.
 */
#include "pstest.h"

TEST(IoThreadToProcess, AgreesWithPsGetThreadProcess)
{
    CHECK_PTR(IoThreadToProcess(PsGetCurrentThread()), PsGetThreadProcess(PsGetCurrentThread()));
}
