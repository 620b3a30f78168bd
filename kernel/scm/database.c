/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Services in the registry, under CurrentControlSet\Services: a key with numbers Type and Start is
 * one. Read anew each time, so that what reg and drivers change there counts at once.
 */
#include <string.h>

#include "scm/scmp.h"

#define SCM_SERVICES_KEY u"\\Registry\\Machine\\System\\CurrentControlSet\\Services"

static const UNICODE_STRING ScmTypeName = RTL_STRING(u"Type"), ScmStartName = RTL_STRING(u"Start"),
                            ScmErrorName = RTL_STRING(u"ErrorControl"),
                            ScmTagName = RTL_STRING(u"Tag"),
                            ScmServiceList = RTL_STRING(u"DependOnService"),
                            ScmGroupList = RTL_STRING(u"DependOnGroup"),
                            ScmDeleteName = RTL_STRING(u"DeleteFlag");

/* The values that are one text each. */
static const struct {
    enum SCM_TEXT Which;
    UNICODE_STRING Name;
    ULONG Type;
} ScmTextValue[] = {
    {SCM_PATH, RTL_STRING(u"ImagePath"), REG_EXPAND_SZ},
    {SCM_GROUP, RTL_STRING(u"Group"), REG_SZ},
    {SCM_OBJECT, RTL_STRING(u"ObjectName"), REG_SZ},
    {SCM_DISPLAY, RTL_STRING(u"DisplayName"), REG_SZ},
    {SCM_DESCRIPTION, RTL_STRING(u"Description"), REG_SZ},
};

NTSTATUS ScmPath(const UNICODE_STRING *Name, UNICODE_STRING *Path)
{
    static const UNICODE_STRING Prefix = RTL_STRING(SCM_SERVICES_KEY u"\\");
    ULONG Bytes = (ULONG)Prefix.Length + Name->Length;
    WCHAR *Buffer = ExiAllocate(PagedPool, Bytes, SCM_TAG, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Buffer, Prefix.Buffer, Prefix.Length);
    memcpy(Buffer + Prefix.Length / sizeof(WCHAR), Name->Buffer, Name->Length);
    *Path = (UNICODE_STRING){(USHORT)Bytes, (USHORT)Bytes, Buffer};
    return STATUS_SUCCESS;
}

static NTSTATUS ScmOpenKey(UNICODE_STRING *Path, HANDLE *Key)
{
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(
        &Attributes, Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwOpenKey(Key, KEY_ALL_ACCESS, &Attributes);
}

NTSTATUS ScmOpenServiceKey(const UNICODE_STRING *Name, HANDLE *Key)
{
    UNICODE_STRING Path;
    NTSTATUS Status = ScmPath(Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmOpenKey(&Path, Key);
    ExiFree(Path.Buffer);
    return Status == STATUS_OBJECT_NAME_NOT_FOUND ? SCM_ERROR(SCM_DOES_NOT_EXIST) : Status;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* STATUS_OBJECT_NAME_NOT_FOUND: it is not there, or no number. */
static NTSTATUS ScmReadNumber(HANDLE Key, const UNICODE_STRING *Name, ULONG *Number)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    NTSTATUS Status = IoiQueryValue(Key, Name, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Value->Type == REG_DWORD && Value->DataLength == sizeof(ULONG))
        memcpy(Number, Value->Data, sizeof(ULONG));
    else
        Status = STATUS_OBJECT_NAME_NOT_FOUND;
    ExiFree(Value);
    return Status;
}

static NTSTATUS ScmReadOptional(
    HANDLE Key, const UNICODE_STRING *Name, ULONG Default, ULONG *Number)
{
    NTSTATUS Status = ScmReadNumber(Key, Name, Number);
    if (Status != STATUS_OBJECT_NAME_NOT_FOUND)
        return Status;
    *Number = Default;
    return STATUS_SUCCESS;
}

/* What a reading needs until the configuration is made. */
typedef struct SCM_READ {
    SCM_CONFIG Numbers;
    UNICODE_STRING Text[SCM_TEXT_COUNT];
    KEY_VALUE_PARTIAL_INFORMATION *Value[RTL_NUMBER_OF(ScmTextValue)];
    WCHAR *Depend; /* pool */
} SCM_READ;

static NTSTATUS ScmReadTexts(HANDLE Key, SCM_READ *Read)
{
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(ScmTextValue); Index++) {
        KEY_VALUE_PARTIAL_INFORMATION *Value;
        NTSTATUS Status = IoiQueryValue(Key, &ScmTextValue[Index].Name, &Value);
        if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
            continue;
        if (!NT_SUCCESS(Status))
            return Status;
        Read->Value[Index] = Value;
        ULONG Length = 0, Limit = Value->DataLength / sizeof(WCHAR);
        const WCHAR *Data = (const WCHAR *)(const void *)Value->Data;
        while (Length < Limit && Length < 0x7000 && Data[Length] != 0)
            Length++;
        if (Value->Type == REG_SZ || Value->Type == REG_EXPAND_SZ)
            Read->Text[ScmTextValue[Index].Which] = (UNICODE_STRING){
                (USHORT)(Length * sizeof(WCHAR)), (USHORT)(Length * sizeof(WCHAR)),
                (WCHAR *)(void *)Value->Data};
    }
    return STATUS_SUCCESS;
}

/* Copies the strings of a value to To, each after Mark unless that is 0; how many units they take.
 * To may be NULL. */
static ULONG ScmCopyStrings(const KEY_VALUE_PARTIAL_INFORMATION *Value, WCHAR Mark, WCHAR *To)
{
    ULONG Used = 0,
          Limit = Value != NULL && Value->Type == REG_MULTI_SZ
        ? Value->DataLength / (ULONG)sizeof(WCHAR)
        : 0;
    const WCHAR *Data = Value != NULL ? (const WCHAR *)(const void *)Value->Data : NULL;
    for (ULONG At = 0; At < Limit && Data[At] != 0; At++) {
        if (Mark != 0 && Data[At] != Mark) {
            if (To != NULL)
                To[Used] = Mark;
            Used++;
        }
        for (; At < Limit && Data[At] != 0; At++, Used++) {
            if (To != NULL)
                To[Used] = Data[At];
        }
        if (To != NULL)
            To[Used] = 0;
        Used++;
    }
    return Used;
}

static NTSTATUS ScmReadDependencies(HANDLE Key, SCM_READ *Read)
{
    KEY_VALUE_PARTIAL_INFORMATION *Services = NULL, *Groups = NULL;
    NTSTATUS Status = IoiQueryValue(Key, &ScmServiceList, &Services);
    if (NT_SUCCESS(Status) || Status == STATUS_OBJECT_NAME_NOT_FOUND)
        Status = IoiQueryValue(Key, &ScmGroupList, &Groups);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        Status = STATUS_SUCCESS;
    ULONG First = ScmCopyStrings(Services, 0, NULL),
          Units = First + ScmCopyStrings(Groups, u'+', NULL);
    if (NT_SUCCESS(Status) && Units != 0 && Units < 0x7000) {
        Read->Depend = ExiAllocate(PagedPool, Units * sizeof(WCHAR), SCM_TAG, EX_KERNEL_SITE);
        if (Read->Depend == NULL)
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    if (Read->Depend != NULL) {
        ScmCopyStrings(Services, 0, Read->Depend);
        ScmCopyStrings(Groups, u'+', Read->Depend + First);
        Read->Text[SCM_DEPEND] = (UNICODE_STRING){
            (USHORT)(Units * sizeof(WCHAR)), (USHORT)(Units * sizeof(WCHAR)), Read->Depend};
    }
    if (Services != NULL)
        ExiFree(Services);
    if (Groups != NULL)
        ExiFree(Groups);
    return Status;
}

static NTSTATUS ScmReadKey(HANDLE Key, const UNICODE_STRING *Name, SCM_CONFIG **Config)
{
    SCM_READ Read = {.Text[SCM_NAME] = *Name};
    NTSTATUS Status = ScmReadNumber(Key, &ScmTypeName, &Read.Numbers.Type);
    if (NT_SUCCESS(Status))
        Status = ScmReadNumber(Key, &ScmStartName, &Read.Numbers.Start);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        return SCM_ERROR(SCM_DOES_NOT_EXIST);
    if (NT_SUCCESS(Status))
        Status = ScmReadOptional(
            Key, &ScmErrorName, SERVICE_ERROR_NORMAL, &Read.Numbers.ErrorControl);
    if (NT_SUCCESS(Status))
        Status = ScmReadOptional(Key, &ScmTagName, 0, &Read.Numbers.Tag);
    if (NT_SUCCESS(Status))
        Status = ScmReadTexts(Key, &Read);
    if (NT_SUCCESS(Status))
        Status = ScmReadDependencies(Key, &Read);
    if (NT_SUCCESS(Status))
        Status = ScmBuildConfig(&Read.Numbers, Read.Text, Config);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Read.Value); Index++) {
        if (Read.Value[Index] != NULL)
            ExiFree(Read.Value[Index]);
    }
    if (Read.Depend != NULL)
        ExiFree(Read.Depend);
    return Status;
}

NTSTATUS ScmReadConfig(const UNICODE_STRING *Name, SCM_CONFIG **Config)
{
    HANDLE Key;
    NTSTATUS Status = ScmOpenServiceKey(Name, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmReadKey(Key, Name, Config);
    ZwClose(Key);
    /* another thread was faster */
    return Status == STATUS_KEY_DELETED ? SCM_ERROR(SCM_DOES_NOT_EXIST) : Status;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static NTSTATUS ScmAddToList(SCM_LIST *List, SCM_CONFIG *Config)
{
    if (List->Count == List->Room) {
        ULONG Room = List->Room != 0 ? 2 * List->Room : 32;
        SCM_CONFIG **Larger = ExiAllocate(
            PagedPool, Room * sizeof(*Larger), SCM_TAG, EX_KERNEL_SITE);
        if (Larger == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        if (List->Config != NULL) {
            memcpy(Larger, List->Config, List->Count * sizeof(*Larger));
            ExiFree(List->Config);
        }
        List->Config = Larger;
        List->Room = Room;
    }
    List->Config[List->Count++] = Config;
    return STATUS_SUCCESS;
}

/* Calls Visit with the name of each key of services. */
static NTSTATUS ScmEnumerateKeys(
    NTSTATUS (*Visit)(const UNICODE_STRING *Name, void *Context), void *Context)
{
    static const WCHAR Path[] = SCM_SERVICES_KEY;
    UNICODE_STRING Services = RTL_STRING(Path);
    struct {
        KEY_BASIC_INFORMATION Head;
        WCHAR Rest[SCM_NAME_LIMIT];
    } Key;
    HANDLE Handle;
    ULONG Bytes;
    NTSTATUS Status = ScmOpenKey(&Services, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Index = 0; NT_SUCCESS(Status); Index++) {
        Status = ZwEnumerateKey(Handle, Index, KeyBasicInformation, &Key, sizeof(Key), &Bytes);
        if (Status == STATUS_BUFFER_OVERFLOW) { /* too long a name for a service's */
            Status = STATUS_SUCCESS;
        } else if (NT_SUCCESS(Status)) {
            const UNICODE_STRING Name = {
                (USHORT)Key.Head.NameLength, (USHORT)Key.Head.NameLength, Key.Head.Name};
            Status = Visit(&Name, Context);
        }
    }
    ZwClose(Handle);
    return Status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : Status;
}

static NTSTATUS ScmAddKey(const UNICODE_STRING *Name, void *Context)
{
    SCM_CONFIG *Config;
    NTSTATUS Status = ScmReadConfig(Name, &Config);
    if (Status == SCM_ERROR(SCM_DOES_NOT_EXIST))
        return STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmAddToList(Context, Config);
    if (!NT_SUCCESS(Status))
        ExiFree(Config);
    return Status;
}

NTSTATUS ScmReadAll(SCM_LIST *List)
{
    memset(List, 0, sizeof(*List));
    NTSTATUS Status = ScmEnumerateKeys(ScmAddKey, List);
    if (!NT_SUCCESS(Status))
        ScmFreeList(List);
    return Status;
}

void ScmFreeList(SCM_LIST *List)
{
    for (ULONG Index = 0; Index < List->Count; Index++)
        ExiFree(List->Config[Index]);
    if (List->Config != NULL)
        ExiFree(List->Config);
    memset(List, 0, sizeof(*List));
}

SCM_CONFIG *ScmFindInList(const SCM_LIST *List, const UNICODE_STRING *Name)
{
    for (ULONG Index = 0; Index < List->Count; Index++) {
        const UNICODE_STRING Other = ScmText(List->Config[Index], SCM_NAME);
        if (ScmSameName(&Other, Name))
            return List->Config[Index];
    }
    return NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

static NTSTATUS ScmWriteNumber(const UNICODE_STRING *Path, const UNICODE_STRING *Name, ULONG Number)
{
    return Number == SCM_NO_CHANGE ? STATUS_SUCCESS
                                   : CmiSetValue(Path, Name, REG_DWORD, &Number, sizeof(Number));
}

/* An empty text removes the value. */
static NTSTATUS ScmWriteTexts(const UNICODE_STRING *Path, const SCM_CONFIG *Config)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(ScmTextValue) && NT_SUCCESS(Status); Index++) {
        const UNICODE_STRING Text = ScmText(Config, ScmTextValue[Index].Which);
        if (Text.Buffer == NULL)
            continue;
        if (Text.Length == 0)
            Status = CmiDeleteValue(Path, &ScmTextValue[Index].Name);
        else
            Status = CmiSetValue(Path, &ScmTextValue[Index].Name, ScmTextValue[Index].Type,
                Text.Buffer, Text.Length + (ULONG)sizeof(WCHAR));
    }
    return Status;
}

/* One half of the dependencies: services, or groups without their plus signs. */
static NTSTATUS ScmWriteHalf(const UNICODE_STRING *Path, const SCM_CONFIG *Config, BOOLEAN Groups)
{
    const UNICODE_STRING *Name = Groups ? &ScmGroupList : &ScmServiceList,
                         Whole = ScmText(Config, SCM_DEPEND);
    UNICODE_STRING At = {0};
    ULONG Used = 0;
    WCHAR *Strings = ExiAllocate(PagedPool, Whole.Length + sizeof(WCHAR), SCM_TAG, EX_KERNEL_SITE);
    if (Strings == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    while (ScmNextDependency(Config, &At)) {
        if ((At.Buffer[0] == u'+') != Groups)
            continue;
        ULONG Skip = Groups ? 1 : 0, Length = At.Length / (ULONG)sizeof(WCHAR) - Skip;
        memcpy(Strings + Used, At.Buffer + Skip, Length * sizeof(WCHAR));
        Strings[Used + Length] = 0;
        Used += Length + 1;
    }
    Strings[Used] = 0;
    NTSTATUS Status = Used == 0
        ? CmiDeleteValue(Path, Name)
        : CmiSetValue(Path, Name, REG_MULTI_SZ, Strings, (Used + 1) * (ULONG)sizeof(WCHAR));
    ExiFree(Strings);
    return Status;
}

static NTSTATUS ScmWriteDefaults(
    const UNICODE_STRING *Path, const UNICODE_STRING *Name, const SCM_CONFIG *Config)
{
    static const UNICODE_STRING Display = RTL_STRING(u"DisplayName"),
                                Object = RTL_STRING(u"ObjectName");
    static const WCHAR System[] = u"LocalSystem";
    NTSTATUS Status = STATUS_SUCCESS;
    if (ScmText(Config, SCM_DISPLAY).Length == 0) {
        const UNICODE_STRING *Text = Name;
        WCHAR Copy[SCM_NAME_LIMIT + 1];
        memcpy(Copy, Text->Buffer, Text->Length);
        Copy[Text->Length / sizeof(WCHAR)] = 0;
        Status = CmiSetValue(Path, &Display, REG_SZ, Copy, Text->Length + (ULONG)sizeof(WCHAR));
    }
    if (NT_SUCCESS(Status) && !ScmIsDriver(Config->Type) && ScmText(Config, SCM_OBJECT).Length == 0)
        Status = CmiSetValue(Path, &Object, REG_SZ, System, sizeof(System));
    return Status;
}

NTSTATUS ScmWriteConfig(const UNICODE_STRING *Name, const SCM_CONFIG *Config, BOOLEAN New)
{
    UNICODE_STRING Path;
    NTSTATUS Status = ScmPath(Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmWriteNumber(&Path, &ScmTypeName, Config->Type);
    if (NT_SUCCESS(Status))
        Status = ScmWriteNumber(&Path, &ScmStartName, Config->Start);
    if (NT_SUCCESS(Status))
        Status = ScmWriteNumber(&Path, &ScmErrorName, Config->ErrorControl);
    if (NT_SUCCESS(Status) && Config->Tag != 0)
        Status = ScmWriteNumber(&Path, &ScmTagName, Config->Tag);
    if (NT_SUCCESS(Status))
        Status = ScmWriteTexts(&Path, Config);
    if (NT_SUCCESS(Status) && Config->Text[SCM_DEPEND] != 0)
        Status = ScmWriteHalf(&Path, Config, FALSE);
    if (NT_SUCCESS(Status) && Config->Text[SCM_DEPEND] != 0)
        Status = ScmWriteHalf(&Path, Config, TRUE);
    if (NT_SUCCESS(Status) && New)
        Status = ScmWriteDefaults(&Path, Name, Config);
    ExiFree(Path.Buffer);
    return Status;
}

NTSTATUS ScmSetDeleteFlag(const UNICODE_STRING *Name)
{
    UNICODE_STRING Path;
    NTSTATUS Status = ScmPath(Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmWriteNumber(&Path, &ScmDeleteName, 1);
    ExiFree(Path.Buffer);
    return Status;
}

NTSTATUS ScmDeleteKey(const UNICODE_STRING *Name)
{
    UNICODE_STRING Path;
    NTSTATUS Status = ScmPath(Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmiDeleteKeyPath(&Path);
    ExiFree(Path.Buffer);
    return Status;
}

/* Deleting while enumerating would skip the next key: the first that is marked is remembered, and
 * the search begins again. */
typedef struct SCM_MARKED {
    UNICODE_STRING Name;
    WCHAR Text[SCM_NAME_LIMIT];
} SCM_MARKED;

static NTSTATUS ScmFindMarked(const UNICODE_STRING *Name, void *Context)
{
    SCM_MARKED *Marked = Context;
    ULONG Flag = 0;
    HANDLE Key;
    if (Marked->Name.Buffer != NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = ScmOpenServiceKey(Name, &Key);
    if (!NT_SUCCESS(Status))
        return Status == SCM_ERROR(SCM_DOES_NOT_EXIST) ? STATUS_SUCCESS : Status;
    Status = ScmReadOptional(Key, &ScmDeleteName, 0, &Flag);
    ZwClose(Key);
    if (Status == STATUS_KEY_DELETED)
        return STATUS_SUCCESS;
    if (NT_SUCCESS(Status) && Flag != 0) {
        memcpy(Marked->Text, Name->Buffer, Name->Length);
        Marked->Name = (UNICODE_STRING){Name->Length, Name->Length, Marked->Text};
    }
    return Status;
}

NTSTATUS ScmPurgeOld(void)
{
    for (;;) {
        SCM_MARKED Marked = {0};
        NTSTATUS Status = ScmEnumerateKeys(ScmFindMarked, &Marked);
        if (!NT_SUCCESS(Status) || Marked.Name.Buffer == NULL)
            return Status;
        Status = ScmDeleteKey(&Marked.Name);
        if (!NT_SUCCESS(Status))
            return Status;
    }
}
