/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Tokens made of other tokens: copies, and copies that may do less. */
#include "ke/zw.h"
#include "se/sep.h"

/* ---- copies ---------------------------------------------------------------------------------- */

/* What the new token may be used for, from the attributes of an NtDuplicateToken; static and
 * anonymous where they do not say. */
static NTSTATUS SepReadQuality(
    const OBJECT_ATTRIBUTES *Attributes, SECURITY_QUALITY_OF_SERVICE *Quality)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    OBJECT_ATTRIBUTES Source;
    *Quality = (SECURITY_QUALITY_OF_SERVICE){
        .Length = sizeof(*Quality), .ImpersonationLevel = SecurityAnonymous};
    if (Attributes == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = ObiReadCaller(&Source, Attributes, sizeof(Source), Mode);
    if (NT_SUCCESS(Status) && Source.SecurityQualityOfService != NULL)
        Status = ObiReadCaller(Quality, Source.SecurityQualityOfService, sizeof(*Quality), Mode);
    if (NT_SUCCESS(Status) && (ULONG)Quality->ImpersonationLevel > SecurityDelegation)
        Status = STATUS_INVALID_PARAMETER;
    return Status;
}

/* An impersonation token makes no token that goes further than itself. */
static NTSTATUS SepMayDuplicate(
    const SE_TOKEN *Token, TOKEN_TYPE Type, SECURITY_IMPERSONATION_LEVEL Level)
{
    if (Token->Type != TokenImpersonation)
        return STATUS_SUCCESS;
    if (Type == TokenPrimary)
        return Token->Level < SecurityImpersonation ? STATUS_BAD_IMPERSONATION_LEVEL
                                                    : STATUS_SUCCESS;
    return Level > Token->Level ? STATUS_BAD_IMPERSONATION_LEVEL : STATUS_SUCCESS;
}

/*
 * NtDuplicateToken - a new token like another one.
 *
 * DesiredAccess: 0 for what the existing handle grants. ObjectAttributes: optional; of
 * SecurityQualityOfService the level counts, which an impersonation token gets. EffectiveOnly: what
 * is disabled is left out. Type: primary, or to impersonate with.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no such type or level; BAD_IMPERSONATION_LEVEL: more than
 *          the existing one allows; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          TOKEN_DUPLICATE; ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  DOC ntifs/ZwDuplicateToken; OBS tests/kernel/se/ZwDuplicateToken.c
 */
NTSTATUS NTAPI NtDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN EffectiveOnly, TOKEN_TYPE Type,
    HANDLE *NewTokenHandle)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    SECURITY_QUALITY_OF_SERVICE Quality;
    SE_TOKEN *Token, *New;
    ACCESS_MASK Granted;
    OB_NAME Name;
    HANDLE Handle;

    if (Type != TokenPrimary && Type != TokenImpersonation)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiProbeOutput(NewTokenHandle, sizeof(HANDLE), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = SepReadQuality(ObjectAttributes, &Quality);
    if (NT_SUCCESS(Status))
        Status = SepReferenceToken(ExistingTokenHandle, TOKEN_DUPLICATE, &Token, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepMayDuplicate(Token, Type, Quality.ImpersonationLevel);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureName(ObjectAttributes, Mode, &Name);
    if (!NT_SUCCESS(Status))
        goto DropToken;
    Status = SeiDuplicateToken(Token, Type, Quality.ImpersonationLevel, EffectiveOnly, &New);
    if (NT_SUCCESS(Status))
        Status = ObiInsertObject(
            New, &Name, DesiredAccess != 0 ? DesiredAccess : Granted, Mode, &Handle);
    if (NT_SUCCESS(Status))
        Status = ObiReturnHandle(NewTokenHandle, Handle, Mode, Status);
    ObiReleaseName(&Name);

DropToken:
    ObfDereferenceObject(Token);
    return Status;
}

NTSTATUS NTAPI ZwDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN EffectiveOnly, TOKEN_TYPE Type,
    HANDLE *NewTokenHandle)
{
    return ZW_CALL(DuplicateToken,
        (ExistingTokenHandle, DesiredAccess, ObjectAttributes, EffectiveOnly, Type,
            NewTokenHandle));
}

/* ---- filtered ones --------------------------------------------------------------------------- */

#define SEP_DISABLE_MAX_PRIVILEGE 0x1u
#define SEP_SANDBOX_INERT 0x2u
#define SEP_LUA_TOKEN 0x4u
#define SEP_WRITE_RESTRICTED 0x8u
#define SEP_VALID_FILTER 0xFu

static void SepDisableSid(SE_TOKEN *Token, const SID *Sid)
{
    const ULONG InForce = SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT;
    if (SepEqualSid(Token->User, Sid))
        Token->UserAttributes |= SE_GROUP_USE_FOR_DENY_ONLY;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        if (SepEqualSid(Token->Group[Index], Sid))
            Token->GroupAttributes[Index] = (Token->GroupAttributes[Index] &
                                                ~(InForce | SE_GROUP_OWNER)) |
                SE_GROUP_USE_FOR_DENY_ONLY;
    }
    if (SepEqualSid(Token->Owner, Sid))
        Token->Owner = Token->User;
}

static void SepKeepPrivileges(SE_TOKEN *Token, ULONG64 Kept)
{
    Token->Privileges &= Kept;
    Token->Enabled &= Kept;
    Token->EnabledByDefault &= Kept;
}

static BOOLEAN SepListedIn(const TOKEN_GROUPS *List, const SID *Sid)
{
    for (ULONG Index = 0; Index < List->GroupCount; Index++) {
        if (SepEqualSid(List->Groups[Index].Sid, Sid))
            return TRUE;
    }
    return FALSE;
}

/* Restricting a restricted token leaves what both lists have. */
static NTSTATUS SepRestrict(SE_TOKEN *Token, const TOKEN_GROUPS *List)
{
    SE_SID *Restricted = ExiAllocateZero(NonPagedPoolNx,
        (List->GroupCount + 1) * sizeof(*Restricted), SEP_TAG_TOKEN, EX_KERNEL_SITE);
    ULONG Count = 0;
    if (Restricted == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Token->Restricted == NULL) {
        for (; Count < List->GroupCount; Count++)
            __builtin_memcpy(
                &Restricted[Count], List->Groups[Count].Sid, SepSidBytes(List->Groups[Count].Sid));
    } else {
        for (ULONG Index = 0; Index < Token->RestrictedCount && Count <= List->GroupCount;
             Index++) {
            if (SepListedIn(List, &Token->Restricted[Index].Sid))
                Restricted[Count++] = Token->Restricted[Index];
        }
        ExiFree(Token->Restricted);
    }
    Token->Restricted = Restricted;
    Token->RestrictedCount = Count;
    return STATUS_SUCCESS;
}

static NTSTATUS SepFilter(SE_TOKEN *Token, ULONG Flags, const TOKEN_GROUPS *Disable,
    const TOKEN_PRIVILEGES *Delete, const TOKEN_GROUPS *Restrict)
{
    for (ULONG Index = 0; Disable != NULL && Index < Disable->GroupCount; Index++)
        SepDisableSid(Token, Disable->Groups[Index].Sid);
    for (ULONG Index = 0; Delete != NULL && Index < Delete->PrivilegeCount; Index++) {
        if (Delete->Privileges[Index].Luid.LowPart < 64)
            SepKeepPrivileges(Token, ~((ULONG64)1 << Delete->Privileges[Index].Luid.LowPart));
    }
    if (Flags & SEP_DISABLE_MAX_PRIVILEGE)
        SepKeepPrivileges(Token, (ULONG64)1 << SE_CHANGE_NOTIFY_PRIVILEGE);
    if (Flags & SEP_LUA_TOKEN) {
        SepDisableSid(Token, SepSid(SEP_ADMINISTRATORS));
        SepKeepPrivileges(Token, SeiUserToken->Privileges);
        __builtin_memcpy(&Token->Integrity, SepSid(SEP_MEDIUM), SepSidBytes(SepSid(SEP_MEDIUM)));
    }
    Token->SandboxInert = Token->SandboxInert || (Flags & SEP_SANDBOX_INERT) != 0;
    Token->Filtered = TRUE;
    if (Restrict == NULL || Restrict->GroupCount == 0)
        return STATUS_SUCCESS;
    Token->WriteRestricted = (Flags & SEP_WRITE_RESTRICTED) != 0 &&
        (Token->RestrictedCount == 0 || Token->WriteRestricted);
    return SepRestrict(Token, Restrict);
}

/*
 * SeFilterToken - a copy of a token that may do less.
 *
 * Flags:   DISABLE_MAX_PRIVILEGE (1): all privileges but SeChangeNotifyPrivilege go; SANDBOX_INERT
 *          (2) is noted; LUA_TOKEN (4): an administrator becomes an ordinary user; WRITE_RESTRICTED
 *          (8): what restricts counts for writing only.
 * SidsToDisable: user and groups that are there for denying only. PrivilegesToDelete.
 *                RestrictedSids: an access has to be granted to one of these as well; their
 *                attributes are 0. Each optional.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: unknown flags, attributes on a restricting SID;
 * INSUFFICIENT_RESOURCES.
 * Owner:   caller; ObDereferenceObject.
 * Source:  DOC ntifs/SeFilterToken; OBS tests/kernel/se/SeFilterToken.c
 */
NTSTATUS NTAPI SeFilterToken(PACCESS_TOKEN ExistingToken, ULONG Flags, TOKEN_GROUPS *SidsToDisable,
    TOKEN_PRIVILEGES *PrivilegesToDelete, TOKEN_GROUPS *RestrictedSids,
    PACCESS_TOKEN *FilteredToken)
{
    SE_TOKEN *New;
    if (Flags & ~SEP_VALID_FILTER)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; RestrictedSids != NULL && Index < RestrictedSids->GroupCount; Index++) {
        if (RestrictedSids->Groups[Index].Attributes != 0)
            return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS Status = SepCloneToken(ExistingToken, &New);
    if (!NT_SUCCESS(Status))
        return Status;
    New->ParentId = ((SE_TOKEN *)ExistingToken)->TokenId;
    SepTouchToken(New);
    Status = SepFilter(New, Flags, SidsToDisable, PrivilegesToDelete, RestrictedSids);
    if (NT_SUCCESS(Status))
        *FilteredToken = New;
    else
        ObfDereferenceObject(New);
    return Status;
}
