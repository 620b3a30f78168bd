/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Configurations as flat blocks: taking them from callers, building them, and what Windows refuses
 * in them. */
#include <string.h>

#include "scm/scmp.h"

static const WCHAR *ScmTextAt(const SCM_CONFIG *Config, ULONG Offset)
{
    return (const WCHAR *)(const void *)((const UCHAR *)Config + Offset);
}

UNICODE_STRING ScmText(const SCM_CONFIG *Config, enum SCM_TEXT Which)
{
    UNICODE_STRING Text = {0};
    ULONG Offset = Config->Text[Which];
    if (Offset == 0)
        return Text;
    const WCHAR *Start = ScmTextAt(Config, Offset), *End = Start;
    if (Which == SCM_DEPEND) {
        while (*End != 0)
            End += RtlpWcsLength(End) + 1;
    } else {
        End += RtlpWcsLength(Start);
    }
    Text.Length = Text.MaximumLength = (USHORT)((ULONG_PTR)End - (ULONG_PTR)Start);
    Text.Buffer = (WCHAR *)(ULONG_PTR)Start;
    return Text;
}

BOOLEAN ScmNextDependency(const SCM_CONFIG *Config, UNICODE_STRING *At)
{
    if (Config->Text[SCM_DEPEND] == 0)
        return FALSE;
    const WCHAR *Next = At->Buffer == NULL ? ScmTextAt(Config, Config->Text[SCM_DEPEND])
                                           : At->Buffer + At->Length / sizeof(WCHAR) + 1;
    At->Buffer = (WCHAR *)(ULONG_PTR)Next;
    At->Length = At->MaximumLength = (USHORT)(RtlpWcsLength(Next) * sizeof(WCHAR));
    return At->Length != 0;
}

/* ---- taking and building --------------------------------------------------------------------- */

/* Whether a text of at most Limit units has its end where it should. */
static BOOLEAN ScmTextEnds(const WCHAR *Text, SIZE_T Limit, BOOLEAN Strings)
{
    for (SIZE_T Index = 0; Index < Limit; Index++) {
        if (Text[Index] == 0 && (!Strings || Index == 0 || Text[Index - 1] == 0))
            return Index <= (MAXUSHORT - sizeof(WCHAR)) / sizeof(WCHAR);
    }
    return FALSE;
}

static BOOLEAN ScmIsConfig(const SCM_CONFIG *Config, ULONG Bytes)
{
    if (Config->Bytes != Bytes)
        return FALSE;
    for (ULONG Which = 0; Which < SCM_TEXT_COUNT; Which++) {
        ULONG Offset = Config->Text[Which];
        if (Offset == 0)
            continue;
        if (Offset < sizeof(*Config) || Offset % sizeof(WCHAR) != 0 || Offset >= Bytes ||
            !ScmTextEnds(
                ScmTextAt(Config, Offset), (Bytes - Offset) / sizeof(WCHAR), Which == SCM_DEPEND))
            return FALSE;
    }
    return TRUE;
}

NTSTATUS ScmCaptureConfig(const SCM_CONFIG *From, ULONG Bytes, SCM_CONFIG **Config)
{
    if (Bytes < sizeof(SCM_CONFIG) || Bytes > SCM_CONFIG_LIMIT)
        return STATUS_INVALID_PARAMETER;
    SCM_CONFIG *Copy = ExiAllocate(PagedPool, Bytes, SCM_TAG, EX_KERNEL_SITE);
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ObiReadCaller(Copy, From, Bytes, KiPreviousMode());
    if (NT_SUCCESS(Status) && !ScmIsConfig(Copy, Bytes))
        Status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(Status))
        *Config = Copy;
    else
        ExiFree(Copy);
    return Status;
}

NTSTATUS ScmBuildConfig(const SCM_CONFIG *Numbers, const UNICODE_STRING *Texts, SCM_CONFIG **Config)
{
    ULONG Bytes = sizeof(SCM_CONFIG);
    for (ULONG Which = 0; Which < SCM_TEXT_COUNT; Which++)
        Bytes += Texts[Which].Buffer != NULL ? Texts[Which].Length + (ULONG)sizeof(WCHAR) : 0;
    SCM_CONFIG *New = ExiAllocateZero(PagedPool, Bytes, SCM_TAG, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *New = *Numbers;
    New->Bytes = Bytes;
    ULONG Offset = sizeof(SCM_CONFIG);
    for (ULONG Which = 0; Which < SCM_TEXT_COUNT; Which++) {
        New->Text[Which] = 0;
        if (Texts[Which].Buffer == NULL)
            continue;
        New->Text[Which] = Offset;
        memcpy((UCHAR *)New + Offset, Texts[Which].Buffer, Texts[Which].Length);
        Offset += Texts[Which].Length + (ULONG)sizeof(WCHAR);
    }
    *Config = New;
    return STATUS_SUCCESS;
}

/* ---- checking -------------------------------------------------------------------------------- */

NTSTATUS ScmCheckName(const UNICODE_STRING *Name)
{
    if (Name->Length == 0 || Name->Length > SCM_NAME_LIMIT * sizeof(WCHAR))
        return SCM_ERROR(SCM_INVALID_NAME);
    for (ULONG Index = 0; Index < Name->Length / sizeof(WCHAR); Index++) {
        if (Name->Buffer[Index] == u'\\' || Name->Buffer[Index] == u'/')
            return SCM_ERROR(SCM_INVALID_NAME);
    }
    return STATUS_SUCCESS;
}

static BOOLEAN ScmIsType(ULONG Type)
{
    switch (Type) {
    case SERVICE_KERNEL_DRIVER:
    case SERVICE_FILE_SYSTEM_DRIVER:
    case SERVICE_ADAPTER:
    case SERVICE_RECOGNIZER_DRIVER:
    case 0x10:
    case 0x20:
    case 0x10 | SCM_INTERACTIVE:
    case 0x20 | SCM_INTERACTIVE:
        return TRUE;
    default:
        return FALSE;
    }
}

static NTSTATUS ScmCheckNumbers(const SCM_CONFIG *Config, const SCM_CONFIG *Old)
{
    ULONG Type = Config->Type, Start = Config->Start;
    if (Old != NULL && Type == SCM_NO_CHANGE)
        Type = Old->Type;
    if (Old != NULL && Start == SCM_NO_CHANGE)
        Start = Old->Start;
    BOOLEAN Error = (Old == NULL || Config->ErrorControl != SCM_NO_CHANGE) &&
        Config->ErrorControl > SERVICE_ERROR_CRITICAL;
    if (!ScmIsType(Type) || Start > SERVICE_DISABLED || Error)
        return STATUS_INVALID_PARAMETER;
    if (!ScmIsDriver(Type) && Start < SERVICE_AUTO_START)
        return STATUS_INVALID_PARAMETER;
    if (Old != NULL && ScmIsDriver(Type) != ScmIsDriver(Old->Type))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

/* Drivers name their object; services an account, of which the machine has those that every Windows
 * has. */
static NTSTATUS ScmCheckObject(ULONG Type, const UNICODE_STRING *Object)
{
    static UNICODE_STRING Folder[] = {RTL_STRING(u"\\Driver\\"), RTL_STRING(u"\\FileSystem\\")};
    static const UNICODE_STRING Account[] = {RTL_STRING(u"LocalSystem"),
        RTL_STRING(u".\\LocalSystem"), RTL_STRING(u"NT AUTHORITY\\LocalService"),
        RTL_STRING(u"NT AUTHORITY\\NetworkService")};
    UNICODE_STRING Name = *Object;
    if (Name.Length == 0)
        return STATUS_SUCCESS;
    for (ULONG Index = 0; ScmIsDriver(Type) && Index < RTL_NUMBER_OF(Folder); Index++) {
        if (Name.Length > Folder[Index].Length &&
            RtlPrefixUnicodeString(&Folder[Index], &Name, TRUE))
            return STATUS_SUCCESS;
    }
    for (ULONG Index = 0; !ScmIsDriver(Type) && Index < RTL_NUMBER_OF(Account); Index++) {
        if (ScmSameName(&Account[Index], &Name))
            return STATUS_SUCCESS;
    }
    return SCM_ERROR(SCM_INVALID_ACCOUNT);
}

/* A display name is nobody else's, neither as a display name nor as a key's. */
static NTSTATUS ScmCheckDisplay(
    const UNICODE_STRING *Name, const UNICODE_STRING *Display, const SCM_LIST *All)
{
    if (Display->Length > SCM_NAME_LIMIT * sizeof(WCHAR))
        return SCM_ERROR(SCM_INVALID_NAME);
    for (ULONG Index = 0; Display->Length != 0 && Index < All->Count; Index++) {
        const UNICODE_STRING Other = ScmText(All->Config[Index], SCM_NAME),
                             Shown = ScmText(All->Config[Index], SCM_DISPLAY);
        if (!ScmSameName(&Other, Name) &&
            (ScmSameName(&Other, Display) || ScmSameName(&Shown, Display)))
            return SCM_ERROR(SCM_DUPLICATE_NAME);
    }
    return STATUS_SUCCESS;
}

/* Whether Config leads back to Name. Depth: no chain without a circle is longer than there are
 * services. */
static BOOLEAN ScmLeadsTo(
    const SCM_CONFIG *Config, const UNICODE_STRING *Name, const SCM_LIST *All, ULONG Depth)
{
    UNICODE_STRING At = {0};
    while (ScmNextDependency(Config, &At)) {
        if (At.Buffer[0] == u'+')
            continue;
        if (ScmSameName(&At, Name))
            return TRUE;
        const SCM_CONFIG *Next = ScmFindInList(All, &At);
        if (Next != NULL && Depth != 0 && ScmLeadsTo(Next, Name, All, Depth - 1))
            return TRUE;
    }
    return FALSE;
}

NTSTATUS ScmCheckConfig(const UNICODE_STRING *Name, const SCM_CONFIG *Config, const SCM_CONFIG *Old,
    const SCM_LIST *All)
{
    UNICODE_STRING Group = ScmText(Config, SCM_GROUP), Path = ScmText(Config, SCM_PATH), At = {0};
    const UNICODE_STRING Object = ScmText(Config, SCM_OBJECT),
                         Display = ScmText(Config, SCM_DISPLAY);
    NTSTATUS Status = ScmCheckNumbers(Config, Old);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Old == NULL && Path.Length == 0)
        return STATUS_INVALID_PARAMETER;
    if (Old != NULL && Group.Buffer == NULL)
        Group = ScmText(Old, SCM_GROUP);
    if (Config->Tag != 0 && Group.Length == 0)
        return STATUS_INVALID_PARAMETER;
    while (ScmNextDependency(Config, &At)) {
        if (At.Buffer[0] != u'+' && !NT_SUCCESS(ScmCheckName(&At)))
            return SCM_ERROR(SCM_INVALID_NAME);
    }
    Status = ScmCheckObject(Config->Type == SCM_NO_CHANGE ? Old->Type : Config->Type, &Object);
    if (NT_SUCCESS(Status))
        Status = ScmCheckDisplay(Name, &Display, All);
    if (NT_SUCCESS(Status) && ScmLeadsTo(Config, Name, All, All->Count < 64 ? All->Count : 64))
        Status = SCM_ERROR(SCM_CIRCULAR);
    return Status;
}

NTSTATUS ScmFreeTag(const SCM_LIST *All, const UNICODE_STRING *Group, ULONG *Tag)
{
    for (ULONG Candidate = 1; Candidate != 0; Candidate++) {
        BOOLEAN Taken = FALSE;
        for (ULONG Index = 0; Index < All->Count && !Taken; Index++) {
            const UNICODE_STRING Other = ScmText(All->Config[Index], SCM_GROUP);
            Taken = All->Config[Index]->Tag == Candidate && ScmSameName(&Other, Group);
        }
        if (!Taken) {
            *Tag = Candidate;
            return STATUS_SUCCESS;
        }
    }
    return STATUS_INSUFFICIENT_RESOURCES;
}
