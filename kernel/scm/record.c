/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What scm knows of services beyond the registry. Whether a driver runs it asks io each time. */
#include <string.h>

#include "scm/scmp.h"
#include "ke/ordered.h"

static KMUTEX ScmMutex;
static LIST_ENTRY ScmRecordList;

void ScmResetRecords(void)
{
    KeInitializeMutex(&ScmMutex, 0);
    InitializeListHead(&ScmRecordList);
}

void ScmAcquire(void)
{
    KiAcquireMutex(&ScmMutex);
}

void ScmRelease(void)
{
    KiReleaseMutex(&ScmMutex);
}

SCM_RECORD *ScmFindRecord(const UNICODE_STRING *Name)
{
    for (LIST_ENTRY *Entry = ScmRecordList.Flink; Entry != &ScmRecordList; Entry = Entry->Flink) {
        SCM_RECORD *Record = CONTAINING_RECORD(Entry, SCM_RECORD, Link);
        if (ScmSameName(&Record->Name, Name))
            return Record;
    }
    return NULL;
}

SCM_RECORD *ScmGetRecord(const UNICODE_STRING *Name)
{
    SCM_RECORD *Record = ScmFindRecord(Name);
    if (Record != NULL)
        return Record;
    Record = ExiAllocateZero(PagedPool, sizeof(*Record) + Name->Length, SCM_TAG, EX_KERNEL_SITE);
    if (Record == NULL)
        return NULL;
    Record->ExitCode = SCM_NEVER_STARTED;
    KeInitializeEvent(&Record->Started, NotificationEvent, TRUE);
    memcpy(Record->Text, Name->Buffer, Name->Length);
    Record->Name = (UNICODE_STRING){Name->Length, Name->Length, Record->Text};
    InsertTailList(&ScmRecordList, &Record->Link);
    return Record;
}

void ScmPurge(SCM_RECORD *Record)
{
    if (!Record->Deleted || Record->Handles != 0 || Record->Starting ||
        IoiQueryService(&Record->Name) != IO_SERVICE_STOPPED)
        return;
    /* A key that cannot be removed keeps its DeleteFlag: the next start of the machine removes
     * it. */
    ScmDeleteKey(&Record->Name);
    RemoveEntryList(&Record->Link);
    ExiFree(Record);
}

void ScmDriverRemoved(const UNICODE_STRING *Name)
{
    ScmAcquire();
    SCM_RECORD *Record = ScmGetRecord(Name);
    if (Record != NULL) {
        Record->ExitCode = 0;
        ScmPurge(Record);
    }
    ScmRelease();
}

static ULONG ScmDriverState(const UNICODE_STRING *Name)
{
    static const ULONG State[] = {
        [IO_SERVICE_STOPPED] = SCM_STOPPED,
        [IO_SERVICE_STARTING] = SCM_START_PENDING,
        [IO_SERVICE_RUNNING] = SCM_RUNNING,
        [IO_SERVICE_STOPPING] = SCM_STOP_PENDING,
    };
    return State[IoiQueryService(Name)];
}

void ScmQueryState(const UNICODE_STRING *Name, ULONG Type, SCM_STATUS *Status)
{
    const SCM_RECORD *Record = ScmFindRecord(Name);
    memset(Status, 0, sizeof(*Status));
    Status->Type = Type;
    Status->State = ScmIsDriver(Type) ? ScmDriverState(Name) : SCM_STOPPED;
    if (Record != NULL && Record->Starting && Status->State == SCM_STOPPED)
        Status->State = SCM_START_PENDING;
    if (Status->State == SCM_RUNNING)
        Status->Accepted = SCM_ACCEPT_STOP;
    if (Status->State == SCM_STOPPED)
        Status->ExitCode = Record != NULL ? Record->ExitCode : SCM_NEVER_STARTED;
}
