/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The access check, privileges, and the subject contexts drivers carry tokens in. Nothing is
 * audited; conditional and object ACEs that allow are passed over, those that deny likewise.
 */
#include "se/sep.h"

void (*SeCaptureTokens)(
    struct _ETHREAD *Thread, struct _EPROCESS *Process, SECURITY_SUBJECT_CONTEXT *Context);
void (*SeCurrentSubject)(struct _ETHREAD **Thread, struct _EPROCESS **Process);

/* Whether the token has Sid: for an ACE that denies also among the groups that are there for that
 * only. */
static BOOLEAN SepTokenMatches(const SE_TOKEN *Token, const SID *Sid, BOOLEAN Deny)
{
    const ULONG Wanted = SE_GROUP_ENABLED | (Deny ? SE_GROUP_USE_FOR_DENY_ONLY : 0u);
    if ((Deny || !(Token->UserAttributes & SE_GROUP_USE_FOR_DENY_ONLY)) &&
        SepEqualSid(Token->User, Sid))
        return TRUE;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        if ((Token->GroupAttributes[Index] & Wanted) && SepEqualSid(Token->Group[Index], Sid))
            return TRUE;
    }
    return FALSE;
}

static BOOLEAN SepRestrictedMatches(const SE_TOKEN *Token, const SID *Sid)
{
    for (ULONG Index = 0; Index < Token->RestrictedCount; Index++) {
        if (SepEqualSid(&Token->Restricted[Index].Sid, Sid))
            return TRUE;
    }
    return FALSE;
}

BOOLEAN SeiTokenHasSid(const SE_TOKEN *Token, const SID *Sid)
{
    return SepTokenMatches(Token, Sid, FALSE);
}

BOOLEAN SeiTokenHasPrivilege(const SE_TOKEN *Token, ULONG Privilege)
{
    return Privilege < 64 && (Token->Enabled >> Privilege & 1) != 0;
}

/* ---- the check ------------------------------------------------------------------------------- */

typedef struct SEP_CHECK {
    const SE_TOKEN *Token;
    const GENERIC_MAPPING *Mapping; /* for ACEs; NULL: they are taken as they are */
    BOOLEAN Restricted;    /* the pass in which only restricting SIDs count */
    BOOLEAN IsOwner;
    BOOLEAN Maximum;       /* MAXIMUM_ALLOWED was asked for */
    ACCESS_MASK Remaining; /* asked for and not granted yet */
    ACCESS_MASK Allowed;   /* granted by ACEs so far */
    ACCESS_MASK Denied;    /* denied before it was granted */
    ULONG64 Used;          /* privileges that granted something */
} SEP_CHECK;

static BOOLEAN SepCheckMatches(const SEP_CHECK *Check, const SID *Sid, BOOLEAN Deny)
{
    return Check->Restricted ? SepRestrictedMatches(Check->Token, Sid)
                             : SepTokenMatches(Check->Token, Sid, Deny);
}

static BOOLEAN SepAceApplies(const SEP_CHECK *Check, const ACCESS_ALLOWED_ACE *Ace)
{
    const SID *Sid = SepAceSid(Ace);
    if (Ace->Header.AceFlags & INHERIT_ONLY_ACE)
        return FALSE;
    if (SepEqualSid(Sid, SepSid(SEP_OWNER_RIGHTS)))
        return Check->IsOwner;
    return SepCheckMatches(Check, Sid, Ace->Header.AceType == ACCESS_DENIED_ACE_TYPE);
}

/* FALSE: something asked for is denied, the check is over. */
static BOOLEAN SepApplyAce(SEP_CHECK *Check, const ACCESS_ALLOWED_ACE *Ace)
{
    ACCESS_MASK Mask = Ace->Mask;
    if (Check->Mapping != NULL)
        RtlMapGenericMask(&Mask, Check->Mapping);
    if (Ace->Header.AceType == ACCESS_ALLOWED_ACE_TYPE) {
        Check->Allowed |= Mask & ~Check->Denied;
        Check->Remaining &= ~Mask;
        return TRUE;
    }
    Check->Denied |= Mask & ~Check->Allowed;
    return (Check->Remaining & Mask) == 0;
}

BOOLEAN SepHasOwnerRights(const ACL *Dacl)
{
    const ACE_HEADER *Header = SepFirstAce(Dacl);
    for (ULONG Index = 0; Index < Dacl->AceCount; Index++, Header = SepNextAce(Header)) {
        if (SepIsPlainAce(Header->AceType) && !(Header->AceFlags & INHERIT_ONLY_ACE) &&
            SepEqualSid(SepAceSid((const ACCESS_ALLOWED_ACE *)(const void *)Header),
                SepSid(SEP_OWNER_RIGHTS)))
            return TRUE;
    }
    return FALSE;
}

/* The owner may always read and change the DACL, unless an OWNER RIGHTS entry says what he may. */
static void SepGrantOwner(SEP_CHECK *Check, const ACL *Dacl)
{
    if (!Check->IsOwner || SepHasOwnerRights(Dacl))
        return;
    Check->Allowed |= READ_CONTROL | WRITE_DAC;
    Check->Remaining &= ~(ACCESS_MASK)(READ_CONTROL | WRITE_DAC);
}

static BOOLEAN SepWalkDacl(SEP_CHECK *Check, const SEP_PARTS *Parts)
{
    const ACL *Dacl = Parts->Dacl;
    const ACE_HEADER *Header = SepFirstAce(Dacl);
    Check->IsOwner = Parts->Owner != NULL && SepCheckMatches(Check, Parts->Owner, FALSE);
    SepGrantOwner(Check, Dacl);
    for (ULONG Index = 0; Index < Dacl->AceCount; Index++, Header = SepNextAce(Header)) {
        const ACCESS_ALLOWED_ACE *Ace = (const ACCESS_ALLOWED_ACE *)(const void *)Header;
        if (Header->AceType != ACCESS_ALLOWED_ACE_TYPE && Header->AceType != ACCESS_DENIED_ACE_TYPE)
            continue;
        if (SepAceApplies(Check, Ace) && !SepApplyAce(Check, Ace))
            return FALSE;
        if (Check->Remaining == 0 && !Check->Maximum)
            break;
    }
    return Check->Remaining == 0;
}

/* What privileges give whatever the DACL says. */
static NTSTATUS SepGrantPrivileged(SEP_CHECK *Check)
{
    if (Check->Remaining & ACCESS_SYSTEM_SECURITY) {
        if (!SeiTokenHasPrivilege(Check->Token, SE_SECURITY_PRIVILEGE))
            return STATUS_PRIVILEGE_NOT_HELD;
        Check->Allowed |= ACCESS_SYSTEM_SECURITY;
        Check->Used |= (ULONG64)1 << SE_SECURITY_PRIVILEGE;
    }
    if ((Check->Remaining & WRITE_OWNER) &&
        SeiTokenHasPrivilege(Check->Token, SE_TAKE_OWNERSHIP_PRIVILEGE)) {
        Check->Allowed |= WRITE_OWNER;
        Check->Used |= (ULONG64)1 << SE_TAKE_OWNERSHIP_PRIVILEGE;
    }
    Check->Remaining &= ~Check->Allowed;
    return STATUS_SUCCESS;
}

/* ---- integrity ------------------------------------------------------------------------------- */

static ULONG SepLevelOf(const SID *Label)
{
    return Label->SubAuthorityCount != 0 ? Label->SubAuthority[Label->SubAuthorityCount - 1] : 0;
}

/* The object's level and what it keeps from those below; without a label it is medium and may not
 * be written. */
static ULONG SepObjectLevel(const ACL *Sacl, ACCESS_MASK *Policy)
{
    const ACE_HEADER *Header = Sacl != NULL ? SepFirstAce(Sacl) : NULL;
    *Policy = SYSTEM_MANDATORY_LABEL_NO_WRITE_UP;
    for (ULONG Index = 0; Sacl != NULL && Index < Sacl->AceCount;
         Index++, Header = SepNextAce(Header)) {
        const ACCESS_ALLOWED_ACE *Ace = (const ACCESS_ALLOWED_ACE *)(const void *)Header;
        if (Header->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE ||
            (Header->AceFlags & INHERIT_ONLY_ACE))
            continue;
        *Policy = Ace->Mask;
        return SepLevelOf(SepAceSid(Ace));
    }
    return SECURITY_MANDATORY_MEDIUM_RID;
}

/* What the levels of token and object leave. */
static ACCESS_MASK SepPermittedByLabel(
    const SE_TOKEN *Token, const ACL *Sacl, const GENERIC_MAPPING *Mapping)
{
    ACCESS_MASK Policy, Permitted = 0;
    if (!(Token->MandatoryPolicy & TOKEN_MANDATORY_POLICY_NO_WRITE_UP) ||
        SepLevelOf(&Token->Integrity.Sid) >= SepObjectLevel(Sacl, &Policy))
        return ~(ACCESS_MASK)0;
    if (!(Policy & SYSTEM_MANDATORY_LABEL_NO_READ_UP))
        Permitted |= Mapping->GenericRead;
    if (!(Policy & SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP))
        Permitted |= Mapping->GenericExecute;
    if (!(Policy & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP))
        Permitted |= Mapping->GenericWrite;
    return Permitted | ACCESS_SYSTEM_SECURITY;
}

/* ---- all together ---------------------------------------------------------------------------- */

/* The second pass of a restricted token: what it grants is what both grant. */
static BOOLEAN SepWalkRestricted(
    SEP_CHECK *Check, SEP_CHECK Second, const SEP_PARTS *Parts, const GENERIC_MAPPING *Mapping)
{
    const ACCESS_MASK Writing = Mapping->GenericWrite | WRITE_DAC | WRITE_OWNER | DELETE;
    Second.Restricted = TRUE;
    if (Check->Token->WriteRestricted)
        Second.Remaining &= Writing & ~(Mapping->GenericRead | Mapping->GenericExecute);
    if (!SepWalkDacl(&Second, Parts))
        return FALSE;
    if (Check->Token->WriteRestricted)
        Second.Allowed |= ~Writing | Mapping->GenericRead | Mapping->GenericExecute;
    Check->Allowed &= Second.Allowed;
    return TRUE;
}

static NTSTATUS SepCheck(const SE_TOKEN *Token, const SECURITY_DESCRIPTOR *Descriptor,
    ACCESS_MASK Desired, const GENERIC_MAPPING *Mapping, const GENERIC_MAPPING *AceMapping,
    ACCESS_MASK *Granted, ULONG64 *Used)
{
    SEP_CHECK Check = {
        .Token = Token,
        .Mapping = AceMapping,
        .Maximum = (Desired & MAXIMUM_ALLOWED) != 0,
        .Remaining = Desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED,
    };
    SEP_PARTS Parts;

    SepGetParts(Descriptor, &Parts);
    NTSTATUS Status = SepGrantPrivileged(&Check);
    if (!NT_SUCCESS(Status))
        return Status;
    *Used = Check.Used;
    const ACCESS_MASK Permitted = SepPermittedByLabel(Token, Parts.Sacl, Mapping);
    if (Check.Remaining & ~Permitted)
        return STATUS_ACCESS_DENIED;
    if (Parts.Dacl == NULL) {
        *Granted = Check.Allowed | Check.Remaining |
            (Check.Maximum ? Mapping->GenericAll & Permitted : 0);
        return STATUS_SUCCESS;
    }
    const SEP_CHECK Second = Check;
    if (!SepWalkDacl(&Check, &Parts))
        return STATUS_ACCESS_DENIED;
    if (Token->RestrictedCount != 0 && !SepWalkRestricted(&Check, Second, &Parts, Mapping))
        return STATUS_ACCESS_DENIED;
    *Granted = Check.Maximum ? Check.Allowed & Permitted : Desired;
    return *Granted != 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

NTSTATUS SeiCheckTokenAccess(const SE_TOKEN *Token, const SECURITY_DESCRIPTOR *Descriptor,
    ACCESS_MASK Desired, const GENERIC_MAPPING *Mapping, ACCESS_MASK *Granted)
{
    ULONG64 Used;
    return SepCheck(Token, Descriptor, Desired, Mapping, Mapping, Granted, &Used);
}

NTSTATUS SeiCheckAccess(const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired,
    const GENERIC_MAPPING *Mapping, KPROCESSOR_MODE Mode, ACCESS_MASK *Granted)
{
    SECURITY_SUBJECT_CONTEXT Context;
    if (Mode == KernelMode) {
        *Granted = Desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED;
        if (Desired & MAXIMUM_ALLOWED)
            *Granted |= Mapping->GenericAll;
        return STATUS_SUCCESS;
    }
    SepCaptureCurrent(&Context);
    NTSTATUS Status = SepContextStatus(&Context);
    if (NT_SUCCESS(Status))
        Status = SeiCheckTokenAccess(
            SepContextToken(&Context), Descriptor, Desired, Mapping, Granted);
    SeReleaseSubjectContext(&Context);
    return Status;
}

/* ---- exports: masks -------------------------------------------------------------------------- */

/*
 * RtlMapGenericMask - replaces the generic bits of a mask by what they mean for a type.
 * IRQL: any. Source: DOC ntifs/RtlMapGenericMask.
 */
void NTAPI RtlMapGenericMask(ACCESS_MASK *AccessMask, const GENERIC_MAPPING *GenericMapping)
{
    ACCESS_MASK Mask = *AccessMask;
    if (Mask & GENERIC_READ)
        Mask |= GenericMapping->GenericRead;
    if (Mask & GENERIC_WRITE)
        Mask |= GenericMapping->GenericWrite;
    if (Mask & GENERIC_EXECUTE)
        Mask |= GenericMapping->GenericExecute;
    if (Mask & GENERIC_ALL)
        Mask |= GenericMapping->GenericAll;
    *AccessMask = Mask &
        ~(ACCESS_MASK)(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

/* RtlAreAllAccessesGranted - whether Granted has every bit of Desired. IRQL: any. Source: DOC
 * ntifs. */
BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess)
{
    return (DesiredAccess & ~GrantedAccess) == 0;
}

/* RtlAreAnyAccessesGranted - whether Granted has any bit of Desired. IRQL: any. Source: DOC
 * ntifs. */
BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess)
{
    return (DesiredAccess & GrantedAccess) != 0;
}

/* ---- exports: subject contexts --------------------------------------------------------------- */

void SepCaptureCurrent(SECURITY_SUBJECT_CONTEXT *Context)
{
    struct _ETHREAD *Thread = NULL;
    struct _EPROCESS *Process = NULL;
    if (SeCurrentSubject != NULL)
        SeCurrentSubject(&Thread, &Process);
    SeCaptureSubjectContextEx(Thread, Process, Context);
}

/*
 * SeCaptureSubjectContext - who the current thread acts for: the token it impersonates, and that of
 * the process it acts for.
 *
 * IRQL:    PASSIVE_LEVEL
 * Owner:   caller; SeReleaseSubjectContext.
 * Source:  DOC ntifs/SeCaptureSubjectContext; OBS tests/kernel/se/SeCaptureSubjectContext.c
 */
void NTAPI SeCaptureSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    SepCaptureCurrent(SubjectContext);
}

/*
 * SeCaptureSubjectContextEx - the same for a thread and a process.
 *
 * Thread: NULL for the process alone.
 * IRQL:    PASSIVE_LEVEL
 * Owner:   caller; SeReleaseSubjectContext.
 * Source:  DOC ntifs/SeCaptureSubjectContextEx; OBS tests/kernel/se/SeCaptureSubjectContext.c
 */
void NTAPI SeCaptureSubjectContextEx(
    struct _ETHREAD *Thread, struct _EPROCESS *Process, SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    *SubjectContext = (SECURITY_SUBJECT_CONTEXT){.ImpersonationLevel = SecurityAnonymous};
    if (SeCaptureTokens != NULL && Process != NULL)
        SeCaptureTokens(Thread, Process, SubjectContext);
    if (SubjectContext->PrimaryToken == NULL) {
        ObiReference(SeiSystemToken);
        SubjectContext->PrimaryToken = SeiSystemToken;
    }
}

/*
 * SeReleaseSubjectContext - gives back what SeCaptureSubjectContext took.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeReleaseSubjectContext
 */
void NTAPI SeReleaseSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    if (SubjectContext->PrimaryToken != NULL)
        ObfDereferenceObject(SubjectContext->PrimaryToken);
    if (SubjectContext->ClientToken != NULL)
        ObfDereferenceObject(SubjectContext->ClientToken);
    SubjectContext->PrimaryToken = NULL;
    SubjectContext->ClientToken = NULL;
}

/*
 * SeLockSubjectContext, SeUnlockSubjectContext - keep the tokens of a context from changing. Each
 * part of ours changes at one stroke, so that a check sees it before or after: there is nothing to
 * lock.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeLockSubjectContext, ntifs/SeUnlockSubjectContext
 */
void NTAPI SeLockSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    UNREFERENCED_PARAMETER(SubjectContext);
}

void NTAPI SeUnlockSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    UNREFERENCED_PARAMETER(SubjectContext);
}

/* The set of privileges in Used. */
static NTSTATUS SepPrivilegesUsed(ULONG64 Used, ULONG_PTR Site, PRIVILEGE_SET **Result)
{
    const ULONG Count = (ULONG)__builtin_popcountll(Used);
    PRIVILEGE_SET *Set = ExiAllocateZero(PagedPool,
        FIELD_OFFSET(PRIVILEGE_SET, Privilege) + Count * sizeof(LUID_AND_ATTRIBUTES), SEP_TAG_TOKEN,
        Site);
    if (Set == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Privilege = 0; Privilege < 64; Privilege++) {
        if (!(Used >> Privilege & 1))
            continue;
        LUID_AND_ATTRIBUTES *Entry = &Set->Privilege[Set->PrivilegeCount++];
        Entry->Luid.LowPart = Privilege;
        Entry->Attributes = SE_PRIVILEGE_USED_FOR_ACCESS;
    }
    *Result = Set;
    return STATUS_SUCCESS;
}

/* Site: who gets the privileges. */
static BOOLEAN SepAccessCheck(const SECURITY_DESCRIPTOR *Descriptor,
    const SECURITY_SUBJECT_CONTEXT *SubjectContext, ACCESS_MASK DesiredAccess,
    ACCESS_MASK PreviouslyGrantedAccess, PRIVILEGE_SET **Privileges,
    const GENERIC_MAPPING *GenericMapping, KPROCESSOR_MODE AccessMode, ULONG_PTR Site,
    ACCESS_MASK *GrantedAccess, NTSTATUS *AccessStatus)
{
    ACCESS_MASK Granted = 0;
    NTSTATUS Status = STATUS_ACCESS_DENIED;
    ULONG64 Used = 0;

    if (Privileges != NULL)
        *Privileges = NULL;
    if (AccessMode == KernelMode)
        Status = SeiCheckAccess(NULL, DesiredAccess, GenericMapping, KernelMode, &Granted);
    else if (Descriptor == NULL)
        Status = STATUS_ACCESS_DENIED;
    else if (!NT_SUCCESS(SepContextStatus(SubjectContext)))
        Status = STATUS_BAD_IMPERSONATION_LEVEL;
    else if (DesiredAccess == 0)
        Status = PreviouslyGrantedAccess != 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
    else
        Status = SepCheck(SepContextToken(SubjectContext), Descriptor, DesiredAccess,
            GenericMapping, NULL, &Granted, &Used);
    if (NT_SUCCESS(Status) && Used != 0 && Privileges != NULL)
        Status = SepPrivilegesUsed(Used, Site, Privileges);
    *AccessStatus = Status;
    *GrantedAccess = NT_SUCCESS(Status) ? Granted | PreviouslyGrantedAccess : 0;
    return NT_SUCCESS(Status);
}

/*
 * SeAccessCheck - whether a subject gets the access it wants from a descriptor.
 *
 * DesiredAccess and the ACEs have their generic bits mapped already. *Privileges: optional; those
 * that granted something, NULL: none.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: *GrantedAccess holds all of DesiredAccess and PreviouslyGrantedAccess,
 *          *AccessStatus SUCCESS. FALSE: *GrantedAccess is 0, *AccessStatus ACCESS_DENIED,
 *          PRIVILEGE_NOT_HELD or BAD_IMPERSONATION_LEVEL: the client token only identifies.
 *          KernelMode gets everything; a NULL descriptor grants UserMode nothing.
 * Owner:   caller, of *Privileges; SeFreePrivileges.
 * Source:  DOC wdm/SeAccessCheck; OBS tests/kernel/se/SeAccessCheck.c
 */
BOOLEAN NTAPI SeAccessCheck(PSECURITY_DESCRIPTOR Descriptor,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, BOOLEAN SubjectContextLocked,
    ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess, PRIVILEGE_SET **Privileges,
    const GENERIC_MAPPING *GenericMapping, KPROCESSOR_MODE AccessMode, ACCESS_MASK *GrantedAccess,
    NTSTATUS *AccessStatus)
{
    UNREFERENCED_PARAMETER(SubjectContextLocked);
    return SepAccessCheck(Descriptor, SubjectContext, DesiredAccess, PreviouslyGrantedAccess,
        Privileges, GenericMapping, AccessMode, EX_CALLER, GrantedAccess, AccessStatus);
}

/*
 * SeAccessCheckFromStateEx - the same for tokens by themselves. ClientToken: optional; who acts, as
 * the one of PrimaryToken lets it.
 * IRQL: PASSIVE_LEVEL. Returns: as SeAccessCheck. Source: DOC ntifs/SeAccessCheckFromStateEx; OBS
 * tests/kernel/se/SeAccessCheck.c
 */
BOOLEAN NTAPI SeAccessCheckFromStateEx(PSECURITY_DESCRIPTOR Descriptor, PACCESS_TOKEN PrimaryToken,
    PACCESS_TOKEN ClientToken, ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess,
    PRIVILEGE_SET **Privileges, const GENERIC_MAPPING *GenericMapping, KPROCESSOR_MODE AccessMode,
    ACCESS_MASK *GrantedAccess, NTSTATUS *AccessStatus)
{
    const SECURITY_SUBJECT_CONTEXT Context = {.ClientToken = ClientToken,
        .ImpersonationLevel =
            ClientToken != NULL ? SeTokenImpersonationLevel(ClientToken) : SecurityAnonymous,
        .PrimaryToken = PrimaryToken};
    return SepAccessCheck(Descriptor, &Context, DesiredAccess, PreviouslyGrantedAccess, Privileges,
        GenericMapping, AccessMode, EX_CALLER, GrantedAccess, AccessStatus);
}

/*
 * SeFreePrivileges - frees the privilege set of an access check.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeFreePrivileges
 */
void NTAPI SeFreePrivileges(PRIVILEGE_SET *Privileges)
{
    if (Privileges != NULL)
        ExiFree(Privileges);
}

/* ---- exports: privileges --------------------------------------------------------------------- */

static BOOLEAN SepHasLuid(const SE_TOKEN *Token, LUID Privilege)
{
    return Privilege.HighPart == 0 && SeiTokenHasPrivilege(Token, Privilege.LowPart);
}

/*
 * SeSinglePrivilegeCheck - whether the current thread's user has a privilege in force. KernelMode
 * has them all.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntddk/SeSinglePrivilegeCheck; OBS tests/kernel/se/SeSinglePrivilegeCheck.c
 */
BOOLEAN NTAPI SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode)
{
    SECURITY_SUBJECT_CONTEXT Context;
    if (PreviousMode == KernelMode)
        return TRUE;
    SepCaptureCurrent(&Context);
    BOOLEAN Held = NT_SUCCESS(SepContextStatus(&Context)) &&
        SepHasLuid(SepContextToken(&Context), PrivilegeValue);
    SeReleaseSubjectContext(&Context);
    return Held;
}

/*
 * SePrivilegeCheck - whether a subject has privileges: all of them with
 * PRIVILEGE_SET_ALL_NECESSARY, otherwise any. Those it has are marked SE_PRIVILEGE_USED_FOR_ACCESS.
 * A client token that only identifies has none.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SePrivilegeCheck; OBS tests/kernel/se/SePrivilegeCheck.c
 */
BOOLEAN NTAPI SePrivilegeCheck(PRIVILEGE_SET *RequiredPrivileges,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, KPROCESSOR_MODE AccessMode)
{
    const SE_TOKEN *Token = SepContextToken(SubjectContext);
    ULONG Held = 0;

    if (AccessMode == KernelMode)
        return TRUE;
    if (!NT_SUCCESS(SepContextStatus(SubjectContext)))
        return FALSE;
    for (ULONG Index = 0; Index < RequiredPrivileges->PrivilegeCount; Index++) {
        LUID_AND_ATTRIBUTES *Privilege = &RequiredPrivileges->Privilege[Index];
        if (SepHasLuid(Token, Privilege->Luid)) {
            Privilege->Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
            Held++;
        }
    }
    if (RequiredPrivileges->Control & PRIVILEGE_SET_ALL_NECESSARY)
        return Held == RequiredPrivileges->PrivilegeCount;
    return Held != 0;
}
