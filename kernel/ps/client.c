/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Processes of clients that are not the program the machine lives in: made when one connects, or
 * before its program starts so that drivers may say no. What is made for one that was only asked
 * about goes when the host says that it has ended.
 */
#include <stdatomic.h>
#include <string.h>

#include "ps/psp.h"

NTSTATUS (*PsEndClient)(EPROCESS *Process, NTSTATUS ExitStatus);
void (*PsProcessEnded)(EPROCESS *Process);

static const char *PspFileName(const char *Path)
{
    const char *Slash = Path != NULL ? strrchr(Path, '/') : NULL;
    return Slash != NULL ? Slash + 1 : Path != NULL ? Path : "client";
}

/* In the table and held there. Table NULL: none yet. */
static NTSTATUS PspMakeClient(HANDLE Id, HANDLE ParentId, const char *ImagePath,
    const char *CommandLine, SE_TOKEN *Token, OB_HANDLE_TABLE *Table, EPROCESS **Result)
{
    EPROCESS *Process;
    NTSTATUS Status = PspCreateProcess(Id, PspFileName(ImagePath), Token, Table, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Process->ParentId = ParentId;
    if (Table != NULL)
        Process->Flags |= PSI_PROCESS_OWN_TABLE;
    PspSetPaths(Process, ImagePath, CommandLine);
    PspInsertProcess(Process, TRUE);
    *Result = Process;
    return STATUS_SUCCESS;
}

/* One that was seen on the host, or asked about, becomes a client. FALSE: it is one already. */
static BOOLEAN PspAdopt(EPROCESS *Process, SE_TOKEN *Token, OB_HANDLE_TABLE *Table)
{
    OB_HANDLE_TABLE *None = NULL;
    if (!__atomic_compare_exchange_n(
            &Process->HandleTable, &None, Table, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return FALSE;
    ObiReference(Token);
    PspSetToken(Process, Token);
    if (atomic_fetch_or(&Process->Flags, PSI_PROCESS_OWN_TABLE) & PSI_PROCESS_HOST) {
        Process->Flags &= ~PSI_PROCESS_HOST;
        PspHostProcesses--;
    }
    return TRUE;
}

NTSTATUS PsiCreateClientProcess(HANDLE Id, HANDLE ParentId, const char *ImagePath,
    const char *CommandLine, BOOLEAN Administrator, BOOLEAN Wow64, EPROCESS **Result)
{
    SE_TOKEN *Token = Administrator ? SeiAdministratorToken : SeiUserToken;
    OB_HANDLE_TABLE *Table = ObiCreateHandleTable();
    NTSTATUS Status = STATUS_SUCCESS;
    if (Table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    EPROCESS *Process = PspFindProcess(Id, TRUE);
    if (Process == NULL)
        Status = PspMakeClient(Id, ParentId, ImagePath, CommandLine, Token, Table, &Process);
    else if (!PspAdopt(Process, Token, Table)) {
        ObfDereferenceObject(Process);
        Status = STATUS_OBJECT_NAME_COLLISION;
    }
    if (!NT_SUCCESS(Status)) {
        ObiDestroyHandleTable(Table);
        return Status;
    }
    Process->Wow64 = Wow64;
    PspSetPaths(Process, ImagePath, CommandLine);
    Status = PspReportCreation(Process, &PsiCurrentThread()->Cid);
    if (!NT_SUCCESS(Status)) {
        PsiEndProcess(Process, Status);
        return Status;
    }
    if (ImagePath != NULL)
        PsiNotifyImage(ImagePath, Id, NULL, 0);
    *Result = Process;
    return STATUS_SUCCESS;
}

void PsiEndProcess(EPROCESS *Process, NTSTATUS ExitStatus)
{
    ETHREAD *Thread = PsiCurrentThread();
    EPROCESS *Before = Thread->Process;
    /* Drivers see the owner of the handles in their cleanup and close routines, and in what they
     * are told of the end. */
    PsiSetThreadProcess(Thread, Process);
    PspReportExit(Process, ExitStatus, (LONG64)host_clock_utc());
    if (Process->HandleTable != NULL)
        ObiCloseAllHandles(Process->HandleTable, UserMode);
    if (PsProcessEnded != NULL)
        PsProcessEnded(Process);
    PsiSetThreadProcess(Thread, Before);
    ObfDereferenceObject(Process);
}

NTSTATUS PsiAskProcessCreation(
    HANDLE Id, HANDLE ParentId, const char *ImagePath, const char *CommandLine)
{
    EPROCESS *Process = PspFindProcess(Id, TRUE);
    NTSTATUS Status = STATUS_SUCCESS;
    if (PspProcessRoutines == 0) {
        if (Process != NULL)
            ObfDereferenceObject(Process);
        return STATUS_SUCCESS;
    }
    if (Process == NULL)
        Status = PspMakeClient(Id, ParentId, ImagePath, CommandLine,
            PsiCurrentThread()->Process->Token, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspReportCreation(Process, &PsiCurrentThread()->Cid);
    /* What was reported as created is reported as ended, also when it never ran. */
    if (!NT_SUCCESS(Status)) {
        PspRefuseCreation(Id, ParentId);
        PspReportExit(Process, Status, (LONG64)host_clock_utc());
    }
    ObfDereferenceObject(Process);
    return Status;
}
