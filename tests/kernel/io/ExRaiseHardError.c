/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExRaiseHardError - a box for the user, of which this machine has none.
 */
#include "ktest.h"

NTSTATUS NTAPI ExRaiseHardError(NTSTATUS Status, ULONG Count, ULONG Strings, PULONG_PTR Parameters,
    ULONG Options, PULONG Response);

TEST(ExRaiseHardError, RefusesBadArguments)
{
    ULONG_PTR Parameters[6] = {0};
    ULONG Response = 99;

    CHECK_STATUS(ExRaiseHardError(STATUS_UNSUCCESSFUL, 6, 0, Parameters, 1, &Response),
        STATUS_INVALID_PARAMETER_2);
    CHECK_STATUS(ExRaiseHardError(STATUS_UNSUCCESSFUL, 0, 0, Parameters, 9, &Response),
        STATUS_INVALID_PARAMETER_4);
}

TEST(ExRaiseHardError, AnswersWithoutAUser)
{
    ULONG_PTR Parameters[1];
    ULONG Response = 99;
    KTEST_STRING(Name, L"a disk");

    Parameters[0] = (ULONG_PTR)&Name;
    CHECK_STATUS(
        ExRaiseHardError(STATUS_NO_MEDIA, 1, 1, Parameters, 7 /* OptionOkNoWait */, &Response),
        STATUS_SUCCESS);
    CHECK(Response <= 1); /* back to the caller, or not handled */
}
