/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Starting the machine's services: boot drivers, then system drivers, then what is started
 * automatically, each in its order. Of boot drivers those of the group Early-Launch come first and
 * go when the others are there, which they may have looked at. A failure that is severe or critical
 * has the boot begin anew, once, with the control set of the last boot that was good.
 */
#include <stdio.h>
#include <string.h>

#include "io/bootcallback.h"
#include "scm/scmp.h"

typedef struct SCM_BOOT {
    LDR_ERROR *Error;
    BOOLEAN Restart; /* fall back and begin anew */
} SCM_BOOT;

static void ScmExplain(const SCM_CONFIG *Config, NTSTATUS Status, LDR_ERROR *Error)
{
    static const char *const Kind[] = {"boot", "system", "automatic"};
    const UNICODE_STRING Name = ScmText(Config, SCM_NAME);
    char Text[300], Reason[sizeof(Error->Text)];
    snprintf(Reason, sizeof(Reason), "%s", Error->Text);
    RtlpToUtf8(&Name, Text, sizeof(Text));
    snprintf(Error->Text, sizeof(Error->Text),
        "the %s driver %.100s, without which the machine must not start, failed with error "
        "%u%s%.300s",
        Kind[Config->Start], Text, (unsigned)RtlpStatusToWin32(Status), Reason[0] != 0 ? ": " : "",
        Reason);
    Error->Status = Status;
}

/* What a failure means. An error: the boot has failed for good. */
static NTSTATUS ScmJudge(SCM_BOOT *Boot, const SCM_CONFIG *Config, NTSTATUS Status)
{
    if (Config->ErrorControl < SERVICE_ERROR_SEVERE)
        return STATUS_SUCCESS;
    if (!CmiBootIsLastKnownGood()) {
        Boot->Restart = TRUE;
        return STATUS_SUCCESS;
    }
    if (Config->ErrorControl == SERVICE_ERROR_SEVERE)
        return STATUS_SUCCESS;
    ScmExplain(Config, Status, Boot->Error);
    return Status;
}

static void ScmWarn(const SCM_CONFIG *Config)
{
    const UNICODE_STRING Name = ScmText(Config, SCM_NAME);
    char Text[300];
    if (Config->ErrorControl == SERVICE_ERROR_IGNORE)
        return;
    RtlpToUtf8(&Name, Text, sizeof(Text));
    KdLog("scm", "warning: at least one driver failed during the start of the machine: %s", Text);
}

static NTSTATUS ScmBootOne(SCM_BOOT *Boot, const SCM_CONFIG *Config)
{
    const UNICODE_STRING Name = ScmText(Config, SCM_NAME);
    Boot->Error->Text[0] = 0;
    /* What another one depended on runs by now; dependencies count from automatic start on. */
    if (IoiQueryService(&Name) != IO_SERVICE_STOPPED)
        return STATUS_SUCCESS;
    NTSTATUS Status = Config->Start < SERVICE_AUTO_START ? ScmLoadService(&Name, Boot->Error)
                                                         : ScmStartService(&Name);
    if (NT_SUCCESS(Status) || Status == STATUS_HOST_DOWN ||
        Status == SCM_ERROR(SCM_ALREADY_RUNNING))
        return Status == STATUS_HOST_DOWN ? Status : STATUS_SUCCESS;
    ScmWarn(Config);
    return ScmJudge(Boot, Config, Status);
}

static BOOLEAN ScmIsEarly(const SCM_CONFIG *Config)
{
    static const UNICODE_STRING Early = RTL_STRING(u"Early-Launch");
    const UNICODE_STRING Group = ScmText(Config, SCM_GROUP);
    return LdrTargetVersion >= WINVER_WIN8 && Config->Start == SERVICE_BOOT_START &&
           ScmSameName(&Group, &Early);
}

/* STATUS_DRIVER_BLOCKED: an early driver, or the policy, does not want it. */
static NTSTATUS ScmAskEarly(const SCM_CONFIG *Config)
{
    const UNICODE_STRING Name = ScmText(Config, SCM_NAME);
    UNICODE_STRING Path;
    if (Config->Start != SERVICE_BOOT_START || ScmIsEarly(Config))
        return STATUS_SUCCESS;
    NTSTATUS Status = ScmPath(&Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoiAskBootCallbacks(&Path);
    ExiFree(Path.Buffer);
    return Status;
}

static NTSTATUS ScmBootStage(SCM_BOOT *Boot, const SCM_LIST *All, ULONG Start, BOOLEAN Early)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < All->Count && NT_SUCCESS(Status) && !Boot->Restart; Index++) {
        const SCM_CONFIG *Config = All->Config[Index];
        if (Config->Start != Start || !ScmIsDriver(Config->Type) || ScmIsEarly(Config) != Early)
            continue;
        if (ScmAskEarly(Config) != STATUS_DRIVER_BLOCKED)
            Status = ScmBootOne(Boot, Config);
    }
    return Status;
}

/* Those that let themselves be unloaded; that another one stays is no failure. */
static void ScmUnloadEarly(const SCM_LIST *All)
{
    LDR_ERROR Error;
    for (ULONG Index = 0; Index < All->Count; Index++) {
        const UNICODE_STRING Name = ScmText(All->Config[Index], SCM_NAME);
        if (ScmIsEarly(All->Config[Index]) && IoiQueryService(&Name) != IO_SERVICE_STOPPED)
            (void)IoiUnloadService(&Name, &Error);
    }
}

static NTSTATUS ScmBootBootDrivers(SCM_BOOT *Boot, const SCM_LIST *All)
{
    NTSTATUS Status = ScmBootStage(Boot, All, SERVICE_BOOT_START, TRUE);
    if (!NT_SUCCESS(Status) || Boot->Restart)
        return Status;
    IoiTellBootCallbacks(BdCbStatusPrepareForDependencyLoad);
    IoiTellBootCallbacks(BdCbStatusPrepareForDriverLoad);
    Status = ScmBootStage(Boot, All, SERVICE_BOOT_START, FALSE);
    IoiTellBootCallbacks(BdCbStatusPrepareForUnload);
    ScmUnloadEarly(All);
    IoiBootDriversStarted();
    return Status;
}

static NTSTATUS ScmBootAll(SCM_BOOT *Boot)
{
    SCM_LIST All;
    NTSTATUS Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmSortList(&All);
    IoiBeginBoot();
    if (NT_SUCCESS(Status))
        Status = ScmBootBootDrivers(Boot, &All);
    if (NT_SUCCESS(Status))
        Status = ScmBootStage(Boot, &All, SERVICE_SYSTEM_START, FALSE);
    IoiEndBoot();
    if (NT_SUCCESS(Status))
        Status = ScmBootStage(Boot, &All, SERVICE_AUTO_START, FALSE);
    ScmFreeList(&All);
    return Status;
}

static NTSTATUS ScmBootAsSystem(void *Context)
{
    SCM_BOOT Boot = {.Error = Context};
    NTSTATUS Status = ScmPurgeOld();
    if (NT_SUCCESS(Status))
        Status = ScmBootAll(&Boot);
    if (NT_SUCCESS(Status) && Boot.Restart) {
        KdLog("scm",
            "the start failed: the machine starts again with the last known good control set");
        IoiUnloadAll();
        Boot.Restart = FALSE;
        Status = CmiFallBack();
        if (NT_SUCCESS(Status))
            Status = ScmBootAll(&Boot);
    }
    if (NT_SUCCESS(Status))
        Status = CmiBootSucceeded();
    if (!NT_SUCCESS(Status) && Boot.Error->Text[0] == 0)
        snprintf(Boot.Error->Text, sizeof(Boot.Error->Text),
            "the machine's services could not be started: error %u",
            (unsigned)RtlpStatusToWin32(Status));
    return Status;
}

NTSTATUS ScmBoot(LDR_ERROR *Error)
{
    return IoiRunAsSystem(ScmBootAsSystem, Error);
}
