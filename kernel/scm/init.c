/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include "scm/scm.h"

NTSTATUS ScmInitialize(void)
{
    return STATUS_SUCCESS;
}

NTSTATUS ScmBoot(LDR_ERROR *Error)
{
    (void)Error;
    return STATUS_SUCCESS;
}
