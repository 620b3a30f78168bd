/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* scm's start, and the gates of its services. */
#include "scm/scmp.h"

#include "gate.h"

NTSTATUS ScmInitialize(void)
{
    ScmResetRecords();
    NTSTATUS Status = ScmCreateTypes();
    IoDriverRemoved = NT_SUCCESS(Status) ? ScmDriverRemoved : NULL;
    return Status;
}

SCM_SERVICES(SYS_GATE)
