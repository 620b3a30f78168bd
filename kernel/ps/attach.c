/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Acting for another process: its handles, token and identifier are the thread's until it detaches,
 * and where the process is a client in a process of its own, its memory. That of the program the
 * machine lives in is there in any case; that of other programs of the host is not reached.
 */
#include "ps/psp.h"

static void PspAttach(ETHREAD *Thread, EPROCESS *Process, LONG Depth)
{
    if (Process != Thread->Process)
        Thread->AttachDepth += Depth;
    PsiSetThreadProcess(Thread, Process);
}

/*
 * KeStackAttachProcess - act for Process until KeUnstackDetachProcess; may be nested.
 * A process of the host that is no client has no memory here: its addresses are access violations.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/KeStackAttachProcess; OBS
 * tests/kernel/ps/KeStackAttachProcess.c, tests/e2e/served_test.py
 */
void NTAPI KeStackAttachProcess(PKPROCESS Process, KAPC_STATE *ApcState)
{
    ETHREAD *Thread = PsiCurrentThread();
    ApcState->Process = (PKPROCESS)Thread->Process;
    PspAttach(Thread, (EPROCESS *)Process, 1);
}

/* KeUnstackDetachProcess - act for the one before again. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs. */
void NTAPI KeUnstackDetachProcess(KAPC_STATE *ApcState)
{
    PspAttach(PsiCurrentThread(), (EPROCESS *)ApcState->Process, -1);
}

/*
 * KeAttachProcess - the same, without nesting.
 * IRQL: up to APC_LEVEL. Stops: INVALID_PROCESS_ATTACH_ATTEMPT (0x5) when it is attached to a third
 * process already.
 * Source: DOC ntifs/KeAttachProcess (obsolete)
 */
void NTAPI KeAttachProcess(PKPROCESS Process)
{
    ETHREAD *Thread = PsiCurrentThread();
    if ((EPROCESS *)Process == Thread->Process)
        return;
    if (Thread->AttachedFrom != NULL)
        KeBugCheckEx(
            INVALID_PROCESS_ATTACH_ATTEMPT, (ULONG_PTR)Process, (ULONG_PTR)Thread->Process, 1, 0);
    Thread->AttachedFrom = Thread->Process;
    PspAttach(Thread, (EPROCESS *)Process, 1);
}

/* KeDetachProcess - ends it; nothing if it is not attached. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs (obsolete). */
void NTAPI KeDetachProcess(void)
{
    ETHREAD *Thread = PsiCurrentThread();
    if (Thread->AttachedFrom == NULL)
        return;
    PspAttach(Thread, Thread->AttachedFrom, -1);
    Thread->AttachedFrom = NULL;
}

/*
 * KeIsAttachedProcess - the thread acts for a process it was attached to.
 * IRQL: any. Source: INF: undocumented; OBS tests/kernel/ps/KeStackAttachProcess.c
 */
BOOLEAN NTAPI KeIsAttachedProcess(void)
{
    return PsiCurrentThread()->AttachDepth != 0;
}
