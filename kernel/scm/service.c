/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is done to services through handles: creating, changing, deleting, starting, controlling. */
#include <string.h>

#include "scm/scmp.h"

enum SCM_CONTROL {
    SCM_CONTROL_STOP = 1,
    SCM_CONTROL_PAUSE,
    SCM_CONTROL_CONTINUE,
    SCM_CONTROL_INTERROGATE,
    SCM_CONTROL_PARAMCHANGE = 6,
    SCM_CONTROL_NETBINDDISABLE = 10,
    SCM_CONTROL_FIRST_USER = 128,
    SCM_CONTROL_LAST_USER = 255,
};

/* ---- creating and changing ------------------------------------------------------------------- */

/* Whether Text begins with Prefix; both wide, letters in any case. */
static BOOLEAN ScmBegins(const UNICODE_STRING *Text, const UNICODE_STRING *Prefix)
{
    UNICODE_STRING Start = *Text;
    if (Text->Length < Prefix->Length)
        return FALSE;
    Start.Length = Prefix->Length;
    return ScmSameName(&Start, Prefix);
}

/*
 * A driver's path as its key has it: what is no NT path becomes one, but for paths relative to the
 * system's folder. Pool in *Free if it is a new one.
 */
static NTSTATUS ScmDriverPath(UNICODE_STRING *Path, WCHAR **Free)
{
    static const UNICODE_STRING Variable = RTL_STRING(u"%SystemRoot%\\"),
                                Root = RTL_STRING(u"\\SystemRoot\\"), Dos = RTL_STRING(u"\\??\\");
    const UNICODE_STRING *Prefix = NULL;
    UNICODE_STRING Rest = *Path;
    *Free = NULL;
    if (ScmBegins(Path, &Variable)) {
        Prefix = &Root;
        Rest.Buffer += Variable.Length / sizeof(WCHAR);
        Rest.Length -= Variable.Length;
    } else if (Path->Length >= 2 * sizeof(WCHAR) && Path->Buffer[1] == u':') {
        Prefix = &Dos;
    }
    if (Prefix == NULL)
        return STATUS_SUCCESS;
    ULONG Bytes = (ULONG)Prefix->Length + Rest.Length;
    if (Bytes > MAXUSHORT - sizeof(WCHAR))
        return STATUS_INVALID_PARAMETER;
    *Free = ExiAllocate(PagedPool, Bytes, SCM_TAG, EX_KERNEL_SITE);
    if (*Free == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(*Free, Prefix->Buffer, Prefix->Length);
    memcpy(*Free + Prefix->Length / sizeof(WCHAR), Rest.Buffer, Rest.Length);
    *Path = (UNICODE_STRING){(USHORT)Bytes, (USHORT)Bytes, *Free};
    return STATUS_SUCCESS;
}

/* Replaces a request by what is to be written: path made canonical, tag allocated. */
static NTSTATUS ScmSettleConfig(SCM_CONFIG **Config, const SCM_CONFIG *Old, const SCM_LIST *All)
{
    UNICODE_STRING Text[SCM_TEXT_COUNT];
    SCM_CONFIG Numbers = **Config, *Settled;
    WCHAR *Free = NULL;
    ULONG Type = Numbers.Type == SCM_NO_CHANGE ? Old->Type : Numbers.Type;
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Which = 0; Which < SCM_TEXT_COUNT; Which++)
        Text[Which] = ScmText(*Config, Which);
    if (Numbers.Tag != 0) {
        const UNICODE_STRING Group = Text[SCM_GROUP].Buffer != NULL ? Text[SCM_GROUP]
                                                                    : ScmText(Old, SCM_GROUP);
        Status = ScmFreeTag(All, &Group, &Numbers.Tag);
    }
    if (NT_SUCCESS(Status) && ScmIsDriver(Type) && Text[SCM_PATH].Length != 0)
        Status = ScmDriverPath(&Text[SCM_PATH], &Free);
    if (NT_SUCCESS(Status))
        Status = ScmBuildConfig(&Numbers, Text, &Settled);
    if (Free != NULL)
        ExiFree(Free);
    if (!NT_SUCCESS(Status))
        return Status;
    ExiFree(*Config);
    *Config = Settled;
    return STATUS_SUCCESS;
}

static NTSTATUS ScmReturnTag(ULONG *To, const SCM_CONFIG *Config)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    return To != NULL && Config->Tag != 0 ? ObiWriteCaller(To, &Config->Tag, sizeof(*To), Mode)
                                          : STATUS_SUCCESS;
}

/* Nobody has that name; with a key that is there but no service, Windows takes it over. */
static NTSTATUS ScmCheckFree(const UNICODE_STRING *Name, const SCM_LIST *All)
{
    const SCM_RECORD *Record = ScmFindRecord(Name);
    if (Record != NULL && Record->Deleted)
        return SCM_ERROR(SCM_MARKED_FOR_DELETE);
    return ScmFindInList(All, Name) != NULL ? SCM_ERROR(SCM_EXISTS) : STATUS_SUCCESS;
}

static NTSTATUS ScmCreateLocked(SCM_CONFIG **Config, ACCESS_MASK Access, ULONG *Tag, HANDLE *Handle)
{
    const UNICODE_STRING Given = ScmText(*Config, SCM_NAME);
    WCHAR Copy[SCM_NAME_LIMIT];
    SCM_LIST All;
    NTSTATUS Status = ScmCheckName(&Given);
    if (!NT_SUCCESS(Status))
        return Status;
    memcpy(Copy, Given.Buffer, Given.Length);
    const UNICODE_STRING Name = {Given.Length, Given.Length, Copy};
    Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmCheckFree(&Name, &All);
    if (NT_SUCCESS(Status))
        Status = ScmCheckConfig(&Name, *Config, NULL, &All);
    if (NT_SUCCESS(Status))
        Status = ScmSettleConfig(Config, NULL, &All);
    ScmFreeList(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    SCM_RECORD *Record = ScmGetRecord(&Name);
    if (Record == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = ScmWriteConfig(&Name, *Config, TRUE);
    if (NT_SUCCESS(Status))
        Status = ScmReturnTag(Tag, *Config);
    if (NT_SUCCESS(Status))
        Status = ScmMakeServiceHandle(Record, Access, Handle);
    if (!NT_SUCCESS(Status))
        ScmDeleteKey(&Name);
    return Status;
}

NTSTATUS NTAPI NtScmCreateService(
    HANDLE Manager, SCM_CONFIG *Config, ULONG Bytes, ACCESS_MASK Access, ULONG *Tag, HANDLE *Handle)
{
    SCM_CONFIG *Copy;
    NTSTATUS Status = ScmReferenceManager(Manager, SC_MANAGER_CREATE_SERVICE);
    if (NT_SUCCESS(Status))
        Status = ScmCaptureConfig(Config, Bytes, &Copy);
    if (!NT_SUCCESS(Status))
        return Status;
    ScmAcquire();
    Status = ScmCreateLocked(&Copy, Access, Tag, Handle);
    ScmRelease();
    ExiFree(Copy);
    return Status;
}

static NTSTATUS ScmChangeLocked(const SCM_RECORD *Record, SCM_CONFIG **Config, ULONG *Tag)
{
    SCM_LIST All;
    if (Record->Deleted)
        return SCM_ERROR(SCM_MARKED_FOR_DELETE);
    NTSTATUS Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    const SCM_CONFIG *Old = ScmFindInList(&All, &Record->Name);
    Status = Old != NULL ? STATUS_SUCCESS : SCM_ERROR(SCM_DOES_NOT_EXIST);
    if (NT_SUCCESS(Status))
        Status = ScmCheckConfig(&Record->Name, *Config, Old, &All);
    if (NT_SUCCESS(Status))
        Status = ScmSettleConfig(Config, Old, &All);
    if (NT_SUCCESS(Status))
        Status = ScmWriteConfig(&Record->Name, *Config, FALSE);
    if (NT_SUCCESS(Status))
        Status = ScmReturnTag(Tag, *Config);
    ScmFreeList(&All);
    return Status;
}

NTSTATUS NTAPI NtScmChangeConfig(HANDLE Service, SCM_CONFIG *Config, ULONG Bytes, ULONG *Tag)
{
    SCM_RECORD *Record;
    SCM_CONFIG *Copy;
    void *Object;
    NTSTATUS Status = ScmReferenceService(Service, SERVICE_CHANGE_CONFIG, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmCaptureConfig(Config, Bytes, &Copy);
    if (NT_SUCCESS(Status)) {
        ScmAcquire();
        Status = ScmChangeLocked(Record, &Copy, Tag);
        ScmRelease();
        ExiFree(Copy);
    }
    ObfDereferenceObject(Object);
    return Status;
}

/* ---- deleting, starting, controlling --------------------------------------------------------- */

/* The service goes when it has stopped and its last handle, which this one may be, is closed. */
NTSTATUS NTAPI NtScmDelete(HANDLE Service)
{
    SCM_RECORD *Record;
    void *Object;
    NTSTATUS Status = ScmReferenceService(Service, DELETE, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    ScmAcquire();
    Status = Record->Deleted ? SCM_ERROR(SCM_MARKED_FOR_DELETE) : ScmSetDeleteFlag(&Record->Name);
    if (NT_SUCCESS(Status))
        Record->Deleted = TRUE;
    ScmRelease();
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS NTAPI NtScmStart(HANDLE Service)
{
    SCM_RECORD *Record;
    void *Object;
    NTSTATUS Status = ScmReferenceService(Service, SERVICE_START, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmStartService(&Record->Name);
    ObfDereferenceObject(Object);
    return Status;
}

/* The right a control needs; 0: there is no such control. */
static ACCESS_MASK ScmControlAccess(ULONG Control)
{
    if (Control == SCM_CONTROL_STOP)
        return SERVICE_STOP;
    if (Control == SCM_CONTROL_INTERROGATE)
        return SERVICE_INTERROGATE;
    if (Control == SCM_CONTROL_PAUSE || Control == SCM_CONTROL_CONTINUE ||
        (Control >= SCM_CONTROL_PARAMCHANGE && Control <= SCM_CONTROL_NETBINDDISABLE))
        return SERVICE_PAUSE_CONTINUE;
    if (Control >= SCM_CONTROL_FIRST_USER && Control <= SCM_CONTROL_LAST_USER)
        return SERVICE_USER_DEFINED_CONTROL;
    return 0;
}

static NTSTATUS ScmGetStatus(const UNICODE_STRING *Name, SCM_STATUS *State)
{
    SCM_CONFIG *Config;
    NTSTATUS Status = ScmReadConfig(Name, &Config);
    if (!NT_SUCCESS(Status))
        return Status;
    ScmAcquire();
    ScmQueryState(Name, Config->Type, State);
    ScmRelease();
    ExiFree(Config);
    return STATUS_SUCCESS;
}

static NTSTATUS ScmControlNamed(const UNICODE_STRING *Name, ULONG Control, SCM_STATUS *State)
{
    NTSTATUS Status = ScmGetStatus(Name, State);
    if (!NT_SUCCESS(Status))
        return Status;
    if (State->State == SCM_STOPPED)
        return SCM_ERROR(SCM_NOT_ACTIVE);
    if (Control == SCM_CONTROL_INTERROGATE)
        return STATUS_SUCCESS;
    if (Control != SCM_CONTROL_STOP)
        return SCM_ERROR(SCM_INVALID_CONTROL);
    Status = ScmStopService(Name);
    NTSTATUS After = ScmGetStatus(Name, State);
    /* Marked for deletion, it may be gone altogether. */
    if (After == SCM_ERROR(SCM_DOES_NOT_EXIST)) {
        State->State = SCM_STOPPED;
        State->Accepted = 0;
        After = STATUS_SUCCESS;
    }
    return NT_SUCCESS(Status) ? After : Status;
}

NTSTATUS NTAPI NtScmControl(HANDLE Service, ULONG Control, SCM_STATUS *To)
{
    ACCESS_MASK Access = ScmControlAccess(Control);
    SCM_STATUS State = {0};
    SCM_RECORD *Record;
    void *Object;
    if (Access == 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ScmReferenceService(Service, Access, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmControlNamed(&Record->Name, Control, &State);
    if (To != NULL && State.State != 0) {
        NTSTATUS Written = ObiWriteCaller(To, &State, sizeof(State), KiPreviousMode());
        if (NT_SUCCESS(Status))
            Status = Written;
    }
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS NTAPI NtScmQueryStatus(HANDLE Service, SCM_STATUS *To)
{
    SCM_STATUS State;
    SCM_RECORD *Record;
    void *Object;
    NTSTATUS Status = ScmReferenceService(Service, SERVICE_QUERY_STATUS, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmGetStatus(&Record->Name, &State);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(To, &State, sizeof(State), KiPreviousMode());
    ObfDereferenceObject(Object);
    return Status;
}
