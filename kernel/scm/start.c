/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Starting and stopping. A service's dependencies are started before it, each by its name and each
 * group by trying all of its members. Of services that are programs the machine runs none.
 */
#include <stdio.h>
#include <string.h>

#include "scm/scmp.h"

#define SCM_DEPTH_LIMIT 48u /* services that depend on one another in a row */
/* for another thread that starts what this one needs: it may wait for this one */
#define SCM_PATIENCE_100NS (30 * 10000000ll)

/* The services that wait for the one being started, innermost first. */
typedef struct SCM_CHAIN {
    const struct SCM_CHAIN *Outer;
    const UNICODE_STRING *Name;
    ULONG Depth;
} SCM_CHAIN;

static NTSTATUS ScmStartInChain(const UNICODE_STRING *Name, const SCM_CHAIN *Outer);

static void ScmLogFailure(const UNICODE_STRING *Name, NTSTATUS Status, const char *Reason)
{
    char Text[400];
    ULONG Error = RtlpStatusToWin32(Status);
    const char *Message = RtlpWin32Text(Error);
    RtlpToUtf8(Name, Text, sizeof(Text));
    KdLog("scm", "%s did not start: %s%serror %u%s%s", Text, Reason, Reason[0] != 0 ? "; " : "",
        (unsigned)Error, Message != NULL ? ": " : "", Message != NULL ? Message : "");
}

/* ---- one service ----------------------------------------------------------------------------- */

/* Takes the right to start a service, or says why it cannot be started now. */
static NTSTATUS ScmBeginStart(const UNICODE_STRING *Name, const SCM_CONFIG *Config)
{
    SCM_STATUS State;
    NTSTATUS Status = STATUS_SUCCESS;
    ScmAcquire();
    SCM_RECORD *Record = ScmGetRecord(Name);
    ScmQueryState(Name, Config->Type, &State);
    if (Record == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    else if (Record->Deleted)
        Status = SCM_ERROR(SCM_MARKED_FOR_DELETE);
    else if (State.State != SCM_STOPPED)
        Status = SCM_ERROR(SCM_ALREADY_RUNNING);
    else if (Config->Start == SERVICE_DISABLED)
        Status = SCM_ERROR(SCM_DISABLED);
    if (NT_SUCCESS(Status)) {
        Record->Starting = TRUE;
        KeClearEvent(&Record->Started);
    }
    ScmRelease();
    return Status;
}

static void ScmEndStart(const UNICODE_STRING *Name, NTSTATUS Status)
{
    ScmAcquire();
    SCM_RECORD *Record = ScmFindRecord(Name);
    if (Record != NULL) {
        Record->Starting = FALSE;
        KeSetEvent(&Record->Started, 0, FALSE);
        Record->ExitCode = NT_SUCCESS(Status) ? 0 : RtlpStatusToWin32(Status);
        ScmPurge(Record);
    }
    ScmRelease();
}

static NTSTATUS ScmLoad(const UNICODE_STRING *Name, const SCM_CONFIG *Config, LDR_ERROR *Error)
{
    UNICODE_STRING Path;
    if (!ScmIsDriver(Config->Type)) {
        snprintf(
            Error->Text, sizeof(Error->Text), "it is a program, and the machine runs only drivers");
        return SCM_ERROR(SCM_NOT_SUPPORTED);
    }
    NTSTATUS Status = ScmPath(Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoiLoadService(&Path, Error);
    ExiFree(Path.Buffer);
    return Status;
}

/* ---- dependencies ---------------------------------------------------------------------------- */

static BOOLEAN ScmIsRunning(const UNICODE_STRING *Name, ULONG Type)
{
    SCM_STATUS State;
    ScmAcquire();
    ScmQueryState(Name, Type, &State);
    ScmRelease();
    return State.State == SCM_RUNNING;
}

/* Waits until no other thread is starting the service. */
static void ScmAwaitStart(const UNICODE_STRING *Name)
{
    LARGE_INTEGER Limit = {.QuadPart = -SCM_PATIENCE_100NS};
    ScmAcquire();
    SCM_RECORD *Record = ScmFindRecord(Name);
    if (Record != NULL && Record->Starting) {
        Record->Handles++;
        ScmRelease();
        KeWaitForSingleObject(&Record->Started, Executive, KernelMode, FALSE, &Limit);
        ScmAcquire();
        Record->Handles--;
        ScmPurge(Record);
    }
    ScmRelease();
}

static NTSTATUS ScmNeedService(const UNICODE_STRING *Name, const SCM_CHAIN *Chain)
{
    SCM_CONFIG *Config;
    for (const SCM_CHAIN *Link = Chain; Link != NULL; Link = Link->Outer) {
        if (ScmSameName(Link->Name, Name))
            return SCM_ERROR(SCM_CIRCULAR);
    }
    NTSTATUS Status = ScmReadConfig(Name, &Config);
    if (Status == SCM_ERROR(SCM_DOES_NOT_EXIST))
        return SCM_ERROR(SCM_DEPENDENCY_DELETED);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmIsRunning(Name, Config->Type) ? STATUS_SUCCESS : ScmStartInChain(Name, Chain);
    if (Status == SCM_ERROR(SCM_ALREADY_RUNNING)) {
        ScmAwaitStart(Name);
        Status = ScmIsRunning(Name, Config->Type) ? STATUS_SUCCESS : SCM_ERROR(SCM_DEPENDENCY_FAIL);
    }
    ExiFree(Config);
    if (NT_SUCCESS(Status))
        return Status;
    if (Status == SCM_ERROR(SCM_CIRCULAR) || Status == STATUS_INSUFFICIENT_RESOURCES)
        return Status;
    return SCM_ERROR(
        Status == SCM_ERROR(SCM_MARKED_FOR_DELETE) ? SCM_DEPENDENCY_DELETED : SCM_DEPENDENCY_FAIL);
}

/* At least one of a group's members must run, after all were tried unless Chain is NULL. */
static NTSTATUS ScmNeedGroup(const UNICODE_STRING *Group, const SCM_CHAIN *Chain)
{
    SCM_LIST All;
    BOOLEAN Running = FALSE;
    NTSTATUS Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Index = 0; Index < All.Count; Index++) {
        const UNICODE_STRING Other = ScmText(All.Config[Index], SCM_GROUP),
                             Name = ScmText(All.Config[Index], SCM_NAME);
        if (!ScmSameName(&Other, Group))
            continue;
        if (Chain != NULL && All.Config[Index]->Start != SERVICE_DISABLED &&
            !ScmIsRunning(&Name, All.Config[Index]->Type))
            ScmNeedService(&Name, Chain);
        Running |= ScmIsRunning(&Name, All.Config[Index]->Type);
    }
    ScmFreeList(&All);
    return Running ? STATUS_SUCCESS : SCM_ERROR(SCM_DEPENDENCY_FAIL);
}

/* Chain NULL: only groups count, and nothing is started for them. */
static NTSTATUS ScmNeedAll(const SCM_CONFIG *Config, const SCM_CHAIN *Chain)
{
    const UNICODE_STRING Own = ScmText(Config, SCM_NAME);
    UNICODE_STRING At = {0};
    while (ScmNextDependency(Config, &At)) {
        UNICODE_STRING Name = At;
        BOOLEAN Group = At.Buffer[0] == u'+';
        if (Group) {
            Name.Buffer++;
            Name.Length -= (USHORT)sizeof(WCHAR);
        } else if (Chain == NULL) {
            continue;
        }
        NTSTATUS Status = Group ? ScmNeedGroup(&Name, Chain) : ScmNeedService(&Name, Chain);
        if (!NT_SUCCESS(Status)) {
            char Text[300], Reason[400];
            RtlpToUtf8(&Name, Text, sizeof(Text));
            snprintf(Reason, sizeof(Reason), "it depends on the %s %s", Group ? "group" : "service",
                Text);
            ScmLogFailure(&Own, Status, Reason);
            return Status;
        }
    }
    return STATUS_SUCCESS;
}

static NTSTATUS ScmStartInChain(const UNICODE_STRING *Name, const SCM_CHAIN *Outer)
{
    const SCM_CHAIN Chain = {Outer, Name, Outer != NULL ? Outer->Depth + 1 : 0};
    SCM_CONFIG *Config;
    if (Chain.Depth >= SCM_DEPTH_LIMIT)
        return SCM_ERROR(SCM_DEPENDENCY_FAIL);
    NTSTATUS Status = ScmReadConfig(Name, &Config);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmBeginStart(Name, Config);
    if (NT_SUCCESS(Status)) {
        LDR_ERROR Error = {0};
        Status = ScmNeedAll(Config, &Chain);
        if (NT_SUCCESS(Status)) {
            Status = ScmLoad(Name, Config, &Error);
            if (!NT_SUCCESS(Status))
                ScmLogFailure(Name, Status, Error.Text);
        }
        ScmEndStart(Name, Status);
    }
    ExiFree(Config);
    return Status;
}

NTSTATUS ScmStartService(const UNICODE_STRING *Name)
{
    return ScmStartInChain(Name, NULL);
}

NTSTATUS ScmLoadService(const UNICODE_STRING *Name, LDR_ERROR *Error)
{
    SCM_CONFIG *Config;
    NTSTATUS Status = ScmReadConfig(Name, &Config);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmBeginStart(Name, Config);
    if (NT_SUCCESS(Status)) {
        Status = ScmNeedAll(Config, NULL);
        if (NT_SUCCESS(Status)) {
            Status = ScmLoad(Name, Config, Error);
            if (!NT_SUCCESS(Status))
                ScmLogFailure(Name, Status, Error->Text);
        }
        ScmEndStart(Name, Status);
    }
    ExiFree(Config);
    return Status;
}

/* ---- stopping -------------------------------------------------------------------------------- */

static NTSTATUS ScmCheckDependents(const UNICODE_STRING *Name)
{
    SCM_LIST All;
    SCM_STATUS State;
    NTSTATUS Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    ScmAcquire();
    for (ULONG Index = 0; Index < All.Count && NT_SUCCESS(Status); Index++) {
        const UNICODE_STRING Other = ScmText(All.Config[Index], SCM_NAME);
        UNICODE_STRING At = {0};
        while (ScmNextDependency(All.Config[Index], &At)) {
            if (!ScmSameName(&At, Name))
                continue;
            ScmQueryState(&Other, All.Config[Index]->Type, &State);
            if (State.State != SCM_STOPPED)
                Status = SCM_ERROR(SCM_DEPENDENTS_RUNNING);
        }
    }
    ScmRelease();
    ScmFreeList(&All);
    return Status;
}

NTSTATUS ScmStopService(const UNICODE_STRING *Name)
{
    LDR_ERROR Error;
    SCM_STATUS State;
    ScmAcquire();
    ScmQueryState(Name, SERVICE_KERNEL_DRIVER, &State);
    ScmRelease();
    if (State.State == SCM_STOPPED)
        return SCM_ERROR(SCM_NOT_ACTIVE);
    if (State.State != SCM_RUNNING)
        return SCM_ERROR(SCM_CANNOT_ACCEPT);
    NTSTATUS Status = ScmCheckDependents(Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoiHasPlugPlayDevices(Name) ? STATUS_INVALID_DEVICE_REQUEST
                                         : IoiUnloadService(Name, &Error);
    if (Status == STATUS_INVALID_DEVICE_REQUEST)
        return SCM_ERROR(SCM_INVALID_CONTROL);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        return SCM_ERROR(SCM_NOT_ACTIVE);
    return Status == STATUS_PENDING ? STATUS_SUCCESS : Status;
}
